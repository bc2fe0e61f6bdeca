// sanitizers: yes
// Lists over 500 tickets: limits, cursors, filters, sorts, search; refusals of what is not in the description.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway } from './kit/gateway.mjs';
import { drained } from './kit/ledger.mjs';
import { until } from './kit/until.mjs';

const HOUR = 3_600_000;
const COUNT = 520;
const NAMES = ['Élodie Brûlé', 'Noël Garçon', 'Zoë Müller', 'Anna Łukasik', 'José Peña'];
let gateway;
let sim;
let agent;
let admin;
let tickets;

before(async () => {
  gateway = await startGateway();
  sim = gateway.sim;
  [agent, admin] = [await gateway.signIn('agent'), await gateway.signIn('admin')];
  const now = Date.now();
  const page = (i) => (i % 7 === 0 ? '104857600000456' : '104857600000123');
  // Names are learnt from the platform, two a second: these few now, the others while the tests run.
  const named = NAMES.map((name, i) => sim.customer({ name, page: page(i) }));
  for (const customer of named) await customer.text({ text: 'Bonjour', at: now - HOUR });
  await until(async () => (await gateway.row('SELECT count(name) AS n FROM contact')).n === NAMES.length, 'names', 20_000);
  sim.hooks.hold();
  for (let i = NAMES.length; i < COUNT; i += 1) {
    const customer = sim.customer({ name: `Anonyme ${i}`, page: page(i) });
    // Two days of first messages: some windows are closed to programs, some are about to close.
    await customer.text({ text: `Où est ma commande n° ${i} ? Déjà reçu l’été dernier.`, at: now - (i % 48) * HOUR - i * 1000 });
  }
  const rows = await sim.hooks.release({ batch: 20, elements: true, atOnce: true });
  assert.ok(rows.every(({ answer }) => answer === 'A'));
  await drained(gateway);
  tickets = await agent.all('/tickets');
});
after(async () => {
  await gateway?.stop();
});

const numbers = (items) => items.map(({ number }) => number);
const byNumber = (a, b) => a.number - b.number;

describe('pages', () => {
  test('every limit gives the same whole, once each', async () => {
    assert.equal(tickets.length, COUNT);
    assert.equal(new Set(numbers(tickets)).size, COUNT);
    for (const limit of [7, 50, 200]) assert.deepEqual(numbers(await agent.all('/tickets', limit)), numbers(tickets), `limit ${limit}`);
  });

  test('50 without a limit; the total counts all pages; the last page has no cursor', async () => {
    const page = await agent.get('/tickets');
    assert.equal(page.items.length, 50);
    assert.equal(page.total, COUNT);
    const last = await agent.get('/tickets?limit=200&status=closed');
    assert.deepEqual(last, { items: [], next_cursor: null, total: 0 });
  });

  test('limits and cursors that are none', async () => {
    for (const query of ['limit=0', 'limit=201', 'limit=-1', 'limit=1.5', 'limit=x', 'limit=', 'cursor=x', 'cursor=!!!', `cursor=${'a'.repeat(501)}`, 'limit=5&limit=6'])
      assert.equal((await agent.ask('GET', `/tickets?${query}`, { want: 422 })).value.type, '/problems/invalid', query);
    const { next_cursor: cursor } = await agent.get('/tickets?limit=10');
    await agent.ask('GET', `/tickets?limit=10&sort=updated&cursor=${encodeURIComponent(cursor)}`, { want: [200, 422] });
  });

  test('a page stays whole while tickets move', async () => {
    const first = await agent.get('/tickets?sort=created&limit=100');
    for (let i = 0; i < 10; i += 1) await sim.customer({ name: `Neuf ${i}` }).text('nouveau');
    const seen = [...first.items];
    for (let cursor = first.next_cursor; cursor; ) {
      const page = await agent.get(`/tickets?sort=created&limit=100&cursor=${encodeURIComponent(cursor)}`);
      seen.push(...page.items);
      cursor = page.next_cursor;
    }
    assert.equal(new Set(numbers(seen)).size, seen.length, 'none twice');
    assert.ok(tickets.every(({ number }) => seen.some((ticket) => ticket.number === number)), 'none missing');
  });

  test('contacts, channels, users, messages and quarantine page alike', async () => {
    for (const path of ['/channels', '/users', '/quarantine', '/plugins']) {
      assert.deepEqual(await admin.all(path, 1), await admin.all(path, 200), path);
      await admin.ask('GET', `${path}?limit=201`, { want: 422 });
      await admin.ask('GET', `${path}?unknown=1`, { want: 422 });
    }
  });

  test('a thread pages back from the newest', async () => {
    const customer = sim.customer({ name: 'Longue' });
    for (let i = 0; i < 60; i += 1) await customer.text(`ligne ${i}`);
    const [ticket] = (await until(async () => {
      const { items } = await agent.get('/tickets?sort=created&limit=20');
      return items.filter(({ preview }) => preview === 'ligne 59');
    }, 'the ticket'));
    const whole = (await agent.get(`/tickets/${ticket.id}/messages?limit=200`)).items;
    assert.deepEqual(whole.map(({ text }) => text), Array.from({ length: 60 }, (_, i) => `ligne ${i}`));
    let found = [];
    for (let before = null, pages = 0; pages < 10; pages += 1) {
      const page = await agent.get(`/tickets/${ticket.id}/messages?limit=17${before ? `&before=${before}` : ''}`);
      found = [...page.items, ...found];
      if (page.next_cursor === null) break;
      before = page.next_cursor;
    }
    assert.deepEqual(found.map(({ id }) => id), whole.map(({ id }) => id));
    await agent.ask('GET', `/tickets/${tickets[0].id}/messages?before=${whole[0].id}`, { want: 422 });
  });
});

