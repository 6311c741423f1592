/** What a rule does and how it stands, in words, a picture and a colour that repeats them. */
import type { RuleOrigin, RuleState, RuleView, Verdict } from '../../host/types.gen';
import type { IconName } from '../../parts/icons';
import { fromNow } from '../../words/moments';
import { say } from '../../words/say';
import type { End, Limit } from './reading';

type Look = 'quiet' | 'good' | 'care' | 'bad';

export const EFFECTS: Record<Verdict | 'several', { look: Look; icon: IconName }> = {
  allow: { look: 'good', icon: 'check' },
  ask: { look: 'care', icon: 'ask' },
  deny: { look: 'bad', icon: 'block' },
  several: { look: 'quiet', icon: 'rule' },
};

export const STATES: Record<RuleState, { look: Look; icon: IconName }> = {
  in_force: { look: 'quiet', icon: 'check' },
  pending: { look: 'care', icon: 'clock' },
  suspended: { look: 'care', icon: 'pause' },
  expired: { look: 'quiet', icon: 'minus' },
};

export const ORIGINS: Record<RuleOrigin, IconName> = { answer: 'person', file: 'file', managed: 'shield', shipped: 'keyhole' };

export const effectOf = ({ effect }: Pick<RuleView, 'effect'>): Verdict | 'several' => effect ?? 'several';

export function limitWords(limit: Limit): string {
  if (limit.is === 'bound') return say('rules.limit_bound', { what: limit.what });
  return say(`rules.limit_${limit.is}`);
}

export function endWords(end: End, now: number): string {
  if (end.is === 'at') return say('rules.ends_at', { when: fromNow(end.at, now) });
  if (end.is === 'uses') return say('rules.ends_uses', { n: end.left });
  if (end.is === 'idle') return say('rules.ends_idle', { n: end.days });
  return say(`rules.ends_${end.is}`);
}
