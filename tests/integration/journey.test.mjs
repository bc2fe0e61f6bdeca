// sanitizers: yes
// The whole way: a customer writes, an agent answers, the platform confirms, the log notes it; windows and refusals.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { appSecretProof } from '../platforms/messenger/platform/signatures.mjs';
import { startGateway } from './kit/gateway.mjs';
import { drained, ledger } from './kit/ledger.mjs';
import { until } from './kit/until.mjs';

const HOUR = 3_600_000;
let gateway;
let sim;
let agent;
let colleague;
let admin;
let live;

before(async () => {
  gateway = await startGateway();
  sim = gateway.sim;
  sim.graph.proofMode = 'required';
  [agent, colleague, admin] = await Promise.all(['agent', 'colleague', 'admin'].map((name) => gateway.signIn(name)));
  live = await gateway.live(agent);
  await live.next('hello');
});
after(async () => {
  await gateway?.stop();
});

/** A customer who wrote, and the ticket that came of it. */
async function writes(text = 'Bonjour', options = {}) {
  const customer = sim.customer({ name: options.name ?? 'Cliente', page: options.page });
  const from = live.frames.length;
  const { mid } = await customer.text({ text, at: options.at });
  const { data: message } = await live.next('message.created', ({ remote_id: id }) => id === mid, { from });
  return { customer, mid, message, ticket: await agent.get(`/tickets/${message.ticket_id}`) };
}
const calls = (customer) => sim.ledger.out.filter(({ route, customer: id }) => route === 'send' && id === customer.psid);
// Changes that come close together may be told in one frame: that of the making, if the making is among them.
const delivered = (message, state) =>
  live.next(({ type, data }) => type.startsWith('message.') && data.id === message.id && data.delivery.state === state);
const refused = async (ticket, body, type, by = agent) => {
  const answer = await by.ask('POST', `/tickets/${ticket.id}/messages`, { body: { kind: 'reply', ...body }, want: 409 });
  assert.equal(answer.value.type, `/problems/${type}`);
  return answer.value;
};

