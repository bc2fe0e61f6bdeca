import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERABLE, MAPLE, stage, until, verdict } from './stage.mjs';

test('a profile is full, empty, unavailable or forbidden', async (t) => {
  const { sim, call } = await stage(t);
  const ask = async (person, options) => {
    const customer = sim.customer({ name: 'Élise Roy', ...person });
    await customer.text('hello');
    return call('GET', `${customer.psid}?fields=id,name,first_name,last_name,profile_pic`, undefined, options);
  };
  const full = (await ask({})).json;
  assert.deepEqual([full.name, full.first_name, full.last_name], ['Élise Roy', 'Élise', 'Roy']);
  assert.equal((await sim.client.request(full.profile_pic)).headers['content-type'], 'image/png');
  assert.deepEqual((await ask({ profile: 'empty' })).json, {});
  assert.equal(verdict(await ask({ profile: 'phone-account' })), '100/2018218');
  assert.equal(verdict(await ask({ profile: 'no-access' })), '100/2018247');
  assert.equal(verdict(await ask({}, { token: 'wrong' })), '190');
  assert.equal(verdict(await ask({ page: ERABLE.id })), '100/33');
  assert.deepEqual((await call('GET', sim.customer().psid)).json, {}, 'nobody is known before they wrote');
});

test('conversations are paged by cursors, newest first', async (t) => {
  const { sim, call } = await stage(t, { still: true });
  for (let count = 0; count < 5; count += 1) {
    await sim.customer({ name: `Person ${count}` }).text('hello');
    await sim.advance(1000);
  }
  const path = `${MAPLE.id}/conversations?platform=messenger&fields=id,updated_time,participants&limit=2`;
  const names = [];
  for (let link = path; link; ) {
    const { json } = await call('GET', link);
    for (const { participants } of json.data) names.push(participants.data[0].name);
    link = json.paging?.next?.split('/v25.0/')[1];
    await sim.advance(1000);
  }
  assert.deepEqual(names, ['Person 4', 'Person 3', 'Person 2', 'Person 1', 'Person 0']);
});

test('only the twenty newest messages of a conversation have details', async (t) => {
  const { sim, call } = await stage(t, { still: true });
  const customer = sim.customer();
  for (let count = 0; count < 22; count += 1) {
    await customer.text(`message ${count}`);
    await sim.advance(1000);
  }
  const { json } = await call(
    'GET',
    `me/conversations?user_id=${customer.psid}&fields=messages{id,message,created_time,from}`,
  );
  const { data } = json.data[0].messages;
  assert.deepEqual([data[0].message, data[19].message, data[20].message], ['message 21', 'message 2', undefined]);
  assert.match(data[0].created_time, /^2026-11-02T12:00:21\+0000$/);
  await sim.advance(1000);
  assert.equal((await call('GET', `${data[0].id}?fields=id,message`)).json.message, 'message 21');
  assert.equal(verdict(await call('GET', `${data[21].id}?fields=id,message`)), '100/33');
  await sim.advance(1000);
  await customer.unsend({ mid: data[0].id });
  assert.equal(verdict(await call('GET', `${data[0].id}?fields=id,message`)), '9000001');
});

test('a third conversation call within a second is refused', async (t) => {
  const { call } = await stage(t, { still: true });
  const seen = [];
  for (let count = 0; count < 3; count += 1) seen.push(verdict(await call('GET', 'me/conversations')));
  assert.deepEqual(seen, ['ok', 'ok', '613']);
});

test('threads are taken, passed, released and asked for', async (t) => {
  const { sim, receiver, call } = await stage(t);
  const customer = sim.customer();
  await customer.text('hello');
  const recipient = { id: customer.psid };
  const move = async (verb, more = {}) =>
    verdict(await call('POST', `me/${verb}_thread_control`, { recipient, ...more }));
  const owner = async () =>
    (await call('GET', `me/thread_owner?recipient=${customer.psid}`)).json.data[0]?.thread_owner.app_id;
  assert.equal(await owner(), '515151515151515');
  assert.equal(await move('pass', { target_app_id: '263902037430900' }), 'ok');
  assert.equal(await owner(), '263902037430900');
  assert.equal(await move('pass', { target_app_id: '1' }), '10/2018300');
  assert.equal(await move('request'), 'ok');
  assert.equal(await owner(), '263902037430900');
  sim.routing.requests = 'granted';
  await move('request');
  await until(() => receiver.elements.at(-1).pass_thread_control, 'control was passed');
  assert.equal(receiver.elements.at(-1).pass_thread_control.new_owner_app_id, '515151515151515');
  assert.equal(await move('release'), 'ok');
  assert.equal(await owner(), undefined);
  assert.equal(await move('take'), 'ok');
});

test('subscribed_apps sets, lists and removes the fields of a Page', async (t) => {
  const { call } = await stage(t);
  const list = async () => (await call('GET', 'me/subscribed_apps')).json.data.map((app) => app.subscribed_fields);
  assert.equal((await list())[0].length, 12);
  assert.equal(verdict(await call('POST', 'me/subscribed_apps?subscribed_fields=messages,feed')), 'ok');
  assert.deepEqual(await list(), [['messages', 'feed']]);
  assert.equal(verdict(await call('POST', 'me/subscribed_apps?subscribed_fields=gossip')), '100');
  await call('DELETE', 'me/subscribed_apps');
  assert.deepEqual(await list(), []);
});
