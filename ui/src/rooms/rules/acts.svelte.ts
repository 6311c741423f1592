/** What can be done with rules, and what the person is told about it. */
import { Errand } from '../../host/errand.svelte';
import type { MainHost } from '../../host/host';
import type { AskMode, ConsoleError, RuleView } from '../../host/types.gen';
import { tell, tellFault } from '../../parts/toasts.svelte';
import { reportOf } from '../../words/faults';
import { say } from '../../words/say';

export class Acts {
  /** What a dialog is doing, whose fault it shows by itself. */
  fault: ConsoleError | null = $state.raw(null);
  readonly errand = new Errand((fault) => (this.fault = fault));
  readonly #host: () => MainHost;

  constructor(host: () => MainHost) {
    this.#host = host;
  }

  /** Takes one rule away; whether it went. */
  async remove(rule: RuleView): Promise<boolean> {
    this.fault = null;
    const done = await this.errand.run('remove', () => this.#host().raise({ order: 'remove_rule', rule: rule.id }));
    if (done) tell(rule.effect === 'allow' && rule.state === 'in_force' ? say('rules.removed') : say('rules.removed_other', { n: 1 }));
    return done !== undefined;
  }

  async add(text: string): Promise<boolean> {
    this.fault = null;
    const done = await this.errand.run('add', () => this.#host().raise({ order: 'add_rule', text }));
    if (done) tell(say('rules.added'));
    return done !== undefined;
  }

  /** The approval window shows exactly what would count, and takes the answer. */
  async confirm(): Promise<boolean> {
    this.fault = null;
    const done = await this.errand.run('confirm', () => this.#host().raise({ order: 'confirm_rules' }), true);
    if (done) tell(say('rules.confirmed'));
    return done !== undefined;
  }

  async setMode(mode: AskMode): Promise<void> {
    this.fault = null;
    const host = this.#host();
    // To be asked about everything is the only mode that can give nothing away.
    const order = () => (mode === 'careful' ? host.lower({ order: 'set_mode', mode }) : host.raise({ order: 'set_mode', mode }));
    const done = await this.errand.run(`mode ${mode}`, order);
    if (done) tell(say('rules.mode_set', { mode: say(`rules.mode_${mode}`) }));
    else if (this.fault) tellFault(reportOf(this.fault));
  }

  showQuestion = (): void => void this.#host().read({ order: 'show_face', place: 'questions' }).catch(() => {});
}

/** Several rules taken away, one after the other: what went, and why the others did not. */
export class Removing {
  /** So many are through: gone, or refused. */
  done = $state(0);
  running = $state(false);
  failed: { rule: RuleView; fault: ConsoleError }[] = $state.raw([]);
  #fault: ConsoleError | undefined;
  #stopped = false;
  readonly errand = new Errand((fault) => (this.#fault = fault));

  constructor(readonly rules: readonly RuleView[]) {}

  async go(host: MainHost): Promise<void> {
    if (this.running) return;
    this.running = true;
    for (const rule of this.rules) {
      if (this.#stopped) break;
      if ((await this.errand.run('remove', () => host.raise({ order: 'remove_rule', rule: rule.id }))) === undefined && this.#fault) {
        this.failed = [...this.failed, { rule, fault: this.#fault }];
      }
      this.done += 1;
    }
    this.running = false;
    const gone = this.done - this.failed.length;
    if (this.done < this.rules.length) tell(say('rules.remove_stopped', { n: gone, all: this.rules.length }));
    else if (gone === this.rules.length) tell(say('rules.removed_other', { n: gone }));
    // Whoever has left does not see the list of those that would not go.
    if (this.#stopped && this.failed.length > 0) tellFault(say('rules.remove_failed', { n: this.failed.length }));
  }

  /** No further one goes. One that waits for an answer in the question window still goes by a yes there. */
  stop(): void {
    this.#stopped = true;
  }
}
