// What is refused lives on for a moment, so that the refusal arrives while the peer still sends (rule 10 of the door).
// It keeps its one descriptor, costs nothing, and has its bounds.
import assert from 'node:assert/strict';
import { readFile, readdir, readlink, stat } from 'node:fs/promises';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { responses } from './kit/raw.mjs';
import { get, processorSeconds, quick, sleep, start, until } from './kit/server.mjs';
import { frame, handshake, open } from './kit/websocket.mjs';

let server;
before(async () => {
    server = await start({ limits: { ...quick, linger_ms: 1500 } });
});
const sockets = [];
after(() => {
    for (const socket of sockets) socket.destroy();
    return server.stop();
});

const descriptors = async (pid) => (await readdir(`/proc/${pid}/fd`)).length;

// What the kernel watches for the process under a number that is not, or not any more, that of the file: each is a stale
// entry, whose events concern somebody else.
async function strays(pid) {
    const found = [];
    for (const name of await readdir(`/proc/${pid}/fd`)) {
        const link = await readlink(`/proc/${pid}/fd/${name}`).catch(() => '');
        if (link !== 'anon_inode:[eventpoll]') continue;
        const info = await readFile(`/proc/${pid}/fdinfo/${name}`, 'latin1');
        for (const [, number, inode] of info.matchAll(/^tfd:\s*(\d+) .* ino:([0-9a-f]+)/gm)) {
            const file = await stat(`/proc/${pid}/fd/${number}`).catch(() => undefined);
            if (file?.ino !== Number.parseInt(inode, 16)) found.push(`${number} watches inode ${inode}`);
        }
    }
    return found;
}

// A connection that says pieces, and goes on with more after an answer came and its state's quiet was taken back.
function stubborn(pieces, more, { port = server.port, quiet = false } = {}) {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    sockets.push(socket);
    const state = { socket, data: Buffer.alloc(0), ended: false, gone: false, quiet };
    socket.on('data', (part) => (state.data = Buffer.concat([state.data, part])));
    socket.on('end', () => (state.ended = true));
    socket.on('error', () => {});
    socket.on('close', () => {
        state.gone = true;
        clearInterval(timer);
    });
    const timer = setInterval(() => state.ended && !state.quiet && !socket.destroyed && socket.write(more), 20);
    socket.write(pieces);
    return state;
}

