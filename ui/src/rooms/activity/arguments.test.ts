import { describe, expect, test } from 'vitest';
import { argumentsOf, isCut } from './arguments';

const read = (preview: string) => {
  const { rows, rest } = argumentsOf(preview);
  return [rows.map(({ name, text }) => [name, text]), rest];
};

describe('the arguments of an entry', () => {
  test('are taken apart, a row each', () => {
    expect(read('{"channel":"#ops","n":3,"deep":{"a":[1,"},{"]},"none":null}')).toEqual([
      [
        ['channel', '#ops'],
        ['n', '3'],
        ['deep', '{"a":[1,"},{"]}'],
        ['none', 'null'],
      ],
      '',
    ]);
    expect(read('{}')).toEqual([[], '']);
  });

  test('go as far as they were kept', () => {
    expect(read('{"a":"x","b":{"c":"y…')).toEqual([[['a', 'x']], '"b":{"c":"y…']);
    expect(isCut('{"a":"x…')).toBe(true);
    expect(isCut('{"a":"x"}')).toBe(false);
  });

  test('stand as they are where they are no object', () => {
    expect(read('[1,2]')).toEqual([[], '[1,2]']);
    expect(read('[12 bytes that are no JSON]')).toEqual([[], '[12 bytes that are no JSON]']);
    expect(read('')).toEqual([[], '']);
  });

  test('say what was hidden', () => {
    const [plain, hidden, deep] = argumentsOf('{"a":"x","b":"[redacted, 40 characters]","c":{"d":"key [redacted, 8 characters]"}}').rows;
    expect([plain?.hidden, hidden?.hidden, deep?.hidden]).toEqual([false, true, true]);
  });

  test('turn codes that were written for hidden characters back, so that they are marked as such', () => {
    expect(argumentsOf('{"a":"\\u202ex"}').rows[0]?.text).toBe('\u202ex');
  });

  test('lose nothing of a hostile name', () => {
    expect(read('{"__proto__":"x","a":"y"}')).toEqual([
      [
        ['__proto__', 'x'],
        ['a', 'y'],
      ],
      '',
    ]);
  });
});
