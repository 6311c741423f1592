import { describe, expect, test } from 'vitest';
import type { EntryDetail, EntryView } from '../../host/types.gen';
import { canDraft, draft, quote } from './draft';

const entry: EntryView = {
  number: 7,
  at: '2026-11-21T10:00:00Z',
  kind: 'call',
  app: 'Claude Desktop',
  server: 'slack',
  account: 'ana@acme.example',
  tool: 'post_message',
  decision: 'allowed',
  by: 'person',
  reason: 'answered: allow once',
  outcome: 'done',
  tier: 'send',
  preview: null,
  fault: null,
  detail: null,
  decided_ms: null,
  millis: 40,
  bytes: 200,
};
const detail = (of: Partial<EntryView>, preview: string | null = null): EntryDetail => ({
  entry: { ...entry, ...of },
  app_path: null,
  ancestry: null,
  session: null,
  call: null,
  method: 'tools/call',
  issuer: null,
  preview,
  arguments: null,
  request: null,
  decision: null,
  tier: null,
  labels: [],
  trace: null,
  ended: null,
  ended_as: null,
  rule_id: null,
  rule: null,
});

describe('a rule from an entry', () => {
  test('says what the entry says and no more', () => {
    expect(draft(detail({}, '{"channel":"#ops","text":"Hello","count":3}'))).toBe(`permit (
    principal == App::"Claude Desktop",
    action in [Action::"call", Action::"call_unattended"],
    resource == Tool::"slack/post_message"
)
when {
    resource.account == "ana@acme.example"
    && context.arguments has "channel" && context.arguments["channel"] == "#ops"
};
`);
  });

  test('binds all that can be named where nothing says what it is aimed at, and never what was hidden or is no exact value', () => {
    const text = draft(detail({ account: null }, '{"a":"x","key":"[redacted, 12 characters]","b":true,"c":-7,"d":1.5,"e":null,"f":[1],"g":{}}'));
    expect(text.match(/has "(\w+)"/g)).toEqual(['has "a"', 'has "b"', 'has "c"']);
    expect(text).toContain('context.arguments["c"] == -7');
    expect(text).not.toContain('redacted');
  });

  test('refuses a refused call for good, whatever its arguments', () => {
    const text = draft(detail({ outcome: 'refused', kind: 'refuse' }, '{"channel":"#ops"}'));
    expect(text).toMatch(/^forbid \(/);
    expect(text).toContain('action == Action::"call",');
    expect(text).not.toContain('context.arguments');
  });

  test('has no condition where there is nothing to say', () => {
    expect(draft(detail({ account: null }))).toMatch(/\n\);\n$/);
  });

  test('is only made from a call of a tool', () => {
    expect(canDraft(detail({}))).toBe(true);
    expect(canDraft({ ...detail({}), method: 'resources/read' })).toBe(false);
    expect(canDraft(detail({ tool: null }))).toBe(false);
    expect(canDraft(detail({ app: null }))).toBe(false);
  });
});

describe('a Cedar string', () => {
  test.each([
    ['plain', '"plain"'],
    ['a"b', String.raw`"a\"b"`],
    ['a\\', String.raw`"a\\"`],
    ['x"); permit(principal, action, resource); //', String.raw`"x\"); permit(principal, action, resource); //"`],
    ['line\nbreak\t', String.raw`"line\u{a}break\u{9}"`],
    ['café', String.raw`"caf\u{e9}"`],
    ['\u202e\u200b\0', String.raw`"\u{202e}\u{200b}\u{0}"`],
    ['😀', String.raw`"\u{1f600}"`],
    ['\ud800', String.raw`"\u{fffd}"`],
    ['a*b', '"a*b"'],
  ])('holds %j', (text, written) => expect(quote(text)).toBe(written));

  test('cannot be left by any character', () => {
    for (let code = 0; code < 0x3000; code++) {
      const inside = quote(String.fromCodePoint(code)).slice(1, -1);
      expect(inside).toMatch(/^(?:[ !#-[\]-~]|\\["\\]|\\u\{[0-9a-f]{1,6}\})$/);
    }
  });

  test('no name of an entry leaves its quotes', () => {
    const evil = '"\n); permit(principal, action, resource); //';
    const text = draft(detail({ app: evil, server: evil, tool: evil, account: evil }, JSON.stringify({ [evil]: evil })));
    expect(text.match(/^(permit|forbid)/gm)).toHaveLength(1);
    expect(text).not.toMatch(/^\); permit/m);
  });
});
