// Kills, failed syncs and full disks against the store, with a ledger outside of it (store_ledger.c says the lines).
// A: answered as durable. F, R: refused. What is stored must hold all of A, nothing that was never given, and each
// once. GUICHET_CRASH_ROUNDS multiplies how often (default 1; a release is shown with 30).
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { assertNoSyncIsRetried } from './kit/trace.mjs';

const program = join(process.env.GUICHET_BUILD ?? 'build/dev', 'tests/store_ledger');
const rounds = Number(process.env.GUICHET_CRASH_ROUNDS ?? 1);
const root = mkdtempSync(join(tmpdir(), 'guichet-crash-'));
after(() => rmSync(root, { recursive: true, force: true }));

assert.ok(existsSync(program), `${program} is built`);

class Ledger {
  given = 0;
  answered = new Set();
  refused = new Set();
  ups = [];
  closed = false;
  log = []; // [milliseconds, word], for tests that look at the order

  line(text) {
    const [word, value] = text.split(' ');
    const number = Number(value);
    if (word === 'S') this.given = Math.max(this.given, number);
    if (word === 'A') this.answered.add(number);
    if (word === 'F' || word === 'R') this.refused.add(number);
    if (word === 'up') this.ups.push(number);
    if (word === 'closed') this.closed = true;
    this.log.push([Date.now(), word]);
  }
}

/** Runs a command that speaks the ledger's lines; `stop` gets the process and the ledger once it is up. */
function run(ledger, command, args, stop) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let rest = '';
    let told = false;
    child.stdout.on('data', (data) => {
      const lines = (rest + data).split('\n');
      rest = lines.pop();
      for (const line of lines) ledger.line(line);
      if (!told && stop && ledger.ups.length > 0) {
        told = true;
        stop(child);
      }
    });
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
}

function stored(lines) {
  const keys = lines.filter((line) => line.startsWith('K ')).map((line) => Number(line.slice(2)));
  return { keys, sum: Number(lines.find((line) => line.startsWith('sum ')).slice(4)), lines };
}

