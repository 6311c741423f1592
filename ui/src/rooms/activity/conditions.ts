/** The conditions of a search in words, for chips and menus. */
import type { Key, Term } from '../../host/query';
import { say } from '../../words/say';
import { clip, visible } from '../../words/visible';
import { KINDS, kindWords, OUTCOMES, TIERS } from './entry';

/** What can be asked about a decision. */
export const DECISIONS = ['allowed', 'asked', 'denied'] as const;

/** And about who made it. */
export const DECIDERS = ['me', 'rule'] as const;

export interface Option {
  value: string;
  label: string;
}

const known = <T extends string>(all: readonly T[], value: string): T | undefined => all.find((one) => one === value.toLowerCase());

/** What a value means, where it is a word of ours; otherwise itself, made visible. */
export function valueWords(key: Key | null, value: string): string {
  const [decision, by, outcome, tier, kind] = [known(DECISIONS, value), known(DECIDERS, value), known(OUTCOMES, value), known(TIERS, value), known(KINDS, value)];
  if (key === 'by' && by) return say(`activity.decider_${by}`);
  if (key === 'decision' && decision) return say(`activity.decision_${decision}`);
  if (key === 'outcome' && outcome) return say(`activity.outcome_${outcome}`);
  if (key === 'tier' && tier) return say(`activity.tier_${tier}`);
  if (key === 'kind' && kind) return kindWords(kind);
  return visible(clip(value, 60));
}

export const chipWords = ({ key, value }: Term): string => (key ? `${say(`activity.key_${key}`)}: ${valueWords(key, value)}` : visible(clip(value, 60)));

/** The choices for a condition: everything, then what there is, and what is chosen at the moment even if it is none of these. */
export function options(key: Key, values: readonly string[], chosen: string): Option[] {
  const all = chosen && !values.includes(chosen) ? [...values, chosen] : values;
  return [{ value: '', label: say('activity.any') }, ...all.map((value) => ({ value, label: valueWords(key, value) }))];
}
