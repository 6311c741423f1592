/** Whether an entry is what a query wants, as the broker means it: case does not count, and a word may stand anywhere. Its time is judged elsewhere. */
import { momentOf, terms, type Key } from '../query';
import type { ConsoleError, EntryView, LogQuery } from '../types.gen';

/** A query whose words have been read: conditions are tests, moments are `since` and `until`. */
export type Search = LogQuery & { tests: ((entry: EntryView) => boolean)[] };

const folded = (text: string | null | undefined) => text?.toLowerCase() ?? '';

export function read(query: LogQuery, now: number): Search {
  const wanted = new Map<Key, string[]>();
  const tests: Search['tests'] = [];
  let { since, until } = query;
  for (const { key, value, odd } of terms(query.words ?? '')) {
    if (odd !== undefined) throw refused(odd, 'is no condition: one begins with app:, server:, tool: and so on');
    if (key === 'after' || key === 'before') {
      const moment = momentOf(value, now);
      if (moment === null) throw refused(value, 'names no moment: say how long ago, as 90m, 12h, 2d or 4w, or a day as 2026-11-20');
      const text = new Date(moment).toISOString();
      if (key === 'after') since = !since || since < text ? text : since;
      else until = !until || until > text ? text : until;
    } else if (key) {
      const closed = CLOSED[key];
      const values = folded(value).split(closed ? '|' : /$^/);
      const unheard = closed && values.find((one) => !closed.includes(one));
      if (unheard) throw refused(unheard, `is unknown: after ${key}: comes ${closed.join(', ')}`);
      wanted.set(key, [...(wanted.get(key) ?? []), ...values]);
    } else tests.push((entry) => [entry.tool, entry.server, entry.app, entry.account, entry.reason, entry.preview].some((text) => folded(text).includes(folded(value))));
  }
  // Of several things of one kind any will do.
  for (const [key, values] of wanted) tests.push((entry) => values.some((value) => holds(entry, key, value)));
  return { ...query, since, until, tests };
}

const CLOSED: Partial<Record<Key, string[]>> = {
  by: ['me', 'rule'],
  decision: ['allowed', 'asked', 'denied'],
  outcome: ['cancelled', 'done', 'failed', 'open', 'refused', 'unknown'],
  tier: ['look', 'change', 'send', 'destroy'],
};

function holds(entry: EntryView, key: Key, value: string): boolean {
  if (key === 'by') return entry.by === (value === 'me' ? 'person' : 'rule');
  if (key === 'decision' && value === 'asked') return entry.by === 'person' || entry.reason === 'nobody has answered yet';
  return key !== 'after' && key !== 'before' && folded(entry[key]) === value;
}

const refused = (word: string, why: string): ConsoleError => ({ code: 'invalid', subject: null, detail: `“${word}” ${why}` });

export function fits(entry: EntryView, query: Search): boolean {
  const same = (wanted: string | null | undefined, have: string | null) => !wanted || wanted === have;
  return (
    same(query.server, entry.server) &&
    same(query.app, entry.app) &&
    same(query.tool, entry.tool) &&
    same(query.kind, entry.kind) &&
    same(query.outcome, entry.outcome) &&
    query.tests.every((test) => test(entry))
  );
}
