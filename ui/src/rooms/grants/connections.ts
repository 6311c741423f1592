/** What the room shows: each sign-in with its server, how it stands, what it was used for. Worked out without the page. */
import type { GrantView, ReviewView, RuleView, ServerView, SessionView, ToolView } from '../../host/types.gen';

const DAY_MS = 86_400_000;

/** Longer than this without a use, and somebody should ask whether it is still needed. */
export const LONG_UNUSED_MS = 30 * DAY_MS;

/** A sign-in that ends within this time is worth a word. */
const SOON_MS = 3 * DAY_MS;

/** How a connection stands, worst first where several are true. */
export type Standing = 'paused' | 'sign_in' | 'revoked' | 'ends_soon' | 'ends' | 'renews' | 'fresh' | 'none';

export interface Connection {
  id: string;
  name: string;
  /** The host of the server's address; empty where the server is no longer configured. */
  host: string;
  account: string;
  server: ServerView | null;
  grant: GrantView | null;
  standing: Standing;
  tools: ToolView[];
  /** How many of the tools apps can see and call. */
  on: number;
  last_used: string | null;
  sessions: SessionView[];
  reviews: ReviewView[];
}

export interface Known {
  servers: readonly ServerView[];
  grants: readonly GrantView[];
  sessions: readonly SessionView[];
  reviews: readonly ReviewView[];
}

/** A connection for each sign-in, and one for each server without any, by name. */
export function connections({ servers, grants, sessions, reviews }: Known, now: number): Connection[] {
  const named = new Map(servers.map((server) => [server.name, server]));
  const held = newest(grants).filter((grant) => grant.state !== 'revoked' || named.has(grant.server));
  const signedIn = new Set(held.map((grant) => grant.server));
  const bare = servers.filter((server) => !signedIn.has(server.name));
  const make = (name: string, account: string, server: ServerView | null, grant: GrantView | null): Connection => {
    const tools = once((server?.tools ?? []).filter((tool) => grant === null || tool.account === account));
    const here = (one: { server: string; account: string }) => one.server === name && (grant === null || one.account === account);
    return {
      id: grant?.id ?? `server ${name}`,
      name,
      host: server ? hostOf(server.url) : '',
      account,
      server,
      grant,
      standing: standing(server, grant, now),
      tools,
      on: tools.filter(isOn).length,
      last_used: grant ? grant.last_used : latest(tools),
      sessions: sessions.filter(here),
      reviews: reviews.filter(here),
    };
  };
  return [
    ...held.map((grant) => make(grant.server, grant.account, named.get(grant.server) ?? null, grant)),
    ...bare.map((server) => make(server.name, 'default', server, null)),
  ].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.account < b.account ? -1 : 1));
}

/** Which of them an address means: the one itself, or that of a server, where one that holds comes before one that has ended. */
export function meant(all: readonly Connection[], address: string): Connection | null {
  const named = all.filter((one) => `server ${one.name}` === address);
  return all.find((one) => one.id === address) ?? named.find((one) => one.standing !== 'revoked') ?? named[0] ?? null;
}

/** A sign-in that has ended stays listed beside the one that took its place; only the newest of an account counts. */
function newest(grants: readonly GrantView[]): GrantView[] {
  const kept = new Map<string, GrantView>();
  for (const grant of grants) {
    const key = JSON.stringify([grant.server, grant.account]);
    const other = kept.get(key);
    const isOver = (one: GrantView) => (one.state === 'revoked' ? 1 : 0);
    if (!other || isOver(grant) < isOver(other) || (isOver(grant) === isOver(other) && grant.obtained > other.obtained)) kept.set(key, grant);
  }
  return [...kept.values()];
}

function standing(server: ServerView | null, grant: GrantView | null, now: number): Standing {
  if (server?.state === 'paused') return 'paused';
  if (!grant) return server?.state === 'sign_in_needed' ? 'sign_in' : 'none';
  if (grant.state === 'revoked') return 'revoked';
  if (grant.state === 'lapsed') return 'sign_in';
  if (grant.renews) return 'renews';
  if (!grant.expires) return 'fresh';
  const left = Date.parse(grant.expires) - now;
  return left <= 0 ? 'sign_in' : left < SOON_MS ? 'ends_soon' : 'ends';
}

/** Bridges with flags of their own list the same tools, and where nobody is signed in, accounts do. */
function once(tools: readonly ToolView[]): ToolView[] {
  const seen = new Set<string>();
  return tools.filter(({ name }) => !seen.has(name) && seen.add(name));
}

export const isOn = (tool: ToolView): boolean => tool.state === 'admitted' && tool.usage !== 'off' && tool.verdict !== 'deny';

const latest = (tools: readonly ToolView[]): string | null =>
  tools.reduce<string | null>((last, { last_used }) => (last_used && (!last || last_used > last) ? last_used : last), null);

/** Whether there is a sign-in to take back. */
export const isLive = ({ grant }: Connection): boolean => grant !== null && grant.state !== 'revoked';

/** The host of an address, as a browser writes it; the whole where it is no address. */
export function hostOf(address: string): string {
  try {
    return new URL(address).host || address;
  } catch {
    return address;
  }
}

export const FILTERS = ['all', 'unused', 'sign_in', 'paused'] as const;
export type Filter = (typeof FILTERS)[number];

export function passes(one: Connection, filter: Filter, now: number): boolean {
  if (filter === 'paused') return one.standing === 'paused';
  if (filter === 'sign_in') return one.standing === 'sign_in' || one.standing === 'revoked';
  if (filter === 'unused') return isUnused(one, now);
  return true;
}

/** Whether it can be used, and was not for long. One that is young has not had the time. */
export function isUnused({ grant, last_used }: Connection, now: number): boolean {
  if (!grant || grant.state === 'revoked') return false;
  return now - Date.parse(last_used ?? grant.obtained) > LONG_UNUSED_MS;
}

/** Whether all of what was typed stands in its names. */
export function matches({ name, host, account, grant }: Connection, typed: string): boolean {
  const text = [name, host, account, ...(grant?.scopes ?? [])].join(' ').toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

export interface Counts {
  servers: number;
  apps: number;
  allows: number;
  unused: number;
}

/** The numbers above the list. What ships with Keyholder is no permission that somebody gave. */
export function counts(known: Pick<Known, 'servers' | 'sessions'>, rules: readonly RuleView[], now: number): Counts {
  const given = rules.filter((rule) => rule.effect === 'allow' && rule.state === 'in_force' && rule.origin !== 'shipped');
  const named = given.flatMap((rule) => rule.bound_to.filter((bound) => bound.startsWith('app ')).map((bound) => bound.slice(4)).slice(0, 1));
  const unused = given.filter((rule) => {
    const since = rule.last_used ?? rule.made;
    return since !== null && now - Date.parse(since) > LONG_UNUSED_MS;
  });
  return {
    servers: known.servers.length,
    apps: new Set([...known.sessions.map((session) => session.app), ...named]).size,
    allows: given.length,
    unused: unused.length,
  };
}

/** The sign-ins that there is something to take back from. */
export const held = (grants: readonly GrantView[]): GrantView[] => newest(grants).filter((grant) => grant.state !== 'revoked');
