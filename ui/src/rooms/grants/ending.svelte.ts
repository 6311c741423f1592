/** Ending sign-ins: one with its receipt, and all of them, each with what became of it. */
import { faultOf, type MainHost } from '../../host/host';
import type { Answer, ConsoleError, GrantView, RevocationView, Upstream } from '../../host/types.gen';
import { tell, tellFault } from '../../parts/toasts.svelte';
import { reportOf } from '../../words/faults';
import { say } from '../../words/say';
import { hostOf, type Connection } from './connections';

/** How far a connection is ended. */
export type Kind = 'logout' | 'remove' | 'revoke';

const given = (answer: Answer): RevocationView[] => (answer.answer === 'revocations' ? answer.view : []);

/** One connection that is to end. What is shown of it is what it was when the person decided, since afterwards it is gone. */
export class Ending {
  /** Its dialog is open, and says what comes of it; otherwise a toast does. */
  shown = false;
  busy = $state(false);
  receipt: RevocationView[] | null = $state.raw(null);
  fault: ConsoleError | null = $state.raw(null);

  constructor(
    readonly one: Connection,
    readonly kind: Kind,
  ) {}

  get provider(): string {
    return hostOf(this.one.grant?.issuer ?? this.one.host);
  }

  /** What came of it, in a sentence: revoked is only what each provider has confirmed. */
  get outcome(): string {
    const { name } = this.one;
    if (this.kind === 'remove') return say('grants.ended_remove', { name });
    if (this.receipt?.length === 0) return say('grants.ended_nothing', { name });
    const confirmed = this.receipt?.every((view) => view.upstream === 'confirmed');
    return say(confirmed ? 'grants.ended_revoke' : 'grants.ended_logout', { name });
  }

  async go(host: MainHost): Promise<void> {
    const { name, account } = this.one;
    if (this.busy) return;
    this.busy = true;
    this.fault = null;
    try {
      const order =
        this.kind === 'remove'
          ? ({ order: 'remove_server', name } as const)
          : this.kind === 'logout'
            ? ({ order: 'logout', name, account } as const)
            : ({ order: 'revoke', whose: { server: { name, account } } } as const);
      this.receipt = given(await host.lower(order));
    } catch (thrown) {
      this.fault = faultOf(thrown);
    } finally {
      this.busy = false;
    }
    if (!this.shown) this.#tell();
  }

  /** Its dialog was closed while it went on. */
  #tell(): void {
    if (this.fault) return tellFault(reportOf(this.fault));
    const { provider } = this;
    const left = this.receipt?.map((view) => LEFT[view.upstream]).find((words) => words !== undefined);
    if (left) tellFault(`${this.outcome}. ${say(left, { provider })}`);
    else tell(this.outcome);
  }
}

/** What may be left with a provider, and is told. */
const LEFT: Partial<Record<Upstream, 'grants.ended_failed' | 'grants.ended_not_offered' | 'grants.ended_pending'>> = {
  failed: 'grants.ended_failed',
  not_offered: 'grants.ended_not_offered',
  pending: 'grants.ended_pending',
};

/** `nothing`: there was no sign-in any more. */
export type Fate = { is: 'nothing' } | { is: 'waits' } | { is: 'runs' } | { is: 'ended'; view: RevocationView } | { is: 'fault'; fault: ConsoleError };

/** What is told of a sign-in while it ends. */
export type Ended = Pick<GrantView, 'id' | 'server' | 'account' | 'issuer'>;

/** All sign-ins at once, where they cannot be read one by one. */
const EVERYTHING: Ended = { id: 'all', server: '', account: '', issuer: '' };

/** Locks, then signs out everywhere. It goes on when its dialog is closed. */
export class Stopping {
  /** Its dialog is open, and says what comes of it; otherwise a toast does. */
  shown = false;
  fates: { grant: Ended; fate: Fate }[] = $state.raw([]);
  stage: 'asks' | 'runs' | 'done' = $state('asks');
  lockFault: ConsoleError | null = $state.raw(null);

  readonly done = $derived(this.fates.filter(({ fate }) => fate.is !== 'waits' && fate.is !== 'runs').length);
  readonly failed = $derived(this.fates.filter(({ fate }) => fate.is === 'fault' || (fate.is === 'ended' && fate.view.upstream === 'failed')).length);

  /** How much of everything is stopped: `here`, but not with every provider; `partly`, where something goes on here too. */
  readonly extent = $derived(this.lockFault || this.fates.some(({ fate }) => fate.is === 'fault') ? 'partly' : this.failed > 0 ? 'here' : 'done');

  /** An order for each, a few at a time: what each provider says is seen, and one that does not answer keeps none from being asked. */
  async go(host: MainHost, grants: readonly Ended[] | null): Promise<void> {
    if (this.stage === 'runs') return;
    this.stage = 'runs';
    this.fates = (grants ?? [EVERYTHING]).map((grant) => ({ grant, fate: { is: 'waits' } }));
    try {
      await host.lower({ order: 'lock' });
    } catch (thrown) {
      this.lockFault = faultOf(thrown);
    }
    await Promise.all([this.#next(host), this.#next(host), this.#next(host)]);
    this.stage = 'done';
    if (this.shown) return;
    if (this.extent === 'done') tell(say('grants.stop_done'));
    else tellFault(`${say(`grants.stop_${this.extent}`)}. ${say('grants.stop_look')}`);
  }

  /** Takes the first that still waits, until none does. Several of these run at a time. */
  async #next(host: MainHost): Promise<void> {
    for (;;) {
      const one = this.fates.find(({ fate }) => fate.is === 'waits');
      if (!one) return;
      const { grant } = one;
      this.#put(grant, { is: 'runs' });
      try {
        if (grant === EVERYTHING) {
          const views = given(await host.lower({ order: 'revoke', whose: 'all' }));
          if (views.length === 0) this.#put(grant, { is: 'nothing' });
          else {
            this.fates = views.map((view, at) => ({
              grant: { ...EVERYTHING, id: String(at), server: view.server },
              fate: { is: 'ended', view },
            }));
          }
          return;
        }
        const order = { order: 'revoke', whose: { server: { name: grant.server, account: grant.account } } } as const;
        const [view] = given(await host.lower(order));
        this.#put(grant, view ? { is: 'ended', view } : { is: 'nothing' });
      } catch (thrown) {
        this.#put(grant, { is: 'fault', fault: faultOf(thrown) });
      }
    }
  }

  #put(grant: Ended, fate: Fate): void {
    this.fates = this.fates.map((one) => (one.grant === grant ? { grant, fate } : one));
  }
}
