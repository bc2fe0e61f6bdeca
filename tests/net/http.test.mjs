// Raw HTTP, figure F52: each request of the table gets exactly the answer that the table says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { each, talk } from './kit/raw.mjs';
import { requests } from './kit/requests.mjs';
import { get, quick, sleep, start, until } from './kit/server.mjs';
import { handshake } from './kit/websocket.mjs';

let server;
before(async () => {
    server = await start({ limits: quick });
});
after(() => server.stop());

// '200 200+' for two answers on a connection that stays open, '400.' for one and the end, '.' for the end alone.
function shape(got) {
    return got.responses.map((response) => response.status).join(' ') + (got.closed ? '.' : '+');
}

// Rule 10; a 403 of the table is the library's own.
function refusalFault({ headers }) {
    const { connection, 'content-type': type } = headers;
    return connection === 'close' && type === 'application/problem+json' ? '' : ` Connection: ${connection}, ${type}`;
}

test('the table has at least 200 requests', () => {
    assert.ok(requests.length >= 200, `${requests.length} requests`);
    const twofold = requests.filter(([, , , expected]) => expected.includes('|')).map(([group]) => group);
    assert.deepEqual([...new Set(twofold)], ['pipeline'], 'all others have one answer');
});

const groups = [...new Set(requests.map(([group]) => group))];
for (const group of groups) {
    test(`raw requests: ${group}`, async () => {
        const cases = requests.filter(([name]) => name === group);
        const failures = [];
        await each(cases, 24, async ([, name, pieces, expected, options]) => {
            let saw;
            try {
                const got = await talk(server.port, pieces, options);
                saw = shape(got);
                for (const response of got.responses) {
                    if (response.headers.server) saw += ` Server: ${response.headers.server}`;
                    if (got.closed && response.status >= 400 && response.status !== 403) saw += refusalFault(response);
                    if (response.status >= 500 && ![503, 505].includes(response.status)) saw += ' 5xx';
                }
            } catch (error) {
                saw = String(error.message);
            }
            if (!expected.split('|').includes(saw)) failures.push(`${name}: expected ${expected}, saw ${saw}`);
        });
        assert.deepEqual(failures, []);
    });
}

test('no hidden request was ever run, and nothing is left behind', async () => {
    const counts = await server.counts();
    assert.equal(counts.hidden, 0);
    assert.ok(counts.requests > 100);
    // The handlers that took too long answer in the end, into the void.
    await until(async () => (await server.counts()).exchanges === 1, 6000, 'only this one is in flight');
});

test('a refusal says why, as a problem document, and closes', async () => {
    const got = await talk(server.port, 'GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello');
    const [answer] = got.responses;
    assert.equal(answer.headers['content-type'], 'application/problem+json');
    assert.equal(answer.headers.connection, 'close');
    assert.equal(answer.headers['cache-control'], 'no-store');
    const problem = JSON.parse(answer.body);
    assert.equal(problem.status, 400);
    assert.equal(problem.type, '/problems/invalid');
    assert.equal(problem.title, 'The request is not valid');
    assert.match(problem.detail, /^A request of this method has no body\.$/);
    assert.ok(got.closed);
});

