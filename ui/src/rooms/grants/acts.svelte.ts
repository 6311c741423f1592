/** What can be done with a connection from its row, and what the person is told about it. What ends one stands in `ending.svelte.ts`. */
import { Errand } from '../../host/errand.svelte';
import type { MainHost } from '../../host/host';
import type { ReviewView, ToolUse, ToolView } from '../../host/types.gen';
import { tell, tellFault } from '../../parts/toasts.svelte';
import { reportOf } from '../../words/faults';
import { say } from '../../words/say';
import type { Connection } from './connections';

const USES: readonly (ToolUse | null)[] = [null, 'silent', 'ask', 'off'];

/** By all that it is about: what another account or another answer wants is another errand, and none waits for it. */
const useKey = ({ server, account, name }: ToolView, usage: ToolUse | null) => JSON.stringify(['use', server, account, name, usage]);

export class Acts {
  readonly errand: Errand;
  readonly #host: () => MainHost;

  constructor(host: () => MainHost) {
    this.#host = host;
    this.errand = new Errand((fault) => tellFault(reportOf(fault)));
  }

  async lock(): Promise<boolean> {
    return this.#do('lock', () => this.#host().lower({ order: 'lock' }), () => say('grants.was_locked'));
  }

  async pause({ name }: Connection): Promise<void> {
    const paused = await this.#run(`pause ${name}`, () => this.#host().lower({ order: 'pause', server: name }));
    if (paused) tell(say('grants.was_paused', { name }), { words: say('grants.undo'), act: () => void this.resume(name) });
  }

  resume = (name: string): Promise<boolean> =>
    this.#do(`resume ${name}`, () => this.#host().raise({ order: 'resume', server: name }), () => say('grants.was_resumed', { name }));

  trust = (name: string): Promise<boolean> =>
    this.#do(`trust ${name}`, () => this.#host().raise({ order: 'trust', server: name }), () => say('grants.was_trusted', { name }));

  distrust = (name: string): Promise<boolean> =>
    this.#do(`distrust ${name}`, () => this.#host().lower({ order: 'distrust', server: name }), () => say('grants.was_distrusted', { name }));

  /** The consent appears in the approval window, and after it the browser: this may take minutes. */
  signIn({ name, grant }: Connection): Promise<boolean> {
    const order = { order: 'login', name, account: grant?.account ?? null } as const;
    return this.#do(`login ${name}`, () => this.#host().raise(order), () => say('grants.was_signed_in', { name }), true);
  }

  /** Whether something about this tool is on its way. */
  sets = (tool: ToolView): boolean => USES.some((usage) => this.errand.has(useKey(tool, usage)));

  async use(of: ToolView, usage: ToolUse | null): Promise<void> {
    const { server, account, name: tool } = of;
    const order = { order: 'set_tool_use', server, account, tool, usage } as const;
    const use = say(`grants.use_${usage ?? 'rules'}`);
    await this.#do(useKey(of, usage), () => this.#host().raise(order), () => say('grants.use_set', { tool, name: server, use }));
  }

  admit = ({ id, name }: ReviewView): Promise<boolean> =>
    this.#do(`review ${id}`, () => this.#host().raise({ order: 'admit', review: id }), () => say('grants.review_admitted', { name }), true);

  refuse = ({ id, name }: ReviewView): Promise<boolean> =>
    this.#do(`refuse ${id}`, () => this.#host().lower({ order: 'refuse', review: id }), () => say('grants.review_refused', { name }));

  /** Leads to the question that is waited for. */
  showQuestion = (): void => void this.#host().read({ order: 'show_face', place: 'questions' }).catch(() => {});

  async #do(name: string, order: () => Promise<unknown>, words: () => string, asks = false): Promise<boolean> {
    const done = await this.#run(name, order, asks);
    if (done) tell(words());
    return done;
  }

  async #run(name: string, order: () => Promise<unknown>, asks = false): Promise<boolean> {
    return (await this.errand.run(name, order, asks)) !== undefined;
  }
}
