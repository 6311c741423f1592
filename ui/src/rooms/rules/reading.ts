/** What a rule is about, when it ends, which filter it passes: read out of what the broker says of it, without the page. */
import type { RuleView } from '../../host/types.gen';

const LONG_UNUSED_MS = 30 * 86_400_000;

export type Limit = { is: 'bound'; what: string } | { is: 'definition'; digest: string } | { is: 'exact' } | { is: 'process'; id: string };

/** What an answer is bound to. What is null does not matter to the rule, or stands only in its text. */
export interface About {
  app: string | null;
  server: string | null;
  host: string | null;
  account: string | null;
  tool: string | null;
  limits: Limit[];
}

/**
 * The broker writes one text each, always in this order: app, server, process, host, account, tool, definition, exactness, bounds.
 * A bound may read `app is “x”`: only the order tells it from the app, so each name is taken once and never later than its turn.
 */
export function aboutOf({ bound_to }: Pick<RuleView, 'bound_to'>): About {
  const about: About = { app: null, server: null, host: null, account: null, tool: null, limits: [] };
  const rest = [...bound_to];
  const take = (start: string, fits: RegExp = /^/): string | null => {
    const value = rest[0]?.startsWith(start) ? rest[0].slice(start.length) : null;
    if (value === null || !fits.test(value)) return null;
    rest.shift();
    return value;
  };
  about.app = take('app ');
  // Without an app it is nothing that the broker bound: a text of its own.
  if (about.app === null) return { ...about, limits: rest.map((what) => ({ is: 'bound', what })) };
  about.server = take('server ');
  const process = take('process ');
  about.host = take('host ');
  about.account = take('account ');
  about.tool = take('tool ');
  const digest = take('definition ', /^[0-9a-f]{12}$/);
  if (process !== null) about.limits.push({ is: 'process', id: process });
  if (take('exactly these arguments') !== null) about.limits.push({ is: 'exact' });
  about.limits.push(...rest.map((what): Limit => ({ is: 'bound', what })));
  if (digest !== null) about.limits.push({ is: 'definition', digest });
  return about;
}

export type End = { is: 'at'; at: string } | { is: 'idle'; days: number } | { is: 'never' } | { is: 'over' } | { is: 'uses'; left: number };

/** What ends it first, as far as that is known; a rule can have several ends. */
export function endsOf({ state, expires, idle_days, uses_left }: RuleView): End[] {
  if (state === 'expired') return [{ is: 'over' }];
  const ends: End[] = [];
  if (expires) ends.push({ is: 'at', at: expires });
  if (uses_left !== null) ends.push({ is: 'uses', left: uses_left });
  if (idle_days !== null) ends.push({ is: 'idle', days: idle_days });
  return ends.length === 0 ? [{ is: 'never' }] : ends;
}

export const FILTERS = ['all', 'given', 'unused', 'broad', 'endless', 'files', 'shipped'] as const;
export type Filter = (typeof FILTERS)[number];

/** Whether somebody gave it: what ships with Keyholder is no permission of the person's. */
const isGiven = ({ effect, state, origin }: RuleView) => effect === 'allow' && state === 'in_force' && origin !== 'shipped';

export function passes(rule: RuleView, filter: Filter, now: number): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'broad':
      return rule.binds_arguments === false && rule.effect === 'allow' && rule.state !== 'expired';
    case 'endless':
      return rule.effect === 'allow' && rule.origin !== 'shipped' && endsOf(rule)[0]?.is === 'never';
    case 'files':
      return rule.origin === 'file' || rule.origin === 'managed';
    case 'given':
      return isGiven(rule);
    case 'shipped':
      return rule.origin === 'shipped';
    case 'unused': {
      const since = rule.last_used ?? rule.made;
      return isGiven(rule) && since !== null && now - Date.parse(since) > LONG_UNUSED_MS;
    }
  }
}

/** Whether all of what was typed stands somewhere in it. */
export function matches(rule: RuleView, typed: string): boolean {
  const text = [rule.id, rule.summary, ...rule.bound_to, rule.source, rule.file, rule.note].join(' ').toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** Only what came from an answer, or was added by hand, can be taken away in this window. */
export const isRemovable = ({ origin }: RuleView): boolean => origin === 'answer';

/** Whether more could run without it. One that says several things may refuse some of them. */
export const refuses = ({ effect, state }: RuleView): boolean => effect !== 'allow' && state !== 'expired';

/** The file's name without its folder and its line: by that a simulation knows whose place to take. */
export function fileOf({ file }: RuleView): string | null {
  const path = file?.replace(/:\d+$/, '') ?? '';
  return path.split(/[/\\]/).at(-1) || null;
}

/** The line that a parse error is about, and the rest of what it says. */
export function whereOf(detail: string): { line: number | null; why: string } {
  const [, line, why] = /^line (\d+): ([^]*)$/.exec(detail) ?? [];
  return line && why !== undefined ? { line: Number(line), why } : { line: null, why: detail };
}
