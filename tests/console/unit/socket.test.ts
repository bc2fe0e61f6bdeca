import type { LiveFrame } from '../../../core/console/src/api/client';
import { settle, stubPage } from './page';
import { iso, T0 } from './sample';

type Socket = typeof import('../../../core/console/src/live/socket');
let socket: Socket;
let page: ReturnType<typeof stubPage>;
let opened: FakeSocket[];

class FakeSocket {
  static readonly OPEN = 1;
  readyState = 1;
  sent: string[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onopen: (() => void) | null = null;
  constructor(readonly url: string) {
    opened.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {}
  hello() {
    this.onmessage?.({
      data: JSON.stringify({
        seq: 1,
        type: 'hello',
        data: { server_time: iso(T0), console_build: '', session_expires_at: null },
      }),
    });
  }
}

beforeEach(async () => {
  vi.useFakeTimers({ now: T0 });
  vi.resetModules();
  opened = [];
  page = stubPage();
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.spyOn(Math, 'random').mockReturnValue(0.999);
  socket = await import('../../../core/console/src/live/socket');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function feed() {
  const events = { since: () => 7, receive: vi.fn<(frame: LiveFrame) => void>(), opened: vi.fn(), closed: vi.fn() };
  const line = new socket.Feed(events);
  line.start();
  return { events, line };
}
const last = () => opened[opened.length - 1]!;

describe('C-OF-2: coming back', () => {
  test('waits 1, 2, 4, 8, 16, 30, 30 s at most, any time below that', () => {
    expect([0, 1, 2, 3, 4, 5, 6].map((attempt) => socket.waitBefore(attempt, 1))).toEqual([
      1000, 2000, 4000, 8000, 16000, 30000, 30000,
    ]);
    expect(socket.waitBefore(3, 0)).toBe(0);
    expect(socket.waitBefore(3, 0.5)).toBe(4000);
  });
  test('opens again after a loss, from the last seq', async () => {
    feed();
    last().hello();
    last().onclose?.({ code: 1006 });
    await settle(1000);
    expect(opened).toHaveLength(2);
    expect(last().url).toMatch(/^ws:\/\/gateway\.test\/.*\/live\?since=7$/);
  });
  test('at once when the network or the reader is back', async () => {
    feed();
    for (let at = 0; at < 5; at += 1) {
      last().onclose?.({ code: 1006 });
      await settle(40_000);
    }
    last().onclose?.({ code: 1006 });
    const before = opened.length;
    page.fire('online');
    expect(opened).toHaveLength(before + 1);
    last().onclose?.({ code: 1006 });
    page.fire('visibilitychange');
    expect(opened).toHaveLength(before + 2);
  });
  test('pings every 20 s; dead after 45 s without a frame', async () => {
    const { events } = feed();
    last().hello();
    await settle(41_000);
    expect(last().sent).toEqual(['{"type":"ping"}', '{"type":"ping"}']);
    expect(events.closed).not.toHaveBeenCalled();
    await settle(6000);
    expect(events.closed).toHaveBeenCalledOnce();
  });
  test('a hello keeps it alive', async () => {
    const { events } = feed();
    last().hello();
    for (let at = 0; at < 10; at += 1) {
      await settle(20_000);
      last().hello();
    }
    expect(events.closed).not.toHaveBeenCalled();
    expect(opened).toHaveLength(1);
  });
});

describe('C-OF-1: what is said about the line', () => {
  test('live with the first frame, not with the handshake', () => {
    const { events } = feed();
    expect(socket.line.value).toBe('connecting');
    last().hello();
    expect(socket.line.value).toBe('live');
    expect(events.opened).toHaveBeenCalledWith(false);
  });
  test('a hiccup below 2 s is not worth a word', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const { events } = feed();
    last().hello();
    last().onclose?.({ code: 1006 });
    await settle(600);
    last().hello();
    await settle(5000);
    expect(socket.line.value).toBe('live');
    expect(events.opened).toHaveBeenLastCalledWith(true);
  });
  test('reconnecting after 2 s, offline when the browser says so', async () => {
    feed();
    last().hello();
    last().onclose?.({ code: 1006 });
    await settle(2100);
    expect(socket.line.value).toBe('reconnecting');
    page.fire('offline');
    expect(socket.line.value).toBe('offline');
  });
});
