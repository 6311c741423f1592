/**
 * Whether an answer may be given yet. The real guard is on the other side; this one only shows it, and keeps a finger that was
 * already falling from being wasted on a refusal.
 */
import type { Armed } from '../../host/host';

export class Guard {
  /** Buttons and keys count. */
  armed = $state(false);
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Nothing counts until something else is said. */
  hold(): void {
    this.armed = false;
    this.#turn += 1;
    clearTimeout(this.#timer);
  }

  /** Nothing counts for so long. */
  wait({ armed_in_ms }: Armed): void {
    this.hold();
    this.#timer = setTimeout(() => (this.armed = true), armed_in_ms);
  }

  /** Nothing counts until the other side has said for how long, and then for so long. Only the last one asked counts. */
  async begin(ask: () => Promise<Armed>): Promise<void> {
    this.hold();
    const turn = this.#turn;
    const armed = await ask();
    if (turn === this.#turn) this.wait(armed);
  }
}
