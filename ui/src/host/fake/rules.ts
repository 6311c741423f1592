/** Rules as the broker words them: answers with what they are bound to, files with their lines, what ships. */
import type { RuleView } from '../types.gen';
import { ago, DAY, digest, HOUR, MINUTE } from './house';

const plain = {
  file: null,
  state: 'in_force',
  uses: 0,
  last_used: null,
  expires: null,
  idle_days: null,
  uses_left: null,
  bound_to: [],
  binds_arguments: null,
  made: null,
  note: null,
} as const satisfies Partial<RuleView>;

interface Said {
  app: string;
  server: string;
  host: string;
  account: string;
  tool: string;
}

/** A yes that lasts: bound to all that the question was about. */
export function allowing(said: Said, answer: string, sketch: Partial<RuleView> & { id: string }, bounds: string[] = []): RuleView {
  const { app, server, host, account, tool } = said;
  const pinned = digest(server + tool);
  const when = [`resource.host == "${host}"`, `resource.account == "${account}"`, `resource has pinned && resource.pinned == "${pinned}"`];
  for (const bound of bounds) {
    const [name = '', value = ''] = bound.split(/ is “|”/);
    when.push(`context.arguments has "${name}" && context.arguments["${name}"] == "${value}"`);
  }
  return {
    ...plain,
    effect: 'allow',
    summary: `answered “${answer}” for ${app} and the tool ${tool} of ${server}`,
    source: `permit (
    principal == App::"${app}",
    action in [Action::"call", Action::"call_unattended"],
    resource == Tool::"${server}/${tool}"
)
when {
    ${when.join('\n    && ')}
};
`,
    origin: 'answer',
    bound_to: [`app ${app}`, `server ${server}`, `host ${host}`, `account ${account}`, `tool ${tool}`, `definition ${pinned.slice(0, 12)}`, ...bounds],
    binds_arguments: bounds.length > 0,
    ...sketch,
  };
}

/** A no that lasts: for the tool, wherever it stands. */
function refusing({ app, server, tool }: Said, sketch: Partial<RuleView> & { id: string }): RuleView {
  return {
    ...plain,
    effect: 'deny',
    summary: `answered “deny and block” for ${app} and the tool ${tool} of ${server}`,
    source: `forbid (
    principal == App::"${app}",
    action in [Action::"call", Action::"call_unattended"],
    resource == Tool::"${server}/${tool}"
);
`,
    origin: 'answer',
    bound_to: [`app ${app}`, `server ${server}`, `tool ${tool}`],
    binds_arguments: false,
    ...sketch,
  };
}

/** A rule of the person's own, as it stands once it was added. */
export const written = (id: string, source: string, effect: RuleView['effect']): RuleView => ({
  ...plain,
  id,
  effect,
  summary: source.split(/\s+/).join(' ').slice(0, 160),
  source,
  origin: 'answer',
  made: ago(0),
});

const slack = (app: string, tool: string): Said => ({ app, server: 'slack', host: 'mcp.slack.example', account: 'ana@acme.example', tool });
const notes = (app: string, tool: string): Said => ({ app, server: 'notes', host: 'notes.example.com', account: 'default', tool });