describe('from the first word to the reopening', () => {
  let customer;
  let ticket;
  let reply;

  test('a message becomes a ticket, in the list and in the live frames, the message first', async () => {
    const from = live.frames.length;
    customer = sim.customer({ name: 'Élise Roy' });
    const { mid } = await customer.text('Bonjour, où est ma commande ?');
    const created = await live.next('ticket.created', () => true, { from });
    const message = await live.next('message.created', ({ remote_id: id }) => id === mid, { from });
    assert.ok(message.seq < created.seq);
    assert.equal(message.data.ticket_id, created.data.id);
    assert.equal(message.data.text, 'Bonjour, où est ma commande ?');
    ticket = await agent.get(`/tickets/${created.data.id}`);
    const named = await live.next('ticket.updated', ({ customer: { name } }) => name === 'Élise Roy', { from });
    assert.ok(named.data.version > created.data.version, 'a console takes over what is newer');
    ticket = await agent.get(`/tickets/${created.data.id}`);
    const { unread, ...shown } = ticket;
    assert.deepEqual(shown, named.data);
    assert.equal(unread, 1);
    assert.equal(ticket.status, 'open');
    assert.equal(ticket.unanswered, true);
    assert.equal(ticket.preview, 'Bonjour, où est ma commande ?');
    assert.equal(ticket.window.state, 'open');
    assert.equal(Date.parse(ticket.window.closes_at) - Date.parse(message.data.sent_at), 24 * HOUR);
    assert.equal((await agent.get('/tickets')).items[0].id, ticket.id);
  });

  test('taking it shows whose it is, and adds a line to the thread', async () => {
    ticket = await agent.patch(`/tickets/${ticket.id}`, { assignee: 'me' });
    assert.equal(ticket.assignee.name, 'Camille Roy');
    const { items } = await agent.get(`/tickets/${ticket.id}/messages`);
    assert.deepEqual(items.at(-1).context, { kind: 'assignee', from: null, to: 'Camille Roy' });
    assert.deepEqual((await agent.get('/tickets?assignee=me')).items.map(({ id }) => id), [ticket.id]);
  });

  test('a reply makes one call with token, proof and mark', async () => {
    const from = live.frames.length;
    reply = await agent.reply(ticket, 'Elle part demain.', { key: 'first-reply' });
    assert.equal(reply.delivery.state, 'queued');
    assert.equal(reply.client_key, 'first-reply');
    assert.equal(reply.author.name, 'Camille Roy');
    await delivered(reply, 'read');
    const states = live.frames.slice(from).filter(({ data }) => data.id === reply.id).map(({ data }) => data.delivery.state);
    assert.deepEqual([...new Set(states)], ['queued', 'sending', 'sent', 'delivered', 'read']);
    const [call, ...more] = calls(customer);
    assert.equal(more.length, 0);
    assert.equal(call.proof, true);
    assert.equal(call.status, 200);
    assert.equal(call.body.messaging_type, 'RESPONSE');
    assert.equal(call.body.tag, undefined);
    assert.match(call.body.message.metadata, /^guichet:[a-z2-7]{26}:0$/);
    assert.equal(call.body.message.text, 'Elle part demain.');
  });

  test('the echo is recognised: one message, with the id of the platform', async () => {
    const { items } = await agent.get(`/tickets/${ticket.id}/messages`);
    const out = items.filter(({ kind, direction }) => kind === 'message' && direction === 'out');
    assert.equal(out.length, 1);
    assert.equal(out[0].remote_id, calls(customer)[0].id);
    ticket = await agent.get(`/tickets/${ticket.id}`);
    assert.equal(ticket.unanswered, false);
    assert.notEqual(ticket.first_response_at, null);
  });

  test('solved, written to again: reopened', async () => {
    ticket = await agent.patch(`/tickets/${ticket.id}`, { status: 'solved' });
    assert.equal(ticket.status, 'solved');
    assert.notEqual(ticket.solved_at, null);
    const from = live.frames.length;
    await customer.text('Merci! Une autre question.');
    const { data } = await live.next('ticket.updated', ({ id, status }) => id === ticket.id && status === 'open', { from });
    assert.equal(data.assignee.name, 'Camille Roy');
    const { items } = await agent.get(`/tickets/${ticket.id}/messages`);
    assert.ok(items.some(({ context }) => context?.kind === 'status' && context.to === 'open' && context.reason === 'customer'));
    assert.equal((await agent.get('/tickets')).items.filter(({ customer: { id } }) => id === ticket.customer.id).length, 1);
  });

  test('snoozed, it wakes at its time', async () => {
    const until_ = new Date(Date.now() + 1200).toISOString();
    ticket = await agent.patch(`/tickets/${ticket.id}`, { status: 'snoozed', snoozed_until: until_ });
    assert.equal(ticket.status, 'snoozed');
    assert.equal(ticket.snoozed_until, until_);
    const from = live.frames.length;
    const { data } = await live.next('ticket.updated', ({ id, status }) => id === ticket.id && status === 'open', { from, ms: 8000 });
    assert.equal(data.snoozed_until, null);
    const { items } = await agent.get(`/tickets/${ticket.id}/messages`);
    assert.ok(items.some(({ context }) => context?.kind === 'status' && context.to === 'open' && context.reason === 'timer'));
  });

  test('snoozed or pending, a customer who writes wakes it', async () => {
    for (const patch of [{ snoozed_until: new Date(Date.now() + HOUR).toISOString() }, { status: 'pending' }]) {
      await agent.patch(`/tickets/${ticket.id}`, patch);
      await customer.text('encore');
      await until(async () => (await agent.get(`/tickets/${ticket.id}`)).status === 'open', 'open again');
    }
  });

  test('closed is for good: the next message opens a new ticket', async () => {
    await agent.patch(`/tickets/${ticket.id}`, { status: 'closed' });
    const problem = (await agent.ask('PATCH', `/tickets/${ticket.id}`, { body: { status: 'open' }, want: 409 })).value;
    assert.equal(problem.type, '/problems/ticket-closed');
    await refused(ticket, { text: 'trop tard' }, 'ticket-closed');
    const from = live.frames.length;
    await customer.text('et encore une chose');
    const { data } = await live.next('ticket.created', () => true, { from });
    assert.notEqual(data.id, ticket.id);
    assert.equal(data.customer.id, ticket.customer.id);
    const contact = await agent.get(`/contacts/${ticket.customer.id}`);
    assert.deepEqual(contact.tickets.map(({ id }) => id), [data.id, ticket.id]);
  });
});

