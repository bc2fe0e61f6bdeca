/** Threads: pages of messages, oldest first, merged with what comes live. */
import { type Signal, signal } from '@preact/signals';
import { api, type Message, type Refusal, take } from '../api/client';
import { dayNumber } from '../i18n/format';

export interface Thread {
  state: 'loading' | 'ready' | 'failed';
  failure: Refusal | null;
  messages: Message[];
  /** The value of `before` for the page of older ones; null when all are here. */
  older: string | null;
  loadingOlder: boolean;
}

const PAGE = 50;
const KEPT = 8;
/** Messages of one author within this time share a header. */
const RUN = 2 * 60_000;
const empty: Thread = { state: 'loading', failure: null, messages: [], older: null, loadingOlder: false };
const threads = new Map<string, Signal<Thread>>();

const order = (a: Message, b: Message) =>
  a.sent_at === b.sent_at
    ? a.received_at < b.received_at
      ? -1
      : Number(a.received_at > b.received_at)
    : a.sent_at < b.sent_at
      ? -1
      : 1;

/** Joins messages into a sorted thread. A message that is not newer than the known one changes nothing (C-LV-2). Pure. */
export function mergeMessages(known: readonly Message[], incoming: readonly Message[]): Message[] {
  const merged = known.slice();
  let sorted = true;
  for (const message of incoming) {
    const at = merged.findIndex((other) => other.id === message.id);
    if (at >= 0) {
      if (merged[at]!.version >= message.version) continue;
      if (message.discarded) merged.splice(at, 1);
      else {
        sorted &&= merged[at]!.sent_at === message.sent_at;
        merged[at] = message;
      }
    } else if (!message.discarded) {
      sorted &&= merged.length === 0 || order(merged[merged.length - 1]!, message) <= 0;
      merged.push(message);
    }
  }
  return sorted ? merged : merged.sort(order);
}

/** Do two neighbours share one header: same author and side, within two minutes, on the same day? Pure. */
export function joins(before: Message | undefined, message: Message): boolean {
  return (
    before !== undefined &&
    before.kind === message.kind &&
    before.kind !== 'system' &&
    before.direction === message.direction &&
    before.author.kind === message.author.kind &&
    before.author.id === message.author.id &&
    Date.parse(message.sent_at) - Date.parse(before.sent_at) < RUN &&
    dayNumber(Date.parse(before.sent_at)) === dayNumber(Date.parse(message.sent_at))
  );
}

export function threadOf(ticket: string): Signal<Thread> {
  let thread = threads.get(ticket);
  if (!thread) {
    thread = signal(empty);
    threads.set(ticket, thread);
  }
  return thread;
}
export const hasThread = (ticket: string) => threads.has(ticket);

const update = (ticket: string, change: Partial<Thread>) => {
  const thread = threads.get(ticket);
  if (thread) thread.value = { ...thread.peek(), ...change };
};

const page = (ticket: string, before: string | null) =>
  take(
    api.GET('/tickets/{id}/messages', {
      params: { path: { id: ticket }, query: { limit: PAGE, ...(before === null ? {} : { before }) } },
    }),
  );

/** How many pages are read to close a gap before the older part is given up and read again on demand. */
const BRIDGE = 10;

/** The newest page, and older ones until one begins at a message that is known: no gap may stay unseen. */
async function newest(ticket: string, known: ReadonlySet<string>) {
  let { items, next_cursor: older } = await page(ticket, null);
  const joined = () => items.length > 0 && known.has(items[0]!.id);
  for (let read = 1; known.size > 0 && !joined() && older !== null && read < BRIDGE; read += 1) {
    const before = await page(ticket, older);
    items = [...before.items, ...items];
    older = before.next_cursor;
  }
  return { items, older, joined: joined() };
}

/** Loads the newest messages; what is already shown stays meanwhile. */
export async function loadThread(ticket: string): Promise<void> {
  const thread = threadOf(ticket);
  // The newest used is the last of the map.
  threads.delete(ticket);
  threads.set(ticket, thread);
  // While a thread loads for the first time, the feed's messages in it stand alone.
  const before = thread.peek().state === 'ready' ? thread.peek().messages : [];
  try {
    const { items, older, joined } = await newest(ticket, new Set(before.map((message) => message.id)));
    const known = thread.peek().messages;
    const kept = joined ? known : known.filter((message) => message.sent_at >= (items[0]?.sent_at ?? ''));
    update(ticket, {
      state: 'ready',
      failure: null,
      messages: mergeMessages(kept, items),
      older: joined ? thread.peek().older : older,
    });
  } catch (failure) {
    if (thread.peek().messages.length === 0) update(ticket, { state: 'failed', failure: failure as Refusal });
  }
}

export async function loadOlder(ticket: string): Promise<void> {
  const thread = threadOf(ticket).peek();
  if (thread.older === null || thread.loadingOlder) return;
  update(ticket, { loadingOlder: true });
  try {
    const { items, next_cursor } = await page(ticket, thread.older);
    update(ticket, { messages: mergeMessages(threadOf(ticket).peek().messages, items), older: next_cursor });
  } finally {
    update(ticket, { loadingOlder: false });
  }
}

/** Takes messages from answers and frames into the threads that are here, also while their first page is on its way. */
export function putMessages(messages: readonly Message[]) {
  for (const [ticket, incoming] of group(messages)) {
    const thread = threads.get(ticket);
    if (!thread) continue;
    const { messages: known, older } = thread.peek();
    const wanted = incoming.filter(
      (message) => older === null || known.length === 0 || message.sent_at >= known[0]!.sent_at,
    );
    if (wanted.length > 0) thread.value = { ...thread.peek(), messages: mergeMessages(known, wanted) };
  }
}

function group(messages: readonly Message[]): Map<string, Message[]> {
  const groups = new Map<string, Message[]>();
  for (const message of messages) groups.set(message.ticket_id, [...(groups.get(message.ticket_id) ?? []), message]);
  return groups;
}

/** A thread that left the screen keeps its newest page, and only the last few threads are kept (C-PF-5). */
export function restThread(ticket: string) {
  const thread = threads.get(ticket)?.peek();
  if (thread && thread.messages.length > PAGE) {
    const messages = thread.messages.slice(-PAGE);
    update(ticket, { messages, older: messages[0]!.id });
  }
  for (const id of threads.keys()) {
    if (threads.size <= KEPT) break;
    if (id !== ticket) threads.delete(id);
  }
}

/** After a resync: everything but the open thread is stale. */
export function dropThreads(except: string | null) {
  for (const id of threads.keys()) if (id !== except) threads.delete(id);
}

export const lastMessageId = (ticket: string): string | null => {
  const messages = threads.get(ticket)?.peek().messages ?? [];
  for (let at = messages.length - 1; at >= 0; at -= 1) if (messages[at]!.kind !== 'system') return messages[at]!.id;
  return null;
};
