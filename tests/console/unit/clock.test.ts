import { draw, wordsOf } from './drawn';
import { settle, stubPage } from './page';
import { HOUR, iso, T0 } from './sample';

const MINUTE = 60_000;
let page: ReturnType<typeof stubPage>;
let clock: typeof import('../../../core/console/src/state/clock');
let bits: typeof import('../../../core/console/src/ui/bits');
beforeEach(async () => {
  vi.useFakeTimers({ now: T0 });
  vi.resetModules();
  page = stubPage();
  await (await import('../../../core/console/src/i18n')).setLanguage('fr');
  bits = await import('../../../core/console/src/ui/bits');
  clock = await import('../../../core/console/src/state/clock');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const hide = (hidden: boolean) => {
  Object.assign(document, { hidden });
  page.fire('visibilitychange');
};
/** What a time on the page says. */
const said = (at: number) => wordsOf(draw(bits.Time({ at: iso(at) }))).replace(/[\u00a0\u202f]/g, ' ');

describe('C-TI-2: one timer of the page refreshes its times', () => {
  test('each minute, and hardly oftener than they change', async () => {
    clock.startClock();
    let refreshed = -1;
    clock.eachHalfMinute.subscribe(() => {
      refreshed += 1;
    });
    expect(said(T0)).toBe('à l’instant');
    for (let minute = 1; minute <= 5; minute += 1) {
      await settle(MINUTE);
      expect(said(T0)).toBe(`il y a ${minute} min`);
    }
    expect(refreshed).toBe(10);
    expect(vi.getTimerCount()).toBe(1);
  });
  test('they follow that timer alone, not the seconds', () => {
    clock.eachSecond.value = T0 + HOUR / 2;
    vi.setSystemTime(T0 + HOUR / 2);
    expect(said(T0)).toBe('à l’instant');
    clock.eachHalfMinute.value = T0 + HOUR / 2;
    expect(said(T0)).toBe('il y a 30 min');
  });
  test('it rests in a hidden tab, and is right as soon as the tab is back', async () => {
    clock.startClock();
    hide(true);
    expect(vi.getTimerCount()).toBe(0);
    await settle(3 * MINUTE);
    expect(said(T0)).toBe('à l’instant');
    hide(false);
    expect(said(T0)).toBe('il y a 3 min');
    hide(false);
    expect(vi.getTimerCount()).toBe(1);
    await settle(MINUTE);
    expect(said(T0)).toBe('il y a 4 min');
  });
  test('it goes by the gateway’s time (C-LV-3)', async () => {
    clock.startClock();
    clock.setServerTime(iso(T0 + HOUR / 2));
    await settle(MINUTE);
    expect(said(T0)).toBe('il y a 31 min');
  });
});
