/** What a table shows of its rows, worked out without the page. */

export interface Column {
  name: string;
  label: string;
  /** `end`: numbers, which are read from their end. */
  look?: 'start' | 'end';
}

/** So many rows are kept beyond each edge, so that a quick turn of the wheel does not show a gap. */
const SPARE = 8;

/** From which row (included) to which (not included) the page holds them. A page of unknown height shows its first ones. */
export function stretch(count: number, size: number, scrolled: number, high: number): { from: number; to: number } {
  const seen = Math.ceil((high || 400) / size) + 1;
  const first = Math.max(0, Math.min(Math.floor(scrolled / size), count - seen));
  return { from: Math.max(0, first - SPARE), to: Math.min(count, first + seen + SPARE) };
}

/** The row that Tab leads to: the current one, or the first in view where that one is scrolled away and so is not in the page. */
export function reachable(current: number, { from, to }: { from: number; to: number }): number {
  return current >= from && current < to ? current : Math.min(from + SPARE, to - 1);
}
