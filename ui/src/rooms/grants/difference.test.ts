import { describe, expect, test } from 'vitest';
import { apart, changeOf } from './difference';

describe('a line of the difference', () => {
  test('is a place with what stood there and what stands there now', () => {
    expect(changeOf('description: “Posts.” -> “Posts: now -> later.”')).toEqual({ place: 'description', was: 'Posts.', now: 'Posts: now -> later.' });
    expect(changeOf('annotations.openWorldHint: true -> false')).toEqual({ place: 'annotations.openWorldHint', was: 'true', now: 'false' });
    expect(changeOf('inputSchema.properties.“a: b”.enum[2]: added {"type":"string"}')).toEqual({
      place: 'inputSchema.properties.“a: b”.enum[2]',
      was: null,
      now: '{"type":"string"}',
    });
    expect(changeOf('title: removed “a”')).toEqual({ place: 'title', was: 'a', now: null });
  });

  test('is left whole where a server could decide how it is taken apart', () => {
    for (const line of ['x: {"a":" -> "} -> 5', 'and 12 more lines', 'Shares a note: with all.', '<b>: “a” -> “b”', 'x: “a” -> “b” -> “c”']) {
      expect(changeOf(line)).toEqual({ place: '', was: null, now: line });
    }
  });
});

describe('two texts', () => {
  test('are alike at both ends and differ between, in whole words', () => {
    expect(apart('Posts a message.', 'Posts a long message.')).toEqual({ start: 'Posts a ', was: '', now: 'long ', end: 'message.' });
    expect(apart('true', 'false')).toEqual({ start: '', was: 'true', now: 'false', end: '' });
    expect(apart('a b', 'a bc')).toEqual({ start: 'a ', was: 'b', now: 'bc', end: '' });
    expect(apart('', 'x')).toEqual({ start: '', was: '', now: 'x', end: '' });
  });

  test('are never cut inside a character', () => {
    const { start, was, now, end } = apart('a😀b', 'a😃b');
    expect([start, was, now, end]).toEqual(['a', '😀', '😃', 'b']);
    const other = apart('\u{1f600}', '\u{1f700}');
    expect(other.was + other.end).toBe('\u{1f600}');
  });
});
