/** Questions of every kind, as the broker would put them. */
import type { BindableView, ChoiceView, QuestionDetail, QuestionView, RowView, SubjectView } from '../types.gen';
import { ago, digest } from './house';

let count = 0;

interface Wanted extends Partial<Omit<QuestionDetail, 'question' | 'subject'>> {
  question: Partial<QuestionView> & Pick<QuestionView, 'about'>;
  subject: SubjectView;
  headline: string;
  /** Seconds until the app stops waiting. */
  waits?: number;
  /** The exact text, for what has no rows. */
  text?: string;
}

const choice = (code: string, words: string, matched: ChoiceView['matched'] = null): ChoiceView => ({ choice: code, words, matched });

const ONCE = choice('allow_once', 'Just this call');
const TIMES = [
  choice('allow_times:5', 'This call and up to 4 more of this tool'),
  choice('allow_times:50', 'This call and up to 49 more of this tool'),
];
const MINUTES = [5, 15, 60, 720].map((minutes) => choice(`allow_for:${minutes}`, `Every call of this tool for ${minutes} minutes`));
const QUIT = choice('allow_until_quit', 'Every call of this tool until the app quits');
const ALWAYS = choice('allow_always', 'Always for this tool');
const NO = choice('deny', 'Not this call');
const NEVER = choice('deny_and_block', 'Never; do not ask again');

/** What is on offer for a call of each tier, with these patterns. */
export function offers(tier: string, patterns: ChoiceView[] = []): ChoiceView[] {
  if (tier === 'destroy') return [ONCE, ...MINUTES.slice(0, 2), NO, NEVER];
  return [ONCE, ...TIMES, ...MINUTES, QUIT, ...patterns, ...(tier === 'send' ? [] : [ALWAYS]), NO, NEVER];
}

export const once = (): ChoiceView[] => [choice('allow_once', 'Yes, this once'), choice('deny', 'No')];

export const pattern = (at: number, words: string, hits?: number): ChoiceView =>
  choice(`allow_always_with:${at}`, `Always, ${words}`, hits === undefined ? null : { hits, of: 40 });

export const row = (name: string, value: string, note: string | null = null): RowView => ({ name, value, note });

export function question(wanted: Wanted): QuestionDetail {
  const id = `01J3Q${String(++count).padStart(21, '0')}`;
  const { question: view, waits = 44, text, ...rest } = wanted;
  const made: QuestionDetail = {
    app_path: '/Applications/Claude.app/Contents/MacOS/Claude',
    ancestry: 'keyholder (4312) ← Claude (4100) ← launchd (1)',
    host: 'mcp.slack.example',
    position: 1,
    of: 1,
    alike: [],
    digest: digest(id),
    tier: 'change',
    findings: [],
    rows: [],
    changes: [],
    history: [],
    suspended: null,
    choices: offers(rest.tier ?? 'change'),
    bindable: [],
    editable: rest.subject.kind === 'call',
    ...rest,
    question: {
      id,
      app: 'Claude Desktop',
      server: 'slack',
      account: 'ana@acme.example',
      tool: rest.subject.kind === 'call' ? rest.subject.tool : null,
      arguments: null,
      why: 'No rule of yours lets this app run this tool without a question.',
      asked: ago(8),
      deadline: ago(-waits),
      ...view,
    },
  };
  made.question.arguments ??= text === undefined ? excerpt(made.rows) : { text, bytes: text.length };
  return made;
}

function excerpt(rows: RowView[]) {
  const text = JSON.stringify(Object.fromEntries(rows.slice(0, 200).map((one) => [one.name, one.value])));
  return { text, bytes: text.length };
}

const CLAIMS = '{"destructiveHint":false,"openWorldHint":false,"readOnlyHint":false}';

export const look = () =>
  question({
    question: { about: 'call', why: 'You asked to be asked about everything (careful mode).' },
    subject: { kind: 'call', tool: 'search', claims: '{"readOnlyHint":true}' },
    headline: 'Search Slack for “quarterly numbers”',
    tier: 'look',
    findings: ['It reads private data.'],
    rows: [row('query', 'quarterly numbers'), row('limit', '20')],
    choices: offers('look', [pattern(0, 'only with exactly these arguments')]),
  });

export const change = () =>
  question({
    question: { about: 'call', app: 'Claude Code', server: 'notes', account: 'default' },
    subject: { kind: 'call', tool: 'add_note', claims: CLAIMS },
    app_path: '/usr/local/bin/claude',
    ancestry: 'keyholder (812) ← claude (790) ← zsh (512) ← Terminal (498)',
    host: 'notes.example.com',
    headline: 'Add the note “Shopping”',
    tier: 'change',
    rows: [row('title', 'Shopping'), row('text', 'Bread, milk, and something for Sunday'), row('folder', '/home')],
    changes: ['title: Groceries → Shopping', 'folder: new: /home', '1 unchanged'],
    choices: offers('change', [
      pattern(0, 'only with exactly these arguments'),
      pattern(1, 'only with folder “/home”', 6),
      pattern(2, 'only with title “Shopping”', 2),
    ]),
  });

