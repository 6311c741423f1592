/**
 * One throw-away machine: a home of its own, a person at the browser, a real authorization server, real protected MCP
 * servers, and Keyholder with a policy under which nothing is asked. Everything in it ends with `close`.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sandboxEnv } from '../conformance/bridge-config.mjs';
import { endLeftovers } from '../conformance/leftovers.mjs';

const TESTS = join(dirname(fileURLToPath(import.meta.url)), '..');
export const LAB = join(TESTS, 'lab');
export const BIN = process.env.KEYHOLDER_BIN ?? join(TESTS, '..', 'target', 'debug');
export const KEYHOLDER = join(BIN, 'keyholder');

export class World {
  servers = [];

  /** `short`: the lifetime of access tokens in seconds. */
  static async open({ short = 3600 } = {}) {
    const world = new World();
    world.folder = mkdtempSync(join(tmpdir(), 'hosts-'));
    // What was issued is noted outside of the places that are searched for it.
    world.notes = mkdtempSync(join(tmpdir(), 'hosts-notes-'));
    world.issued = join(world.notes, 'issued');
    world.home = join(world.folder, 'kh');
    world.project = join(world.folder, 'project');
    const policies = join(world.home, 'config', 'policies');
    for (const folder of [policies, world.project]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(policies, 'everything.cedar'), 'permit(principal, action, resource);\n');
    world.person('approve');
    try {
      world.authorization = await world.#start('as-oidc-provider.mjs', [], { SHORT: String(short), ISSUED: world.issued });
      world.issuer = `http://127.0.0.1:${world.authorization.port}`;
    } catch (error) { await world.close(); throw error; }
    return world;
  }

  /** What the person at the browser does from now on: `approve`, `deny` or `ignore`. */
  person(mode) {
    process.env.FAKE_BROWSER_MODE = mode;
    this.env = { ...sandboxEnv(this.folder), KEYHOLDER_HOME: this.home };
    delete process.env.FAKE_BROWSER_MODE;
  }

  /** How often a sign-in page was opened. */
  signIns() {
    if (!existsSync(this.env.FAKE_BROWSER_LOG)) return 0;
    return readFileSync(this.env.FAKE_BROWSER_LOG, 'utf8').split('\n').filter((line) => line.includes('"step":"open"')).length;
  }

  /** A protected MCP server of both eras, or with `{ ERAS: 'modern' }` of the newest only. */
  async serve(settings = {}) {
    const server = await this.#start('mcp-server-2026.mjs', [this.issuer], settings);
    server.url = `http://127.0.0.1:${server.port}/mcp`;
    return server;
  }

  /** Starts a program of the lab on a free port and waits until it says that it is ready. */
  async #start(script, more, settings) {
    const port = await freePort();
    const log = join(this.notes, `${script}-${port}.log`);
    const to = openSync(log, 'w');
    const child = spawn(process.execPath, [join(LAB, script), String(port), ...more],
      { env: { ...process.env, ...settings }, stdio: ['ignore', to, to] });
    closeSync(to);
    const server = { port, child, log: () => readFileSync(log, 'utf8') };
    this.servers.push(server);
    for (let tries = 0; tries < 200; tries++) {
      if (/ ready http/.test(server.log())) return server;
      if (child.exitCode !== null) break;
      await pause(50);
    }
    throw new Error(`${script} did not start:\n${server.log()}`);
  }

  /** Runs a command to its end. `said` is what it wrote, on both streams. */
  run(argv, { env = {}, timeout = 30_000 } = {}) {
    return new Promise((done) => {
      const child = spawn(argv[0], argv.slice(1), { cwd: this.project, env: { ...this.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
      const result = { argv, code: undefined, stdout: '', stderr: '', get said() { return this.stdout + this.stderr; } };
      const timer = setTimeout(() => { result.stderr += `\n(no end after ${timeout} ms)\n`; child.kill('SIGKILL'); }, timeout);
      for (const stream of ['stdout', 'stderr']) child[stream].setEncoding('utf8').on('data', (text) => { result[stream] += text; });
      child.on('error', (error) => { result.stderr += error.message; });
      child.on('close', (code) => { clearTimeout(timer); result.code = code; done(result); });
    });
  }

  async close() {
    await endLeftovers(`KEYHOLDER_HOME=${this.home}`);
    for (const { child } of this.servers) child.kill();
    for (const folder of [this.folder, this.notes]) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function freePort() {
  return new Promise((done, failed) => {
    const socket = createServer().on('error', failed).listen(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => done(port));
    });
  });
}