describe('what the engagement log says of it', () => {
  test('how a contact came, to the agent, although the channel is not named like its plugin', async () => {
    const came = {
      organic: (customer) => customer.text('Bonjour'),
      ad: (customer) => customer.adMessage({ text: 'Votre publicité…' }),
      link: (customer) => customer.referral({ ref: 'vitrine' }).then(() => customer.text('Par votre lien')),
    };
    for (const [origin, act] of Object.entries(came)) {
      const customer = sim.customer({ name: origin });
      const from = live.frames.length;
      await act(customer);
      const { data } = await live.next('ticket.created', () => true, { from });
      assert.equal((await agent.get(`/contacts/${data.customer.id}`)).origin, origin);
    }
  });

  test('one event for each thing that happened, no text, no platform id', async () => {
    const { customer, ticket } = await writes('Texte très reconnaissable');
    const reply = await agent.reply(ticket, 'Réponse très reconnaissable');
    await delivered(reply, 'read');
    await agent.patch(`/tickets/${ticket.id}`, { status: 'solved' });
    const [{ customer_key: key }] = await gateway.rows(`SELECT customer_key FROM contact WHERE id = ${ticket.customer.id}`);
    const types = await until(async () => {
      const rows = await gateway.rows(`SELECT type FROM engagement_event WHERE customer = '${key}' ORDER BY type`);
      return rows.length >= 8 && rows.map(({ type }) => type);
    }, 'the events');
    assert.deepEqual(types, [
      'contact.started',
      'message.delivered',
      'message.read',
      'message.received',
      'message.sent',
      'ticket.opened',
      'ticket.solved',
      'window.opened',
    ]);
    const [{ received, messages, doubled }] = await gateway.rows(
      `SELECT (SELECT count(*) FROM engagement_event WHERE type = 'message.received') AS received,
              (SELECT count(*) FROM message WHERE direction = 0 AND kind = 0) AS messages,
              (SELECT count(*) - count(DISTINCT event_id) FROM engagement_event) AS doubled`,
    );
    assert.equal(received, messages);
    assert.equal(doubled, 0);
    const dump = JSON.stringify(await gateway.rows('SELECT * FROM engagement_event'));
    const ids = await gateway.rows('SELECT remote_id FROM message WHERE remote_id IS NOT NULL');
    for (const secret of [customer.psid, 'reconnaissable', '104857600000123', 'Cliente', 'Camille', ...ids.map(({ remote_id: id }) => id)])
      assert.ok(!dump.includes(secret), secret);
  });
});

describe('windows', () => {
  test('after 24 hours a person may still write, as HUMAN_AGENT', async () => {
    const { customer, ticket } = await writes('avant-hier', { at: Date.now() - 30 * HOUR });
    assert.equal(ticket.window.state, 'human_agent');
    assert.equal(ticket.window.closes_at, ticket.window.human_until);
    const reply = await agent.reply(ticket, 'désolée du retard');
    await delivered(reply, 'sent');
    const [{ body }] = calls(customer);
    assert.equal(body.messaging_type, 'MESSAGE_TAG');
    assert.equal(body.tag, 'HUMAN_AGENT');
  });

  test('a program may not: only a person counts as one', async () => {
    const { customer, ticket } = await writes('avant-hier', { at: Date.now() - 30 * HOUR });
    await refused(ticket, { text: 'bip' }, 'window-closed', await gateway.bearer('agent'));
    assert.equal(calls(customer).length, 0);
  });

  test('after seven days nobody may, and the refusal says since when', async () => {
    const at = Date.now() - 8 * 24 * HOUR;
    const { customer, ticket } = await writes('il y a longtemps', { at });
    assert.equal(ticket.window.state, 'closed');
    const problem = await refused(ticket, { text: 'trop tard' }, 'window-closed');
    assert.equal(Date.parse(problem.closed_at), at + 7 * 24 * HOUR);
    assert.equal(calls(customer).length, 0);
    assert.equal((await agent.post(`/tickets/${ticket.id}/messages`, { kind: 'note', text: 'une note va toujours' })).kind, 'note');
  });

  test('a reaction opens it again', async () => {
    const { customer, ticket } = await writes('avant-hier', { at: Date.now() - 30 * HOUR });
    await delivered(await agent.reply(ticket, 'voici'), 'sent');
    await customer.react({ reaction: 'love' });
    await until(async () => (await agent.get(`/tickets/${ticket.id}`)).window.state === 'open', 'open');
  });
});

