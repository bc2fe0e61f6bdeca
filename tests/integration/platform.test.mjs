// F20 to F24: a platform that fails, limits, hangs, cuts after it took a message, refuses a token. Each case has a Page of
// its own, so that all of them run at once.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { startMessenger } from '../platforms/messenger/simulator.mjs';
import { build, secret, startGateway } from './kit/gateway.mjs';
import { ledger } from './kit/ledger.mjs';
import { SilentDoor, selfSigned } from './kit/silence.mjs';
import { pause, slowness, until } from './kit/until.mjs';

const RETRY_AFTER = ['2', '0', '-1', '1000000000000', 'Thu, 01 Jan 1970 00:00:00 GMT', 'soon', '', '1e3', '1.5', '99999999999999999999999', '3600', undefined];
const PAGES = 40;
const pageId = (i) => String(104857600001000 + i);
let gateway;
let sim;
let agent;
let live;
let next = 0;

before(async () => {
  const pages = Array.from({ length: PAGES }, (_, i) => ({ id: pageId(i), name: `Page ${i}`, token: `token of page ${i}`.replaceAll(' ', '-') }));
  gateway = await startGateway({ sim: { pages }, people: ['agent', 'admin'] });
  sim = gateway.sim;
  agent = await gateway.signIn('agent');
  live = await gateway.live(agent);
  await live.next('hello');
});
after(async () => {
  await gateway?.stop();
});

/** A Page of one's own, with customers who wrote: {page, people: [{customer, ticket}]}. */
async function stage(count = 1) {
  const page = pageId(next);
  next += 1;
  const people = [];
  for (let i = 0; i < count; i += 1) {
    const customer = sim.customer({ name: `Client ${page} ${i}`, page, profile: 'empty' });
    const { mid } = await customer.text('bonjour');
    const { data } = await live.next('message.created', ({ remote_id: id }) => id === mid);
    people.push({ customer, ticket: data.ticket_id });
  }
  const fault = (what) => sim.faults.add({ ...what, match: ({ path }) => path.includes(page) });
  return { page, people, fault, calls: () => sim.ledger.out.filter(({ route, path }) => route === 'send' && path.includes(page)) };
}
const state = (message) => live.newest('message.updated', message.id)?.delivery;
const reaches = (message, states, ms) => until(() => [states].flat().includes(state(message)?.state), `${message.text}: ${states}, not ${JSON.stringify(state(message))}`, ms);
const taken = (calls) => calls.filter(({ outcome }) => outcome === 'accepted');
const CLEAN = { lost: [], doubled: [], invented: [], twoLive: [], broken: [], silentDoubles: [] };
const OUT = ['sent', 'delivered', 'read'];

/** F22, with a gateway of its own: a channel, its Page and its simulated platform behind each silent door. */
const UNSENT = {
  closed: ['nobody listens', 2],
  full: ['no connection comes about', 8],
  accepted: ['a connection without a word of TLS', 8],
  greeted: ['TLS that stops at its first record', 8],
};
const DOUBTFUL = {
  asked: 'silence after the request',
  headed: 'silence after the head of the answer',
  halved: 'silence in the middle of the answer',
  lost: 'packets that are lost on an open connection',
};
/** How many replies of an account are in hand at once. */
const SLOTS = 8;
const SLOT_FREED_MS = 30_000 * slowness;
let certificate;
let hushed;
let desk;
let hushedLive;
const doors = {};
const sends = (platform) => platform.ledger.out.filter(({ route }) => route === 'send');
const hushedState = (id) => hushedLive.newest('message.updated', id)?.delivery;
const arrives = ({ id, text }, states, ms) => until(() => [states].flat().includes(hushedState(id)?.state), `${text}: ${states}, not ${JSON.stringify(hushedState(id))}`, ms);

