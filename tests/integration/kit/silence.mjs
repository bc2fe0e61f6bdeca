// A platform's door that falls silent at one point of a call. Once it is mended, what comes anew reaches the simulated
// platform behind it; what hung hangs on.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { freePort, run } from './gateway.mjs';

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 56\r\n\r\n';
/** The first bytes of a TLS record that says hello, and not a word of it. */
const HELLO = Buffer.from([0x16, 0x03, 0x03, 0x00, 0x7a, 0x02]);

/** Whether the bytes are a whole POST. */
function isWhole(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  const length = /^POST [^]*\r\ncontent-length: (\d+)/i.exec(bytes.subarray(0, Math.max(end, 0)).toString('latin1'));
  return length !== null && bytes.length >= end + 4 + Number(length[1]);
}

/** What is said on a connection before the silence, by kind of door. */
const KINDS = {
  closed: { gone: true },
  full: { hole: true },
  lost: { hole: true },
  accepted: { secure: true, meet: (socket) => socket.pause() },
  greeted: { secure: true, meet: (socket) => socket.once('data', () => socket.write(HELLO)) },
  asked: { meet: (socket, door) => door.listen(socket, '') },
  headed: { meet: (socket, door) => door.listen(socket, HEAD) },
  halved: { secure: true, handshake: true, meet: (socket, door) => door.listen(socket, `${HEAD}{"recipient_id":"1","me`) },
};

/** A certificate for localhost that is its own authority: {key, cert, file}. */
export async function selfSigned() {
  const folder = mkdtempSync(join(tmpdir(), 'guichet-door-'));
  const [key, file] = ['key', 'certificate'].map((name) => join(folder, `${name}.pem`));
  const words = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost';
  const { status, stderr } = await run('openssl', [...words.split(' '), '-keyout', key, '-out', file]);
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
  return { key: readFileSync(key), cert: readFileSync(file), file, folder };
}

export class SilentDoor {
  /** When each request was there as a whole. */
  asked = [];
  #name;
  #kind;
  #program;
  #behind;
  #certificate;
  #hole = null;
  #server = null;
  #sockets = new Set();

  /**
   * @param kind closed: nobody listens; full, lost: see black_hole.c; accepted, greeted: TLS that does not begin, or stops at its first record;
   *   asked, headed, halved: silence after the request, the head of the answer, half of its body
   * @param behind the origin of the platform; certificate: {key, cert} for https://localhost; build: where black_hole is
   */
  constructor(kind, { behind, certificate, build }) {
    this.#name = kind;
    this.#kind = KINDS[kind];
    this.#behind = new URL(behind);
    this.#certificate = certificate;
    this.#program = join(build, 'tests/black_hole');
  }

  /** Gives the origin. */
  async open() {
    const { hole = false, gone = false, secure = false, handshake = false, meet } = this.#kind;
    this.port = await freePort();
    if (hole) await this.#dig();
    else await this.#serve(secure && handshake, (socket) => meet(socket, this));
    if (gone) this.#server.close();
    return secure ? `https://localhost:${this.port}` : `http://127.0.0.1:${this.port}`;
  }

  /** From now on connections reach the platform. */
  async mend() {
    if (this.#hole) {
      this.#hole.stdin.end();
      await once(this.#hole.stdout, 'data');
    } else this.#server.close();
    await this.#serve(this.#kind.secure, (socket) => {
      const platform = this.#keep(net.connect(this.#behind.port, this.#behind.hostname));
      socket.pipe(platform).pipe(socket);
      socket.on('close', () => platform.destroy());
      platform.on('close', () => socket.destroy());
    });
  }

  close() {
    this.#hole?.kill('SIGKILL');
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Waits for a request, says the beginning of an answer and no more. */
  listen(socket, beginning) {
    let bytes = Buffer.alloc(0);
    socket.on('data', (more) => {
      bytes = Buffer.concat([bytes, more]);
      if (!isWhole(bytes)) return;
      this.asked.push(Date.now());
      bytes = Buffer.alloc(0);
      socket.write(beginning);
    });
  }

  async #dig() {
    this.#hole = spawn(this.#program, [this.#name, String(this.port)], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(this.#hole.stdout, 'data');
  }

  async #serve(secure, meet) {
    const met = (socket) => meet(this.#keep(socket));
    this.#server = secure ? tls.createServer(this.#certificate, met) : net.createServer(met);
    if (secure) this.#server.on('connection', (socket) => this.#keep(socket));
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  #keep(socket) {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    return socket;
  }
}