describe('sorts', () => {
  const reference = {
    window: (a, b) => {
      const rank = ({ status, window: { state, closes_at: at } }) =>
        status !== 'closed' && ['open', 'human_agent'].includes(state) ? Date.parse(at) : Number.POSITIVE_INFINITY;
      const [left, right] = [rank(a), rank(b)];
      return left === right ? byNumber(a, b) : left - right;
    },
    updated: (a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at) || byNumber(a, b),
    created: (a, b) => Date.parse(b.created_at) - Date.parse(a.created_at) || byNumber(a, b),
    priority: (a, b) => {
      const order = ['urgent', 'high', 'normal', 'low'];
      return order.indexOf(a.priority) - order.indexOf(b.priority) || byNumber(a, b);
    },
  };
  for (const [sort, compare] of Object.entries(reference))
    test(`by ${sort}, exactly as the description says`, async () => {
      for (const [index, priority] of ['low', 'high', 'urgent'].entries())
        for (const { id } of tickets.slice(index * 5, index * 5 + 3)) await agent.patch(`/tickets/${id}`, { priority });
      const items = await agent.all(`/tickets?sort=${sort}`);
      assert.deepEqual(numbers(items), numbers([...items].sort(compare)));
    });
  test('with closed tickets among them the order is the same, over pages', async () => {
    const old = tickets.slice(100, 112);
    for (const [i, { id }] of old.entries()) await agent.patch(`/tickets/${id}`, { priority: ['low', 'urgent', 'high'][i % 3], status: 'closed' });
    const every = 'status=open,pending,snoozed,solved,closed';
    for (const [sort, compare] of Object.entries(reference)) {
      const items = await agent.all(`/tickets?${every}&sort=${sort}`, 50);
      assert.equal(items.filter(({ status }) => status === 'closed').length, old.length);
      assert.deepEqual(numbers(items), numbers([...items].sort(compare)), sort);
      const closed = await agent.all(`/tickets?status=closed&sort=${sort}`, 5);
      assert.deepEqual(numbers(closed), numbers([...closed].sort(compare)), sort);
      assert.equal(closed.length, old.length);
    }
  });
  test('by sla: those without a target last, all of them', async () => {
    assert.equal((await agent.all('/tickets?sort=sla')).length, (await agent.get('/tickets')).total);
  });
  test('another is refused', async () => {
    for (const sort of ['number', 'Window', '', 'window,created']) await agent.ask('GET', `/tickets?sort=${sort}`, { want: 422 });
  });
});

