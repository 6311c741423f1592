/** Houses out of the ordinary, for `?house=…`, for the gallery and for tests: empty, full, hostile, locked, wide open. */
import type { ReviewView, RuleView, ServerView, ToolView } from '../types.gen';
import { grant } from './grants';
import { ago, DAY, HOUR, MINUTE, type House } from './house';
import { Log } from './log';
import { allowing } from './rules';
import { tools, type Sketch } from './servers';

const BIDI = 'gnp.\u202egpj.exe\u2066x\u2069';
const MARKUP = '<img src=x onerror="document.title=1"><b style="position:fixed;inset:0">';
const HIDDEN = 'pay\u200bload\u00ad\u2060 \u{e0041}\u{e0042}';
const LONG = `${'Extraordinarily'.repeat(14)}`;

const TIERS = ['look', 'change', 'send', 'destroy'];
const VERDICTS = ['allow', null, 'ask', 'ask'] as const;
const APPS = ['Claude Desktop', 'Claude Code', 'Cursor', 'Zed'];

/** Thousands of everything. */
function fill(house: House): void {
  for (let at = 0; at < 1500; at++) {
    const name = `server-${String(at).padStart(4, '0')}`;
    house.servers.push(server(name, `https://${name}.example.com/mcp`, manyTools(name, at === 0 ? 400 : 3)));
    const id = `01JMANY${String(at).padStart(8, '0')}`;
    const last_used = ago((at % 60) * DAY + HOUR);
    house.grants.push(grant({ id, server: name, scopes: ['read', 'write'], obtained: ago(90 * DAY), last_used }));
  }
  house.rules.push(...Array.from({ length: 6000 }, (_, at) => oneOfMany(at)));
}

function manyTools(server: string, count: number): ToolView[] {
  const sketch = (_: unknown, at: number): Sketch => [`tool_${at}`, TIERS[at % 4] ?? 'send', VERDICTS[at % 4] ?? null, 'One of many.'];
  return tools(server, Array.from({ length: count }, sketch));
}

function server(name: string, url: string, tools: ToolView[]): ServerView {
  const plain = { state: 'signed_in', origin: 'person', client_id: null, client_metadata_url: null, resource: null } as const;
  return { ...plain, name, url, grants: [], bridges: 0, tools };
}

function oneOfMany(at: number): RuleView {
  const said = {
    app: APPS[at % 4] ?? '',
    server: `server-${at % 1500}`,
    host: 'many.example.com',
    account: 'default',
    tool: `tool_${at % 7}`,
  };
  const last_used = at % 3 ? ago((at % 80) * DAY) : null;
  const id = `01JMANYRULE${String(at).padStart(6, '0')}`;
  return allowing(said, 'allow always', { id, uses: at % 90, last_used, idle_days: 90, made: ago(85 * DAY) });
}

/** What a server or a model would send to break the page or to deceive its reader. */
function attack(house: House): void {
  const slack = house.servers.find((known) => known.name === 'slack');
  if (slack) {
    const sketches: Sketch[] = [
      [`delete_all"${BIDI}${MARKUP}`, 'destroy', 'ask', MARKUP, [MARKUP, 'reads_private']],
      [LONG, 'unheard-of', null, LONG],
      [HIDDEN, 'send', 'allow', HIDDEN],
    ];
    Object.assign(slack, { url: 'https://xn--slck-loa.example/mcp', tools: tools('slack', sketches, 'ana@acme.example') });
  }
  const scopes = [MARKUP, LONG, BIDI, ...Array.from({ length: 60 }, (_, at) => `scope:${at}`)];
  Object.assign(house.grants[0] ?? {}, { scopes, issuer: `https://auth.example/${LONG}`, client_id: BIDI });
  const app = `Cla\u0430ude ${BIDI} ${MARKUP}`;
  house.sessions = house.sessions.map((session) => ({ ...session, app, ancestry: `${LONG} ← ${BIDI}` }));
  const changed = [`description: “${MARKUP}” -> “\\u202e ${LONG} -> x”`, `a: b -> c -> d ${LONG}`, LONG.repeat(20)];
  house.reviews = [
    { ...review('post_message', 'changed'), name: `post${BIDI}${MARKUP}`, difference: changed, suspicions: [MARKUP, HIDDEN] },
    { ...review('w', 'new'), name: LONG, difference: [`${MARKUP}\n${'line\n'.repeat(200)}`] },
  ];
  house.rules.unshift(...hostileRules());
  house.apps = 'hostile';
  attackLog(house.log, app);
}

