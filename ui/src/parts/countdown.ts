/** The moments at which a countdown is said aloud, in seconds before its end. */
const ALOUD = [10, 30, 60];

/** What was last said aloud with so many seconds left: 60, 30 or 10; nothing before the first of them. */
export function marks(left: number): number | null {
  return left <= 0 ? null : (ALOUD.find((mark) => left <= mark) ?? null);
}

/** So many seconds as `3:41`, or `1:02:03`. Digits are ours in every language: a countdown must not jump in width. */
export function asClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (part: number) => String(part).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const rest = `${hours ? two(Math.floor(whole / 60) % 60) : Math.floor(whole / 60)}:${two(whole % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}
