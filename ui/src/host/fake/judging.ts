/** What the rules would say: to one call, and to the calls of the past. Far simpler than the broker, and alike to look at. */
import type { AskMode, CallView, ChangedView, ConsoleError, EntryView, FactView, RuleView, TallyView, ToolView, Verdict } from '../types.gen';
import { ago, done, unknown, type Handlers, type House } from './house';
import { written } from './rules';

const invalid = (detail: string): ConsoleError => ({ code: 'invalid', subject: null, detail });

/** Notes, what it does, where, and on what conditions. */
const RULE = /(?:@\w+\("[^"]*"\)\s*)*(permit|forbid)\s*\(([^]*?)\)\s*(?:(?:when|unless)\s*\{[^]*?\}\s*)*;/g;

/** What rules in a text do and where: enough to refuse what is no rule, and to find the calls that a rule is about. */
function parsed(text: string): (Scope & { effect: Verdict })[] {
  const bare = text.replace(/\/\/.*$/gm, '');
  const found = [...bare.matchAll(RULE)];
  const rest = found.reduce((left, match) => left.replace(match[0], (taken) => taken.replace(/[^\n]/g, ' ')), bare);
  const odd = /\S+/.exec(rest);
  if (odd) throw invalid(`line ${rest.slice(0, odd.index).split('\n').length}: unexpected token \`${odd[0].slice(0, 40)}\``);
  if (found.length === 0) throw invalid('there is no rule in the text');
  return found.map(([, word, scope = '']) => ({
    effect: effectOf(word === 'forbid', scope),
    app: /App::"([^"]*)"/.exec(scope)?.[1] ?? null,
    server: /Server::"([^"]*)"/.exec(scope)?.[1] ?? /Tool::"([^"/]*)\//.exec(scope)?.[1] ?? null,
    tool: /Tool::"[^"/]*\/([^"]*)"/.exec(scope)?.[1] ?? null,
  }));
}

/** What a rule does, told by the actions in its scope as the broker tells it. */
function effectOf(forbids: boolean, scope: string): Verdict {
  const quiet = /_unattended"/.test(scope);
  if (forbids) return quiet && !/action in/.test(scope) ? 'ask' : 'deny';
  return quiet ? 'allow' : 'ask';
}

interface Scope {
  app: string | null;
  server: string | null;
  tool: string | null;
}

const meets = (rule: Scope, call: Scope) =>
  (['app', 'server', 'tool'] as const).every((part) => rule[part] === null || rule[part] === call[part]);

/** A rule as it is told in its source; one that cannot be read fits nothing. */
function fits(rule: RuleView, call: CallView): boolean {
  try {
    return rule.state === 'in_force' && parsed(rule.source).some((one) => meets(one, call));
  } catch {
    return false;
  }
}

const was = (entry: EntryView): Verdict =>
  entry.outcome === 'refused' ? 'deny' : entry.reason?.startsWith('answered') ? 'ask' : 'allow';

const worst = { deny: 3, ask: 2, allow: 1 } as const;

function facts(call: CallView, tool: ToolView | undefined, mode: AskMode): FactView[] {
  const tier = tool?.tier ?? 'send';
  const rates = '0 in the last minute, 4 in the last hour, 31 in the last day';
  return Object.entries({
    principal: `App::"${call.app ?? ''}"`,
    resource: `Tool::"${call.server}/${call.tool}"`,
    'resource.account': call.account ?? 'default',
    'resource.labels': tool?.labels.join(', ') || 'none',
    'context.arguments': call.arguments,
    'context.tier': `${['look', 'change', 'send', 'destroy'].indexOf(tier)} (${tier})`,
    'context.mode': mode,
    'context.now': ago(0),
    'context.first_use': String(!tool?.uses),
    'context.calls': rates,
    'context.unasked': rates,
  }).map(([name, value]) => ({ name, value }));
}

