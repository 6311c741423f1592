/** What a tool does to a session, in words. One that this page does not know is shown as it is. */
import { say } from './say';
import { visible } from './visible';

const LABELS = ['reads_private', 'sees_untrusted', 'sends_outward', 'destroys'] as const;

export function labelWords(label: string): string {
  const known = LABELS.find((one) => one === label);
  return known ? say(`labels.${known}`) : visible(label);
}
