/**
 * The list of tickets on screen: pages from the gateway, live changes merged by the same rule, and nothing that moves
 * under the reader (C-LI-1): while the list is held, changes of order wait in `waiting`.
 */
import { batch, computed, signal } from '@preact/signals';
import { api, type Refusal, type Ticket, take } from '../api/client';
import { compareBy, insertionPoint, matches } from './order';
import { type Filters, noFilters, toQuery } from './route';
import { counters, keepTickets, knownTicket, me, putTicket } from './store';

export const PAGE = 100;

/** Ids in the order of display. */
export const order = signal<string[]>([]);
export const total = signal<number | null>(null);
export const listState = signal<'loading' | 'ready' | 'failed'>('loading');
export const listFailure = signal<Refusal | null>(null);
/** Tickets whose place or presence in the list changed while it was held. */
export const waiting = signal<ReadonlySet<string>>(new Set());
/** The row that keys act on. */
export const activeId = signal<string | null>(null);
/** Rows that fade in: they arrived while the reader watched the top of an idle list. */
export const fresh = signal<ReadonlySet<string>>(new Set());

let filters: Filters = noFilters;
let cursor: string | null = null;
let generation = 0;
let loading: Promise<void> | null = null;
let held = false;
/** The last row of the last page: what sorts after it belongs to a page that will come. */
let end: Ticket | null = null;
/** Reads of pages under way, and the tickets that changed meanwhile: a page may be older than they are. */
let reads = 0;
const meanwhile = new Set<string>();
/** Rows that the gateway no longer lists, but that stay while the list is held. */
let gone = new Set<string>();
/** The view tells which rows are wanted, so that a resync refetches no more. */
let lastVisible = 0;

export const allLoaded = () => cursor === null && listState.peek() === 'ready';

/** How many tickets wait behind the pill, and whether anything else waits (places, departures). */
export const arrivals = computed(() => {
  const shown = new Set(order.value);
  let count = 0;
  for (const id of waiting.value) if (!shown.has(id) && belongs(knownTicket(id), false)) count += 1;
  return count;
});

/** How many rows the list has, loaded or not. */
export const rowCount = computed(() => {
  const loaded = order.value.length;
  if (cursor === null || total.value === null) return loaded;
  return Math.max(loaded, total.value - arrivals.value);
});

const belongs = (ticket: Ticket | null, inList: boolean) =>
  ticket !== null && matches(ticket, filters, me.peek()?.id ?? '', inList);

const comparison = () => compareBy(filters.sort);
const fitsPages = (ticket: Ticket) => cursor === null || end === null || comparison()(ticket, end) <= 0;

async function reading(read: () => Promise<void>) {
  if (reads === 0) meanwhile.clear();
  reads += 1;
  try {
    await read();
  } finally {
    reads -= 1;
  }
}
/** Is a page on its way? It may hold any ticket, as it was. */
export const pageAwaited = () => reads > 0;

async function fetchPage(after: string | null) {
  const query = { ...toQuery(filters), limit: PAGE, ...(after === null ? {} : { cursor: after }) };
  return take(api.GET('/tickets', { params: { query } }));
}

/** Shows another list. Rows of the old one stay until the first page is there, unless there are none. */
export async function showList(wanted: Filters): Promise<void> {
  generation += 1;
  const mine = generation;
  filters = wanted;
  cursor = null;
  loading = null;
  lastVisible = 0;
  batch(() => {
    listState.value = 'loading';
    listFailure.value = null;
    waiting.value = new Set();
    order.value = [];
    total.value = null;
    activeId.value = null;
  });
  await reload(mine, PAGE);
}

/** Fetches what is on screen again, and keeps it there meanwhile (C-LV-1). */
export const refetchList = () => {
  generation += 1;
  loading = null;
  return reload(generation, Math.max(PAGE, lastVisible + 1));
};

const reload = (mine: number, wanted: number) => reading(() => readList(mine, wanted));

