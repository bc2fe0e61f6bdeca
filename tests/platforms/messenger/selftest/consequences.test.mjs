import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERABLE, stage, until } from './stage.mjs';

async function answered(t, options) {
  const set = await stage(t, options);
  const customer = set.sim.customer();
  await customer.text('hello');
  return { ...set, customer };
}

function kinds(receiver) {
  return receiver.elements.map((element) => (element.message?.is_echo ? 'echo' : Object.keys(element).at(-1)));
}

test('a sent message is echoed, then delivered, then read', async (t) => {
  const { sim, receiver, send, customer } = await answered(t);
  const { json } = await send(customer.psid, { text: 'hi', metadata: 'guichet:job:42' });
  await until(() => receiver.elements.length === 4, 'echo, delivery and read came');
  const [, echo, { delivery }, { read }] = receiver.elements;
  assert.deepEqual(kinds(receiver), ['message', 'echo', 'delivery', 'read']);
  assert.deepEqual([echo.sender.id, echo.recipient.id], [sim.options.pages[0].id, customer.psid]);
  assert.deepEqual([echo.message.mid, echo.message.metadata], [json.message_id, 'guichet:job:42']);
  assert.match(receiver.posts[1].text, /"app_id":515151515151515,/);
  assert.deepEqual(delivery.mids, [json.message_id]);
  assert.equal(read.watermark, echo.timestamp);
});

test('the echo may overtake the answer of the call', async (t) => {
  const { sim, receiver, send, customer } = await answered(t);
  sim.consequences.switches.echo = 'before';
  let echoAnswered = false;
  receiver.next = [
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 40));
      echoAnswered = true;
      return 200;
    },
  ];
  await send(customer.psid, { text: 'hi' });
  assert.ok(echoAnswered);
});

test('an echo, a delivery and a read can be dropped or switched off', async (t) => {
  const { sim, receiver, send, customer } = await answered(t, { still: true });
  for (const kind of ['echo', 'delivery', 'read']) sim.consequences.drop(kind);
  await send(customer.psid, { text: 'one' });
  await sim.advance(1000);
  await sim.hooks.idle();
  assert.deepEqual(kinds(receiver), ['message']);
  sim.consequences.switches.echo = 'off';
  customer.contact.reads = false;
  Object.assign(sim.consequences.switches, { mids: false, watermark: 'string' });
  await send(customer.psid, { text: 'two' });
  await sim.advance(1000);
  await sim.hooks.idle();
  assert.deepEqual(kinds(receiver), ['message', 'delivery']);
  assert.deepEqual(Object.keys(receiver.elements[1].delivery), ['watermark']);
  assert.equal(typeof receiver.elements[1].delivery.watermark, 'string');
  assert.equal(typeof receiver.elements[1].timestamp, 'number');
  sim.consequences.switches.deliveryTimestamp = false;
  await send(customer.psid, { text: 'three' });
  await sim.advance(1000);
  await sim.hooks.idle();
  assert.equal('timestamp' in receiver.elements.at(-1), false);
  await customer.read();
  assert.equal(kinds(receiver).at(-1), 'read');
});

test('in standby even our echoes come under standby', async (t) => {
  const { sim, receiver } = await stage(t);
  const customer = sim.customer({ page: ERABLE.id });
  await customer.takeFromUs();
  await customer.text('to the inbox');
  await customer.postback({ title: 'Yes', payload: 'SECRET' });
  await customer.inboxReply('from the inbox');
  const standby = receiver.posts.flatMap(({ body }) => body.entry[0].standby ?? []);
  assert.deepEqual(
    standby.map((element) => Object.keys(element).at(-1)),
    ['message', 'postback', 'message'],
  );
  assert.equal(standby[1].postback.payload, undefined);
  assert.equal(standby[2].message.is_echo, true);
  await customer.passToUs();
  await customer.text('back');
  assert.equal(receiver.posts.at(-1).body.entry[0].messaging[0].message.text, 'back');
});
