/** The small decisions around a question. */
import { describe, expect, test } from 'vitest';
import { change, destroy, send } from '../../host/fake/questions';
import { order } from '../../host/fake/kinds';
import { after, boundsOf, startOf, textOf } from './bounds';
import { hidden, objectOf, lineOf } from './lines';
import { actOf } from './shortcuts';
import { tierOf, typedWord } from './tier';

describe('how much harm', () => {
  test('a tier that this page does not know counts as the worst', () => {
    expect(tierOf({ ...change(), tier: 'unheard of' })).toBe('destroy');
    expect(tierOf(send())).toBe('send');
  });

  test('the name of the tool must be typed, or a word of ours where it cannot be told apart', () => {
    expect(typedWord(destroy(), 'destroy')).toBe('archive_channel');
    const named = (tool: string) => ({ ...destroy(), question: { ...destroy().question, tool } });
    expect(typedWord(named('dеlete'), 'destroy')).toBe('destroy');
    expect(typedWord(named('x'.repeat(49)), 'destroy')).toBe('destroy');
    expect(typedWord(named('a b'), 'destroy')).toBe('destroy');
    expect(typedWord(order(), 'destroy')).toBe('destroy');
  });
});

describe('keys', () => {
  const press = (key: string, more: KeyboardEventInit = {}, on: EventTarget | null = document.body) => {
    const event = new KeyboardEvent('keydown', { key, ...more });
    Object.defineProperty(event, 'target', { value: on });
    return event;
  };

  test('no single key says yes', () => {
    const keys = [...'abcdefghijklmnopqrstuvwxyz0123456789', 'Enter', ' ', 'Tab', 'ArrowDown'];
    expect(keys.map((key) => actOf(press(key), true)?.act)).not.toContain('allow');
    expect(actOf(press('Enter', { ctrlKey: true }), true)).toEqual({ act: 'allow' });
    expect(actOf(press('Enter', { metaKey: true }), true)).toEqual({ act: 'allow' });
    expect(actOf(press('Enter', { ctrlKey: true, shiftKey: true }), true)).toBe(null);
  });

  test('letters count without modifiers only, and not at all where they are turned off', () => {
    expect(actOf(press('r'), true)).toEqual({ act: 'raw' });
    expect(actOf(press('3'), true)).toEqual({ act: 'group', at: 2 });
    for (const more of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { shiftKey: true }]) {
      expect(actOf(press('r', more), true)).toBe(null);
    }
    expect(actOf(press('r'), false)).toBe(null);
    expect(actOf(press('Escape'), false)).toEqual({ act: 'deny' });
  });

  test('letters belong to whatever takes text', () => {
    const field = Object.assign(document.createElement('input'), { type: 'text' });
    const radio = Object.assign(document.createElement('input'), { type: 'radio' });
    expect(actOf(press('n', {}, field), true)).toBe(null);
    expect(actOf(press('n', {}, document.createElement('textarea')), true)).toBe(null);
    expect(actOf(press('n', {}, radio), true)).toEqual({ act: 'next' });
  });
});

describe('lines of the broker', () => {
  test('are parted at the first colon, and say what happened', () => {
    expect(lineOf('channel: #ops → #all: hands')).toEqual({ name: 'channel', value: '#ops → #all: hands', mark: 'changed' });
    expect(lineOf('file: new: x: y')).toEqual({ name: 'file', value: 'x: y', mark: 'new' });
    expect(lineOf('cc: no longer there, was ben')).toMatchObject({ name: 'cc', mark: 'gone' });
    expect(lineOf('3 unchanged')).toEqual({ name: '', value: '3 unchanged', mark: 'none' });
  });

  test('show a hidden value as hidden only where all of it is', () => {
    expect(hidden('[redacted, 40 characters]')).toBe(40);
    expect(hidden('key [redacted, 40 characters]')).toBe(null);
    expect(hidden('••••')).toBe(null);
  });

  test('other arguments must be a JSON object', () => {
    expect(['{}', '{"a":1}'].map(objectOf)).toEqual([{}, { a: 1 }]);
    expect(['', '[]', 'null', '1', '"a"', '{a:1}'].filter((text) => objectOf(text) !== null)).toEqual([]);
  });
});

describe('a pattern of the person’s own', () => {
  const parts = send().bindable;

  test('begins with the target exactly, and the rest as it may be', () => {
    expect(startOf(parts)).toEqual(['exact', 'any', 'any']);
    expect(boundsOf(parts, startOf(parts))).toEqual([{ argument: 'channel', to: { text: '#all-hands' } }]);
  });

  test('goes through exactly, the beginning where there is one, and anything', () => {
    expect(after('exact', parts[0]!)).toBe('any');
    expect([after('exact', parts[1]!), after('prefix', parts[1]!), after('any', parts[1]!)]).toEqual(['prefix', 'any', 'exact']);
    expect(boundsOf(parts, ['any', 'prefix', 'any'])).toEqual([{ argument: 'attachment', to: { prefix: '/home/ana/' } }]);
  });

  test('shows values of every kind', () => {
    expect([{ flag: true }, { whole: 7 }, { prefix: '/a' }, { text: 'x' }].map(textOf)).toEqual(['true', '7', '/a', 'x']);
  });
});
