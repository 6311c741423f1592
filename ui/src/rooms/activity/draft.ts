/**
 * A rule about calls like one in the log, as Cedar text to begin with. Nothing is in force by it: the person reads it, changes it,
 * and puts it into force elsewhere.
 *
 * As narrow as the entry: this app, this tool, this account, and what it was aimed at. Whoever wants more takes a line out.
 */
import type { EntryDetail } from '../../host/types.gen';
import { argumentsOf, type Argument } from './arguments';

/** What says what a call is aimed at, where several arguments are known. */
const TARGETS = /^(?:to|repo|repository|channel|project|path|file|folder|database|owner|recipient|recipients|url|host|table|bucket)(?:_?id)?$/i;

const MOST_BOUNDS = 6;
const LONGEST_BOUND = 200;

/** Whether a rule can be made from it: it has to be a call of a tool. */
export const canDraft = ({ entry, method }: EntryDetail): boolean =>
  entry.app !== null && entry.server !== null && entry.tool !== null && (method === null ? entry.kind === 'call' : method === 'tools/call');

/** A rule that lets such a call run without a question; from a call that was refused, one that refuses it for good. */
export function draft(detail: EntryDetail): string {
  const { entry } = detail;
  const refuses = entry.outcome === 'refused';
  const conditions = [
    ...(entry.account ? [`resource.account == ${quote(entry.account)}`] : []),
    // A refusal with conditions on arguments would let everything else of the tool pass by.
    ...(refuses || !detail.preview ? [] : bounds(argumentsOf(detail.preview).rows)),
  ];
  const scope = [
    `principal == App::${quote(entry.app ?? '')}`,
    refuses ? 'action == Action::"call"' : 'action in [Action::"call", Action::"call_unattended"]',
    `resource == Tool::${quote(`${entry.server ?? ''}/${entry.tool ?? ''}`)}`,
  ];
  const when = conditions.length > 0 ? `\nwhen {\n    ${conditions.join('\n    && ')}\n}` : '';
  return `${refuses ? 'forbid' : 'permit'} (\n${scope.map((line) => `    ${line}`).join(',\n')}\n)${when};\n`;
}

function bounds(rows: Argument[]): string[] {
  const usable = rows.filter((row) => !row.hidden && literal(row.value) !== null);
  const aimed = usable.filter((row) => TARGETS.test(row.name));
  return (aimed.length > 0 ? aimed : usable).slice(0, MOST_BOUNDS).map(({ name, value }) => {
    const argument = quote(name);
    return `context.arguments has ${argument} && context.arguments[${argument}] == ${literal(value) ?? ''}`;
  });
}

/** A value as Cedar writes it; nothing for what a rule cannot name exactly. */
function literal(value: unknown): string | null {
  if (typeof value === 'string') return value.length <= LONGEST_BOUND && !/\p{Cs}/u.test(value) ? quote(value) : null;
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
  return null;
}

/** A text as a Cedar string. Everything but plain printable ASCII is an escape, so that no name can leave its quotes. */
export function quote(text: string): string {
  const escaped = Array.from(text, (letter) => {
    if (letter === '"' || letter === '\\') return `\\${letter}`;
    if (letter >= ' ' && letter <= '~') return letter;
    // Half a character is none: what stands for it here is equal to nothing that a call could hold.
    const code = letter.codePointAt(0) ?? 0;
    return `\\u{${(code >= 0xd800 && code <= 0xdfff ? 0xfffd : code).toString(16)}}`;
  });
  return `"${escaped.join('')}"`;
}
