/** What a person should know of a host's name, before any other words about it. */

/** `name`: a name. `bare`: numbers only, which say nothing about whose they are. `here`: this very machine. */
export type HostKind = 'bare' | 'here' | 'name';

export function kindOf(host: string): HostKind {
  if (/^(?:localhost|.*\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(host)) return 'here';
  return /^\[.*\]$/.test(host) || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) ? 'bare' : 'name';
}

/** Whether two hosts look like parts of one site. It only sets the tone: the broker knows where registration begins, and warns. */
export function areNear(one: string, other: string): boolean {
  const parent = one.split('.').length > 2 ? one.slice(one.indexOf('.') + 1) : one;
  return other === one || (kindOf(one) === 'name' && (other === parent || other.endsWith(`.${parent}`)));
}

/** The letters that a host with `xn--` in it is shown with elsewhere; none where it is written as it is. */
export function lettersOf(host: string): string | null {
  const labels = host.split('.');
  if (!labels.some((label) => /^xn--/i.test(label))) return null;
  return labels.map((label) => (/^xn--/i.test(label) ? (decoded(label.slice(4)) ?? label) : label)).join('.');
}

/** A text in pieces, so that letters beyond plain ones can be told from those that they imitate. */
export function strange(text: string): { text: string; strange: boolean }[] {
  return (text.match(/[\x20-\x7e]+|[^\x20-\x7e]+/g) ?? []).map((piece) => ({ text: piece, strange: !/[\x20-\x7e]/.test(piece) }));
}

/** Punycode (RFC 3492 §6.2) of one label, without its prefix; none where it is none. */
function decoded(label: string): string | null {
  const end = label.lastIndexOf('-');
  const points = [...label.slice(0, Math.max(0, end))].map((letter) => letter.charCodeAt(0));
  let at = end < 0 ? 0 : end + 1;
  let [point, index, bias] = [128, 0, 72];
  while (at < label.length) {
    const before = index;
    for (let weight = 1, step = 36; ; step += 36) {
      const digit = digitOf(label.charCodeAt(at++));
      if (digit === null || digit > (0x7fff_ffff - index) / weight) return null;
      index += digit * weight;
      const threshold = Math.min(26, Math.max(1, step - bias));
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const count = points.length + 1;
    bias = adapted(index - before, count, before === 0);
    point += Math.floor(index / count);
    index %= count;
    if (point > 0x10_ffff) return null;
    points.splice(index++, 0, point);
  }
  return String.fromCodePoint(...points);
}

function digitOf(code: number): number | null {
  if (code >= 48 && code <= 57) return code - 22;
  const letter = (code | 32) - 97;
  return letter >= 0 && letter < 26 ? letter : null;
}

/** How the bias follows the size of the last step (RFC 3492 §6.1). */
function adapted(delta: number, count: number, isFirst: boolean): number {
  let rest = isFirst ? Math.floor(delta / 700) : delta >> 1;
  rest += Math.floor(rest / count);
  let steps = 0;
  for (; rest > 455; steps += 36) rest = Math.floor(rest / 35);
  return steps + Math.floor((36 * rest) / (rest + 38));
}
