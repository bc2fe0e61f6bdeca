/**
 * What this agent wrote and the gateway has not confirmed yet. Nothing leaves this place but by a confirmation or the
 * agent's own decision; a repeat carries the same Idempotency-Key, so a reload never sends twice (C-CO-3).
 */
import { batch, signal } from '@preact/signals';
import { api, type Message, newKey, type Problem, Refusal, take } from '../api/client';
import { text } from '../i18n';
import { label, openTicket, setStatus, solve } from './actions';
import { now } from './clock';
import { draftOf, writeDraft } from './drafts';
import { route } from './route';
import { knownTicket, me, session, toast } from './store';
import { lastMessageId, loadThread, putMessages, threadOf, threadPort } from './threads';
import { viewWindow } from './window';

export interface Outgoing {
  key: string;
  ticket: string;
  kind: 'reply' | 'note';
  text: string;
  after: string | null;
  written: number;
  /** `waiting`: for the line or its turn. `held`: waits for the agent's word (C-OF-3). `refused`: see `problem`. */
  state: 'waiting' | 'posting' | 'held' | 'refused';
  problem: Problem | null;
  /** Solves the ticket once it is taken, if the customer has written no more than this many messages by then. */
  solves: number | null;
}

export const MOST = 20;
const PATIENCE = 120_000;
const STORE = 'guichet.outbox';

export const outbox = signal<readonly Outgoing[]>([]);
/** Tickets of which a message of ours failed at the platform while they were not open. */
const failed = signal<ReadonlySet<string>>(new Set());
let online = false;
const pumping = new Set<string>();

/** Does something of ours wait for the agent in this ticket? */
export const troubled = (ticket: string) =>
  failed.value.has(ticket) ||
  outbox.value.some((item) => item.ticket === ticket && (item.state === 'held' || item.state === 'refused'));

function save() {
  const owner = session.peek()?.user.id;
  if (outbox.peek().length === 0) sessionStorage.removeItem(STORE);
  else if (owner) sessionStorage.setItem(STORE, JSON.stringify({ owner, items: outbox.peek() }));
}

const set = (items: readonly Outgoing[]) => {
  outbox.value = items;
  save();
};
const change = (key: string, part: Partial<Outgoing>) =>
  set(outbox.peek().map((item) => (item.key === key ? { ...item, ...part } : item)));
const remove = (key: string) => set(outbox.peek().filter((item) => item.key !== key));

/** After a reload: what was under way is tried again with its own key. */
export function restoreOutbox() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(STORE) ?? 'null') as { owner: string; items: Outgoing[] } | null;
    if (kept && kept.owner === session.peek()?.user.id)
      outbox.value = kept.items.map((item) => (item.state === 'posting' ? { ...item, state: 'waiting' } : item));
  } catch {
    sessionStorage.removeItem(STORE);
  }
}

export function clearOutbox() {
  outbox.value = [];
  sessionStorage.removeItem(STORE);
}

/** Shows the message at once and sends it. False when too many wait already. */
export function send(ticket: string, kind: 'reply' | 'note', words: string, thenSolve = false): boolean {
  if (outbox.peek().filter((item) => item.state === 'waiting').length >= MOST) return false;
  const after = lastMessageId(ticket);
  const solves = thenSolve ? (knownTicket(ticket)?.messages_in ?? null) : null;
  set([
    ...outbox.peek(),
    { key: newKey(), ticket, kind, text: words, after, written: now(), state: 'waiting', problem: null, solves },
  ]);
  void pump(ticket);
  return true;
}

/**
 * Again. The body stays what it was, since the gateway may have taken it and only its answer was lost; but after a
 * colleague's reply stopped it, nothing was made, and the agent has seen that reply.
 */
export function resend(key: string) {
  const item = outbox.peek().find((other) => other.key === key);
  if (!item) return;
  const after = item.problem?.type === '/problems/stale' ? lastMessageId(item.ticket) : item.after;
  change(key, { after, state: 'waiting', problem: null, written: now() });
  void pump(item.ticket);
}

export const discard = (key: string) => remove(key);

/** A confirmed message takes the place of what was shown for it. */
export function confirm(messages: readonly Message[]) {
  const keys = new Set(messages.map((message) => message.client_key));
  for (const item of outbox.peek()) if (keys.has(item.key)) taken(item);
}

