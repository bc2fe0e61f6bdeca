import { rowsInView, scrollToShow } from '../../../core/console/src/ui/windowing';

describe('which rows exist', () => {
  test('the visible ones and six on each side', () => {
    expect(rowsInView(0, 640, 64, 10_000)).toEqual({ first: 0, last: 16 });
    expect(rowsInView(64_000, 640, 64, 10_000)).toEqual({ first: 994, last: 1016 });
    expect(rowsInView(639_360, 640, 64, 10_000)).toEqual({ first: 9984, last: 10_000 });
  });
  test('C-PF-4: never more than forty at 900 px of height, in either density', () => {
    for (const row of [40, 64])
      for (let top = 0; top < 9000; top += 17) {
        const { first, last } = rowsInView(top, 848, row, 10_000);
        expect(last - first).toBeLessThan(40);
      }
  });
  test('a short list, and a scroll position that it no longer has', () => {
    expect(rowsInView(0, 640, 64, 3)).toEqual({ first: 0, last: 3 });
    expect(rowsInView(64_000, 640, 64, 3)).toEqual({ first: 3, last: 3 });
    expect(rowsInView(0, 640, 64, 0)).toEqual({ first: 0, last: 0 });
  });
  test('a row is shown with as little movement as possible', () => {
    expect(scrollToShow(3, 0, 640, 64)).toBe(0);
    expect(scrollToShow(10, 0, 640, 64)).toBe(64);
    expect(scrollToShow(2, 640, 640, 64)).toBe(128);
  });
});
