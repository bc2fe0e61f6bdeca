import type { ReplyWindow } from '../../../core/console/src/api/client';
import { stateNow, viewWindow, windowNews } from '../../../core/console/src/state/window';
import { HOUR, iso, T0 } from './sample';

const MINUTE = 60_000;
const open = (closes: number, part: Partial<ReplyWindow> = {}): ReplyWindow => ({
  state: 'open',
  closes_at: iso(T0 + closes),
  opened_by: 'message',
  quota_left: null,
  human_until: null,
  lock: null,
  ...part,
});

describe('the reply window counts down', () => {
  test.each([
    [5 * HOUR, 'calm'],
    [4 * HOUR, 'soon'],
    [31 * MINUTE, 'soon'],
    [30 * MINUTE, 'urgent'],
    [6 * MINUTE, 'urgent'],
    [5 * MINUTE, 'last'],
    [1000, 'last'],
  ])('%d ms before its end it looks %s', (left, look) => {
    expect(viewWindow(open(left), T0)).toEqual({ look, left, sendable: true });
  });
  test('between two frames it closes by the clock', () => {
    expect(stateNow(open(1000), T0 + 1000)).toBe('closed');
    expect(viewWindow(open(1000), T0 + 1000)).toMatchObject({ look: 'closed', sendable: false });
  });
  test('after it a person may still write, where the channel says so', () => {
    const window = open(1000, { human_until: iso(T0 + 5 * HOUR) });
    expect(viewWindow(window, T0 + 2000)).toEqual({ look: 'human', left: 5 * HOUR - 2000, sendable: true });
    expect(viewWindow(window, T0 + 5 * HOUR)).toMatchObject({ look: 'closed', sendable: false });
  });
  test('a lock forbids a reply although the window is open', () => {
    expect(viewWindow(open(HOUR, { lock: 'paused' }), T0)).toMatchObject({ look: 'locked', sendable: false });
  });
  test('a channel without windows always lets through', () => {
    expect(viewWindow({ ...open(0), state: 'none', closes_at: null }, T0)).toMatchObject({
      look: 'none',
      sendable: true,
    });
  });
});

describe('C-RW-2: what screen readers hear of a window', () => {
  const window = open(HOUR);
  const end = T0 + HOUR;
  test.each([
    [31 * MINUTE, 30 * MINUTE, 'left'],
    [30 * MINUTE, 29 * MINUTE, null],
    [6 * MINUTE, 5 * MINUTE, 'left'],
    [5 * MINUTE, MINUTE, null],
    [1000, 0, 'over'],
    [HOUR, 0, 'over'],
    [0, -MINUTE, null],
  ])('from %d ms to %d ms before its end: %s', (from, to, news) => {
    expect(windowNews(window, end - from, end - to)).toBe(news);
  });
  test('the ordinary window’s end is told too when a person may go on', () => {
    const human = open(HOUR, { human_until: iso(T0 + 7 * 24 * HOUR) });
    expect(windowNews(human, end - 1000, end)).toBe('over');
    expect(windowNews(human, end, end + HOUR)).toBe(null);
    expect(windowNews(human, end + HOUR, T0 + 8 * 24 * HOUR)).toBe('over');
  });
});
