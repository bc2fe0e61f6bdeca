import type { LiveFrame, Ticket } from '../../../core/console/src/api/client';
import { gateway, settle, stubPage } from './page';
import { HOUR, iso, T0, ticket } from './sample';

type List = typeof import('../../../core/console/src/state/list');
type Frames = typeof import('../../../core/console/src/live/frames');
type Store = typeof import('../../../core/console/src/state/store');
let list: List;
let frames: Frames;
let store: Store;
let filters: typeof import('../../../core/console/src/state/route').noFilters;

const closing = (hours: number, part: Partial<Ticket> = {}) =>
  ticket({ window: { ...ticket().window, closes_at: iso(T0 + hours * HOUR) }, ...part });
let seq = 100;
const live = (data: Ticket, type: 'ticket.created' | 'ticket.updated' = 'ticket.updated'): LiveFrame => {
  const { unread: _, ...shared } = data;
  seq += 1;
  return { seq, type, data: shared };
};

beforeEach(async () => {
  vi.useFakeTimers({ now: T0 });
  vi.resetModules();
  stubPage();
  store = await import('../../../core/console/src/state/store');
  list = await import('../../../core/console/src/state/list');
  frames = await import('../../../core/console/src/live/frames');
  filters = (await import('../../../core/console/src/state/route')).noFilters;
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Shows a list of these tickets; the gateway pages them by 100. */
async function show(tickets: Ticket[], wanted = filters) {
  gateway.answer = ({ query }) => {
    const from = Number(query.get('cursor') ?? 0);
    const size = Number(query.get('limit') ?? 50);
    const next = from + size < tickets.length ? String(from + size) : null;
    return { body: { items: tickets.slice(from, from + size), next_cursor: next, total: tickets.length } };
  };
  await list.showList(wanted);
}
const shown = () => [...list.order.value];

describe('C-LI-1: nothing moves under the reader', () => {
  test('while the list is held, arrivals wait behind the pill and rows keep their place', async () => {
    const [a, b] = [closing(1), closing(2)];
    await show([a, b]);
    list.hold(true);
    const c = closing(0.5, { messages_in: 1 });
    frames.applyFrames([
      live(c, 'ticket.created'),
      live({ ...b, version: 2, window: { ...b.window, closes_at: iso(T0 + HOUR / 4) } }),
    ]);
    expect(shown()).toEqual([a.id, b.id]);
    expect(list.arrivals.value).toBe(1);
    expect(list.waiting.value.size).toBe(2);
    expect(list.total.value).toBe(3);
    expect(store.knownTicket(b.id)?.version).toBe(2);
    list.applyWaiting();
    expect(shown()).toEqual([b.id, c.id, a.id]);
    expect(list.waiting.value.size).toBe(0);
  });
  test('a ticket that leaves the list leaves when the list is let go', async () => {
    const [a, b] = [closing(1), closing(2)];
    await show([a, b]);
    list.hold(true);
    frames.applyFrames([live({ ...a, version: 2, status: 'closed' })]);
    expect(shown()).toEqual([a.id, b.id]);
    list.hold(false);
    expect(shown()).toEqual([b.id]);
    expect(list.total.value).toBe(1);
  });
  test('what a resync finds changed waits too: rows keep their place until it is applied', async () => {
    const [a, b, c] = [closing(1), closing(2), closing(3)];
    await show([a, b, c]);
    list.hold(true);
    const moved = { ...c, version: 2, window: { ...c.window, closes_at: iso(T0 + HOUR / 2) } };
    const arrived = closing(1.5);
    const below = closing(9);
    gateway.answer = () => ({ body: { items: [moved, a, arrived, below], next_cursor: null, total: 4 } });
    await list.refetchList();
    expect(shown()).toEqual([a.id, b.id, c.id, arrived.id, below.id]);
    expect(list.waiting.value.has(b.id), 'one that left').toBe(true);
    list.applyWaiting();
    expect(shown()).toEqual([c.id, a.id, arrived.id, below.id]);
    expect(list.waiting.value.size).toBe(0);
  });
  test('a row that the resync did not find, but the feed tells of, is there after all', async () => {
    const [a, b] = [closing(1), closing(2)];
    await show([a, b]);
    list.hold(true);
    gateway.answer = () => ({ body: { items: [a], next_cursor: null, total: 1 } });
    await list.refetchList();
    frames.applyFrames([live({ ...b, version: 2 })]);
    list.hold(false);
    expect(shown()).toEqual([a.id, b.id]);
  });
  test('what comes back to its place waits no longer', async () => {
    const [a, b] = [closing(1), closing(2)];
    await show([a, b]);
    list.hold(true);
    frames.applyFrames([live({ ...b, version: 2, window: { ...b.window, closes_at: iso(T0) } })]);
    expect(list.waiting.value.size).toBe(1);
    frames.applyFrames([live({ ...b, version: 3 })]);
    expect(list.waiting.value.size).toBe(0);
  });
});

describe('C-LI-2: an idle list takes arrivals at their place', () => {
  test('in order, and marked to fade in', async () => {
    const [a, b] = [closing(1), closing(3)];
    await show([a, b]);
    const c = closing(2);
    frames.applyFrames([live(c, 'ticket.created')]);
    expect(shown()).toEqual([a.id, c.id, b.id]);
    expect([...list.fresh.value]).toEqual([c.id]);
  });
  test('five hundred at once are in order too', async () => {
    const many = Array.from({ length: 40 }, (_, at) => closing(at + 1));
    await show(many);
    const burst = Array.from({ length: 500 }, (_, at) => closing(((at * 37) % 500) / 10 + 0.05));
    frames.applyFrames(burst.map((each) => live(each, 'ticket.created')));
    const ends = shown().map((id) => Date.parse(store.knownTicket(id)!.window.closes_at!));
    expect(ends).toHaveLength(540);
    expect(ends).toEqual([...ends].sort((x, y) => x - y));
  });
});

describe('C-LI-5: pages of a hundred, and the gateway’s count', () => {
  test('a far row loads all pages before it, once', async () => {
    await show(Array.from({ length: 950 }, (_, at) => closing(at + 1)));
    expect(shown()).toHaveLength(100);
    expect(list.total.value).toBe(950);
    expect(list.rowCount.value).toBe(950);
    list.reach(420);
    list.reach(430);
    await settle();
    expect(shown()).toHaveLength(500);
    expect(gateway.calls.map(({ query }) => query.get('cursor'))).toEqual([null, '100', '200', '300', '400']);
    expect(gateway.calls.every(({ query }) => query.get('limit') === '100')).toBe(true);
  });
  test('a ticket that belongs to a page not loaded yet is not put before it', async () => {
    await show(Array.from({ length: 150 }, (_, at) => closing(at + 1)));
    const far = closing(400);
    frames.applyFrames([live(far, 'ticket.created')]);
    expect(shown()).not.toContain(far.id);
    expect(list.total.value).toBe(151);
  });
  test('what changes while the first page is on its way is not lost', async () => {
    const a = closing(5);
    const late = closing(1);
    gateway.answer = async () => {
      frames.applyFrames([live(late, 'ticket.created')]);
      return { body: { items: [a], next_cursor: null, total: 1 } };
    };
    await list.showList(filters);
    expect(shown()).toEqual([late.id, a.id]);
  });
  test('what changes before the first page is there shows no row, and a list held meanwhile comes whole', async () => {
    const tickets = [closing(1), closing(2), closing(3)];
    gateway.answer = async () => {
      frames.applyFrames([live(tickets[2]!)]);
      expect(shown()).toEqual([]);
      list.hold(true);
      return { body: { items: tickets, next_cursor: null, total: 3 } };
    };
    await list.showList(filters);
    expect(shown()).toEqual(tickets.map(({ id }) => id));
    expect(list.waiting.value.size).toBe(0);
  });
  test('what a page brings as it was before the feed told is not shown', async () => {
    const tickets = Array.from({ length: 150 }, (_, at) => closing(at + 1));
    const [a, far] = [tickets[0]!, tickets[120]!];
    gateway.answer = ({ query }) => {
      if (!query.has('cursor')) frames.applyFrames([live({ ...a, version: 2, status: 'closed' })]);
      else frames.applyFrames([live({ ...far, version: 2, status: 'closed' })]);
      const from = Number(query.get('cursor') ?? 0);
      const next = from === 0 ? '100' : null;
      return { body: { items: tickets.slice(from, from + 100), next_cursor: next, total: 150 } };
    };
    await list.showList(filters);
    expect(shown()).toHaveLength(99);
    list.reach(149);
    await settle();
    expect(shown()).toHaveLength(148);
    expect(shown()).not.toContain(a.id);
    expect(shown()).not.toContain(far.id);
  });
  test('what changes its place while a further page is on its way is at the new one', async () => {
    const tickets = Array.from({ length: 150 }, (_, at) => closing(at + 1));
    await show(tickets);
    const [up, down, fresh] = [tickets[110]!, tickets[111]!, closing(130.5)];
    const at = (each: Ticket, hours: number) => closing(hours, { ...each, window: closing(hours).window, version: 2 });
    const before = gateway.answer;
    gateway.answer = (call) => {
      frames.applyFrames([live(at(up, 0.5)), live(at(down, 140.5)), live(fresh, 'ticket.created')]);
      return before(call);
    };
    list.reach(149);
    await settle();
    expect(shown()[0]).toBe(up.id);
    expect(shown()).toHaveLength(151);
    const ends = shown().map((id) => Date.parse(store.knownTicket(id)!.window.closes_at!));
    expect(ends).toEqual([...ends].sort((x, y) => x - y));
  });
  test('with closed tickets among them the order is the same as without', async () => {
    const closed = closing(1, { status: 'closed', created_at: iso(T0 - 3 * HOUR), updated_at: iso(T0) });
    const [soon, late] = [closing(2, { created_at: iso(T0 - 2 * HOUR) }), closing(9, { created_at: iso(T0 - HOUR) })];
    const status = ['open', 'closed'] as const;
    await show([soon, late, closed], { ...filters, status: [...status] });
    expect(shown(), 'by window a closed one is last: nobody can answer it').toEqual([soon.id, late.id, closed.id]);
    await show([late, soon, closed], { ...filters, status: [...status], sort: 'created' });
    frames.applyFrames([live({ ...soon, version: 2, updated_at: iso(T0 + HOUR) })]);
    expect(shown()).toEqual([late.id, soon.id, closed.id]);
  });
  test('a list that could not be read says so, and can be tried again', async () => {
    gateway.answer = () => 'no answer';
    await list.showList(filters);
    expect(list.listState.value).toBe('failed');
    await show([closing(1)]);
    expect(list.listState.value).toBe('ready');
  });
});

describe('C-LV-2: tickets by the feed', () => {
  test('an older version changes nothing', async () => {
    const a = { ...closing(1), version: 7 };
    await show([a]);
    frames.applyFrames([live({ ...a, version: 6, preview: 'old' }), live({ ...a, version: 7, preview: 'same' })]);
    expect(store.knownTicket(a.id)?.preview).toBe('Bonjour');
  });
  test('unread is personal: what was read stays read', async () => {
    const a = { ...closing(1), messages_in: 5, unread: 1 };
    await show([a]);
    frames.applyFrames([live({ ...a, version: 2, messages_in: 7 })]);
    expect(store.knownTicket(a.id)?.unread).toBe(3);
    frames.applyFrames([live({ ...a, version: 2, messages_in: 7 })]);
    expect(store.knownTicket(a.id)?.unread).toBe(3);
  });
  test('C-LV-1: the seq of the last durable frame is where a new line begins, and a resync asks for a refetch', () => {
    const resync = vi.fn();
    frames.onFrames({ resync, unknown: () => {} });
    frames.startFrom(5);
    frames.applyFrames([live(closing(1), 'ticket.created')]);
    expect(frames.since()).toBe(seq);
    frames.applyFrames([
      { seq: 9999, type: 'presence', data: { ticket: 't', user: { id: 'u', name: 'n' }, state: 'viewing' } },
    ]);
    expect(frames.since()).toBe(seq);
    frames.applyFrames([{ seq: 3, type: 'resync', data: {} }]);
    expect(frames.since()).toBe(3);
    expect(resync).toHaveBeenCalledOnce();
  });
  test('a ticket that went to another team, or a channel that changed beyond the scope: what is shown is fetched again', () => {
    const resync = vi.fn();
    frames.onFrames({ resync, unknown: () => {} });
    frames.applyFrames([{ seq: 7, type: 'ticket.updated', data: { id: 't1', gone: true } }]);
    frames.applyFrames([{ seq: 8, type: 'channel.updated', data: { id: 'maple' } }]);
    expect(frames.since()).toBe(8);
    expect(resync).toHaveBeenCalledTimes(2);
    expect(store.channels.value).toEqual([]);
  });
  test('C-LV-3: the hello sets the clock', async () => {
    const { now } = await import('../../../core/console/src/state/clock');
    frames.applyFrames([
      { seq: 1, type: 'hello', data: { server_time: iso(T0 + HOUR), console_build: 'x', session_expires_at: null } },
    ]);
    expect(now()).toBe(T0 + HOUR);
  });
  test('C-PF-3: frames of one animation frame are one redraw', async () => {
    await show([]);
    let drawn = 0;
    list.order.subscribe(() => {
      drawn += 1;
    });
    for (let at = 0; at < 500; at += 1) frames.receive(live(closing(at), 'ticket.created'));
    await settle(20);
    expect(shown()).toHaveLength(500);
    expect(drawn).toBe(2);
  });
});
