/**
 * Arrows that only move between the answers of a group, while Enter or Space chooses. Where a choice is an order of its own,
 * whoever walks from "ask" to "off" must not let something run on the way.
 */
export function walked(event: KeyboardEvent & { currentTarget: HTMLElement }, selector: string): void {
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(selector)];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const ahead = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1;
  const steps: Record<string, number> = { ArrowRight: at + ahead, ArrowLeft: at - ahead, ArrowDown: at + 1, ArrowUp: at - 1 };
  const step = steps[event.key];
  if (at < 0 || step === undefined) return;
  event.preventDefault();
  all[(step + all.length) % all.length]?.focus();
}
