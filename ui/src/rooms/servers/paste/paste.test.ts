import { describe, expect, test } from 'vitest';
import { isName, nameFrom, readPaste, type Reading } from './paste';

/** What came of it in a few words: names and addresses, or why not. */
function said(reading: Reading): string {
  if (reading.kind === 'one') return `${reading.server.name ?? '-'} ${reading.server.address}`;
  if (reading.kind === 'several') return reading.servers.map((one) => `${one.name ?? '-'} ${one.address}`).join(', ');
  return reading.kind === 'refused' ? `${reading.why}: ${reading.about}` : reading.kind;
}

const URL = 'https://mcp.example.com/mcp';

describe('an address', () => {
  test.each([
    [URL, `- ${URL}`],
    [`  ${URL}\n`, `- ${URL}`],
    [`<${URL}>`, `- ${URL}`],
    [`"${URL}"`, `- ${URL}`],
    ['`' + URL + '`', `- ${URL}`],
    ['mcp.example.com/mcp', '- mcp.example.com/mcp'],
    ['http://127.0.0.1:8080/mcp', '- http://127.0.0.1:8080/mcp'],
    ['', 'none'],
    [' \n ', 'none'],
  ])('%s', (pasted, expected) => expect(said(readPaste(pasted))).toBe(expected));

  test('with a password is refused, and the address without it is offered', () => {
    expect(readPaste('https://ana:hunter2@mcp.example.com/mcp')).toMatchObject({ kind: 'refused', why: 'password', address: URL });
  });

  test('with a password and without its beginning is refused as well', () => {
    expect(readPaste('ana:hunter2@mcp.example.com/mcp')).toMatchObject({ kind: 'refused', why: 'password', address: URL });
  });

  test('with what looks like a key is taken, and said to have one', () => {
    expect(readPaste(`${URL}?api_key=abc&tenant=x`)).toMatchObject({ kind: 'one', server: { keyed: 'api_key' } });
    expect(readPaste(`${URL}?tenant=x`)).toMatchObject({ kind: 'one', server: { keyed: null } });
  });

  test('that is far too long is not looked at', () => expect(said(readPaste('x'.repeat(300_000)))).toBe('long: '));
});

describe('a piece of a configuration', () => {
  const entry = `{"url":"${URL}"}`;
  test.each([
    ['Claude, Cursor and most others', `{"mcpServers":{"linear":${entry}}}`, `linear ${URL}`],
    ['VS Code', `{"servers":{"linear":{"type":"http","url":"${URL}"}},"inputs":[]}`, `linear ${URL}`],
    ['VS Code settings', `{"mcp":{"servers":{"linear":${entry}}}}`, `linear ${URL}`],
    ['Zed, with comments and commas', `{\n// ours\n"context_servers": {"linear": {"url": "${URL}",},},}`, `linear ${URL}`],
    ['Windsurf', `{"mcpServers":{"linear":{"serverUrl":"${URL}"}}}`, `linear ${URL}`],
    ['Gemini', `{"mcpServers":{"linear":{"httpUrl":"${URL}","timeout":600000}}}`, `linear ${URL}`],
    ['without the outer braces', `"linear": { "url": "${URL}" },`, `linear ${URL}`],
    ['one entry alone', `{"type":"http","url":"${URL}"}`, `- ${URL}`],
    ['only names and entries', `{"linear":${entry}}`, `linear ${URL}`],
    ['fenced as in a manual', '```json\n' + `{"mcpServers":{"linear":${entry}}}` + '\n```', `linear ${URL}`],
    ['mcp-remote', `{"mcpServers":{"linear":{"command":"npx","args":["-y","mcp-remote@latest","${URL}"]}}}`, `linear ${URL}`],
    ['Windows', `{"mcpServers":{"l":{"command":"cmd","args":["/c","npx","mcp-remote","${URL}","3334"]}}}`, `l ${URL}`],
    ['Codex', `[mcp_servers.linear]\nurl = "${URL}"\nbearer_token_env_var = "TOKEN"`, `linear ${URL}`],
    ['Codex with a bridge', `# ours\n[mcp_servers."linear"]\ncommand = 'npx'\nargs = ["mcp-remote", "${URL}"]`, `linear ${URL}`],
    ['a name with spaces', `{"mcpServers":{"My Linear!":${entry}}}`, `My-Linear ${URL}`],
    ['a slash in a text is no comment', `{"mcpServers":{"a":{"url":"https://x.example//mcp,]"}}}`, 'a https://x.example//mcp,]'],
  ])('%s', (_, pasted, expected) => expect(said(readPaste(pasted))).toBe(expected));

  test('several are all found, and programs of this computer are left out', () => {
    const pasted = `{"mcpServers":{"a":${entry},"files":{"command":"npx","args":["-y","server-filesystem","/home"]},"b":{"url":"https://b.example/"}}}`;
    expect(said(readPaste(pasted))).toBe(`a ${URL}, b https://b.example/`);
  });

  test('client id and scopes come along, also from elsewhere', () => {
    const pasted = `{"mcpServers":{"a":{"url":"${URL}","auth":{"CLIENT_ID":"abc","scopes":["read","write"]}}}}`;
    expect(readPaste(pasted)).toMatchObject({ server: { clientId: 'abc', scopes: ['read', 'write'] } });
    expect(readPaste(`{"a":{"httpUrl":"${URL}","oauth":{"clientId":"abc"}}}`)).toMatchObject({ server: { clientId: 'abc' } });
  });

  test.each([
    ['a program of this computer', '{"mcpServers":{"files":{"command":"npx","args":["-y","server-filesystem"]}}}', 'local: files'],
    ['what is Keyholder already', '{"mcpServers":{"notes":{"command":"/usr/bin/keyholder","args":["bridge","notes"]}}}', 'ours: notes'],
    ['nothing in it', '{"mcpServers":{}}', 'unclear: '],
    ['something else', '{"name":"package","version":"1.0.0"}', 'unclear: '],
    ['broken', '{"mcpServers":{"a":', 'unclear: '],
    ['a list of numbers', '[1, 2, 3]', 'unclear: '],
    ['prose', 'please connect my linear', 'unclear: '],
  ])('%s', (_, pasted, expected) => expect(said(readPaste(pasted))).toBe(expected));

  test('names that mean something to JavaScript mean nothing here', () => {
    const pasted = `{"mcpServers":{"__proto__":{"url":"${URL}"},"constructor":{"url":"https://b.example/"}}}`;
    expect(said(readPaste(pasted))).toBe(`proto ${URL}, constructor https://b.example/`);
    expect(({} as { url?: string }).url).toBeUndefined();
  });
});

