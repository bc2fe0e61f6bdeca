// F01, F02, F23: the gateway is killed, over and over, while customers act and agents answer; afterwards the ledger is
// whole. GUICHET_CRASH_ROUNDS multiplies how often (1 for each submission, 10 for a release).

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { assertBook, assertStored } from './kit/book.mjs';
import { Load } from './kit/load.mjs';
import { Gateway } from '../integration/kit/gateway.mjs';
import { pause, until } from '../integration/kit/until.mjs';

const rounds = Number(process.env.GUICHET_CRASH_ROUNDS ?? 1);
const UP_MS = 2000;

/** Deterministic numbers below `limit`; another seed by GUICHET_CRASH_SEED. */
let seed = Number(process.env.GUICHET_CRASH_SEED ?? 4711);
function random(limit) {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
  return (seed >>> 8) % limit;
}

async function prepared(options) {
  const gateway = new Gateway({ people: [], ...options });
  await gateway.prepare();
  return gateway;
}

/** Starts it: it is up again within two seconds. Gives how long it took. */
async function started(gateway) {
  const began = performance.now();
  await gateway.start();
  const took = performance.now() - began;
  assert.ok(took <= UP_MS, `up again within ${took} ms`);
  return took;
}

/** What can be said of the book while the load goes on. */
async function checked(gateway, load) {
  await load.rest();
  await assertStored(gateway);
  load.run();
}

/** Ends it in order once it has served for so long, if nothing ended it before. Gives {code, signal}. */
async function stopped(gateway, ms) {
  const from = gateway.log.entries.length;
  const served = () => gateway.end || gateway.log.entries.slice(from).some(({ event }) => event === 'daemon.ready');
  await until(served, 'its start or its end', 20_000);
  await Promise.race([pause(ms), gateway.ended]);
  if (!gateway.end) gateway.child.kill('SIGTERM');
  return gateway.ended;
}

describe('killed while it works', { concurrency: true }, () => {
  test('F01: at random moments', async (t) => {
    const gateway = await prepared();
    let load = null;
    try {
      await gateway.start();
      load = await new Load(gateway).open();
      load.run();
      let slowest = 0;
      for (let round = 0; round < 100 * rounds; round++) {
        await pause(random(300));
        assert.equal((await gateway.kill()).signal, 'SIGKILL');
        await load.ended();
        slowest = Math.max(slowest, await started(gateway));
        if (round % 25 === 24) await checked(gateway, load);
      }
      await load.rest();
      await assertBook(gateway, load);
      const { A: taken = 0 } = gateway.sim.ledger.summary().in;
      t.diagnostic(`${taken} events and ${load.replies.length} replies taken, up again within ${slowest.toFixed(0)} ms`);
      assert.ok(taken > 1000 && load.replies.length > 300, 'it was under load');
    } finally {
      await load?.close();
      await gateway.stop();
    }
  });

  // Each start is one point: the n-th call of a kind, in whichever thread comes to it first, at start, under load or in
  // the stop that follows.
  const points = {
    pwrite64: [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 21, 25, 30, 35, 40, 46, 52, 60, 70, 80, 90, 100],
    fdatasync: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6],
    fsync: [1, 1, 2, 2],
    ftruncate: [1, 1, 1, 2, 2, 2, 3, 3],
    unlink: [1, 1, 1, 2, 2, 2, 3, 3],
    rename: [1, 1, 1, 1, 1],
    openat: [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 70],
    write: [1, 2, 3, 4, 5, 6, 8, 13],
    sendto: [1, 2, 3, 5, 8, 13, 17, 21, 25, 30, 34],
    close: [5, 10, 15, 20, 25, 30],
  };

  test('F02: in the n-th call of the system', async (t) => {
    const gateway = await prepared();
    let load = null;
    try {
      await gateway.start();
      load = await new Load(gateway, { writers: 4, repliers: 2 }).open();
      await gateway.halt();
      load.run();
      const killed = {};
      for (const [call, places] of Object.entries(points)) {
        killed[call] = 0;
        for (const place of places.flatMap((n) => Array.from({ length: rounds }, (_, i) => n + i * 3))) {
          rmSync(join(gateway.folder, 'run'), { recursive: true, force: true }); // as a reboot does: the plugins are copied anew
          const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${place}`];
          await gateway.start({ wrapper: ['strace', '-D', '-f', '-o', '/dev/null', ...inject], ready: false });
          const { code, signal } = await stopped(gateway, 250);
          assert.ok(signal === 'SIGKILL' || code === 0, `${call} ${place}: it ended with ${code ?? signal}`);
          await load.ended();
          killed[call] += signal === 'SIGKILL';
        }
        await started(gateway);
        await checked(gateway, load);
        await gateway.halt();
      }
      t.diagnostic(`killed in ${JSON.stringify(killed)}`);
      await started(gateway);
      await load.rest();
      await assertBook(gateway, load);
      const all = Object.values(killed).reduce((a, b) => a + b);
      assert.ok(all >= 100 * rounds && Object.values(killed).every((n) => n > 0), `${all} kills, in each kind of call`);
    } finally {
      await load?.close();
      await gateway.stop();
    }
  });

  for (const echo of ['after', 'off'])
    test(`F23: after the platform took a message, before its answer came (echo: ${echo})`, async () => {
      const gateway = await prepared();
      let load = null;
      try {
        await gateway.start();
        load = await new Load(gateway, { customers: 60, writers: 2, repliers: 4 }).open();
        gateway.sim.consequences.switches.echo = echo;
        load.run();
        for (let round = 0; round < 10 * rounds; round++) {
          const seen = gateway.sim.ledger.out.length;
          gateway.sim.faults.add({ kind: 'cut', at: 'before-headers', taken: true, calls: 5 });
          await pause(100 + random(300));
          await gateway.kill();
          await load.ended();
          await gateway.start();
          if (round === 0) assert.ok(gateway.sim.ledger.out.slice(seen).some(({ fault }) => fault), 'answers were cut');
        }
        gateway.sim.faults.clear();
        await load.rest();
        await assertBook(gateway, load);
        const cut = gateway.sim.ledger.out.filter(({ fault, outcome }) => fault && outcome === 'accepted');
        const unclear = await gateway.rows("SELECT text FROM message_card WHERE error_code = 'unconfirmed'");
        assert.ok(cut.length >= 25 * rounds, `${cut.length} answers were cut`);
        if (echo === 'off') assert.ok(unclear.length >= cut.length * 0.9, 'without an echo nothing proves them, and that is shown');
      } finally {
        await load?.close();
        await gateway.stop();
      }
    });
});
