// The ledger of reliability: what the platform sent and was answered, against what the database holds. Nothing is lost,
// doubled or invented; each stored event is in the engagement log once; replies go out once.

import { until } from './until.mjs';

/** Customers' messages that were sent (rows of kind "message" and "postback"), by what was answered. */
function sentMessages(sim) {
  const rows = sim.ledger.in.filter(({ kind, skipped }) => ['message', 'postback'].includes(kind) && !skipped);
  const with_ = (...answers) => new Set(rows.filter(({ answer }) => answers.includes(answer ?? 'U')).map(({ id }) => id));
  return { taken: with_('A'), perhaps: with_('A', 'U') };
}

/**
 * Compares the book of the simulator with the database: gives {lost, doubled, invented, twoLive, silentDoubles,
 * unsent, engagement, integrity}; a clean run has empty lists everywhere. @param sims the simulators behind the gateway
 */
export async function ledger(gateway, sims = [gateway.sim]) {
  const { taken, perhaps } = sims.map(sentMessages).reduce((all, one) => ({
    taken: new Set([...all.taken, ...one.taken]),
    perhaps: new Set([...all.perhaps, ...one.perhaps]),
  }));
  const stored = await gateway.rows(
    "SELECT remote_id AS id, count(*) AS n FROM message WHERE direction = 0 AND kind = 0 AND remote_id IS NOT NULL GROUP BY account_id, remote_id",
  );
  const ids = new Set(stored.map(({ id }) => id));
  const twoLive = await gateway.rows('SELECT conversation_id FROM ticket WHERE status < 4 GROUP BY 1 HAVING count(*) > 1');
  const [{ integrity_check: integrity }] = await gateway.rows('PRAGMA integrity_check');
  const foreign = await gateway.rows('PRAGMA foreign_key_check');
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
    `SELECT m.text, i.remote_id AS customer, sum(m.error_code IS 'unconfirmed') AS doubtful, count(*) AS n
     FROM message m JOIN conversation c ON c.id = m.conversation_id JOIN identity i ON i.id = c.identity_id
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
