import { describe, expect, test } from 'vitest';
import { dayBeside, isBegun, momentOf, terms, valueOf, withTerms, without, written } from './query';

describe('the query language', () => {
  test('is taken apart into conditions and words', () => {
    expect(terms('server:slack  Decision:denied "two words" free')).toEqual([
      { key: 'server', value: 'slack' },
      { key: 'decision', value: 'denied' },
      { key: null, value: 'two words' },
      { key: null, value: 'free' },
    ]);
  });

  test('leaves what is no condition as it stands, for the broker to say so', () => {
    expect(terms('sever:slack :x C:\\x server: "a:b"')).toEqual([
      { key: null, value: 'slack', odd: 'sever:slack' },
      { key: null, value: ':x' },
      { key: null, value: 'C:\\x' },
      { key: null, value: '', odd: 'server:' },
      { key: null, value: 'a:b' },
    ]);
    expect(written(terms('sever:slack server: word'))).toBe('sever:slack server: word');
  });

  test('takes an open quote to its end, and quotes within a value too', () => {
    expect(terms('app:"Claude Desk')).toEqual([{ key: 'app', value: 'Claude Desk' }]);
    expect(terms('app:"a\\')).toEqual([{ key: 'app', value: 'a' }]);
    expect(terms('app:Claude" "Code "" x')).toEqual([
      { key: 'app', value: 'Claude Code' },
      { key: null, value: 'x' },
    ]);
  });

  test.each(['plain', 'two words', 'a"b', 'a\\b', 'app:x', '"', '\\', ' ', 'https://a.example', 'ünïcode \u202e', 'a\nb'])(
    'reads back what it writes: %j',
    (value) => {
      expect(terms(written([{ key: 'app', value }, { key: null, value }]))).toEqual([{ key: 'app', value }, { key: null, value }]);
    },
  );

  test('replaces a condition, wherever and however often it stands', () => {
    expect(withTerms('server:a word server:b', { server: 'c' })).toBe('server:c word');
    expect(withTerms('word', { server: 'c', tool: 'a b' })).toBe('server:c tool:"a b" word');
    expect(withTerms('server:a word', { server: null })).toBe('word');
    expect(withTerms('word', { server: null })).toBe('word');
  });

  test('knows a condition that is not finished', () => {
    expect(['after:2', 'decision:den', 'server:', 'x after:2d'].map(isBegun)).toEqual([true, true, true, true]);
    expect(['', 'word', 'server:sl', 'after:2d '].map(isBegun)).toEqual([false, false, false, false]);
  });

  test('takes a part away and says what it holds', () => {
    expect(without('server:a word', 1)).toBe('server:a');
    expect(valueOf('server:a server:b', 'server')).toBe('b');
    expect(valueOf('word', 'server')).toBeNull();
  });

  test('knows moments', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    expect(momentOf('2d', now)).toBe(now - 2 * 86_400_000);
    expect(momentOf('4w', now)).toBe(now - 28 * 86_400_000);
    expect(momentOf('90m', now)).toBe(now - 90 * 60_000);
    expect(momentOf('2026-11-20T00:00:00Z', now)).toBe(Date.parse('2026-11-20T00:00:00Z'));
    expect(momentOf('2026-11-20', now)).toBe(new Date(2026, 10, 20).getTime());
    for (const none of ['', 'd', '3y', '-3d', 'yesterday', '2026-13-40', '2026-11-20 10:00']) expect(momentOf(none, now)).toBeNull();
    expect(dayBeside('2026-03-01', -1)).toBe('2026-02-28');
    expect(dayBeside('2026-12-31', 1)).toBe('2027-01-01');
  });
});
