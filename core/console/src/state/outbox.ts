/**
 * What this agent wrote and the gateway has not confirmed yet. Nothing leaves this place but by a confirmation or the
 * agent's own decision; a repeat carries the same Idempotency-Key, so a reload never sends twice (C-CO-3).
 */
import { batch, signal } from '@preact/signals';
import { api, type Message, newKey, type Problem, Refusal, take } from '../api/client';
import { now } from './clock';
import { knownTicket, session } from './store';
import { lastMessageId, putMessages, threadOf } from './threads';
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
}

export const MOST = 20;
const PATIENCE = 120_000;
const STORE = 'guichet.outbox';

export const outbox = signal<readonly Outgoing[]>([]);
let online = false;
const pumping = new Set<string>();

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
export function send(ticket: string, kind: 'reply' | 'note', text: string): boolean {
  if (outbox.peek().filter((item) => item.state === 'waiting').length >= MOST) return false;
  const after = lastMessageId(ticket);
  set([
    ...outbox.peek(),
    { key: newKey(), ticket, kind, text, after, written: now(), state: 'waiting', problem: null },
  ]);
  void pump(ticket);
  return true;
}

/** Again, with what the agent has seen by now. A refused request made nothing, so its key is still free. */
export function resend(key: string) {
  const item = outbox.peek().find((other) => other.key === key);
  if (!item) return;
  change(key, { after: lastMessageId(item.ticket), state: 'waiting', problem: null, written: now() });
  void pump(item.ticket);
}

export const discard = (key: string) => remove(key);

/** A confirmed message takes the place of what was shown for it. */
export function confirm(messages: readonly Message[]) {
  const keys = new Set(messages.map((message) => message.client_key));
  if (outbox.peek().some((item) => keys.has(item.key))) set(outbox.peek().filter((item) => !keys.has(item.key)));
}

/** Told by the connection. Coming back, what waited too long or has no window any more asks first. */
export function lineChanged(live: boolean) {
  online = live;
  if (!live) return;
  const at = now();
  set(
    outbox.peek().map((item) => {
      if (item.state !== 'waiting' || item.kind === 'note') return item;
      const ticket = knownTicket(item.ticket);
      const late = at - item.written > PATIENCE || (ticket !== null && !viewWindow(ticket.window, at).sendable);
      return late ? { ...item, state: 'held' as const } : item;
    }),
  );
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
      remove(item.key);
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
    batch(() => {
      change(item.key, { state: 'refused', problem: refusal.problem });
      if (refusal.problem?.message && threadOf(item.ticket).peek().state === 'ready')
        putMessages([refusal.problem.message]);
    });
    return true;
  }
}
