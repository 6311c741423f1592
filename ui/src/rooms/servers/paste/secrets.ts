/**
 * Whether something in pasted lines is a secret. Keyholder takes none that way: it would have passed the clipboard and this window,
 * and a person signs in instead.
 */

/** Names of headers, variables and parameters whose value gives access. */
const TELLING = /auth|token|secret|passw|api[-_]?key|access[-_]?key|(?:^|[-_])(?:key|pat|sid|session|jwt|bearer|credentials?|cookie)(?:$|[-_])/i;

/** Names that sound so and hold nothing worth keeping. */
const HARMLESS = /^(?:token[-_]?(?:url|endpoint|type)|auth(?:orization)?[-_]?(?:url|endpoint|type|server|timeout|provider[-_]?type)|.*[-_]env[-_]var)$/i;

/** Values that only say where the secret would come from: `${TOKEN}`, `${input:key}`, `$KEY`, `%KEY%`, `<your key>`, `YOUR_KEY`. */
const REFERENCE = /\$\{[^}]*\}|^\$[A-Za-z_]\w*$|%[A-Za-z_]\w*%|<[^<>]+>|\bYOUR[-_ ][A-Z]|\{\{[^}]*\}\}|^(?:x{3,}|\*{3,}|\.{3}|…)$/;

/** Whether this name and value are a secret itself, not only the place for one. */
export function isSecret(name: string, value: unknown): boolean {
  if (typeof value !== 'string' || value.trim() === '' || !TELLING.test(name) || HARMLESS.test(name)) return false;
  return !isReference(value);
}

/** Whether a value only stands for a secret that is kept elsewhere. */
export function isReference(value: string): boolean {
  // `Bearer ${TOKEN}` is one as well.
  return REFERENCE.test(value.trim().replace(/^(?:bearer|basic|token)\s+/i, ''));
}

/** `Name: value` or `NAME=value` in its two parts. */
export function split(text: string): [name: string, value: string] {
  const at = text.search(/[:=]/);
  return at < 0 ? [text, ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/** What in an address is a secret: its password, or a parameter that is named like one. */
export function secretIn(address: string): { where: 'password' } | { where: 'parameter'; name: string } | null {
  let url: URL;
  try {
    url = new URL(whole(address));
  } catch {
    return null;
  }
  if (url.username !== '' || url.password !== '') return { where: 'password' };
  for (const [name, value] of url.searchParams) {
    if (isSecret(name, value)) return { where: 'parameter', name };
  }
  return null;
}

/** People leave the beginning of an address out. */
export const whole = (address: string): string => (address.includes('://') ? address : `https://${address}`);
