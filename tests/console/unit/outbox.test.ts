import { gateway, settle, stubPage } from './page';
import { HOUR, iso, message, T0, ticket } from './sample';

type Outbox = typeof import('../../../core/console/src/state/outbox');
type Store = typeof import('../../../core/console/src/state/store');
type Threads = typeof import('../../../core/console/src/state/threads');
let outbox: Outbox;
let store: Store;
let threads: Threads;
const posts = () => gateway.calls.filter(({ method }) => method === 'POST');
const keys = () => posts().map(({ headers }) => headers.get('Idempotency-Key'));

beforeEach(async () => {
  vi.useFakeTimers({ now: T0 });
  vi.resetModules();
  stubPage();
  store = await import('../../../core/console/src/state/store');
  threads = await import('../../../core/console/src/state/threads');
  outbox = await import('../../../core/console/src/state/outbox');
  const user = { id: 'u1', login: 'a', name: 'A', role: 'agent' as const };
  store.session.value = { user, csrf_token: 'x', expires_at: iso(T0 + HOUR), server_time: iso(T0) };
  store.putTicket(ticket({ id: 't1' }));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const accept = () => {
  gateway.answer = ({ body, headers }) => ({
    status: 202,
    body: message({
      id: `made-${headers.get('Idempotency-Key')}`,
      direction: 'out',
      text: (body as { text: string }).text,
      client_key: headers.get('Idempotency-Key'),
    }),
  });
};

describe('C-CO-3: optimistic send', () => {
  test('shown at once, gone when confirmed, sent in order', async () => {
    accept();
    outbox.lineChanged(true);
    outbox.send('t1', 'reply', 'one');
    outbox.send('t1', 'reply', 'two');
    expect(outbox.outbox.value.map(({ text }) => text)).toEqual(['one', 'two']);
    await settle();
    expect(posts().map(({ body }) => (body as { text: string }).text)).toEqual(['one', 'two']);
    expect(outbox.outbox.value).toEqual([]);
  });
  test('a lost answer is asked for again with the same key', async () => {
    gateway.answer = () => 'no answer';
    outbox.lineChanged(true);
    outbox.send('t1', 'reply', 'hello');
    await settle();
    expect(outbox.outbox.value[0]).toMatchObject({ state: 'waiting' });
    accept();
    await settle(6000);
    expect(outbox.outbox.value).toEqual([]);
    expect(new Set(keys()).size).toBe(1);
    expect(posts()).toHaveLength(2);
  });
  test('a reload sends what was under way again, with its key', async () => {
    gateway.answer = () => new Promise(() => {});
    outbox.lineChanged(true);
    outbox.send('t1', 'reply', 'hello');
    await settle();
    const kept = sessionStorage.getItem('guichet.outbox');
    vi.resetModules();
    const session = store.session.value;
    sessionStorage.setItem('guichet.outbox', kept!);
    const again = await import('../../../core/console/src/state/outbox');
    const newStore = await import('../../../core/console/src/state/store');
    newStore.session.value = session;
    again.restoreOutbox();
    accept();
    again.lineChanged(true);
    await settle();
    expect(new Set(keys()).size).toBe(1);
    expect(again.outbox.value).toEqual([]);
  });
  test('somebody else’s outbox is not ours', () => {
    sessionStorage.setItem('guichet.outbox', JSON.stringify({ owner: 'u2', items: [{ key: 'k' }] }));
    outbox.restoreOutbox();
    expect(outbox.outbox.value).toEqual([]);
  });
  test('a live frame confirms as the answer does', () => {
    outbox.send('t1', 'reply', 'hello');
    outbox.confirm([message({ client_key: outbox.outbox.value[0]!.key })]);
    expect(outbox.outbox.value).toEqual([]);
  });
});

describe('C-CO-4, C-CO-5: refusals', () => {
  const refuse = (type: string, more = {}) => {
    gateway.answer = () => ({ status: 409, body: { type, title: 'x', status: 409, detail: 'x', ...more } });
  };
  test('a refusal stays in place with its problem, and nothing is lost', async () => {
    refuse('/problems/window-closed');
    outbox.lineChanged(true);
    outbox.send('t1', 'reply', 'hello');
    await settle();
    expect(outbox.outbox.value[0]).toMatchObject({
      state: 'refused',
      text: 'hello',
      problem: { type: '/problems/window-closed' },
    });
    await settle(60_000);
    expect(posts()).toHaveLength(1);
  });
  test('retry uses the same key; discard removes', async () => {
    refuse('/problems/channel-paused');
    outbox.lineChanged(true);
    outbox.send('t1', 'reply', 'hello');
    await settle();
    accept();
    outbox.resend(outbox.outbox.value[0]!.key);
    await settle();
    expect(outbox.outbox.value).toEqual([]);
    expect(new Set(keys()).size).toBe(1);
    outbox.lineChanged(false);
    outbox.send('t1', 'reply', 'x');
    outbox.discard(outbox.outbox.value[0]!.key);
    expect(outbox.outbox.value).toEqual([]);
  });
  test('a teammate’s newer reply is shown; the second press goes with the new `after`', async () => {
    gateway.answer = () => ({
      body: { items: [message({ id: 'seen', ticket_id: 't1', sent_at: iso(T0) })], next_cursor: null },
    });
    await threads.loadThread('t1');
    const theirs = message({ id: 'theirs', ticket_id: 't1', direction: 'out', sent_at: iso(T0 + 1000) });
    refuse('/problems/stale', { message: theirs });
    outbox.lineChanged(true);
    outbox.send('t1', 'reply', 'mine');
    await settle();
    expect(threads.threadOf('t1').value.messages.map(({ id }) => id)).toEqual(['seen', 'theirs']);
    accept();
    outbox.resend(outbox.outbox.value[0]!.key);
    await settle();
    expect(posts().map(({ body }) => (body as { after: string }).after)).toEqual(['seen', 'theirs']);
  });
});

describe('C-OF-3: while the line is down', () => {
  test('sends wait, at most twenty', () => {
    for (let at = 0; at < 20; at += 1) expect(outbox.send('t1', 'reply', `n ${at}`)).toBe(true);
    expect(outbox.send('t1', 'reply', 'one too many')).toBe(false);
    expect(posts()).toEqual([]);
  });
  test('a short loss sends by itself', async () => {
    accept();
    outbox.send('t1', 'reply', 'hello');
    await settle(60_000);
    outbox.lineChanged(true);
    await settle();
    expect(posts()).toHaveLength(1);
  });
  test('after two minutes, or past the window, each asks first; notes do not', async () => {
    accept();
    outbox.send('t1', 'reply', 'hello');
    outbox.send('t1', 'note', 'for us');
    await settle(121_000);
    store.putTicket(ticket({ id: 't2', window: { ...ticket().window, state: 'closed' } }));
    outbox.send('t2', 'reply', 'late');
    outbox.lineChanged(true);
    await settle();
    expect(posts().map(({ body }) => (body as { text: string }).text)).toEqual(['for us']);
    expect(outbox.outbox.value.map(({ state }) => state)).toEqual(['held', 'held']);
    outbox.resend(outbox.outbox.value[0]!.key);
    await settle();
    expect(posts()).toHaveLength(2);
  });
});
