import { expect, test } from 'vitest';
import { faults, holes, sentences } from './messages.mjs';
import { pseudo } from './pseudo.mjs';

test('every sentence stands in every language, with the same holes', () => {
  expect(faults()).toEqual([]);
});

test('no German sentence was left in English, but for names and words that are the same', () => {
  const english = sentences('en');
  const german = sentences('de');
  const same = Object.entries(english).flatMap(([room, all]) =>
    Object.entries(all)
      .filter(([key, sentence]) => german[room]?.[key] === sentence && /\s/.test(sentence.replace(/\{[^}]*\}/g, '').trim()))
      .map(([key]) => `${room}.${key}`),
  );
  expect(same).toEqual([]);
});

test('the pseudo-languages keep the holes, and the long one is longer by more than a third', () => {
  for (const all of Object.values(sentences('en'))) {
    for (const sentence of Object.values(all)) {
      for (const locale of ['en-XA', 'ar-XB']) {
        expect([...holes(pseudo(sentence, locale)).keys()]).toEqual([...holes(sentence).keys()]);
      }
      expect(pseudo(sentence, 'en-XA').length).toBeGreaterThanOrEqual(sentence.replace(/\{[^{}]*(\{[^{}]*\}[^{}]*)*\}/g, '').length * 1.3);
    }
  }
});
