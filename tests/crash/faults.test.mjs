// F16: there are no descriptors left, while customers act and agents answer. The gateway neither spins nor ends, and takes
// connections by itself when there are some again.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import net from 'node:net';
import { test } from 'node:test';
import { pause, until } from '../integration/kit/until.mjs';
import { answeredWith, underLoad } from './kit/starved.mjs';
import { cpu, inject } from './kit/trace.mjs';

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
