/** Threads: pages of messages, oldest first, merged with what comes live. */
import { batch, type Signal, signal } from '@preact/signals';
import { api, type Message, Refusal, take } from '../api/client';
import { dayNumber } from '../i18n/format';
import { waitBefore } from '../live/socket';

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

/** Set by the outbox: every message that is read or told, since it may be one that waits there. */
export const threadPort: { told: (messages: readonly Message[]) => void } = { told: () => {} };

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

const page = (ticket: string, before: string | null, limit = PAGE) =>
  take(
    api.GET('/tickets/{id}/messages', {
      params: { path: { id: ticket }, query: { limit, ...(before === null ? {} : { before }) } },
    }),
  );

/** How many pages are read to reach the oldest message shown, before the older part is given up and read on demand. */
const BRIDGE = 20;
const LONG_PAGE = 200;

/** The newest page; for a thread that is shown (`shown`), all of it from its first message on. */
async function newest(ticket: string, shown: Thread | null) {
  let { items, next_cursor: older } = await page(ticket, null);
  const first = shown?.older == null ? undefined : shown.messages[0];
  const reached = () => older === null || (first !== undefined && items.length > 0 && order(items[0]!, first) <= 0);
  for (let read = 1; shown !== null && !reached() && read < BRIDGE; read += 1) {
    const before = await page(ticket, older, LONG_PAGE);
    items = [...before.items, ...items];
    older = before.next_cursor;
  }
  return { items, older, first: reached() ? first : undefined };
}

/** The load of a thread that is under way, or waits to be tried again. A later load takes its place. */
interface Load {
  /** What answers and frames told meanwhile: the pages may be older. */
  told: Message[];
  again?: ReturnType<typeof setTimeout>;
}
const loads = new Map<string, Load>();

function endLoad(ticket: string) {
  clearTimeout(loads.get(ticket)?.again);
  loads.delete(ticket);
}

/**
 * Loads the newest messages. Of a thread that is shown, everything is read again down to its first message, since
 * anything of it may have changed or come while nobody told; what is shown stays meanwhile. That it could not be read is
 * not said of a thread that is shown: it is asked for again for as long as it is open.
 */
export async function loadThread(ticket: string, attempt = 0): Promise<void> {
  const thread = threadOf(ticket);
  // The newest used is the last of the map.
  threads.delete(ticket);
  threads.set(ticket, thread);
  endLoad(ticket);
  const load: Load = { told: [] };
  loads.set(ticket, load);
  const shown = thread.peek().state === 'ready' && thread.peek().messages.length > 0 ? thread.peek() : null;
  try {
    const found = await newest(ticket, shown);
    if (loads.get(ticket) !== load) return;
    endLoad(ticket);
    batch(() => {
      update(ticket, { state: 'ready', failure: null, ...joined(thread.peek(), found, load.told) });
      threadPort.told(found.items);
    });
  } catch (failure) {
    if (loads.get(ticket) !== load) return;
    if (shown === null) {
      endLoad(ticket);
      update(ticket, { state: 'failed', failure: failure as Refusal });
    } else if (!(failure instanceof Refusal) || failure.passing)
      load.again = setTimeout(() => void loadThread(ticket, attempt + 1), waitBefore(attempt));
  }
}

/** A thread as it is now, and what was read of it: what is in neither any more is gone. Pure. */
function joined(
  now: Thread,
  { items, older, first }: { items: Message[]; older: string | null; first: Message | undefined },
  told: readonly Message[],
): Pick<Thread, 'messages' | 'older'> {
  const here = new Set(items.map((message) => message.id));
  // Older pages may have come meanwhile, above what was read; and what was read may reach above what is shown.
  const above = (message: Message) => first !== undefined && order(message, first) < 0;
  const start = items[0]?.sent_at ?? '';
  return {
    messages: mergeMessages(
      now.messages.filter((message) => here.has(message.id) || above(message)),
      [
        ...items.filter((message) => !above(message)),
        ...told.filter((message) => older === null || message.sent_at >= start),
      ],
    ),
    older: first === undefined ? older : now.older,
  };
}

export async function loadOlder(ticket: string): Promise<void> {
  const thread = threadOf(ticket).peek();
  if (thread.older === null || thread.loadingOlder) return;
  update(ticket, { loadingOlder: true });
  try {
    const { items, next_cursor } = await page(ticket, thread.older);
    const now = threadOf(ticket).peek();
    // Was the thread read anew meanwhile, from elsewhere on? Then this page does not adjoin.
    if (now.older === thread.older)
      update(ticket, { messages: mergeMessages(now.messages, items), older: next_cursor });
  } finally {
    // Once they are drawn and laid out, so that they are not announced as new (C-AX-3).
    requestAnimationFrame(() => requestAnimationFrame(() => update(ticket, { loadingOlder: false })));
  }
}

/** Takes messages from answers and frames into the threads that are here, also while their first page is on its way. */
export function putMessages(messages: readonly Message[]) {
  threadPort.told(messages);
  for (const [ticket, incoming] of group(messages)) {
    const thread = threads.get(ticket);
    if (!thread) continue;
    loads.get(ticket)?.told.push(...incoming);
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
  endLoad(ticket);
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
