/**
 * The arguments of a call as they were written down: one line of JSON in which secrets are hidden, cut off where it was too long.
 * Taken apart into rows as far as it goes; what cannot be taken apart is shown as it stands.
 */

export interface Argument {
  name: string;
  /** A text as it is; everything else as JSON. */
  text: string;
  value: unknown;
  /** Something in it was hidden. */
  hidden: boolean;
}

export interface Arguments {
  rows: Argument[];
  /** What is left of the line where it was cut off, or where it is no object. */
  rest: string;
}

/** What the broker writes where something was hidden. */
const HIDDEN = /\[redacted, \d+ characters\]/;
const CUT = '…';

export function argumentsOf(preview: string): Arguments {
  const line = preview.trim();
  if (!line.startsWith('{')) return { rows: [], rest: line };
  const rows: Argument[] = [];
  let from = 1;
  for (const to of ends(line)) {
    const row = member(line.slice(from, to));
    if (!row) break;
    rows.push(row);
    from = to + 1;
  }
  const rest = line.slice(from).trim();
  return { rows, rest: rest === '}' ? '' : rest };
}

/** Where each member of the outermost object ends: at its comma, or at the closing brace. */
function* ends(line: string): Generator<number> {
  let depth = 0;
  let within = false;
  for (let at = 0; at < line.length; at++) {
    const letter = line[at];
    if (within) {
      if (letter === '\\') at += 1;
      else if (letter === '"') within = false;
    } else if (letter === '"') within = true;
    else if (letter === '{' || letter === '[') depth += 1;
    else if (letter === '}' || letter === ']') {
      depth -= 1;
      if (depth === 0) {
        yield at;
        return;
      }
    } else if (letter === ',' && depth === 1) yield at;
  }
}

function member(text: string): Argument | null {
  try {
    const [pair] = Object.entries(JSON.parse(`{${text}}`) as Record<string, unknown>);
    if (!pair) return null;
    const [name, value] = pair;
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    return { name, value, text: shown, hidden: HIDDEN.test(shown) };
  } catch {
    return null;
  }
}

/** Whether it was too long to be kept as a whole. */
export const isCut = (preview: string): boolean => preview.trimEnd().endsWith(CUT);