/** The gateway has it. */
function taken({ key, ticket: id, kind, solves }: Outgoing) {
  remove(key);
  // With the message the gateway forgot the draft; what was written since is a draft of its own.
  const draft = draftOf(id)[kind];
  if (draft !== '') writeDraft(id, kind, draft);
  const ticket = solves === null ? null : knownTicket(id);
  if (!ticket) return;
  if (ticket.messages_in !== solves) tell(id, 'toast.wrote_meanwhile');
  // Whoever went elsewhere meanwhile, or writes on, is left where they are.
  else if (isOpen(id) && draft === '') solve(id, undefined, true);
  else setStatus(id, 'solved');
}

const isOpen = (ticket: string) => route.peek().ticket === ticket;

/** Says of a ticket that is not on screen what became of what was written there. */
function tell(id: string, key: 'toast.unsent' | 'toast.wrote_meanwhile') {
  if (isOpen(id) && key === 'toast.unsent') return;
  const ticket = knownTicket(id);
  const name = () => (ticket ? label(ticket) : text('thread.label_none'));
  toast({
    words: () => text(key, { ticket: name() }),
    tone: 'bad',
    action: { words: () => text('action.open'), run: () => openTicket(id) },
  });
}

threadPort.told = (messages) => {
  confirm(messages);
  for (const { ticket_id: id, delivery, author } of messages) {
    const ours = author.kind === 'agent' && author.id === me.peek()?.id;
    if (delivery?.state !== 'failed' || !ours || isOpen(id) || failed.peek().has(id)) continue;
    failed.value = new Set([...failed.peek(), id]);
    tell(id, 'toast.unsent');
  }
};

/** The agent has the ticket on screen. */
export function lookedAt(id: string) {
  if (failed.peek().has(id)) failed.value = new Set([...failed.peek()].filter((other) => other !== id));
}

/** Told by the connection. Coming back, what waited too long or has no window any more asks first. */
export function lineChanged(live: boolean) {
  online = live;
  if (!live) return;
  const at = now();
  const late = (item: Outgoing) => {
    if (item.state !== 'waiting' || item.kind === 'note') return false;
    const ticket = knownTicket(item.ticket);
    return at - item.written > PATIENCE || (ticket !== null && !viewWindow(ticket.window, at).sendable);
  };
  const held = outbox.peek().filter(late);
  set(outbox.peek().map((item) => (held.includes(item) ? { ...item, state: 'held' } : item)));
  for (const ticket of new Set(held.map((item) => item.ticket))) tell(ticket, 'toast.unsent');
  for (const ticket of new Set(outbox.peek().map((item) => item.ticket))) void pump(ticket);
}

/** Sends what waits for one ticket, in order, one at a time. */
async function pump(ticket: string): Promise<void> {
  if (pumping.has(ticket)) return;
  pumping.add(ticket);
  try {
    for (;;) {
      const item = outbox.peek().find((other) => other.ticket === ticket && other.state === 'waiting');
      if (!item || !online) return;
      change(item.key, { state: 'posting' });
      if (!(await post(item))) return;
    }
  } finally {
    pumping.delete(ticket);
  }
}

/** True when the next may follow. */
async function post(item: Outgoing): Promise<boolean> {
  const call = api.POST('/tickets/{id}/messages', {
    params: { path: { id: item.ticket }, header: { 'Idempotency-Key': item.key } },
    body: { kind: item.kind, text: item.text, after: item.after },
  });
  try {
    const message = await take(call);
    batch(() => {
      putMessages([message]);
      confirm([{ ...message, client_key: item.key }]);
    });
    return true;
  } catch (reason) {
    const refusal = reason instanceof Refusal ? reason : new Refusal(null, 0);
    if (refusal.passing || refusal.status === 401) {
      change(item.key, { state: 'waiting' });
      // The line may be fine and the store busy: try again later, with the same key.
      setTimeout(() => void pump(item.ticket), 2000 + Math.random() * 3000);
      return false;
    }
    refused(item, refusal.problem);
    return true;
  }
}

function refused(item: Outgoing, problem: Problem | null) {
  batch(() => {
    change(item.key, { state: 'refused', problem });
    if (problem?.message && threadOf(item.ticket).peek().state === 'ready') putMessages([problem.message]);
  });
  // The gateway took a message with this key: it is in the thread, and confirms this one once that is read.
  if (problem?.type === '/problems/idempotency-key-reused') void loadThread(item.ticket);
  tell(item.ticket, 'toast.unsent');
}
