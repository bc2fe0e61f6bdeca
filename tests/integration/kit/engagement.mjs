// The engagement log against what it is about: one line for each stored event, and no other. Messages, tickets and
// contacts are held against the store; what customers do beside writing against the platform's book.

/** Types of which each line must have its event. An edit and a reaction taken back have no line of their own. */
const RECEIVED = ['message.received', 'share.received', 'story.replied', 'story.mentioned'];
const STORED = [...RECEIVED, 'message.sent', 'message.failed', 'ticket.opened', 'contact.started', 'window.opened'];
const ACTS = ['message.reacted', 'message.unsent', 'message.delivered', 'message.read', 'window.extended'];

/**
 * Lines (log = 1) and the events that the store holds (log = 0), in one look: an event has from `least` to `most` lines.
 * A reply that failed may have been proved later, and been sent before: its failure is bounded, not counted.
 */
const LOOK = `
  WITH customer AS (SELECT c.customer_key AS key, i.remote_id AS id, v.id AS conversation FROM contact c
                    JOIN identity i ON i.contact_id = c.id JOIN conversation v ON v.id = i.id),
  event (type, conversation, ticket, happened, least) AS (
    SELECT 'message.received', conversation_id, ticket_id, sent_ms, 1 FROM message WHERE direction = 0 AND kind = 0
    UNION ALL
    SELECT 'message.sent', conversation_id, ticket_id, 0, 1 FROM message WHERE direction = 1 AND kind = 0 AND delivery IN (2, 3, 4)
    UNION ALL
    SELECT 'message.failed', conversation_id, ticket_id, 0, delivery = 5 FROM message WHERE direction = 1 AND mark IS NOT NULL
    UNION ALL SELECT 'ticket.opened', conversation_id, id, 0, 1 FROM ticket
    UNION ALL SELECT 'contact.started', id, 0, 0, 1 FROM conversation
    UNION ALL SELECT 'window.opened', id, 0, 0, 1 FROM conversation WHERE window_opened_ms IS NOT NULL)
  SELECT 0 AS log, e.type, c.id AS customer, e.ticket, e.happened, e.least, 1 AS most
    FROM event e LEFT JOIN customer c USING (conversation)
  UNION ALL
  SELECT 1, e.type, c.id, e.ticket, e.occurred_ms, 0, 0
    FROM engagement_event e LEFT JOIN customer c ON c.key = e.customer
   WHERE e.type IN (${[...STORED, ...ACTS].map((type) => `'${type}'`)})`;

/** What makes a line and its event the same. An echo may date a reply anew: its time is not compared. */
function word({ type, customer, ticket, happened }) {
  if (RECEIVED.includes(type)) return `message.received ${customer} ${ticket} ${happened}`;
  if (['message.sent', 'message.failed', 'ticket.opened'].includes(type)) return `${type} ${customer} ${ticket}`;
  return ['contact.started', 'window.opened'].includes(type) ? `${type} ${customer}` : `${type} ${customer} ${happened}`;
}

/** The lines that one row of the platform's book makes, if it is taken: {type, sure: whether it surely does}. */
function linesOf({ kind, id }) {
  const prolongs = { type: 'window.extended', sure: false };
  if (kind === 'postback') return [prolongs];
  if (kind === 'reaction') return id.split(' ')[3] === 'react' ? [{ type: 'message.reacted', sure: true }, prolongs] : [];
  const type = { unsend: 'message.unsent', delivery: 'message.delivered', read: 'message.read' }[kind];
  return type ? [{ type, sure: true }] : [];
}

/** Acts of customers whose answer is one of `answers`, as events. */
const acts = (sims, answers, bounds) =>
  sims
    .flatMap((sim) => sim.ledger.in)
    .filter(({ answer, skipped }) => !skipped && answers.includes(answer ?? 'U'))
    .flatMap((row) => linesOf(row).map((line) => ({ ...line, customer: row.customer, happened: row.timestamp, ...bounds(line) })));

/** Gives the differences, as sentences. For tests in which no window ends and no thread is handed over. */
export async function engagement(gateway, sims = [gateway.sim]) {
  // The platform may be writing meanwhile: what was taken is read first, what may have been taken last.
  const taken = acts(sims, ['A'], ({ sure }) => ({ least: sure ? 1 : 0, most: 0 }));
  const rows = await gateway.rows(LOOK);
  const perhaps = acts(sims, ['A', 'U'], () => ({ least: 0, most: 1 }));
  const totals = new Map();
  for (const { log = 0, least, most, ...event } of [...taken, ...rows, ...perhaps]) {
    const text = word(event);
    const sum = totals.get(text) ?? { lines: 0, least: 0, most: 0 };
    totals.set(text, { lines: sum.lines + log, least: sum.least + least, most: sum.most + most });
  }
  return [...totals]
    .filter(([, { lines, least, most }]) => lines < least || lines > most)
    .map(([text, { lines, least, most }]) => `${text}: ${lines} lines, not ${least} to ${most}`);
}
