/** The log as the broker shows it: pages, one entry in full, what it comes to, and whether it is as it was written. */
import type { EntryDetail, EntryView } from '../types.gen';
import { digest, unknown, type Handlers, type House } from './house';
import { summary } from './summary';

export const ActivityHandlers: Handlers = {
  log: (query, house) => ({ answer: 'log', view: house.log.read(query) }),
  show_entry: ({ number }, house) => {
    const entry = house.log.at(number);
    if (!entry) throw unknown(String(number));
    return { answer: 'entry', view: detail(entry, house) };
  },
  summary: ({ days }, house) => ({ answer: 'summary', view: summary(house.log, Math.max(1, Math.min(90, days))) }),
  verify_log: (_, house) => {
    const { log } = house;
    log.verified = log.report.intact && log.report.anchored !== false;
    house.changed('status');
    return { answer: 'verify_log', view: { entries: log.count, ...log.report } };
  },
  attention: (_, house) => ({
    answer: 'attention',
    view: {
      asked: 128,
      allowed: 117,
      denied: 8,
      unanswered: 3,
      acceptance_percent: 94,
      median_seconds: '1.9',
      paused: house.paused,
      nudge: 'You allowed 94 of 100 questions, half of them within 1.9 seconds: a narrow rule may serve you better.',
    },
  }),
};

/** What is written down of some tools: with a secret hidden, with more than fits, with what tries to deceive. */
const PREVIEWS: Record<string, string> = {
  post_message: '{"channel":"#ops","text":"The deployment is through. Two warnings are left, both harmless: see the board.","thread":null,"api_key":"[redacted, 40 characters]","unfurl":false}',
  run_query: '{"database":"payroll","sql":"SELECT name, team FROM people WHERE team = \'ops\' ORDER BY name","limit":50}',
  drop_table: '{"database":"payroll","table":"people_2019","cascade":true}',
  add_note: `{"title":"Friday","body":"${'Bring the signed forms and ask for the second key. '.repeat(38)}…`,
};

function detail(entry: EntryView, house: House): EntryDetail {
  const isCall = entry.kind === 'call' || entry.kind === 'refuse';
  const id = entry.number.toString(36).toUpperCase().padStart(8, '0');
  const app = entry.app?.replace(/\s/g, '') ?? '';
  const preview = isCall ? (PREVIEWS[entry.tool ?? ''] ?? entry.preview) : null;
  const named = /^rule (.+)$/.exec(entry.reason ?? '')?.[1] ?? / \(([^()]+)\)$/.exec(entry.reason ?? '')?.[1] ?? null;
  return {
    entry: { ...entry, preview, detail: entry.fault ?? preview },
    app_path: entry.app && `/Applications/${entry.app}.app/Contents/MacOS/${app}`,
    ancestry: entry.app && `keyholder (4312) ← ${app} (4100) ← launchd (1)`,
    session: entry.app && '01J2SESSIONA',
    call: isCall ? `01J2CALL${id}` : null,
    method: isCall ? 'tools/call' : null,
    issuer: entry.server && `https://auth.${entry.server}.example`,
    preview,
    arguments: isCall ? digest(`arguments ${entry.number}`) : null,
    request: entry.kind === 'call' ? digest(`request ${entry.number}`) : null,
    decision: isCall ? (entry.kind === 'refuse' ? 'deny' : 'allow') : null,
    tier: entry.tier,
    labels: isCall ? (entry.tier === 'send' ? ['sends_outward'] : entry.tier === 'destroy' ? ['destroys'] : ['reads_private', 'sees_untrusted']) : [],
    trace: null,
    ended: entry.millis === null ? null : new Date(Date.parse(entry.at) + entry.millis).toISOString(),
    ended_as: null,
    rule_id: entry.by === 'rule' ? named : null,
    rule: house.rules.find((rule) => entry.by === 'rule' && rule.id === named) ?? null,
  };
}
