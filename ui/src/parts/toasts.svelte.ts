/** Short news about what the person just did. They are seen at the foot of the window and heard once. */

export interface Toast {
  id: number;
  words: string;
  look: 'good' | 'bad';
  /** Something to take it back with. */
  undo?: { words: string; act: () => void };
}

/** Long enough to be read twice; a fault stays until it is closed. */
const STAYS_MS = 8000;

let last = 0;
export const toasts: Toast[] = $state([]);
const timers = new Map<number, ReturnType<typeof setTimeout>>();

/**
 * The dialogs that are open, each by a name of its own. Nothing outside the last of them can be reached, so toasts appear in it.
 */
export const layers: string[] = $state([]);

export function tell(words: string, undo?: Toast['undo']): void {
  const id = ++last;
  toasts.push({ id, words, look: 'good', ...(undo ? { undo } : {}) });
  release(id);
}

/** It stays for as long as somebody points at it, or stands on it. */
export function hold(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
}

/** It goes after a while, counted from now; a fault stays. */
export function release(id: number): void {
  hold(id);
  if (toasts.some((toast) => toast.id === id && toast.look === 'good')) timers.set(id, setTimeout(() => dismiss(id), STAYS_MS));
}

export function tellFault(words: string): void {
  toasts.push({ id: ++last, words, look: 'bad' });
}

export function dismiss(id: number): void {
  hold(id);
  const at = toasts.findIndex((toast) => toast.id === id);
  if (at >= 0) toasts.splice(at, 1);
}
