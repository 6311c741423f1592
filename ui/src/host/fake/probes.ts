/**
 * What is found at an address, by its host: `open.example` wants no sign-in, `down.example` does not answer, `page.example` is a
 * web page, `closed.example` takes nobody who is not registered, `old.example` is of the first revision, `elsewhere.example` signs
 * in at another site, `many.example` names ten thousand scopes, `hostile.example` deceives. Any other one is as it should be.
 */
import type { CheckState, ProbeCheck, ProbeStep, ProbeView, ScopeView } from '../types.gen';
import type { House } from './house';

const STEPS: ProbeStep[] = ['address', 'answers', 'protocol', 'resource_metadata', 'server_metadata', 'registration'];
const BIDI = 'gnp.\u202egpj.exe\u2066x\u2069';
const MARKUP = '<img src=x onerror="document.title=1"><b style="position:fixed;inset:0">';

const check = (step: ProbeStep, state: CheckState = 'ok', detail: string | null = null): ProbeCheck => ({ step, state, detail });
const scope = (name: string, wanted = false): ScopeView => ({ name, wanted });

/** All checks up to this one, which came out so. */
function until(last: ProbeStep, state: CheckState, detail: string): ProbeCheck[] {
  const all = STEPS.slice(0, STEPS.indexOf(last)).map((step) => check(step));
  return [...all, check(last, state, detail)];
}

const good = (auth: string): ProbeCheck[] => [
  check('address'),
  check('answers', 'ok', 'over TLS'),
  check('protocol', 'ok', 'it wants a sign-in first'),
  check('resource_metadata'),
  check('server_metadata', 'ok', auth),
  check('registration', 'ok', 'Keyholder registers itself there when you sign in'),
];

const SCOPES = [scope('issues:read', true), scope('issues:write', true), scope('projects:read'), scope('comments:write'), scope('admin'), scope('offline_access', true)];

type Finding = Partial<ProbeView>;

const FINDINGS: Record<string, (host: string) => Finding> = {
  'open.example': () => ({
    checks: [check('address'), check('answers', 'ok', 'over TLS'), check('protocol', 'ok', 'it speaks MCP 2025-06-18 and wants no sign-in to begin with')],
    ...{ issuer: null, authorization_host: null, scopes: [] },
  }),
  'down.example': () => failed(until('answers', 'fail', 'nothing answers at down.example (connection refused)')),
  'page.example': () => failed(until('protocol', 'fail', 'page.example is not an MCP server: it answered with a web page')),
  'loose.example': () => failed(until('server_metadata', 'fail', 'the authorization server does not promise PKCE with S256')),
  'closed.example': (host) => ({
    checks: [...good(`auth.${host}`).slice(0, 5), check('registration', 'fail', 'Keyholder cannot register itself there: ask its operator for a client id, and enter that')],
  }),
  'old.example': () => ({
    older_discovery: true,
    checks: [
      check('address'),
      check('answers', 'ok', 'over TLS'),
      check('protocol', 'warn', 'it wants a sign-in first, but does not say of which kind'),
      check('resource_metadata', 'warn', 'it does not say who signs people in; servers of the first revision did not'),
      check('server_metadata', 'warn', 'it describes no sign-in at all; only the addresses of the first revision are left to try'),
      check('registration', 'warn', 'Keyholder will try to register itself when you sign in'),
    ],
    scopes: [],
  }),
  'elsewhere.example': () => ({
    issuer: 'https://login.another.example',
    authorization_host: 'login.another.example',
    checks: good('login.another.example'),
    warnings: ['you will sign in at login.another.example, which belongs to another site than the server'],
  }),
  'many.example': () => ({ scopes: Array.from({ length: 10_000 }, (_, at) => scope(`resource_${at}:${at % 2 ? 'write' : 'read'}`, at < 3)) }),
  'hostile.example': () => ({
    name: '',
    issuer: `https://auth.example/${BIDI}${MARKUP}${'i'.repeat(4000)}`,
    authorization_host: `${BIDI}${MARKUP}`,
    warnings: [MARKUP, BIDI, 'w'.repeat(5000), 'pay\u200bload\u00ad'],
    checks: [...STEPS.slice(0, 5).map((step) => check(step, 'warn', `${BIDI}${MARKUP}${'d'.repeat(3000)}`)), check('registration')],
    scopes: [scope(`${BIDI}${MARKUP}`, true), scope('s'.repeat(5000)), scope('adm\u0456n'), scope('read\u200b', true), scope('read')],
  }),
  'xn--pple-43d.com': (host) => ({
    warnings: [`\u0430pple.com is really ${host}: its letters may imitate another name, in letters of several scripts`],
    checks: [check('address', 'warn'), ...good(`auth.${host}`).slice(1)],
  }),
};

const failed = (checks: ProbeCheck[]): Finding => ({ checks, issuer: null, authorization_host: null, scopes: [] });

/** Warnings about the address itself, and about where it leads. */
function oddities(url: URL): string[] {
  const odd = [];
  const bare = /^[\d.]+$|^\[/.test(url.hostname);
  if (bare && !url.hostname.startsWith('127.')) odd.push(`${url.hostname} is a bare address: no name says whose it is`);
  if (url.protocol === 'http:') odd.push('it is on this machine, and what is sent there is not encrypted');
  if (/^(?:10|192\.168)\./.test(url.hostname) || url.hostname.endsWith('.internal')) odd.push('it is inside a private network');
  return odd;
}

export function probe(text: string, house: House): ProbeView {
  const given = text.trim();
  const nothing = { url: given, host: '', name: '', known_as: null, warnings: [], issuer: null, authorization_host: null, scopes: [], older_discovery: false };
  let url: URL;
  try {
    url = new URL(given.includes('://') ? given : `https://${given}`);
  } catch {
    return { ...nothing, checks: [check('address', 'fail', `“${given.slice(0, 200)}” is not a web address`)] };
  }
  const local = /^(?:localhost|127\.|\[::1\])/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local)) {
    return { ...nothing, checks: [check('address', 'fail', `${given.slice(0, 200)} would send your credentials unprotected: use https`)] };
  }
  const warnings = oddities(url);
  const site = url.hostname.split('.').slice(-2).join('.');
  const auth = `auth.${site}`;
  const first = check('address', warnings.length > 0 ? 'warn' : 'ok');
  return {
    ...nothing,
    url: given.includes('://') ? given : `https://${given}`,
    host: url.hostname,
    name: freeName(url.hostname, house),
    known_as: house.servers.find((known) => known.url === url.href || known.url === given)?.name ?? null,
    checks: [first, ...good(auth).slice(1)],
    issuer: `https://${auth}`,
    authorization_host: auth,
    scopes: SCOPES,
    ...FINDINGS[url.hostname]?.(url.hostname),
    warnings: [...warnings, ...(FINDINGS[url.hostname]?.(url.hostname).warnings ?? [])],
  };
}

function freeName(host: string, house: House): string {
  const base = host.replace(/^(?:mcp|api|www)\./, '').replace(/[^a-z0-9.-]/gi, '').slice(0, 60) || 'server';
  const taken = (name: string) => house.servers.some((known) => known.name === name);
  return taken(base) ? `${base}-2` : base;
}
