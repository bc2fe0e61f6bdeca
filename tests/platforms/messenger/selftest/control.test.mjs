import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAPLE, stage, until, verdict } from './stage.mjs';

async function controlled(t, options) {
  const set = await stage(t, options);
  const control = async (command, args = {}) => {
    const body = Buffer.from(JSON.stringify(args));
    const answer = await set.sim.client.request(`${set.sim.origin}/control/${command}`, { method: 'POST', body });
    return JSON.parse(answer.body);
  };
  const look = async (what) => JSON.parse((await set.sim.client.request(`${set.sim.origin}/control/${what}`)).body);
  return { ...set, control, look };
}

test('another process makes customers act and reads the ledger', async (t) => {
  const { control, look, send, receiver } = await controlled(t);
  const { psid } = await control('customers', { name: 'Zoé', page: MAPLE.id });
  const { mid, row } = await control('act', { psid, act: 'reel', args: { id: '1203456789012345679' } });
  assert.equal(row.answer, 'A');
  await send(psid, { text: 'seen' });
  await until(() => receiver.elements.length === 4, 'the consequences came');
  const ledger = await look('ledger');
  assert.equal(ledger.in[0].id, mid);
  assert.deepEqual(ledger.summary, { in: { A: 4 }, out: { accepted: 1 } });
  assert.equal((await look('ledger?in=3&out=1')).in.length, 1);
  const state = await look('state');
  assert.deepEqual(
    state.customers.map(({ name, messages }) => [name, messages]),
    [['Zoé', 2]],
  );
  assert.ok(!JSON.stringify(state).includes(MAPLE.token));
});

test('switches, faults, tokens and the clock are set from outside', async (t) => {
  const { control, send, receiver } = await controlled(t, { still: true });
  const { psid } = await control('customers', {});
  await control('hold');
  await control('act', { psid, act: 'text', args: 'a' });
  await control('act', { psid, act: 'text', args: { text: 'b' } });
  await control('release', { order: 'reversed' });
  assert.deepEqual(
    receiver.elements.map(({ message }) => message.text),
    ['b', 'a'],
  );
  await control('switches', {
    hooks: { spelling: 'raw' },
    consequences: { echo: 'off' },
    limits: { sendPerSecond: 1 },
    usage: { call_count: 91 },
  });
  await control('faults', { kind: 'status', status: 502 });
  assert.equal((await send(psid, { text: 'x' })).status, 502);
  const answer = await send(psid, { text: 'x' });
  assert.equal(JSON.parse(answer.headers['x-app-usage']).call_count, 91);
  assert.equal(verdict(await send(psid, { text: 'x' })), '613');
  await control('token', { page: MAPLE.id, expire: true });
  assert.equal(verdict(await send(psid, { text: 'x' })), '190/463');
  await control('token', { page: MAPLE.id, token: MAPLE.token });
  await control('advance', { ms: 25 * 3_600_000 });
  assert.equal(verdict(await send(psid, { text: 'x' })), '10/2018278');
});

test('what cannot be done is refused with a sentence', async (t) => {
  const { control } = await controlled(t);
  const { psid } = await control('customers', {});
  assert.match((await control('act', { psid, act: 'fly' })).error.message, /no act is called "fly"/);
  assert.match((await control('act', { psid: '1', act: 'text' })).error.message, /nobody has the PSID 1/);
  assert.match((await control('switches', { hooks: { speling: 'raw' } })).error.message, /no switch is called/);
});

test('verification, deletion, raw and dashboard calls can be asked for', async (t) => {
  const { control } = await controlled(t);
  assert.deepEqual(await control('verify', { challenge: 'c' }), {
    status: 200,
    contentType: 'text/plain; charset=utf-8',
    body: 'c',
    error: null,
  });
  assert.equal((await control('deletion', { spoil: 'signature' })).status, 400);
  assert.equal((await control('raw', { body: '{"object":"page","entry":[]}' })).status, 200);
  assert.equal((await control('raw', { body: '{}', signature: 'none' })).status, 401);
  assert.equal((await control('dashboard-test', {})).status, 200);
});
