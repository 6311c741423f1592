/** Ending sign-ins: one with its receipt, and all of them, each with what became of it. */
import { faultOf, type MainHost } from '../../host/host';
import type { Answer, ConsoleError, GrantView, RevocationView } from '../../host/types.gen';
import type { Connection } from './connections';

/** How far a connection is ended. */
export type Kind = 'logout' | 'remove' | 'revoke';

const given = (answer: Answer): RevocationView[] => (answer.answer === 'revocations' ? answer.view : []);

/** One connection that is to end. What is shown of it is what it was when the person decided, since afterwards it is gone. */
export class Ending {
  busy = $state(false);
  receipt: RevocationView[] | null = $state.raw(null);
  fault: ConsoleError | null = $state.raw(null);

  constructor(
    readonly one: Connection,
    readonly kind: Kind,
  ) {}

  async go(host: MainHost): Promise<void> {
    const { name, account } = this.one;
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
  }
}

export type Fate = { is: 'waits' } | { is: 'runs' } | { is: 'ended'; view: RevocationView } | { is: 'fault'; fault: ConsoleError };

/** What is told of a sign-in while it ends. */
export type Ended = Pick<GrantView, 'id' | 'server' | 'account' | 'issuer'>;

/** All sign-ins at once, where they cannot be read one by one. */
const EVERYTHING: Ended = { id: 'all', server: '', account: '', issuer: '' };

/** Locks, then signs out everywhere. It goes on when its dialog is closed. */
export class Stopping {
  fates: { grant: Ended; fate: Fate }[] = $state.raw([]);
  stage: 'asks' | 'runs' | 'done' = $state('asks');
  lockFault: ConsoleError | null = $state.raw(null);

  readonly done = $derived(this.fates.filter(({ fate }) => fate.is === 'ended' || fate.is === 'fault').length);
  readonly failed = $derived(this.fates.filter(({ fate }) => fate.is === 'fault' || (fate.is === 'ended' && fate.view.upstream === 'failed')).length);

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
          this.fates = views.map((view, at) => ({
            grant: { ...EVERYTHING, id: String(at), server: view.server },
            fate: { is: 'ended', view },
          }));
          return;
        }
        const order = { order: 'revoke', whose: { server: { name: grant.server, account: grant.account } } } as const;
        const [view] = given(await host.lower(order));
        const nothing = { server: grant.server, account: grant.account, upstream: 'not_asked', bridges: 0 } as const;
        this.#put(grant, { is: 'ended', view: view ?? nothing });
      } catch (thrown) {
        this.#put(grant, { is: 'fault', fault: faultOf(thrown) });
      }
    }
  }

  #put(grant: Ended, fate: Fate): void {
    this.fates = this.fates.map((one) => (one.grant === grant ? { grant, fate } : one));
  }
}