describe('a command line', () => {
  test.each([
    [`npx mcp-remote ${URL}`, `- ${URL}`],
    [`npx -y mcp-remote@0.1.38 ${URL} 3334 --transport http-only --allow-http`, `- ${URL}`],
    [`$ npx -y mcp-remote \\\n  ${URL} \\\n  --host 127.0.0.1`, `- ${URL}`],
    [`claude mcp add linear ${URL}`, `linear ${URL}`],
    [`claude mcp add --transport http linear ${URL}`, `linear ${URL}`],
    [`claude mcp add linear --scope user --transport sse ${URL}`, `linear ${URL}`],
    [`claude mcp add linear -- npx -y mcp-remote ${URL}`, `linear ${URL}`],
    [`claude mcp add-json linear '{"type":"http","url":"${URL}"}'`, `linear ${URL}`],
    [`code --add-mcp '{"name":"linear","url":"${URL}"}'`, `linear ${URL}`],
    [`code --add-mcp "{\\"name\\":\\"linear\\",\\"url\\":\\"${URL}\\"}"`, `linear ${URL}`],
    [`codex mcp add linear --url ${URL}`, `linear ${URL}`],
    [`codex mcp add linear --url=${URL}`, `linear ${URL}`],
    [`gemini mcp add -t http linear ${URL}`, `linear ${URL}`],
    [`npx -y supergateway --streamableHttp "${URL}"`, `- ${URL}`],
    [`uvx mcp-proxy --transport streamablehttp ${URL}`, `- ${URL}`],
    [`keyholder add linear ${URL}`, `linear ${URL}`],
    [`keyholder bridge ${URL}`, `- ${URL}`],
  ])('%s', (pasted, expected) => expect(said(readPaste(pasted))).toBe(expected));

  test('the resource and the client id are taken over, and are not mistaken for the address', () => {
    const line = `npx mcp-remote --resource https://api.example.com/ ${URL} --static-oauth-client-info '{"client_id":"abc"}'`;
    expect(readPaste(line)).toMatchObject({ server: { address: URL, resource: 'https://api.example.com/', clientId: 'abc' } });
  });
});