describe('filters', () => {
  test('each alone and together give what a look at all tickets gives', async () => {
    const { session: { user } } = agent;
    const some = tickets.slice(20, 60);
    await gateway.addTeams({ 71: 'Retours', 72: 'Ventes', 73: 'Personne' });
    for (const [i, { id }] of some.slice(0, 9).entries()) await agent.patch(`/tickets/${id}`, { team: i % 3 === 0 ? '71' : '72' });
    for (const [i, { id }] of some.entries()) {
      if (i % 4 === 0) await agent.patch(`/tickets/${id}`, { assignee: 'me', tags: ['colis', 'été'] });
      if (i % 4 === 1) await agent.patch(`/tickets/${id}`, { assignee: admin.session.user.id, tags: ['colis'] });
      if (i % 4 === 2) await agent.patch(`/tickets/${id}`, { status: 'solved' });
      if (i % 4 === 3) await agent.patch(`/tickets/${id}`, { status: i % 8 === 3 ? 'pending' : 'closed' });
    }
    const all = [...(await agent.all('/tickets')), ...(await agent.all('/tickets?status=closed'))];
    const live = (ticket) => ticket.status !== 'closed';
    const filters = {
      'assignee=me': (ticket) => live(ticket) && ticket.assignee?.id === user.id,
      'assignee=none': (ticket) => live(ticket) && ticket.assignee === null,
      [`assignee=${admin.session.user.id}`]: (ticket) => live(ticket) && ticket.assignee?.id === admin.session.user.id,
      'team=71': (ticket) => live(ticket) && ticket.team?.id === '71',
      'team=72&tag=colis': (ticket) => live(ticket) && ticket.team?.id === '72' && ticket.tags.includes('colis'),
      'team=73': () => false,
      'tag=colis': (ticket) => live(ticket) && ticket.tags.includes('colis'),
      [`tag=${encodeURIComponent('été')},nothing`]: (ticket) => live(ticket) && ticket.tags.includes('été'),
      'status=solved': ({ status }) => status === 'solved',
      'status=solved,pending': ({ status }) => ['solved', 'pending'].includes(status),
      'status=closed': ({ status }) => status === 'closed',
      'priority=high,urgent': (ticket) => live(ticket) && ['high', 'urgent'].includes(ticket.priority),
      'channel=maple-messenger': live,
      'channel=nobody': () => false,
      'unanswered=true': (ticket) => live(ticket) && ticket.unanswered,
      'unanswered=false': (ticket) => live(ticket) && !ticket.unanswered,
      [`customer=${some[0].customer.id}`]: (ticket) => live(ticket) && ticket.customer.id === some[0].customer.id,
      'status=open&assignee=me&tag=colis': ({ status, assignee, tags }) => status === 'open' && assignee?.id === user.id && tags.includes('colis'),
    };
    for (const [query, fits] of Object.entries(filters)) {
      const wanted = numbers(all.filter(fits)).sort((a, b) => a - b);
      const items = await agent.all(`/tickets?${query}`, 50);
      assert.deepEqual(numbers(items).sort((a, b) => a - b), wanted, query);
      assert.equal((await agent.get(`/tickets?${query}`)).total, wanted.length, query);
    }
  });

  test('values and names that are not in the description', async () => {
    for (const query of ['status=nope', 'status=open,nope', 'priority=9', 'unanswered=1', 'unanswered=maybe', 'customer=x', 'team=x', 'nope=1', 'q=' + 'x'.repeat(201), 'Status=open'])
      await agent.ask('GET', `/tickets?${query}`, { want: 422 });
    for (const query of ['assignee=x', 'assignee=999999']) await agent.ask('GET', `/tickets?${query}`, { want: [200, 422] });
  });

  test('unknown members of any body are refused, and named', async () => {
    const path = `/tickets/${tickets[0].id}`;
    for (const [method, target, body] of [
      ['PATCH', path, { priority: 'low', colour: 'red' }],
      ['PATCH', '/me/settings', { theme: 'dark', colour: 'red' }],
      ['POST', `${path}/read`, { message_id: null, colour: 'red' }],
      ['PATCH', `${path}/drafts`, { note: 'x', colour: 'red' }],
      ['PATCH', '/channels/maple-messenger', { action: 'pause', colour: 'red' }],
    ]) {
      const { value } = await admin.ask(method, target, { body, want: 422 });
      assert.ok(value.errors.some(({ field }) => field === 'colour'), target);
    }
    await admin.ask('PATCH', path, { body: {}, want: 422 });
  });

  test('values of a change that are not in the description', async () => {
    const path = `/tickets/${tickets[0].id}`;
    for (const body of [{ status: 'snoozed' }, { snoozed_until: '2020-01-01T00:00:00.000Z' }, { snoozed_until: 'tomorrow' }, { status: 'new' }, { priority: null }, { tags: 'x' }, { tags: ['a', 'a'] }, { tags: [''] }, { tags: ['x'.repeat(41)] }, { tags: Array.from({ length: 21 }, (_, i) => `t${i}`) }, { assignee: '999999' }, { assignee: 7 }, { team: '999999' }, { number: 7 }, { status: 'open', snoozed_until: new Date(Date.now() + HOUR).toISOString() }])
      await agent.ask('PATCH', path, { body, want: 422 });
    const { items } = await admin.get('/users');
    const analyst = items.find(({ role }) => role === 'analyst');
    await agent.ask('PATCH', path, { body: { assignee: analyst.id }, want: 422 });
  });
});

