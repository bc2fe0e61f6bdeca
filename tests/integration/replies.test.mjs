// sanitizers: yes
// What the platform makes of a reply beside taking it: a quotation, a refusal of each kind, a limit that is near. Each
// case has a Page of its own.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway } from './kit/gateway.mjs';
import { drained, ledger } from './kit/ledger.mjs';
import { pause, until } from './kit/until.mjs';

const PAGES = 20;
const pages = Array.from({ length: PAGES }, (_, i) => ({ id: String(104857600005000 + i), name: `Page ${i}`, token: `token-of-page-${i}` }));
const OUT = ['sent', 'delivered', 'read'];
let gateway;
let sim;
let agent;
let live;
let next = 0;

before(async () => {
  gateway = await startGateway({ sim: { pages }, people: ['agent', 'admin'] });
  sim = gateway.sim;
  await signIn();
});
after(async () => {
  await gateway?.stop();
});

async function signIn() {
  agent = await gateway.signIn('agent');
  live = await gateway.live(agent);
  await live.next('hello');
}

/** A Page of one's own and a customer who wrote to it. */
async function stage() {
  const { id: page, name } = pages[next];
  next += 1;
  const customer = sim.customer({ name: `Cliente de ${name}`, page, profile: 'empty' });
  const ticket = await wrote(customer, 'bonjour');
  return {
    page,
    customer,
    ticket: ticket.ticket_id,
    message: ticket,
    fault: (error, more) => sim.faults.add({ kind: 'error', error, match: ({ path }) => path.includes(page), ...more }),
    calls: () => sim.ledger.out.filter(({ route, path }) => route === 'send' && path.includes(page)),
    account: () => gateway.row(`SELECT * FROM account WHERE remote_id = '${page}'`),
    shown: async () => (await agent.get('/channels')).items[0].accounts.find((account) => account.name === name),
  };
}
/** The message as it arrived. */
async function wrote(customer, text, more = {}) {
  const { mid } = await customer.text({ text, ...more });
  return (await live.next('message.created', ({ remote_id: id }) => id === mid)).data;
}
const state = ({ id }) => live.newest('message.updated', id)?.delivery;
const reaches = (reply, states, ms = 20_000) => until(() => [states].flat().includes(state(reply)?.state), `${reply.text}: ${states}, not ${JSON.stringify(state(reply))}`, ms);
const texts = (calls) => calls.filter(({ outcome }) => outcome === 'accepted').map(({ text }) => text);
const refused = (ticket, body, want) => agent.ask('POST', `/tickets/${ticket}/messages`, { body: { kind: 'reply', text: 'x', ...body }, want }).then(({ value }) => value);

describe('reply_to', () => {
  test('the message that is answered is kept, shown in the thread, and named to the platform', async () => {
    const { customer, ticket, message, calls } = await stage();
    await wrote(customer, 'et autre chose');
    const reply = await agent.reply(ticket, 'à votre bonjour', { reply_to: message.id });
    assert.equal(reply.reply_to, message.id);
    await reaches(reply, OUT);
    const [{ body, outcome }] = calls();
    assert.deepEqual([outcome, body.reply_to], ['accepted', { mid: message.remote_id }]);
    const { items } = await agent.get(`/tickets/${ticket}/messages`);
    assert.equal(items.find(({ id }) => id === reply.id).reply_to, message.id);
    assert.equal(live.newest('message.updated', reply.id).reply_to, message.id);
    const back = await wrote(customer, 'merci', { replyTo: 'last' });
    assert.equal(back.reply_to, reply.id, 'and the other way round');
    const plain = await agent.reply(ticket, 'sans citation', { reply_to: null });
    await reaches(plain, OUT);
    assert.equal(plain.reply_to, null);
    assert.equal(calls()[1].body.reply_to, undefined);
  });

  test('another conversation’s message, a note, or none: refused, and the field is named', async () => {
    const [{ ticket, calls }, other] = [await stage(), await stage()];
    const note = await agent.post(`/tickets/${ticket}/messages`, { kind: 'note', text: 'pour nous' });
    for (const id of [other.message.id, note.id, '999999999']) {
      const { type, errors } = await refused(ticket, { reply_to: id }, 422);
      assert.deepEqual([type, errors.map(({ field }) => field)], ['/problems/invalid', ['reply_to']], id);
    }
    assert.equal(calls().length, 0);
  });
});

