/** Where the bars of a chart stand, worked out without the page. */

/** How a part of a bar looks; each look is a colour and a pattern. */
export type Look = 'allow' | 'brand' | 'deny' | 'care' | 'plain';

export interface Series {
  name: string;
  look: Look;
}

/** One bar: what it stands for, its parts in the order of the series, and what it says to who hears or points at it. */
export interface Column {
  /** Short, for the axis. */
  name: string;
  parts: readonly number[];
  /** The whole sentence. */
  words: string;
}

export interface Part {
  series: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export const sum = (parts: readonly number[]): number => parts.reduce((all, part) => all + part, 0);

/** A round number that is not below this one: 1, 2 or 5 times a power of ten. */
export function ceiling(most: number): number {
  if (most <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 5, 10].find((step) => step * power >= most) ?? 10) * power;
}

/** A part that is there is never too thin to be seen. */
const LEAST = 2;

/** The parts of upright bars, stacked from the ground up. */
export function stacked(columns: readonly Column[], width: number, height: number): Part[][] {
  const top = ceiling(Math.max(0, ...columns.map((column) => sum(column.parts))));
  const slot = width / Math.max(1, columns.length);
  const gap = Math.min(4, slot * 0.25);
  return columns.map((column, at) => {
    let ground = height;
    return column.parts.flatMap((part, series) => {
      if (part <= 0) return [];
      const high = Math.max(LEAST, (part / top) * height);
      ground -= high;
      // Thin parts may add up to more than there is room for.
      return [{ series, x: at * slot + gap / 2, y: Math.max(0, ground), width: Math.max(1, slot - gap), height: high }];
    });
  });
}

/** Where a focus goes at a key; nothing for a key that means something else. */
export function step(key: string, at: number, count: number, flipped: boolean): number | null {
  const ahead = flipped ? -1 : 1;
  const steps: Record<string, number> = { ArrowRight: at + ahead, ArrowLeft: at - ahead, ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: count - 1 };
  const to = steps[key];
  return to === undefined || count === 0 ? null : Math.max(0, Math.min(count - 1, to));
}
