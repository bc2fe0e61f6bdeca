import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appSecretProof } from '../platform/signatures.mjs';
import { DAY, HOUR } from '../platform/world.mjs';
import { ERABLE, MAPLE, stage, verdict } from './stage.mjs';

async function waiting(t, options) {
  const set = await stage(t, { still: true, ...options });
  const customer = set.sim.customer();
  await customer.text('hello');
  return { ...set, customer };
}

test("a reply is taken until 24 hours after the customer's last act", async (t) => {
  const { sim, send, customer } = await waiting(t);
  await sim.advance(DAY);
  const answer = await send(customer.psid, { text: 'just in time' });
  assert.equal(answer.json.recipient_id, customer.psid);
  assert.match(answer.json.message_id, /^m_/);
  await sim.advance(1);
  assert.equal(verdict(await send(customer.psid, { text: 'too late' })), '10/2018278');
  await customer.react();
  assert.equal(verdict(await send(customer.psid, { text: 'open again' })), 'ok');
});

test('a human agent may answer for seven days, others with the removed tags never', async (t) => {
  const { sim, send, customer } = await waiting(t);
  const tagged = (tag) => send(customer.psid, { text: 'x' }, { messaging_type: 'MESSAGE_TAG', tag });
  for (const tag of ['ACCOUNT_UPDATE', 'CONFIRMED_EVENT_UPDATE', 'POST_PURCHASE_UPDATE', 'NEWS']) {
    assert.equal(verdict(await tagged(tag)), '100', tag);
  }
  await sim.advance(7 * DAY);
  assert.equal(verdict(await tagged('HUMAN_AGENT')), 'ok');
  sim.sendApi.humanAgent = false;
  assert.equal(verdict(await tagged('HUMAN_AGENT')), '200');
  sim.sendApi.humanAgent = true;
  await sim.advance(1);
  assert.equal(verdict(await tagged('HUMAN_AGENT')), '10/2018278');
});

test('each mistake has its error', async (t) => {
  const { sim, send, call, customer } = await waiting(t);
  const { psid } = customer;
  const foreign = sim.customer({ page: sim.options.pages[1].id });
  await foreign.text('hello');
  const payload = (count) =>
    Array.from({ length: count }, () => ({ content_type: 'text', title: 'Yes', payload: 'Y' }));
  const cases = [
    ['100/2018001', () => send('999', { text: 'nobody' })],
    ['100/2018001', () => send(foreign.psid, { text: "another Page's customer" })],
    ['ok', () => send(psid, { text: 'é'.repeat(2000) })],
    ['100', () => send(psid, { text: 'x'.repeat(2001) })],
    ['100', () => send(psid, { text: '' })],
    ['100', () => send(psid, { text: 'x', attachment: { type: 'image', payload: { url: 'https://x/' } } })],
    ['100', () => send(psid, { text: 'x', metadata: 'm'.repeat(1000) })],
    ['100', () => send(psid, { text: 'x' }, { messaging_type: undefined })],
    ['100/2018014', () => send(psid, { text: 'x' }, { sender_action: 'typing_on' })],
    ['ok', () => send(psid, undefined, { sender_action: 'typing_on', messaging_type: undefined })],
    ['100', () => send(psid, undefined, { sender_action: 'dance' })],
    ['ok', () => send(psid, { text: 'x', quick_replies: payload(13) })],
    ['100', () => send(psid, { text: 'x', quick_replies: payload(14) })],
    ['100', () => send(psid, { text: 'x' }, { reply_to: { mid: 'm_unknown' } })],
    ['ok', () => send(psid, { text: 'x' }, { reply_to: { mid: customer.messages[0].mid } })],
    ['100/2018074', () => send(psid, { attachment: { type: 'image', payload: { attachment_id: '1' } } })],
    ['100', () => send(psid, { attachment: { type: 'image', payload: { attachment_id: 1857777774821032 } } })],
    ['100/2018008', () => send(psid, { attachment: { type: 'image', payload: { url: 'nonsense' } } })],
    ['ok', () => send(psid, { attachment: { type: 'file', payload: { url: 'https://example.org/a.pdf' } } })],
    [
      'ok',
      () =>
        send(psid, {
          attachment: { type: 'template', payload: { template_type: 'button', text: '?', buttons: [{}] } },
        }),
    ],
    [
      '100',
      () => send(psid, { attachment: { type: 'template', payload: { template_type: 'generic', elements: [] } } }),
    ],
    ['190', () => send(psid, { text: 'x' }, {}, { token: 'wrong' })],
    ['190', () => send(psid, { text: 'x' }, {}, { token: null })],
    [
      '200',
      () => call('POST', `${sim.options.pages[1].id}/messages`, { recipient: { id: psid }, message: { text: 'x' } }),
    ],
    ['100', () => call('POST', 'me/messages', '{broken')],
  ];
  for (const [expected, run] of cases) assert.equal(verdict(await run()), expected, String(run));
  await customer.block();
  assert.equal(verdict(await send(psid, { text: 'x' })), '551/1545041');
  await customer.unblock();
  await customer.takeFromUs();
  assert.equal(verdict(await send(psid, { text: 'x' })), '10/2018300');
});