before(async () => {
  certificate = await selfSigned();
  hushed = await startGateway({ sim: false, channels: () => [], people: ['agent'], settings: { ca_file: certificate.file } });
  for (const [i, kind] of [...Object.keys(UNSENT), ...Object.keys(DOUBTFUL)].entries()) {
    const pages = [{ id: String(104857600003000 + i), name: kind, token: `token-of-${kind}` }];
    const platform = await startMessenger({ gateway: hushed.origin, channel: kind, pages });
    const door = new SilentDoor(kind, { behind: platform.origin, certificate, build });
    doors[kind] = { door, sim: platform };
    hushed.channels.push(hushed.messengerChannel({ name: kind, sim: platform, options: { api_base: await door.open() } }));
  }
  hushed.write();
  assert.equal((await hushed.reload()).event, 'reload.done');
  desk = await hushed.signIn('agent');
  hushedLive = await hushed.live(desk);
  await hushedLive.next('hello');
});
after(async () => {
  await hushed?.stop();
  for (const { door, sim: platform } of Object.values(doors)) {
    door.close();
    await platform.close();
  }
  if (certificate) rmSync(certificate.folder, { recursive: true });
});

/** One reply more than there are slots, to as many customers. */
async function hushedStage(kind) {
  const { door, sim: platform } = doors[kind];
  const people = [];
  for (let i = 0; i <= SLOTS; i += 1) {
    const customer = platform.customer({ psid: `70${platform.options.pages[0].id}${i}`, name: `Client ${kind} ${i}`, profile: 'empty' });
    const { mid } = await customer.text('bonjour');
    const { data } = await hushedLive.next('message.created', ({ remote_id: id }) => id === mid);
    people.push({ psid: customer.psid, ticket: data.ticket_id });
  }
  const began = Date.now();
  const replies = [];
  for (const { ticket } of people) replies.push(await desk.reply(ticket, kind));
  return { door, sim: platform, people, began, replies };
}

