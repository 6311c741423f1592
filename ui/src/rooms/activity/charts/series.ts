/** What the charts show, out of what the log came to. */
import type { SummaryView } from '../../../host/types.gen';
import { asDay, inNumbers, inPercent, inTime } from '../../../words/moments';
import { say } from '../../../words/say';
import { sum, type Column, type Series } from './chart';

export const callSeries = (): Series[] => [
  { name: say('activity.by_rule'), look: 'allow' },
  { name: say('activity.by_person'), look: 'brand' },
  { name: say('activity.was_refused'), look: 'deny' },
  { name: say('activity.was_failed'), look: 'care' },
];

export const questionSeries = (): Series[] => [
  { name: say('activity.yes'), look: 'brand' },
  { name: say('activity.no'), look: 'deny' },
];

export const callColumns = ({ days }: SummaryView): Column[] =>
  days.map(({ date, by_rule, by_person, refused, failed }) => ({
    name: asDay(date),
    parts: [by_rule, by_person, refused, failed],
    words: say('activity.day_calls', { day: asDay(date), n: by_rule + by_person + refused + failed, by_rule, by_person, refused, failed }),
  }));

export const questionColumns = ({ days }: SummaryView): Column[] =>
  days.map(({ date, yes, no }) => ({
    name: asDay(date),
    parts: [yes, no],
    words: say('activity.day_questions', { day: asDay(date), n: yes + no, yes }),
  }));

export function timeColumns({ answer_times }: SummaryView): Column[] {
  const longest = answer_times.findLast((time) => time.at_most_ms !== null)?.at_most_ms ?? 0;
  return answer_times.map(({ at_most_ms, answers }) => {
    const name = at_most_ms === null ? say('activity.over', { time: inTime(longest) }) : say('activity.under', { time: inTime(at_most_ms) });
    return { name, parts: [answers], words: say('activity.time_answers', { time: name, n: answers }) };
  });
}

/** The share of yes among all answers of these days; nothing before the first one. */
export function acceptance({ days }: SummaryView): string | null {
  const yes = sum(days.map((day) => day.yes));
  const all = yes + sum(days.map((day) => day.no));
  return all === 0 ? null : inPercent(Math.round((100 * yes) / all));
}

/** The rows of a chart's table: a name and its parts. */
export const rowsOf = (columns: readonly Column[], act?: (at: number) => void) =>
  columns.map(({ name, parts }, at) => ({ name, cells: parts.map((part) => inNumbers(part)), ...(act ? { act: () => act(at) } : {}) }));
