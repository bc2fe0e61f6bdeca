// A client of the live feed on a bare socket. Every frame is held against the schema LiveFrame.

import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { connect as connectTls } from 'node:tls';
import { description } from './description.mjs';
import { slowness } from './until.mjs';

/** A masked frame as clients send it. */
export function frame(opcode, payload) {
  const body = Buffer.from(payload);
  const key = randomBytes(4);
  const head =
    body.length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | body.length])
      : Buffer.from([0x80 | opcode, 0x80 | 126, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, key, body.map((byte, index) => byte ^ key[index & 3])]);
}

export class LiveClient {
  /** The status of the handshake: 101 when it is open. */
  status = 0;
  /** The handshake's answer, with the body of a refusal. */
  head = '';
  /** Frames as they came, parsed. */
  frames = [];
  /** The code of the gateway's close frame; undefined while open, 1006 when there was none. */
  code;
  #socket;
  #buffer = Buffer.alloc(0);
  #waiting = new Set();

  /** @param gateway {port, origin, tls}; @param headers of the handshake, beside its own; @param query as "?since=1" */
  static async open(gateway, { headers = {}, query = '' } = {}) {
    const client = new LiveClient();
    client.#connect(gateway, headers, query);
    await client.#wait(() => client.status !== 0 || client.code !== undefined, 10_000, 'an answer to the handshake');
    return client;
  }

  #connect({ port, origin, tls }, headers, query) {
    const all = {
      Host: new URL(origin).host,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => (value === undefined ? '' : `${name}: ${value}\r\n`));
    const to = { port, host: '127.0.0.1', noDelay: true };
    this.#socket = tls ? connectTls({ ...to, ca: tls.ca }) : net.connect(to);
    this.#socket.write(`GET /api/v1/live${query} HTTP/1.1\r\n${lines.join('')}\r\n`);
    this.#socket.on('data', (bytes) => {
      this.#buffer = Buffer.concat([this.#buffer, bytes]);
      while (this.#take());
      for (const look of this.#waiting) look();
    });
    for (const event of ['close', 'error'])
      this.#socket.on(event, () => {
        this.code ??= 1006;
        for (const look of this.#waiting) look();
      });
  }

  #take() {
    const buffer = this.#buffer;
    if (this.status === 0) {
      const end = buffer.indexOf('\r\n\r\n');
      if (end < 0) return false;
      this.head = buffer.subarray(0, end).toString('latin1');
      this.status = Number(this.head.slice(9, 12));
      this.#buffer = buffer.subarray(end + 4);
      return true;
    }
    if (this.status !== 101) {
      this.head += buffer.toString('latin1');
      this.#buffer = Buffer.alloc(0);
      return false;
    }
    if (buffer.length < 2) return false;
    const short = buffer[1] & 127;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (buffer.length < start) return false;
    const length = short === 126 ? buffer.readUInt16BE(2) : short === 127 ? Number(buffer.readBigUInt64BE(2)) : short;
    if (buffer.length < start + length) return false;
    const payload = Buffer.from(buffer.subarray(start, start + length));
    this.#buffer = buffer.subarray(start + length);
    this.#frame(buffer[0] & 15, payload);
    return true;
  }

  #frame(opcode, payload) {
    if (opcode === 1) {
      const value = JSON.parse(payload.toString());
      const problems = description.frameProblems(value);
      if (problems.length > 0) this.broken ??= `${value.type}: ${problems.join('\n  ')}\n  ${payload.toString().slice(0, 600)}`;
      this.frames.push(value);
    } else if (opcode === 8) {
      this.code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.#socket.end(frame(8, payload));
    } else if (opcode === 9) this.#socket.write(frame(10, payload));
  }

  #wait(look, ms, what) {
    const limit = ms * slowness;
    return new Promise((resolve, reject) => {
      const check = () => {
        const value = look();
        if (!value && !this.broken) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        if (this.broken) reject(new Error(`a frame is not as described: ${this.broken}`));
        else resolve(value);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        const last = this.frames.slice(-8).map(({ seq, type }) => `${seq} ${type}`);
        reject(new Error(`not within ${limit} ms: ${what}; closed: ${this.code}; the last frames: ${last.join(', ')}`));
      }, limit);
      this.#waiting.add(check);
      check();
    });
  }

  /**
   * The first frame, from the `from`-th on, of that type for which `test(data)` holds; waits for it.
   * @param type a type, or a function of the frame
   */
  next(type, test = () => true, { from = 0, ms = 5000 } = {}) {
    const fits = typeof type === 'function' ? type : (got) => got.type === type && test(got.data);
    return this.#wait(() => this.frames.slice(from).find(fits), ms, `a frame ${type}`);
  }

  /** Waits until the gateway closes; gives the code. */
  closed(ms = 5000) {
    return this.#wait(() => this.code, ms, 'the end of the socket');
  }

  /** The newest frame about a ticket or message. */
  newest(type, id) {
    return this.frames.findLast((got) => got.type === type && got.data.id === id)?.data;
  }

  send(value) {
    this.#socket.write(frame(1, typeof value === 'string' ? value : JSON.stringify(value)));
  }

  /** Bytes as they are. */
  write(bytes) {
    this.#socket.write(bytes);
  }

  /** Reads nothing more, as a client that hangs; resume() goes on. */
  pause() {
    this.#socket.pause();
  }

  resume() {
    this.#socket.resume();
  }

  close() {
    this.#socket.destroy();
  }
}
