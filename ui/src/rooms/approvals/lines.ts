/** Lines of the broker's that hold a name and a value. */

export interface Line {
  name: string;
  value: string;
  /** What happened to it: it is there for the first time, differs, is gone, or nothing of that. */
  mark: 'new' | 'changed' | 'gone' | 'none';
}

/** `channel: #ops → #all-hands`, `file: new: x`, `3 unchanged`. Only the first colon counts: a value may hold others. */
export function lineOf(text: string): Line {
  const at = text.indexOf(': ');
  if (at < 0) return { name: '', value: text, mark: 'none' };
  const [name, value] = [text.slice(0, at), text.slice(at + 2)];
  if (value.startsWith('new: ')) return { name, value: value.slice(5), mark: 'new' };
  if (value.startsWith('no longer there')) return { name, value, mark: 'gone' };
  return { name, value, mark: 'changed' };
}

const HIDDEN = /^\[redacted, (\d+) characters\]$/;

/** How many characters of a value the broker has hidden, where it has hidden all of it. */
export function hidden(value: string): number | null {
  const found = HIDDEN.exec(value)?.[1];
  return found === undefined ? null : Number(found);
}

/** The JSON object that a text is, if it is one. */
export function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}