describe('links that put a server into an app', () => {
  test('of Cursor', () => {
    const config = btoa(`{"url":"${URL}"}`);
    expect(said(readPaste(`cursor://anysphere.cursor-deeplink/mcp/install?name=linear&config=${encodeURIComponent(config)}`))).toBe(`linear ${URL}`);
    expect(said(readPaste('cursor://anysphere.cursor-deeplink/mcp/install?name=x&config=%%%'))).toMatch(/^- cursor:/);
  });

  test('of VS Code', () => {
    expect(said(readPaste(`vscode:mcp/install?${encodeURIComponent(`{"name":"linear","url":"${URL}"}`)}`))).toBe(`linear ${URL}`);
  });
});

describe('a secret', () => {
  test.each([
    ['a header', `{"mcpServers":{"a":{"url":"${URL}","headers":{"Authorization":"Bearer abc123"}}}}`, 'secret: Authorization'],
    ['a header of a key', `{"mcpServers":{"a":{"url":"${URL}","headers":{"X-Api-Key":"abc123"}}}}`, 'secret: X-Api-Key'],
    ['a header of a bridge', `{"a":{"command":"npx","args":["mcp-remote","${URL}","--header","Authorization:Bearer abc"]}}`, 'secret: Authorization'],
    ['a variable', `{"a":{"command":"npx","args":["mcp-remote","${URL}","--header","Authorization:\${AUTH}"],"env":{"AUTH":"Bearer abc"}}}`, 'secret: AUTH'],
    ['a client secret', `{"a":{"url":"${URL}","auth":{"CLIENT_ID":"x","CLIENT_SECRET":"s3cret"}}}`, 'secret: client secret'],
    ['a line', `claude mcp add --transport http a ${URL} --header "Authorization: Bearer abc"`, 'secret: Authorization'],
    ['a short flag', `claude mcp add a ${URL} -H "X-Token: abc"`, 'secret: X-Token'],
    ['a variable in a line', `claude mcp add a -e API_KEY=abc -- npx mcp-remote ${URL}`, 'secret: API_KEY'],
    ['a client in a line', `npx mcp-remote ${URL} --static-oauth-client-info '{"client_id":"a","client_secret":"b"}'`, 'secret: client_secret'],
    ['TOML', `[mcp_servers.a]\nurl = "${URL}"\nhttp_headers = { "Authorization" = "Bearer abc" }`, 'secret: Authorization'],
  ])('in %s is refused by its name, and the address alone is offered', (_, pasted, expected) => {
    const reading = readPaste(pasted);
    expect(said(reading)).toBe(expected);
    expect(reading).toMatchObject({ address: URL });
    expect(JSON.stringify(reading)).not.toMatch(/abc|s3cret|Bearer/);
  });

  test.each([
    ['a variable of the app', `{"a":{"url":"${URL}","headers":{"Authorization":"Bearer \${env:TOKEN}"}}}`],
    ['an input of the app', `{"a":{"url":"${URL}","headers":{"Authorization":"\${input:key}"}}}`],
    ['a gap to be filled in', `{"a":{"url":"${URL}","headers":{"Authorization":"Bearer <your-token>"}}}`],
    ['a placeholder', `claude mcp add a ${URL} --header "Authorization: Bearer YOUR_API_KEY"`],
  ])('that is only referred to is left out: %s', (_, pasted) => {
    expect(readPaste(pasted)).toMatchObject({ kind: 'one', server: { address: URL, leftOut: ['Authorization'] } });
  });

  test('a header without one is left out too, and said to be', () => {
    expect(readPaste(`{"a":{"url":"${URL}","headers":{"X-Region":"eu"}}}`)).toMatchObject({ server: { leftOut: ['X-Region'] } });
  });

  test('among several servers keeps only its own out', () => {
    const pasted = `{"mcpServers":{"a":{"url":"${URL}","headers":{"Authorization":"Bearer abc"}},"b":{"url":"https://b.example/"}}}`;
    expect(said(readPaste(pasted))).toBe('b https://b.example/');
  });
});

describe('a name', () => {
  test('is what the broker takes', () => {
    expect(['notes', 'a.b_c-1', 'A'].every(isName)).toBe(true);
    expect(['', '-x', '.x', 'a b', 'ä', 'a'.repeat(65)].some(isName)).toBe(false);
  });

  test('is made fit where it is not', () => {
    expect([' My server ', 'Größe', '¡', '--x--', 'a'.repeat(80)].map(nameFrom)).toEqual(['My-server', 'Gr-e', null, 'x', 'a'.repeat(64)]);
  });
});
