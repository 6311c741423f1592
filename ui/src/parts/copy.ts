/** Puts a text on the clipboard, and says whether that was let. */
import { say } from '../words/say';
import { tell, tellFault } from './toasts.svelte';

export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell(say('parts.copied'));
  } catch {
    tellFault(say('parts.not_copied'));
  }
}
