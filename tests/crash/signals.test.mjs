// F11, F17: the database is locked, the gateway is stopped, told to end, told to read its configuration, while customers act
// and agents answer. GUICHET_CRASH_ROUNDS multiplies how often (1 for each submission, 10 for a release).

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import { describe, test } from 'node:test';
import { signNotification } from '../platforms/messenger/platform/signatures.mjs';
import { pause, until } from '../integration/kit/until.mjs';
import { answeredWith, assertReadable, assertRecovers, assertRefused, since, underLoad } from './kit/starved.mjs';
import { cpu } from './kit/trace.mjs';

const rounds = Number(process.env.GUICHET_CRASH_ROUNDS ?? 1);

/** Next to nothing is spent on waiting for `ms`. */
async function assertIdle(gateway, ms) {
  const before = cpu(gateway);
  await pause(ms);
  const spent = cpu(gateway) - before;
  assert.ok(spent <= ms / 10, `it spent ${spent} ms of ${ms} on nothing`);
}

// ---- F11 ----

/** Another process locks the database for so long. */
async function lockedFor(gateway, load, ms) {
  const ends = Date.now() + ms;
  const other = spawn('sqlite3', ['-cmd', '.timeout 10000', gateway.database], { stdio: ['pipe', 'pipe', 'ignore'] });
  other.stdin.write('BEGIN EXCLUSIVE;\nSELECT 1;\n');
  await new Promise((locked) => other.stdout.once('data', locked));
  await assertRefused(gateway, load, 8000);
  const refused = Date.now();
  await pause(500);
  assert.deepEqual(since(load, refused).filter(({ status }) => status !== 503), [], 'nothing is answered as kept');
  await load.rest();
  await assertIdle(gateway, Math.max(2000, ends - Date.now() - 1000));
  load.run();
  await assertReadable(gateway, load);
  await pause(Math.max(0, ends - Date.now()));
  other.stdin.end('COMMIT;\n');
  await assertRecovers(load);
}

// ---- F17 ----

/** The gateway stands still for so long, and goes on. */
async function stoppedFor(gateway, load, seconds) {
  gateway.child.kill('SIGSTOP');
  await load.ended();
  await pause(seconds * 1000);
  gateway.child.kill('SIGCONT');
  await answeredWith(load, 200, 'hooks taken again');
}

/** A signed hook in two halves: gives {finish, answer: Promise of the status line}. */
function halfHook(gateway) {
  const body = Buffer.from(JSON.stringify({ object: 'page', entry: [] }));
  const { headers } = signNotification('good', gateway.sim.appSecret, body);
  const lines = Object.entries({ Host: `127.0.0.1:${gateway.port}`, 'Content-Type': 'application/json', ...headers, 'Content-Length': body.length });
  const socket = net.connect({ port: gateway.port, host: '127.0.0.1', noDelay: true });
  let text = '';
  const answer = new Promise((resolve) => {
    socket.on('data', (bytes) => (text += bytes));
    socket.on('error', (error) => resolve(error.message));
    socket.on('close', () => resolve(text.split('\r\n')[0]));
  });
  socket.write(`POST /hooks/maple-messenger HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  socket.write(body.subarray(0, 10));
  return { answer, finish: () => socket.write(body.subarray(10)) };
}

/** For tests that last: not many acts a second. */
const SLOW = { traffic: { pauseMs: 100 } };

describe('waiting for long', { concurrency: true }, () => {
  for (const seconds of [10, 60])
    test(`F17: stopped for ${seconds} seconds, and gone on`, (t) => underLoad(t, (gateway, load) => stoppedFor(gateway, load, seconds), SLOW));

  test('F11: the database is locked by another process for thirty seconds', (t) =>
    underLoad(t, (gateway, load) => lockedFor(gateway, load, 30_000), SLOW));

  describe('one after the other', { concurrency: false }, () => {
    test('F11: the database is locked by another process, again and again', (t) =>
      underLoad(t, async (gateway, load) => {
        for (let round = 0; round < 4 * rounds; round++) await lockedFor(gateway, load, 0);
      }));

    test('F17: stopped for a second, and gone on', (t) => underLoad(t, (gateway, load) => stoppedFor(gateway, load, 1)));

    test('F17: SIGTERM is an orderly end', (t) =>
      underLoad(t, async (gateway, load) => {
        for (let round = 0; round < 3 * rounds; round++) {
          const halves = Array.from({ length: 8 }, () => halfHook(gateway));
          await pause(100);
          const began = performance.now();
          gateway.child.kill('SIGTERM');
          await pause(30);
          for (const { finish } of halves) finish();
          const answers = await Promise.all(halves.map(({ answer }) => answer));
          const { code } = await gateway.ended;
          const took = performance.now() - began;
          await load.ended();
          assert.deepEqual([code, took <= 5000], [0, true], `it ended with ${code} after ${took} ms`);
          assert.deepEqual(answers.map((line) => line.slice(0, 12)), Array(8).fill('HTTP/1.1 200'), 'no request was cut');
          await gateway.start();
          await answeredWith(load, 200, 'hooks taken again');
        }
      }));

    test('F17: a hundred times SIGHUP', (t) =>
      underLoad(t, async (gateway, load) => {
        const kept = new http.Agent({ keepAlive: true, maxSockets: 1 });
        const ports = new Set();
        const ask = () =>
          new Promise((done, failed) => {
            const read = (answer) => {
              ports.add(answer.socket.localPort);
              answer.resume().once('end', done);
            };
            http.get(`${gateway.origin}/healthz`, { agent: kept }, read).once('error', failed);
          });
        const live = await gateway.live(await gateway.bearer('agent'));
        await live.next('hello');
        const began = Date.now();
        for (let i = 0; i < 100 * rounds; i++) {
          gateway.child.kill('SIGHUP');
          await pause(20);
          await ask();
        }
        await until(() => gateway.log.of('reload.done').length >= 20, 'the reloads');
        assert.deepEqual(since(load, began).filter(({ status }) => status !== 200), [], 'every hook was taken');
        assert.equal(live.code, undefined, 'the live feed is open');
        assert.equal(ports.size, 1, 'one connection was enough');
        kept.destroy();
        live.close();
      }));
  });
});
