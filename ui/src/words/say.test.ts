import { afterAll, describe, expect, test } from 'vitest';
import { fromNow, inBytes } from './moments';
import { fitting, say, speak } from './say';

afterAll(() => speak('en'));

describe('sentences', () => {
  test('are counted as the language counts', () => {
    expect(say('status.questions', { n: 1 })).toBe('1 question waits');
    expect(say('status.questions', { n: 1234 })).toBe('1,234 questions wait');
    expect(say('status.apps', { n: 0 })).toBe('No app is connected');
  });

  test('isolate a text that fills a hole and show what it hides', () => {
    expect(say('approvals.stopped', { app: 'Cla\u202eude' })).toBe('\u2068Cla\\u202eude\u2069 stopped waiting');
  });

  test('cannot be left by a text that looks like a hole', () => {
    expect(say('approvals.waits', { app: '{time}', time: '0:10' })).toContain('{time}');
  });
});

describe('languages', () => {
  test('are found by what the person reads, and English stands in for all others', () => {
    expect(fitting(['fr', 'de-AT', 'en'])).toBe('de');
    expect(fitting(['fr'])).toBe('en');
    expect(fitting(['en-GB'])).toBe('en');
    expect(fitting(['ar-XB'])).toBe('ar-XB');
  });

  test('turn the page: its language, its direction, its numbers', async () => {
    await speak('ar-XB');
    expect(document.documentElement.dir).toBe('rtl');
    expect(document.documentElement.lang).toBe('ar');
    await speak('de');
    expect(document.documentElement.dir).toBe('ltr');
    expect(say('status.questions', { n: 1234 })).toBe('1.234 Fragen warten');
    await speak('en');
  });
});

describe('moments', () => {
  test('are told from now', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    expect(fromNow('2026-11-21T11:57:00Z', now)).toBe('3 minutes ago');
    expect(fromNow('2026-11-23T12:00:00Z', now)).toBe('in 2 days');
    expect(fromNow('2026-11-21T11:59:30Z', now)).toBe('now');
  });

  test('are counted in whole spans, and never called yesterday, tomorrow or last month', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    const hours = (count: number) => fromNow(new Date(now + count * 3_600_000).toISOString(), now);
    expect([-47, 47, -59 * 24].map(hours)).toEqual(['1 day ago', 'in 1 day', '1 month ago']);
  });

  test('sizes stand in the unit that a person would use', () => {
    expect(inBytes(999)).toBe('999 byte');
    expect(inBytes(1_500_000)).toBe('1.5 MB');
  });
});
