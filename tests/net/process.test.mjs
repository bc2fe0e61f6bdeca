// The process as a whole: signals (F17), descriptors that run out (F16), caps, addresses.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { talk } from './kit/raw.mjs';
import { get, processorSeconds, sleep, start, until } from './kit/server.mjs';
import { open } from './kit/websocket.mjs';

const run = promisify(execFile);

// Connections that stay open and silent.
function idle(port, count, localAddress) {
    return Promise.all(
        Array.from(
            { length: count },
            () =>
                new Promise((resolve) => {
                    const socket = net.connect({ port, host: '127.0.0.1', localAddress });
                    socket.on('error', () => {});
                    socket.on('close', () => (socket.gone = true));
                    socket.on('connect', () => resolve(socket));
                    socket.resume();
                }),
        ),
    );
}

test('SIGTERM while it works: nothing is cut, sockets close with 1001, the end comes within 5 s', async () => {
    const server = await start();
    const agent = new http.Agent({ keepAlive: true, maxSockets: 40 });
    const ws = await Promise.all([open(server.port), open(server.port), open(server.port)]);
    const tally = { good: 0, refused: 0, cut: [] };
    let running = true;
    const worker = async (path) => {
        while (running) {
            try {
                const { status, body } = await get(server.port, path, { method: 'POST', body: 'durable', agent });
                if (status === 200 && (body === 'durable' || body === 'slow')) tally.good++;
                else tally.cut.push(`${status} ${body}`);
            } catch (error) {
                // Who finds the door closed was not let in: no byte of an answer was lost.
                if (error.code === 'ECONNREFUSED') tally.refused++;
                else tally.cut.push(error.message);
                running = running && error.code !== 'ECONNREFUSED';
            }
        }
    };
    const work = Promise.all([...Array.from({ length: 20 }, () => worker('/work')), ...Array.from({ length: 5 }, () => worker('/slow?ms=150'))]);
    const long = get(server.port, '/slow?ms=1500', { method: 'POST', body: 'x' });
    await sleep(600);
    const began = performance.now();
    server.signal('SIGTERM');
    const end = await server.ended;
    const took = performance.now() - began;
    running = false;
    await work;
    agent.destroy();
    assert.equal(end.code, 0);
    assert.ok(took < 5000, `${took} ms`);
    assert.equal((await long).body, 'slow', 'a request in flight was answered');
    assert.ok(tally.good > 100);
    assert.deepEqual(tally.cut, []);
    for (const socket of ws) assert.equal(socket.code, 1001);
});

test('SIGTERM with silent, half and endless requests still ends within the deadline', async () => {
    const server = await start();
    await idle(server.port, 50);
    const half = net.connect({ port: server.port, host: '127.0.0.1' });
    half.on('error', () => {});
    half.write('POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx');
    const endless = get(server.port, '/slow?ms=7000').catch((error) => error.code);
    const mute = await open(server.port);
    mute.answerClose = false;
    await sleep(200);
    const began = performance.now();
    server.signal('SIGTERM');
    await until(() => server.said.includes('stopping'), 1000, 'the signal arrives');
    await assert.rejects(get(server.port, '/hello'), 'nobody is let in any more');
    assert.equal((await server.ended).code, 0);
    assert.ok(performance.now() - began < 8500);
    assert.equal(await endless, 'ECONNRESET');
    half.destroy();
    mute.end();
});

test('SIGINT ends it too, SIGHUP a hundred times does not and drops nobody', async () => {
    const server = await start();
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const ws = await open(server.port);
    for (let i = 0; i < 100; i++) {
        server.signal('SIGHUP');
        assert.equal((await get(server.port, '/hello', { agent })).status, 200);
    }
    await until(async () => (await server.counts()).reloads > 50, 2000, 'the signals are heard');
    assert.ok(!ws.closed);
    server.signal('SIGPIPE');
    assert.equal((await get(server.port, '/hello', { agent })).status, 200);
    agent.destroy();
    ws.end();
    server.signal('SIGINT');
    assert.equal((await server.ended).code, 0);
});

