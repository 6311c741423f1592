/** What keys mean in the approval window. No key says yes but the chord, and the worst has no chord. */

export type Act =
  | { act: 'allow' | 'deny' | 'raw' | 'details' | 'next' | 'previous' | 'block' }
  | { act: 'group'; at: number };

const LETTERS: Record<string, Exclude<Act, { act: 'group' }>['act']> = {
  b: 'block',
  d: 'details',
  n: 'next',
  p: 'previous',
  r: 'raw',
};

/** The act of a key, if it has one. `letters`: whether single letters count at all (WCAG 2.1.4). */
export function actOf(event: KeyboardEvent, letters: boolean): Act | null {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (event.isComposing || altKey) return null;
  if (key === 'Enter' && ctrlKey !== metaKey && !shiftKey) return { act: 'allow' };
  if (key === 'Tab' && ctrlKey && !metaKey) return { act: shiftKey ? 'previous' : 'next' };
  if (ctrlKey || metaKey) return null;
  if (key === 'Escape') return { act: 'deny' };
  if (!letters || shiftKey || isTyped(event.target)) return null;
  if (/^[1-9]$/.test(key)) return { act: 'group', at: Number(key) - 1 };
  const act = LETTERS[key];
  return act ? { act } : null;
}

/** Letters belong to whatever takes text. */
function isTyped(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && !/^(radio|checkbox)$/.test(target.type));
}

const isMac = (): boolean => navigator.platform.startsWith('Mac');

/** How the chord is written here. */
export const chord = (): string => (isMac() ? '⌘ ⏎' : 'Ctrl ⏎');
