#!/usr/bin/env node
/**
 * run.mjs [--write]
 *
 * Real hosts (Claude Code, MCP Inspector) use a real protected MCP server through Keyholder: sign-in at a real authorization
 * server, tokens in a real keychain, renewal, the log, revocation. --write rewrites docs/hosts.md with what was typed and
 * answered. To be run inside ../conformance/with-keychain.sh; `./dev hosts` does.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StdioHost } from '../conformance/stdio-host.mjs';
import { files, filesWith, items } from './keychain.mjs';
import { Transcript } from './transcript.mjs';
import { BIN, KEYHOLDER, LAB, World } from './world.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const ERAS = ['legacy', 'auto', 'modern'];
const version = (name) => JSON.parse(readFileSync(join(LAB, 'node_modules', name, 'package.json'), 'utf8')).version;
const keychain = process.platform === 'linux';
const page = new Transcript();
page.replace(BIN, '/path/to');

// ---- the hosts -----------------------------------------------------------------------------------------------------
/** Claude Code without an account, and without a way out of this machine. */
async function claude(world, ...args) {
  const none = Object.fromEntries(Object.keys(process.env).filter((name) => /^(ANTHROPIC|CLAUDE)/.test(name)).map((name) => [name, undefined]));
  const env = { ...none, HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1,localhost',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1' };
  const result = await world.run([join(LAB, 'node_modules', '.bin', 'claude'), ...args], { env });
  page.show(`claude ${args.join(' ')}`, result);
  return result;
}

/** The Inspector's command line. It hands a server only the environment that its configuration names. */
function inspectorFor(world, servers) {
  const config = join(world.folder, 'inspector.json');
  const { KEYHOLDER_HOME, BROWSER, DBUS_SESSION_BUS_ADDRESS } = world.env;
  const env = { KEYHOLDER_HOME, BROWSER, ...(DBUS_SESSION_BUS_ADDRESS && { DBUS_SESSION_BUS_ADDRESS }) };
  const entry = (target) => ({ command: KEYHOLDER, args: ['bridge', target], env });
  writeFileSync(config, JSON.stringify({ mcpServers: Object.fromEntries(Object.entries(servers).map(([name, target]) => [name, entry(target)])) }));
  return async (server, era, ...args) => {
    const words = ['--cli', '--config', config, '--server', server, '--protocol-era', era, ...args];
    const result = await world.run([process.execPath, join(LAB, 'node_modules', '.bin', 'mcp-inspector'), ...words]);
    // The same list three times would say nothing more.
    if (era === 'legacy' || args.includes('tools/call')) page.show(`mcp-inspector ${words.join(' ')}`, result);
    return result;
  };
}
const ECHO = ['--method', 'tools/call', '--tool-name', 'echo', '--tool-arg', 'text=hi'];
const content = (result) => { try { return JSON.parse(result.stdout).content[0].text; } catch { return undefined; } };

async function keyholder(world, ...args) {
  const result = await world.run([KEYHOLDER, ...args]);
  page.show(`keyholder ${args.join(' ')}`, result);
  return result;
}

