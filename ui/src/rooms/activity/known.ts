/** The names that the filter offers: what is configured, what is connected, and what the entries in view speak of. */
import type { EntryView, ServerView, SessionView, SummaryView } from '../../host/types.gen';

export interface Known {
  app: string[];
  server: string[];
  account: string[];
  tool: string[];
}

/** A menu longer than this is no help; whoever wants another name types it. */
const MOST = 300;

export function known(servers: readonly ServerView[], sessions: readonly SessionView[], summary: SummaryView | undefined, entries: readonly EntryView[]): Known {
  const calls = entries.filter((entry) => entry.kind === 'call' || entry.kind === 'refuse');
  return {
    app: sorted([...sessions.map((session) => session.app), ...entries.map((entry) => entry.app)]),
    server: sorted([...servers.map((server) => server.name), ...entries.map((entry) => entry.server)]),
    account: sorted([...servers.flatMap((server) => server.grants.map((grant) => grant.account)), ...entries.map((entry) => entry.account)]),
    tool: sorted([...(summary?.tools ?? []).map((tool) => tool.tool), ...servers.flatMap((server) => server.tools.map((tool) => tool.name)), ...calls.map((entry) => entry.tool)]),
  };
}

const sorted = (names: readonly (string | null)[]): string[] =>
  [...new Set(names.filter((name) => name !== null && name !== ''))].slice(0, MOST).sort((one, other) => (one ?? '').localeCompare(other ?? '')) as string[];
