/** F6 goes round the regions of the page, in reading order. */
const focusable =
  '[data-region-focus], a[href], button:not([disabled]), input:not([disabled]), select, textarea, [tabindex="0"]';

const visible = (element: HTMLElement) => element.checkVisibility({ visibilityProperty: true });

/**
 * Moves to the next region that is on screen. False when there is none after: the key is then left to the browser,
 * whose own bars come next.
 */
export function nextRegion(step: 1 | -1): boolean {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(visible);
  const here = document.activeElement?.closest<HTMLElement>('[data-region]');
  const at = here ? regions.indexOf(here) : -1;
  for (let next = at < 0 ? (step > 0 ? 0 : regions.length - 1) : at + step; regions[next]; next += step) {
    const inside = [...regions[next]!.querySelectorAll<HTMLElement>(focusable)].filter(visible);
    const wanted = inside.find((element) => element.matches('[data-region-focus]')) ?? inside[0];
    if (wanted) {
      wanted.focus();
      return true;
    }
  }
  return false;
}
