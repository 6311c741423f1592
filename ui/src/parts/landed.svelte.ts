/** What was pressed may be gone with what came of it: then the focus would begin at the top of the page. */
import { tick } from 'svelte';

type Place = string | (() => HTMLElement | null | undefined);

/** Gives the focus to the first of these that is there, where nothing has it; without any, to the room's name. */
export async function landed(...where: readonly Place[]): Promise<void> {
  await tick();
  if (document.activeElement !== document.body) return;
  for (const one of where.length === 0 ? ['main h1'] : where) {
    const found = typeof one === 'string' ? document.querySelector<HTMLElement>(one) : one();
    if (found) return found.focus();
  }
}

/** The same for a list that grows shorter by itself, once the news of it have come: only whoever stood in it is led on. */
export function landing(rows: () => unknown, box: () => HTMLElement | undefined, ...where: readonly Place[]): void {
  $effect.pre(() => {
    void rows();
    if (box()?.contains(document.activeElement)) void landed(...where);
  });
}
