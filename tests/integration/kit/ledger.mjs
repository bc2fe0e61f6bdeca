// The ledger of reliability: what the platform sent and was answered, against what the database holds. Nothing is lost,
// doubled or invented; each stored event is in the engagement log once; replies go out once.

import { createHash } from 'node:crypto';
import { engagement } from './engagement.mjs';
import { until } from './until.mjs';

/** Customers' messages that were sent (rows of kind "message" and "postback"), by what was answered. */
function sentMessages(sim) {
  const rows = sim.ledger.in.filter(({ kind, skipped }) => ['message', 'postback'].includes(kind) && !skipped);
  const with_ = (...answers) => new Set(rows.filter(({ answer }) => answers.includes(answer ?? 'U')).map(({ id }) => id));
  return { taken: with_('A'), perhaps: with_('A', 'U') };
}

/**
 * Compares the book of the simulator with the database: gives {lost, doubled, invented, twoLive, broken, silentDoubles,
 * waiting}; a clean run has empty lists everywhere. @param sims the simulators behind the gateway
 */
export async function ledger(gateway, sims = [gateway.sim]) {
  const all = (name) => new Set(sims.flatMap((sim) => [...sentMessages(sim)[name]]));
  // The platform may be writing meanwhile: what was taken is read first, what may have been taken last.
  const taken = all('taken');
  const stored = await gateway.rows(
    "SELECT remote_id AS id, count(*) AS n FROM message WHERE direction = 0 AND kind = 0 AND remote_id IS NOT NULL GROUP BY account_id, remote_id",
  );
  const ids = new Set(stored.map(({ id }) => id));
  const twoLive = await gateway.rows('SELECT conversation_id FROM ticket WHERE status < 4 GROUP BY 1 HAVING count(*) > 1');
  const [{ integrity_check: integrity }] = await gateway.rows('PRAGMA integrity_check');
  const foreign = await gateway.rows('PRAGMA foreign_key_check');
  const perhaps = all('perhaps');
  return {
    lost: [...taken].filter((id) => !ids.has(id)),
    doubled: stored.filter(({ n }) => n > 1).map(({ id }) => id),
    invented: [...ids].filter((id) => !perhaps.has(id)),
    twoLive,
    broken: integrity === 'ok' && foreign.length === 0 ? [] : [integrity, ...foreign],
    ...(await replies(gateway, sims)),
  };
}

/** Replies that the API took, against the calls that the platform accepted, told apart by customer and words. */
async function replies(gateway, sims) {
  const ours = await gateway.rows(
    `SELECT m.text, i.remote_id AS customer, sum(o.error_code IS 'unconfirmed') AS doubtful, count(*) AS n
     FROM message m JOIN conversation c ON c.id = m.conversation_id JOIN identity i ON i.id = c.id
     LEFT JOIN outbox o ON o.message_id = m.id
     WHERE m.direction = 1 AND m.kind = 0 AND m.mark IS NOT NULL GROUP BY 1, 2`,
  );
  const key = ({ customer, text }) => JSON.stringify([customer, text]);
  const wanted = new Map(ours.map((row) => [key(row), row]));
  const accepted = new Map();
  for (const row of sims.flatMap(({ ledger: book }) => book.out))
    if (row.route === 'send' && row.outcome === 'accepted' && row.text !== null)
      accepted.set(key(row), (accepted.get(key(row)) ?? 0) + 1);
  return {
    silentDoubles: [...accepted].filter(([words, n]) => n > (wanted.get(words)?.n ?? 0) && !wanted.get(words)?.doubtful),
    waiting: (await gateway.rows('SELECT message_id FROM outbox WHERE state < 3')).map(({ message_id: id }) => id),
  };
}

/**
 * The rest of it, for tests that kill, starve or cut: {news, unsent, engagement, digests}, all empty after a clean run.
 * The inbox is to be empty.
 */
export async function deepLedger(gateway, sims = [gateway.sim]) {
  return {
    news: await news(gateway, sims),
    unsent: await unsent(gateway, sims),
    engagement: await engagement(gateway, sims),
    digests: await digests(gateway),
  };
}

/** Edits, unsendings and reactions that were taken, and are neither to be seen at their message nor parked for it. */
async function news(gateway, sims) {
  const kinds = ['edit', 'unsend', 'reaction'];
  const taken = sims.flatMap((sim) => sim.ledger.in).filter(({ answer, kind }) => answer === 'A' && kinds.includes(kind));
  const rows = await gateway.rows(`
    SELECT remote_id AS id, max(revision) AS revision, max(unsent_ms IS NOT NULL) AS unsent,
           max(EXISTS (SELECT 1 FROM reaction r WHERE r.message_id = message.id)) AS reaction, 0 AS parked
      FROM message WHERE remote_id IS NOT NULL GROUP BY 1
    UNION ALL SELECT remote_id, 0, 0, 0, 1 FROM parked`);
  const known = new Map();
  for (const { id, ...row } of rows) known.set(id, { ...known.get(id), ...(row.parked ? { parked: 1 } : row) });
  return taken
    .filter(({ id, kind }) => {
      const [, mid, number] = id.split(' ');
      const { revision = 0, unsent: gone, reaction, parked } = known.get(mid) ?? {};
      return !(parked || gone || (kind === 'edit' && revision >= Number(number)) || (kind === 'reaction' && reaction));
    })
    .map(({ id }) => id);
}

/** Replies that are shown as sent and were not taken by the platform, or wait for ever. */
async function unsent(gateway, sims) {
  const rows = await gateway.rows(
    `SELECT m.id, m.remote_id AS remote, m.delivery, EXISTS (SELECT 1 FROM outbox o WHERE o.message_id = m.id) AS waiting
     FROM message m WHERE m.direction = 1 AND m.kind = 0 AND m.mark IS NOT NULL`,
  );
  const out = sims.flatMap((sim) => sim.ledger.out);
  const taken = new Set(out.filter(({ route, outcome }) => route === 'send' && outcome === 'accepted').map(({ id }) => id));
  const isSent = ({ delivery }) => [2, 3, 4].includes(delivery);
  return rows.filter((row) => (isSent(row) ? !taken.has(row.remote) : row.delivery < 2 && !row.waiting)).map(({ id }) => id);
}

/** Raw hooks that wait or were set aside, and are not byte for byte what came. */
export async function digests(gateway) {
  const columns = 'id, hex(body) AS body, hex(digest) AS digest';
  const rows = await gateway.rows(`SELECT 'inbox' AS place, ${columns} FROM inbox UNION ALL SELECT 'quarantine', ${columns} FROM quarantine`);
  const sha256 = (hex) => createHash('sha256').update(Buffer.from(hex, 'hex')).digest('hex').toUpperCase();
  return rows.filter(({ body, digest }) => digest !== sha256(body)).map(({ place, id }) => `${place} ${id}`);
}

/** Waits until nothing waits to be read or sent. */
export function drained(gateway, ms = 30_000) {
  return until(
    async () => {
      const { n } = await gateway.row('SELECT (SELECT count(*) FROM inbox) + (SELECT count(*) FROM outbox WHERE state < 3) AS n');
      return n === 0;
    },
    'queues empty',
    ms,
  );
}
