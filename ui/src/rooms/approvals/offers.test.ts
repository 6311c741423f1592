import { describe, expect, test } from 'vitest';
import { once, offers as offered, pattern } from '../../host/fake/questions';
import { canBlock, groups, offerOf, preset } from './offers';

const codes = (tier: string, patterns = [pattern(0, 'only with exactly these arguments', 6)]) =>
  groups(offered(tier, patterns)).map(({ name, offers }) => [name, offers.map(({ code }) => code)]);

describe('the answers on offer', () => {
  test('stand in groups, the narrowest first and what stays last', () => {
    expect(codes('change')).toEqual([
      ['once', ['allow_once']],
      ['times', ['allow_times:5', 'allow_times:50']],
      ['minutes', ['allow_for:5', 'allow_for:15', 'allow_for:60', 'allow_for:720']],
      ['quit', ['allow_until_quit']],
      ['stays', ['allow_always_with:0', 'allow_always']],
    ]);
  });

  test('are only those of the broker: nothing is added for a call that destroys', () => {
    expect(codes('destroy')).toEqual([
      ['once', ['allow_once']],
      ['minutes', ['allow_for:5', 'allow_for:15']],
    ]);
  });

  test('keep their number and what they would have matched', () => {
    expect(offerOf({ choice: 'allow_for:15', words: '', matched: null })).toMatchObject({ kind: 'minutes', count: 15 });
    expect(offerOf(pattern(2, 'only with x', 6))).toMatchObject({ kind: 'pattern', count: 2, matched: { hits: 6, of: 40 } });
  });

  test('that this page does not know stand last, in the words of the broker', () => {
    const strange = { choice: 'allow_on_sundays', words: 'On Sundays', matched: null };
    expect(groups([strange, ...once()]).at(-1)).toMatchObject({ name: 'stays', offers: [{ kind: 'other', words: 'On Sundays' }] });
  });

  test('hold no kind of no', () => {
    const all = groups(offered('change')).flatMap(({ offers }) => offers.map(({ code }) => code));
    expect(all.filter((code) => code.startsWith('deny'))).toEqual([]);
    expect(canBlock(offered('change'))).toBe(true);
    expect(canBlock(once())).toBe(false);
  });
});

test('the narrowest yes is chosen beforehand, and none where something would be destroyed', () => {
  expect(preset(offered('send'), false)).toBe('allow_once');
  expect(preset(offered('destroy'), true)).toBe(null);
  expect(preset([{ choice: 'deny', words: '', matched: null }], false)).toBe(null);
});
