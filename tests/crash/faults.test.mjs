// F05, F07, F08, F11, F16, F17: the disk, the lock, the descriptors and the signals fail the gateway while customers
// write and agents answer. It says so (503), goes on reading, and goes on writing by itself when the fault is over; the
// ledger is whole afterwards. GUICHET_CRASH_ROUNDS multiplies how often (1 for each submission, 10 for a release).

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { signNotification } from '../platforms/messenger/platform/signatures.mjs';
import { Gateway } from '../integration/kit/gateway.mjs';
import { pause, until } from '../integration/kit/until.mjs';
import { assertBook, quiet } from './kit/book.mjs';
import { Load } from './kit/load.mjs';
import { cpu, inject } from './kit/trace.mjs';

const rounds = Number(process.env.GUICHET_CRASH_ROUNDS ?? 1);
const STORE_ERRORS = ['store.refusing', 'store.low_space', 'store.log_left', 'store.chore', 'store.index', /^egress\./];

/** A gateway under load for one test: `act(gateway, load)`, then the ledger. */
async function underLoad(t, act, { start, traffic = {}, errors = STORE_ERRORS, prepare = () => start } = {}) {
  const gateway = new Gateway({ people: [] });
  let load = null;
  try {
    await gateway.prepare();
    await gateway.start(await prepare(gateway));
    load = await new Load(gateway, { pauseMs: 2, ...traffic }).open();
    load.run();
    await until(() => load.hookAnswers.length > 50, 'the load');
    await act(gateway, load);
    await load.rest();
    await assertBook(gateway, load);
    t.diagnostic(`${load.hookAnswers.length} hooks, ${load.replies.length} replies`);
  } finally {
    await load?.close();
    await gateway.stop({ errors });
  }
}

const since = (load, at) => load.hookAnswers.filter((answer) => answer.at >= at);

/** Waits until hooks are answered with `status`, and with nothing else from then on for a while. */
const answeredWith = (load, status, what, ms = 5000) => {
  const began = Date.now();
  return until(() => since(load, began).some((answer) => answer.status === status), what, ms);
};

/** What an agent can still do while nothing can be written. */
async function assertReadable(gateway, load) {
  const list = await gateway.page('/api/v1/tickets', { headers: load.headers });
  assert.equal(list.status, 200, 'the list of tickets');
  const { id } = JSON.parse(list.body).items[0];
  assert.equal((await gateway.page(`/api/v1/tickets/${id}/messages`, { headers: load.headers })).status, 200, 'a thread');
}

/** A hook by itself: gives {status, headers}. */
const hook = (gateway) => gateway.sim.hooks.postRaw(JSON.stringify({ object: 'page', entry: [] }));

// ---- F05 ----

const mayMount = spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;

/**
 * The store on a disk that only the gateway sees; `gateway.disk` is that disk as others reach it. At 64 MiB there is
 * room for the longest log (16 MiB, and what is written while it is moved); on a smaller disk it may fill it by itself.
 */
function smallDisk(gateway, megabytes = 64) {
  const folder = join(gateway.folder, 'disk');
  mkdirSync(folder);
  for (const file of ['guichet.db', 'guichet.db-wal', 'guichet.db-shm'])
    try {
      renameSync(join(gateway.folder, file), join(folder, file));
    } catch {
      // There is none.
    }
  gateway.settings.store = 'sqlite:disk/guichet.db';
  gateway.database = join(folder, 'guichet.db');
  gateway.write();
  // The folder as the gateway's own process sees it.
  Object.defineProperty(gateway, 'disk', { get: () => `/proc/${gateway.child.pid}/root${folder}` });
  const rows = gateway.rows.bind(gateway);
  gateway.rows = (sql) => rows(sql, ['nsenter', '-m', '-t', String(gateway.child.pid)]);
  const script = `mount -t tmpfs -o size=${megabytes}m none "$0" && exec "$@"`;
  return { wrapper: ['unshare', '-m', 'sh', '-c', script, folder] };
}