describe('refusals before anything is queued', () => {
  let ticket;
  before(async () => {
    ({ ticket } = await writes('pour les refus'));
  });

  test('a text over the limit, counted as the platform counts', async () => {
    const problem = await refused(ticket, { text: '\u{1f600}'.repeat(2001) }, 'text-too-long');
    assert.deepEqual([problem.max, problem.length, problem.unit], [2000, 2001, 'code_points']);
    await delivered(await agent.reply(ticket, '\u{1f600}'.repeat(2000)), 'sent');
  });

  test('an empty text, an unknown kind, an unknown member', async () => {
    for (const body of [{ kind: 'reply' }, { kind: 'reply', text: '' }, { kind: 'shout', text: 'x' }, { kind: 'note', text: 'x', more: 1 }, { kind: 'reply', text: 7 }, { text: 'x' }]) {
      const { value } = await agent.ask('POST', `/tickets/${ticket.id}/messages`, { body, want: 422 });
      assert.equal(value.type, '/problems/invalid');
      assert.ok(value.errors.length >= 1, JSON.stringify(body));
    }
  });

  test('an attachment that is none: its address, its kind, a member that nobody knows', async () => {
    const good = { kind: 'image', url: 'https://example.org/x.png' };
    const bad = ['http://example.org/x.png', 'file:///etc/passwd', 'javascript:alert(1)'].map((url) => ({ ...good, url }));
    for (const attachment of [...bad, { ...good, kind: 'sticker' }, { ...good, colour: 'red' }, { kind: 'image' }, 'x']) {
      const body = { kind: 'reply', attachments: [good, attachment] };
      const { value } = await agent.ask('POST', `/tickets/${ticket.id}/messages`, { body, want: 422 });
      assert.deepEqual([value.type, value.errors.map(({ field }) => field)], ['/problems/invalid', ['attachments']], JSON.stringify(attachment));
    }
  });

  test('a colleague answered meanwhile: stale, with that answer', async () => {
    const { items } = await agent.get(`/tickets/${ticket.id}/messages`);
    const seen = items.filter(({ kind }) => kind === 'message').at(-1).id;
    const theirs = await colleague.reply(ticket, 'je réponds', { after: seen });
    const problem = await refused(ticket, { text: 'moi aussi', after: seen }, 'stale');
    assert.equal(problem.message.id, theirs.id);
    await agent.reply(ticket, 'moi aussi', { after: theirs.id });
  });

  test('a newer customer message does not block', async () => {
    const { customer, ticket: other, message } = await writes('un');
    await customer.text('deux');
    await agent.reply(other, 'réponse', { after: message.id });
  });

  test('a paused channel', async () => {
    const channel = await admin.patch('/channels/maple-messenger', { action: 'pause' });
    assert.equal(channel.state, 'paused');
    await refused(ticket, { text: 'x' }, 'channel-paused');
    assert.equal((await agent.get(`/tickets/${ticket.id}`)).window.lock, 'paused');
    assert.equal((await admin.patch('/channels/maple-messenger', { action: 'resume' })).state, 'active');
    await delivered(await agent.reply(ticket, 'de retour'), 'sent');
  });
});

