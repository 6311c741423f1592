/**
 * A connection in the making: what was pasted, what was found out about it, and what the person chose. It lives as long as the
 * window, so that nothing is lost by going back, looking elsewhere or changing the language.
 */
import { SvelteSet } from 'svelte/reactivity';
import { faultOf, type MainHost } from '../../host/host';
import type { ConsoleError, NewServer, ProbeView, ScopeView, ServerView } from '../../host/types.gen';
import { isName, readPaste, type Pasted } from './paste/paste';
import { SignIn } from './signin.svelte';

export const STEPS = ['where', 'wants', 'apps', 'sign-in', 'tools', 'done'] as const;
export type Step = (typeof STEPS)[number];

/** Which resource is asked for (RFC 8707): the published one, none, or another. */
export type Resource = 'none' | 'other' | 'published';

/** A scope is printable ASCII without quotes and backslashes (RFC 6749 §3.3). */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

export class Wizard {
  typed = $state('');
  /** Which of several servers in the pasted lines. */
  chosen = $state(0);
  readonly pasted = $derived(readPaste(this.typed));
  /** The server that is meant, as far as the lines say. */
  readonly server: Pasted | null = $derived(
    this.pasted.kind === 'one' ? this.pasted.server : this.pasted.kind === 'several' ? (this.pasted.servers[this.chosen] ?? null) : null,
  );

