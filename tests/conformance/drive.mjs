#!/usr/bin/env node
/**
 * drive.mjs <server-url>
 *
 * The "client under test" handed to the MCP conformance suite. It owns no HTTP and
 * no OAuth: it starts a stdio->HTTP bridge pointed at <server-url> and plays the
 * host on the bridge's stdin/stdout, doing for each scenario what the scenario
 * wants a client to do (list tools, call tools, answer elicitations, ...).
 * Everything the suite's server observes was therefore done by the bridge.
 *
 * Set by the suite:
 *   MCP_CONFORMANCE_SCENARIO          scenario name
 *   MCP_CONFORMANCE_PROTOCOL_VERSION  wire version of this run
 *   MCP_CONFORMANCE_CONTEXT           JSON with per-scenario data (optional)
 * Set by you:
 *   BRIDGE_CONFIG   adapter file, see adapters/README.md  - or -
 *   BRIDGE_CMD      command line with placeholders, e.g. "keyholder bridge {url}"
 *   HOST_ERA        legacy (default) | modern | match     which era the host speaks;
 *                   match = modern when the wire version is >= 2026-07-28
 *   DRIVE_DEADLINE  ms before the driver gives up (default 26000; keep it below the
 *                   suite's --timeout so that a hung bridge is reported, not killed)
 *   DRIVE_WORK      directory for per-run state (default: a fresh temp dir)
 *
 * Exit status 0: the host got everything it asked for. 1: it did not (the last
 * line on stdout is a JSON summary saying why: rpc-error, bridge-exit, hang, ...).
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StdioHost, MODERN_VERSION } from './stdio-host.mjs';
import { resolveBridge, runSetup, sandboxEnv } from './bridge-config.mjs';
import { endLeftovers } from './leftovers.mjs';

const url = process.argv.at(-1);
const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? 'tools_call';
const wire = process.env.MCP_CONFORMANCE_PROTOCOL_VERSION ?? '2025-11-25';
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT || '{}');
const eraSetting = process.env.HOST_ERA ?? 'legacy';
const era = eraSetting === 'match' ? (wire >= MODERN_VERSION ? 'modern' : 'legacy') : eraSetting;
const deadline = Number(process.env.DRIVE_DEADLINE ?? 26_000);
const started = Date.now();

// ---- a private home and a fake browser for this run -------------------------
const work = process.env.DRIVE_WORK ?? mkdtempSync(join(tmpdir(), 'bridge-run-'));
const env = sandboxEnv(work);
const browserLog = env.FAKE_BROWSER_LOG;

// ---- host behaviour ----------------------------------------------------------
const note = [];
/** Accepts an elicitation with every schema default filled in (a host's job, SEP-1034). */
function acceptElicitation(params) {
  const props = params?.requestedSchema?.properties ?? {};
  const content = {};
  for (const [k, s] of Object.entries(props)) {
    if (s.default !== undefined) content[k] = s.default;
    else if (s.type === 'boolean') content[k] = true;
  }
  return { action: 'accept', content };
}
let duringElicitation; // hook: work to do while the server waits for our answer
const onRequest = async (method, params) => {
  note.push(`server asked ${method}`);
  if (method === 'elicitation/create') { await duringElicitation?.(); return acceptElicitation(params); }
  if (method === 'roots/list') return { roots: [] };
  return undefined;
};

const bridge = resolveBridge({ url, scenario, wire, era, context, work });
runSetup(bridge, { ...env, ...bridge.env });
const host = new StdioHost(bridge.argv, {
  env: { ...env, ...bridge.env }, era, onRequest,
  // 2025-11-25 hosts declare elicitation modes; {} also means form.
  capabilities: { elicitation: { form: {} }, roots: {} },
  requestTimeout: Math.max(5_000, deadline - 3_000),
  transcript: join(work, 'stdio.jsonl'), stderrFile: join(work, 'bridge.stderr')
});

let server; // what the server said about itself when the session opened
// A polite host asks for tools only where the server declared them.
const listTools = async () => (server?.capabilities?.tools ? (await host.request('tools/list')).tools ?? [] : []);
const call = (name, args = {}) => host.request('tools/call', { name, arguments: args });

/**
 * tools/call for a host in the modern era, where a server asks for input by
 * answering `input_required` (SEP-2322). A legacy host never sees that: the
 * bridge must turn it into ordinary server->client requests.
 */
async function callWithInput(name, args, between) {
  let params = { name, arguments: args };
  for (let round = 0; round < 5; round++) {
    const result = await host.request('tools/call', params);
    if (result?.resultType !== 'input_required') return result;
    await between?.(); between = undefined;
    const inputResponses = {};
    for (const [k, r] of Object.entries(result.inputRequests ?? {}))
      inputResponses[k] = r.method === 'elicitation/create' ? acceptElicitation(r.params) : {};
    params = { name, arguments: args, inputResponses, ...(result.requestState !== undefined && { requestState: result.requestState }) };
  }
  throw new Error('input_required without end');
}

