/**
 * How the page is to look and speak. The person's settings stand with the broker; whoever opens the window puts them into its
 * address (`?look=dark&language=de&letters=off`), so that they are there before anything is drawn.
 */
import type { Look } from './types.gen';

export interface Preferences {
  look: Look;
  /** A BCP 47 tag, or none for the system's. */
  language: string | null;
  /** Whether single letters do something in the approval window (WCAG 2.1.4). */
  letters: boolean;
}

export function preferences(address: string = location.search): Preferences {
  const asked = new URLSearchParams(address);
  const look = asked.get('look');
  return {
    look: look === 'dark' || look === 'light' ? look : 'follow_system',
    language: asked.get('language'),
    letters: asked.get('letters') !== 'off',
  };
}

/** The languages that the person reads, best first. */
export function languages(): readonly string[] {
  const { language } = preferences();
  return language ? [language] : navigator.languages;
}

/** Puts a look on the page; where the person chose none, the system's counts by itself. */
export function showLook(look: Look = preferences().look): void {
  if (look === 'follow_system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = look;
}

const OURS = 'keyholder.';

/**
 * What the page keeps for itself on this computer: how something is folded, the names of searches, how far somebody has read.
 * Never anything that decides; a page that cannot keep it works as well.
 */
export function keep(name: string, value: unknown): void {
  try {
    localStorage.setItem(OURS + name, JSON.stringify(value));
  } catch {
    // There is no room, or none is given.
  }
}

/** What was kept under a name, if it is still what it should be. */
export function kept<T>(name: string, is: (value: unknown) => value is T): T | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(OURS + name) ?? 'null');
    return is(value) ? value : null;
  } catch {
    return null;
  }
}
