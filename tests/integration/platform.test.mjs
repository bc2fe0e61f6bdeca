// F20 to F23: a platform that fails, limits, falls silent, cuts after it took a message. Each case has a Page of its own,
// so that all of them run at once. F24 is token.test.mjs.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { startMessenger } from '../platforms/messenger/simulator.mjs';
import { build, startGateway } from './kit/gateway.mjs';
import { ledger } from './kit/ledger.mjs';
import { SilentDoor, selfSigned } from './kit/silence.mjs';
import { slowness, until } from './kit/until.mjs';

/** What we choose where the platform does not say for how long: in seconds, at the first attempt. */
const OURS = [1, 64];
const HOUR = 3600;
/** Retry-After, and for how many seconds the account pauses. */
const RETRY_AFTER = [
  ['2', 2],
  ['1', 1],
  ['3600', HOUR],
  ['86400', HOUR],
  ['1000000000000', HOUR],
  ['99999999999999999999999', HOUR],
  ['0', OURS],
  ['-1', OURS],
  ['Thu, 01 Jan 1970 00:00:00 GMT', OURS],
  ['soon', OURS],
  ['', OURS],
  ['1e3', OURS],
  ['1.5', OURS],
  [undefined, OURS],
];
/** How far the clocks of the simulator and of the gateway may disagree, and how long an answer may take to be written down. */
const CLOCKS_MS = 20;
const SETTLED_MS = 5000 * slowness;
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
/** When the Page's oldest waiting reply is tried again, and how often it was: {at, attempts}. */
const waitingAt = (page) =>
  gateway.row(`SELECT max(max(o.next_ms), coalesce(max(a.paused_until_ms), 0)) AS at, max(o.attempts) AS attempts
    FROM outbox o JOIN account a ON a.id = o.account_id WHERE a.remote_id = '${page}' AND o.state = 0`);