/** Fills a folder's disk but for `left` bytes, with more of the same file each time; gives the file. */
function fill(folder, left) {
  const path = join(folder, 'filler');
  const file = openSync(path, 'a');
  const zeros = Buffer.alloc(64 << 10);
  for (;;) {
    const { bavail, bsize } = statfsSync(folder);
    const room = bavail * bsize - left;
    if (room < bsize) break;
    try {
      writeSync(file, zeros, 0, Math.min(room, zeros.length));
    } catch {
      break;
    }
  }
  closeSync(file);
  return path;
}

test('F05: a full disk', { skip: !mayMount && 'needs to mount' }, (t) =>
  underLoad(
    t,
    async (gateway, load) => {
      for (let round = 0; round < 3 * rounds; round++) {
        const left = [0, 300 << 10, 8192][round % 3];
        const filler = fill(gateway.disk, left);
        // The store empties its log before it gives up: somebody else takes that room, too.
        const filling = setInterval(() => fill(gateway.disk, left), 50);
        t.after(() => clearInterval(filling));
        await answeredWith(load, 503, 'hooks refused on a full disk');
        const { status, headers } = await until(async () => {
          const answer = await hook(gateway);
          return answer.status === 503 && answer;
        }, 'a refused hook');
        assert.deepEqual([status, Number(headers['retry-after']) > 0], [503, true]);
        await assertReadable(gateway, load);
        await until(async () => (await gateway.page('/readyz')).status === 503, 'not ready');
        await pause(500);
        clearInterval(filling);
        rmSync(filler);
        await answeredWith(load, 200, 'hooks taken again within five seconds after there was room');
        await until(async () => (await gateway.page('/readyz')).status === 200, 'ready again');
      }
    },
    { prepare: (gateway) => smallDisk(gateway) },
  ),
);

test('F05: a disk is not full because of the log', { skip: !mayMount && 'needs to mount' }, (t) =>
  underLoad(
    t,
    async (gateway, load) => {
      const log = () => statSync(join(gateway.disk, 'guichet.db-wal')).size;
      await until(() => log() > 6 << 20, 'a long log', 30_000);
      await load.rest();
      // Until the last receipt is in: what is written while there is hardly any room may fill it before the store looks.
      await quiet(gateway);
      const hooks = async () => (await gateway.metrics()).guichet_hooks_accepted_total;
      await until(async () => {
        const before = await hooks();
        await pause(1000);
        return (await hooks()) === before;
      }, 'no hook any more', 30_000);
      const filler = fill(gateway.disk, 900 << 10);
      await until(() => log() < 1 << 20, 'the log gives its room back', 5000);
      await pause(1500);
      assert.deepEqual(gateway.log.of('store.low_space'), [], 'nothing was refused');
      assert.equal((await gateway.page('/readyz')).status, 200);
      rmSync(filler);
      load.run();
      await answeredWith(load, 200, 'hooks taken');
    },
    { prepare: (gateway) => smallDisk(gateway, 24) },
  ),
);

test('F05: files that may not grow', (t) =>
  underLoad(t, async (gateway, load) => {
    const limit = (size) => spawnSync('prlimit', ['--pid', String(gateway.child.pid), `--fsize=${size}:unlimited`]);
    for (let round = 0; round < 2 * rounds; round++) {
      assert.equal(limit(8192).status, 0);
      await answeredWith(load, 503, 'hooks refused');
      await assertReadable(gateway, load);
      limit('unlimited');
      await answeredWith(load, 200, 'hooks taken again within five seconds');
    }
  }));

// ---- F07, F08 ----

/** The descriptors whose sync failed, in order, and whether one was synced again before it was closed. */
function failedSyncs(log) {
  const failed = new Map();
  const list = [];
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const [, name, fd] = /\b(fdatasync|close)\((\d+)/.exec(line) ?? [];
    if (name === 'close') failed.delete(fd);
    if (name !== 'fdatasync') continue;
    assert.ok(!failed.has(fd), `a failed sync was tried again: ${line}`);
    if (!line.includes('EIO')) continue;
    failed.set(fd, true);
    list.push(line);
  }
  return list;
}