function dump(path, ledger) {
  const result = spawnSync(program, ['dump', path, '--count', String(ledger.given + 100)], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  assert.equal(result.status, 0, result.stderr);
  return stored(result.stdout.split('\n'));
}

function check({ keys, sum, lines }, ledger) {
  const found = new Set(keys);
  assert.deepEqual([...ledger.answered].filter((key) => !found.has(key)), [], 'lost');
  assert.deepEqual(keys.filter((key) => key >= ledger.given), [], 'invented');
  assert.equal(sum, keys.length, 'kept in part or twice');
  assert.ok(lines.includes('integrity ok'), 'integrity');
  assert.ok(ledger.ups.every((ms) => ms <= 2000), `up again within two seconds: ${ledger.ups}`);
  return found;
}

let number = 0;
const fresh = () => join(root, `${++number}.db`);
const write = (path, ledger, ...more) => ['write', path, '--first', String(ledger.given), ...more];

/** Deterministic numbers for where to kill; another seed by GUICHET_CRASH_SEED. */
let seed = Number(process.env.GUICHET_CRASH_SEED ?? 4711);
function random(limit) {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
  return seed % limit;
}

test('killed at random moments it has kept what it answered', async () => {
  const path = fresh();
  const ledger = new Ledger();
  for (let round = 0; round < 30 * rounds; round++) {
    ledger.ups = [];
    const bytes = [50, 500, 20000][round % 3];
    const { signal } = await run(ledger, program, write(path, ledger, '--bytes', String(bytes)), (child) =>
      setTimeout(() => child.kill('SIGKILL'), random(120)),
    );
    assert.equal(signal, 'SIGKILL');
    check(dump(path, ledger), ledger);
  }
  assert.ok(ledger.answered.size > 1000, `${ledger.answered.size} answers`);
});

const strace = (inject, log, ...command) => ['-f', '-y', '-o', log, '-e', `trace=${inject.split(':')[0]},fsync,fdatasync,close,openat`,
  '-e', `inject=${inject}`, ...command];

/** A database that is there: strace counts the calls of each thread, and the writer's first ones are commits then. */
async function prepared(ledger) {
  const path = fresh();
  await run(ledger, program, write(path, ledger, '--count', '1'));
  assert.ok(ledger.closed);
  ledger.closed = false;
  return path;
}

// Into a new file, and into one that is there with values so large that the log is moved and begun anew all the time.
const kills = [
  ['pwrite64', 3000, [1, 2, 5, 10, 20, 40, 60, 61, 62, 63, 64, 80, 120, 200, 300, 400]],
  ['fdatasync', 3000, [1, 2, 3, 4, 5, 6, 7, 8, 10, 14]],
  ['ftruncate', 3000, [1, 2, 3, 4]],
  ['unlink', 3000, [1, 2]],
  ['openat', 3000, [8, 12, 16, 20]],
  ['fdatasync', 200000, [2, 3, 4, 5, 6, 8, 10]],
  ['pwrite64', 200000, [50, 200, 500, 1000, 1500, 2000]],
];
for (const [call, bytes, places] of kills) {
  test(`killed in ${call} it has kept what it answered (values of ${bytes} bytes)`, async () => {
    let killed = 0;
    for (const place of places.flatMap((n) => Array.from({ length: rounds }, (_, i) => n + i * 7))) {
      const ledger = new Ledger();
      const path = bytes > 100000 ? await prepared(ledger) : fresh();
      const log = `${path}.strace`;
      await run(ledger, 'strace', strace(`${call}:signal=KILL:when=${place}`, log, program,
        ...write(path, ledger, '--count', '150', '--bytes', String(bytes))));
      killed += ledger.closed ? 0 : 1;
      ledger.ups = [];
      check(dump(path, ledger), ledger);
      await run(ledger, program, write(path, ledger, '--count', '20'));
      check(dump(path, ledger), ledger);
      rmSync(path);
      rmSync(log);
    }
    assert.ok(killed > places.length / 2, `${killed} were killed`);
  });
}

const repeated = (places) => places.flatMap((n) => Array.from({ length: rounds }, (_, i) => n + i));

test('a commit whose sync fails is refused for good, and the sync is not tried again', async () => {
  for (const place of repeated([4, 5, 6, 7, 8, 9])) {
    const ledger = new Ledger();
    const path = await prepared(ledger);
    const log = `${path}.strace`;
    await run(ledger, 'strace', strace(`fdatasync:error=EIO:when=${place}`, log, program,
      ...write(path, ledger, '--count', '300', '--bytes', '3000')));
    assert.ok(assertNoSyncIsRetried(log).some((name) => name.endsWith('-wal')));
    assert.ok(ledger.refused.size > 0);
    assert.ok(ledger.closed, 'it went on by itself and ended in order');
    const found = check(dump(path, ledger), ledger);
    assert.deepEqual([...ledger.refused].filter((key) => found.has(key)), [], 'refused and kept nevertheless');
  }
});

test('a sync of the database file that fails is not tried again, and the writer goes on with new descriptors', async () => {
  let ofDatabase = 0;
  for (const place of repeated([1, 2, 3])) {
    const ledger = new Ledger();
    const path = await prepared(ledger);
    const log = `${path}.strace`;
    await run(ledger, 'strace', ['-P', path, ...strace(`fdatasync:error=EIO:when=${place}`, log, program,
      ...write(path, ledger, '--count', '300', '--bytes', '200000'))]);
    ofDatabase += assertNoSyncIsRetried(log).length;
    assert.ok(ledger.closed, 'it went on by itself and ended in order');
    check(dump(path, ledger), ledger);
    rmSync(path);
  }
  assert.ok(ofDatabase > 0, 'a sync of the database file failed');
});

test('while every sync fails nothing is answered as kept, and a new start has all that was', async () => {
  for (const place of [5, 9]) {
    const ledger = new Ledger();
    const path = await prepared(ledger);
    const log = `${path}.strace`;
    let answeredAtFirst = 0;
    await run(ledger, 'strace', strace(`fdatasync:error=EIO:when=${place}+`, log, program,
      ...write(path, ledger, '--bytes', '3000')), () => {
      setTimeout(() => { answeredAtFirst = ledger.answered.size; }, 1500);
      setTimeout(() => process.kill(Number(/^\d+/.exec(readFileSync(log, 'utf8'))[0]), 'SIGKILL'), 4000);
    });
    assert.ok(answeredAtFirst > 0);
    assert.equal(ledger.answered.size, answeredAtFirst);
    assert.ok(ledger.refused.size > 0);
    assert.ok(assertNoSyncIsRetried(log).length >= 2, 'it looked for the end of it');
    ledger.ups = [];
    check(dump(path, ledger), ledger);
  }
});

const mayMount = spawnSync('unshare', ['-m', 'sh', '-c', `mount -t tmpfs none ${root}`]).status === 0;
for (const reserve of ['', '--no-reserve']) {
  test(`a full disk refuses and recovers by itself within five seconds ${reserve}`, { skip: !mayMount && 'needs to mount' },
    async () => {
      const ledger = new Ledger();
      const lines = [];
      const line = ledger.line.bind(ledger);
      ledger.line = (text) => {
        lines.push(text);
        line(text);
      };
      const script = `
        mount -t tmpfs -o size=8m none "$1" && cd "$1" || exit 1
        "$2" write g.db --count 50 || exit 1
        left=$(df --output=avail -k . | tail -1)
        head -c $(((left - 300) * 1024)) /dev/zero >filler
        "$2" write g.db --first 1000 --count 3000 --bytes 300 ${reserve} &
        sleep 3
        echo freed
        rm filler
        wait $! || exit 1
        "$2" dump g.db --count 4000000`;
      const { code } = await run(ledger, 'unshare', ['-m', 'sh', '-c', script, 'sh', root, program]);
      assert.equal(code, 0);
      const freed = ledger.log.find(([, word]) => word === 'freed')[0];
      const before = ledger.log.filter(([time, word]) => (word === 'F' || word === 'R') && time < freed);
      assert.ok(before.length > 0, 'it refused while the disk was full');
      const next = ledger.log.find(([time, word]) => word === 'A' && time >= freed);
      assert.ok(next && next[0] - freed <= 5000, 'it wrote again soon after there was room');
      ledger.ups = [];
      check(stored(lines), ledger);
    });
}
