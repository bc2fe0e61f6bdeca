// Raw bytes to a socket, and what came back.
import net from 'node:net';
import { sleep } from './server.mjs';

export const bytes = (text) => (Buffer.isBuffer(text) ? text : Buffer.from(text, 'latin1'));

// Sends pieces (a number is a pause in ms, 'FIN' ends our side) and reads until the server closes or quiet ms have
// passed without a byte after the last piece. Gives {data, closed, reset, responses}.
export async function talk(port, pieces, { quiet = 400, host = '127.0.0.1', head = false } = {}) {
    const socket = net.connect({ port, host, noDelay: true, allowHalfOpen: true });
    const got = { data: Buffer.alloc(0), closed: false, reset: false };
    let last = performance.now();
    const parts = [];
    socket.on('data', (part) => {
        parts.push(part);
        last = performance.now();
    });
    socket.on('end', () => (got.closed = true));
    socket.on('close', () => (got.closed = true));
    socket.on('error', (error) => {
        got.reset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
        got.closed = true;
    });
    for (const piece of [pieces].flat()) {
        if (got.closed) break;
        if (typeof piece === 'number') await sleep(piece);
        else if (piece === 'FIN') socket.end();
        else await new Promise((resolve) => socket.write(bytes(piece), resolve));
        last = performance.now();
    }
    while (!got.closed && performance.now() - last < quiet) await sleep(15);
    socket.destroy();
    got.data = Buffer.concat(parts);
    got.responses = responses(got.data, head);
    return got;
}

// The responses in a row of bytes, by the rules of RFC 9112; throws on anything else. head: answers have no bodies.
export function responses(data, head = false) {
    const list = [];
    let text = data.toString('latin1');
    while (text.length > 0) {
        const end = text.indexOf('\r\n\r\n');
        const line = /^HTTP\/1\.[01] (\d{3}) [^\r\n]*\r\n/.exec(text);
        if (end < 0 || !line) throw new Error(`not a response: ${JSON.stringify(text.slice(0, 120))}`);
        const headers = {};
        for (const field of text.slice(line[0].length, end).split('\r\n').filter(Boolean)) {
            const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([^\r\n]*)$/.exec(field);
            if (!match) throw new Error(`not a header: ${JSON.stringify(field)}`);
            headers[match[1].toLowerCase()] = match[2];
        }
        const status = Number(line[1]);
        const length = status < 200 || status === 204 || status === 304 || head ? 0 : Number(headers['content-length'] ?? 0);
        const body = text.slice(end + 4, end + 4 + length);
        list.push({ status, headers, body, whole: body.length === length });
        text = text.slice(end + 4 + length);
    }
    return list;
}

// Runs task over items, so many at a time.
export async function each(items, width, task) {
    const queue = [...items.entries()];
    const results = new Array(items.length);
    await Promise.all(
        Array.from({ length: width }, async () => {
            for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await task(next[1]);
        }),
    );
    return results;
}