test('F07: a sync that fails once', (t) =>
  underLoad(t, async (gateway, load) => {
    for (let round = 0; round < 8 * rounds; round++) {
      const log = join(gateway.folder, 'strace');
      const began = Date.now();
      const fault = await inject(gateway, 'fdatasync,close', `error=EIO:when=${2 + (round % 4)}`, { log });
      await answeredWith(load, 503, 'hooks of the batch refused');
      await answeredWith(load, 200, 'hooks taken again');
      await fault.stop();
      assert.ok(failedSyncs(log).length > 0);
      assert.ok(since(load, began).every(({ status }) => status === 200 || status === 503));
    }
  }));

test('F07: every sync fails from now on', (t) =>
  underLoad(t, async (gateway, load) => {
    for (let round = 0; round < 2 * rounds; round++) {
      const log = join(gateway.folder, 'strace');
      const fault = await inject(gateway, 'fdatasync,close', 'error=EIO', { log });
      await answeredWith(load, 503, 'hooks refused');
      await pause(300);
      const refused = Date.now();
      await pause(1500);
      assert.deepEqual(since(load, refused).filter(({ status }) => status !== 503), [], 'nothing is answered as kept');
      await assertReadable(gateway, load);
      if (round % 2 === 0) await gateway.kill();
      await fault.stop();
      assert.ok(failedSyncs(log).length > 1, 'it looked for the end of it');
      if (round % 2 === 0) await gateway.start();
      await answeredWith(load, 200, 'hooks taken again within five seconds');
    }
  }));

/** How long /healthz takes, again and again until `ms` are over. */
async function healthTimes(gateway, ms) {
  const times = [];
  for (const end = Date.now() + ms; Date.now() < end; await pause(50)) {
    const began = performance.now();
    assert.equal((await gateway.page('/healthz')).status, 200);
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b);
}

test('F08: each sync takes two seconds', (t) =>
  underLoad(t, async (gateway, load) => {
    const began = Date.now();
    const fault = await inject(gateway, 'fdatasync', 'delay_enter=2000000');
    const health = await healthTimes(gateway, 8000 * rounds);
    const { guichet_store_waiting_writes: waiting } = await gateway.metrics();
    await fault.stop();
    const answers = since(load, began + 500);
    t.diagnostic(`health within ${health.at(-1).toFixed(0)} ms, ${waiting} writes waiting`);
    // The simulator waits for five seconds, as the platform does.
    assert.ok(answers.length > 5 && answers.every(({ status }) => status === 200 || status === 503), 'a hook was not answered within 5 s');
    assert.ok(health[Math.floor(health.length * 0.99) - 1] <= 50, `health took ${health.slice(-3)} ms`);
    assert.ok(waiting <= 50, `${waiting} writes wait`);
    await answeredWith(load, 200, 'hooks taken again');
  }));

// ---- F11 ----

test('F11: the database is locked by another process', (t) =>
  underLoad(t, async (gateway, load) => {
    const other = spawn('sqlite3', ['-cmd', '.timeout 10000', gateway.database], { stdio: ['pipe', 'pipe', 'ignore'] });
    other.stdin.write('BEGIN EXCLUSIVE;\nSELECT 1;\n');
    await new Promise((locked) => other.stdout.once('data', locked));
    await answeredWith(load, 503, 'hooks refused', 8000);
    await assertReadable(gateway, load);
    await load.rest();
    const before = cpu(gateway);
    await pause(2000);
    const spent = cpu(gateway) - before;
    assert.ok(spent <= 200, `it spent ${spent} ms of 2000 on waiting`);
    load.run();
    await pause(1000);
    other.stdin.end('COMMIT;\n');
    await answeredWith(load, 200, 'hooks taken again within five seconds');
  }));

// ---- F16 ----

const connectTo = (gateway, count) =>
  Array.from({ length: count }, () => net.connect({ port: gateway.port, host: '127.0.0.1' }).on('error', () => {}).resume());

