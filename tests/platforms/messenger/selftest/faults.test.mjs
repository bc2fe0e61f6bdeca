import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAPLE, stage, until, verdict } from './stage.mjs';

async function waiting(t, options) {
  const set = await stage(t, options);
  const customer = set.sim.customer();
  await customer.text('hello');
  const say = (text = 'x') => set.send(customer.psid, { text });
  return { ...set, customer, say };
}

test('the next calls answer 500, 502 or 503, then all is well', async (t) => {
  const { sim, say } = await waiting(t);
  for (const status of [500, 502, 503]) sim.faults.add({ kind: 'status', status });
  const seen = [];
  for (let count = 0; count < 4; count += 1) seen.push((await say()).status);
  assert.deepEqual(seen, [500, 502, 503, 200]);
  assert.deepEqual(
    sim.ledger.out.map(({ outcome }) => outcome),
    ['untouched', 'untouched', 'untouched', 'accepted'],
  );
  assert.equal(sim.ledger.out[0].text, 'x');
});

test("a fault may last a time of the platform's clock", async (t) => {
  const { sim, say } = await waiting(t, { still: true });
  sim.faults.add({ kind: 'status', status: 503, forMs: 60_000 });
  assert.deepEqual([(await say()).status, (await say()).status], [503, 503]);
  await sim.advance(60_000);
  assert.equal((await say()).status, 200);
});

test('429 comes with any Retry-After, or none', async (t) => {
  const { sim, say } = await waiting(t);
  const values = [undefined, '3', '-1', '1000000000000', 'Thu, 01 Jan 1970 00:00:00 GMT'];
  for (const retryAfter of values) sim.faults.add({ kind: 'status', status: 429, retryAfter });
  for (const value of values) {
    const { status, headers } = await say();
    assert.deepEqual([status, headers['retry-after']], [429, value]);
  }
});

test('a call hangs before headers, after them, or in the middle of the body', async (t) => {
  const { sim, customer } = await waiting(t);
  const body = Buffer.from(
    JSON.stringify({ recipient: { id: customer.psid }, messaging_type: 'RESPONSE', message: { text: 'x' } }),
  );
  const headers = { Authorization: `Bearer ${MAPLE.token}`, 'Content-Type': 'application/json' };
  const url = `${sim.origin}/v25.0/me/messages`;
  for (const [at, outcome] of [
    ['before-headers', 'untouched'],
    ['after-headers', 'accepted'],
    ['half-body', 'accepted'],
  ]) {
    sim.faults.add({ kind: 'hang', at });
    const answer = await sim.client.request(url, { method: 'POST', body, headers, timeoutMs: 80 });
    assert.match(answer.error, /no answer/, at);
    await until(() => sim.ledger.out.at(-1).outcome === outcome, `the call is ${outcome} (${at})`);
  }
});

test('a message is taken though the connection is cut, and its echo still comes', async (t) => {
  const { sim, receiver, say } = await waiting(t);
  sim.faults.add({ kind: 'cut', taken: true });
  const { status, error } = await say('taken');
  assert.equal(status, null);
  assert.ok(error);
  await until(
    () => receiver.elements.some(({ message }) => message?.is_echo && message.text === 'taken'),
    'the echo came',
  );
  assert.equal(sim.ledger.out[0].outcome, 'accepted');
  sim.faults.add({ kind: 'cut' });
  await say('not taken');
  assert.equal(sim.ledger.out[1].outcome, 'untouched');
});

test('answers may be spoilt, slow or lead elsewhere', async (t) => {
  const { sim, say } = await waiting(t);
  for (const body of ['not-json', 'wrong-type', 'html', 'empty']) sim.faults.add({ kind: 'spoilt', body });
  sim.faults.add({ kind: 'redirect', location: 'http://127.0.0.1:9/' });
  sim.faults.add({ kind: 'slow', ms: 30 });
  const texts = [];
  for (let count = 0; count < 4; count += 1) texts.push((await say()).text.slice(0, 5));
  assert.deepEqual(texts, ['{"rec', '["not', '<!doc', '']);
  assert.equal((await say()).status, 302);
  const start = Date.now();
  assert.equal(verdict(await say()), 'ok');
  assert.ok(Date.now() - start >= 25);
});