// ---- the story of the hosts ----------------------------------------------------------------------------------------
async function hosts(world) {
  const lab = await world.serve(), modern = await world.serve({ ERAS: 'modern' });
  page.replace(world.issuer, 'http://127.0.0.1:9200');
  page.replace(lab.url, 'http://127.0.0.1:9300/mcp');
  page.replace(modern.url, 'http://127.0.0.1:9301/mcp');
  page.replace(join(world.folder, 'home'), '~');
  page.replace(world.project, '~/project');
  page.replace(world.folder, '~/lab');
  writeFileSync(join(world.home, 'config', 'config.toml'), `[approval]\ndeadline_seconds = 4\n\n[servers.modern]\nurl = "${modern.url}"\n`, { mode: 0o600 });
  const answer = await fetch(lab.url, { method: 'POST' });
  page.check('the lab server lets nobody in without a token', answer.status === 401, answer.status);

  page.heading(`Claude Code ${version('@anthropic-ai/claude-code')}`,
    'A scratch home, no account.', 'The first connection signs in: the browser opens once, and the host never sees a token.');
  const added = await claude(world, 'mcp', 'add', 'lab', '--', KEYHOLDER, 'bridge', lab.url);
  page.check('Claude Code takes the bridge as a server', added.code === 0, added.said);
  const listed = await claude(world, 'mcp', 'list');
  page.check('claude mcp list says that the bridge is connected', /^lab: .* - ✔ Connected$/m.test(listed.stdout), listed.said);
  page.check('one sign-in was opened', world.signIns() === 1, world.signIns());

  page.heading(`MCP Inspector ${version('@modelcontextprotocol/inspector')}, a server of both eras`,
    'The host speaks the older revisions, the newest, or finds out by itself.', 'Claude Code has signed in; nobody signs in again.');
  const inspect = inspectorFor(world, { lab: lab.url, modern: 'modern' });
  for (const era of ERAS) {
    const tools = await inspect('lab', era, '--method', 'tools/list');
    page.check(`Inspector (${era}) lists the tools of the server`, /"echo"/.test(tools.stdout), tools.said);
    const called = await inspect('lab', era, ...ECHO);
    page.check(`Inspector (${era}) calls echo`, content(called) === 'hi', called.said);
    page.check(`Inspector (${era}) leaves without a complaint of the bridge`, tools.stderr + called.stderr === '', tools.stderr, called.stderr);
  }
  page.check('nobody signed in again', world.signIns() === 1, world.signIns());

  page.heading('MCP Inspector, a server of 2026-07-28 only',
    'It is named in `config.toml`, and the host names it instead of its address.', 'An older host is translated for.');
  for (const era of ERAS) {
    const called = await inspect('modern', era, ...ECHO);
    page.check(`Inspector (${era}) calls echo of a server that speaks 2026-07-28 only`, content(called) === 'hi', called.said);
  }
  page.check('the other server had a sign-in of its own', world.signIns() === 2, world.signIns());

  page.heading('Where the tokens are',
    'No file of the host\u2019s home and of Keyholder\u2019s holds a JWT or a refresh token that was issued; the script reads every one of them.');
  await tokens(world, 2);

  page.heading('What the person sees', 'Without a terminal the tables are plain, their columns parted by tabs.');
  const grants = await keyholder(world, 'grants');
  page.check('keyholder grants lists both sign-ins', grants.stdout.split(world.issuer).length === 3, grants.said);
  const log = await keyholder(world, 'log', '--tool', 'echo');
  page.check('keyholder log names app, tool, rule and arguments of each call',
    log.stdout.match(/\tcall\tdone\tmcp-inspector\t.*\techo\trule everything\.cedar:1\t\{"text":"hi"\}/g)?.length === 6, log.said);
  const verified = await keyholder(world, 'log', 'verify');
  page.check('the log is intact', verified.code === 0 && /intact/.test(verified.stdout), verified.said);

  page.heading('Taking it back', 'The person does not come back to the browser this time, so the host is told what is missing.');
  await revocation(world, lab.url, inspect);
}

async function tokens(world, wanted) {
  const refresh = readFileSync(world.issued, 'utf8').split('\n').filter(Boolean);
  page.check('the authorization server issued a refresh token for each sign-in', refresh.length >= wanted, refresh.length);
  const read = files(world.folder);
  const found = filesWith(refresh, read);
  page.check('no file of the two homes holds a token', found.length === 0 && read.length > 10, read.length, ...found);
  if (!keychain) return;
  const { grants } = JSON.parse((await world.run([KEYHOLDER, 'grants', '--json'])).stdout);
  const kept = items().filter((item) => grants.some((grant) => grant.id === item.username));
  page.check('the keychain holds an item for each sign-in', kept.length === wanted, JSON.stringify({ kept, grants }));
  page.text('Keyholder\u2019s items in the keychain, by their attributes (the Secret Service shows them without the secret):',
    kept.map((item) => Object.entries(item).map(([name, value]) => `${name} = ${value}`).join('   ')).join('\n'));
}

