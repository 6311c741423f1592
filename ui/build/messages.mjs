/**
 * Reads the sentences of `messages/{locale}/{room}.json`: for the page's build, for its types and for its lint.
 *
 * Each file is flat, one sentence a key; the file's name is the key's first part, so `approvals.json` with `deny` is
 * `approvals.deny`. A sentence may hold `{name}` and `{count, plural, one {# call} other {# calls}}`, and nothing else.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const FOLDER = join(import.meta.dirname, '..', 'messages');

/** The languages that people get; English is what the others are checked against. */
export const LOCALES = ['en', 'de'];

/**
 * All sentences of a locale, by room.
 * @param {string} locale
 * @returns {Record<string, Record<string, string>>}
 */
export function sentences(locale) {
  const files = readdirSync(join(FOLDER, locale)).filter((name) => name.endsWith('.json'));
  return Object.fromEntries(
    files.sort().map((name) => [name.slice(0, -5), JSON.parse(readFileSync(join(FOLDER, locale, name), 'utf8'))]),
  );
}

/**
 * The holes of a sentence: what has to be put in, and whether it is counted.
 * @param {string} sentence
 * @returns {Map<string, 'number' | 'text'>}
 */
export function holes(sentence) {
  /** @type {Map<string, 'number' | 'text'>} */
  const found = new Map();
  for (const [, name = '', plural] of sentence.matchAll(HOLE)) {
    if (plural || !found.has(name)) found.set(name, plural ? 'number' : 'text');
  }
  return found;
}

/** The same pattern as in `src/words/say.ts`, which fills the holes. */
export const HOLE = /\{(\w+)(?:, plural,((?: (?:=\d+|\w+) \{[^{}]*\})+))?\}/g;

/**
 * What is wrong with the sentences, one line a fault: every language has the same keys with the same holes.
 * @returns {string[]}
 */
export function faults() {
  const english = sentences('en');
  const found = [];
  for (const locale of LOCALES) {
    const all = sentences(locale);
    for (const room of new Set([...Object.keys(english), ...Object.keys(all)])) {
      for (const key of new Set([...Object.keys(english[room] ?? {}), ...Object.keys(all[room] ?? {})])) {
        const theirs = all[room]?.[key];
        const ours = english[room]?.[key];
        const place = `messages/${locale}/${room}.json: ${key}`;
        if (theirs === undefined) found.push(`${place} is missing`);
        else if (ours === undefined) found.push(`${place} is not in English`);
        else if ([...holes(ours).keys()].sort().join() !== [...holes(theirs).keys()].sort().join())
          found.push(`${place} has other holes than in English`);
        else if (/[{}]/.test(theirs.replace(HOLE, ''))) found.push(`${place} has a brace that is no hole`);
        else if (/, plural,/.test(theirs) && !/ other \{/.test(theirs)) found.push(`${place} has no form "other"`);
      }
    }
  }
  return found;
}
