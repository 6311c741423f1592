import { describe, expect, test } from 'vitest';
import { ceiling, stacked, step } from './chart';

describe('a chart', () => {
  test('ends at a round number', () => {
    expect([0, 1, 2, 3, 7, 10, 11, 230, 999, 5001].map(ceiling)).toEqual([1, 1, 2, 5, 10, 10, 20, 500, 1000, 10_000]);
  });

  test('stacks parts from the ground up, within its frame', () => {
    const bars = stacked([{ name: '', words: '', parts: [50, 25, 0] }, { name: '', words: '', parts: [0, 0, 100] }], 100, 80);
    expect(bars[0]).toEqual([
      { series: 0, x: 2, y: 40, width: 46, height: 40 },
      { series: 1, x: 2, y: 20, width: 46, height: 20 },
    ]);
    expect(bars[1]).toEqual([{ series: 2, x: 52, y: 0, width: 46, height: 80 }]);
  });

  test('shows what is there, however little it is', () => {
    const [bars] = stacked([{ name: '', words: '', parts: [100_000, 1] }], 10, 72);
    expect(bars?.[1]?.height).toBe(2);
    expect(bars?.every((bar) => bar.y >= 0)).toBe(true);
    expect(stacked([], 10, 72)).toEqual([]);
  });

  test('is walked along in the direction of the language', () => {
    expect(step('ArrowRight', 3, 10, false)).toBe(4);
    expect(step('ArrowRight', 3, 10, true)).toBe(2);
    expect(step('ArrowLeft', 0, 10, false)).toBe(0);
    expect(step('End', 3, 10, false)).toBe(9);
    expect(step('Tab', 3, 10, false)).toBeNull();
    expect(step('End', 0, 0, false)).toBeNull();
  });
});
