/** Who is not asked for at the moment, a line for each that can be asked for again. */
import type { PausedView } from '../../host/types.gen';

export interface Pause {
  /** The app, or the server where no app is asked for: by that the order names it. */
  name: string;
  until: string;
  why: string;
}

/** Several tools of an app are asked for again together, so they are one line, with the end of the longest. */
export function pausesOf(paused: readonly PausedView[], now: number): Pause[] {
  const found = new Map<string, Pause>();
  for (const { app, server, until, why } of paused) {
    const name = app ?? server ?? '';
    const other = found.get(name);
    if (Date.parse(until) > now && (!other || Date.parse(other.until) < Date.parse(until))) found.set(name, { name, until, why });
  }
  return [...found.values()];
}
