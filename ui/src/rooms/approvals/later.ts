/**
 * Parts of the window that not every question wants, with what they say: each is fetched when it is first wanted, and stays. What
 * belongs to a question as it is first seen is fetched before anything of it is painted; the rest at the person's own press.
 */
import { learn } from '../../words/say';
import type { Drawing } from './desk.svelte';

const FETCH = {
  bind: () => import('./Bind.svelte'),
  exact: () => import('./Raw.svelte'),
  kind: () => import('./Kind.svelte'),
  lines: () => import('./Lines.svelte'),
  table: () => import('./Batch.svelte'),
};

export type Name = keyof typeof FETCH;
export type Part<N extends Name> = Awaited<ReturnType<(typeof FETCH)[N]>>['default'];

const here: { [N in Name]?: Part<N> } = {};

/** The part, if it is here already. */
export const part = <N extends Name>(name: N): Part<N> | undefined => here[name];

/** Fetches a part; nothing, where it cannot be fetched. */
export async function fetched<N extends Name>(name: N): Promise<Part<N> | undefined> {
  try {
    const [made] = await Promise.all([FETCH[name](), learn()]);
    here[name] = made.default as (typeof here)[N];
  } catch {
    // Whoever wanted it says so where it would stand.
  }
  return here[name];
}

/** What is to be seen at first of a drawing, beside what every question has. */
function seenAtFirst({ details, together }: Drawing): Name[] {
  if (together) return ['table'];
  const seen: Name[] = [];
  if (details[0]?.question.about !== 'call') seen.push('kind');
  if (details[0]?.changes.length) seen.push('lines');
  return seen;
}

/** Whether all that is to be seen of a drawing at first is here, after it was fetched where it was not. */
export async function whole(drawing: Drawing): Promise<boolean> {
  const wanted = seenAtFirst(drawing).filter((name) => !part(name));
  return (await Promise.all(wanted.map(fetched))).every((came) => came !== undefined);
}
