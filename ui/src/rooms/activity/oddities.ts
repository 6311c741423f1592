/** What is out of the ordinary, in sentences, and which of it the person has put away. */
import { keep, kept } from '../../host/preferences';
import type { OddityView } from '../../host/types.gen';
import type { IconName } from '../../parts/icons';
import { inNumbers } from '../../words/moments';
import { say } from '../../words/say';
import { clip } from '../../words/visible';
import type { Wish } from './search';

export const ODD_ICONS: Record<OddityView['kind'], IconName> = { many_calls: 'activity', new_app: 'app', new_tool: 'plus', unusual_hour: 'clock' };

/** The same one is the same tomorrow. */
export const oddKey = ({ kind, at, app, server, tool }: OddityView): string => JSON.stringify([kind, at, app, server, tool]);

export function oddWords({ kind, app, server, tool, count, usual }: OddityView): string {
  const names = { app: clip(app ?? say('activity.some_app'), 60), server: clip(server ?? say('activity.some_server'), 60), tool: clip(tool ?? say('activity.some_tool'), 60) };
  switch (kind) {
    case 'many_calls':
      return say('activity.odd_many_calls', { app: names.app, server: names.server, count: inNumbers(count ?? 0), usual: inNumbers(usual ?? 0) });
    case 'new_app':
      return say('activity.odd_new_app', { app: names.app, server: names.server });
    case 'new_tool':
      return say('activity.odd_new_tool', names);
    case 'unusual_hour':
      return say('activity.odd_unusual_hour', { app: names.app, n: count ?? 0 });
  }
}

/** The search for all that it is about. */
export const oddWish = ({ app, server, tool }: OddityView): Wish => ({ app, server, tool });

/** So many are remembered as put away; older ones are long out of what is shown. */
const MOST = 200;
const areKeys = (value: unknown): value is string[] => Array.isArray(value) && value.every((key) => typeof key === 'string');

export const putAway = (): string[] => kept('activity.oddities', areKeys) ?? [];

export function putOneAway(oddity: OddityView): string[] {
  const keys = [...putAway().filter((key) => key !== oddKey(oddity)), oddKey(oddity)].slice(-MOST);
  keep('activity.oddities', keys);
  return keys;
}
