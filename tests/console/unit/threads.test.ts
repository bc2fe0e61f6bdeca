import { joins, mergeMessages } from '../../../core/console/src/state/threads';
import { gateway, stubPage } from './page';
import { iso, message, T0 } from './sample';

describe('C-LV-2: frames are idempotent', () => {
  const first = message({ id: 'a', sent_at: iso(T0) });
  const second = message({ id: 'b', sent_at: iso(T0 + 1000) });
  test('twice is once', () => {
    expect(mergeMessages(mergeMessages([], [first, second]), [first, second])).toEqual([first, second]);
  });
  test('an older state after a newer one changes nothing', () => {
    const newer = { ...first, version: 3, text: 'edited' };
    expect(mergeMessages([newer], [{ ...first, version: 2 }])).toEqual([newer]);
    expect(mergeMessages([first], [newer])).toEqual([newer]);
  });
  test('what comes late stands at its place by the platform’s time', () => {
    const early = message({ id: 'c', sent_at: iso(T0 - 1000) });
    expect(mergeMessages([first, second], [early]).map(({ id }) => id)).toEqual(['c', 'a', 'b']);
  });
  test('the same instant: by arrival', () => {
    const twin = message({ id: 'd', sent_at: first.sent_at, received_at: iso(T0 - 5) });
    expect(mergeMessages([first], [twin]).map(({ id }) => id)).toEqual(['d', 'a']);
  });
  test('a discarded message leaves', () => {
    expect(mergeMessages([first, second], [{ ...first, version: 2, discarded: true }])).toEqual([second]);
    expect(mergeMessages([second], [{ ...first, version: 2, discarded: true }])).toEqual([second]);
  });
});

describe('C-LY-6: one header for a run', () => {
  const first = message({ sent_at: iso(T0) });
  test('same author within two minutes', () => {
    expect(joins(first, message({ sent_at: iso(T0 + 119_000) }))).toBe(true);
    expect(joins(first, message({ sent_at: iso(T0 + 120_000) }))).toBe(false);
    expect(joins(undefined, first)).toBe(false);
  });
  test('another author, another kind, another day', () => {
    const at = iso(T0 + 1000);
    expect(
      joins(first, message({ sent_at: at, direction: 'out', author: { kind: 'agent', id: 'u1', name: 'A' } })),
    ).toBe(false);
    expect(joins(first, message({ sent_at: at, kind: 'note', direction: 'out' }))).toBe(false);
    const evening = message({ sent_at: '2026-11-24T04:59:30.000Z' });
    expect(joins(evening, message({ sent_at: '2026-11-24T05:00:10.000Z' }))).toBe(false);
  });
});

describe('C-OF-6: a reload after a loss leaves no gap', () => {
  type Threads = typeof import('../../../core/console/src/state/threads');
  let threads: Threads;
  const all = Array.from({ length: 400 }, (_, at) =>
    message({ id: `x${at}`, ticket_id: 'gap', sent_at: iso(T0 + at * 1000) }),
  );
  let there = 100;
  beforeEach(async () => {
    vi.resetModules();
    stubPage();
    there = 100;
    threads = await import('../../../core/console/src/state/threads');
    gateway.answer = ({ query }) => {
      const before = query.get('before');
      const end = before === null ? there : all.findIndex(({ id }) => id === before);
      const items = all.slice(Math.max(0, end - 50), end);
      return { body: { items, next_cursor: end > 50 ? items[0]!.id : null } };
    };
  });
  afterEach(() => vi.unstubAllGlobals());
  const ids = () => threads.threadOf('gap').value.messages.map(({ id }) => id);
  const run = (from: number, to: number) => all.slice(from, to).map(({ id }) => id);

  test('more than a page was missed, and a frame came before the page', async () => {
    await threads.loadThread('gap');
    expect(ids()).toEqual(run(50, 100));
    there = 230;
    threads.putMessages([all[229]!]);
    await threads.loadThread('gap');
    expect(ids()).toEqual(run(50, 230));
    await threads.loadOlder('gap');
    expect(ids()).toEqual(run(0, 230));
  });
  test('a frame during the first load is kept, and paging goes on', async () => {
    const loading = threads.loadThread('gap');
    threads.putMessages([all[100]!]);
    await loading;
    expect(ids()).toEqual(run(50, 101));
    await threads.loadOlder('gap');
    expect(ids()).toEqual(run(0, 101));
  });
});