test('faults choose their routes and calls, skip some, and can be taken back', async (t) => {
  const { sim, call, say } = await waiting(t);
  const undo = sim.faults.add({ kind: 'status', on: 'profile', calls: 10 });
  assert.equal((await call('GET', 'me')).status, 503);
  undo();
  assert.equal((await call('GET', 'me')).status, 200);
  sim.faults.add({ kind: 'status', skip: 1, match: ({ body }) => body.includes('chosen') });
  const seen = [];
  for (const text of ['chosen', 'other', 'chosen']) seen.push((await say(text)).status);
  assert.deepEqual(seen, [200, 200, 503]);
  sim.faults.add({ kind: 'status', on: 'any', calls: 5 });
  sim.faults.clear();
  assert.equal((await say()).status, 200);
});

test('the next calls are refused with any row of the table, and nothing is taken', async (t) => {
  const { sim, customer, say } = await waiting(t);
  const rows = {
    unknown: '1',
    temporary: '2',
    cannotReceive: '10/2018108',
    pageRestricted: '10/1893063',
    policy: '368',
    automated: '10/2018321',
  };
  for (const error of Object.keys(rows)) sim.faults.add({ kind: 'error', error });
  sim.faults.add({ kind: 'error', error: 'temporary', calls: 2 });
  const wanted = [...Object.values(rows), '2', '2'];
  for (const answer of wanted) assert.equal(verdict(await say()), answer);
  sim.graph.bareCodes = true;
  sim.faults.add({ kind: 'error', error: 'automated' });
  const { status, headers, json } = await say();
  assert.deepEqual([status, json.error.code], [400, 2018321]);
  assert.ok(headers['x-app-usage'], 'with the usage headers of any answer');
  assert.equal(customer.messages.length, 1);
  assert.deepEqual([...new Set(sim.ledger.out.map(({ outcome }) => outcome))], ['refused']);
  assert.deepEqual([sim.ledger.out[0].error, sim.ledger.out.at(-1).text], ['unknown', 'x']);
  assert.equal(verdict(await say()), 'ok');
  for (const error of ['nonsense', undefined]) assert.throws(() => sim.faults.add({ kind: 'error', error }), RangeError);
});

test('an answer waits for a gate, and the message was taken at once', async (t) => {
  const { sim, say, customer } = await waiting(t);
  let open;
  sim.faults.add({ kind: 'slow', gate: new Promise((resolve) => (open = resolve)) });
  const answer = say();
  await until(() => customer.messages.at(-1).side === 'page', 'the message was taken');
  open();
  assert.equal(verdict(await answer), 'ok');
});

test('a token that was revoked says by what', async (t) => {
  const { sim, say } = await waiting(t);
  for (const [why, answer] of [
    ['app-removed', '190/458'],
    ['password-changed', '190/460'],
  ]) {
    sim.expireToken(MAPLE.id, { why, afterSends: 1 });
    assert.deepEqual([verdict(await say()), verdict(await say())], ['ok', answer]);
    sim.renewToken(MAPLE.id, MAPLE.token);
  }
});

test('a token expires in the middle of the run and is renewed', async (t) => {
  const { sim, say, send, customer } = await waiting(t);
  sim.expireToken(MAPLE.id, { afterSends: 2 });
  const seen = [];
  for (let count = 0; count < 3; count += 1) seen.push(verdict(await say()));
  assert.deepEqual(seen, ['ok', 'ok', '190/463']);
  sim.renewToken(MAPLE.id, 'fresh');
  assert.equal(verdict(await say()), '190');
  assert.equal(verdict(await send(customer.psid, { text: 'x' }, {}, { token: 'fresh' })), 'ok');
});