/** The lowest descriptor that is free. */
function lowestFree({ child }) {
  const used = new Set(readdirSync(`/proc/${child.pid}/fd`).map(Number));
  let lowest = 0;
  while (used.has(lowest)) lowest += 1;
  return lowest;
}

/** New descriptors have to be below `most` from now on; it may always be 64 again. */
const allow = ({ child }, most) => assert.equal(spawnSync('prlimit', ['--pid', child.pid, `--nofile=${most}:64`]).status, 0);

test('F16: 64 descriptors, all of them taken', (t) =>
  underLoad(
    t,
    async (gateway, load) => {
      await load.rest();
      // With so few, connections leave half of them to the rest: who comes too many is turned away.
      const sockets = connectTo(gateway, 120);
      await until(() => sockets.some((socket) => socket.closed), 'the house is full');
      // Now not one is free.
      allow(gateway, lowestFree(gateway));
      const more = connectTo(gateway, 5);
      await gateway.log.wait('net.full');
      const idle = cpu(gateway);
      await pause(2000);
      const spent = cpu(gateway) - idle;
      assert.ok(spent <= 200, `it spent ${spent} ms of 2000 on nothing`);
      assert.ok(gateway.log.of('net.full').length <= 3, 'and does not fill the log');
      allow(gateway, 64);
      for (const socket of [...sockets, ...more]) socket.destroy();
      load.run();
      await answeredWith(load, 200, 'connections taken again');
    },
    { start: { wrapper: ['prlimit', '--nofile=64:64'] }, traffic: { customers: 8, writers: 4, repliers: 2 }, errors: [/./] },
  ));

test('F16: no connection can be taken for a while', (t) =>
  underLoad(t, async (gateway, load) => {
    await load.rest();
    const fault = await inject(gateway, 'accept4', 'error=EMFILE');
    const waiting = connectTo(gateway, 3);
    await gateway.log.wait('net.full');
    const before = cpu(gateway);
    await pause(2000);
    const spent = cpu(gateway) - before;
    await fault.stop();
    assert.ok(spent <= 200, `it spent ${spent} ms of 2000 on nothing`);
    assert.equal((await gateway.page('/healthz')).status, 200, 'it accepts again');
    for (const socket of waiting) socket.destroy();
    load.run();
    await answeredWith(load, 200, 'hooks taken again');
  }, { errors: [/./] }));

// ---- F17 ----

test('F17: stopped for a second, and gone on', (t) =>
  underLoad(t, async (gateway, load) => {
    for (const seconds of rounds > 1 ? [1, 10, 60] : [1]) {
      gateway.child.kill('SIGSTOP');
      await pause(seconds * 1000);
      gateway.child.kill('SIGCONT');
      await answeredWith(load, 200, 'hooks taken again');
    }
  }));

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
      assert.deepEqual([code, took <= 5000], [0, true], `it ended with ${code} after ${took} ms`);
      assert.deepEqual(answers.map((line) => line.slice(0, 12)), Array(8).fill('HTTP/1.1 200'), 'no request was cut');
      await gateway.start();
      await answeredWith(load, 200, 'hooks taken again');
    }
  }));

test('F17: a hundred times SIGHUP', (t) =>
  underLoad(t, async (gateway, load) => {
    const kept = net.connect({ port: gateway.port, host: '127.0.0.1' });
    const live = await gateway.live(await gateway.bearer('agent'));
    await live.next('hello');
    const began = Date.now();
    for (let i = 0; i < 100 * rounds; i++) {
      gateway.child.kill('SIGHUP');
      await pause(20);
    }
    await until(() => gateway.log.entries.filter(({ event }) => event === 'reload.done').length >= 20, 'the reloads');
    assert.deepEqual(since(load, began).filter(({ status }) => status !== 200), [], 'every hook was taken');
    assert.equal(live.code, undefined, 'the live feed is open');
    assert.equal(kept.destroyed, false);
    kept.destroy();
    live.close();
  }));