async function readList(mine: number, wanted: number): Promise<void> {
  try {
    const found: Ticket[] = [];
    let next: string | null = null;
    let count: number;
    do {
      const page = await fetchPage(next);
      if (mine !== generation) return;
      found.push(...page.items);
      next = page.next_cursor;
      count = page.total;
    } while (next !== null && found.length < wanted);
    batch(() => {
      for (const ticket of found) putTicket(ticket);
      cursor = next;
      end = found[found.length - 1] ?? null;
      const here = new Set(found.map((ticket) => ticket.id));
      const listed = [...here, ...missed(here)].map((id) => knownTicket(id)!).filter((ticket) => belongs(ticket, true));
      show(
        listed.sort(comparison()).map((ticket) => ticket.id),
        wanted,
      );
      total.value = Math.max(count, listed.length);
      listState.value = 'ready';
      listFailure.value = null;
    });
  } catch (failure) {
    if (mine !== generation) return;
    listFailure.value = failure as Refusal;
    listState.value = 'failed';
  }
}

/** What changed meanwhile and belongs among the loaded rows, although no page had it there. */
const missed = (here: ReadonlySet<string>) =>
  [...meanwhile].filter((id) => {
    const ticket = knownTicket(id);
    return !here.has(id) && belongs(ticket, false) && fitsPages(ticket!);
  });

/** Takes over what the gateway lists now. A held list keeps its rows, and what differs waits (C-LI-1). */
function show(listed: string[], wanted: number) {
  const rows = held ? order.peek().slice(0, wanted) : [];
  const shown = new Set(rows);
  const now = new Set(listed);
  gone = new Set(rows.filter((id) => !now.has(id)));
  // What follows the last row that stays moves nothing.
  const tail = rows.length > 0 ? listed.findLastIndex((id) => shown.has(id)) + 1 : 0;
  order.value = [...rows, ...listed.slice(tail)];
  waiting.value = new Set([
    ...gone,
    ...listed.slice(0, tail).filter((id) => !shown.has(id)),
    ...rows.filter((id, at) => misplaced(at, knownTicket(id)!)),
  ]);
}

/** Loads pages until row `index` is there. Cursors make pages follow each other, so a far jump reads all between. */
export function reach(index: number): void {
  lastVisible = index;
  if (loading || listState.peek() !== 'ready' || cursor === null || index < order.peek().length) return;
  const mine = generation;
  loading = reading(async () => {
    try {
      while (mine === generation && cursor !== null && lastVisible >= order.peek().length) {
        const page = await fetchPage(cursor);
        if (mine !== generation) return;
        append(page.items, page.next_cursor, page.total);
      }
    } catch {
      // The skeletons stay; the next scroll or reconnection asks again.
    } finally {
      if (mine === generation) loading = null;
    }
  });
}

function append(items: Ticket[], next: string | null, count: number) {
  batch(() => {
    const late = items.filter((ticket) => !putTicket(ticket)).map((ticket) => ticket.id);
    for (const { id } of items) gone.delete(id);
    const here = new Set([...order.peek(), ...waiting.peek()]);
    cursor = next;
    end = items[items.length - 1] ?? end;
    total.value = count;
    order.value = [
      ...order.peek(),
      ...items.map((ticket) => ticket.id).filter((id) => !here.has(id) && belongs(knownTicket(id), true)),
    ];
    const changed = [...late, ...missed(new Set(order.peek()))].map((id) => knownTicket(id)!);
    ticketsChanged(changed.map((after) => ({ before: after, after, created: false, own: false })));
  });
}

/** While true, live changes move no row. */
export function hold(now: boolean) {
  held = now;
  if (!held && waiting.peek().size > 0) applyWaiting();
}

/** Puts everything that waits into its place. */
export function applyWaiting() {
  const ids = waiting.peek();
  batch(() => {
    waiting.value = new Set();
    place(ids, true);
    gone.clear();
  });
}

function misplaced(at: number, ticket: Ticket): boolean {
  const compare = comparison();
  const ids = order.peek();
  const before = at > 0 ? knownTicket(ids[at - 1]!) : null;
  const after = at < ids.length - 1 ? knownTicket(ids[at + 1]!) : null;
  return (before !== null && compare(before, ticket) > 0) || (after !== null && compare(ticket, after) > 0);
}

/** The change of one ticket; `before` is what was known of it. `own` marks what this agent did: that is shown at once. */
export interface TicketChange {
  before: Ticket | null;
  after: Ticket;
  created: boolean;
  own: boolean;
}

