/** Why nothing is taken out of pasted lines, in one sentence. */
import { say } from '../../words/say';
import { clip } from '../../words/visible';
import type { Reading } from './paste/paste';

export function refusalOf({ why, about }: Extract<Reading, { kind: 'refused' }>): string {
  const short = clip(about, 60);
  if (why === 'secret') return say('servers.refused_secret', { about: short });
  if (why === 'ours') return say('servers.refused_ours', { about: short });
  if (why === 'local') return about ? say('servers.refused_local_named', { about: short }) : say('servers.refused_local');
  return say(`servers.refused_${why}`);
}