/** Calls as a hostile server and a hostile model would have them written down: many of one, and a few of other kinds. */
function attackLog(log: Log, app: string): void {
  const call = { kind: 'call', app, server: 'slack', account: LONG, tool: `delete_all"${BIDI}${MARKUP}`, tier: 'destroy', preview: JSON.stringify({ [MARKUP]: `${BIDI}${HIDDEN}` }) };
  for (let times = 0; times < 2000; times++) log.add(call);
  log.add({ ...call, tool: LONG, preview: JSON.stringify({ text: 'x'.repeat(1_000_000) }) });
  log.add({ ...call, kind: 'refuse', by: 'rule', reason: `${MARKUP} (${LONG})`, tier: 'unheard-of' });
  log.add({ ...call, kind: `made-up ${MARKUP}`, outcome: 'failed', fault: `${HIDDEN} ${LONG}`, tool: null });
}

const review = (name: string, state: ReviewView['state']): ReviewView => ({
  id: `tool slack/${name}`,
  server: 'slack',
  account: 'ana@acme.example',
  kind: 'tool',
  name,
  state,
  difference: [],
  suspicions: [],
  since: ago(HOUR),
});

function hostileRules(): RuleView[] {
  const said = { app: `App ${BIDI}`, server: 'slack', host: 'mcp.slack.example', account: 'ana@acme.example', tool: `${LONG}${MARKUP}` };
  const bounds = [`${MARKUP} is “${HIDDEN}${BIDI}”`, 'app is “Claude Desktop”'];
  const inFile: Partial<RuleView> = {
    summary: `${MARKUP}${BIDI}${LONG}`,
    bound_to: [],
    origin: 'file',
    file: `/home/ana/${BIDI}${LONG}.cedar:3`,
    source: `permit (principal, action, resource); // ${BIDI}\n${LONG}`,
  };
  return [
    allowing(said, 'allow always with these arguments', { id: '01JHOSTILE1', uses: 1, made: ago(DAY), note: MARKUP }, bounds),
    allowing(said, 'allow always', { id: '01JHOSTILE2', ...inFile }),
  ];
}

/** One rule that lets everything run, and a file that cannot be read. */
function openWide(house: House): void {
  const file = '~/.config/keyholder/policies/work.cedar:20';
  const source = 'permit (principal, action, resource);\n';
  const [first] = house.rules;
  if (!first) return;
  const note = 'because of it everything runs without a question';
  const open = { id: 'work.cedar:20', effect: 'allow', origin: 'file', file, source, summary: source.trim(), note } as const;
  house.rules.unshift({ ...first, ...open, uses: 0, last_used: null });
  house.wideOpen = open.id;
  house.problems = ['~/.config/keyholder/policies/home.cedar:4: unexpected token `)`'];
}

function learn(house: House): void {
  house.mode = 'learning';
  house.learned = [
    { app: 'Claude Code', server: 'notes', tool: 'add_note', times: 23 },
    { app: 'Claude Desktop', server: 'tracker', tool: 'list_issues', times: 9 },
    { app: `Cla\u0430ude ${BIDI}`, server: 'notes', tool: `x"; permit ${HIDDEN}`, times: 2 },
  ];
}

function clear(house: House): void {
  const rules = house.rules.filter((rule) => rule.origin === 'shipped');
  Object.assign(house, { servers: [], grants: [], rules, entries: [], log: new Log(0), reviews: [], sessions: [] });
}

/** Some asked too much, and are refused unread for a while. */
function brake(house: House): void {
  const until = ago(-12 * MINUTE);
  house.paused = [
    { app: 'Claude Desktop', server: null, until, why: 'It asked 30 times within a minute.' },
    { app: 'Cursor', server: 'slack', until: ago(-3 * MINUTE), why: 'You refused its tool search three times in a row.' },
    { app: 'Cursor', server: 'slack', until, why: 'You refused its tool invite_user three times in a row.' },
    { app: null, server: 'notes', until, why: 'Its requests came faster than anybody can read.' },
  ];
}

const FURNITURE: Record<string, (house: House) => void> = {
  braked: brake,
  broken: (house) => void (house.broken = { code: 'keychain', subject: null, detail: 'the keychain did not open' }),
  empty: clear,
  hostile: attack,
  learning: learn,
  locked: (house) => void Object.assign(house, { locked: true, sessions: [] }),
  many: fill,
  open: openWide,
};

/** Changes a house into one of these; the usual one where there is no such word. */
export function furnish(house: House, how: string | null): House {
  FURNITURE[how ?? '']?.(house);
  return house;
}
