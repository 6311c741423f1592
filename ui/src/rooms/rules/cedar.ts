/** Rules in Cedar, begun for the person: the same shapes as those that the broker writes for answers. */

/** A text as a Cedar string. Everything but plain ASCII becomes an escape, so that no name can leave its quotes. */
export function quote(text: string): string {
  const escaped = Array.from(text, (letter) => {
    if (letter === '"' || letter === '\\') return `\\${letter}`;
    return /[ -~]/.test(letter) ? letter : `\\u{${letter.codePointAt(0)?.toString(16)}}`;
  });
  return `"${escaped.join('')}"`;
}

const EVERY_CALL = 'action in [Action::"call", Action::"call_unattended"]';
const QUIET_CALL = 'action == Action::"call_unattended"';

function rule(effect: 'forbid' | 'permit', app: string | null, action: string, resource: string): string {
  const principal = app === null ? 'principal' : `principal == App::${quote(app)}`;
  return `${effect} (\n    ${principal},\n    ${action},\n    ${resource}\n);\n`;
}

const toolOf = (server: string, tool: string) => `resource == Tool::${quote(`${server}/${tool}`)}`;

/** Lets a tool run without a question. */
export const allowTool = (app: string | null, server: string, tool: string): string => rule('permit', app, EVERY_CALL, toolOf(server, tool));

/** Has the person asked before anything of a server runs. */
export const askServer = (server: string): string => rule('forbid', null, QUIET_CALL, `resource in Server::${quote(server)}`);

/** Refuses a tool, whoever calls it. */
export const refuseTool = (server: string, tool: string): string => rule('forbid', null, EVERY_CALL, toolOf(server, tool));
