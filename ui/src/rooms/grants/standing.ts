/** How a connection stands, in a word, a picture and a colour that repeats them. */
import type { IconName } from '../../parts/icons';
import { fromNow } from '../../words/moments';
import { say } from '../../words/say';
import type { Connection, Standing } from './connections';

interface Sign {
  look: 'quiet' | 'good' | 'care';
  icon: IconName;
}

export const SIGNS: Record<Standing, Sign> = {
  paused: { look: 'care', icon: 'pause' },
  sign_in: { look: 'care', icon: 'warning' },
  revoked: { look: 'quiet', icon: 'block' },
  ends_soon: { look: 'care', icon: 'clock' },
  ends: { look: 'quiet', icon: 'clock' },
  renews: { look: 'good', icon: 'refresh' },
  fresh: { look: 'good', icon: 'check' },
  none: { look: 'quiet', icon: 'globe' },
};

export function standingWord({ standing, grant }: Connection, now: number): string {
  if (standing === 'ends' || standing === 'ends_soon') return say('grants.standing_ends', { when: fromNow(grant?.expires ?? '', now) });
  return say(`grants.standing_${standing}`);
}

/** The account as a person would name it: most sign-ins have no label. */
export const accountWord = ({ account, grant }: Connection): string =>
  !grant ? say('grants.no_account') : account === 'default' ? say('grants.account_default') : account;