async function revocation(world, url, inspect) {
  const host = new StdioHost([KEYHOLDER, 'bridge', url], { env: world.env, cwd: world.project });
  let id;
  try {
    await host.connect();
    const before = await host.request('tools/call', { name: 'echo', arguments: { text: 'before' } });
    page.check('an open session calls echo', before.content?.[0]?.text === 'before', JSON.stringify(before));
    world.person('ignore');
    const mine = JSON.parse((await world.run([KEYHOLDER, 'grants', '--json'])).stdout).grants.find((grant) => grant.resource === url);
    id = mine?.id;
    const revoked = await keyholder(world, 'revoke', mine?.server ?? '?');
    page.check('keyholder revoke takes the sign-in back', revoked.code === 0, revoked.said);
    page.check('the authorization server was told', /grant\.revoked/.test(world.authorization.log()), world.authorization.log());
    const after = await host.request('tools/call', { name: 'echo', arguments: { text: 'after' } }).catch((error) => ({ isError: true, content: [{ text: error.message }] }));
    const said = after.content?.[0]?.text ?? '';
    page.text('The next call of the session that was open is answered with:', said);
    page.check('the next call of the open session is refused and says what the user must do', after.isError === true && /sign/i.test(said), JSON.stringify(after));
  } finally { await host.stop(); }
  const tools = await inspect('lab', 'legacy', '--method', 'tools/list');
  page.check('a new session is told to sign in', /"keyholder_sign_in"/.test(tools.stdout) && /browser|keyholder login/.test(tools.stdout), tools.said);
  const grants = await keyholder(world, 'grants');
  page.check('the sign-in is shown as revoked, the other one stays', / revoked /.test(page.plain(grants.stdout)) && / signed in /.test(page.plain(grants.stdout)), grants.said);
  if (keychain) page.check('the keychain holds one sign-in less', items().filter((item) => item.username === id).length === 0, JSON.stringify(items()));
}

// ---- the story of short tokens -------------------------------------------------------------------------------------
async function shortTokens(world) {
  const lab = await world.serve();
  const probe = (...args) => world.run([process.execPath, join(LAB, 'probe.mjs'), lab.url, '--call', 'echo={"text":"hi"}', ...args],
    { env: { BRIDGE_CONFIG: join(ROOT, 'tests', 'conformance', 'keyholder.json'), KEYHOLDER_BIN: BIN, DRIVE_WORK: world.folder }, timeout: 60_000 });
  const issued = () => readFileSync(world.issued, 'utf8').split('\n').filter(Boolean).length;
  const echoed = (result) => result.stdout.match(/^echo: \[\{"type":"text","text":"hi"\}\]/gm)?.length ?? 0;
  const first = await probe('--repeat', '2', '--wait', '10');
  page.check('a call after the token has expired is served', echoed(first) === 2, first.said);
  const renewed = issued();
  page.check('the token was renewed, and the refresh token rotated', renewed >= 2, renewed);
  await world.run([KEYHOLDER, 'stop']);
  const second = await probe('--repeat', '2', '--wait', '10');
  page.check('a broker that was started anew goes on with the rotated token', echoed(second) === 2, second.said);
  page.check('it was renewed again', issued() > renewed, issued());
  page.check('one sign-in was enough for all of it', world.signIns() === 1, world.signIns());
  page.check('no expired token reached the server', !/401 (?!no token)/.test(lab.log()), lab.log());
}

// ---- run -----------------------------------------------------------------------------------------------------------
const PREFACE = `# Hosts

Real host apps use a real protected MCP server through Keyholder.
\`./dev hosts\` runs what follows and checks it, and \`./dev test\` does too; \`./dev hosts --write\` rewrites this page.

The authorization server is npm \`oidc-provider\` ${version('oidc-provider')}, the MCP server npm \`@modelcontextprotocol/server\` ${version('@modelcontextprotocol/server')}; both are in [tests/lab](../tests/lab).
The keychain is a real one, and the person at the browser is a script that signs in and agrees.
A rule lets everything run, so nobody is asked; that is for tests only.
Ports, ids, times and paths are replaced.
`;
async function within(options, story) {
  const world = await World.open(options);
  try { await story(world); }
  catch (error) { page.check(`the story of ${story.name} comes to its end`, false, error.stack); }
  finally { await world.close(); }
}
const deadline = setTimeout(() => { console.log('FAIL the hosts took longer than two minutes'); console.log(`${page.passed} passed, ${page.failures.length + 1} failed`); process.exit(1); }, 120_000);
await Promise.all([within({}, hosts), within({ short: 8 }, shortTokens)]);
clearTimeout(deadline);
if (process.argv.includes('--write') && page.failures.length === 0) page.write(join(ROOT, 'docs', 'hosts.md'), PREFACE);
console.log(`${page.passed} passed, ${page.failures.length} failed`);
process.exit(page.failures.length ? 1 : 0);
