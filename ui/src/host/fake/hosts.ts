/** Apps on this computer that use MCP servers, and what is pasted into each for a server. */
import type { HostView } from '../types.gen';
import { isName } from './connect';
import type { Handlers } from './house';

const COMMAND = '/usr/bin/keyholder';

const entry = (server: string) => ({ command: COMMAND, args: ['bridge', server] });
const json = (holder: string) => (server: string) => JSON.stringify({ [holder]: { [server]: entry(server) } }, null, 2);
const plain = json('mcpServers');
const line = (start: string) => (server: string) => `${start} ${server} -- ${COMMAND} bridge ${server}`;

interface Sketch extends Omit<HostView, 'snippet' | 'command' | 'config_file' | 'found' | 'restart'> {
  file: string | null;
  snippet: (server: string) => string;
  command?: (server: string) => string;
  found?: boolean;
  restart?: boolean;
}

const HOSTS: Sketch[] = [
  { id: 'claude-desktop', name: 'Claude Desktop', file: '~/.config/Claude/claude_desktop_config.json', snippet: plain, found: true, restart: true },
  { id: 'claude-code', name: 'Claude Code', file: '~/.claude.json', snippet: plain, command: line('claude mcp add --scope user'), found: true },
  { id: 'cursor', name: 'Cursor', file: '~/.cursor/mcp.json', snippet: plain, found: true },
  {
    id: 'vscode',
    name: 'Visual Studio Code',
    file: '~/.config/Code/User/mcp.json',
    snippet: (server) => JSON.stringify({ servers: { [server]: { type: 'stdio', ...entry(server) } } }, null, 2),
    command: (server) => `code --add-mcp '${JSON.stringify({ name: server, ...entry(server) })}'`,
  },
  { id: 'zed', name: 'Zed', file: '~/.config/zed/settings.json', snippet: json('context_servers') },
  {
    id: 'codex',
    name: 'Codex',
    file: '~/.codex/config.toml',
    snippet: (server) => `[mcp_servers.${server}]\ncommand = "${COMMAND}"\nargs = ["bridge", "${server}"]\ntool_timeout_sec = 600`,
    command: line('codex mcp add'),
    restart: true,
  },
  {
    id: 'goose',
    name: 'Goose',
    file: '~/.config/goose/config.yaml',
    snippet: (server) => `extensions:\n  ${server}:\n    enabled: true\n    type: stdio\n    name: ${server}\n    cmd: ${COMMAND}\n    args: [bridge, ${server}]\n    timeout: 300`,
    restart: true,
  },
  { id: 'windsurf', name: 'Windsurf', file: '~/.codeium/windsurf/mcp_config.json', snippet: plain, restart: true },
  { id: 'gemini-cli', name: 'Gemini CLI', file: '~/.gemini/settings.json', snippet: plain, command: line('gemini mcp add') },
  { id: 'lm-studio', name: 'LM Studio', file: null, snippet: plain },
];

export const HostHandlers: Handlers = {
  hosts: ({ server: given }, house) => {
    const server = given ?? 'NAME';
    if (given !== null && !isName(given)) throw { code: 'invalid', subject: given, detail: 'that is not a server name' };
    const made = HOSTS.map(({ file, snippet, command, found = false, restart = false, ...rest }) => ({
      ...rest,
      found: found && house.apps !== 'none',
      config_file: file,
      snippet: snippet(server),
      command: command?.(server) ?? null,
      restart,
    }));
    return { answer: 'hosts', view: house.apps === 'hostile' ? made.map(attack) : made };
  },
};

const BIDI = 'gnp.\u202egpj.exe\u2066x\u2069';

/** As if somebody had named folders and files so that they deceive. */
const attack = (host: HostView): HostView => ({
  ...host,
  name: `${host.name} ${BIDI} <b>${'W'.repeat(200)}`,
  config_file: host.config_file && `/tmp/${BIDI}/${'w'.repeat(600)}`,
  snippet: `${host.snippet}\u202e\u200b${'long '.repeat(2000)}`,
});
