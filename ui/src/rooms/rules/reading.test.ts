import { describe, expect, test } from 'vitest';
import { DAY } from '../../host/fake/house';
import { rules } from '../../host/fake/rules';
import type { RuleView } from '../../host/types.gen';
import { allowTool, askServer, quote } from './cedar';
import { aboutOf, endsOf, fileOf, isRemovable, matches, passes, refuses, whereOf, type Filter } from './reading';

const now = Date.now();
const all = rules();
const of = (id: string): RuleView => all.find((rule) => rule.id === id)!;

describe('what a rule is about', () => {
  test('is read in the order in which the broker writes it', () => {
    expect(aboutOf(of('01J1RULEOPS'))).toEqual({
      app: 'Claude Desktop',
      server: 'slack',
      host: 'mcp.slack.example',
      account: 'ana@acme.example',
      tool: 'post_message',
      limits: [{ is: 'bound', what: 'channel is “#ops”' }, { is: 'definition', digest: expect.stringMatching(/^[0-9a-f]{12}$/) }],
    });
    expect(aboutOf({ bound_to: ['app Zed', 'server a', 'process 1@2', 'tool t', 'exactly these arguments'] }).limits).toEqual([{ is: 'process', id: '1@2' }, { is: 'exact' }]);
  });

  test('cannot be changed by an argument with the name of a part', () => {
    const about = aboutOf({ bound_to: ['app Zed', 'server a', 'host h', 'account default', 'tool t', 'app is “Claude”', 'tool x is 4', 'definition of done is true'] });
    expect([about.app, about.tool]).toEqual(['Zed', 't']);
    expect(about.limits).toEqual(['app is “Claude”', 'tool x is 4', 'definition of done is true'].map((what) => ({ is: 'bound', what })));
    expect(aboutOf({ bound_to: ['tool t', 'app x'] }).app).toBeNull();
  });
});

describe('a rule', () => {
  test('ends in all the ways that it has', () => {
    expect(endsOf(of('01J1RULENOTES'))).toEqual([{ is: 'at', at: of('01J1RULENOTES').expires }]);
    expect(endsOf(of('01J1RULEFIVE'))).toEqual([{ is: 'uses', left: 3 }]);
    expect(endsOf(of('01J1RULEOPS'))).toEqual([{ is: 'idle', days: 90 }]);
    expect(endsOf(of('01J1RULEENDED'))).toEqual([{ is: 'over' }]);
    expect(endsOf(of('work.cedar:9'))).toEqual([{ is: 'never' }]);
  });

  test('passes the filters that say something about it', () => {
    const ids = (filter: Filter) => all.filter((rule) => passes(rule, filter, now)).map((rule) => rule.id);
    expect(ids('all')).toHaveLength(all.length);
    expect(ids('given')).toEqual(['01J1RULEOPS', '01J1RULECHANNELS', '01J1RULENOTES', '01J1RULEFIVE']);
    expect(ids('unused')).toEqual(['01J1RULECHANNELS']);
    expect(ids('broad')).toEqual(['01J1RULECHANNELS', '01J1RULENOTES', '01J1RULEFIVE', '01J1RULEDRIFT']);
    expect(ids('endless')).toEqual(['work.cedar:9']);
    expect(ids('files')).toEqual(['acme/no-drop', 'work.cedar:1', 'work.cedar:9']);
    expect(ids('shipped')).toEqual(['asking/look', 'sequences/outward', 'starter/call']);
    expect(passes({ ...of('01J1RULENOTES'), last_used: null, made: new Date(now - 31 * DAY * 1000).toISOString() }, 'unused', now)).toBe(true);
  });

  test('is found by any of its texts', () => {
    expect(all.filter((rule) => matches(rule, 'PAYROLL warehouse')).map((rule) => rule.id)).toEqual(['work.cedar:1']);
    expect(matches(of('01J1RULEOPS'), '#ops')).toBe(true);
  });

  test('can be removed here only where it came from an answer, and asks for more care where it refuses', () => {
    expect(all.filter(isRemovable)).toHaveLength(7);
    expect(refuses(of('01J1RULEBLOCK'))).toBe(true);
    expect(refuses(of('01J1RULEOPS'))).toBe(false);
    expect(refuses(of('01J1RULEENDED'))).toBe(false);
  });

  test('tells the name of its file', () => {
    expect(fileOf(of('work.cedar:9'))).toBe('work.cedar');
    expect(fileOf({ ...of('work.cedar:9'), file: 'C:\\rules\\home.cedar:3' })).toBe('home.cedar');
    expect(fileOf(of('asking/look'))).toBeNull();
  });
});

test('a parse error is about a line', () => {
  expect(whereOf('line 3: unexpected token `;`')).toEqual({ line: 3, why: 'unexpected token `;`' });
  expect(whereOf('there is no rule in the text')).toEqual({ line: null, why: 'there is no rule in the text' });
});

test('no name leaves its quotes', () => {
  expect(quote('a"b\\c')).toBe('"a\\"b\\\\c"');
  expect(quote('é\n\u202e😀')).toBe('"\\u{e9}\\u{a}\\u{202e}\\u{1f600}"');
  expect(allowTool('x"); permit(principal, action, resource); //', 'notes', 'add')).toContain('App::"x\\"); permit(principal, action, resource); //"');
  expect(askServer('warehouse')).toBe('forbid (\n    principal,\n    action == Action::"call_unattended",\n    resource in Server::"warehouse"\n);\n');
});