describe('all at once', { concurrency: true }, () => {
  for (const status of [500, 502, 503])
    test(`F20: ${status} for four seconds: few calls with growing pauses, then all replies in order`, async () => {
      const { people, fault, calls } = await stage(4);
      fault({ kind: 'status', status, forMs: 4000 });
      const replies = [];
      for (let i = 0; i < 5; i += 1) for (const { ticket } of people) replies.push(await agent.reply(ticket, `réponse ${i}`));
      await Promise.all(replies.map((reply) => reaches(reply, OUT, 60_000)));
      for (const { customer } of people)
        assert.deepEqual(taken(calls()).filter((call) => call.customer === customer.psid).map(({ text }) => text), [0, 1, 2, 3, 4].map((i) => `réponse ${i}`));
      const down = calls().filter(({ outcome }) => outcome === 'untouched');
      const [first, last] = [down[0].at, down.at(-1).at];
      assert.ok(down.length <= people.length + Math.ceil((last - first) / 1000) * 2, `${down.length} calls in ${last - first} ms while it was down`);
      assert.equal(taken(calls()).length, 20);
    });

  for (const value of RETRY_AFTER)
    test(`F21: 429 with Retry-After ${value === undefined ? 'absent' : JSON.stringify(value)}: obeyed, between a second and an hour`, async () => {
      const { page, people, fault, calls } = await stage(2);
      fault({ kind: 'status', status: 429, ...(value === undefined ? {} : { retryAfter: value }), calls: 2 });
      const before = Date.now();
      const reply = await agent.reply(people[0].ticket, 'une réponse limitée');
      await until(() => calls().length >= 1, 'the first call');
      const due = await until(async () => {
        const { at } = await gateway.row(`SELECT max(max(o.next_ms), coalesce(max(a.paused_until_ms), 0)) AS at FROM outbox o JOIN account a ON a.id = o.account_id WHERE a.remote_id = '${page}' AND o.state = 0`);
        return at > before && at;
      }, 'its next attempt');
      const wait = due - calls()[0].at;
      assert.ok(wait >= 900 && wait <= 3_600_000 + 1000, `${wait} ms`);
      if (value === '2') assert.ok(wait >= 1900 && wait < 5000, `${wait} ms`);
      if (value === '3600') assert.ok(wait > 3_500_000, `${wait} ms`);
      if (wait < 6000) {
        await until(() => calls().length >= 2, 'the second call', 15_000);
        assert.ok(calls()[1].at - calls()[0].at >= 900);
        assert.ok(calls()[1].at >= due - 50, 'not before its time');
      }
      assert.ok(state(reply).state !== 'failed');
    });

  for (const [what, kind] of [
    ['cut before the headers', { kind: 'cut', at: 'before-headers', taken: true }],
    ['cut after the headers', { kind: 'cut', at: 'after-headers' }],
    ['cut in the middle of the answer', { kind: 'cut', at: 'half-body' }],
    ['an answer that is not JSON', { kind: 'spoilt', body: 'not-json', taken: true }],
    ['an empty answer', { kind: 'spoilt', body: 'empty', taken: true }],
    ['an answer of 100 MiB', { kind: 'spoilt', body: 'huge', taken: true }],
    ['a redirect', { kind: 'redirect', location: 'http://127.0.0.1:9/steal', taken: true }],
  ])
    test(`F23: the platform took it, ${what}: the echo proves it, and nothing is sent twice`, async () => {
      const { people, fault, calls } = await stage(1);
      fault(kind);
      const reply = await agent.reply(people[0].ticket, 'prise, puis coupée');
      await reaches(reply, OUT, 60_000);
      assert.equal(taken(calls()).length, 1);
      assert.equal(calls().length, 1);
      const after_ = await agent.reply(people[0].ticket, 'la suivante');
      await reaches(after_, OUT, 20_000);
      assert.deepEqual(taken(calls()).map(({ text }) => text), ['prise, puis coupée', 'la suivante']);
    });

  test('F23: fifty cuts, every other call of five Pages: each reply at the platform once, in order', async () => {
    const stages = [];
    for (let i = 0; i < 5; i += 1) stages.push(await stage(5));
    await Promise.all(
      stages.map(async ({ page, people, calls }) => {
        let n = 0;
        const everyOther = ({ path }) => path.includes(page) && (n += 1) % 2 === 1;
        sim.faults.add({ kind: 'cut', at: 'before-headers', taken: true, calls: 10, match: everyOther });
        const replies = [];
        for (let i = 0; i < 4; i += 1) for (const { ticket } of people) replies.push(await agent.reply(ticket, `coupée ${i}`));
        await Promise.all(replies.map((reply) => reaches(reply, OUT, 60_000)));
        assert.equal(calls().filter(({ fault }) => fault?.startsWith('cut')).length, 10);
        assert.equal(calls().length, 20);
        for (const { customer } of people)
          assert.deepEqual(taken(calls()).filter((call) => call.customer === customer.psid).map(({ text }) => text), [0, 1, 2, 3].map((i) => `coupée ${i}`));
      }),
    );
  });

  for (const [what, fault_, sent] of [
    ['hangs before the headers, and took it, without an echo', { kind: 'hang', at: 'before-headers', taken: true, silent: true }, 1],
    ['hangs in the middle of the answer, and took it', { kind: 'hang', at: 'half-body' }, 1],
    ['cuts without a word, and never took it', { kind: 'cut', at: 'before-headers', taken: false }, 0],
  ])
    test(`F22: the platform ${what}: never sent twice unseen`, async () => {
      const { silent, ...kind } = fault_;
      const { page, people, fault, calls } = await stage(1);
      fault(kind);
      const proofs = ['message_echoes', 'message_deliveries', 'message_reads'];
      if (silent) for (const field of proofs) sim.world.page(page).fields.delete(field);
      const begin = Date.now();
      const reply = await agent.reply(people[0].ticket, 'perdue de vue');
      await reaches(reply, [...OUT, 'failed'], 90_000);
      const took = Date.now() - begin;
      assert.ok(took < 75_000, `${took} ms`);
      assert.equal(calls().length, 1, 'not tried again behind the agent’s back');
      assert.equal(taken(calls()).length, sent);
      if (sent === 0 || silent) assert.equal(state(reply).error.type, '/problems/unconfirmed');
      else assert.ok(OUT.includes(state(reply).state));
      if (sent === 0) {
        const again = await agent.ask('POST', `/messages/${reply.id}/retry`, { want: 202 });
        await reaches(again.value, OUT, 20_000);
        assert.equal(taken(calls()).length, 1);
      }
    });

  for (const [kind, [what, attempts]] of Object.entries(UNSENT))
    test(`F22: ${what}: every reply is tried again, and sent once`, async () => {
      const { door, sim: platform, people, began, replies } = await hushedStage(kind);
      const failed = () => hushed.log.of('egress.not_taken').filter(({ channel }) => channel === kind);
      await until(() => failed().length >= attempts, `${attempts} attempts`, 30_000);
      await door.mend();
      await Promise.all(replies.map((reply) => arrives(reply, OUT, 60_000)));
      const calls = sends(platform);
      assert.deepEqual(calls.map(({ outcome }) => outcome), replies.map(() => 'accepted'));
      assert.deepEqual(calls.map(({ customer }) => customer).sort(), people.map(({ psid }) => psid).sort());
      assert.ok(calls[0].at - began <= SLOT_FREED_MS, `${calls[0].at - began} ms until a slot was free`);
    });

  for (const [kind, what] of Object.entries(DOUBTFUL))
    test(`F22: ${what}: doubtful, said to be so, never sent again unasked; whoever waited gets a slot`, async () => {
      const { door, sim: platform, people, began, replies } = await hushedStage(kind);
      if (kind !== 'lost') await until(() => door.asked.length === SLOTS, 'that many requests', 20_000);
      else await until(() => hushed.rows(`SELECT 1 FROM outbox o JOIN message m ON m.id = o.message_id WHERE o.state = 1 AND m.text = '${kind}'`).then(({ length }) => length === SLOTS), 'that many on their way', 20_000);
      await door.mend();
      const late = replies.pop();
      await arrives(late, OUT, 60_000);
      const [first] = sends(platform);
      assert.equal(first.customer, people.pop().psid);
      const since = door.asked.at(-1) ?? began;
      assert.ok(first.at - since <= SLOT_FREED_MS, `${first.at - since} ms until a slot was free`);
      await Promise.all(replies.map((reply) => arrives(reply, 'failed', 90_000)));
      for (const { id } of replies) assert.equal(hushedState(id).error.type, '/problems/unconfirmed');
      assert.equal(sends(platform).length, 1, 'nothing goes behind the agent’s back');
      for (const { id } of replies) await desk.ask('POST', `/messages/${id}/retry`, { want: 202 });
      await Promise.all(replies.map((reply) => arrives(reply, OUT, 30_000)));
      assert.deepEqual(sends(platform).slice(1).map(({ customer }) => customer).sort(), people.map(({ psid }) => psid).sort());
    });

  test('F24: the token expires in the middle of 100 sends: reconnect, the queue is kept, and goes on with a new token', async () => {
    const { page, people, calls } = await stage(10);
    sim.expireToken(page, { afterSends: 40 });
    const replies = [];
    for (let i = 0; i < 10; i += 1) for (const { ticket } of people) replies.push(await agent.reply(ticket, `jeton ${i}`).catch((error) => error));
    const account = async () => (await agent.get('/channels')).items[0].accounts.find(({ name }) => name === `Page ${Number(page) - 104857600001000}`);
    await until(async () => (await account()).state === 'reconnect', 'reconnect', 20_000);
    assert.match((await account()).error, /token|190/i);
    const kept = replies.filter(({ id }) => id);
    for (const refused of replies.filter(({ id }) => !id)) assert.match(refused.message, /channel-paused/);
    await pause(1500);
    const before = calls().length;
    assert.equal(taken(calls()).length, 40);
    assert.ok(before < 55, `${before} calls: no hammering with a dead token`);
    assert.equal((await agent.get(`/tickets/${people[0].ticket}`)).window.lock, 'reconnect');
    const { value } = await agent.ask('POST', `/tickets/${people[0].ticket}/messages`, { body: { kind: 'reply', text: 'x' }, want: 409 });
    assert.equal(value.type, '/problems/channel-paused');

    sim.renewToken(page, 'a-fresh-token');
    gateway.channels[0].accounts.find(({ id }) => id === page).token = secret('a-fresh-token');
    gateway.write();
    assert.equal((await gateway.reload()).event, 'reload.done');
    await Promise.all(kept.map((reply) => reaches(reply, OUT, 60_000)));
    assert.equal(taken(calls()).length, kept.length);
    for (const { customer } of people) {
      const order = taken(calls()).filter((call) => call.customer === customer.psid).map(({ text }) => Number(text.split(' ')[1]));
      assert.deepEqual(order, [...order].sort((a, b) => a - b));
    }
    assert.equal((await account()).state, 'active');
  });
});

test('the ledger of the silent platforms: silent doubles 0', async () => {
  const { waiting, ...book } = await ledger(hushed, Object.values(doors).map(({ sim: platform }) => platform));
  assert.deepEqual(book, CLEAN);
  assert.deepEqual(waiting, []);
});

test('the ledger: silent doubles 0', async () => {
  const { waiting, ...book } = await ledger(gateway);
  assert.deepEqual(book, CLEAN);
  assert.ok(waiting.length <= RETRY_AFTER.length, 'only what waits for its hour');
});
