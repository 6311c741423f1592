/** Command lines that start or configure a bridge: `npx mcp-remote URL`, `claude mcp add NAME URL`, and their relatives. */
import { isReference, isSecret, split } from './secrets';
import { found, type Found } from './found';

/** Flags whose next word is theirs, and never the server's address. */
const TAKES_A_WORD = new Set([
  ...['-e', '--env', '-s', '--scope', '-t', '--transport', '--type', '-p', '--package', '--host', '--auth-timeout', '--callback-port'],
  ...['--client-id', '--client-secret', '--ignore-tool', '--resource', '--static-oauth-client-info', '--static-oauth-client-metadata'],
  ...['-H', '--header', '--headers', '--oauth2Bearer', '--access-token', '--bearer-token-env-var', '--timeout', '--cwd', '--name'],
]);

const HEADERS = new Set(['-H', '--header', '--headers']);
const VARIABLES = new Set(['-e', '--env']);
const SECRETS = new Set(['--client-secret', '--oauth2Bearer', '--access-token']);

/** The words of a line as a shell would see them, further lines joined by `\` among them. */
export function words(line: string): string[] {
  const all: string[] = [];
  let word = '';
  let open = false;
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const letter = line[at] ?? '';
    if (quote) {
      if (letter === quote) quote = '';
      else if (letter === '\\' && quote === '"' && /["\\$`]/.test(line[at + 1] ?? '')) word += line[++at] ?? '';
      else word += letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      open = true;
    } else if (letter === '\\' && /\r?\n/.test(line.slice(at + 1, at + 3))) {
      at += line[at + 1] === '\r' ? 2 : 1;
    } else if (letter === '\\' && /["'\s\\]/.test(line[at + 1] ?? '')) {
      word += line[++at] ?? '';
      open = true;
    } else if (/\s/.test(letter)) {
      if (open || word) all.push(word);
      word = '';
      open = false;
    } else {
      word += letter;
    }
  }
  if (open || word) all.push(word);
  return all;
}

const isAddress = (word: string) => /^https?:\/\//i.test(word);

/** What a command with these words would connect to; nothing where it is no such command. */
export function ofWords(given: readonly string[], environment: Record<string, unknown> = {}): Found | null {
  // `--flag=value` is the same as `--flag value`.
  const all = given.flatMap((word) => (/^--[\w-]+=/.test(word) ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] : [word]));
  const made = found();
  const bare: string[] = [];
  for (let at = 0; at < all.length; at += 1) {
    const word = all[at] ?? '';
    const next = all[at + 1] ?? '';
    if (HEADERS.has(word)) takeHeader(made, next);
    else if (VARIABLES.has(word)) takeVariable(made, ...split(next));
    else if (SECRETS.has(word) && next && !isReference(next)) made.secret ??= word;
    else if (word === '--resource') made.resource = next;
    else if (word === '--client-id') made.clientId = next;
    else if (word === '--name') made.name = next;
    else if (word === '--static-oauth-client-info') takeClient(made, next);
    if (TAKES_A_WORD.has(word)) at += 1;
    else if (!word.startsWith('-') || word === '--') bare.push(word);
  }
  for (const [name, value] of Object.entries(environment)) takeVariable(made, name, value);
  made.address = bare.find(isAddress) ?? null;
  made.name ??= nameAmong(bare);
  return made.address ? made : null;
}

/** `… mcp add NAME URL`, `… mcp add NAME -- npx …`, `keyholder add NAME URL`: the word behind `add`. */
function nameAmong(bare: readonly string[]): string | null {
  const at = bare.findIndex((word, at) => word === 'add' && (bare[at - 1] === 'mcp' || /(^|[\\/])keyholder(\.exe)?$/.test(bare[at - 1] ?? '')));
  const name = at < 0 ? undefined : bare[at + 1];
  return name && !isAddress(name) && name !== '--' ? name : null;
}

/** A header is left out, unless it is a secret: then nothing is taken. */
export function takeHeader(made: Found, text: string): void {
  const [name, value] = split(text);
  if (isSecret(name, value)) made.secret ??= name;
  else if (name) made.leftOut.push(name);
}

function takeVariable(made: Found, name: string, value: unknown): void {
  if (isSecret(name, value)) made.secret ??= name;
}

/** What `mcp-remote` is told of a client: text or a file with it. Only an id can be taken over. */
function takeClient(made: Found, text: string): void {
  if (text.startsWith('@')) {
    made.leftOut.push('--static-oauth-client-info');
    return;
  }
  try {
    const { client_id: id, client_secret: secret } = JSON.parse(text) as { client_id?: unknown; client_secret?: unknown };
    if (typeof secret === 'string' && secret && !isReference(secret)) made.secret ??= 'client_secret';
    if (typeof id === 'string') made.clientId = id;
  } catch {
    made.leftOut.push('--static-oauth-client-info');
  }
}
