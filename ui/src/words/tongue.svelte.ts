/** The language of the page as state: what stands under `{#key tongue()}` is drawn again when the page turns to another one. */
import { locale, speak } from './say';

let spoken = $state('');

/** The language of this moment; none before the page first turned to another. */
export const tongue = (): string => spoken;

/** Turns the page to this language at once, unless it speaks it already. */
export async function turnTo(wanted: string): Promise<void> {
  if (wanted === locale()) return;
  await speak(wanted);
  spoken = wanted;
}
