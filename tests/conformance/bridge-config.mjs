/**
 * Turns an adapter file (or BRIDGE_CMD) into the command line of the bridge for
 * one run. Adapters are data, so that what a bridge was told is visible at a
 * glance. Format: adapters/README.md.
 */
import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
/** Where the programs under test stand, unless KEYHOLDER_BIN says otherwise: what `cargo build` makes. */
const BUILT = join(HERE, '..', '..', 'target', 'debug');

// The client-id metadata URL the suite's auth/basic-cimd scenario expects, verbatim.
export const CIMD_URL = 'https://conformance-test.local/client-metadata.json';

/** Splits a command line on blanks; '…' and "…" keep their blanks. */
const split = (s) => [...s.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3]);

export function resolveBridge(run) {
  const { url, scenario, wire, era, context, work } = run;
  const file = process.env.BRIDGE_CONFIG;
  if (!file && !process.env.BRIDGE_CMD) throw new Error('set BRIDGE_CONFIG or BRIDGE_CMD');
  const cfg = file ? JSON.parse(readFileSync(file, 'utf8')) : { name: 'BRIDGE_CMD', cmd: split(process.env.BRIDGE_CMD) };
  if (!file && process.env.BRIDGE_SETUP_CMD) cfg.setup = [split(process.env.BRIDGE_SETUP_CMD)];

  const vars = { url, wire, era, scenario, cimd_url: CIMD_URL, state: work, bin: process.env.KEYHOLDER_BIN ?? BUILT, ...cfg.vars };
  const fill = (text) => text.replace(/\{\{|\}\}|\{([^{}]+)\}/g, (m, key) => {
    if (!key) return m[0];
    // {file:KEY} writes a context value to a private file and gives its path
    if (key.startsWith('file:')) {
      const name = key.slice(5), path = join(work, `ctx-${name}`);
      writeFileSync(path, String(context[name] ?? ''), { mode: 0o600 });
      return path;
    }
    // {json:a,b} gives {"a":…,"b":…} from the context
    if (key.startsWith('json:')) return JSON.stringify(Object.fromEntries(key.slice(5).split(',').map((k) => [k, context[k]])));
    if (key.startsWith('env:')) return process.env[key.slice(4)] ?? '';
    const v = key.startsWith('ctx:') ? context[key.slice(4)] : vars[key];
    if (v === undefined) throw new Error(`placeholder {${key}} has no value in ${scenario}`);
    return String(v);
  });

  // Base, then what holds for this wire version, then what holds for this scenario.
  const layers = [cfg, cfg.wire?.[wire], cfg.scenarios?.[scenario]].filter(Boolean);
  const cmd = layers.map((l) => l.cmd).filter(Boolean).at(-1);
  const args = layers.flatMap((l) => l.args ?? []);
  const env = Object.assign({}, ...layers.map((l) => l.env ?? {}));
  const setup = layers.flatMap((l) => l.setup ?? []);
  const files = Object.assign({}, ...layers.map((l) => l.files ?? {}));
  for (const [name, body] of Object.entries(files)) {
    const path = fill(name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, fill(typeof body === 'string' ? body : JSON.stringify(body)), { mode: 0o600 });
  }
  return {
    name: cfg.name,
    // A bridge may leave a process behind that serves its next start: what marks that process in its environment.
    leaves: cfg.leaves && fill(cfg.leaves),
    argv: [...cmd, ...args].map(fill),
    env: Object.fromEntries(Object.entries(env).map(([k, v]) => [k, fill(v)])),
    setup: setup.map((c) => c.map(fill))
  };
}

/** Commands to finish before the bridge starts, e.g. "add this server to the broker". */
export function runSetup(bridge, env) {
  for (const argv of bridge.setup ?? []) {
    const r = spawnSync(argv[0], argv.slice(1), { env, encoding: 'utf8', timeout: 15_000 });
    if (r.status !== 0) throw Object.assign(new Error(`setup ${argv.join(' ')}: ${r.error ?? r.stderr}`), { kind: 'setup-failed' });
  }
}

/** Every name under which a program opens a URL on Linux and macOS. */
const OPENERS = ['xdg-open', 'open', 'gnome-open', 'sensible-browser', 'x-www-browser', 'www-browser', 'firefox', 'chromium', 'google-chrome'];

/**
 * Puts a fake browser behind every opener. The scripts carry the run's settings themselves, because a bridge
 * may rightly hand its opener a scrubbed environment.
 */
function fakeBrowsers(work) {
  const bin = join(work, 'browser-bin');
  mkdirSync(bin, { recursive: true, mode: 0o700 });
  const settings = { FAKE_BROWSER_LOG: join(work, 'browser.jsonl') };
  for (const [k, v] of Object.entries(process.env)) if (/^FAKE_BROWSER_(MODE|DELAY|FORM)$/.test(k)) settings[k] = v;
  const quote = (s) => `'${s.replaceAll("'", `'\\''`)}'`;
  const script = ['#!/bin/sh', ...Object.entries(settings).map(([k, v]) => `export ${k}=${quote(v)}`),
    `exec ${quote(process.execPath)} ${quote(join(HERE, 'fake-browser.mjs'))} "$@"`, ''].join('\n');
  for (const name of OPENERS) writeFileSync(join(bin, name), script, { mode: 0o700 });
  return { bin, settings };
}

/**
 * Environment for a bridge under test: its own home, no proxies, no hints about the
 * test, and a fake browser behind every way a program opens a URL.
 */
export function sandboxEnv(work) {
  const { bin, settings } = fakeBrowsers(work);
  for (const d of ['home', 'config', 'data', 'cache', 'runtime']) mkdirSync(join(work, d), { recursive: true, mode: 0o700 });
  const env = {
    ...process.env,
    HOME: join(work, 'home'), XDG_CONFIG_HOME: join(work, 'config'), XDG_DATA_HOME: join(work, 'data'),
    XDG_STATE_HOME: join(work, 'state'), XDG_CACHE_HOME: join(work, 'cache'), XDG_RUNTIME_DIR: join(work, 'runtime'),
    PATH: `${bin}:${process.env.PATH}`, BROWSER: join(bin, 'xdg-open'), ...settings
  };
  for (const k of Object.keys(env)) if (/^(MCP_CONFORMANCE_.*|HTTPS?_PROXY|https?_proxy|ALL_PROXY|all_proxy)$/.test(k)) delete env[k];
  return env;
}
