// WebSockets, figure F50: foreign origins, handshakes, frames, closes, floods, slow readers. The cases are generated.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { each } from './kit/raw.mjs';
import { quick, sleep, start, until } from './kit/server.mjs';
import { accept, closing, frame, good, handshake, open, text } from './kit/websocket.mjs';

let server;
let cases = 0;
before(async () => {
    server = await start({ limits: { ...quick, socket_ping_ms: 20000 } });
});
after(async () => {
    assert.ok(cases >= 300, `${cases} cases`);
    const counts = await server.counts();
    assert.equal(counts.opened, counts.closed, 'each socket that was opened was closed');
    await server.stop();
});

// Whatever a test did to its sockets, they are gone soon after it.
afterEach(() => until(async () => (await server.counts()).sockets === 0, 8000, 'no socket is left'));

// Runs [name, options, expected status] handshakes.
async function handshakes(list) {
    cases += list.length;
    const failures = [];
    await each(list, 16, async ([name, options, expected]) => {
        const ws = await open(server.port, options);
        const saw = ws.status || (ws.closed ? 'closed' : 'silence');
        if (![expected].flat().includes(saw)) failures.push(`${name}: expected ${expected}, saw ${saw}`);
        if (saw >= 400 && saw !== 426 && !(await ws.wait(() => ws.closed, 1500))) failures.push(`${name}: refused but open`);
        ws.end();
    });
    assert.deepEqual(failures, []);
}

test('an exact Origin opens, every other is refused before 101', async () => {
    const foreign = [
        'http://evil.example', 'https://good.example', 'http://good.example:80', 'http://good.example:8080', 'http://good.example/',
        'http://good.example.evil.example', 'http://evil-good.example', 'http://xgood.example', 'http://good.exampl', 'http://good.examplee',
        'http://GOOD.example', 'HTTP://good.example', 'http://good.example.', 'http://good.example@evil.example', 'http://evil.example/http://good.example',
        'http://evil.example?http://good.example', 'http://evil.example#http://good.example', 'null', 'file://', 'about:blank', 'good.example', '//good.example',
        'http:good.example', 'http:/good.example', 'http:///good.example', 'http://good.example\t', 'http://good.example x', 'http://good.example,http://evil.example',
        'http://good.example, http://good.example', 'data:text/html,x', 'chrome-extension://abcdef', 'moz-extension://abcdef', 'http://127.0.0.1', 'http://localhost',
        'http://[::1]', 'http://g%6fod.example', 'http://xn--good.example', 'http://good.example%00', 'http://good。example', 'http://gооd.example', '*', 'undefined', '0',
        'ws://good.example', 'wss://good.example', 'javascript:alert(1)', 'blob:http://good.example/1', 'http://good.example;', "http://good.example'", '"http://good.example"',
        'http://user:password@good.example', 'http://good.example:0', 'http://good.example:', 'http://good.example:00080', 'ftp://good.example',
    ];
    await handshakes([
        ['exact', {}, 101],
        ['none', { set: { Origin: undefined } }, 403],
        ['none, with a bearer token', { set: { Origin: undefined, Authorization: 'Bearer token' } }, 101],
        ['none, with a wrong token', { set: { Origin: undefined, Authorization: 'Bearer wrong' } }, 403],
        ['empty', { set: { Origin: '' } }, [403, 400]],
        ['twice', { extra: `Origin: ${good}\r\n` }, 400],
        ['good and evil', { extra: 'Origin: http://evil.example\r\n' }, 400],
        ['foreign with a bearer token', { set: { Origin: 'http://evil.example', Authorization: 'Bearer token' } }, 403],
        ['Sec-WebSocket-Origin for Origin', { set: { Origin: undefined }, extra: 'Sec-WebSocket-Origin: http://evil.example\r\n' }, 403],
        // A TAB behind a value is not part of it.
        ...foreign.map((origin) => [JSON.stringify(origin), { set: { Origin: Buffer.from(origin).toString('latin1') } }, origin.endsWith('\t') ? 101 : 403]),
    ]);
});

