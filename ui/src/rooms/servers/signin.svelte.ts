/**
 * A sign-in as the page sees it: the server is added, Keyholder asks in its question window, the browser opens, the person comes
 * back. Where it stands follows from the question that waits; the page itself opens no browser.
 */
import { faultOf, type MainHost } from '../../host/host';
import type { ConsoleError, GrantView, QuestionView } from '../../host/types.gen';

/** `asking`: the question waits, or is about to. `browser`: it was answered with yes, and the person signs in. */
export type Phase = 'adding' | 'asking' | 'browser' | 'done' | 'failed' | 'idle';

/** How long the broker waits for the browser; it began a moment before the page heard of it. */
const BROWSER_MS = 598_000;

export class SignIn {
  phase: Phase = $state('idle');
  fault: ConsoleError | null = $state.raw(null);
  /** Whether it failed while the server was being added. */
  failedAdding = $state(false);
  grant: GrantView | null = $state.raw(null);
  /** When waiting ends by itself. */
  deadline: string | null = $state(null);
  #question: QuestionView | null = null;
  #turn = 0;
  #stop = () => {};

  constructor(readonly host: MainHost) {}

  readonly isUnderWay = $derived(this.phase === 'adding' || this.phase === 'asking' || this.phase === 'browser');

  /** Whether this one came to its end; one that was given up, or begun again meanwhile, did not. */
  async run(server: string, wantsSignIn: boolean, add: () => Promise<void>): Promise<boolean> {
    // A browser that is open already stays good: the broker lets whoever asks again join.
    const before = this.phase === 'browser' ? this.deadline : null;
    const turn = this.#begin();
    this.phase = 'adding';
    let adding = true;
    try {
      await add();
      adding = false;
      if (turn !== this.#turn) return false;
      if (wantsSignIn) {
        this.phase = 'asking';
        this.#watch(server, before);
        const came = await this.host.raise({ order: 'login', name: server, account: null });
        if (turn !== this.#turn) return false;
        this.grant = came.answer === 'grants' ? (came.view[0] ?? null) : null;
      }
      this.#end('done');
      return true;
    } catch (thrown) {
      if (turn !== this.#turn) return false;
      this.fault = faultOf(thrown);
      this.failedAdding = adding;
      this.#end('failed');
      return false;
    }
  }

  /** Waits no longer. A question that still waits is answered with no; a tab that is open already leads nowhere any more. */
  async cancel(): Promise<void> {
    const question = this.#question;
    this.reset();
    if (!question) return;
    try {
      await this.host.lower({ order: 'deny', question: question.id });
    } catch {
      // It was answered meanwhile.
    }
  }

  reset(): void {
    this.#begin();
    this.phase = 'idle';
  }

  #begin(): number {
    this.#stop();
    this.#stop = () => {};
    this.#question = null;
    this.deadline = null;
    this.fault = null;
    this.failedAdding = false;
    this.grant = null;
    return ++this.#turn;
  }

  #end(phase: Phase): void {
    this.#stop();
    this.#stop = () => {};
    this.#question = null;
    this.deadline = null;
    this.phase = phase;
  }

  /** Follows the question about this server: while it is there the person reads it; when it has gone, the browser is next. */
  #watch(server: string, before: string | null): void {
    const turn = this.#turn;
    const look = async () => {
      const came = await this.host.read({ order: 'approvals' }).catch(() => null);
      if (turn !== this.#turn || came?.answer !== 'approvals' || !this.isUnderWay) return;
      const found = came.view.find((open) => open.about === 'connect' && open.server === server) ?? null;
      if (found) {
        this.deadline = found.deadline;
        this.phase = 'asking';
      } else if (this.#question || before) {
        this.deadline = (this.#question ? null : before) ?? new Date(Date.now() + BROWSER_MS).toISOString();
        this.phase = 'browser';
      }
      this.#question = found;
    };
    this.#stop = this.host.onNews((news) => {
      if (news.news === 'asked' || news.news === 'settled') void look();
    });
    void look();
  }
}