test('a stopped process goes on where it was', async () => {
    const server = await start();
    const answer = get(server.port, '/slow?ms=300');
    await sleep(50);
    server.signal('SIGSTOP');
    await sleep(800);
    server.signal('SIGCONT');
    assert.equal((await answer).body, 'slow');
    await server.stop();
});

test('without descriptors it waits, does not spin, and takes connections again by itself', async () => {
    const server = await start({ limits: { connections_per_address: 5000 } });
    const sockets = await idle(server.port, 30);
    await until(async () => (await server.counts()).connections > 30, 2000, 'they are in');
    const used = (await run('sh', ['-c', `ls /proc/${server.pid}/fd | wc -l`])).stdout.trim();
    await run('prlimit', ['--pid', String(server.pid), `--nofile=${used}`]);
    const more = await idle(server.port, 20);
    const busy = await processorSeconds(server.pid);
    await sleep(2000);
    const spent = (await processorSeconds(server.pid)) - busy;
    assert.ok(spent <= 0.2, `${spent} s of processor in 2 s`);
    assert.match(server.stderr, /net\.full/);
    assert.ok(server.stderr.split('\n').length < 5, 'and does not fill the log');
    for (const socket of sockets) socket.destroy();
    await until(() => get(server.port, '/hello').then(({ status }) => status === 200), 3000, 'it answers again');
    for (const socket of more) socket.destroy();
    await server.stop();
});

test('too many from one address are turned away, others are not', async () => {
    const server = await start({ limits: { connections_per_address: 10, head_ms: 30000 } });
    const sockets = await idle(server.port, 14, '127.0.2.1');
    await until(() => sockets.filter((socket) => socket.gone).length === 4, 2000, 'four are turned away');
    assert.equal((await get(server.port, '/hello')).status, 200);
    assert.equal((await server.counts()).turned_away, 4);
    for (const socket of sockets) socket.destroy();
    await sleep(100);
    const again = await idle(server.port, 10, '127.0.2.1');
    await sleep(200);
    assert.equal(again.filter((socket) => socket.gone).length, 0, 'the count goes down again');
    for (const socket of again) socket.destroy();
    await server.stop();
});

test('in a full house the reserve serves what is vital, and nothing else', async () => {
    const server = await start({ limits: { connections: 40, reserve: 10, connections_per_address: 1000, head_ms: 30000 } });
    const sockets = await idle(server.port, 30);
    assert.equal((await talk(server.port, 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')).responses[0].status, 200);
    const [refusal] = (await talk(server.port, 'GET /hello HTTP/1.1\r\nHost: a\r\n\r\n')).responses;
    assert.equal(refusal.status, 503);
    assert.equal(refusal.headers['retry-after'], '2');
    assert.equal(JSON.parse(refusal.body).type, '/problems/unavailable');
    assert.equal((await open(server.port)).status, 503);
    for (const socket of sockets) socket.destroy();
    await until(() => get(server.port, '/hello').then(({ status }) => status === 200), 2000, 'room again');
    await server.stop();
});

test('it listens on several addresses, IPv6 too', async () => {
    const server = await start({ listen: ['127.0.0.1:0', '[::1]:0'] });
    assert.equal((await get(server.ports[0], '/hello')).status, 200);
    const { body } = await get(server.ports[1], '/ticket', { host: '::1' });
    assert.match(body, /^GET \/ticket\? ::1 plain/);
    await server.stop();
});

test('what it cannot listen on is named in a sentence', async () => {
    await assert.rejects(start({ listen: ['localhost:1'] }), /"localhost:1" is no address to listen on; one looks like/);
    const server = await start();
    await assert.rejects(start({ listen: [`127.0.0.1:${server.port}`] }), /cannot listen on 127\.0\.0\.1:\d+: Address already in use/);
    await server.stop();
});
