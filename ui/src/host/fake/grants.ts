/** Sign-ins: who holds which token where, without any token. */
import type { GrantView, RevocationView, Upstream } from '../types.gen';
import { ago, DAY, HOUR, MINUTE, unknown, type Handlers, type House } from './house';

/** Tells everything of a sign-in that the sketch leaves open. */
export function grant(sketch: Partial<GrantView> & Pick<GrantView, 'id' | 'server'>): GrantView {
  return {
    account: 'default',
    issuer: `https://${sketch.server}.example.com`,
    resource: `https://${sketch.server}.example.com/mcp`,
    client_id: 'dyn-7f31',
    scopes: [],
    state: 'active',
    obtained: ago(9 * DAY),
    last_used: ago(2 * HOUR),
    expires: ago(-2 * DAY),
    renews: true,
    record: `keyholder/grant/${sketch.id}`,
    ...sketch,
  };
}

export function grants(): GrantView[] {
  return [
    grant({
      id: '01J0GRANTSLACKANA',
      server: 'slack',
      account: 'ana@acme.example',
      issuer: 'https://auth.slack.example',
      resource: 'https://mcp.slack.example/mcp',
      client_id: 'https://keyholder.example/client.json',
      scopes: ['channels:read', 'chat:write', 'search:read', 'users:read', 'files:read', 'reactions:write'],
      obtained: ago(41 * DAY),
      last_used: ago(3 * MINUTE),
      expires: ago(-40 * MINUTE),
    }),
    grant({ id: '01J0GRANTNOTES', server: 'notes', scopes: ['notes'] }),
    grant({
      id: '01J0GRANTWAREHOUSE',
      server: 'warehouse',
      account: 'ben@acme.example',
      issuer: 'https://login.warehouse.example/tenant',
      resource: 'https://mcp.warehouse.example/v1/mcp',
      client_id: 'keyholder-desktop',
      scopes: ['sql:read', 'sql:write'],
      state: 'lapsed',
      obtained: ago(190 * DAY),
      last_used: ago(64 * DAY),
      expires: ago(63 * DAY),
    }),
    grant({
      id: '01J0GRANTTRACKER',
      server: 'tracker',
      issuer: 'https://tracker.example.org',
      resource: 'https://tracker.example.org/mcp',
      scopes: ['issues:read', 'issues:write'],
      obtained: ago(75 * DAY),
      last_used: ago(44 * DAY),
      expires: ago(-46 * HOUR),
      renews: false,
    }),
  ];
}

/** What each provider does when it is asked to take a sign-in back. */
const PROVIDERS: Record<string, Upstream> = { slack: 'confirmed', notes: 'not_offered', tracker: 'failed' };

const mine = (server: string, account: string | null) => (held: GrantView) =>
  held.server === server && (account === null || held.account === account) && held.state !== 'revoked';

/** A sign-in that has ended stays in the list without its token, as with the broker. */
export function end(house: House, which: (held: GrantView) => boolean, upstream: (held: GrantView) => Upstream): RevocationView[] {
  const gone = house.grants.filter((held) => which(held) && held.state !== 'revoked');
  const ended = gone.map((held): RevocationView => {
    const cut = house.sessions.filter((session) => session.server === held.server && session.account === held.account);
    house.sessions = house.sessions.filter((session) => !cut.includes(session));
    Object.assign(held, { state: 'revoked', expires: null });
    return { server: held.server, account: held.account, upstream: upstream(held), bridges: cut.length };
  });
  for (const server of house.servers) {
    if (gone.some((held) => held.server === server.name)) Object.assign(server, { state: 'sign_in_needed', bridges: 0 });
  }
  house.changed('servers', 'status', 'activity');
  return ended;
}

export const GrantHandlers: Handlers = {
  grants: (_, house) => ({ answer: 'grants', view: house.grants }),
  revoke: ({ whose }, house) => {
    const which = (() => {
      if (whose === 'all') return () => true;
      if ('issuer' in whose) return (held: GrantView) => held.issuer === whose.issuer.issuer;
      return mine(whose.server.name, whose.server.account);
    })();
    const name = whose === 'all' || 'issuer' in whose ? null : whose.server.name;
    if (name !== null && !house.servers.some((server) => server.name === name) && !house.grants.some(which)) throw unknown(name);
    return { answer: 'revocations', view: end(house, which, (held) => PROVIDERS[held.server] ?? 'confirmed') };
  },
  logout: ({ name, account }, house) => ({ answer: 'revocations', view: end(house, mine(name, account), () => 'not_asked') }),
  login: ({ name, account }, house) => {
    const server = house.servers.find((known) => known.name === name);
    if (!server) throw unknown(name);
    const whose = account ?? 'default';
    let held = house.grants.find((known) => known.server === name && known.account === whose);
    if (!held) house.grants.push((held = grant({ id: `01J0GRANTNEW${house.grants.length}`, server: name, account: whose })));
    Object.assign(held, { state: 'active', obtained: ago(0), last_used: null, expires: ago(-HOUR), renews: true });
    server.state = 'signed_in';
    house.changed('servers', 'activity');
    return { answer: 'grants', view: [held] };
  },
};