export function ticketsChanged(changes: TicketChange[]) {
  const now: string[] = [];
  const later = new Set(waiting.peek());
  const positions = changes.length > 64 ? new Map(order.peek().map((id, at) => [id, at])) : null;
  let delta = 0;
  let unsure = false;
  for (const { before, after, created, own } of changes) {
    if (reads > 0) meanwhile.add(after.id);
    // No page is there yet: a row shown alone would be held, and the page that it belongs to would come as news.
    if (total.peek() === null) continue;
    gone.delete(after.id);
    const at = positions ? (positions.get(after.id) ?? -1) : order.peek().indexOf(after.id);
    const shown = at >= 0;
    const fits = belongs(after, shown);
    if (before !== null) delta += Number(fits) - Number(belongs(before, shown));
    else if (created) delta += Number(fits);
    else if (fits) unsure = true;
    if (shown ? fits && !misplaced(at, after) : !fits) {
      later.delete(after.id);
      continue;
    }
    if (held && !own) later.add(after.id);
    else {
      later.delete(after.id);
      now.push(after.id);
    }
  }
  batch(() => {
    if (delta !== 0 && total.peek() !== null) total.value = Math.max(0, total.peek()! + delta);
    if (later.size !== waiting.peek().size || [...later].some((id) => !waiting.peek().has(id))) waiting.value = later;
    if (now.length > 0) place(new Set(now));
  });
  if (unsure) countAgain();
}

function place(ids: ReadonlySet<string>, anew = ids.size > 64) {
  const compare = comparison();
  const old = new Set(order.peek());
  const next = order.peek().filter((id) => !ids.has(id));
  const entering = [...ids]
    .map((id) => knownTicket(id))
    .filter(
      (ticket): ticket is Ticket =>
        belongs(ticket, ticket !== null && old.has(ticket.id)) &&
        !gone.has(ticket!.id) &&
        (old.has(ticket!.id) || fitsPages(ticket!)),
    );
  if (anew) {
    const all = [...next.map((id) => knownTicket(id)!), ...entering];
    order.value = all.sort(compare).map((ticket) => ticket.id);
  } else {
    const byId = (a: string, b: string) => compare(knownTicket(a)!, knownTicket(b)!);
    for (const { id } of entering) next.splice(insertionPoint(next, id, byId), 0, id);
    order.value = next;
  }
  const shownNow = new Set(entering.filter((ticket) => !old.has(ticket.id)).map((ticket) => ticket.id));
  if (shownNow.size > 0) fresh.value = shownNow;
  if (activeId.peek() !== null && !order.peek().includes(activeId.peek()!)) activeId.value = null;
}

let countTimer: ReturnType<typeof setTimeout> | undefined;

/** Asks the gateway how many there are, soon and not too often. */
function countAgain() {
  if (countTimer !== undefined) return;
  countTimer = setTimeout(async () => {
    countTimer = undefined;
    const mine = generation;
    try {
      const page = await take(api.GET('/tickets', { params: { query: { ...toQuery(filters), limit: 1 } } }));
      if (mine === generation) total.value = page.total;
    } catch {
      // The next change asks again.
    }
  }, 1000);
}

let counterTimer: ReturnType<typeof setTimeout> | undefined;

async function fetchCounters() {
  const count = async (assignee?: string) => {
    const query = { unanswered: true, limit: 1, ...(assignee ? { assignee } : {}) };
    return (await take(api.GET('/tickets', { params: { query } }))).total;
  };
  try {
    const [all, mine, none] = await Promise.all([count(), count('me'), count('none')]);
    counters.value = { all, mine, none };
  } catch {
    // Counters follow with the next change.
  }
}

/** The navigation's counters: tickets without an answer (C-UN-3). */
export function refreshCounters(delay = 1500) {
  if (counterTimer !== undefined) return;
  counterTimer = setTimeout(() => {
    counterTimer = undefined;
    void fetchCounters();
  }, delay);
}

/** Forgets tickets that neither the list nor a thread shows. */
export function forgetOthers(shownElsewhere: (id: string) => boolean) {
  const shown = new Set([...order.peek(), ...waiting.peek()]);
  keepTickets((id) => shown.has(id) || shownElsewhere(id));
}

export const inList = (id: string) => order.peek().includes(id);
/** Would this ticket belong to the list that is on screen? */
export const wouldBelong = (ticket: Ticket) => belongs(ticket, false);
export const rowAt = (index: number) => order.peek()[index] ?? null;
export const neighbour = (id: string, step: number): string | null => {
  const at = order.peek().indexOf(id);
  return at < 0 ? null : rowAt(at + step);
};
