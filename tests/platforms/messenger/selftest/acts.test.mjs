import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACTS } from '../simulator.mjs';
import { stage, verdict } from './stage.mjs';

const OTHER_FIELDS = [
  'response_feedback',
  'messaging_feedback',
  'messaging_customer_information',
  'messaging_account_linking',
  'send_cart',
  'feed',
];
const SILENT = new Set(['block', 'unblock']);
const LAST = ['unsend', 'takeFromUs'];

async function talking(t) {
  const set = await stage(t);
  for (const page of set.sim.world.pages.values()) for (const field of OTHER_FIELDS) page.fields.add(field);
  const customer = set.sim.customer();
  await customer.text('first');
  await customer.inboxReply('an answer');
  return { ...set, customer };
}

test('every act sends one event that is taken', async (t) => {
  const { receiver, customer } = await talking(t);
  const names = Object.keys(ACTS).filter((name) => !SILENT.has(name) && !LAST.includes(name));
  for (const name of [...names, ...LAST]) {
    const before = receiver.elements.length;
    const args = { text: 'words', title: 'Title', payload: 'PAYLOAD' };
    const { row } = await customer[name](name === 'optIn' || name === 'sticker' ? {} : args);
    assert.equal(row.answer, 'A', name);
    assert.equal(receiver.elements.length, before + 1, name);
    assert.equal(receiver.elements.at(-1).recipient.id !== undefined, true, name);
  }
});

test('ids that the platform writes as numbers are exact beyond 2^53', async (t) => {
  const { receiver, customer } = await talking(t);
  await customer.sharedPost({ id: '122104567890123457' });
  await customer.reel({ id: '1203456789012345679', ig: true });
  await customer.sticker('thumb');
  await customer.adClick({ adId: '120209876543210123', number: true });
  await customer.takeFromUs();
  const texts = receiver.posts.slice(-5).map(({ text }) => text);
  for (const [place, digits] of [
    [0, '"id":122104567890123457}'],
    [1, '"reel_video_id":1203456789012345679}'],
    [2, '"sticker_id":369239263222822}'],
    [3, '"ad_id":120209876543210123,'],
    [4, '"new_owner_app_id":263902037430900,'],
  ]) {
    assert.ok(texts[place].includes(digits), texts[place]);
  }
});

test('a sticker has one attachment today and had two before September 2026', async (t) => {
  const { receiver, customer } = await talking(t);
  await customer.sticker({ name: 'heart' });
  await customer.sticker({ name: 'heart', era: 'before' });
  const [now, before] = receiver.elements.slice(-2).map(({ message }) => message.attachments.map(({ type }) => type));
  assert.deepEqual([now, before], [['sticker'], ['image', 'sticker']]);
});

test('what the platform sends without a sender has none', async (t) => {
  const { receiver, customer } = await talking(t);
  await customer.policy('block');
  await customer.policy('unblock');
  await customer.appRoles();
  await customer.optInPlugin();
  const [block, unblock, roles, plugin] = receiver.elements.slice(-4);
  assert.deepEqual([block.sender, unblock.sender, roles.sender], [undefined, undefined, undefined]);
  assert.deepEqual(Object.keys(unblock.policy_enforcement), ['action']);
  assert.deepEqual(Object.keys(plugin.sender), ['user_ref']);
});

test('the Send to Messenger plugin tells who tapped, and opens the window', async (t) => {
  const { sim, receiver, send } = await stage(t);
  const customer = sim.customer();
  await customer.optInSendTo({ ref: 'basket-9' });
  const [{ sender, optin }] = receiver.elements;
  assert.deepEqual([sender.id, optin], [customer.psid, { ref: 'basket-9' }]);
  assert.equal(verdict(await send(customer.psid, { text: 'your basket' })), 'ok');
});

test("an edit is counted, at most five times, and only on one's own message", async (t) => {
  const { receiver, customer } = await talking(t);
  const { mid } = await customer.text('one');
  for (let number = 1; number <= 5; number += 1) {
    await customer.edit({ mid, text: `edit ${number}`, asString: number === 5 });
  }
  assert.deepEqual(
    receiver.elements.slice(-5).map(({ message_edit: edit }) => edit.num_edit),
    [1, 2, 3, 4, '5'],
  );
  await assert.rejects(customer.edit({ mid, text: 'six' }), /5 times/);
  await assert.rejects(customer.edit({ mid: customer.contact.newest('page').mid, text: 'not mine' }), /own/);
});

test('an event of the past carries its own time, its entry the time of sending', async (t) => {
  const { sim, receiver } = await stage(t);
  const at = sim.clock.now() - 20 * 3_600_000;
  const customer = sim.customer();
  await customer.text({ text: 'yesterday', at });
  const [entry] = receiver.posts[0].body.entry;
  assert.equal(entry.messaging[0].timestamp, at);
  assert.ok(entry.time >= at + 20 * 3_600_000);
  assert.equal(customer.contact.lastOpenerAt, at);
});

test('a field without subscription is silent', async (t) => {
  const { sim, receiver } = await stage(t);
  const customer = sim.customer();
  const { row } = await customer.order();
  assert.deepEqual([row.answer, row.skipped, receiver.posts.length], [null, 'not subscribed to send_cart', 0]);
});
