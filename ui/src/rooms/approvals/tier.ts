/** How much harm a question can do, and what has to be typed before the worst is allowed. */
import type { QuestionDetail } from '../../host/types.gen';

export type Tier = 'look' | 'change' | 'send' | 'destroy';

/** The tier; one that this page does not know is the worst. */
export const tierOf = ({ tier }: QuestionDetail): Tier =>
  tier === 'look' || tier === 'change' || tier === 'send' ? tier : 'destroy';

/** Tool names that can be typed, and told apart from what looks like them. */
const TYPABLE = /^[A-Za-z0-9_\-./:]{1,48}$/;

/** What must be typed: the tool's name, so that nobody says yes from habit; a word of ours where that cannot be typed. */
export const typedWord = ({ question }: QuestionDetail, ours: string): string =>
  question.about === 'call' && question.tool && TYPABLE.test(question.tool) ? question.tool : ours;
