// A gateway under load whose surroundings fail it: it says so (503), goes on reading, and goes on writing by itself when
// the fault is over; the ledger is whole afterwards.

import assert from 'node:assert/strict';
import { Gateway } from '../../integration/kit/gateway.mjs';
import { until } from '../../integration/kit/until.mjs';
import { assertBook } from './book.mjs';
import { Load } from './load.mjs';

const STORE_ERRORS = ['store.refusing', 'store.low_space', 'store.log_left', 'store.chore', 'store.index', /^egress\./];

/**
 * A gateway under load for one test: `act(gateway, load)`, then the ledger.
 * @param options start: what Gateway.start takes, or prepare: (gateway) → that; traffic: options of the load;
 *   errors: events of level error that may be in the log
 */
export async function underLoad(t, act, { start, traffic = {}, errors = STORE_ERRORS, prepare = () => start } = {}) {
  const gateway = new Gateway({ people: [] });
  let load = null;
  try {
    await gateway.prepare();
    await gateway.start(await prepare(gateway));
    load = await new Load(gateway, { pauseMs: 2, ...traffic }).open();
    load.run();
    await until(() => load.hookAnswers.length > 50, 'the load', 20_000);
    await act(gateway, load);
    await load.rest();
    await assertBook(gateway, load);
    t.diagnostic(`${load.hookAnswers.length} hooks, ${load.replies.length} replies`);
  } finally {
    await load?.close();
    await gateway.stop({ errors });
  }
}

/** Answers of hooks that came at `at` or later. */
export const since = (load, at) => load.hookAnswers.filter((answer) => answer.at >= at);

/** Waits until a hook is answered with `status`. */
export const answeredWith = (load, status, what, ms = 5000) => {
  const began = Date.now();
  return until(() => since(load, began).some((answer) => answer.status === status), what, ms);
};

/** Hooks are refused, and the platform is told when to come again. */
export async function assertRefused(gateway, load, ms = 5000) {
  await answeredWith(load, 503, 'hooks refused', ms);
  const { headers } = await until(
    async () => {
      const answer = await gateway.sim.hooks.postRaw(JSON.stringify({ object: 'page', entry: [] }));
      return answer.status === 503 && answer;
    },
    'a refused hook',
    ms,
  );
  assert.ok(Number(headers['retry-after']) > 0, `Retry-After: ${headers['retry-after']}`);
}

/** What an agent can still do while nothing can be written. */
export async function assertReadable(gateway, load) {
  const list = await gateway.page('/api/v1/tickets', { headers: load.headers });
  assert.equal(list.status, 200, 'the list of tickets');
  const { id } = JSON.parse(list.body).items[0];
  assert.equal((await gateway.page(`/api/v1/tickets/${id}/messages`, { headers: load.headers })).status, 200, 'a thread');
}

/** Nobody started it anew: it takes hooks again, soon after the fault is over. */
export const assertRecovers = (load) => answeredWith(load, 200, 'hooks taken again within five seconds');
