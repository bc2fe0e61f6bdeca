import { gateway, settle, stubPage } from './page';
import { HOUR, iso, message, T0, ticket } from './sample';

type Outbox = typeof import('../../../core/console/src/state/outbox');
type Store = typeof import('../../../core/console/src/state/store');
type Threads = typeof import('../../../core/console/src/state/threads');
type Route = typeof import('../../../core/console/src/state/route');
let route: Route;
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
  route = await import('../../../core/console/src/state/route');
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
  /** Accepts, and loses the answer; the thread has the message from then on. */
  const acceptUnheard = () => {
    const made: ReturnType<typeof message>[] = [];
    gateway.answer = ({ method, body, headers }) => {
      if (method === 'GET') return { body: { items: made, next_cursor: null } };
      if (method !== 'POST') return {};
      made.push(
        message({ id: 'made', direction: 'out', client_key: headers.get('Idempotency-Key'), ...(body as object) }),
      );
      return 'no answer';
    };
    return made;
  };
  test('held and accepted long ago: the thread that is read takes it away, before anybody sends it again', async () => {
    acceptUnheard();
    outbox.lineChanged(true);
    outbox.send('t1', 'reply', 'hello');
    await settle();
    outbox.lineChanged(false);
    await settle(180_000);
    outbox.lineChanged(true);
    expect(outbox.outbox.value.map(({ state }) => state)).toEqual(['held']);
    await threads.loadThread('t1');
    expect(outbox.outbox.value).toEqual([]);
    expect(posts()).toHaveLength(1);
  });
  test('held and accepted, and sent again all the same: the body is the one the gateway has', async () => {
    gateway.answer = () => ({ body: { items: [message({ id: 'seen' })], next_cursor: null } });
    await threads.loadThread('t1');
    acceptUnheard();
    outbox.lineChanged(true);
    outbox.send('t1', 'reply', 'hello');
    await settle();
    outbox.lineChanged(false);
    threads.putMessages([message({ id: 'newer', sent_at: iso(T0 + HOUR) })]);
    await settle(180_000);
    outbox.lineChanged(true);
    accept();
    outbox.resend(outbox.outbox.value[0]!.key);
    await settle();
    expect(posts().map(({ body }) => body)).toEqual([posts()[0]!.body, posts()[0]!.body]);
    expect(outbox.outbox.value).toEqual([]);
  });
  test('a key that the gateway knows with another body: it was sent, the thread is read again, nothing repeats', async () => {
    const refuses = (items: unknown[]) => {
      gateway.answer = ({ method }) =>
        method === 'POST'
          ? { status: 422, body: { type: '/problems/idempotency-key-reused', status: 422 } }
          : { body: { items, next_cursor: null } };
    };
    outbox.send('t1', 'reply', 'hello');
    const { key } = outbox.outbox.value[0]!;
    refuses([message({ id: 'made', direction: 'out', client_key: key })]);
    outbox.lineChanged(true);
    await settle();
    expect(outbox.outbox.value).toEqual([]);
    expect(threads.threadOf('t1').value.messages.map(({ id }) => id)).toEqual(['made']);
    refuses([]);
    outbox.send('t1', 'reply', 'far back in the thread');
    await settle(60_000);
    expect(outbox.outbox.value[0]).toMatchObject({ state: 'refused' });
    expect(posts()).toHaveLength(2);
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

describe('C-CO-4, C-RW-5: nothing fails unseen', () => {
  const toasts = () => store.toasts.value.map(({ words, action }) => ({ said: words(), open: action !== undefined }));
  const refuse = () => {
    gateway.answer = ({ method }) =>
      method === 'POST' ? { status: 409, body: { type: '/problems/window-closed', status: 409 } } : {};
  };
  test('a refusal in a ticket that was left says so, with the way back and a mark on the row', async () => {
    refuse();
    outbox.lineChanged(true);
    outbox.send('t1', 'reply', 'hello');
    await settle();
    expect(toasts()).toEqual([{ said: expect.stringContaining('toast.unsent'), open: true }]);
    expect(outbox.troubled('t1')).toBe(true);
    expect(outbox.troubled('t2')).toBe(false);
    outbox.discard(outbox.outbox.value[0]!.key);
    expect(outbox.troubled('t1')).toBe(false);
  });
  test('in the ticket that is open, the thread itself says it', async () => {
    route.route.value = { ...route.route.value, ticket: 't1' };
    refuse();
    outbox.lineChanged(true);
    outbox.send('t1', 'reply', 'hello');
    await settle();
    expect(toasts()).toEqual([]);
    expect(outbox.outbox.value[0]).toMatchObject({ state: 'refused' });
  });
  test('what is held after a long loss says so once a ticket', async () => {
    outbox.send('t1', 'reply', 'one');
    outbox.send('t1', 'reply', 'two');
    await settle(121_000);
    outbox.lineChanged(true);
    expect(toasts()).toHaveLength(1);
    expect(outbox.troubled('t1')).toBe(true);
  });
  test('what the platform refuses later says so, until the agent looks; others’ messages do not', () => {
    const failed = (id: string) =>
      message({
        id: `f-${id}`,
        direction: 'out',
        author: { kind: 'agent', id, name: 'A' },
        delivery: { state: 'failed', error: null } as never,
      });
    threads.putMessages([failed('u2')]);
    expect(toasts()).toEqual([]);
    threads.putMessages([failed('u1')]);
    threads.putMessages([failed('u1')]);
    expect(toasts()).toHaveLength(1);
    expect(outbox.troubled('t1')).toBe(true);
    outbox.lookedAt('t1');
    expect(outbox.troubled('t1')).toBe(false);
  });
});

describe('C-CO-2: send and solve', () => {
  const patches = () => gateway.calls.filter(({ method, path }) => method === 'PATCH' && /^\/tickets\/t1$/.test(path));
  const answering = (status: number) => {
    gateway.answer = ({ method, headers, body }) => {
      if (method !== 'POST') return { body: ticket({ id: 't1', version: 2, status: 'solved' }) };
      if (status !== 202) return { status, body: { type: '/problems/window-closed', status } };
      return { status, body: message({ client_key: headers.get('Idempotency-Key'), ...(body as object) }) };
    };
  };
  test('solves once the gateway has the reply, not before', async () => {
    answering(202);
    outbox.send('t1', 'reply', 'done', true);
    await settle();
    expect(patches()).toEqual([]);
    outbox.lineChanged(true);
    await settle();
    expect(patches().map(({ body }) => body)).toEqual([{ status: 'solved' }]);
  });
  test('a refused reply leaves the ticket as it is', async () => {
    answering(409);
    outbox.lineChanged(true);
    outbox.send('t1', 'reply', 'done', true);
    await settle();
    expect(patches()).toEqual([]);
    expect(store.knownTicket('t1')!.status).toBe('open');
  });
  test('a customer who wrote meanwhile is not solved unread', async () => {
    answering(202);
    outbox.send('t1', 'reply', 'done', true);
    store.putTicket({ ...store.knownTicket('t1')!, version: 2, messages_in: 2 });
    outbox.lineChanged(true);
    await settle();
    expect(patches()).toEqual([]);
    expect(store.toasts.value.map(({ words }) => words())).toEqual([expect.stringContaining('toast.wrote_meanwhile')]);
  });
});