// ---- one plan per scenario; the default suits tools_call and all of auth/* ----
const plans = {
  async default() {
    const tools = await listTools();
    for (const t of tools) await call(t.name, t.name === 'add_numbers' ? { a: 2, b: 3 } : {});
    return `${tools.length} tool(s) listed and called`;
  },
  async 'sse-retry'() {
    const tools = await listTools();
    const r = await call(tools[0].name);
    return `reconnected: ${JSON.stringify(r).slice(0, 120)}`;
  },
  async 'json-schema-ref-no-deref'() { await listTools(); await sleep(500); },
  async 'json-schema-2020-12-preservation'() {
    const focal = (await listTools()).find((t) => t.name === 'json_schema_2020_12_tool');
    await call('json_schema_echo', { schema: focal.inputSchema });
  },
  async 'http-standard-headers'() {
    // Exercise every method even when one is answered with an error, then report it.
    const errors = [];
    const go = async (method, params) => { try { return await host.request(method, params); } catch (e) { errors.push(e); return {}; } };
    for (const t of (await go('tools/list')).tools ?? []) await go('tools/call', { name: t.name, arguments: {} });
    for (const r of (await go('resources/list')).resources ?? []) await go('resources/read', { uri: r.uri });
    for (const p of (await go('prompts/list')).prompts ?? []) await go('prompts/get', { name: p.name });
    if (errors.length) throw errors[0];
  },
  async 'http-custom-headers'() {
    await listTools();
    for (const c of context.toolCalls) await call(c.name, c.arguments);
  },
  async 'http-invalid-tool-headers'() {
    // A stdio host knows nothing of x-mcp-header: it calls whatever it was shown.
    const tools = await listTools();
    for (const t of tools) {
      const required = t.inputSchema?.properties ?? {};
      const args = Object.fromEntries(Object.entries(required).map(([k, s]) => [k, s.type === 'integer' || s.type === 'number' ? 1 : s.type === 'boolean' ? true : 'x']));
      await call(t.name, args).catch((e) => note.push(`refused ${t.name}: ${e.message}`));
    }
    return `tools shown to the host: ${tools.map((t) => t.name).join(', ')}`;
  },
  async 'sep-2322-client-request-state'() {
    await listTools();
    const unrelated = async () => { duringElicitation = undefined; await call('test_mrtr_unrelated'); };
    if (era === 'legacy') duringElicitation = unrelated;
    await callWithInput('test_mrtr_echo_state', {}, unrelated);
    duringElicitation = undefined;
    await callWithInput('test_mrtr_no_state', {});
    await callWithInput('test_mrtr_no_result_type', {});
  },
  async 'sep-2640-client-no-prefetch'() { await host.request('skills/list'); await sleep(500); },
  'sep-2640-client-verify-digest': verifySkill,
  'sep-2640-client-verify-size': verifySkill,
  'sep-2640-client-verify-frontmatter': verifySkill
};
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));

/** What a careful host does with a skill (SEP-2640); the bridge only has to relay bytes. */
async function verifySkill() {
  const [skill] = (await host.request('skills/list')).skills;
  for (const entry of skill.resources) {
    const text = (await host.request('resources/read', { uri: entry.uri })).contents[0].text;
    const digest = 'sha256:' + createHash('sha256').update(text, 'utf8').digest('hex');
    const front = Object.fromEntries((text.match(/^---\n([\s\S]*?)\n---/)?.[1] ?? '').split('\n').filter(Boolean).map((l) => l.split(/:\s*/, 2)));
    const frontOk = entry.uri !== skill.uri || JSON.stringify(front) === JSON.stringify(skill.frontmatter);
    if (digest !== entry.digest || Buffer.byteLength(text) !== entry.size || !frontOk) throw Object.assign(new Error(`${entry.uri} fails verification`), { kind: 'rejected' });
  }
}

// ---- run ---------------------------------------------------------------------
const summary = { scenario, wire, era, bridge: bridge.name, outcome: 'ok' };
async function finish(code) {
  summary.stop = await host.stop();
  summary.leftovers = await endLeftovers(bridge.leaves);
  summary.ms = Date.now() - started;
  summary.notes = note;
  if (host.protocolErrors.length) summary.garbageOnStdout = host.protocolErrors;
  if (existsSync(browserLog)) {
    const steps = readFileSync(browserLog, 'utf8').trim().split('\n').map((l) => JSON.parse(l));
    summary.browser = { opened: steps.filter((s) => s.step === 'open').length, blocked: steps.filter((s) => s.step === 'BLOCKED').map((s) => s.url), errors: steps.filter((s) => s.step === 'error') };
  }
  if (code) process.stderr.write(`--- bridge stderr (tail)\n${host.stderrTail}\n`);
  process.stdout.write(JSON.stringify(summary) + '\n');
  process.exit(code);
}
setTimeout(() => { summary.outcome = 'hang'; summary.error = `driver deadline of ${deadline} ms`; void finish(1); }, deadline);
try {
  server = await host.connect();
  summary.result = await (plans[scenario] ?? plans.default)();
  await finish(0);
} catch (e) {
  summary.outcome = e.kind ?? 'driver-error';
  summary.error = e.kind ? e.message : e.stack;
  await finish(1);
}
