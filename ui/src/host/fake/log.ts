/**
 * A log of a million entries, none of which exists before somebody asks for it: each is worked out from its number, the same one
 * each time. So pages, filters and days are real.
 */
import type { EntryView, LogQuery, LogReport, OutcomeView, VerifyReport } from '../types.gen';
import { Days, mixed } from './days';
import { fits, read, type Search } from './filter';

export const MILLION = 1_000_000;

/** So many numbers are looked at for one answer. */
const MOST_LOOKED_AT = 100_000;

type Call = [server: string, account: string, tool: string, tier: string, why: string];
const RULED: Call[] = [
  ['slack', 'ana@acme.example', 'search', 'look', 'rule asking/look'],
  ['slack', 'ana@acme.example', 'read_thread', 'look', 'rule asking/look'],
  ['notes', 'default', 'list_notes', 'look', 'rule asking/look'],
  ['weather', 'default', 'forecast', 'look', 'rule asking/look'],
  ['tracker', 'default', 'list_issues', 'look', 'rule asking/look'],
  ['slack', 'ana@acme.example', 'post_message', 'send', 'rule 01J1RULEOPS'],
  ['slack', 'ana@acme.example', 'list_channels', 'look', 'rule asking/look'],
];
const ASKED: Call[] = [
  ['notes', 'default', 'add_note', 'change', 'answered: allow for 60 minutes'],
  ['warehouse', 'ben@acme.example', 'run_query', 'change', 'answered: allow once'],
  ['slack', 'ana@acme.example', 'post_message', 'send', 'answered: allow once'],
  ['tracker', 'default', 'close_issue', 'change', 'answered: allow once'],
];
const REFUSED: Call[] = [
  ['slack', 'ana@acme.example', 'archive_channel', 'destroy', 'Cursor may not archive channels (01J1RULEBLOCK)'],
  ['warehouse', 'ben@acme.example', 'drop_table', 'destroy', 'nothing may drop a table (acme/no-drop)'],
  ['slack', 'ana@acme.example', 'invite_user', 'send', 'the person declined'],
  ['notes', 'default', 'delete_note', 'destroy', 'nobody has answered yet'],
];
const NOTES = ['refresh', 'connect', 'disconnect', 'answer', 'sign_in', 'change_rule', 'lock', 'unlock', 'start', 'mode'];
const APPS = ['Claude Desktop', 'Claude Code', 'Cursor'];
const ENDS: OutcomeView[] = ['failed', 'failed', 'unknown', 'cancelled'];
const DETAILS = Array.from({ length: 977 }, (_, at) => `{"query":"item ${at}","limit":20}`);
const FAULTS = ['server: error -32603', 'network: the server did not answer within 30 s', 'authorization_server: invalid_grant'];

export class Log {
  /** Entries that came later, oldest first. */
  readonly #later: EntryView[] = [];
  readonly days: Days;
  /** What checking finds; a test may break it. */
  report: Omit<VerifyReport, 'entries'> = { intact: true, first_broken: null, fault: null, anchored: true };
  /** As in `status`. */
  verified: boolean | null = true;

  constructor(
    readonly made = MILLION,
    now = Date.now(),
  ) {
    this.days = new Days(made, now);
  }

  get count(): number {
    return this.made + this.#later.length;
  }

