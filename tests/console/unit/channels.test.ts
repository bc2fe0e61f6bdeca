import { gateway, settle, stubPage } from './page';
import { channel, HOUR, iso, T0 } from './sample';

type Store = typeof import('../../../core/console/src/state/store');
let store: Store;
const states = () => store.channels.value.map(({ id, state }) => `${id} ${state}`);

beforeEach(async () => {
  vi.useFakeTimers({ now: T0 });
  vi.resetModules();
  stubPage();
  store = await import('../../../core/console/src/state/store');
  const user = { id: 'u1', login: 'a', name: 'A', role: 'agent' as const };
  store.session.value = { user, csrf_token: 'x', expires_at: iso(T0 + HOUR), server_time: iso(T0) };
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('C-LV-2: channels, from answers and from the feed', () => {
  test('an answer that was read before a frame does not take the frame back', async () => {
    const { loadChannels } = await import('../../../core/console/src/state/session');
    const { applyFrames } = await import('../../../core/console/src/live/frames');
    let answer = () => {};
    const items = [channel({ id: 'a' }), channel({ id: 'b' })];
    const slow = new Promise<{ body: object }>((done) => {
      answer = () => done({ body: { items, next_cursor: null, total: 2 } });
    });
    gateway.answer = () => slow;
    const loading = loadChannels();
    await settle();
    applyFrames([{ seq: 7, type: 'channel.updated', data: channel({ id: 'b', state: 'paused' }) }]);
    answer();
    await loading;
    expect(states()).toEqual(['a active', 'b paused']);
  });
  test('after a resync numbers may begin anew', async () => {
    const { applyFrames } = await import('../../../core/console/src/live/frames');
    applyFrames([{ seq: 7, type: 'channel.updated', data: channel({ id: 'a', state: 'paused' }) }]);
    applyFrames([{ seq: 3, type: 'channel.updated', data: channel({ id: 'a', state: 'active' }) }]);
    expect(states()).toEqual(['a paused']);
    applyFrames([{ seq: 2, type: 'resync', data: { reason: 'restart' } } as never]);
    applyFrames([{ seq: 3, type: 'channel.updated', data: channel({ id: 'a', state: 'active' }) }]);
    expect(states()).toEqual(['a active']);
  });
});
