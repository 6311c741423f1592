#!/usr/bin/env node
/**
 * probe.mjs URL [--call TOOL[=JSON]]... [--wait SECONDS] [--repeat N]
 *
 * One ad-hoc session of a stdio host with a bridge against any server: connect,
 * list tools, make the calls, optionally wait (for tokens to expire) and call again.
 * BRIDGE_CONFIG / BRIDGE_CMD / HOST_ERA / DRIVE_WORK as for drive.mjs. Keep DRIVE_WORK
 * between runs to see whether a second start reuses stored credentials.
 */
import { mkdtempSync, existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { StdioHost } from '../conformance/stdio-host.mjs';
import { resolveBridge, runSetup, sandboxEnv } from '../conformance/bridge-config.mjs';
import { endLeftovers } from '../conformance/leftovers.mjs';

const { values: o, positionals: [url] } = parseArgs({ allowPositionals: true, options: { call: { type: 'string', multiple: true, default: [] }, wait: { type: 'string', default: '0' }, repeat: { type: 'string', default: '1' } } });
const work = process.env.DRIVE_WORK ?? mkdtempSync(join(tmpdir(), 'kp-'));
const era = process.env.HOST_ERA ?? 'legacy';
const env = sandboxEnv(work);
const bridge = resolveBridge({ url, scenario: 'probe', wire: process.env.WIRE ?? '2025-11-25', era, context: {}, work });
runSetup(bridge, { ...env, ...bridge.env });
const host = new StdioHost(bridge.argv, { env: { ...env, ...bridge.env }, era, requestTimeout: 40_000, capabilities: {}, transcript: join(work, 'stdio.jsonl'), stderrFile: join(work, 'bridge.stderr') });
let code = 0;
try {
  const t0 = Date.now();
  await host.connect();
  console.log(`connected in ${Date.now() - t0} ms, protocol ${host.version}`);
  for (let i = 0; i < Number(o.repeat); i++) {
    if (i) await new Promise((r) => setTimeout(r, Number(o.wait) * 1000));
    console.log('tools:', (await host.request('tools/list')).tools.map((t) => t.name).join(', '));
    for (const c of o.call) {
      const [, name, args] = c.match(/^([^=]+)=?(.*)$/);
      const t = Date.now();
      const r = await host.request('tools/call', { name, arguments: JSON.parse(args || '{}') });
      console.log(`${name}: ${JSON.stringify(r.content)} (${Date.now() - t} ms)`);
    }
  }
} catch (e) { code = 1; console.log(`FAILED ${e.kind ?? ''} ${e.message}\n--- bridge stderr\n${host.stderrTail}`); }
console.log('stop', JSON.stringify(await host.stop()));
if (!process.env.DRIVE_WORK) await endLeftovers(bridge.leaves);
if (existsSync(env.FAKE_BROWSER_LOG)) console.log('browser', readFileSync(env.FAKE_BROWSER_LOG, 'utf8').trim().split('\n').map((l) => { const s = JSON.parse(l); return `${s.step}${s.status ? ':' + s.status : ''}`; }).join(' '));
process.exit(code);