test('a user_ref is written to before its person wrote, and answered without recipient_id', async (t) => {
  const { sim, call } = await stage(t, { still: true });
  await sim.customer().optInPlugin({ userRef: 'ref-1' });
  const answer = await call('POST', 'me/messages', {
    recipient: { user_ref: 'ref-1' },
    messaging_type: 'RESPONSE',
    message: { text: 'hi' },
  });
  assert.deepEqual(Object.keys(answer.json), ['message_id']);
});

test('a comment and a visitor post are answered in private once and for a week, and open the window', async (t) => {
  const { sim, call, send } = await stage(t, { still: true });
  const customer = sim.customer();
  sim.world.page().fields.add('feed');
  const inPrivate = (recipient) => call('POST', 'me/messages', { recipient, message: { text: 'in private' } });
  for (const [act, id] of [
    ['comment', 'comment_id'],
    ['visitorPost', 'post_id'],
  ]) {
    await customer[act]({ commentId: '3_5', postId: '3_5' });
    const first = await inPrivate({ [id]: '3_5' });
    assert.equal(first.json.recipient_id, customer.psid);
    assert.equal(verdict(await inPrivate({ [id]: '3_5' })), '100');
    assert.equal(verdict(await send(customer.psid, { text: 'in the window' })), 'ok');
    await customer[act]({ commentId: '3_6', postId: '3_6' });
    await sim.advance(7 * DAY + HOUR);
    assert.equal(verdict(await inPrivate({ [id]: '3_6' })), '10/2018278');
  }
});

test('private replies have a limit of their own, and so may one person', async (t) => {
  const { sim, call, send, customer } = await waiting(t);
  sim.world.page().fields.add('feed');
  assert.equal(sim.rates.limits.privateRepliesPerHour, 750);
  Object.assign(sim.rates.limits, { privateRepliesPerHour: 1, threadPerSecond: 2 });
  const seen = [];
  for (const commentId of ['3_5', '3_6']) {
    await customer.comment({ commentId });
    seen.push(
      verdict(await call('POST', 'me/messages', { recipient: { comment_id: commentId }, message: { text: 'x' } })),
    );
  }
  assert.deepEqual(seen, ['ok', '613']);
  await sim.advance(HOUR);
  const other = sim.customer();
  await other.text('hello');
  for (const { psid } of [customer, customer, customer, other]) seen.push(verdict(await send(psid, { text: 'x' })));
  assert.deepEqual(seen.slice(2), ['ok', 'ok', '613/2534040', 'ok']);
});

test('an error that is listed in two forms comes in the other one with a switch', async (t) => {
  const { sim, call, send, customer } = await waiting(t);
  const quiet = sim.customer({ profile: 'phone-account' });
  await quiet.text('hello');
  await customer.takeFromUs();
  const both = async () => [
    verdict(await send(customer.psid, { text: 'x' })),
    verdict(await call('GET', `${quiet.psid}?fields=id,name`)),
  ];
  assert.deepEqual(await both(), ['10/2018300', '100/2018218']);
  sim.graph.bareCodes = true;
  assert.deepEqual(await both(), ['2018300', '2018218']);
});

