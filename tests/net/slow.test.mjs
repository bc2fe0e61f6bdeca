// Slow connections, figure F51: idle, half a head, a byte of body now and then, answers that are not read. 500 of them
// from 50 addresses; GUICHET_SLOW_CONNECTIONS sets another number.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { get, processorSeconds, sleep, start, until } from './kit/server.mjs';
import { open } from './kit/websocket.mjs';

const many = Number(process.env.GUICHET_SLOW_CONNECTIONS ?? 500);
const limits = { head_ms: 2000, request_ms: 3000, send_ms: 3000, keepalive_ms: 2000, connections_per_address: 512 };
let server;
before(async () => {
    server = await start({ limits });
});
after(() => server.stop());

const kinds = {
    idle: () => [],
    'half a head': () => ['GET /hello HTTP/1.1\r\nHost: a\r\n'],
    'a header a while': () => ['GET /hello HTTP/1.1\r\nHost: a\r\n', 'Q: y\r\n', 'Q: y\r\n', 'Q: y\r\n', 'Q: y\r\n', 'Q: y\r\n', 'Q: y\r\n'],
    'one byte of body a while': () => ['POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n', ...'xxxxxxxxxxxxxxxxxxxx'],
    'an answer nobody reads': () => ['GET /large HTTP/1.1\r\nHost: a\r\n\r\n'],
};

function slow(number, pieces, read) {
    const socket = net.connect({ port: server.port, host: '127.0.0.1', localAddress: `127.0.1.${(number % 50) + 1}`, allowHalfOpen: false });
    const state = { socket, closed: false };
    let next = 0;
    const say = () => (next < pieces.length && !state.closed ? socket.write(pieces[next++]) : clearInterval(timer));
    socket.on('connect', say);
    const timer = setInterval(say, 600);
    if (read) socket.on('data', () => {});
    else socket.pause();
    for (const event of ['end', 'close', 'error'])
        socket.on(event, () => {
            state.closed = true;
            clearInterval(timer);
        });
    return state;
}

async function memory() {
    const status = await readFile(`/proc/${server.pid}/status`, 'latin1');
    return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) * 1024;
}
const descriptors = async () => (await readdir(`/proc/${server.pid}/fd`)).length;

// The 99th percentile of health answers, in ms, until end.
async function health(end) {
    const times = [];
    while (performance.now() < end) {
        const asked = performance.now();
        assert.equal((await get(server.port, '/healthz', { agent: false })).status, 200);
        times.push(performance.now() - asked);
        await sleep(10);
    }
    times.sort((a, b) => a - b);
    return times[Math.floor(times.length * 0.99)];
}

for (const [name, pieces] of Object.entries(kinds)) {
    test(`${many} connections: ${name}`, async () => {
        await get(server.port, '/healthz');
        const [rss, fds, busy] = [await memory(), await descriptors(), await processorSeconds(server.pid)];
        // What this machine does to anybody just now, slow connections or not.
        const usual = await health(performance.now() + 1000);
        const began = performance.now();
        const unread = name === 'an answer nobody reads';
        const states = Array.from({ length: many }, (_, i) => slow(i, pieces(), !unread));
        await sleep(300);
        const p99 = await health(began + 2500);
        assert.ok(p99 <= Math.max(100, 4 * usual), `health p99 ${p99} ms, ${usual} ms without them`);
        assert.ok((await memory()) - rss <= 64 << 20, 'memory');
        await until(async () => (await server.counts()).connections <= 2, 35000 - (performance.now() - began), 'all closed');
        if (!unread) await until(() => states.every((state) => state.closed), 2000, 'the peers know');
        for (const { socket } of states) socket.destroy();
        await until(async () => (await descriptors()) <= fds + 2, 5000, 'descriptors are back');
        const spent = (await processorSeconds(server.pid)) - busy;
        assert.ok(spent < 3, `${spent} s of processor`);
    });
}

test('input that nobody may read does not keep the loop awake', async () => {
    const socket = net.connect({ port: server.port, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.write('GET /slow?ms=1500 HTTP/1.1\r\nHost: a\r\n\r\n');
    await sleep(100);
    socket.write('x'.repeat(100000));
    const busy = await processorSeconds(server.pid);
    await sleep(1000);
    assert.ok((await processorSeconds(server.pid)) - busy < 0.3);
    socket.destroy();
});

test('a socket that does not answer pings is dead, one that does lives', async () => {
    const quick = await start({ limits: { socket_ping_ms: 300, socket_dead_ms: 2000 } });
    const [dead, alive] = [await open(quick.port), await open(quick.port)];
    const pings = (socket) => socket.frames.filter((got) => got.opcode === 9).length;
    dead.pong = false;
    await until(() => dead.closed, 20_000, 'the end of the one that does not answer');
    assert.ok(pings(dead) >= 2);
    await until(() => pings(alive) >= 8, 20_000, 'pings for longer than the other had');
    assert.ok(!alive.closed);
    alive.end();
    dead.end();
    await quick.stop();
});

test('the deadlines of a server that is told nothing are those of the documents', async () => {
    const header = await readFile(new URL('../../core/net/server.h', import.meta.url), 'utf8');
    const standard = Object.fromEntries([...header.matchAll(/X\((\w+), (\d+), "/g)].map(([, name, value]) => [name, Number(value)]));
    assert.equal(standard.head_ms, 4000);
    assert.equal(standard.keepalive_ms, 10000);
    assert.equal(standard.socket_ping_ms, 20000);
    assert.equal(standard.socket_dead_ms, 45000);
    assert.equal(standard.socket_message_bytes, 65536);
    assert.equal(standard.socket_messages, 100);
    assert.equal(standard.body_bytes, 1048576);
    assert.equal(standard.stop_ms, 5000);
    assert.ok(standard.head_ms + standard.request_ms <= 35000);
});
