// After a restart, when the queues are empty: what was asked of the gateway and answered by it, against what it holds
// and what the platform received. The ledger of the integration kit, and what only matters when things break.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { ledger } from '../../integration/kit/ledger.mjs';
import { until } from '../../integration/kit/until.mjs';

/** Text → the rows that have it. */
function byText(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.text, [...(groups.get(row.text) ?? []), row]);
  return groups;
}

const sha256 = (hex) => createHash('sha256').update(Buffer.from(hex, 'hex')).digest('hex').toUpperCase();

/** The raw hooks that wait or were set aside are what came, byte for byte. */
async function assertDigests(gateway) {
  for (const table of ['inbox', 'quarantine']) {
    const rows = await gateway.rows(`SELECT id, hex(body) AS body, hex(digest) AS digest FROM ${table}`);
    for (const { id, body, digest } of rows) assert.equal(digest, sha256(body), `the digest of ${table} ${id}`);
  }
}

/** What came in is kept with the platform's time, so that a thread is in the platform's order. */
async function assertPlatformOrder(gateway) {
  const sent = new Map(gateway.sim.ledger.in.filter(({ kind }) => kind === 'message').map((row) => [row.id, row.timestamp]));
  const rows = await gateway.rows('SELECT remote_id, sent_ms FROM message WHERE direction = 0 AND kind = 0');
  for (const { remote_id: id, sent_ms: at } of rows) assert.equal(at, sent.get(id), `when ${id} was sent`);
}

/** One line of the engagement log for each event that is stored, and no other. */
async function assertEngagement(gateway) {
  const facts = {
    'message.received': 'SELECT ticket_id AS ticket, sent_ms AS at FROM message WHERE direction = 0 AND kind = 0',
    'ticket.opened': 'SELECT id AS ticket, NULL AS at FROM ticket',
    'message.sent': 'SELECT ticket_id AS ticket, NULL AS at FROM message WHERE direction = 1 AND kind = 0 AND delivery IN (2, 3, 4)',
    'contact.started': 'SELECT NULL AS ticket, NULL AS at FROM contact',
  };
  for (const [type, sql] of Object.entries(facts)) {
    // In one look, for the platform may still be repeating what was refused.
    const rows = await gateway.rows(`SELECT 0 AS log, ticket, at FROM (${sql})
      UNION ALL SELECT 1, ticket, occurred_ms FROM engagement_event WHERE type = '${type}'`);
    const stored = rows.filter(({ log }) => !log);
    const logged = rows.filter(({ log }) => log);
    const [hasTicket, hasTime] = [stored.some(({ ticket }) => ticket !== null), stored.some(({ at }) => at !== null)];
    const word = ({ ticket, at }) => `${hasTicket ? ticket : ''} ${hasTime ? at : ''}`;
    assert.deepEqual(logged.map(word).sort(), stored.map(word).sort(), `the log's lines of ${type}`);
  }
}

/** Every accepted reply went out once, in its conversation's order, or is shown as perhaps sent; none twice. */
async function assertReplies(gateway, replies) {
  const stored = await gateway.rows(
    'SELECT id, conversation_id AS thread, text, remote_id, delivery, error_code AS error FROM message WHERE direction = 1 AND kind = 0 ORDER BY id',
  );
  const rows = byText(stored);
  const out = gateway.sim.ledger.out.filter(({ route, outcome, text }) => route === 'send' && outcome === 'accepted' && text !== null);
  const taken = byText(out);
  for (const { text, answer } of replies) {
    const kept = rows.get(text) ?? [];
    const calls = taken.get(text) ?? [];
    assert.ok(calls.length <= 1, `"${text}" was taken by the platform ${calls.length} times`);
    assert.ok(kept.length === 1 || (kept.length === 0 && answer !== 'A'), `"${text}" (${answer}) is stored ${kept.length} times`);
    if (kept.length === 0) assert.equal(calls.length, 0, `"${text}" is not stored and was sent`);
    else assertFate(kept[0], calls, gateway.sim.ledger.out);
  }
  const asked = new Set(replies.map(({ text }) => text));
  assert.deepEqual(stored.filter(({ text }) => !asked.has(text)), [], 'replies that nobody wrote');
  assertOrder(stored, out);
}

function assertFate({ id, text, delivery, error, remote_id: remote }, calls, out) {
  const sent = [2, 3, 4].includes(delivery);
  assert.ok(sent || (delivery === 5 && error === 'unconfirmed'), `"${text}" ended as ${delivery} ${error}`);
  const other = out.find((call) => remote !== null && call.id === remote);
  const shown = `"${text}" (message ${id}) is shown as ${delivery}, the platform has ${JSON.stringify(other ?? null)}`;
  if (sent) assert.deepEqual([calls.length, calls[0]?.id], [1, remote], shown);
}

function assertOrder(stored, out) {
  const place = new Map(stored.map(({ text, id, thread }) => [text, { id, thread }]));
  const last = new Map();
  for (const { text } of out) {
    const { id, thread } = place.get(text);
    assert.ok(id > (last.get(thread) ?? 0), `"${text}" was sent after a later reply of its conversation`);
    last.set(thread, id);
  }
}

/** Replies that wait for an echo are settled within 30 s; what failed as unconfirmed is kept for a late echo. */
export const quiet = (gateway, ms = 45_000) =>
  until(
    async () => {
      await gateway.sim.hooks.idle();
      const sql = `SELECT 'inbox' AS place, attempts, next_ms FROM inbox
                   UNION ALL SELECT 'outbox ' || state, attempts, next_ms FROM outbox WHERE state < 3`;
      const rows = await gateway.rows(sql);
      if (rows.length > 0) throw new Error(`${rows.length} at ${Date.now()}: ${JSON.stringify(rows.slice(0, 3))}`);
      return true;
    },
    'inbox and outbox empty',
    ms,
  );

/** What came in: nothing lost, doubled or invented, and the file whole. Needs no drained outbox. */
export async function assertHooks(gateway) {
  const { lost, doubled, invented, twoLive, broken } = await ledger(gateway);
  assert.deepEqual({ lost, doubled, invented, twoLive, broken }, { lost: [], doubled: [], invented: [], twoLive: [], broken: [] });
}

/** All of it: see reliability 3.1. `load` may have hooks and replies of every answer. */
export async function assertBook(gateway, load) {
  await load.settle();
  await quiet(gateway);
  await assertHooks(gateway);
  await assertPlatformOrder(gateway);
  await assertEngagement(gateway);
  await assertReplies(gateway, load.replies);
  await assertDigests(gateway);
}
