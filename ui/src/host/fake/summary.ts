/** What the fake log comes to in some days: counted, not invented, so that a bar and the list that it opens agree. */
import { dayOf } from '../query';
import type { DayView, EntryView, OddityView, SummaryView } from '../types.gen';
import { ago, DAY, HOUR, MINUTE } from './house';
import type { Log } from './log';

const STEPS_MS = [1000, 2000, 3000, 5000, 10_000, 30_000, 60_000];

export function summary(log: Log, count: number): SummaryView {
  const start = new Date();
  start.setHours(0, 0, 0, 0);
  start.setDate(start.getDate() - count + 1);
  const days = new Map<string, DayView>();
  for (let at = 0; at < count; at++) {
    const date = new Date(start);
    date.setDate(date.getDate() + at);
    days.set(dayOf(date), { date: dayOf(date), by_rule: 0, by_person: 0, refused: 0, failed: 0, yes: 0, no: 0 });
  }
  const tools = new Map<string, number>();
  const servers = new Map<string, { calls: number; bytes: number }>();
  const times = new Map<number | null, number>([...STEPS_MS, null].map((step) => [step, 0]));
  for (let number = log.count; number > 0; number--) {
    const entry = log.at(number);
    if (!entry || Date.parse(entry.at) < start.getTime()) break;
    const day = days.get(dayOf(new Date(entry.at)));
    if (day) tally(day, entry);
    if (entry.kind === 'call' && entry.server) {
      const key = JSON.stringify([entry.server, entry.tool]);
      tools.set(key, (tools.get(key) ?? 0) + 1);
      const server = servers.get(entry.server) ?? { calls: 0, bytes: 0 };
      servers.set(entry.server, { calls: server.calls + 1, bytes: server.bytes + (entry.bytes ?? 0) });
    }
    if (entry.decided_ms) {
      const step = STEPS_MS.find((step) => (entry.decided_ms ?? 0) <= step) ?? null;
      times.set(step, (times.get(step) ?? 0) + 1);
    }
  }
  const byMost = <T>(of: (item: T) => number) => (one: T, other: T) => of(other) - of(one);
  return {
    days: [...days.values()],
    tools: [...tools]
      .map(([key, calls]) => {
        const [server, tool] = JSON.parse(key) as [string, string];
        return { server, tool, calls };
      })
      .sort(byMost((tool) => tool.calls))
      .slice(0, 20),
    servers: [...servers].map(([server, sent]) => ({ server, ...sent })).sort(byMost((server) => server.bytes)),
    answer_times: [...times].map(([at_most_ms, answers]) => ({ at_most_ms, answers })),
    oddities: log.count > 0 ? oddities(log) : [],
  };
}

function tally(day: DayView, { kind, outcome, by }: EntryView): void {
  const person = by === 'person';
  if (outcome === 'refused') day.refused += 1;
  else if (kind === 'call' && (outcome === 'failed' || outcome === 'unknown')) day.failed += 1;
  else if (kind === 'call' && person) day.by_person += 1;
  else if (kind === 'call') day.by_rule += 1;
  if (kind === 'call' && person) day.yes += 1;
  if (outcome === 'refused' && person) day.no += 1;
}

function oddities(log: Log): OddityView[] {
  const number = (back: number) => Math.max(1, log.count - back);
  const odd = { app: null, server: null, tool: null, count: null, usual: null, number: null };
  return [
    { ...odd, kind: 'many_calls', at: ago(2 * HOUR), app: 'Cursor', server: 'slack', count: 412, usual: 31, number: number(14) },
    { ...odd, kind: 'new_tool', at: ago(5 * HOUR), app: 'Claude Desktop', server: 'slack', tool: 'invite_user', number: number(120) },
    { ...odd, kind: 'new_app', at: ago(DAY + 20 * MINUTE), app: 'Cursor', server: 'warehouse', number: number(900) },
    { ...odd, kind: 'unusual_hour', at: ago(2 * DAY), app: 'Claude Code', server: 'notes', count: 6, number: number(1900) },
  ];
}