const exact = (argument: string, text: string, prefix: string | null = null, is_target = false): BindableView => ({
  argument,
  exact: { text },
  prefix: prefix === null ? null : { prefix },
  is_target,
});

export const send = () =>
  question({
    question: { about: 'call' },
    bindable: [
      exact('channel', '#all-hands', null, true),
      exact('attachment', '/home/ana/payroll.xlsx', '/home/ana/'),
      exact('link', 'https://drive.example.net/q4', 'https://drive.example.net/'),
    ],
    subject: { kind: 'call', tool: 'post_message', claims: CLAIMS },
    headline: 'Send a message to 14 people in Slack',
    tier: 'send',
    findings: ['It leaves your account.', 'It reaches 14 people at once.', 'A file goes with it for the first time.'],
    rows: [
      row('channel', '#all-hands', 'who receives it'),
      row('text', `Hi all, the Q4 numbers are in. ${'Revenue grew in every region, and support answered twice as fast as last year. '.repeat(5)}`),
      row('attachment', '/home/ana/payroll.xlsx', 'a file or folder'),
      row('link', 'https://drive.example.net/q4', 'leads to drive.example.net'),
      row('api_key', '[redacted, 40 characters]', 'hidden: looks like a secret'),
    ],
    changes: ['channel: #ops → #all-hands', 'attachment: new: /home/ana/payroll.xlsx', '3 unchanged'],
    choices: offers('send', [
      pattern(0, 'only with exactly these arguments'),
      pattern(1, 'only with channel “#all-hands”', 6),
      pattern(2, 'only with channel “#all-hands” and link of drive.example.net', 0),
    ]),
  });

/** All that a server may claim of a tool, and something that means nothing. */
export const claims = () =>
  question({
    ...change(),
    question: { about: 'call', app: 'Claude Code', server: 'notes', account: 'default' },
    subject: {
      kind: 'call',
      tool: 'add_note',
      claims: '{"title":"Add a note","readOnlyHint":false,"destructiveHint":false,"idempotentHint":true,"openWorldHint":false,"trustedHint":true}',
    },
    headline: 'Add the note “Shopping”',
    changes: [],
  });

export const destroy = () =>
  question({
    question: { about: 'call', app: 'Cursor' },
    subject: { kind: 'call', tool: 'archive_channel', claims: '{"destructiveHint":false}' },
    app_path: '/opt/cursor/cursor',
    ancestry: 'keyholder (5120) ← cursor (5001) ← systemd (1)',
    headline: 'Archive the channel “#ops” for 212 people',
    tier: 'destroy',
    findings: ['It destroys something.', 'Nobody can undo it from Slack.'],
    rows: [row('channel', '#ops', 'who receives it'), row('reason', 'clean-up')],
    choices: offers('destroy'),
  });

export const chain = () =>
  question({
    ...send(),
    question: {
      about: 'call',
      why: 'This app has read private data, and text that anybody may have written. What it sends now may carry the one away on the orders of the other.',
    },
    subject: { kind: 'call', tool: 'post_message', claims: CLAIMS },
    headline: 'Send a message to “#random”',
    history: [
      '“read_thread”: read private data',
      '“search”: read private data, brought text that anybody may have written',
      '… 12 more …',
      '“forecast”: brought text that anybody may have written',
    ],
    changes: [],
  });

export const drift = () =>
  question({
    ...change(),
    question: { about: 'call', app: 'Claude Code', server: 'notes', account: 'default' },
    subject: { kind: 'call', tool: 'add_note', claims: CLAIMS },
    headline: 'Add the note “Shopping”',
    suspended: 'The tool was defined differently when you allowed it (rule 01J1RULENOTES); that yes does not count.',
    changes: [],
  });

export const unidentified = () =>
  question({
    question: { about: 'call', app: 'helper', server: 'weather', account: 'default' },
    subject: { kind: 'call', tool: 'forecast', claims: '' },
    app_path: null,
    ancestry: 'keyholder (9120) ← helper (9001)',
    host: '127.0.0.1',
    headline: 'Run “forecast”',
    tier: 'send',
    findings: ['Keyholder does not know this tool.'],
    rows: [row('city', 'Lisbon')],
    choices: offers('send'),
  });

export const late = () => question({ ...send(), question: { about: 'call' }, headline: 'Send a message to “#ops”', waits: -5, tier: 'send' });
