/**
 * Connecting: an address is looked at, a server is added, and somebody signs in, in the question window and then in a browser.
 *
 * In a browser tab the sign-in plays by itself. With `?signin=held` it waits for `fakeHouse.signIn`: `yes()` and `no()` answer the
 * question, `arrive()` ends the browser's part well, `fail(…)` badly.
 */
import type { Answer, ConsoleError, GrantView, ServerView } from '../types.gen';
import { GrantHandlers } from './grants';
import { ago, unknown, type Handlers, type House } from './house';
import { probe } from './probes';
import { question } from './questions';
import { tools } from './servers';

export const isName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name);

const held = new URLSearchParams(globalThis.location?.search ?? '').get('signin') === 'held';
const PLAYS_MS = 2500;

/** One sign-in under way. Whoever asks for it again joins it, as with the broker. */
export class SignIn {
  readonly came: Promise<GrantView>;
  #settle!: { yes: (grant: GrantView) => void; no: (why: ConsoleError) => void };
  #question: string;

  constructor(
    readonly house: House,
    readonly server: ServerView,
  ) {
    this.came = new Promise((yes, no) => (this.#settle = { yes, no }));
    this.came.catch(() => {});
    const host = siteOf(server.url);
    const asked = question({
      question: { about: 'connect', app: 'Keyholder', server: server.name, account: 'default', why: 'Signing in at a server is asked about, always before the browser opens.' },
      subject: { kind: 'connect', issuer: `https://auth.${host}`, authorization_host: `auth.${host}`, scopes: [], new_scopes: [], way: { by: 'browser', redirect: 'http://127.0.0.1:53682/callback' } },
      headline: `Sign in at auth.${host}`,
      host,
      waits: 600,
    });
    this.#question = asked.question.id;
    house.ask(asked);
    const stop = house.listen((news) => {
      if (news.news !== 'settled' || news.question !== this.#question) return;
      stop();
      // `deny` from the main window settles it as well.
      if (this.#said === 'no') this.fail({ code: 'denied', subject: server.name, detail: 'The user declined.' });
      else if (!held) setTimeout(() => this.arrive(), PLAYS_MS);
    });
    if (!held) setTimeout(() => this.yes(), PLAYS_MS);
  }

  #said: 'yes' | 'no' = 'no';

  yes(): void {
    this.#said = 'yes';
    this.house.settle(this.#question);
  }

  no(): void {
    this.house.settle(this.#question);
  }

  /** The person came back from the browser. */
  arrive(): void {
    this.house.signIn = null;
    const { house, server } = this;
    const made = GrantHandlers.login?.({ order: 'login', name: server.name, account: null }, house) as Answer;
    const grant = made.answer === 'grants' ? made.view[0] : undefined;
    if (!grant) return;
    const host = siteOf(server.url);
    Object.assign(grant, { issuer: `https://auth.${host}`, scopes: ['issues:read', 'issues:write', 'offline_access'], resource: server.url });
    if (!server.url.includes('later.example')) server.tools = offered(server.name, server.url);
    house.changed('servers');
    this.#settle.yes(grant);
  }

  fail(why: ConsoleError): void {
    this.house.signIn = null;
    this.#settle.no(why);
  }
}

const siteOf = (url: string) => new URL(url).hostname.split('.').slice(-2).join('.');

const BIDI = 'gnp.\u202egpj.exe\u2066x\u2069';

function offered(server: string, url: string): ServerView['tools'] {
  const made = tools(server, [
    ['list_issues', 'look', 'allow', 'Lists the issues of a project.', ['reads_private', 'sees_untrusted']],
    ['get_issue', 'look', 'allow', 'Reads one issue with its comments.', ['reads_private', 'sees_untrusted']],
    ['search', 'look', 'allow', 'Searches issues, projects and documents.', ['reads_private', 'sees_untrusted']],
    ['create_issue', 'change', 'ask', 'Creates an issue.'],
    ['update_issue', 'change', null, 'Changes an issue: its title, its state, who has it.'],
    ['comment', 'send', 'ask', 'Writes a comment that everybody in the workspace can read.', ['sends_outward']],
    ['invite', 'send', 'ask', 'Invites somebody to the workspace by mail.', ['sends_outward']],
    ['delete_project', 'destroy', 'ask', 'Deletes a project with all of its issues.', ['destroys']],
  ]).map((tool): ServerView['tools'][number] => ({ ...tool, last_used: null, uses: 0 }));
  const hidden = made.find((tool) => tool.name === 'invite');
  if (hidden) hidden.state = 'pending';
  if (url.includes('many.example')) made.push(...tools(server, Array.from({ length: 600 }, (_, at): Parameters<typeof tools>[1][number] => [`look_${at}`, 'look', 'allow', 'One of many.'])));
  if (url.includes('hostile.example')) made.push(...tools(server, [[`${BIDI}<b>${'t'.repeat(3000)}`, 'unheard', 'ask', `<img src=x>${BIDI}${'d'.repeat(8000)}`]]));
  return made;
}

export const ConnectHandlers: Handlers = {
  probe: ({ url }, house) => ({ answer: 'probe', view: probe(url, house) }),
  add_server: ({ name, url, client_id, client_metadata_url, resource }, house) => {
    if (house.locked) throw { code: 'locked', subject: name, detail: null };
    if (!isName(name)) throw { code: 'invalid', subject: name, detail: `“${name}” is not a server name` };
    if (house.servers.some((known) => known.name === name)) throw { code: 'conflict', subject: name, detail: 'there is a server of this name' };
    const open = url.includes('open.example');
    const server: ServerView = { name, url, state: 'open', origin: 'person', client_id, client_metadata_url, resource, grants: [], bridges: 0, tools: open ? offered(name, url) : [] };
    house.servers.push(server);
    house.changed('servers');
    return { answer: 'server', view: server };
  },
  login: async (order, house) => {
    const server = house.servers.find((known) => known.name === order.name);
    if (!server) throw unknown(order.name);
    if (house.locked) throw { code: 'locked', subject: order.name, detail: null };
    // A server that was there before is signed in to at once: its room has tests of its own.
    const isNew = server.state === 'open' && !house.grants.some((grant) => grant.server === order.name);
    if (!isNew || server.origin !== 'person') return GrantHandlers.login?.(order, house) ?? { answer: 'grants', view: [] };
    house.signIn = house.signIn?.server === server ? house.signIn : new SignIn(house, server);
    const grant = await house.signIn.came;
    return { answer: 'grants', view: [{ ...grant, expires: ago(-3600) }] };
  },
  deny: ({ question: id }, house) => {
    if (!house.questions.some((open) => open.question.id === id)) throw unknown(id);
    house.settle(id);
    return { answer: 'done', view: { note: null } };
  },
};