test('forms and multipart bodies are read like JSON', async (t) => {
  const { call, customer, sim } = await waiting(t);
  const form = new URLSearchParams({
    recipient: `{"id":"${customer.psid}"}`,
    messaging_type: 'RESPONSE',
    message: '{"text":"by form"}',
  });
  const type = 'application/x-www-form-urlencoded';
  assert.equal(verdict(await call('POST', 'me/messages', form.toString(), { type })), 'ok');
  const parts = [
    ['recipient', '', `{"id":"${customer.psid}"}`],
    ['messaging_type', '', 'RESPONSE'],
    ['message', '', '{"attachment":{"type":"file","payload":{}}}'],
    ['filedata', '; filename="a.txt"\r\nContent-Type: text/plain', 'the file'],
  ];
  const body = parts.map(
    ([name, more, value]) => `--cut\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`,
  );
  const multipart = await call('POST', 'me/messages', `${body.join('')}--cut--\r\n`, {
    type: 'multipart/form-data; boundary=cut',
  });
  assert.equal(verdict(multipart), 'ok');
  const { url } = customer.messages.at(-1).attachments[0];
  assert.equal((await sim.client.request(url)).body.toString(), 'the file');
});

test('the proof is checked when it is there, and may be required', async (t) => {
  const { sim, call, customer } = await waiting(t);
  const message = { recipient: { id: customer.psid }, messaging_type: 'RESPONSE', message: { text: 'x' } };
  const proved = (proof) => call('POST', `me/messages?appsecret_proof=${proof}`, message);
  assert.equal(verdict(await proved(appSecretProof(sim.appSecret, MAPLE.token))), 'ok');
  assert.match((await proved(appSecretProof('another', MAPLE.token))).json.error.message, /Invalid appsecret_proof/);
  sim.graph.proofMode = 'required';
  assert.equal(verdict(await call('POST', 'me/messages', message)), '100');
  const time = Math.floor(sim.clock.now() / 1000);
  const timed = appSecretProof(sim.appSecret, MAPLE.token, String(time));
  assert.equal(
    verdict(await call('POST', `me/messages?appsecret_proof=${timed}&appsecret_time=${time}`, message)),
    'ok',
  );
});

test('too much in a second is 613, in a day 4, and both headers say how much was used', async (t) => {
  const { sim, send, customer } = await waiting(t);
  const media = { attachment: { type: 'audio', payload: { url: 'https://example.org/a.mp3' } } };
  Object.assign(sim.rates.limits, {
    sendPerSecond: 3,
    mediaPerSecond: 1,
    fewestCallsPerDay: 8,
    callsPerEngagedUser: 1,
  });
  const seen = [];
  for (let count = 0; count < 4; count += 1) seen.push(verdict(await send(customer.psid, { text: 'x' })));
  for (let count = 0; count < 2; count += 1) seen.push(verdict(await send(customer.psid, media)));
  assert.deepEqual(seen, ['ok', 'ok', 'ok', '613', 'ok', '613']);
  await sim.advance(1000);
  await send(customer.psid, { text: 'x' });
  const last = await send(customer.psid, { text: 'x' });
  assert.equal(verdict(last), 'ok');
  assert.deepEqual(JSON.parse(last.headers['x-app-usage']), { call_count: 100, total_cputime: 100, total_time: 100 });
  const object = JSON.parse(last.headers['x-business-use-case-usage'])[MAPLE.id][0];
  assert.deepEqual([object.type, object.call_count, object.estimated_time_to_regain_access], ['messenger', 100, 5]);
  assert.equal(verdict(await send(customer.psid, { text: 'x' })), '4');
  sim.rates.shownUsage = { call_count: 80 };
  await sim.advance(DAY);
  const told = async () => JSON.parse((await send('999', { text: 'x' })).headers['x-app-usage']).call_count;
  assert.equal(await told(), 80);
  sim.rates.shownUsage = { call_count: 95, page: MAPLE.id };
  assert.equal(await told(), 95);
  sim.rates.shownUsage.page = ERABLE.id;
  assert.notEqual(await told(), 95, 'another Page is told what it used');
});

test('every call is in the ledger, with its words and without its token', async (t) => {
  const { sim, send, customer } = await waiting(t);
  await send(customer.psid, { text: 'kept words' });
  const [row] = sim.ledger.out;
  assert.deepEqual(
    [row.route, row.text, row.customer, row.status, row.outcome],
    ['send', 'kept words', customer.psid, 200, 'accepted'],
  );
  assert.ok(!JSON.stringify(sim.ledger).includes(MAPLE.token));
  assert.deepEqual(sim.ledger.summary(), { in: { A: 1 }, out: { accepted: 1 } });
});
