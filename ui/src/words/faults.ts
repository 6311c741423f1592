/** The sentence for a refused order. The code chooses it; the broker's own detail is shown beside it as text from outside. */
import type { Code, ConsoleError } from '../host/types.gen';
import { say } from './say';
import { clip, visible } from './visible';

export function sentenceOf(fault: ConsoleError): string {
  const key: Code extends infer C extends string ? `codes.${C}` : never = `codes.${fault.code}`;
  const sentence = say(key);
  return fault.subject ? `${sentence} ${say('codes.about', { subject: fault.subject })}` : sentence;
}

/** The same with what the broker said beside it, for a place that holds nothing but a sentence. */
export function reportOf(fault: ConsoleError): string {
  return fault.detail ? `${sentenceOf(fault)} ${clip(visible(fault.detail), 200)}` : sentenceOf(fault);
}
