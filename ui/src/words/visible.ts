/**
 * Text of hosts and servers, made fit to stand beside our own words.
 *
 * The same characters as in `keyholder_model::untrusted`: what moves, hides or reorders text is written as its code. Nothing is
 * left out, so two texts that differ look different.
 */

const DECEPTIVE =
  /[\p{Cc}\p{Cs}\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;

/** A pile of combining marks reaches into the lines above and below; more than three on a letter are written as codes too. */
const PILE = /(?<=\p{M}{3})\p{M}/u;

/** What the broker has already written as a code: in rows of arguments. */
const CODED = /\\u(?:00[01][0-9a-f]|00[789][0-9a-f]|200[b-f]|202[8-9a-e]|20[6][0-9a-f]|feff|fe0[0-9a-f]|d[89a-f][0-9a-f]{2})/;

const ODD = new RegExp(`${DECEPTIVE.source}|${PILE.source}`, 'gu');
const ODD_OR_CODED = new RegExp(`${DECEPTIVE.source}|${PILE.source}|${CODED.source}`, 'gu');

/** A piece of a text: as it is, or the code of a character that must not act. */
export interface Piece {
  text: string;
  coded: boolean;
}

/** Whether the codes that the broker wrote are to be marked as well as the characters themselves. */
export type Source = 'broker' | 'raw';

/** The text in pieces, so that codes can be told from text that merely looks like one. */
export function pieces(text: string, source: Source = 'raw', keepLines = false): Piece[] {
  const made: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(source === 'broker' ? ODD_OR_CODED : ODD)) {
    if (keepLines && match[0] === '\n') continue;
    if (match.index > from) made.push({ text: text.slice(from, match.index), coded: false });
    const code = codeOf(match[0]);
    const last = made.at(-1);
    // A run of codes is one piece: a hostile megabyte of them is then one element, not a million.
    if (last?.coded) last.text += code;
    else made.push({ text: code, coded: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) made.push({ text: text.slice(from), coded: false });
  return made;
}

/** The text on one line, codes among it: for titles, labels and sentences, where nothing can be marked. */
export function visible(text: string): string {
  return text.replace(ODD, codeOf);
}

/** The first part of a text that is longer than is wanted in a sentence. Never cuts a character in two. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…`;
}

function codeOf(character: string): string {
  if (character.startsWith('\\u')) return character;
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  return Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
}