function explained(call: CallView, house: House) {
  const server = house.servers.find((known) => known.name === call.server);
  if (!server) throw unknown(call.server);
  const tool = server.tools.find((known) => known.name === call.tool);
  const asked = house.rules.find((rule) => rule.id === 'starter/call');
  // Two that ship look at more than their scope.
  const decides = (rule: RuleView) => rule.id !== 'sequences/outward' && (rule.id !== 'asking/look' || tool?.tier === 'look');
  const fitting = house.rules.filter((rule) => rule.effect !== null && fits(rule, call) && decides(rule));
  const deciding = fitting.sort((a, b) => worst[b.effect ?? 'ask'] - worst[a.effect ?? 'ask'])[0] ?? asked;
  const verdict = deciding?.effect ?? 'ask';
  const led = ['slack/read_thread: read private data', 'slack/search: brought text that anybody may have written'];
  return {
    verdict,
    rule: deciding?.id ?? 'starter/call',
    why: deciding?.summary ?? 'No rule of yours lets this app run this tool without a question.',
    tier: tool?.tier ?? 'send',
    labels: tool?.labels ?? [],
    considered: house.rules
      .filter((rule) => rule.state !== 'expired')
      .map((rule) => ({
        rule: rule.id,
        origin: rule.origin,
        effect: rule.effect ?? ('ask' as const),
        outcome: rule === deciding || fitting.includes(rule) ? ('matched' as const) : ('not_matched' as const),
        note: rule.state === 'suspended' ? 'the tool was defined differently when you answered' : null,
      })),
    facts: facts(call, tool, house.mode),
    history: verdict === 'ask' && tool?.tier === 'send' ? led : [],
  };
}

function turned(now: Verdict, effect: Verdict | undefined): Verdict {
  if (effect === undefined || now === 'deny') return now;
  if (effect === 'allow') return 'allow';
  return worst[effect] > worst[now] ? effect : now;
}

/** What the past would have been with one rule more: a permit lets run what was asked, and what was refused stays refused. */
function simulated(text: string, since: string, house: House) {
  const added = parsed(text);
  const calls = house.entries.filter((entry) => entry.kind === 'call' && entry.at >= since).reverse();
  const tally = (): TallyView => ({ allowed: 0, asked: 0, denied: 0 });
  const names = { allow: 'allowed', ask: 'asked', deny: 'denied' } as const;
  const [before, after] = [tally(), tally()];
  const changed: ChangedView[] = [];
  let blind = 0;
  for (const entry of calls) {
    if (entry.outcome === 'unknown') {
      blind += 1;
      continue;
    }
    const now = was(entry);
    const mine = added.findIndex((rule) => meets(rule, entry));
    const next = turned(now, added[mine]?.effect);
    before[names[now]] += 1;
    after[names[next]] += 1;
    if (next === now || changed.length >= 1000) continue;
    const { number, at, app, server, tool } = entry;
    changed.push({ number, at, app: app ?? '', server: server ?? '', tool: tool ?? '', was: now, would_be: next, rule: `simulated.cedar:${mine + 1}` });
  }
  return { calls: calls.length, unknown: blind, before, after, changed };
}

export const JudgingHandlers: Handlers = {
  rules: (_, house) => ({ answer: 'rules', view: house.rules }),
  add_rule: ({ text }, house) => {
    const [first] = parsed(text);
    const id = `01J9RULE${String(house.rules.length).padStart(4, '0')}`;
    house.rules.push(written(id, text, first?.effect ?? null));
    house.changed('rules');
    return done(`the rule’s id is ${id}`);
  },
  remove_rule: ({ rule }, house) => {
    const found = house.rules.find((known) => known.id === rule);
    if (!found || found.origin !== 'answer') throw { ...unknown(rule), detail: 'only rules that came from answers can be removed here' };
    house.rules = house.rules.filter((known) => known !== found);
    house.changed('rules');
    return done();
  },
  confirm_rules: (_, house) => {
    const waiting = house.rules.filter((rule) => rule.state === 'pending');
    for (const rule of waiting) Object.assign(rule, { state: 'in_force', note: null });
    house.changed('rules', 'status');
    if (waiting.length === 0) return done('nothing waits: the files say what you confirmed');
    return done(`Confirm your rules files: ${waiting.length} new rules that allow, 0 rules taken out that forbade`);
  },
  explain: ({ call }, house) => {
    const text = call.arguments.trim() || '{}';
    if (!call.tool || !text.startsWith('{')) throw { ...invalid('a call has a tool’s name, and a JSON object as its arguments'), subject: call.tool };
    return { answer: 'explanation', view: explained({ ...call, arguments: text }, house) };
  },
  simulate: ({ since, text, replaces }, house) => {
    if (replaces && !house.rules.some((rule) => rule.file?.includes(`/${replaces}`))) throw unknown(replaces);
    return { answer: 'simulation', view: simulated(text, since || ago(0), house) };
  },
};
