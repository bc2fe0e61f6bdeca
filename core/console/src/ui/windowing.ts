/** Which rows of a list of equal heights exist. Pure. */
export const OVERSCAN = 6;

export function rowsInView(top: number, height: number, row: number, count: number): { first: number; last: number } {
  const first = Math.max(0, Math.floor(top / row) - OVERSCAN);
  const last = Math.min(count, Math.ceil((top + height) / row) + OVERSCAN);
  return { first: Math.min(first, last), last };
}

/** The scroll position that shows a row with as little movement as possible. */
export function scrollToShow(index: number, top: number, height: number, row: number): number {
  if (index * row < top) return index * row;
  if ((index + 1) * row > top + height) return (index + 1) * row - height;
  return top;
}
