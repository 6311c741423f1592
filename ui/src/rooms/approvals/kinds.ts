/** Which picture and which heading a kind of question has. */
import type { About } from '../../host/types.gen';
import type { IconName } from '../../parts/icons';

const ICONS: Record<About, IconName> = {
  add_server: 'server',
  admit: 'shield',
  answer: 'history',
  call: 'send',
  connect: 'keyhole',
  read: 'look',
  resume: 'play',
  rules: 'rule',
  unlock: 'unlock',
};

export const iconOf = (about: About): IconName => ICONS[about];

/** Which heading stands over what would happen. */
export function partOf(about: About): 'call' | 'answer' | 'read' | 'admit' | 'order' {
  if (about === 'call' || about === 'answer' || about === 'read' || about === 'admit') return about;
  return 'order';
}
