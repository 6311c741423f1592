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

export function tell(words: string, undo?: Toast['undo']): void {
  const id = ++last;
  toasts.push({ id, words, look: 'good', ...(undo ? { undo } : {}) });
  setTimeout(() => dismiss(id), STAYS_MS);
}

export function tellFault(words: string): void {
  toasts.push({ id: ++last, words, look: 'bad' });
}

export function dismiss(id: number): void {
  const at = toasts.findIndex((toast) => toast.id === id);
  if (at >= 0) toasts.splice(at, 1);
}