describe('Idempotency-Key and If-Match', () => {
  test('the same key gives the same message, whatever happened to it; another body is refused', async () => {
    const { customer, ticket } = await writes('clé');
    const first = await agent.reply(ticket, 'une fois', { key: 'k-1' });
    const again = await Promise.all(Array.from({ length: 20 }, () => agent.reply(ticket, 'une fois', { key: 'k-1' })));
    assert.deepEqual([...new Set(again.map(({ id }) => id))], [first.id]);
    await delivered(first, 'read');
    assert.equal((await agent.reply(ticket, 'une fois', { key: 'k-1' })).id, first.id);
    assert.equal(calls(customer).length, 1);
    const { value } = await agent.ask('POST', `/tickets/${ticket.id}/messages`, {
      body: { kind: 'reply', text: 'autre chose' },
      headers: { 'Idempotency-Key': 'k-1' },
      want: 422,
    });
    assert.equal(value.type, '/problems/idempotency-key-reused');
    assert.notEqual((await colleague.reply(ticket, 'une fois', { key: 'k-1' })).id, first.id, 'another person, another key');
  });

  test('fifty at once with one key are one message', async () => {
    const { customer, ticket } = await writes('clé');
    const all = await Promise.all(Array.from({ length: 50 }, () => agent.reply(ticket, 'cinquante', { key: 'k-50' })));
    assert.equal(new Set(all.map(({ id }) => id)).size, 1);
    await delivered(all[0], 'read');
    assert.equal(calls(customer).length, 1);
  });

  test('after a refusal the key is free', async () => {
    const { ticket } = await writes('clé');
    const options = { headers: { 'Idempotency-Key': 'k-refused' } };
    await agent.ask('POST', `/tickets/${ticket.id}/messages`, { body: { kind: 'reply', text: 'x'.repeat(2001) }, want: 409, ...options });
    await agent.ask('POST', `/tickets/${ticket.id}/messages`, { body: { kind: 'reply', text: 'court' }, want: 202, ...options });
  });

  test('a replayed change is not done again', async () => {
    const { ticket } = await writes('clé');
    const options = { headers: { 'Idempotency-Key': 'k-patch' } };
    const once = await agent.patch(`/tickets/${ticket.id}`, { priority: 'high' }, options);
    await agent.patch(`/tickets/${ticket.id}`, { priority: 'low' });
    assert.equal((await agent.ask('PATCH', `/tickets/${ticket.id}`, { body: { priority: 'high' }, want: 200, ...options })).status, 200);
    assert.equal((await agent.get(`/tickets/${ticket.id}`)).priority, 'low');
    assert.equal(once.priority, 'high');
  });

  test('keys that are no keys', async () => {
    const { ticket } = await writes('clé');
    for (const key of ['x'.repeat(129), 'with space', 'é'])
      await agent.ask('POST', `/tickets/${ticket.id}/messages`, {
        body: { kind: 'note', text: 'x' },
        headers: { 'Idempotency-Key': Buffer.from(key).toString('latin1') },
        want: key === 'é' ? [400, 422] : 422,
      }).catch((error) => assert.match(error.message, /socket|ECONN/));
  });

  test('a lost race is 412 with the ticket as it is', async () => {
    const { ticket } = await writes('course');
    const { headers } = await agent.ask('GET', `/tickets/${ticket.id}`);
    assert.equal(headers.etag, `"${ticket.version}"`);
    const options = { headers: { 'If-Match': headers.etag } };
    const results = await Promise.all(
      [agent, colleague, admin].map((who) => who.ask('PATCH', `/tickets/${ticket.id}`, { body: { assignee: 'me' }, want: [200, 412], ...options })),
    );
    assert.deepEqual(results.map(({ status }) => status).sort(), [200, 412, 412]);
    const winner = results.find(({ status }) => status === 200).value;
    for (const { value } of results.filter(({ status }) => status === 412)) {
      assert.equal(value.type, '/problems/changed');
      assert.equal(value.ticket.assignee.id, winner.assignee.id);
      assert.equal(value.ticket.version, winner.version);
    }
  });
});

