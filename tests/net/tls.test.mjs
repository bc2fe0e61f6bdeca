// TLS: 1.2 and 1.3, forward secrecy only, HTTP/1.1 only; the same door behind it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { responses, talk } from './kit/raw.mjs';
import { sleep, start } from './kit/server.mjs';
import { frame, handshake } from './kit/websocket.mjs';

const run = promisify(execFile);
let folder, certificate, key, server;
before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guichet-tls-'));
    [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-keyout', key, '-out', certificate]);
    server = await start({ tls: { certificate, key }, limits: { head_ms: 1000 } });
});
after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
});

const connect = (options = {}) =>
    new Promise((resolve, reject) => {
        const socket = tls.connect({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false, ...options }, () => resolve(socket));
        socket.on('error', reject);
    });

async function speak(pieces, quiet = 400) {
    const socket = await connect();
    const parts = [];
    let closed = false;
    socket.on('data', (part) => parts.push(part));
    for (const event of ['end', 'close', 'error']) socket.on(event, () => (closed = true));
    for (const piece of [pieces].flat()) typeof piece === 'number' ? await sleep(piece) : socket.write(piece);
    await sleep(quiet);
    socket.destroy();
    return { responses: responses(Buffer.concat(parts)), closed };
}

function fetch(path, { method = 'GET', body, agent } = {}) {
    return new Promise((resolve, reject) => {
        const request = https.request({ port: server.port, host: '127.0.0.1', path, method, agent, rejectUnauthorized: false }, (response) => {
            let text = '';
            response.setEncoding('latin1');
            response.on('data', (part) => (text += part));
            response.on('end', () => resolve({ status: response.statusCode, text }));
        });
        request.on('error', reject);
        request.end(body);
    });
}

test('1.2 and 1.3 with forward secrecy are spoken, nothing older or weaker', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3']) {
        const socket = await connect({ minVersion: version, maxVersion: version });
        assert.equal(socket.getProtocol(), version);
        socket.destroy();
    }
    for (const options of [
        { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
        { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256:AES256-SHA' },
        { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA256' },
    ])
        await assert.rejects(connect(options));
});

test('only http/1.1 is offered', async () => {
    const both = await connect({ ALPNProtocols: ['h2', 'http/1.1'] });
    assert.equal(both.alpnProtocol, 'http/1.1');
    both.destroy();
    const modern = await connect({ ALPNProtocols: ['h2'] }).catch(() => undefined);
    assert.notEqual(modern?.alpnProtocol, 'h2');
    modern?.destroy();
});

test('requests are served as without TLS, and know that it was TLS', async () => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < 3; i++) {
        assert.match((await fetch('/ticket', { agent })).text, /^GET \/ticket\? 127\.0\.0\.1 tls/);
        assert.equal((await fetch('/work', { method: 'POST', body: 'x'.repeat(100000), agent })).text.length, 100000);
        assert.equal((await fetch('/large', { agent })).text.length, 3 << 20);
    }
    agent.destroy();
});

test('the door has the same rules behind TLS', async () => {
    const get = 'GET /hello HTTP/1.1\r\nHost: a\r\n\r\n';
    const hidden = 'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n';
    const post = 'POST /work HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello';
    const shape = async (pieces, quiet) => {
        const got = await speak(pieces, quiet);
        return got.responses.map(({ status }) => status).join(' ') + (got.closed ? '.' : '+');
    };
    assert.equal(await shape([get, 100, get]), '200 200+');
    assert.equal(await shape(get + hidden), '200.');
    assert.ok(['.', '200.'].includes(await shape(post + hidden)));
    assert.equal(await shape('POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'), '411.');
    assert.equal(await shape(`POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n${'x'.repeat(1500000)}`), '413.');
    assert.equal(await shape('GET /hello HTTP/1.1\r\nHost: a\r\n', 1700), '.');
    assert.equal(JSON.parse((await fetch('/counts')).text).hidden, 0);
});

test('sockets are served over TLS', async () => {
    const socket = await connect();
    let got = Buffer.alloc(0);
    socket.on('data', (part) => (got = Buffer.concat([got, part])));
    socket.write(handshake());
    await sleep(200);
    socket.write(frame(1, 'over TLS'));
    await sleep(200);
    assert.match(got.toString('latin1'), /^HTTP\/1\.1 101 [^]*hello[^]*over TLS$/);
    socket.destroy();
});

test('plain HTTP on a TLS port gets nothing; a silent handshake ends', async () => {
    const plain = await talk(server.port, 'GET /hello HTTP/1.1\r\nHost: a\r\n\r\n', { quiet: 1800 }).catch(() => ({ closed: true, data: '' }));
    assert.ok(plain.closed);
    assert.doesNotMatch(plain.data.toString('latin1'), /hello/);
    assert.ok((await talk(server.port, '', { quiet: 1800 })).closed);
});

test('a certificate or key that cannot be used is named', async () => {
    const broken = join(folder, 'broken.pem');
    await writeFile(broken, 'nothing');
    await assert.rejects(start({ tls: { certificate: broken, key } }), /the TLS certificate .*broken\.pem cannot be used: /);
    await assert.rejects(start({ tls: { certificate, key: broken } }), /the TLS key .*broken\.pem cannot be used: /);
    await assert.rejects(start({ tls: { certificate, key: join(folder, 'none') } }), /the TLS key .*none cannot be used: /);
});
