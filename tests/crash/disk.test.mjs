// F05: the disk is full, at the data, at the write-ahead log, at the gateway's own log, or files may not grow; and there is
// room again. GUICHET_CRASH_ROUNDS multiplies how often (1 for each submission, 10 for a release).

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readLogfmt } from '../integration/kit/logfmt.mjs';
import { pause, until } from '../integration/kit/until.mjs';
import { quiet } from './kit/book.mjs';
import { answeredWith, assertReadable, assertRecovers, assertRefused, since, underLoad } from './kit/starved.mjs';
import { calls, inject } from './kit/trace.mjs';

const TIMES = 5 * Number(process.env.GUICHET_CRASH_ROUNDS ?? 1);
const mayMount = spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;
const skip = !mayMount && 'needs to mount';

/**
 * A folder on a disk of its own that only the gateway sees; `gateway.disk` is that disk as others reach it.
 * @param more shell words before the gateway's command
 */
function ownDisk(gateway, size, more = '') {
  const folder = join(gateway.folder, 'disk');
  mkdirSync(folder);
  // The folder as the gateway's own process sees it.
  Object.defineProperty(gateway, 'disk', { get: () => `/proc/${gateway.child.pid}/root${folder}` });
  const script = `mount -t tmpfs -o size=${size} none "$0" && exec "$@" ${more}`;
  return { folder, start: { wrapper: ['unshare', '-m', 'sh', '-c', script, folder] } };
}

/**
 * The store on a small disk. At 64 MiB there is room for the longest log (16 MiB, and what is written while it is
 * moved); on a smaller disk it may fill it by itself.
 */
function storeOnOwnDisk(gateway, megabytes = 64) {
  const { folder, start } = ownDisk(gateway, `${megabytes}m`);
  for (const file of ['guichet.db', 'guichet.db-wal', 'guichet.db-shm'])
    try {
      renameSync(join(gateway.folder, file), join(folder, file));
    } catch {
      // There is none.
    }
  gateway.settings.store = 'sqlite:disk/guichet.db';
  gateway.database = join(folder, 'guichet.db');
  gateway.write();
  const rows = gateway.rows.bind(gateway);
  gateway.rows = (sql) => rows(sql, ['nsenter', '-m', '-t', String(gateway.child.pid)]);
  return start;
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

/** What holds whichever way there is no room: `over` makes room again. */
async function assertFullAndFreed(gateway, load, over) {
  await assertRefused(gateway, load);
  await assertReadable(gateway, load);
  await until(async () => (await gateway.page('/readyz')).status === 503, 'not ready');
  await over();
  await assertRecovers(load);
  await until(async () => (await gateway.page('/readyz')).status === 200, 'ready again');
}

describe('F05', { concurrency: 3 }, () => {
  test('a full disk', { skip }, (t) =>
    underLoad(
      t,
      async (gateway, load) => {
        for (let round = 0; round < TIMES; round++) {
          const left = [0, 300 << 10, 8192, 64 << 10, 1 << 20][round % 5];
          const filler = fill(gateway.disk, left);
          // The store empties its log before it gives up: somebody else takes that room, too.
          const filling = setInterval(() => fill(gateway.disk, left), 50);
          t.after(() => clearInterval(filling));
          await assertFullAndFreed(gateway, load, () => {
            clearInterval(filling);
            rmSync(filler);
          });
        }
      },
      { prepare: (gateway) => storeOnOwnDisk(gateway) },
    ),
  );

  // The log alone; and the data, too, where it would be moved to make room.
  for (const [what, files] of Object.entries({ 'the write-ahead log': ['guichet.db-wal'], data: ['guichet.db-wal', 'guichet.db'] }))
    test(`no room for ${what}`, (t) =>
      underLoad(t, async (gateway, load) => {
        const log = join(gateway.folder, 'strace');
        const paths = files.map((file) => join(gateway.folder, file));
        for (let round = 0; round < TIMES; round++) {
          const fault = await inject(gateway, 'pwrite64', 'error=ENOSPC', { log, paths });
          await assertFullAndFreed(gateway, load, async () => {
            for (const path of paths) await until(() => calls(log).some((call) => call.failed && call.path === path), `a write of ${path} that failed`);
            await fault.stop();
          });
        }
      }));

  test('no room for the log of what happens', { skip }, (t) =>
    underLoad(
      t,
      async (gateway, load) => {
        const log = () => readFileSync(join(gateway.disk, 'log'), 'utf8');
        const reloads = () => log().split('\n').filter((line) => readLogfmt(line)?.event === 'reload.done').length;
        for (let round = 0; round < TIMES; round++) {
          const filler = fill(gateway.disk, 0);
          const began = Date.now();
          await until(
            async () => {
              const { length } = log();
              for (let i = 0; i < 10; i++) {
                gateway.child.kill('SIGHUP');
                await pause(20);
              }
              return log().length === length;
            },
            'a full log',
            20_000,
          );
          await answeredWith(load, 200, 'hooks taken all the same');
          await assertReadable(gateway, load);
          assert.deepEqual(since(load, began).filter(({ status }) => status !== 200), [], 'every hook was taken');
          rmSync(filler);
          const before = reloads();
          gateway.child.kill('SIGHUP');
          await until(() => reloads() > before, 'the log goes on, with a whole line');
        }
      },
      { prepare: (gateway) => ownDisk(gateway, '256k', '2>>"$0/log"').start },
    ),
  );

  test('files that may not grow', (t) =>
    underLoad(t, async (gateway, load) => {
      const limit = (size) => spawnSync('prlimit', ['--pid', String(gateway.child.pid), `--fsize=${size}:unlimited`]);
      for (let round = 0; round < TIMES; round++) {
        assert.equal(limit(8192).status, 0);
        await assertFullAndFreed(gateway, load, () => limit('unlimited'));
      }
    }));
});

test('F05: a disk is not full because of the log', { skip }, (t) =>
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
    { prepare: (gateway) => storeOnOwnDisk(gateway, 24) },
  ),
);
