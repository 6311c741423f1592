/** Searches with a name: some that everybody has use for, and those that the person kept. Names never leave this computer. */
import { keep, kept } from '../../host/preferences';
import { say } from '../../words/say';

export interface View {
  name: string;
  words: string;
}

const MOST = 40;
export const LONGEST_NAME = 60;

const areViews = (value: unknown): value is View[] =>
  Array.isArray(value) && value.every((view) => typeof view === 'object' && view !== null && typeof view.name === 'string' && typeof view.words === 'string');

export const givenViews = (): View[] => [
  { name: say('activity.view_denied'), words: 'decision:denied' },
  { name: say('activity.view_you'), words: 'decision:allowed by:me after:7d' },
  { name: say('activity.view_sent'), words: 'tier:send after:7d' },
  { name: say('activity.view_destroyed'), words: 'tier:destroy' },
  { name: say('activity.view_failed'), words: 'outcome:failed after:2d' },
  { name: say('activity.view_sign_ins'), words: 'kind:sign_in' },
];

export const ownViews = (): View[] => kept('activity.views', areViews) ?? [];

/** Keeps a search under a name; one that had the name before is replaced. */
export function keepView(view: View): View[] {
  const name = view.name.trim().slice(0, LONGEST_NAME);
  if (!name) return ownViews();
  const views = [...ownViews().filter((other) => other.name !== name), { name, words: view.words.trim() }].slice(-MOST);
  keep('activity.views', views);
  return views;
}

export function forgetView(name: string): View[] {
  const views = ownViews().filter((view) => view.name !== name);
  keep('activity.views', views);
  return views;
}