const taken = (calls) => calls.filter(({ outcome }) => outcome === 'accepted');
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
  for (const [status, seconds] of [[500, 2], [502, 6], [503, 15]])
    test(`F20: ${status} for ${seconds} s: a call a second at most, with growing pauses, then all replies in order`, async () => {
      const { page, people, calls } = await stage(4);
      let since = null;
      const isDown = ({ path }) => path.includes(page) && Date.now() - (since ??= Date.now()) < seconds * 1000;
      sim.faults.add({ kind: 'status', status, calls: Number.POSITIVE_INFINITY, match: isDown });
      const replies = [await agent.reply(people[0].ticket, 'réponse 0')];
      await until(async () => (await waitingAt(page)).attempts >= 1, 'the first failure');
      for (let i = 0; i < 5; i += 1) for (const { ticket } of people.slice(i === 0 ? 1 : 0)) replies.push(await agent.reply(ticket, `réponse ${i}`));
      await Promise.all(replies.map((reply) => reaches(reply, OUT, 90_000)));
      for (const { customer } of people)
        assert.deepEqual(taken(calls()).filter((call) => call.customer === customer.psid).map(({ text }) => text), [0, 1, 2, 3, 4].map((i) => `réponse ${i}`));
      assert.equal(taken(calls()).length, 20);
      const down = calls().filter(({ outcome }) => outcome === 'untouched').length;
      assert.ok(down >= 1 && calls().slice(0, down).every(({ outcome }) => outcome === 'untouched'));
      // Each pause is at least half of a limit that doubles: 1 s, 2 s, 4 s, 8 s …
      for (let i = 0; i < down; i += 1) {
        const wait = calls()[i + 1].at - calls()[i].at;
        assert.ok(wait >= Math.max(1000, 2 ** i * 500) - CLOCKS_MS, `${wait} ms after failure ${i + 1}`);
      }
    });

  for (const [value, seconds] of RETRY_AFTER)
    test(`F21: 429 with Retry-After ${value === undefined ? 'absent' : JSON.stringify(value)}: ${seconds === OURS ? 'our own pause' : `${seconds} s`}`, async () => {
      const { page, people, fault, calls } = await stage(2);
      fault({ kind: 'status', status: 429, ...(value === undefined ? {} : { retryAfter: value }), calls: 2 });
      const reply = await agent.reply(people[0].ticket, 'une réponse limitée');
      const due = (await until(async () => { const row = await waitingAt(page); return row.attempts >= 1 && row; }, 'its next attempt', 10_000)).at;
      const wait = due - calls()[0].at;
      const [least, most] = seconds === OURS ? OURS : [seconds, seconds];
      assert.ok(wait >= least * 1000 - CLOCKS_MS && wait <= most * 1000 + SETTLED_MS, `${wait} ms`);
      if (wait < 6000) {
        await until(() => calls().length >= 2, 'the second call', 15_000);
        assert.ok(calls()[1].at >= due - CLOCKS_MS, 'not before its time');
      }
      assert.ok(state(reply)?.state !== 'failed');
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

  test('the words reached the customer, the picture is refused: seen, in nobody’s way, and what is sent again is the picture', async () => {
    const { people, calls } = await stage(1);
    const { ticket } = people[0];
    const words = () => taken(calls()).map(({ text }) => text);
    const picture = (url) => ({ attachments: [{ kind: 'image', url }] });
    const reply = await agent.reply(ticket, 'voici la photo', picture('https://127.0.0.1:9/nobody-there.png'));
    await reaches(reply, 'failed', 20_000);
    assert.equal(state(reply).error.type, '/problems/media-rejected');
    await reaches(await agent.reply(ticket, 'la suivante'), OUT, 20_000);
    assert.equal(state(reply).state, 'failed', 'whatever was said of its words');
    await agent.ask('POST', `/messages/${reply.id}/retry`, { want: 202 });
    await until(() => calls().length === 4, 'the picture once more', 20_000);
    await reaches(reply, 'failed', 20_000);
    assert.deepEqual(words(), ['voici la photo', 'la suivante']);
    await reaches(await agent.reply(ticket, 'et celle-ci', picture('https://example.com/there.png')), OUT, 20_000);
    assert.deepEqual(words(), ['voici la photo', 'la suivante', 'et celle-ci', null]);
    await until(async () => {
      const { n } = await gateway.row(`SELECT count(*) AS n FROM engagement_event WHERE type = 'message.sent' AND ticket = ${ticket}`);
      return n === 2;
    }, 'each reply that was sent whole in the log, once');
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
});

/** How many events of a kind are stored and are in the engagement log, for each ticket where these differ. */
const miscounted = (own) =>
  own.rows(`SELECT type, ticket, at, sum(stored) AS stored, sum(logged) AS logged FROM (
      SELECT 'message.received' AS type, ticket_id AS ticket, sent_ms AS at, 1 AS stored, 0 AS logged FROM message WHERE direction = 0 AND kind = 0
      UNION ALL SELECT 'message.sent', ticket_id, NULL, 1, 0 FROM message WHERE direction = 1 AND kind = 0 AND delivery IN (2, 3, 4)
      UNION ALL SELECT 'ticket.opened', id, NULL, 1, 0 FROM ticket
      UNION ALL SELECT type, ticket, iif(type = 'message.received', occurred_ms, NULL), 0, 1 FROM engagement_event
        WHERE type IN ('message.received', 'message.sent', 'ticket.opened'))
    GROUP BY 1, 2, 3 HAVING sum(stored) <> sum(logged)`);

test('the ledger: nothing lost, doubled or invented, one line in the engagement log for each event, no silent doubles', async () => {
  for (const [own, sims, waits] of [[gateway, [sim], RETRY_AFTER.length], [hushed, Object.values(doors).map(({ sim: platform }) => platform), 0]]) {
    const { waiting, ...book } = await ledger(own, sims);
    assert.deepEqual(book, { lost: [], doubled: [], invented: [], twoLive: [], broken: [], silentDoubles: [] });
    assert.ok(waiting.length <= waits, 'only what waits for its hour');
    assert.deepEqual(await miscounted(own), []);
    await own.told(['check']);
  }
});