describe('what the platform refuses', () => {
  for (const [error, more] of [['unknown'], ['temporary'], ['automated'], ['automated', { bare: true }]])
    test(`${error}${more ? ', as a bare code' : ''}: tried again until it goes`, async () => {
      const { ticket, fault, calls } = await stage();
      sim.graph.bareCodes = more !== undefined;
      fault(error, { calls: 2 });
      const reply = await agent.reply(ticket, `malgré ${error}`);
      await reaches(reply, OUT, 30_000);
      sim.graph.bareCodes = false;
      assert.deepEqual(calls().map(({ outcome, error: why }) => why ?? outcome), [error, error, 'accepted']);
    });

  test('the person cannot receive: failed with that reason, once, and the agent sees it', async () => {
    const { ticket, fault, calls } = await stage();
    fault('cannotReceive');
    const reply = await agent.reply(ticket, 'absente');
    await reaches(reply, 'failed');
    const { type, detail } = state(reply).error;
    assert.equal(type, '/problems/customer-blocked');
    assert.match(detail, /cannot receive messages.*10\/2018108/);
    assert.equal(calls().length, 1);
    assert.equal((await agent.get(`/tickets/${ticket}`)).window.lock, 'blocked');
  });

  for (const [error, sentence] of [
    ['pageRestricted', 'Meta has restricted the Page for some time.'],
    ['policy', 'Meta has blocked the Page for reasons of policy.'],
  ])
    test(`${error}: the account is held back and says so, nothing more is sent or taken; a reload tries again`, async () => {
      const { ticket, customer, fault, calls, shown } = await stage();
      const elsewhere = await stage();
      fault(error, { calls: 2 });
      const reply = await agent.reply(ticket, `retenue par ${error}`);
      await until(async () => (await shown()).state === 'restricted', 'restricted', 20_000);
      assert.equal((await shown()).error, sentence);
      assert.equal((await agent.get('/channels')).items[0].state, 'restricted');
      const { window } = await agent.get(`/tickets/${ticket}`);
      assert.deepEqual([window.state, window.lock], ['open', 'restricted']);
      assert.equal((await refused(ticket, {}, 409)).type, '/problems/policy-restricted');
      assert.equal((await agent.post(`/tickets/${ticket}/messages`, { kind: 'note', text: 'une note va toujours' })).kind, 'note');
      await wrote(customer, 'toujours là ?');
      await reaches(await agent.reply(elsewhere.ticket, 'une autre Page va son chemin'), OUT);
      await reaches(reply, 'queued');
      assert.equal(calls().length, 1, 'it waits');
      const from = live.frames.length;
      assert.equal((await gateway.reload()).event, 'reload.done');
      await until(() => calls().length === 2, 'tried again', 20_000);
      await until(async () => (await shown()).state === 'restricted', 'still restricted', 20_000);
      assert.equal((await gateway.reload()).event, 'reload.done');
      await reaches(reply, OUT);
      assert.equal((await shown()).state, 'active');
      assert.equal((await agent.get(`/tickets/${ticket}`)).window.lock, null);
      assert.ok(live.frames.slice(from).some(({ type }) => type === 'channel.updated'), 'consoles are told');
      await reaches(await agent.reply(ticket, 'de retour'), OUT);
      assert.deepEqual(texts(calls()), [`retenue par ${error}`, 'de retour']);
    });
});

describe('limits', () => {
  /** How many minutes the account pauses, as far as it is written down. */
  const paused = ({ account }) => until(async () => (await account()).paused_until_ms, 'the pause', 20_000).then((at) => (at - Date.now()) / 60_000);
  const usage = (page, shown) => {
    sim.rates.shownUsage = { page, ...shown };
  };
  after(() => {
    sim.rates.shownUsage = null;
  });

  test('a usage below the last tenth stops nothing', async () => {
    const own = await stage();
    usage(own.page, { call_count: 89 });
    for (let i = 0; i < 3; i += 1) await reaches(await agent.reply(own.ticket, `sous la limite ${i}`), OUT);
    assert.equal((await own.account()).paused_until_ms, null);
  });

  test('a shown usage of 95 % stops the Page, and only it, also after a restart, until its pause is over', async () => {
    const [own, other] = [await stage(), await stage()];
    usage(own.page, { call_count: 95 });
    await reaches(await agent.reply(own.ticket, 'la dernière'), OUT);
    const minutes = await paused(own);
    assert.ok(minutes > 0.8 && minutes <= 1, `${minutes} min`);
    const waiting = await agent.reply(own.ticket, 'attend');
    await reaches(await agent.reply(other.ticket, 'une autre Page'), OUT);
    await gateway.halt();
    await gateway.start();
    await signIn();
    await reaches(await agent.reply(other.ticket, 'encore une autre'), OUT);
    await pause(1000);
    assert.deepEqual(texts(own.calls()), ['la dernière']);
    assert.equal(own.calls().length, 1, 'the platform is not asked');
    await gateway.halt();
    await gateway.change(`UPDATE account SET paused_until_ms = ${Date.now()} WHERE remote_id = '${own.page}'`);
    sim.rates.shownUsage = null;
    await gateway.start();
    await signIn();
    await until(() => texts(own.calls()).length === 2, 'what waited is sent', 20_000);
    assert.deepEqual(texts(own.calls()), ['la dernière', waiting.text]);
  });

  test('the platform’s own time to regain access counts', async () => {
    const own = await stage();
    usage(own.page, { call_count: 100, regainMinutes: 7 });
    await reaches(await agent.reply(own.ticket, 'la dernière'), OUT);
    const minutes = await paused(own);
    assert.ok(minutes > 6.8 && minutes <= 7, `${minutes} min`);
    sim.rates.shownUsage = null;
  });

  for (const [error, code] of [['appLimit', '4'], ['pageLimit', '613'], ['threadLimit', '613/2534040']])
    test(`${code}: the Page pauses, the reply waits and is not failed`, async () => {
      const own = await stage();
      own.fault(error);
      const reply = await agent.reply(own.ticket, `trop tôt ${code}`);
      const minutes = await paused(own);
      assert.ok(minutes > 0 && minutes <= 64 / 60, `${minutes} min`);
      await reaches(reply, 'queued');
      assert.equal(own.calls().length, 1);
      assert.ok(gateway.log.of('egress.not_sent').some((line) => line.code === code));
    });
});

test('the ledger: nothing lost, doubled or invented', async () => {
  await gateway.halt();
  await gateway.change(`UPDATE account SET paused_until_ms = NULL; UPDATE outbox SET next_ms = ${Date.now()}`);
  await gateway.start();
  await drained(gateway);
  const book = await ledger(gateway);
  assert.deepEqual(book, { lost: [], doubled: [], invented: [], twoLive: [], broken: [], silentDoubles: [], waiting: [] });
});