export function rules(): RuleView[] {
  return [
    {
      ...plain,
      id: 'acme/no-drop',
      effect: 'deny',
      summary: 'Nothing may drop a table of the warehouse.',
      source: `@id("acme/no-drop")
@reason("Nothing may drop a table of the warehouse.")
forbid (
    principal,
    action,
    resource == Tool::"warehouse/drop_table"
);
`,
      origin: 'managed',
      file: '/etc/keyholder/policies/acme.cedar',
      uses: 1,
      last_used: ago(90 * DAY),
    },
    {
      ...plain,
      id: 'work.cedar:1',
      effect: 'ask',
      summary: 'Payroll lives in the warehouse.',
      source: `@reason("Payroll lives in the warehouse.")
forbid (
    principal,
    action == Action::"call_unattended",
    resource in Server::"warehouse"
);
`,
      origin: 'file',
      file: '~/.config/keyholder/policies/work.cedar:1',
      uses: 18,
      last_used: ago(64 * DAY),
    },
    {
      ...plain,
      id: 'work.cedar:9',
      effect: 'allow',
      summary: 'permit ( principal, action == Action::"call_unattended", resource in Server::"notes" ) when { context.tier == 0 };',
      source: `permit (
    principal,
    action == Action::"call_unattended",
    resource in Server::"notes"
)
when { context.tier == 0 };
`,
      origin: 'file',
      file: '~/.config/keyholder/policies/work.cedar:9',
      state: 'pending',
      note: 'it does not count until you confirm it',
    },
    allowing(
      slack('Claude Desktop', 'post_message'),
      'allow always with these arguments',
      { id: '01J1RULEOPS', uses: 34, last_used: ago(3 * MINUTE), idle_days: 90, made: ago(30 * DAY) },
      ['channel is “#ops”'],
    ),
    allowing(slack('Claude Desktop', 'list_channels'), 'allow always', {
      id: '01J1RULECHANNELS',
      uses: 12,
      last_used: ago(38 * DAY),
      idle_days: 90,
      made: ago(70 * DAY),
    }),
    allowing(notes('Claude Code', 'add_note'), 'allow for 60 minutes', {
      id: '01J1RULENOTES',
      uses: 3,
      last_used: ago(2 * MINUTE),
      expires: ago(-31 * MINUTE),
      made: ago(29 * MINUTE),
      note: 'it ends with the broker at the latest',
    }),
    allowing(slack('Cursor', 'search'), 'allow 5 times', {
      id: '01J1RULEFIVE',
      uses: 2,
      uses_left: 3,
      last_used: ago(HOUR),
      made: ago(2 * HOUR),
      note: 'it ends with the broker at the latest',
    }),
    refusing(slack('Cursor', 'archive_channel'), { id: '01J1RULEBLOCK', uses: 6, last_used: ago(4 * DAY), made: ago(12 * DAY) }),
    allowing({ app: 'Claude Desktop', server: 'weather', host: '127.0.0.1:8931', account: 'default', tool: 'forecast' }, 'allow always', {
      id: '01J1RULEDRIFT',
      state: 'suspended',
      uses: 120,
      last_used: ago(40 * DAY),
      idle_days: 90,
      made: ago(100 * DAY),
    }),
    {
      ...plain,
      id: 'asking/look',
      effect: 'allow',
      summary: 'Keyholder knows this tool: it only looks.',
      source: `@id("asking/look")
@reason("Keyholder knows this tool: it only looks.")
permit (
    principal,
    action == Action::"call_unattended",
    resource
)
when { context.tier == 0 && context.mode != "careful" };
`,
      origin: 'shipped',
      uses: 2210,
      last_used: ago(MINUTE),
    },
    {
      ...plain,
      id: 'sequences/outward',
      effect: 'ask',
      summary: 'This app has read private data, and text that anybody may have written. What it sends now may carry the one away on the orders of the other.',
      source: `@id("sequences/outward")
forbid (
    principal,
    action == Action::"call_unattended",
    resource
)
when {
    resource.labels.contains("sends_outward")
    && context.seen.containsAll(["reads_private", "sees_untrusted"])
};
`,
      origin: 'shipped',
      uses: 9,
      last_used: ago(2 * DAY),
    },
    {
      ...plain,
      id: 'starter/call',
      effect: null,
      summary: 'No rule of yours lets this app run this tool without a question.',
      source: `@id("starter/call")
@reason("No rule of yours lets this app run this tool without a question.")
permit (
    principal,
    action == Action::"call",
    resource
);
`,
      origin: 'shipped',
      uses: 312,
      last_used: ago(5 * MINUTE),
    },
    allowing(notes('Claude Code', 'delete_note'), 'allow for 15 minutes', {
      id: '01J1RULEENDED',
      effect: null,
      state: 'expired',
      uses: 1,
      last_used: ago(3 * DAY),
      expires: ago(3 * DAY - 9 * MINUTE),
      made: ago(3 * DAY + 6 * MINUTE),
    }),
  ];
}
