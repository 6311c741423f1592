import { beforeEach, describe, expect, test } from 'vitest';
import type { AuditView, EntryDetail, OddityView, VerifyReport } from '../../host/types.gen';
import type { MainHost } from '../../host/host';
import { Chain } from './chain.svelte';
import { chipWords, options } from './conditions';
import { asJson } from './copied';
import { iconOf, kindWords, whyOf } from './entry';
import { oddKey, oddWords, putAway, putOneAway } from './oddities';
import { lastSeen, markSeen, sinceThen } from './seen';
import { forgetView, keepView, ownViews } from './views';

beforeEach(() => localStorage.clear());

describe('an entry in words', () => {
  test('says who decided', () => {
    expect(whyOf({ by: 'rule', reason: 'rule asking/look' })).toEqual({ by: 'rule', rule: 'asking/look' });
    expect(whyOf({ by: 'rule', reason: 'nothing may drop a table (acme/no-drop)' })).toEqual({ by: 'said', text: 'nothing may drop a table (acme/no-drop)' });
    expect(whyOf({ by: 'person', reason: 'answered: allow once' })).toEqual({ by: 'you', how: 'allow once' });
    expect(whyOf({ by: 'person', reason: null })).toEqual({ by: 'you', how: '' });
    expect(whyOf({ by: null, reason: 'routine' })).toEqual({ by: 'routine' });
    expect(whyOf({ by: null, reason: 'rule of a server' })).toEqual({ by: 'said', text: 'rule of a server' });
    expect(whyOf({ by: null, reason: null })).toBeNull();
  });

  test('takes a word that it does not know as it stands', () => {
    expect(kindWords('sign_in')).toBe('Signed in');
    expect(kindWords('toString')).toBe('toString');
    const call = { kind: 'call', tier: 'constructor' } as Parameters<typeof iconOf>[0];
    expect(iconOf(call)).toBe('activity');
  });

  test('is copied without a character that hides or reorders', () => {
    const detail = { preview: 'a\u202eb\u200b\u{e0041}"\n' } as EntryDetail;
    const text = asJson(detail);
    expect(text).not.toMatch(/[\u202e\u200b\u{e0041}]/u);
    expect(text.split('\n')).toHaveLength(3);
    expect(JSON.parse(text)).toEqual(detail);
  });
});

describe('the conditions of a search', () => {
  test('are said in words where they are ours, and made visible where they are not', () => {
    expect(chipWords({ key: 'outcome', value: 'refused' })).toBe('Outcome: refused');
    expect(chipWords({ key: 'server', value: 'sl\u202eack' })).toBe('Server: sl\\u202eack');
    expect(options('tier', ['look'], 'odd').map((option) => option.value)).toEqual(['', 'look', 'odd']);
  });
});

describe('what the page keeps', () => {
  test('is searches by name', () => {
    keepView({ name: ' Mine ', words: 'server:slack ' });
    keepView({ name: 'Mine', words: 'server:notes' });
    expect(ownViews()).toEqual([{ name: 'Mine', words: 'server:notes' }]);
    expect(keepView({ name: '  ', words: 'x' })).toHaveLength(1);
    expect(forgetView('Mine')).toEqual([]);
  });

  test('is nothing where it is not what it should be', () => {
    localStorage.setItem('keyholder.activity.views', '{"name":1}');
    localStorage.setItem('keyholder.activity.seen', 'broken');
    expect(ownViews()).toEqual([]);
    expect(lastSeen()).toBeNull();
  });

  test('is how far somebody had read', () => {
    markSeen({ number: 12, at: '2026-11-21T10:00:00.000Z' });
    expect(lastSeen()).toEqual({ number: 12, at: '2026-11-21T10:00:00.000Z' });
    expect(sinceThen({ number: 12, at: '2026-11-21T10:00:00.000Z' })).toBe('2026-11-21T10:00:00.001Z');
  });

  test('is which oddities were put away', () => {
    const oddity: OddityView = { kind: 'new_tool', at: '2026-11-21T10:00:00Z', app: null, server: 'a\u202eb', tool: 'x', count: null, usual: null, number: 4 };
    expect(oddWords(oddity)).toContain('a\\u202eb');
    putOneAway(oddity);
    expect(putAway()).toEqual([oddKey(oddity)]);
  });
});

describe('the chain', () => {
  const audit = (verified: boolean | null): AuditView => ({ count: 10, verified });
  const checked = async (report: Partial<VerifyReport>) => {
    const view = { entries: 10, intact: true, first_broken: null, fault: null, anchored: true, ...report };
    const chain = new Chain({ read: async () => ({ answer: 'verify_log', view }) } as unknown as MainHost);
    await chain.check();
    return chain.standing(audit(true));
  };

  test('is what the broker knows until it is checked here', () => {
    const chain = new Chain({} as MainHost);
    expect([true, false, null].map((known) => chain.standing(audit(known)))).toEqual(['intact', 'changed', 'unchecked']);
    expect(chain.standing(undefined)).toBe('unchecked');
  });

  test('is intact only if everything says so', async () => {
    expect(await checked({})).toBe('intact');
    expect(await checked({ anchored: null })).toBe('alone');
    expect(await checked({ anchored: false })).toBe('changed');
    expect(await checked({ intact: false, first_broken: 4 })).toBe('changed');
  });
});