test('a handshake that is not one is refused with its reason', async () => {
    const set = (name, value) => ({ set: { [name]: value } });
    await handshakes([
        ...['/', '/hello', '/live/', '/Live', '/livex', '/live/..', '/api', '/healthz', '/../x', '/l'].map((path) => [path, { path }, 404]),
        ['a path that is resolved', { path: '/x/../live' }, 101],
        ['with a query', { path: '/live?since=12' }, 101],
        ...['12', '14', '8', '7', '0', '-13', '013', '13.0', 'x', '', '13, 8', undefined].map((v) => [`version ${v}`, set('Sec-WebSocket-Version', v), 426]),
        ...['', 'x', 'dGhlIHNhbXBsZSBub25jZQ', 'dGhlIHNhbXBsZSBub25jZQ=', 'dGhlIHNhbXBsZSBub25jZQ===', 'dGhlIHNhbXBsZSBub25jZQ!!', 'dGhlIHNhbXBsZSBub25j', `${'a'.repeat(300)}==`, 'dGhl IHNhbXBsZSBub25jZQ==', undefined].map(
            (key) => [`key ${key}`, set('Sec-WebSocket-Key', key), 400],
        ),
        ['two keys', { extra: 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' }, 400],
        ...['close', 'keep-alive', 'Upgraded', 'x-upgrade', '', undefined].map((v) => [`Connection ${v}`, set('Connection', v), 400]),
        ['Connection with more', set('Connection', 'keep-alive, Upgrade'), 101],
        ['Connection in capitals', set('Connection', 'UPGRADE'), 101],
        ['Upgrade in capitals', set('Upgrade', 'WebSocket'), 101],
        ['Upgrade h2c', set('Upgrade', 'h2c'), 400],
        ['Upgrade to a list', set('Upgrade', 'websocket, h2c'), 403],
        ...['chat', 'chat, superchat', 'guichet', 'guichet-loop', '', ',,'].map((p) => [`subprotocol ${p}`, set('Sec-WebSocket-Protocol', p), 400]),
        ['Host missing', set('Host', undefined), 400],
        ['Host wrong', set('Host', 'a/b'), 400],
        ['two Hosts', { extra: 'Host: b\r\n' }, 400],
        ['chunked', { extra: 'Transfer-Encoding: chunked\r\n' }, 411],
        ['with a body', { extra: 'Content-Length: 5\r\n' }, 400],
        ['HTTP/1.0', { version: 'HTTP/1.0' }, 400],
        ['HTTP/2.0', { version: 'HTTP/2.0' }, 505],
        ...['POST', 'HEAD', 'PATCH', 'DELETE'].map((method) => [method, { method, extra: 'Content-Length: 0\r\n' }, 400]),
        ['PUT', { method: 'PUT' }, 405],
    ]);
});

test('the answer to a good handshake is right, and offers no extension', async () => {
    cases++;
    const ws = await open(server.port, { set: { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' } });
    assert.equal(ws.status, 101);
    assert.match(ws.head, /upgrade: websocket/i);
    assert.ok(ws.head.includes(accept('dGhlIHNhbXBsZSBub25jZQ==')));
    assert.doesNotMatch(ws.head, /sec-websocket-(extensions|protocol)/i);
    await ws.wait(() => ws.texts.length > 0);
    assert.deepEqual(ws.texts, ['hello']);
    ws.end();
});

test('a refusal is a problem document', async () => {
    cases++;
    const ws = await open(server.port, { set: { Origin: 'http://evil.example' } });
    assert.equal(ws.status, 403);
    assert.match(ws.head, /content-type: application\/problem\+json/i);
    assert.match(ws.head, /connection: close/i);
    ws.end();
});

// ---- frames ----

// Sends frames and waits for the echo of 'end', or for the close: 'ok', 'code N' or 'closed' (without a word).
async function outcome(frames, { echoes } = {}) {
    const ws = await open(server.port);
    if (ws.status !== 101) return `status ${ws.status}`;
    for (const part of frames) {
        if (typeof part === 'number') await sleep(part);
        else ws.send(part);
    }
    ws.send(text('end'));
    await ws.wait(() => ws.code !== undefined || ws.closed || ws.texts.at(-1) === 'end', 2500);
    let saw = 'silence';
    if (ws.broken) saw = ws.broken;
    else if (ws.code !== undefined) saw = `code ${ws.code}`;
    else if (ws.closed) saw = 'closed';
    else if (ws.texts.at(-1) === 'end') saw = 'ok';
    if (saw === 'ok' && echoes && JSON.stringify(ws.texts.slice(1, -1)) !== JSON.stringify(echoes)) saw = `echoes ${JSON.stringify(ws.texts).slice(0, 200)}`;
    if (saw.startsWith('code') && !(await ws.wait(() => ws.closed, 7000))) saw += ', but open';
    ws.end();
    return saw;
}

async function outcomes(list) {
    cases += list.length;
    const failures = [];
    await each(list, 16, async ([name, frames, expected, options]) => {
        const saw = await outcome([frames].flat(), options);
        if (![expected].flat().includes(saw)) failures.push(`${name}: expected ${expected}, saw ${saw}`);
    });
    assert.deepEqual(failures, []);
}

const dead = ['code 1002', 'closed'];

test('lawful frames of all sizes come back', async () => {
    const list = [];
    for (const size of [0, 1, 2, 124, 125, 126, 127, 128, 1000, 1023, 1024, 1025, 2047, 2048, 4096, 16383, 16384, 16385, 32768, 65535, 65536]) {
        const payload = 'é'.repeat(size >> 1) + 'x'.repeat(size & 1);
        list.push([`${size} bytes`, text(payload), 'ok', { echoes: [payload] }]);
        if (size > 1) list.push([`${size} bytes in two`, [frame(1, Buffer.from(payload).subarray(0, size >> 1), { fin: false }), frame(0, Buffer.from(payload).subarray(size >> 1))], 'ok', { echoes: [payload] }]);
    }
    for (const pieces of [3, 7, 20])
        list.push([`${pieces} pieces`, [frame(1, 'a', { fin: false }), ...Array.from({ length: pieces - 2 }, () => frame(0, 'b', { fin: false })), frame(0, 'c')], 'ok', { echoes: [`a${'b'.repeat(pieces - 2)}c`] }]);
    list.push(['a character over two frames', [frame(1, Buffer.from([0xc3]), { fin: false }), frame(0, Buffer.from([0xa9]))], 'ok', { echoes: ['é'] }]);
    list.push(['emoji over four frames', [0xf0, 0x9f, 0x98, 0x80].map((byte, i) => frame(i ? 0 : 1, Buffer.from([byte]), { fin: i === 3 })), 'ok', { echoes: ['😀'] }]);
    list.push(['a ping between pieces', [frame(1, 'a', { fin: false }), frame(9, 'p'), frame(0, 'b')], 'ok', { echoes: ['ab'] }]);
    list.push(['a pong between pieces', [frame(1, 'a', { fin: false }), frame(10, ''), frame(0, 'b')], 'ok', { echoes: ['ab'] }]);
    list.push(['byte by byte', [...text('slowly')].map((byte) => Buffer.from([byte])), 'ok', { echoes: ['slowly'] }]);
    list.push(['length in 16 bits for 5', text('hello', { length16: true }), ['ok', ...dead]]);
    list.push(['length in 64 bits for 5', text('hello', { length64: true }), ['ok', ...dead]]);
    list.push(['many in one packet', Buffer.concat(Array.from({ length: 50 }, (_, i) => text(`m${i}`))), 'ok', { echoes: Array.from({ length: 50 }, (_, i) => `m${i}`) }]);
    for (const size of [0, 1, 124, 125]) list.push([`ping of ${size}`, frame(9, 'p'.repeat(size)), 'ok'], [`pong of ${size}`, frame(10, 'p'.repeat(size)), 'ok']);
    await outcomes(list);
});

test('a ping is answered with its own bytes', async () => {
    cases++;
    const ws = await open(server.port);
    ws.send(frame(9, 'are you there'));
    assert.ok(await ws.wait(() => ws.frames.some((got) => got.opcode === 10 && got.payload.toString() === 'are you there')));
    ws.end();
});

test('frames that break the protocol end the socket', async () => {
    const list = [];
    for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
        for (const payload of ['', 'x']) list.push([`opcode ${opcode} '${payload}'`, frame(opcode, payload), dead]);
    for (const rsv of [1, 2, 3, 4, 5, 6, 7])
        for (const opcode of [1, 9]) list.push([`rsv ${rsv} opcode ${opcode}`, frame(opcode, 'x', { rsv }), dead]);
    for (const opcode of [8, 9, 10]) {
        list.push([`control ${opcode} of 126 bytes`, frame(opcode, 'x'.repeat(126)), dead]);
        list.push([`control ${opcode} of 65,536 bytes`, frame(opcode, 'x'.repeat(65536)), dead]);
        list.push([`control ${opcode} in pieces`, frame(opcode, '', { fin: false }), dead]);
        list.push([`control ${opcode} with a 64-bit length`, frame(opcode, 'x', { length64: true }), dead]);
    }
    list.push(['continuation of nothing', frame(0, 'x'), dead]);
    list.push(['last continuation twice', [frame(1, 'a', { fin: false }), frame(0, 'b'), frame(0, 'c')], dead]);
    list.push(['text inside a text', [frame(1, 'a', { fin: false }), text('b')], dead]);
    list.push(['binary inside a text', [frame(1, 'a', { fin: false }), frame(2, 'b')], [...dead, 'code 1003']]);
    list.push(['negative length', Buffer.from([0x81, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4]), dead]);
    await outcomes(list);
});

test('binary, oversize and what is not UTF-8 get their codes', async () => {
    const list = [];
    for (const size of [0, 1, 200, 70000]) list.push([`binary of ${size}`, frame(2, 'x'.repeat(size)), size === 0 ? ['code 1003', 'ok'] : 'code 1003']);
    for (const size of [65537, 65600, 100000, 1 << 20]) list.push([`text of ${size}`, text('x'.repeat(size)), 'code 1009']);
    for (const [name, length] of [['2^31', 2 ** 31], ['2^32', 2 ** 32], ['2^53', 2 ** 53 - 1]])
        list.push([`text that says ${name}`, frame(1, 'x'.repeat(2000), { length, length64: true }), 'code 1009']);
    list.push(['65,537 in pieces', [frame(1, 'x'.repeat(60000), { fin: false }), frame(0, 'x'.repeat(5537))], 'code 1009']);
    list.push(['1,000 pieces of 100', [frame(1, 'x'.repeat(100), { fin: false }), ...Array.from({ length: 999 }, () => frame(0, 'x'.repeat(100), { fin: false }))], 'code 1009']);
    list.push(['3,000 empty pieces', [frame(1, 'x', { fin: false }), Buffer.concat(Array.from({ length: 3000 }, () => frame(0, 'y', { fin: false })))], 'code 1008']);
    const bad = ['80', 'bf', 'c0', 'c080', 'c1bf', 'c3', 'c328', 'e0', 'e080', 'e08080', 'e09fbf', 'eda080', 'edbfbf', 'ed9fc0', 'ef', 'efbf', 'f0', 'f08080', 'f0808080', 'f08fbfbf', 'f4908080', 'f5808080', 'f8888080', 'fc', 'fe', 'ff', 'fffe', '61c3', '61ff62', 'e28281ff', 'f09f98', 'c3a9c3'];
    for (const hex of bad) {
        const payload = Buffer.from(hex, 'hex');
        list.push([`bytes ${hex}`, frame(1, payload), 'code 1007']);
        if (payload.length > 1) list.push([`bytes ${hex} in two`, [frame(1, payload.subarray(0, 1), { fin: false }), frame(0, payload.subarray(1))], 'code 1007']);
    }
    for (const hex of ['00', '7f', 'c280', 'dfbf', 'e0a080', 'ed9fbf', 'ee8080', 'efbfbf', 'f0908080', 'f48fbfbf'])
        list.push([`good bytes ${hex}`, frame(1, Buffer.from(hex, 'hex')), 'ok']);
    await outcomes(list);
});

test('closes of the peer are answered, and bad ones called so', async () => {
    const list = [];
    for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999]) list.push([`close ${code}`, closing(code, 'bye'), `code ${code}`]);
    for (const code of [0, 1, 999, 1004, 1005, 1006, 1014, 1015, 1016, 1100, 2000, 2999]) list.push([`close ${code}`, closing(code), dead]);
    list.push(['close without a code', frame(8, ''), ['code 1005', 'code 1000', 'closed']]);
    list.push(['close with half a code', frame(8, Buffer.from([3])), dead]);
    list.push(['close with bad UTF-8', frame(8, Buffer.from([3, 232, 0xff, 0xfe])), [...dead, 'code 1007']]);
    list.push(['close with 123 bytes', closing(1000, 'x'.repeat(123)), 'code 1000']);
    list.push(['close with 124 bytes', closing(1000, 'x'.repeat(124)), dead]);
    list.push(['close twice', Buffer.concat([closing(1000), closing(1000)]), ['code 1000', 'closed']]);
    list.push(['text after close', Buffer.concat([closing(1000), text('x')]), ['code 1000', 'closed']]);
    await outcomes(list);
});

test('the server closes with the code that the handler says', async () => {
    const list = [];
    for (const code of [1000, 1001, 1008, 1011, 1013, 4001]) list.push([`close ${code}`, text(`close ${code}`), `code ${code}`]);
    await outcomes(list);
    const failures = [];
    for (const code of [1001, 4001]) {
        cases++;
        const ws = await open(server.port);
        ws.answerClose = false;
        ws.send(text(`close ${code}`));
        const began = performance.now();
        if (!(await ws.wait(() => ws.code === code, 2000))) failures.push(`no code ${code}`);
        if (!(await ws.wait(() => ws.closed, 8000))) failures.push('a peer that does not answer the close stays open');
        if (performance.now() - began > 6000) failures.push('too late');
        ws.end();
    }
    assert.deepEqual(failures, []);
});

test('the peer may vanish at any moment', async () => {
    const whole = Buffer.concat([Buffer.from(handshake()), text('hello'), frame(9, 'x'), text('y'.repeat(300))]);
    const cuts = [];
    for (let at = 1; at < whole.length; at += 23) cuts.push(at);
    cases += cuts.length;
    await each(cuts, 16, async (at) => {
        const ws = await open(server.port, { raw: whole.subarray(0, at) }).catch(() => undefined);
        ws?.end();
    });
    await until(async () => (await server.counts()).sockets === 0, 5000, 'all gone');
});

// ---- floods and slow readers ----

test('more than 100 messages a minute are a flood', async () => {
    cases += 2;
    const many = await open(server.port);
    for (let i = 0; i < 101; i++) many.send(text(`m${i}`));
    assert.ok(await many.wait(() => many.code !== undefined));
    assert.equal(many.code, 1008);
    assert.equal(many.texts.length, 101);
    many.end();
    const enough = await open(server.port);
    for (let i = 0; i < 100; i++) enough.send(text(`m${i}`));
    assert.ok(await enough.wait(() => enough.texts.length === 101));
    await sleep(200);
    assert.equal(enough.code, undefined);
    enough.end();
});

test('a ping flood is served without harm to others', async () => {
    cases++;
    const ws = await open(server.port);
    ws.send(Buffer.concat(Array.from({ length: 20000 }, () => frame(9, 'p'.repeat(100)))));
    const other = await open(server.port);
    const began = performance.now();
    other.send(text('still there?'));
    assert.ok(await other.wait(() => other.texts.includes('still there?'), 2000));
    assert.ok(performance.now() - began < 1000);
    ws.end();
    other.end();
});

test('a slow reader is dropped with 1013, a reader gets all frames in order', async () => {
    cases += 2;
    const reader = await open(server.port);
    reader.send(text('burst 900'));
    assert.ok(await reader.wait(() => reader.texts.length === 901, 4000), `${reader.texts.length} frames`);
    reader.end();

    const before = (await server.counts()).slow_sockets;
    const slow = await open(server.port);
    slow.socket.pause();
    for (let i = 0; i < 20; i++) slow.send(text('burst 1000'));
    await until(async () => (await server.counts()).slow_sockets === before + 1, 4000, 'the slow one is found out');
    slow.socket.resume();
    assert.ok(await slow.wait(() => slow.code !== undefined || slow.closed, 4000));
    assert.equal(slow.code, 1013);
    assert.equal(slow.broken, undefined);
    slow.end();
});

test('a slow reader that never reads again is gone after the close deadline', async () => {
    cases++;
    const slow = await open(server.port);
    slow.socket.pause();
    for (let i = 0; i < 20; i++) slow.send(text('burst 1000'));
    await until(async () => (await server.counts()).sockets === 0, 6000, 'its socket is gone');
    slow.end();
});
