/** The configuration of a host app, or a piece of it: JSON with comments as people paste it, or the TOML of one. */
import { found, type Found } from './found';
import { ofWords, takeHeader } from './line';
import { isReference, isSecret } from './secrets';

type Json = Record<string, unknown>;

/** Under which names host apps keep their servers. */
const HOLDERS = ['mcpServers', 'servers', 'context_servers', 'mcp_servers', 'extensions'];
/** Under which names a server's entry keeps its address. */
const ADDRESSES = ['url', 'serverUrl', 'httpUrl', 'uri'];

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** All servers in the text; nothing where it cannot be read at all. */
export function ofConfig(pasted: string): Found[] | null {
  const json = readJson(pasted);
  if (json !== undefined) return ofJson(json);
  const toml = readToml(pasted);
  return toml && Object.keys(toml).length > 0 ? ofEntries(toml) : null;
}

function ofJson(json: unknown): Found[] {
  if (Array.isArray(json)) return json.flatMap(ofJson);
  if (!isObject(json)) return [];
  const holder = HOLDERS.map((name) => json[name]).find(isObject);
  if (holder) return ofEntries(holder);
  // VS Code's settings have one level more, and projects of Claude Code too.
  if (isObject(json['mcp'])) return ofJson(json['mcp']);
  if (isEntry(json)) return [ofEntry(text(json['name']), json)];
  return ofEntries(json);
}

const isEntry = (json: Json) => ADDRESSES.some((name) => text(json[name])) || text(json['command']) !== null;

const ofEntries = (holder: Json): Found[] =>
  Object.entries(holder).flatMap(([name, entry]) => (isObject(entry) && isEntry(entry) ? [ofEntry(name, entry)] : []));

function ofEntry(name: string | null, entry: Json): Found {
  const address = ADDRESSES.map((key) => text(entry[key])).find((value) => value !== null);
  const made = address === undefined ? ofCommand(entry) : { ...found(), address };
  made.name = name;
  const headers = entry['headers'] ?? entry['http_headers'];
  if (isObject(headers)) for (const [header, value] of Object.entries(headers)) takeHeader(made, `${header}: ${String(value)}`);
  for (const [key, value] of Object.entries(entry)) if (isSecret(key, value)) made.secret ??= key;
  const client = isObject(entry['auth']) ? entry['auth'] : isObject(entry['oauth']) ? entry['oauth'] : {};
  const secret = text(client['CLIENT_SECRET']) ?? text(client['clientSecret']);
  if (secret && !isReference(secret)) made.secret ??= 'client secret';
  const id = text(client['CLIENT_ID']) ?? text(client['clientId']);
  if (id && !isReference(id)) made.clientId = id;
  if (Array.isArray(client['scopes'])) made.scopes = client['scopes'].filter((scope) => typeof scope === 'string');
  return made;
}

/** A command with its arguments: a bridge to an address, or a program that serves by itself. */
function ofCommand(entry: Json): Found {
  const command = text(entry['command']) ?? text(entry['cmd']) ?? '';
  const rest = Array.isArray(entry['args']) ? entry['args'].map(String) : [];
  const variables = isObject(entry['env']) ? entry['env'] : isObject(entry['envs']) ? entry['envs'] : {};
  const made = ofWords([command, ...rest], variables);
  if (made) return made;
  const ours = /(^|[\\/])keyholder(\.exe)?$/i.test(command);
  return { ...found(), local: !ours, ours };
}

/** JSON as it stands in configurations: comments, commas too many, the outer braces missing. Nothing where it is none. */
function readJson(pasted: string): unknown {
  if (!/^\s*(?:[{["]|\/\/|\/\*)/.test(pasted)) return undefined;
  const bare = withoutExtras(pasted).trim().replace(/,$/, '');
  for (const candidate of bare.startsWith('"') ? [`{${bare}}`, bare] : [bare]) {
    try {
      return JSON.parse(candidate);
    } catch {
      // The next candidate, or none.
    }
  }
  return undefined;
}

/** Without comments and without commas before a closing bracket, what stands in quotes left alone. */
function withoutExtras(pasted: string): string {
  const bare = pasted.replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, quoted: string | undefined) => quoted ?? ' ');
  return bare.replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, quoted: string | undefined) => quoted ?? '');
}

/** The few lines of TOML that Codex has for a server: `[mcp_servers.NAME]` and texts below it. */
function readToml(pasted: string): Json | null {
  const tables: Json = {};
  let table: Json | null = null;
  for (const line of pasted.split('\n').map((line) => line.trim())) {
    const head = /^\[(?:mcp_servers|mcpServers)\.(?:"([^"]+)"|([\w.-]+))\]$/.exec(line);
    const pair = /^([\w-]+)\s*=\s*(.+)$/.exec(line);
    if (head) {
      const [name = '', inner] = (head[1] ?? head[2] ?? '').split('.');
      const outer = (tables[name] ??= {}) as Json;
      table = inner ? ((outer[inner] ??= {}) as Json) : outer;
    } else if (pair && table) {
      table[pair[1] ?? ''] = tomlValue(pair[2] ?? '');
    } else if (line !== '' && !line.startsWith('#')) {
      return null;
    }
  }
  return table ? tables : null;
}

/** Texts, lists of texts and small tables of texts; anything else stays the text that it is. */
function tomlValue(value: string): unknown {
  const plain = value.trim().replace(/^'([^']*)'$/, '"$1"');
  const json = plain.replace(/("(?:\\.|[^"\\])*")(\s*=)?|([\w-]+)\s*=/g, (_, quoted?: string, is?: string, bare?: string) =>
    quoted === undefined ? `"${bare ?? ''}":` : is === undefined ? quoted : `${quoted}:`,
  );
  try {
    return JSON.parse(withoutExtras(json));
  } catch {
    return value;
  }
}
