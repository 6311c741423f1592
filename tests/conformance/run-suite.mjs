#!/usr/bin/env node
/**
 * run-suite.mjs --wire 2025-11-25|2026-07-28|backcompat|extensions [options]
 *
 * Runs every client scenario of the MCP conformance suite that applies to one wire
 * version, one scenario at a time (each gets its own suite process, bridge process
 * and home directory, so runs cannot disturb one another), and writes
 *   <out>/results.json   everything, per scenario and check
 * report.mjs makes the page and the comparison of it.
 *
 *   --out DIR            result directory (required)
 *   --config FILE        bridge adapter (BRIDGE_CONFIG)
 *   --era legacy|modern|match   era the host speaks (HOST_ERA), default legacy
 *   --client CMD         test this client instead of the bridge driver (for reference runs)
 *   --only REGEX         scenarios to run
 *   --jobs N             scenarios at once (default 2)
 *   --timeout MS         suite timeout per scenario (default 30000)
 * CONFORMANCE must hold the path of @modelcontextprotocol/conformance/dist/index.js.
 */
import { spawn, execFileSync } from 'node:child_process';
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync, existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: o } = parseArgs({ options: {
  wire: { type: 'string', default: '2025-11-25' }, out: { type: 'string' }, config: { type: 'string' },
  era: { type: 'string', default: 'legacy' }, client: { type: 'string' }, only: { type: 'string' },
  jobs: { type: 'string', default: '2' }, timeout: { type: 'string', default: '30000' } } });
const suite = process.env.CONFORMANCE;
if (!suite || !o.out) { console.error('need CONFORMANCE in the environment and --out'); process.exit(2); }
const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(o.out);
mkdirSync(out, { recursive: true });

// ---- which scenarios ---------------------------------------------------------
const catalogue = execFileSync(process.execPath, [suite, 'list', '--client'], { encoding: 'utf8' })
  .split('\n').map((l) => l.match(/^\s+- (\S+) \[(.*)\]/)).filter(Boolean).map(([, name, tags]) => ({ name, tags: tags.split(',') }));
const wanted = {
  backcompat: (s) => s.tags.includes('2025-03-26'),
  extensions: (s) => s.tags.includes('extension')
}[o.wire] ?? ((s) => s.tags.includes(o.wire));
// Without --spec-version the suite picks the version a scenario was made for.
const specVersion = ['backcompat', 'extensions'].includes(o.wire) ? [] : ['--spec-version', o.wire];
const scenarios = catalogue.filter(wanted).filter((s) => !o.only || new RegExp(o.only).test(s.name)).map((s) => s.name);

// Scenarios that pass when the client refuses something also pass when it never got
// that far. Such a pass is only worth something if this check was reached (and no
// pass is worth anything without a single successful check).
const reached = {
  'auth/resource-mismatch': 'prm-pathbased-requested', 'auth/metadata-issuer-mismatch': 'authorization-server-metadata',
  'auth/iss-supported-missing': 'authorization-request', 'auth/iss-wrong-issuer': 'authorization-request',
  'auth/iss-unexpected': 'authorization-request', 'auth/iss-normalized': 'authorization-request'
};

// ---- run one -----------------------------------------------------------------
function runScenario(name) {
  const dir = join(out, name.replaceAll('/', '_'));
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  // A short path: the broker's sockets stand under it, and a Unix socket's path ends at about 100 bytes.
  const work = mkdtempSync(join(tmpdir(), 'kc-'));
  const client = o.client ?? `${process.execPath} ${join(here, 'drive.mjs')}`;
  const env = { ...process.env, HOST_ERA: o.era, DRIVE_WORK: work, DRIVE_DEADLINE: String(Number(o.timeout) - 4000), ...(o.config && { BRIDGE_CONFIG: resolve(o.config) }) };
  return new Promise((done) => {
    const child = spawn(process.execPath, [suite, 'client', '--command', client, '--scenario', name, ...specVersion, '--timeout', o.timeout, '-o', join(dir, 'suite')], { env, cwd: dir });
    let log = '';
    child.stdout.on('data', (d) => (log += d));
    child.stderr.on('data', (d) => (log += d));
    child.on('close', (code) => {
      writeFileSync(join(dir, 'suite.log'), log);
      cpSync(work, join(dir, 'work'), { recursive: true, filter: (f) => lstatSync(f).isFile() || lstatSync(f).isDirectory() });
      rmSync(work, { recursive: true, force: true });
      const found = existsSync(join(dir, 'suite')) ? readdirSync(join(dir, 'suite'), { recursive: true }).find((f) => f.endsWith('checks.json')) : undefined;
      const base = found && join(dir, 'suite', dirname(found));
      const checks = found ? JSON.parse(readFileSync(join(dir, 'suite', found), 'utf8')) : [];
      const stdout = base ? readFileSync(join(base, 'stdout.txt'), 'utf8').trim().split('\n').at(-1) : '';
      let driver = {};
      try { driver = JSON.parse(stdout); } catch { /* not our driver, or it was killed */ }
      const count = (s) => checks.filter((c) => c.status === s).length;
      const bad = checks.filter((c) => ['FAILURE', 'WARNING'].includes(c.status))
        .map((c) => ({ id: c.id, status: c.status, name: c.name, message: c.errorMessage ?? c.description }));
      const vacuous = code === 0 && (count('SUCCESS') === 0 || (reached[name] !== undefined && !checks.some((c) => c.id === reached[name])));
      done({
        scenario: name, verdict: code !== 0 ? 'FAIL' : vacuous ? 'VACUOUS' : 'PASS', pass: count('SUCCESS'), fail: count('FAILURE'), warn: count('WARNING'), skipped: count('SKIPPED'),
        timedOut: /CLIENT TIMED OUT/.test(log), clientError: /CLIENT EXITED WITH ERROR/.test(log), bad,
        host: driver.outcome, error: driver.error, result: driver.result, ms: driver.ms, stop: driver.stop, leftovers: driver.leftovers, browser: driver.browser, garbageOnStdout: driver.garbageOnStdout, notes: driver.notes
      });
    });
  });
}

const results = [];
const queue = [...scenarios];
await Promise.all(Array.from({ length: Number(o.jobs) }, async () => {
  for (let s; (s = queue.shift()); ) {
    const r = await runScenario(s);
    results.push(r);
    console.log(`${r.verdict.padEnd(7)} ${s.padEnd(46)} ${r.pass}/${r.pass + r.fail} warn ${r.warn}  host:${r.host ?? '-'} ${(r.error ?? '').split('\n')[0].slice(0, 110)}`);
  }
}));
results.sort((a, b) => scenarios.indexOf(a.scenario) - scenarios.indexOf(b.scenario));
const passed = results.filter((r) => r.verdict === 'PASS').length;
// With --only, what an earlier run in the same place found out about the other scenarios stays.
const file = join(out, 'results.json');
const earlier = o.only && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).results.filter((e) => !results.some((r) => r.scenario === e.scenario)) : [];
writeFileSync(file, JSON.stringify({ wire: o.wire, era: o.era, config: o.config, results: [...earlier, ...results] }, null, 1));
console.log(`${passed}/${results.length} scenarios passed -> ${file}`);
