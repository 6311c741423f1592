/** The moments at which a countdown is said aloud, in seconds before its end. */
const ALOUD = [10, 30, 60];

/** What was last said aloud with so many seconds left: 60, 30 or 10; nothing before the first of them. */
export function marks(left: number): number | null {
  return left <= 0 ? null : (ALOUD.find((mark) => left <= mark) ?? null);
}