  /** Something happens now. */
  add(entry: Partial<EntryView> = {}): EntryView {
    const usual = this.at(this.made - this.#later.length - 1) ?? worked(1);
    const made = { ...usual, ...entry, number: this.count + 1, at: entry.at ?? new Date().toISOString() };
    this.#later.push(made);
    return made;
  }

  /** The entry with this number. */
  at(number: number): EntryView | undefined {
    if (number < 1 || number > this.count) return undefined;
    if (number > this.made) return this.#later[number - this.made - 1];
    return { ...worked(number), at: new Date(this.days.at(this.made - number)).toISOString() };
  }

  /** The newest entries. */
  newest(count: number): EntryView[] {
    return Array.from({ length: Math.min(count, this.count) }, (_, at) => this.at(this.count - at)).filter((entry) => entry !== undefined);
  }

  /** A page, newest first. As with the broker, a long search may end early with what it has found so far, and goes on when it is asked again. */
  read(query: LogQuery): LogReport {
    const wanted = read(query, Date.now());
    const limit = Math.min(query.limit ?? 100, 1000);
    const entries: EntryView[] = [];
    const [oldest, newest] = this.#stretch(wanted);
    let number = Math.min(newest, (query.before ?? Number.MAX_SAFE_INTEGER) - 1);
    const enough = number - MOST_LOOKED_AT;
    for (; number >= oldest && entries.length < limit && number > enough; number--) {
      // A moment costs more to work out than all the rest, and the stretch has already judged it.
      const entry = number > this.made ? this.at(number) : worked(number);
      if (entry && fits(entry, wanted)) entries.push(this.at(number) ?? entry);
    }
    return { entries, next: number >= oldest ? number + 1 : null };
  }

  /** Nothing outside these numbers can be wanted: the times of a stretch say so. */
  #stretch({ since, until }: Search): [oldest: number, newest: number] {
    const later = this.#later.filter((entry) => !since || entry.at >= since).length;
    const oldest = since ? this.made - this.days.since(Date.parse(since)) + 1 + (later ? 0 : this.#later.length) : 1;
    const newer = until ? this.days.since(Date.parse(until)) : 0;
    const tooNew = until ? this.#later.filter((entry) => entry.at >= until).length : 0;
    return [oldest, newer > 0 ? this.made - newer : this.count - tooNew];
  }
}

/** An entry from its number: the same one each time, in no order that could be guessed. Its moment is left to whoever wants it. */
function worked(number: number): EntryView {
  if (mixed(number, 1) % 14 === 0) return note(number);
  const luck = mixed(number, 6) % 100;
  const list = luck < 88 ? RULED : luck < 96 ? ASKED : REFUSED;
  const call = list[Math.min(mixed(number, 7) % list.length, mixed(number, 8) % list.length)]!;
  const end = list === REFUSED ? 'refused' : (ENDS[mixed(number, 12) % 260] ?? 'done');
  const made = entry(number, list === REFUSED ? 'refuse' : 'call', APPS[Math.min(mixed(number, 9) % 3, mixed(number, 10) % 3)]!, call);
  made.outcome = end;
  made.decision = list === REFUSED ? 'denied' : 'allowed';
  made.by = list === ASKED || call[4] === 'the person declined' ? 'person' : call[4] === 'nobody has answered yet' ? null : 'rule';
  made.preview = DETAILS[number % DETAILS.length]!;
  made.fault = end === 'failed' ? FAULTS[mixed(number, 13) % FAULTS.length]! : null;
  made.detail = made.fault ?? made.preview;
  if (list === ASKED) made.decided_ms = 700 + (mixed(number, 11) % 40) ** 2 * 12;
  if (end !== 'done') return made;
  made.millis = 30 + (mixed(number, 14) % 60) ** 2;
  made.bytes = 180 + (mixed(number, 15) % 300) ** 2;
  return made;
}

/** Something that is no call. */
function note(number: number): EntryView {
  const kind = NOTES[mixed(number, 2) % NOTES.length]!;
  const call = ASKED[mixed(number, 3) % ASKED.length]!;
  const own = ['lock', 'unlock', 'start', 'mode'].includes(kind);
  const byApp = ['connect', 'disconnect', 'answer'].includes(kind);
  const made = entry(number, kind, byApp ? APPS[mixed(number, 4) % 3]! : null, own ? null : call);
  made.reason = kind === 'mode' ? 'balanced' : kind === 'answer' ? 'allow once' : null;
  if (kind === 'answer') {
    made.decided_ms = 900 + (mixed(number, 5) % 9000);
    made.decision = 'allowed';
    made.by = 'person';
  }
  else made.tool = made.tier = null;
  return made;
}

function entry(number: number, kind: string, app: string | null, call: Call | null): EntryView {
  return {
    number,
    at: '',
    kind,
    app,
    server: call && call[0],
    account: call && call[1],
    tool: call && call[2],
    decision: null,
    by: null,
    reason: call && call[4],
    outcome: 'done',
    preview: null,
    fault: null,
    detail: null,
    millis: null,
    bytes: null,
    tier: call && call[3],
    decided_ms: null,
  };
}
