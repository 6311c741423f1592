/**
 * One thing read from the host, and read again when there is news of it: what every room of the main window shows.
 *
 * It holds what was read last, never what the page believes to have changed since.
 */
import { faultOf, type MainHost, type Reading as ReadingOrder, type ViewOf } from './host';
import type { Answer, ConsoleError, Subject } from './types.gen';

export class Reading<A extends Answer['answer']> {
  /** What was read last; nothing before the first time. */
  view: ViewOf<A> | undefined = $state.raw();
  /** Why the last reading failed. What was read before stays, with this beside it. */
  fault: ConsoleError | undefined = $state.raw();
  busy = $state(false);
  #turn = 0;
  #stop: () => void;

  /**
   * @param order what to read; a function, since filters change it
   * @param subjects whose news make it old
   */
  constructor(
    readonly host: MainHost,
    readonly answer: A,
    readonly order: () => ReadingOrder,
    subjects: readonly Subject[],
  ) {
    this.#stop = host.onNews((news) => {
      if (news.news === 'changed' && subjects.includes(news.subject)) void this.again();
    });
    void this.again();
  }

  /** Reads now. Where two readings overlap, the one that was asked for last counts. */
  async again(): Promise<void> {
    const turn = ++this.#turn;
    this.busy = true;
    try {
      const came = await this.host.read(this.order());
      if (turn !== this.#turn) return;
      if (came.answer !== this.answer) throw new Error(`${came.answer} came instead of ${this.answer}`);
      // The name of the answer says which view it holds; TypeScript cannot follow that through a parameter.
      this.view = came.view as unknown as typeof this.view;
      this.fault = undefined;
    } catch (thrown) {
      if (turn === this.#turn) this.fault = faultOf(thrown);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }

  /** To be called when the room is left. */
  stop(): void {
    this.#turn += 1;
    this.#stop();
  }
}

/**
 * A reading for as long as the component that makes it stands. The host comes as a function, since it is one of the component's
 * properties.
 */
export function reading<A extends Answer['answer']>(
  host: () => MainHost,
  answer: A,
  order: () => ReadingOrder,
  subjects: readonly Subject[],
): Reading<A> {
  const made = new Reading(host(), answer, order, subjects);
  $effect(() => () => made.stop());
  return made;
}