const head = (line, ...fields) => `${line} HTTP/1.1\r\nHost: a\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;
const kinds = {
    'a body that is too large': [head('POST /echo', 'Content-Length: 90000000'), 413],
    'a body in chunks': [head('POST /echo', 'Transfer-Encoding: chunked'), 411],
    'a body that does not come': [`${head('POST /echo', 'Content-Length: 100000')}x`, 408],
    'a route that says no': [head('GET /echo'), 405],
    'a handler that takes too long': [head('GET /slow?ms=2500'), 503],
    'a handshake from a foreign page': [handshake({ set: { Origin: 'http://evil.example' } }), 403],
    'a handshake that is not whole': [handshake({ set: { 'Sec-WebSocket-Key': 'x' } }), 400],
    'another protocol': [handshake({ set: { Upgrade: 'h2c' } }), 400],
};

for (const [name, [pieces, status]] of Object.entries(kinds)) {
    test(`one descriptor, one number: ${name}`, async () => {
        await get(server.port, '/hello', { agent: false });
        const usual = await descriptors(server.pid);
        const peers = Array.from({ length: 5 }, () => stubborn(pieces, 'x'.repeat(1000), { quiet: true }));
        await until(() => peers.every(({ ended }) => ended), 3000, 'all are refused');
        // While nothing comes: the first event of a stale entry would make the loop begin with a new set.
        for (let i = 0; i < 5; i++) {
            assert.deepEqual(await strays(server.pid), []);
            await sleep(20);
        }
        for (const peer of peers) peer.quiet = false;
        // Others come and go meanwhile: they take each number that is free.
        for (let i = 0; i < 15; i++) {
            assert.equal((await get(server.port, '/hello', { agent: false })).status, 200);
            assert.deepEqual(await strays(server.pid), []);
            assert.ok((await descriptors(server.pid)) <= usual + 6);
            await sleep(20);
        }
        assert.ok(peers.every(({ gone }) => !gone), 'what they still send is taken');
        for (const { data } of peers) {
            const [answer] = responses(data);
            assert.equal(answer.status, status);
            assert.ok(answer.whole);
        }
        await until(() => peers.every(({ gone }) => gone), 3000, 'all are closed');
        await until(async () => (await descriptors(server.pid)) <= usual, 2000, 'descriptors are back');
        assert.deepEqual(await strays(server.pid), []);
    });
}

test('one descriptor, one number: a socket that the server closes', async () => {
    const usual = await descriptors(server.pid);
    const live = await Promise.all(Array.from({ length: 5 }, () => open(server.port)));
    for (const ws of live) {
        ws.answerClose = false;
        ws.send(frame(1, 'close 4001'));
    }
    await until(() => live.every(({ code }) => code === 4001), 2000, 'all are told');
    assert.deepEqual(await strays(server.pid), []);
    await until(async () => (await server.counts()).sockets === 0, 2000, 'and are no sockets any more');
    assert.deepEqual(await strays(server.pid), []);
    for (let i = 0; i < 15; i++) {
        for (const ws of live) ws.send(frame(1, 'x'.repeat(1000)));
        assert.equal((await get(server.port, '/hello', { agent: false })).status, 200);
        assert.deepEqual(await strays(server.pid), []);
        await sleep(20);
    }
    for (const ws of live) ws.end();
    await until(async () => (await descriptors(server.pid)) <= usual, 2000, 'descriptors are back');
    assert.deepEqual(await strays(server.pid), []);
});

test('what is sent after a refusal costs next to nothing', async () => {
    const peers = Array.from({ length: 100 }, () => stubborn(kinds['a body that is too large'][0], 'x'.repeat(100)));
    await until(() => peers.every(({ ended }) => ended), 3000, 'all are refused');
    const busy = await processorSeconds(server.pid);
    await sleep(1000);
    const spent = (await processorSeconds(server.pid)) - busy;
    assert.ok(spent < 0.5, `${spent} s of processor for 5,000 packets`);
    await until(() => peers.every(({ gone }) => gone), 3000, 'all are closed');
});

test('a request behind one that waits for its answer does not keep the loop awake', async () => {
    const socket = net.connect({ port: server.port, host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.resume();
    const busy = await processorSeconds(server.pid);
    socket.write(head('GET /slow?ms=1000') + head('GET /hidden'));
    await sleep(900);
    assert.ok((await processorSeconds(server.pid)) - busy < 0.3);
    socket.destroy();
    await sleep(300);
    assert.equal((await server.counts()).hidden, 0);
});

test('a peer that ends is gone at once, one that sends without end is cut off', async () => {
    const patient = await start({ limits: { linger_ms: 60000 } });
    const usual = await descriptors(patient.pid);
    const polite = stubborn(kinds['a route that says no'][0], '', { port: patient.port });
    await until(() => polite.ended, 2000, 'it is refused');
    polite.socket.end();
    await until(async () => (await descriptors(patient.pid)) <= usual, 2000, 'its descriptor is back');
    const endless = stubborn(kinds['a body that is too large'][0], Buffer.alloc(1 << 20, 'x'), { port: patient.port });
    await until(() => endless.gone, 10000, 'it is cut off');
    assert.equal(responses(endless.data)[0].status, 413);
    await patient.stop();
});

test('so many may linger; the others are refused and closed at once', async () => {
    const small = await start({ limits: { linger_ms: 3000, connections_per_address: 1000 } });
    const usual = await descriptors(small.pid);
    const peers = Array.from({ length: 300 }, () => stubborn(kinds['a route that says no'][0], '', { port: small.port }));
    await until(() => peers.every(({ ended }) => ended), 3000, 'all are refused');
    for (const { data } of peers) assert.equal(responses(data)[0].status, 405);
    await until(async () => (await descriptors(small.pid)) <= usual + 256, 1000, 'no more than 256 are kept');
    assert.equal(await descriptors(small.pid), usual + 256);
    assert.equal((await small.counts()).connections, 1, 'who lingers is in the way of nobody');
    assert.deepEqual(await strays(small.pid), []);
    await until(async () => (await descriptors(small.pid)) <= usual, 5000, 'descriptors are back');
    await small.stop();
});

test('who lingers does not hold up the end', async () => {
    const patient = await start({ limits: { linger_ms: 60000, stop_ms: 1000 } });
    const peer = stubborn(kinds['a route that says no'][0], 'x', { port: patient.port });
    await until(() => peer.ended, 2000, 'it is refused');
    const began = performance.now();
    await patient.stop();
    assert.ok(performance.now() - began < 2500);
    assert.equal(responses(peer.data)[0].status, 405);
});