  checking = $state(false);
  fault: ConsoleError | null = $state.raw(null);
  #found: { address: string; view: ProbeView } | null = $state.raw(null);
  /** What was found out about exactly this address. */
  readonly found = $derived(this.server && this.#found?.address === this.server.address ? this.#found.view : null);

  name = $state('');
  readonly ticked = new SvelteSet<string>();
  extraScopes = $state('');
  clientId = $state('');
  secretFile = $state('');
  document = $state('');
  resource: Resource = $state('published');
  resourceText = $state('');
  olderDiscovery = $state(false);

  /** What was added, as it was said then. */
  added: NewServer | null = $state.raw(null);
  readonly signIn: SignIn;
  /** Somebody is signed in at it. */
  #signedIn = false;
  /** It was seen among the servers: from then on, to be missing there means that it was removed. */
  #seen = false;
  #turn = 0;

  constructor(readonly host: MainHost) {
    this.signIn = new SignIn(host);
  }

  /** Looks at the address. What was chosen for the same address before stays. */
  async check(): Promise<void> {
    const { server } = this;
    if (!server) return;
    const turn = ++this.#turn;
    this.checking = true;
    this.fault = null;
    try {
      const came = await this.host.raise({ order: 'probe', url: server.address });
      if (turn === this.#turn && came.answer === 'probe') this.#take(server, came.view);
    } catch (thrown) {
      if (turn === this.#turn) this.fault = faultOf(thrown);
    } finally {
      if (turn === this.#turn) this.checking = false;
    }
  }

  /** Waits no longer for what is found out. */
  stopChecking(): void {
    this.#turn += 1;
    this.checking = false;
  }

  #take(server: Pasted, view: ProbeView): void {
    const isSame = this.#found?.view.url === view.url && this.name !== '';
    this.#found = { address: server.address, view };
    if (isSame) return;
    this.name = server.name ?? view.name;
    this.ticked.clear();
    const named = new Set(view.scopes.map((scope) => scope.name));
    const wanted = server.scopes.length > 0 ? server.scopes.filter((name) => named.has(name)) : wantedOf(view.scopes);
    for (const name of wanted) this.ticked.add(name);
    this.extraScopes = server.scopes.filter((name) => !named.has(name)).join(' ');
    this.clientId = server.clientId ?? '';
    this.secretFile = '';
    this.document = '';
    this.resource = server.resource === null ? 'published' : 'other';
    this.resourceText = server.resource ?? '';
    this.olderDiscovery = view.older_discovery;
    this.#forget();
    this.signIn.reset();
  }

  /** The permissions that the server names, each once. */
  readonly scopes: readonly ScopeView[] = $derived([...new Map((this.found?.scopes ?? []).map((scope) => [scope.name, scope])).values()]);
  readonly failed = $derived(this.found?.checks.find((check) => check.state === 'fail')?.step ?? null);
  /** Nobody is let in who is not known beforehand: a client id has to be given. */
  readonly needsClient = $derived(this.failed === 'registration');
  /** It was looked at to the end, and nobody signs in there. */
  readonly isOpen = $derived(this.found !== null && this.failed === null && this.found.issuer === null);
  /** The other server that has this address already. */
  readonly knownAs = $derived(this.found?.known_as && this.found.known_as !== this.added?.name ? this.found.known_as : null);
  readonly isGood = $derived(this.found !== null && this.knownAs === null && (this.failed === null || this.needsClient));

  /** The steps of this connection: a server that wants no sign-in has no permissions to choose. */
  readonly steps: readonly Step[] = $derived(this.isOpen ? STEPS.filter((step) => step !== 'wants') : STEPS);

  readonly nameFault: 'long' | 'letters' | 'none' | null = $derived(
    isName(this.name) ? null : this.name === '' ? 'none' : this.name.length > 64 ? 'long' : 'letters',
  );
  readonly extras = $derived(this.extraScopes.split(/[\s,]+/).filter(Boolean));
  readonly badScope = $derived(this.extras.find((scope) => !SCOPE.test(scope)) ?? null);
  readonly scopesFault = $derived(
    this.ticked.size === 0 && this.extras.length === 0 && this.scopes.some((scope) => scope.wanted),
  );
  readonly fieldFaults = $derived({
    clientId: this.needsClient && this.clientId.trim() === '',
    secretFile: this.secretFile.trim() !== '' && !isAbsolute(this.secretFile.trim()),
    document: this.document.trim() !== '' && !isDocument(this.document.trim()),
    resource: this.resource === 'other' && !isHttp(this.resourceText.trim()),
    extras: this.badScope !== null,
  });
  readonly wantsAreGood = $derived(!this.scopesFault && !Object.values(this.fieldFaults).includes(true));

  /** How far one may go: each step needs those before it. */
  may(step: Step): boolean {
    if (step === 'where') return true;
    if (!this.isGood || this.nameFault) return false;
    if (step === 'wants') return !this.isOpen;
    if (!this.isOpen && !this.wantsAreGood) return false;
    return step === 'apps' || step === 'sign-in' || this.isConnected;
  }

  get isConnected(): boolean {
    return this.added !== null && (this.signIn.phase === 'done' || this.isOpen);
  }

  next(step: Step): Step | null {
    return this.steps[this.steps.indexOf(step) + 1] ?? null;
  }

  before(step: Step): Step | null {
    return this.steps[this.steps.indexOf(step) - 1] ?? null;
  }

  /** The server as it would be added. */
  get newServer(): NewServer {
    const text = (value: string) => value.trim() || null;
    const all = this.scopes;
    const chosen = [...all.filter((scope) => this.ticked.has(scope.name)).map((scope) => scope.name), ...this.extras];
    // Nothing said means that the server decides, also when it changes its mind.
    const asWanted = chosen.length === wantedOf(all).length && wantedOf(all).every((name) => chosen.includes(name));
    return {
      name: this.name,
      url: this.found?.url ?? '',
      client_id: text(this.clientId),
      client_secret_file: text(this.secretFile),
      // A client that signs, or asks in its own name, is set up on the command line.
      client_key_file: null,
      client_key_id: null,
      client_credentials: false,
      assertion_file: null,
      organisation: null,
      client_metadata_url: text(this.document),
      resource: this.resource === 'published' ? null : this.resource === 'none' ? '' : this.resourceText.trim(),
      scopes: asWanted ? [] : chosen,
      older_discovery: this.olderDiscovery,
    };
  }

  /** Which servers there are now. What was added here may have been removed elsewhere. */
  know(servers: readonly ServerView[]): void {
    const { added } = this;
    if (!added) return;
    const here = servers.find((server) => server.name === added.name);
    if (here) {
      this.#seen = true;
      this.#signedIn = here.grants.some((grant) => grant.state === 'active');
    } else if (this.#seen) {
      this.#forget();
      if (!this.signIn.isUnderWay) this.signIn.reset();
    }
  }

  /** Whether to connect now ends a sign-in that works: what was chosen differs from what it is for. */
  get endsSignIn(): boolean {
    return this.#signedIn && this.#differs(this.newServer);
  }

  #differs(wanted: NewServer): boolean {
    return this.added !== null && JSON.stringify(this.added) !== JSON.stringify(wanted);
  }

  #forget(): void {
    this.added = null;
    this.#signedIn = false;
    this.#seen = false;
  }

  /** Adds the server, unless it stands there just like that, and signs in where that is wanted. Whether it came to that. */
  async connect(): Promise<boolean> {
    const wanted = this.newServer;
    const came = await this.signIn.run(wanted.name, !this.isOpen, async () => {
      if (this.added && !this.#differs(wanted)) return;
      // It was added and then changed here: the earlier one goes.
      if (this.added) await this.#remove(this.added.name);
      await this.host.raise({ order: 'add_server', ...wanted });
      this.added = wanted;
    });
    if (came && !this.isOpen) this.#signedIn = true;
    // It was removed elsewhere before the news of that came: the next try adds it again.
    if (this.signIn.phase === 'failed' && !this.signIn.failedAdding && this.signIn.fault?.code === 'not_found') this.#forget();
    return came;
  }

  async #remove(name: string): Promise<void> {
    try {
      await this.host.lower({ order: 'remove_server', name });
    } catch (thrown) {
      // What is gone already need not go.
      if (faultOf(thrown).code !== 'not_found') throw thrown;
    }
    this.#forget();
  }

  /** From the beginning, for another server. */
  restart(): void {
    this.stopChecking();
    this.signIn.reset();
    this.typed = '';
    this.chosen = 0;
    this.#found = null;
    this.fault = null;
    this.#forget();
    this.name = '';
  }
}

export const wantedOf = (scopes: readonly ScopeView[]): string[] => scopes.filter((scope) => scope.wanted).map((scope) => scope.name);

export const isAbsolute = (path: string): boolean => /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path);

function isHttp(text: string): boolean {
  return /^https?:\/\/[^\s/]/i.test(text) && URL.canParse(text);
}

/** https, with a path (Client ID Metadata Document). */
export function isDocument(text: string): boolean {
  return /^https:\/\/[^\s/]/i.test(text) && URL.canParse(text) && new URL(text).pathname.length > 1 && !text.includes('#');
}

const wizards = new WeakMap<MainHost, Wizard>();

/** The one wizard of this window. */
export function wizardOf(host: MainHost): Wizard {
  let wizard = wizards.get(host);
  if (!wizard) {
    // It outlives the component that asks for it first, and so does what is derived in it.
    $effect.root(() => {
      wizard = new Wizard(host);
    });
    wizard = wizard as unknown as Wizard;
    wizards.set(host, wizard);
  }
  return wizard;
}