test('a refusal has the type that the documents have for it, or about:blank', async () => {
    const post = (path, ...fields) => `POST ${path} HTTP/1.1\r\nHost: a\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;
    const list = [
        ['GET /hello HTTP/1.1\r\n\r\n', 400, '/problems/invalid', 'The request is not valid'],
        ['GET /live HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n', 400, '/problems/invalid', 'The request is not valid'],
        [handshake({ path: '/none' }), 404, '/problems/not-found', 'Not found'],
        [handshake({ set: { Origin: 'http://evil.example' } }), 403, '/problems/origin', "Origin is not the gateway's"],
        ['PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n', 405, '/problems/method-not-allowed', 'Method not allowed'],
        ['GET /echo HTTP/1.1\r\nHost: a\r\n\r\n', 405, '/problems/method-not-allowed', 'Method not allowed'],
        [post('/small', 'Content-Length: 17'), 413, '/problems/too-large', 'Too large', 16],
        [post('/echo', 'Content-Length: 90000000'), 413, '/problems/too-large', 'Too large', 1048576],
        [post('/echo', 'Content-Length: 5', 'Content-Encoding: gzip'), 415, '/problems/unsupported-media-type', 'Unsupported media type'],
        [handshake({ set: { 'Sec-WebSocket-Version': '8' } }), 426, '/problems/upgrade-required', 'Upgrade required'],
        [post('/echo', 'Content-Length: 5'), 408, 'about:blank', 'Request Timeout'],
        [post('/echo'), 411, 'about:blank', 'Length Required'],
        [post('/echo', 'Content-Length: 5', 'Expect: more'), 417, 'about:blank', 'Expectation Failed'],
        ['GET /slow?ms=2000 HTTP/1.1\r\nHost: a\r\n\r\n', 503, 'about:blank', 'Service Unavailable'],
        ['GET /hello HTTP/2.0\r\nHost: a\r\n\r\n', 505, 'about:blank', 'HTTP Version Not Supported'],
    ];
    await each(list, list.length, async ([pieces, status, type, title, max]) => {
        const [answer] = (await talk(server.port, pieces, { quiet: 2500 })).responses;
        const { detail, ...problem } = JSON.parse(answer.body);
        assert.deepEqual(problem, { type, title, status, ...(max && { max }) });
        assert.equal(answer.status, status);
        assert.ok(detail);
    });
});

test('405 names what is allowed', async () => {
    const [door] = (await talk(server.port, 'PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n')).responses;
    assert.equal(door.headers.allow, 'GET, HEAD, POST, PATCH, DELETE');
    const [route] = (await talk(server.port, 'GET /echo HTTP/1.1\r\nHost: a\r\n\r\n')).responses;
    assert.equal(route.headers.allow, 'POST, PATCH, DELETE');
});

test('answers carry a date and no server name; HEAD has the length of GET and no body', async () => {
    const full = await get(server.port, '/hello');
    assert.equal(full.body, 'hello');
    assert.ok(Math.abs(Date.parse(full.headers.date) - Date.now()) < 5000);
    assert.equal(full.headers.server, undefined);
    const head = await talk(server.port, 'HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n', { head: true });
    assert.equal(head.responses[0].headers['content-length'], '5');
    assert.ok(head.data.toString('latin1').endsWith('\r\n\r\n'));
});

test('a request brings its query, its address and the headers of the table, and no others', async () => {
    const { body } = await get(server.port, '/ticket?b=c&a=%C3%A9%26x=y&plus=a+b', {
        headers: { 'X-Hub-Signature-256': 'sha256=00', 'X-Other': 'x', Cookie: 'a=b; c=d', 'TikTok-Signature': 't=1,s=2' },
    });
    const [line, ...headers] = body.trim().split('\n');
    assert.equal(line, 'GET /ticket?b=c&a=%C3%A9%26x%3Dy&plus=a%20b 127.0.0.1 plain');
    assert.deepEqual(headers.filter((header) => !header.startsWith('host:')), [
        'cookie: a=b; c=d',
        'tiktok-signature: t=1,s=2',
        'x-hub-signature-256: sha256=00',
    ]);
});

test('large answers arrive whole, copied or shared, one after the other on one connection', async () => {
    const { Agent } = await import('node:http');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < 3; i++) {
        const large = await get(server.port, '/large', { agent });
        assert.equal(large.body.length, 3 << 20);
        assert.ok(/^l+$/.test(large.body));
        const bytes = await get(server.port, '/bytes?n=700000', { agent });
        assert.equal(bytes.body, 'b'.repeat(700000));
    }
    agent.destroy();
});

test('a handler whose peer has gone is told once, and its answer goes nowhere', async () => {
    const before = (await server.counts()).gone;
    await talk(server.port, ['POST /slow?ms=300 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx', 50], { quiet: 0 });
    await sleep(600);
    const counts = await server.counts();
    assert.equal(counts.gone, before + 1);
    assert.equal(counts.exchanges, 1);
});
