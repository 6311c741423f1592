/** How a definition differs from the one that was let in, out of the broker's lines. */

export interface Change {
  /** Where in the definition; empty for text without a place. */
  place: string;
  was: string | null;
  now: string | null;
}

/** A text of the server's stands in these quotation marks, and the broker writes any that are in it as codes. */
const TEXT = '“[^“-‟]*”';
const OTHER = '(?:(?! -> )[^“-‟])*';
const PLACE = new RegExp(`^((?:[\\w$.\\[\\]…-]|${TEXT})+|the whole): ([^]*)$`);
const PAIR = new RegExp(`^(${TEXT}|${OTHER}) -> (${TEXT}|${OTHER})$`);

/**
 * `description: “a” -> “b”`, `inputSchema.properties.to: added {…}`, `title: removed “a”`. What cannot be taken apart for certain is
 * shown as it stands: a server must not be able to decide which half of its text is the old one.
 */
export function changeOf(line: string): Change {
  const [, place = '', rest = ''] = PLACE.exec(line) ?? [];
  if (!place) return { place: '', was: null, now: line };
  if (rest.startsWith('added ')) return { place, was: null, now: bare(rest.slice(6)) };
  if (rest.startsWith('removed ')) return { place, was: bare(rest.slice(8)), now: null };
  const [, was, now] = PAIR.exec(rest) ?? [];
  return was === undefined || now === undefined ? { place: '', was: null, now: line } : { place, was: bare(was), now: bare(now) };
}

const bare = (value: string): string => /^“([^]*)”$/.exec(value)?.[1] ?? value;

/** Two texts in three parts: how both begin, what differs, how both end. */
export interface Apart {
  start: string;
  was: string;
  now: string;
  end: string;
}

export function apart(was: string, now: string): Apart {
  const most = Math.min(was.length, now.length);
  let start = 0;
  while (start < most && was[start] === now[start]) start += 1;
  let end = 0;
  while (end < most - start && was.at(-1 - end) === now.at(-1 - end)) end += 1;
  // Whole words differ, not letters; and a character outside the first plane has two halves, neither of which may stand alone.
  const letter = /[\p{L}\p{N}_]/u;
  const inside = (text: string, at: number) => {
    const [before = '', after = ''] = [text[at - 1], text[at]];
    return (letter.test(before) && letter.test(after)) || /[\udc00-\udfff]/.test(after);
  };
  while (start > 0 && (inside(was, start) || inside(now, start))) start -= 1;
  while (end > 0 && (inside(was, was.length - end) || inside(now, now.length - end))) end -= 1;
  return {
    start: was.slice(0, start),
    was: was.slice(start, was.length - end),
    now: now.slice(start, now.length - end),
    end: was.slice(was.length - end),
  };
}
