import { afterAll, expect, test } from 'vitest';
import { speak } from '../../words/say';
import { claimed } from './claims';

afterAll(() => speak('en'));

/** Without the marks that isolate what fills a hole. */
const plain = (claims: object | string) => claimed(typeof claims === 'string' ? claims : JSON.stringify(claims)).replace(/[\u2068\u2069]/g, '');

test('a server’s hints are said in our words, always in the same order', async () => {
  const all = { openWorldHint: true, idempotentHint: false, destructiveHint: false, readOnlyHint: true, title: 'Search' };
  expect(plain({ destructiveHint: false, readOnlyHint: false })).toBe('read-only: no, destructive: no');
  expect(plain(all)).toBe('read-only: yes, destructive: no, no further effect when repeated: no, reaches the outside world: yes, title: Search');
  await speak('de');
  expect(plain(all)).toBe('nur lesend: ja, zerstörend: nein, wiederholt ohne weitere Wirkung: nein, reicht in die Außenwelt: ja, Titel: Search');
  await speak('en');
});

test('what is not known, or not of the type that it should have, is not said', () => {
  expect(plain({ safeHint: true, readOnlyHint: 'yes', title: 7, destructiveHint: true })).toBe('destructive: yes');
  expect(['', '{', '[]', 'null', '"read-only"', '{}', '{"title":""}'].map(plain).join('')).toBe('');
});

test('a title shows what it hides, and is cut where it is long', () => {
  expect(plain({ title: 'a\u202eb' })).toBe('title: a\\u202eb');
  expect(plain({ title: 'x'.repeat(500) })).toBe(`title: ${'x'.repeat(80)}…`);
});