describe('a message that failed', () => {
  test('says why, is sent again, or is discarded', async () => {
    const { customer, ticket } = await writes('bloque');
    await customer.block();
    const from = live.frames.length;
    const reply = await agent.reply(ticket, 'tu me reçois ?');
    const { data } = await live.next('message.updated', ({ id, delivery }) => id === reply.id && delivery.state === 'failed', { from });
    assert.equal(data.delivery.error.type, '/problems/customer-blocked');
    assert.equal(calls(customer).length, 1);
    const blocked = await agent.ask('POST', `/messages/${reply.id}/retry`, { want: [202, 409] });
    if (blocked.status === 409) assert.equal(blocked.value.type, '/problems/customer-blocked');
    await customer.unblock();
    await customer.text('me revoilà');
    await until(async () => (await agent.get(`/tickets/${ticket.id}`)).window.lock === null, 'reachable again');
    const again = await agent.ask('POST', `/messages/${reply.id}/retry`, { want: [202, 409] });
    if (again.status === 202) await delivered(reply, 'sent');
    await until(async () => ['sent', 'delivered', 'read'].includes(live.newest('message.updated', reply.id).delivery.state), 'sent');
    assert.equal(calls(customer).filter(({ outcome }) => outcome === 'accepted').length, 1);
    const problem = (await agent.ask('DELETE', `/messages/${reply.id}`, { want: 409 })).value;
    assert.equal(problem.type, '/problems/not-failed');
    assert.equal((await agent.ask('POST', `/messages/${reply.id}/retry`, { want: 409 })).value.type, '/problems/not-failed');
  });

  test('discarded, it is gone from the thread, and open consoles are told', async () => {
    const { customer, ticket } = await writes('bloque');
    await customer.block();
    const reply = await agent.reply(ticket, 'à jeter');
    await delivered(reply, 'failed');
    const from = live.frames.length;
    await agent.delete(`/messages/${reply.id}`);
    await live.next('message.updated', ({ id, discarded }) => id === reply.id && discarded === true, { from });
    const { items } = await agent.get(`/tickets/${ticket.id}/messages`);
    assert.ok(items.every(({ id }) => id !== reply.id));
    await agent.ask('POST', `/messages/${reply.id}/retry`, { want: [404, 409] });
  });

  test('the message that it answers was deleted: said so', async () => {
    const { ticket } = await writes('supprimé');
    const error = { message: '(#9000001) This message was deleted.', type: 'OAuthException', code: 9000001 };
    sim.faults.add({ kind: 'status', status: 400, body: JSON.stringify({ error }) });
    const reply = await agent.reply(ticket, 'à quel propos ?');
    await delivered(reply, 'failed');
    assert.equal(live.newest('message.updated', reply.id).delivery.error.type, '/problems/message-gone');
  });

  test('another application holds the thread: said so', async () => {
    const { customer, ticket } = await writes('repris');
    await customer.takeFromUs();
    const reply = await agent.reply(ticket, 'allô ?').catch(() => null);
    if (!reply) return;
    const { data } = await live.next('message.updated', ({ id, delivery }) => id === reply.id && delivery.state === 'failed');
    assert.equal(data.delivery.error.type, '/problems/thread-owned');
  });
});

test('replies of one customer arrive in the order in which they were written', async () => {
  const { customer, ticket } = await writes('dans l’ordre');
  for (let i = 0; i < 30; i += 1) await agent.reply(ticket, `réponse ${i}`);
  await drained(gateway);
  assert.deepEqual(calls(customer).map(({ text }) => text), Array.from({ length: 30 }, (_, i) => `réponse ${i}`));
});

test('the echo before the answer, or never: still one message', async () => {
  for (const echo of ['before', 'off', 'after']) {
    sim.consequences.switches.echo = echo;
    const { customer, ticket } = await writes(`écho ${echo}`);
    const reply = await agent.reply(ticket, `une seule fois, ${echo}`);
    await delivered(reply, 'read');
    const { items } = await agent.get(`/tickets/${ticket.id}/messages`);
    assert.equal(items.filter(({ direction, kind }) => direction === 'out' && kind === 'message').length, 1, echo);
    assert.equal(calls(customer).length, 1);
  }
  sim.consequences.switches.echo = 'after';
});

test('the Page inbox answers for us: shown as somebody else', async () => {
  const { customer, ticket } = await writes('qui répond ?');
  const from = live.frames.length;
  await customer.inboxReply({ text: 'moi, depuis le téléphone' });
  const { data } = await live.next('message.created', ({ ticket_id: id }) => id === ticket.id, { from });
  assert.equal(data.author.kind, 'external');
  assert.equal(data.direction, 'out');
  await until(async () => (await agent.get(`/tickets/${ticket.id}`)).unanswered === false, 'answered');
});

test('drafts and reading position are one’s own', async () => {
  const { customer, ticket, message } = await writes('brouillon');
  await agent.patch(`/tickets/${ticket.id}/drafts`, { reply: 'presque', note: 'à voir' });
  assert.equal((await agent.get(`/tickets/${ticket.id}/drafts`)).reply.text, 'presque');
  assert.equal((await colleague.get(`/tickets/${ticket.id}/drafts`)).reply, null);
  assert.equal((await agent.patch(`/tickets/${ticket.id}/drafts`, { reply: null })).reply, null);
  await agent.delete(`/tickets/${ticket.id}/drafts`);
  assert.deepEqual(await agent.get(`/tickets/${ticket.id}/drafts`), { reply: null, note: null });
  assert.equal((await agent.post(`/tickets/${ticket.id}/read`, { message_id: message.id })).unread, 0);
  await customer.text('encore');
  await until(async () => (await agent.get(`/tickets/${ticket.id}`)).unread === 1, 'one unread');
  assert.equal((await colleague.get(`/tickets/${ticket.id}`)).unread, 2);
  assert.equal((await agent.post(`/tickets/${ticket.id}/read`, { message_id: null })).unread, 2);
});

