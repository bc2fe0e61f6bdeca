import { joins, mergeMessages } from '../../../core/console/src/state/threads';
import { gateway, settle, stubPage } from './page';
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
  /** How many of them the gateway has, which it lacks, and how it refuses. */
  let there = 100;
  let lacking = new Set<string>();
  let refuses = 0;
  beforeEach(async () => {
    vi.useFakeTimers({ now: T0 });
    vi.resetModules();
    stubPage();
    there = 100;
    lacking = new Set();
    refuses = 0;
    threads = await import('../../../core/console/src/state/threads');
    gateway.answer = ({ query }) => {
      if (refuses-- > 0) return { status: 503, body: { type: '/problems/unavailable' } };
      const before = query.get('before');
      const end = before === null ? there : all.findIndex(({ id }) => id === before);
      const from = Math.max(0, end - Number(query.get('limit')));
      const items = all.slice(from, end).filter(({ id }) => !lacking.has(id));
      return { body: { items, next_cursor: from > 0 ? all[from]!.id : null } };
    };
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
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
  test('more than a page was missed, and a page of frames came before the page', async () => {
    await threads.loadThread('gap');
    there = 230;
    threads.putMessages(all.slice(170, 230));
    await threads.loadThread('gap');
    expect(ids()).toEqual(run(50, 230));
  });
  test('a frame during the first load is kept, and paging goes on', async () => {
    const loading = threads.loadThread('gap');
    threads.putMessages([all[100]!]);
    await loading;
    expect(ids()).toEqual(run(50, 101));
    await threads.loadOlder('gap');
    expect(ids()).toEqual(run(0, 101));
  });
  test('frames during a reload are kept, in all states', async () => {
    await threads.loadThread('gap');
    there = 105;
    const loading = threads.loadThread('gap');
    threads.putMessages([all[105]!, { ...all[104]!, version: 2, text: 'edited' }]);
    threads.putMessages([{ ...all[90]!, version: 2, discarded: true }]);
    await loading;
    expect(ids()).toEqual(run(50, 106).filter((id) => id !== 'x90'));
    expect(threads.threadOf('gap').value.messages.find(({ id }) => id === 'x104')?.text).toBe('edited');
  });
  test('what changed or was discarded meanwhile, above the newest page too', async () => {
    await threads.loadThread('gap');
    there = 200;
    await threads.loadThread('gap');
    all[60] = { ...all[60]!, version: 2, text: 'edited' };
    lacking = new Set(['x70']);
    await threads.loadThread('gap');
    all[60] = { ...all[60]!, version: 1, text: '' };
    expect(ids()).toEqual(run(50, 200).filter((id) => id !== 'x70'));
    expect(threads.threadOf('gap').value.messages.find(({ id }) => id === 'x60')?.text).toBe('edited');
  });
  test('a message that comes late, before what is shown, when all is shown', async () => {
    there = 40;
    lacking = new Set(['x3']);
    await threads.loadThread('gap');
    expect(ids()).toEqual(run(0, 40).filter((id) => id !== 'x3'));
    there = 140;
    lacking = new Set();
    await threads.loadThread('gap');
    expect(ids()).toEqual(run(0, 140));
  });
  test('older ones come in while it is read again', async () => {
    await threads.loadThread('gap');
    there = 160;
    const older = threads.loadOlder('gap');
    const again = threads.loadThread('gap');
    await older;
    await again;
    expect(ids()).toEqual(run(0, 160));
    expect(threads.threadOf('gap').value.older).toBe(null);
  });
  test('a gateway that refuses is asked again', async () => {
    await threads.loadThread('gap');
    there = 130;
    refuses = 3;
    await threads.loadThread('gap');
    expect(ids()).toEqual(run(50, 100));
    await settle(10_000);
    expect(ids()).toEqual(run(50, 130));
    const asked = gateway.calls.length;
    await settle(60_000);
    expect(gateway.calls.length).toBe(asked);
  });
  test('a thread that was left is not asked for again', async () => {
    await threads.loadThread('gap');
    refuses = 100;
    await threads.loadThread('gap');
    threads.restThread('gap');
    const asked = gateway.calls.length;
    await settle(60_000);
    expect(gateway.calls.length).toBe(asked);
  });
  test('a first load that fails says so, whatever the feed told', async () => {
    refuses = 1;
    const loading = threads.loadThread('gap');
    threads.putMessages([all[100]!]);
    await loading;
    expect(threads.threadOf('gap').value.state).toBe('failed');
    await threads.loadThread('gap');
    expect(ids()).toEqual(run(50, 100));
  });
});
