import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SIGNATURES } from '../platform/signatures.mjs';
import { HOUR } from '../platform/world.mjs';
import { ERABLE, MAPLE, stage, until } from './stage.mjs';

test('the verification question is asked with the right and a wrong token', async (t) => {
  const { sim } = await stage(t);
  const good = await sim.verify({ challenge: 'CHALLENGE_ACCEPTED' });
  assert.deepEqual([good.status, good.body.toString()], [200, 'CHALLENGE_ACCEPTED']);
  assert.equal((await sim.verify({ token: 'wrong' })).status, 403);
  assert.equal((await sim.verify({ mode: 'unsubscribe' })).status, 403);
});

test('a body is ASCII with lower-case escapes unless raw text is asked for, and signed as it is sent', async (t) => {
  const { sim, receiver } = await stage(t);
  const customer = sim.customer();
  await customer.text('É/😀');
  assert.match(receiver.posts[0].text, /"text":"\\u00c9\\\/\\ud83d\\ude00"/);
  sim.hooks.switches.spelling = 'raw';
  await customer.text('É/😀');
  assert.match(receiver.posts[1].text, /"text":"É\/😀"/);
  assert.ok(receiver.posts.every((post) => post.signed));
});

test('only a good signature is accepted, and a bad one is not tried again', async (t) => {
  const { sim, receiver } = await stage(t);
  const customer = sim.customer();
  for (const way of SIGNATURES) {
    sim.hooks.switches.signature = way;
    const { row } = await customer.text('accent: é');
    assert.equal(row.answer, way.startsWith('good') ? 'A' : 'R', way);
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(receiver.posts.length, SIGNATURES.length);
});

test('a failure is tried again at once and then more slowly, until it is taken', async (t) => {
  const { sim, receiver } = await stage(t, { still: true });
  receiver.next = [503, 500, 200];
  const { row } = await sim.customer().text('again');
  assert.equal(row.answer, 'U');
  await sim.advance(0);
  await sim.hooks.idle();
  assert.equal(receiver.posts.length, 2);
  await sim.advance(999);
  assert.equal(receiver.posts.length, 2);
  await sim.advance(1);
  await sim.hooks.idle();
  assert.equal(row.answer, 'A');
  assert.deepEqual(
    row.attempts.map(({ status }) => status),
    [503, 500, 200],
  );
});

test('after 15 minutes of failure an alert, after an hour no more events until subscribed_apps', async (t) => {
  const { sim, receiver, call } = await stage(t, { still: true });
  const customer = sim.customer();
  receiver.next = Array(100).fill(500);
  await customer.text('lost for now');
  for (let minute = 0; minute < 75; minute += 5) {
    await sim.advance(HOUR / 12);
    await sim.hooks.idle();
  }
  assert.deepEqual(
    sim.hooks.alerts.map(({ kind }) => kind),
    ['failing', 'disabled'],
  );
  receiver.next = [];
  assert.equal((await customer.text('unheard')).row.skipped, 'webhooks disabled');
  const answer = await call('POST', `${MAPLE.id}/subscribed_apps`, { subscribed_fields: 'messages,message_echoes' });
  assert.deepEqual(answer.json, { success: true });
  assert.equal((await customer.text('heard')).row.answer, 'A');
});

test('no answer in time counts as unknown', async (t) => {
  const { sim, receiver } = await stage(t, { answerMs: 40 });
  sim.hooks.switches.retries = false;
  receiver.next = [() => new Promise((resolve) => setTimeout(() => resolve(200), 120))];
  const { row } = await sim.customer().text('slow');
  assert.equal(row.answer, 'U');
  assert.match(row.attempts[0].error, /no answer/);
});

test('held events come doubled, shuffled and batched, of several Pages in one POST', async (t) => {
  const { sim, receiver } = await stage(t);
  const [one, two] = [sim.customer(), sim.customer({ page: ERABLE.id })];
  sim.hooks.hold();
  for (const text of ['1', '2', '3', '4']) await (text % 2 ? one : two).text(text);
  assert.equal(receiver.posts.length, 0);
  const rows = await sim.hooks.release({ order: 'shuffled', copies: 2, batch: 8 });
  assert.equal(receiver.posts.length, 1);
  assert.equal(receiver.posts[0].body.entry.length, 8);
  assert.deepEqual(new Set(receiver.posts[0].body.entry.map(({ id }) => id)), new Set([MAPLE.id, ERABLE.id]));
  assert.deepEqual(
    rows.map(({ answer }) => answer),
    ['A', 'A', 'A', 'A'],
  );
  assert.deepEqual(receiver.elements.map(({ message }) => message.text).sort(), [
    '1',
    '1',
    '2',
    '2',
    '3',
    '3',
    '4',
    '4',
  ]);
});

test('several elements may share one entry', async (t) => {
  const { sim, receiver } = await stage(t);
  const customer = sim.customer();
  sim.hooks.hold();
  for (const text of ['a', 'b', 'c']) await customer.text(text);
  await sim.hooks.release({ batch: 3, elements: true, order: 'reversed' });
  const [entry] = receiver.posts[0].body.entry;
  assert.deepEqual(
    entry.messaging.map(({ message }) => message.text),
    ['c', 'b', 'a'],
  );
});

test('the members of an entry come in any order', async (t) => {
  const { sim, receiver } = await stage(t);
  const customer = sim.customer();
  for (const [keys, order] of [
    ['time-first', 'time,id,messaging'],
    ['id-first', 'id,time,messaging'],
    ['events-first', 'messaging,time,id'],
  ]) {
    sim.hooks.switches.keys = keys;
    await customer.text('hello');
    assert.equal(Object.keys(receiver.posts.at(-1).body.entry[0]).join(), order);
  }
});

test('standing switches double and delay every event', async (t) => {
  const { sim, receiver } = await stage(t);
  Object.assign(sim.hooks.switches, { copies: 3, delayMs: 30 });
  const start = Date.now();
  await sim.customer().text('thrice');
  assert.equal(receiver.posts.length, 3);
  assert.ok(Date.now() - start >= 25);
});

test("events of one customer come in order, whatever the receiver's pace", async (t) => {
  const { sim, receiver } = await stage(t);
  const customer = sim.customer();
  receiver.next = [() => new Promise((resolve) => setTimeout(() => resolve(200), 30)), 200, 200];
  await Promise.all(['first', 'second', 'third'].map((text) => customer.text(text)));
  assert.deepEqual(
    receiver.elements.map(({ message }) => message.text),
    ['first', 'second', 'third'],
  );
});

test('a deletion call is signed over the encoded payload, well or badly', async (t) => {
  const { sim } = await stage(t);
  assert.equal((await sim.requestDeletion()).status, 200);
  for (const spoil of ['signature', 'algorithm', 'payload', 'shape']) {
    assert.equal((await sim.requestDeletion({ spoil })).status, 400, spoil);
  }
});

test('dashboard tests come in both forms, signed', async (t) => {
  const { sim, receiver } = await stage(t);
  await sim.dashboardTest('changes');
  await sim.dashboardTest('messaging');
  assert.deepEqual(
    receiver.posts.map(({ body }) => Object.keys(body.entry[0]).at(-1)),
    ['changes', 'messaging'],
  );
  assert.equal(receiver.elements[1].timestamp, '1527459824');
  await until(() => receiver.posts.every((post) => post.signed), 'both are signed');
});
