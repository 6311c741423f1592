/** What scrolls the list: the main window's middle, or the whole page where that is narrow. */

export function scrollerOf(element: HTMLElement): HTMLElement {
  for (let up = element.parentElement; up; up = up.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(up).overflowY) && up.scrollHeight > up.clientHeight) return up;
  }
  return (document.scrollingElement as HTMLElement | null) ?? document.documentElement;
}

/** Where the part of the page begins and ends in which the list can be seen, measured from the list's upper edge. */
export function seenOf(element: HTMLElement, covered: number): { from: number; high: number; edge: number } {
  const scroller = scrollerOf(element);
  const frame = scroller === document.scrollingElement ? { top: 0, bottom: innerHeight } : scroller.getBoundingClientRect();
  const upper = element.getBoundingClientRect().top;
  const edge = frame.top + covered;
  return { from: Math.max(0, edge - upper), high: Math.max(0, frame.bottom - Math.max(edge, upper)), edge };
}

/** How many pixels a rem is: whoever wants larger text changes it. */
export const remOf = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;

/** How high the part of the window is in which something scrolls. */
export function frameOf(element: HTMLElement, windowHigh: number): number {
  const scroller = scrollerOf(element);
  return scroller === document.scrollingElement ? windowHigh : scroller.clientHeight;
}