describe('search', () => {
  const find = async (q) => (await agent.get(`/search?q=${encodeURIComponent(q)}&limit=200`)).items;
  test('accents and case do not count, words begin, all have to be there', async () => {
    await until(async () => (await find('commande 519')).length > 0, 'the index to catch up', 20_000);
    for (const q of ['déjà été', 'deja ete', 'DEJA ETE', 'déjà ét']) assert.equal((await find(q)).length, 200, q);
    for (const q of ['commande 17', 'COMMÀNDE 17']) {
      const hits = await find(q);
      assert.ok(hits.some(({ message }) => / 17 /.test(message?.excerpt ?? '')), q);
    }
    assert.equal((await find('commande introuvable')).length, 0);
  });
  test('contacts by name come first', async () => {
    for (const q of ['brule', 'Élodie', 'garcon noel', 'MÜLLER', 'pena']) {
      const hits = await find(q);
      assert.ok(hits.length > 0, q);
      assert.equal(hits[0].kind, 'contact', q);
      const kinds = hits.map(({ kind }) => kind);
      assert.deepEqual(kinds, [...kinds].sort(), 'contacts before messages');
    }
  });
  test('messages with the word itself come before those in which a word begins with it', async () => {
    const texts = (await find('commande 17')).flatMap(({ message }) => message?.excerpt ?? []);
    const whole = texts.map((text) => / 17 /.test(text));
    assert.ok(whole.includes(true) && whole.includes(false), texts.join(' | '));
    assert.deepEqual(whole, [...whole].sort().reverse());
  });
  test('pages give everything once', async () => {
    const key = ({ kind, contact, message }) => `${kind} ${kind === 'contact' ? contact.id : message.id}`;
    const all = (await agent.all('/search?q=elodie', 200)).map(key);
    assert.equal(new Set(all).size, all.length);
    assert.deepEqual((await agent.all('/search?q=elodie', 9)).map(key), all);
  });
  test('what has a meaning for the index has none for a person', async () => {
    for (const q of ['"', '""', '*', 'a*', 'NOT x', 'x OR y', 'x AND', 'NEAR(a b)', 'text:x', '(', ')', '-x', '^x', "'", '%', '\\', '+', '.', '—', '😀', 'a'.repeat(200)]) await find(q);
    for (const q of ['', 'x'.repeat(201)]) await agent.ask('GET', `/search?q=${q}`, { want: 422 });
    await agent.ask('GET', '/search', { want: 422 });
  });
  test('a list takes words too', async () => {
    const { items } = await agent.get('/tickets?q=commande%2017&limit=200');
    assert.ok(items.length > 0 && items.every(({ preview }) => / 17\d* /.test(preview)), JSON.stringify(items.map(({ preview }) => preview)));
  });
});