test('the request itself: bearer token, proof, JSON, no secret in the address', async () => {
  const requests = [];
  const platform = http.createServer((incoming, response) => {
    const parts = [];
    incoming.on('data', (part) => parts.push(part));
    incoming.on('end', () => {
      requests.push({ method: incoming.method, url: incoming.url, headers: incoming.headers, body: Buffer.concat(parts).toString() });
      response.setHeader('Content-Type', 'application/json');
      response.end(incoming.method === 'POST' ? '{"recipient_id":"7012345678900001","message_id":"m_recorded_1"}' : '{}');
    });
  });
  await new Promise((ready) => platform.listen(0, '127.0.0.1', ready));
  const [page, token] = ['104857600000789', 'the-token-of-the-recorded-page'];
  const channel = gateway.messengerChannel({ name: 'recorded', pages: [{ id: page, name: 'Recorded', token }] });
  channel.options.api_base = `http://127.0.0.1:${platform.address().port}`;
  gateway.channels.push(channel);
  gateway.write();
  assert.equal((await gateway.reload()).event, 'reload.done');
  const from = live.frames.length;
  const message = { mid: 'm_recorded_0', text: 'Bonjour' };
  const element = { sender: { id: '7012345678900001' }, recipient: { id: page }, timestamp: Date.now(), message };
  const notification = { object: 'page', entry: [{ id: page, time: Date.now(), messaging: [element] }] };
  const url = `${gateway.origin}/hooks/recorded`;
  assert.equal((await sim.hooks.postRaw(JSON.stringify(notification), { url })).status, 200);
  const { data: ticket } = await live.next('ticket.created', ({ channel: name }) => name === 'recorded', { from });
  await delivered(await agent.reply(ticket, 'enregistré'), 'sent');
  platform.close();
  platform.closeAllConnections();
  const [post] = requests.filter(({ method }) => method === 'POST');
  const target = new URL(post.url, 'http://platform');
  assert.match(target.pathname, /^\/v\d+\.0\/104857600000789\/messages$/);
  assert.equal(post.headers.authorization, `Bearer ${token}`);
  assert.match(post.headers['content-type'], /^application\/json/);
  assert.equal(target.searchParams.get('appsecret_proof'), appSecretProof(sim.options.appSecret, token));
  for (const { url: address, body, headers } of requests) {
    assert.ok(!address.includes(token) && !body.includes(token));
    assert.ok(!JSON.stringify({ address, body, headers }).includes(sim.options.appSecret));
  }
});

/** The words of the engagement log that the plugin's table of capabilities names. */
function reported() {
  const source = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const words = new Map([...source('include/guichet/engagement.h').matchAll(/X\((\w+), \d+, "([\w.]+)"\)/g)].map(([, name, word]) => [name, word]));
  const [, list] = /engagement\[\] = \{([^}]*)\}/.exec(source('plugins/messenger/rules.c'));
  return [...list.matchAll(/GCT_ENGAGEMENT_(\w+)/g)].map(([, name]) => words.get(name));
}

test('what the log has of a Messenger channel is what its plugin says that it can report', async () => {
  const types = (await gateway.rows("SELECT DISTINCT type FROM engagement_event WHERE type NOT LIKE 'ticket.%'")).map(({ type }) => type);
  assert.ok(types.includes('contact.blocked'), types.join());
  assert.deepEqual(types.filter((type) => !reported().includes(type)), []);
});

test('the ledger: nothing lost, doubled or invented', async () => {
  await drained(gateway);
  const { invented, ...book } = await ledger(gateway);
  assert.deepEqual(book, { lost: [], doubled: [], twoLive: [], broken: [], silentDoubles: [], waiting: [] });
  assert.deepEqual(invented, ['m_recorded_0'], 'only what this file wrote by hand');
});
