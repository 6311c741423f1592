import { describe, expect, test } from 'vitest';
import type { LogQuery } from '../types.gen';
import { Log, MILLION } from './log';

const NOW = new Date(2026, 10, 21, 18, 0).getTime();
const log = new Log(MILLION, NOW);
const query = (wanted: Partial<LogQuery>): LogQuery => ({
  ...{ server: null, app: null, tool: null, kind: null, outcome: null, words: null, since: null, until: null, before: null, limit: null },
  ...wanted,
});

describe('the fake log', () => {
  test('has a million entries, numbered without gaps, and no newer one is earlier', () => {
    expect(log.at(MILLION + 1)).toBeUndefined();
    for (const from of [1, 4711, 500_000, MILLION - 300]) {
      for (let number = from; number < from + 300; number++) {
        const [older, newer] = [log.at(number), log.at(number + 1)];
        expect(older?.number).toBe(number);
        if (newer) expect(newer.at >= (older?.at ?? '')).toBe(true);
      }
    }
  });

  test('gives pages that follow one another', () => {
    const first = log.read(query({ limit: 200 }));
    expect(first.entries.map((entry) => entry.number)).toEqual(Array.from({ length: 200 }, (_, at) => MILLION - at));
    const second = log.read(query({ limit: 200, before: first.next }));
    expect(second.entries[0]?.number).toBe(MILLION - 200);
    expect(log.read(query({ before: 3 })).next).toBeNull();
  });

  test('filters for real', () => {
    const found = log.read(query({ words: 'server:slack decision:denied', limit: 50 })).entries;
    expect(found).toHaveLength(50);
    expect(found.every((entry) => entry.server === 'slack' && entry.outcome === 'refused')).toBe(true);
    const nothing = log.read(query({ words: 'nothing-like-it' }));
    expect(nothing).toEqual({ entries: [], next: MILLION - 99_999 });
    expect(log.read(query({ words: 'nothing-like-it', before: 5000 }))).toEqual({ entries: [], next: null });
    expect(() => log.read(query({ words: 'after:soon' }))).toThrow();
  });

  test('finds a day at once, and later entries too', () => {
    const own = new Log(5000, NOW);
    const day = own.read(query({ words: 'after:2026-11-19 before:2026-11-20', limit: 1000 })).entries;
    expect(day.length).toBeGreaterThan(100);
    expect(day.every((entry) => new Date(entry.at).getDate() === 19)).toBe(true);
    own.add({ tool: 'brand_new' });
    expect(own.read(query({ words: 'brand_new' })).entries.map((entry) => entry.number)).toEqual([5001]);
  });
});
