/** The answers on offer, in the groups in which they are shown. What the broker offers decides; nothing is added here. */
import type { ChoiceView } from '../../host/types.gen';

export type Kind = 'once' | 'times' | 'minutes' | 'quit' | 'pattern' | 'always' | 'other';

export interface Offer {
  /** What is answered: the broker's own word. */
  code: string;
  kind: Kind;
  /** How many calls or minutes. */
  count: number;
  /** The broker's words, for what only it can say. */
  words: string;
  matched: ChoiceView['matched'];
}

/** Groups narrowest first. The last one holds what stays; it is folded away at first. */
export interface Group {
  name: 'once' | 'times' | 'minutes' | 'quit' | 'stays';
  offers: Offer[];
}

const KINDS: Record<string, Kind> = {
  allow_once: 'once',
  allow_times: 'times',
  allow_for: 'minutes',
  allow_until_quit: 'quit',
  allow_always_with: 'pattern',
  allow_always: 'always',
};

const GROUPS: Record<Kind, Group['name']> = {
  once: 'once',
  times: 'times',
  minutes: 'minutes',
  quit: 'quit',
  pattern: 'stays',
  always: 'stays',
  other: 'stays',
};

export function offerOf({ choice, words, matched }: ChoiceView): Offer {
  const [word = '', number = ''] = choice.split(':');
  return { code: choice, kind: KINDS[word] ?? 'other', count: Number(number), words, matched };
}

const isNo = ({ choice }: ChoiceView) => choice.startsWith('deny');

/** The yeses in their groups, each in the broker's order. A yes that this page does not know stands last, in the broker's words. */
export function groups(choices: readonly ChoiceView[]): Group[] {
  const offers = choices.filter((choice) => !isNo(choice)).map(offerOf);
  return (['once', 'times', 'minutes', 'quit', 'stays'] as const)
    .map((name) => ({ name, offers: offers.filter(({ kind }) => GROUPS[kind] === name) }))
    .filter((group) => group.offers.length > 0);
}

/** Whether this kind of no is on offer. A plain no always is. */
export const canBlock = (choices: readonly ChoiceView[]): boolean => choices.some(({ choice }) => choice === 'deny_and_block');

/** What is chosen before the person chooses: the narrowest yes, and nothing at all where something would be destroyed. */
export function preset(choices: readonly ChoiceView[], grave: boolean): string | null {
  const first = choices.find((choice) => !isNo(choice));
  return grave ? null : (first?.choice ?? null);
}
