// F07, F08: syncs fail, once and for good, or take long. GUICHET_CRASH_ROUNDS multiplies how often (1 for each submission, 10
// for a release).

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pause } from '../integration/kit/until.mjs';
import { answeredWith, assertReadable, assertRecovers, assertRefused, since, underLoad } from './kit/starved.mjs';
import { assertNoSyncIsRetried, inject } from './kit/trace.mjs';

const rounds = Number(process.env.GUICHET_CRASH_ROUNDS ?? 1);

/** Syncs fail as `fault` says, from now on; what was synced and closed is written down. */
async function failing(gateway, fault) {
  const log = join(gateway.folder, 'strace');
  const { stop } = await inject(gateway, 'fdatasync,fsync,close', fault, { log });
  return { stop, failed: () => assertNoSyncIsRetried(log).length };
}

/** Every sync fails for a while, `times` times; `meanwhile` is what happens before it ends. */
async function failingForGood(gateway, load, times, { meanwhile = () => {}, afterwards = () => {} } = {}) {
  for (let round = 0; round < times; round++) {
    const fault = await failing(gateway, 'error=EIO');
    await assertRefused(gateway, load);
    const refused = Date.now();
    await pause(600);
    assert.deepEqual(since(load, refused).filter(({ status }) => status !== 503), [], 'nothing is answered as kept');
    await assertReadable(gateway, load);
    await meanwhile();
    await fault.stop();
    assert.ok(fault.failed() > 1, 'it looked for the end of it');
    await afterwards();
    await assertRecovers(load);
  }
}

describe('F07', { concurrency: true }, () => {
  test('a sync that fails once', (t) =>
    underLoad(t, async (gateway, load) => {
      for (let round = 0; round < 25 * rounds; round++) {
        const began = Date.now();
        const fault = await failing(gateway, `error=EIO:when=${2 + (round % 4)}`);
        await answeredWith(load, 503, 'hooks of the batch refused');
        await assertRecovers(load);
        await fault.stop();
        assert.ok(fault.failed() > 0);
        assert.ok(since(load, began).every(({ status }) => status === 200 || status === 503));
      }
    }));

  test('every sync fails from now on, and works again', (t) => underLoad(t, (gateway, load) => failingForGood(gateway, load, 13 * rounds)));

  test('every sync fails from now on, and the gateway is killed', (t) =>
    underLoad(t, (gateway, load) =>
      failingForGood(gateway, load, 12 * rounds, {
        meanwhile: () => gateway.kill(),
        afterwards: async () => {
          await load.ended();
          await gateway.start();
        },
      }),
    ));
});

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
  underLoad(
    t,
    async (gateway, load) => {
      const began = Date.now();
      const fault = await inject(gateway, 'fdatasync', 'delay_enter=2000000');
      const health = await healthTimes(gateway, 8000 * rounds);
      const { guichet_store_waiting_writes: waiting } = await gateway.metrics();
      await fault.stop();
      const answers = since(load, began + 500);
      const most = health[Math.floor(health.length * 0.99) - 1];
      t.diagnostic(`health within ${health.at(-1).toFixed(0)} ms (99 of 100 within ${most.toFixed(0)} ms), ${waiting} writes waiting`);
      // The simulator waits for five seconds, as the platform does.
      assert.ok(answers.length > 5 && answers.every(({ status }) => status === 200 || status === 503), 'a hook was not answered within 5 s');
      // Whoever waits for a sync waits for most of two seconds; a single answer may have had to wait for the processor.
      assert.ok(health.length > 20 && most <= 50 && health.at(-1) < 1000, `health took ${health.slice(-3)} ms`);
      assert.ok(waiting <= 50, `${waiting} writes wait`);
      await answeredWith(load, 200, 'hooks taken again');
    },
    { traffic: { writers: 12 } }, // a customer's hooks follow each other, receipts among them
  ));
