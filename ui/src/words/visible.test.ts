import { describe, expect, test } from 'vitest';
import { clip, pieces, visible } from './visible';

describe('text from outside', () => {
  test('shows what would hide or reorder, and leaves nothing out', () => {
    expect(visible('a\u202eb\u200bc\x1b[31m\n')).toBe('a\\u202eb\\u200bc\\u001b[31m\\n');
    expect(visible('\u{e0041}')).toBe('\\udb40\\udc41');
    expect(visible('plain é 世')).toBe('plain é 世');
  });

  test('lets three marks stand on a letter and writes the others as codes', () => {
    expect(visible(`a${'\u0301'.repeat(5)}`)).toBe('a\u0301\u0301\u0301\\u0301\\u0301');
  });

  test('tells a code from text that only looks like one', () => {
    expect(pieces('\\u202e\u202e')).toEqual([
      { text: '\\u202e', coded: false },
      { text: '\\u202e', coded: true },
    ]);
    expect(pieces('a\\u202eb', 'broker')).toEqual([
      { text: 'a', coded: false },
      { text: '\\u202e', coded: true },
      { text: 'b', coded: false },
    ]);
  });

  test('keeps a run of codes together, however long it is', () => {
    expect(pieces('\u202e\u200b'.repeat(10_000))).toHaveLength(1);
  });

  test('keeps line breaks only where they are wanted', () => {
    expect(pieces('a\nb', 'raw', true)).toEqual([{ text: 'a\nb', coded: false }]);
    expect(pieces('a\nb').map((piece) => piece.text)).toEqual(['a', '\\n', 'b']);
  });

  test('never cuts a character in two', () => {
    expect(clip('ab😀c', 3)).toBe('ab…');
    expect(clip('short', 10)).toBe('short');
  });
});
