// F16: there are no descriptors left, while customers act and agents answer. The gateway neither spins nor ends, and takes
// connections by itself when there are some again.

import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import { pause } from '../integration/kit/until.mjs';
import { answeredWith, underLoad } from './kit/starved.mjs';
import { cpu, inject } from './kit/trace.mjs';

// ---- F16 ----

test('F16: 64 descriptors, all of them taken', (t) =>
  underLoad(
    t,
    async (gateway, load) => {
      const sockets = Array.from({ length: 120 }, () => net.connect({ port: gateway.port, host: '127.0.0.1' }).on('error', () => {}));
      await pause(500);
      const before = cpu(gateway);
      await load.rest();
      const idle = cpu(gateway);
      await pause(2000);
      const spent = cpu(gateway) - idle;
      assert.ok(spent <= 200, `it spent ${spent} ms of 2000 on nothing`);
      assert.ok(idle >= before);
      for (const socket of sockets) socket.destroy();
      load.run();
      await answeredWith(load, 200, 'connections taken again');
    },
    { start: { wrapper: ['prlimit', '--nofile=64:64'] }, traffic: { customers: 8, writers: 4, repliers: 2 }, errors: [/./] },
  ));

test('F16: no connection can be taken for a while', (t) =>
  underLoad(t, async (gateway, load) => {
    await load.rest();
    const fault = await inject(gateway, 'accept4', 'error=EMFILE');
    const waiting = [1, 2, 3].map(() => net.connect({ port: gateway.port, host: '127.0.0.1' }).on('error', () => {}));
    await pause(200);
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
