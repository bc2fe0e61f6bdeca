// After a restart, when the queues are empty: what was asked of the gateway and answered by it, against what it holds
// and what the platform received. The ledger of the integration kit, and what only matters when things break.

import assert from 'node:assert/strict';
import { deepLedger, ledger } from '../../integration/kit/ledger.mjs';
import { until } from '../../integration/kit/until.mjs';

/** Text → the rows that have it. */
function byText(rows) {
  const groups = new Map();
  for (const row of rows) groups.set(row.text, [...(groups.get(row.text) ?? []), row]);
  return groups;
}

/** What came in is kept with the platform's time, so that a thread is in the platform's order. */
async function assertPlatformOrder(gateway) {
  const written = gateway.sim.ledger.in.filter(({ kind }) => ['message', 'postback'].includes(kind));
  const sent = new Map(written.map((row) => [row.id, row.timestamp]));
  const rows = await gateway.rows('SELECT remote_id, sent_ms FROM message WHERE direction = 0 AND kind = 0');
  for (const { remote_id: id, sent_ms: at } of rows) assert.equal(at, sent.get(id), `when ${id} was sent`);
}

/** Every accepted reply went out once, in its conversation's order, or is shown as perhaps sent; none twice. */
async function assertReplies(gateway, { replies, inFlight }) {
  const stored = await gateway.rows(
    `SELECT m.id, m.conversation_id AS thread, m.text, m.remote_id, m.delivery, o.error_code AS error
     FROM message m LEFT JOIN outbox o ON o.message_id = m.id WHERE m.direction = 1 AND m.kind = 0 ORDER BY m.id`,
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
    else assertFate(kept[0], calls, { out: gateway.sim.ledger.out, inFlight });
  }
  const asked = new Set(replies.map(({ text }) => text));
  assert.deepEqual(stored.filter(({ text }) => !asked.has(text)), [], 'replies that nobody wrote');
  assertOrder(stored, out);
}

/** Sent, by the one call that the platform took; or in doubt, where its answer was cut or the gateway ended meanwhile. */
function assertFate({ id, text, delivery, error, remote_id: remote }, calls, { out, inFlight }) {
  const sent = [2, 3, 4].includes(delivery);
  assert.ok(sent || (delivery === 5 && error === 'unconfirmed'), `"${text}" ended as ${delivery} ${error}`);
  const doubtful = inFlight.has(id) || calls.some(({ fault }) => fault);
  assert.ok(sent || doubtful, `"${text}" is unconfirmed without a reason: ${JSON.stringify(calls)}`);
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
export const quiet = (gateway, ms = 60_000) =>
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

const CLEAN = { lost: [], doubled: [], invented: [], twoLive: [], broken: [] };
const CLEAN_DEEPLY = { news: [], unsent: [], engagement: [], digests: [] };

/**
 * Nothing that came in is lost, doubled or invented, the log has a line for each event, raw hooks are as they came, and
 * the file is whole. Replies may be on their way.
 */
export async function assertStored(gateway) {
  await until(async () => (await gateway.row('SELECT count(*) AS n FROM inbox')).n === 0, 'the inbox to be read', 20_000);
  const { silentDoubles, waiting, ...book } = await ledger(gateway);
  assert.deepEqual(book, CLEAN);
  assert.deepEqual(silentDoubles, []);
  assert.deepEqual(await deepLedger(gateway), CLEAN_DEEPLY);
  await assertPlatformOrder(gateway);
}

/** All of it: see reliability 3.1. `load` may have hooks and replies of every answer. */
export async function assertBook(gateway, load) {
  await load.settle();
  await quiet(gateway);
  await assertStored(gateway);
  await assertReplies(gateway, load);
}
