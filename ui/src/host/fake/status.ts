/** The broker at a glance: locked or not, the mode, who is connected, what the sessions have behind them. */
import type { HistoryView, SessionView } from '../types.gen';
import { ago, done, HOUR, MINUTE, type Handlers } from './house';

export function sessions(): SessionView[] {
  const session = (id: string, app: string, server: string, account: string, since: number, pending = 0): SessionView => ({
    id,
    app,
    ancestry: `keyholder (4312) ← ${app} (4100)`,
    server,
    account,
    since: ago(since),
    pending,
  });
  return [
    session('01J2SESSIONA', 'Claude Desktop', 'slack', 'ana@acme.example', 3 * HOUR, 1),
    session('01J2SESSIONB', 'Claude Code', 'notes', 'default', 50 * MINUTE),
    session('01J2SESSIONC', 'Cursor', 'slack', 'ana@acme.example', 8 * MINUTE),
  ];
}

export function histories(): HistoryView[] {
  return [
    {
      app: 'Claude Desktop',
      since: ago(3 * HOUR),
      labels: ['reads_private', 'sees_untrusted'],
      chain: ['slack/read_thread: read private data', 'slack/search: brought text that anybody may have written'],
    },
    { app: 'Claude Code', since: ago(50 * MINUTE), labels: ['reads_private'], chain: ['notes/read_note: read private data'] },
  ];
}

export const StatusHandlers: Handlers = {
  status: (_, house) => ({
    answer: 'status',
    view: {
      version: '0.1.0',
      pid: 4242,
      uptime_s: 3 * HOUR + 12 * MINUTE,
      vault: house.vault,
      locked: house.locked,
      face: 'desktop',
      policy_problems: house.problems,
      wide_open: house.wideOpen,
      mode: house.mode,
      reviews: house.reviews.length,
      pending_rules: house.rules.filter((rule) => rule.state === 'pending').length,
      sessions: house.sessions,
      audit: { count: house.log.count, verified: house.log.verified },
      questions: house.questions.length,
      settings: house.settings,
    },
  }),
  lock: (_, house) => {
    house.locked = true;
    house.changed('status');
    return done();
  },
  unlock: (_, house) => {
    house.locked = false;
    house.changed('status');
    return done();
  },
  history: ({ app }, house) => ({
    answer: 'histories',
    view: house.histories.filter((history) => !app || history.app === app),
  }),
  reset_history: ({ app }, house) => {
    house.histories = house.histories.filter((history) => history.app !== app);
    house.changed('status');
    return done();
  },
  resume_asking: ({ app }, house) => {
    house.paused = house.paused.filter((paused) => (paused.app ?? paused.server) !== app);
    house.changed('status');
    return done();
  },
  approvals: (_, house) => ({ answer: 'approvals', view: house.questions.map((open) => open.question) }),
  show_face: () => done(),
  stop: () => done(),
};
