/**
 * The log's query language, as far as the page writes it: `server:slack decision:denied after:2d some words`.
 *
 * The broker reads the whole text by itself and is the one to say what it means; the page only takes it apart to show its
 * conditions one by one, and writes conditions into it.
 */

/** What a condition can be about, in the order in which the page offers them. */
export const KEYS = ['app', 'server', 'account', 'tool', 'kind', 'decision', 'by', 'outcome', 'tier', 'after', 'before'] as const;
export type Key = (typeof KEYS)[number];

/** One part of a query: a condition, or a free text. */
export interface Term {
  key: Key | null;
  /** Without its quotes. */
  value: string;
  /** As it was typed, where it looks like a condition and is none: the broker will say so. */
  odd?: string;
}

/** The parts of a query, in order. A quote that is not closed reaches to the end: somebody is still typing. */
export function terms(text: string): Term[] {
  const found: Term[] = [];
  const letters = Array.from(text);
  for (let at = 0; at < letters.length; ) {
    if (/\s/u.test(letters[at] ?? '')) {
      at += 1;
      continue;
    }
    const from = at;
    let name: string | null = null;
    let value = '';
    let within = false;
    let quotedOnce = false;
    for (; at < letters.length; at++) {
      const letter = letters[at] ?? '';
      if (letter === '"') [within, quotedOnce] = [!within, true];
      else if (letter === '\\' && within) value += letters[++at] ?? '';
      else if (!within && /\s/u.test(letter)) break;
      // A single letter before a colon is a drive's.
      else if (letter === ':' && name === null && !quotedOnce && /^[a-z_]{2,}$/i.test(value)) [name, value] = [value, ''];
      else value += letter;
    }
    const key = KEYS.find((known) => known === name?.toLowerCase()) ?? null;
    if (name !== null && !(key && value)) found.push({ key: null, value, odd: letters.slice(from, at).join('') });
    else if (key || value) found.push({ key, value });
  }
  return found;
}

/** The query that has these parts. */
export const written = (parts: readonly Term[]): string => parts.map(({ key, value, odd }) => odd ?? (key ? `${key}:${quoted(value)}` : quoted(value, ':'))).join(' ');

/** A value as it has to be written: in quotes only where it would be read otherwise without them. */
const quoted = (value: string, also = ''): string =>
  value !== '' && !/[\s"\\]/u.test(value) && !(also && value.includes(also)) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;

/** Whether the last thing in it is a condition that may not be finished: of those, only some values are any. */
export function isBegun(text: string): boolean {
  const last = /\s$/u.test(text) ? undefined : terms(text).at(-1);
  return last !== undefined && (last.odd !== undefined || (last.key !== null && !NAMES.includes(last.key)));
}

/** Conditions that any name may stand in. */
const NAMES: readonly Key[] = ['account', 'app', 'server', 'tool'];

/** What the query says about something, the last time that it does. */
export const valueOf = (text: string, key: Key): string | null => terms(text).findLast((term) => term.key === key)?.value ?? null;

/** The query with these conditions instead of what it said about the same; an empty value takes a condition away. */
export function withTerms(text: string, wanted: Partial<Record<Key, string | null>>): string {
  const parts = terms(text);
  for (const [name, value] of Object.entries(wanted)) {
    const key = name as Key;
    const at = parts.findIndex((term) => term.key === key);
    for (let other = parts.length - 1; other > at; other--) if (at >= 0 && parts[other]?.key === key) parts.splice(other, 1);
    if (!value) {
      if (at >= 0) parts.splice(at, 1);
    } else if (at >= 0) parts[at] = { key, value };
    else {
      // Conditions stand before free words, so that what is typed next goes on with the words.
      const words = parts.findIndex((term) => term.key === null);
      parts.splice(words < 0 ? parts.length : words, 0, { key, value });
    }
  }
  return written(parts);
}

/** The query without its part at this place. */
export const without = (text: string, at: number): string => written(terms(text).filter((_, place) => place !== at));

/** A moment or a day that a query names: `4w`, `2d`, `12h` or `90m` ago, a day of the person's own clock, or RFC 3339. */
export function momentOf(value: string, now: number): number | null {
  const ago = /^(\d{1,9})([wdhm])$/.exec(value);
  if (ago) return now - Number(ago[1]) * { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000 }[ago[2] as 'w' | 'd' | 'h' | 'm'];
  if (!/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(value)) return null;
  const moment = Date.parse(value.length === 10 ? `${value}T00:00:00` : value);
  return Number.isNaN(moment) ? null : moment;
}

/** The day after, or before, a day such as `2026-11-21`. */
export function dayBeside(day: string, steps: number): string {
  const date = new Date(`${day}T12:00:00`);
  date.setDate(date.getDate() + steps);
  return dayOf(date);
}

/** A moment's day by the person's own clock. */
export const dayOf = (date: Date): string =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part, at) => String(part).padStart(at ? 2 : 4, '0')).join('-');
