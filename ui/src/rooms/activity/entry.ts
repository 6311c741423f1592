/** What an entry of the log says, in words and pictures. */
import type { EntryView, OutcomeView } from '../../host/types.gen';
import type { IconName } from '../../parts/icons';
import { say } from '../../words/say';

export const OUTCOMES = ['done', 'refused', 'failed', 'unknown', 'cancelled', 'open'] as const satisfies readonly OutcomeView[];

/** Each ending has a picture and a shape of its own, so that its colour only repeats them. */
export const LOOKS: Record<OutcomeView, { icon: IconName; shape: 'round' | 'square' | 'cut' | 'bare' }> = {
  done: { icon: 'check', shape: 'bare' },
  refused: { icon: 'block', shape: 'square' },
  failed: { icon: 'warning', shape: 'cut' },
  unknown: { icon: 'info', shape: 'cut' },
  cancelled: { icon: 'minus', shape: 'round' },
  open: { icon: 'clock', shape: 'round' },
};

export const TIERS = ['look', 'change', 'send', 'destroy'] as const;
export type Tier = (typeof TIERS)[number];

/** How much harm it could do, where that is one of the words that we know. */
export const tierOf = (tier: string | null | undefined): Tier | null => TIERS.find((known) => known === tier) ?? null;

/** What happens beside calls, with a picture for each. */
const KIND_ICONS = {
  admit: 'shield',
  answer: 'person',
  call: 'activity',
  change_rule: 'rule',
  change_server: 'server',
  change_setting: 'settings',
  confirm_rules: 'rule',
  connect: 'plug',
  disconnect: 'plug',
  export: 'download',
  label: 'shield',
  lapse: 'clock',
  lock: 'lock',
  mode: 'settings',
  pause: 'pause',
  refresh: 'refresh',
  refuse: 'block',
  reset_history: 'history',
  resume: 'play',
  review: 'look',
  revoke: 'trash',
  server_request: 'server',
  sign_in: 'keyhole',
  start: 'play',
  stop: 'minus',
  tamper: 'warning',
  unlock: 'unlock',
} as const satisfies Record<string, IconName>;

export type Kind = keyof typeof KIND_ICONS;
export const KINDS = Object.keys(KIND_ICONS) as Kind[];

const kindOf = (kind: string): Kind | null => (Object.hasOwn(KIND_ICONS, kind) ? (kind as Kind) : null);

/** What happened, in words; what we have no words for stands as it was written. */
export function kindWords(kind: string): string {
  const known = kindOf(kind);
  return known ? say(`activity.kind_${known}`) : kind;
}

/** A request that was made or refused, as opposed to something that happened to Keyholder itself. */
export const isRequest = (entry: EntryView): boolean => entry.kind === 'call' || entry.kind === 'refuse';

/** The picture at the head of a row. */
export function iconOf(entry: EntryView): IconName {
  const known = kindOf(entry.kind);
  return isRequest(entry) ? (tierOf(entry.tier) ?? 'activity') : known ? KIND_ICONS[known] : 'info';
}

/** Why something was decided as it was: by a rule (with its name where only that is said), by the person, by routine, or as it says. */
export type Why = { by: 'rule'; rule: string } | { by: 'you'; how: string } | { by: 'routine' } | { by: 'said'; text: string };

const RULE = 'rule ';
const ANSWERED = 'answered: ';

export function whyOf({ by, reason }: Pick<EntryView, 'by' | 'reason'>): Why | null {
  if (by === 'person') return { by: 'you', how: reason?.startsWith(ANSWERED) ? reason.slice(ANSWERED.length) : (reason ?? '') };
  if (!reason) return null;
  if (by === 'rule' && reason.startsWith(RULE)) return { by: 'rule', rule: reason.slice(RULE.length) };
  return reason === 'routine' ? { by: 'routine' } : { by: 'said', text: reason };
}
