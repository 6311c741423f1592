/**
 * Orders that a room gives: which of them are under way, and whether one has been waiting for so long that the person is probably
 * being asked about it in the approval window. None keeps another from being given: what takes authority away must never wait for
 * somebody to answer a question.
 */
import { SvelteSet } from 'svelte/reactivity';
import { faultOf } from './host';
import type { ConsoleError } from './types.gen';

/** What is carried out at once is back sooner. */
const SOON_MS = 500;

export class Errand {
  #under = new SvelteSet<string>();
  #waiting = new SvelteSet<string>();

  /** @param refused is told why an order was not carried out */
  constructor(readonly refused: (fault: ConsoleError) => void) {}

  /** One waits, as for a yes in another window. */
  get waits(): boolean {
    return this.#waiting.size > 0;
  }

  /** Whether the order with this name is under way. */
  has(name: string): boolean {
    return this.#under.has(name);
  }

  /**
   * Gives an order and waits for what comes of it; nothing where it was refused, or where the same one is still under way.
   *
   * @param asks whether it is known beforehand that the person will be asked
   */
  async run<T>(name: string, order: () => Promise<T>, asks = false): Promise<T | undefined> {
    if (this.#under.has(name)) return undefined;
    this.#under.add(name);
    if (asks) this.#waiting.add(name);
    const timer = setTimeout(() => this.#waiting.add(name), SOON_MS);
    try {
      return await order();
    } catch (thrown) {
      this.refused(faultOf(thrown));
      return undefined;
    } finally {
      clearTimeout(timer);
      this.#under.delete(name);
      this.#waiting.delete(name);
    }
  }
}
