// A WebSocket client that may break every rule.
import { createHash, randomBytes } from 'node:crypto';
import net from 'node:net';

export const good = 'http://good.example';

// A frame; every part can be set to what the protocol forbids.
export function frame(opcode, payload = '', { fin = true, rsv = 0, mask = true, length, length64 = false, length16 = false } = {}) {
    const body = Buffer.isBuffer(payload) ? payload : Buffer.from(payload);
    const size = length ?? body.length;
    const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
    const bit = mask ? 0x80 : 0;
    if (length64 || size > 65535) {
        const eight = Buffer.alloc(8);
        eight.writeBigUInt64BE(BigInt(size));
        head.push(bit | 127, ...eight);
    } else if (length16 || size > 125) head.push(bit | 126, size >> 8, size & 255);
    else head.push(bit | size);
    if (!mask) return Buffer.concat([Buffer.from(head), body]);
    const key = randomBytes(4);
    const masked = Buffer.from(body);
    for (let i = 0; i < masked.length; i++) masked[i] ^= key[i & 3];
    return Buffer.concat([Buffer.from(head), key, masked]);
}

export const text = (payload, options) => frame(1, payload, options);
export const closing = (code, reason = '') => frame(8, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]));

export function handshake({ path = '/live', method = 'GET', version = 'HTTP/1.1', set = {}, extra = '' } = {}) {
    const headers = {
        Host: 'good.example',
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
        Origin: good,
        ...set,
    };
    const lines = Object.entries(headers)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => `${name}: ${value}\r\n`);
    return `${method} ${path} ${version}\r\n${lines.join('')}${extra}\r\n`;
}

// Opens a connection, sends the handshake and reads frames. Gives an object with status, head, frames, code (of the
// server's close frame), closed; send(), wait(test, ms), end().
export async function open(port, options = {}) {
    const socket = net.connect({ port, host: options.host ?? '127.0.0.1', noDelay: true });
    const ws = { socket, status: 0, head: '', frames: [], texts: [], code: undefined, closed: false, broken: undefined };
    let buffer = Buffer.alloc(0);
    const waiters = new Set();
    const tell = () => waiters.forEach((waiter) => waiter());
    const take = () => {
        if (ws.status === 0) {
            const end = buffer.indexOf('\r\n\r\n');
            if (end < 0) return false;
            ws.head = buffer.subarray(0, end).toString('latin1');
            ws.status = Number(/^HTTP\/1\.[01] (\d+)/.exec(ws.head)?.[1] ?? -1);
            buffer = buffer.subarray(end + 4);
            return true;
        }
        if (ws.status !== 101 || buffer.length < 2) return false;
        let size = buffer[1] & 127;
        let at = 2;
        if (buffer[1] & 128) ws.broken = 'masked by the server';
        if (size === 126) {
            if (buffer.length < 4) return false;
            size = buffer.readUInt16BE(2);
            at = 4;
        } else if (size === 127) {
            if (buffer.length < 10) return false;
            size = Number(buffer.readBigUInt64BE(2));
            at = 10;
        }
        if (buffer.length < at + size) return false;
        const got = { opcode: buffer[0] & 15, fin: buffer[0] >> 7, rsv: (buffer[0] >> 4) & 7, payload: Buffer.from(buffer.subarray(at, at + size)) };
        if (got.rsv || !got.fin) ws.broken = 'a fragment or reserved bits';
        buffer = buffer.subarray(at + size);
        ws.frames.push(got);
        if (got.opcode === 1) ws.texts.push(got.payload.toString());
        if (got.opcode === 8) ws.code = got.payload.length >= 2 ? got.payload.readUInt16BE(0) : 1005;
        if (got.opcode === 9 && ws.pong !== false) socket.write(frame(10, got.payload));
        if (got.opcode === 8 && ws.answerClose !== false) socket.write(frame(8, got.payload));
        return true;
    };
    socket.on('data', (part) => {
        buffer = buffer.length ? Buffer.concat([buffer, part]) : part;
        while (take()) continue;
        tell();
    });
    for (const event of ['end', 'close', 'error'])
        socket.on(event, () => {
            ws.closed = true;
            tell();
        });
    ws.send = (...pieces) => {
        for (const piece of pieces) if (!socket.destroyed) socket.write(piece);
    };
    ws.wait = (test, ms = 3000) =>
        new Promise((resolve) => {
            const finish = (value) => {
                waiters.delete(check);
                clearTimeout(timer);
                resolve(value);
            };
            const check = () => test() && finish(true);
            const timer = setTimeout(() => finish(false), ms);
            waiters.add(check);
            check();
        });
    ws.end = () => socket.destroy();
    socket.write(options.raw ?? handshake(options));
    await ws.wait(() => ws.status !== 0 || ws.closed);
    return ws;
}

export const accept = (key) => createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
