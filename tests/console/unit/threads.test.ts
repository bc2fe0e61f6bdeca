import { joins, mergeMessages } from '../../../core/console/src/state/threads';
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
