import { expect, test } from 'vitest';
import { areNear, kindOf, lettersOf, strange } from './hostname';

test.each([
  ['xn--pple-43d.com', '\u0430pple.com'],
  ['mcp.xn--mnchen-3ya.example', 'mcp.m\u00fcnchen.example'],
  ['xn--fsqu00a.xn--0zwm56d', '\u4f8b\u5b50.\u6d4b\u8bd5'],
  ['XN--BCHER-KVA.example', 'B\u00fcCHER.example'],
  ['xn--egbpdaj6bu4bxfgehfvwxn', '\u0644\u064a\u0647\u0645\u0627\u0628\u062a\u0643\u0644\u0645\u0648\u0634\u0639\u0631\u0628\u064a\u061f'],
])('%s is read as its letters', (host, letters) => expect(lettersOf(host)?.toLowerCase()).toBe(letters.toLowerCase()));

test('what is no Punycode stays as it is', () => {
  expect(lettersOf('mcp.example.com')).toBeNull();
  expect(lettersOf('xn--a!b.example')).toBe('xn--a!b.example');
  expect(lettersOf('xn--99999999999.example')).toBe('xn--99999999999.example');
  expect(lettersOf(`xn--${'a'.repeat(5000)}`)).not.toBeNull();
});

test('numbers and this machine are told from names', () => {
  expect(['203.0.113.7', '[2001:db8::1]', '10.0.0.1'].map(kindOf)).toEqual(['bare', 'bare', 'bare']);
  expect(['localhost', 'x.localhost', '127.0.0.1', '127.9.9.9', '[::1]'].every((host) => kindOf(host) === 'here')).toBe(true);
  expect(['mcp.example.com', '1.2.3.4.example', '127.0.0.1.example.com'].every((host) => kindOf(host) === 'name')).toBe(true);
});

test('hosts of one site are told from others', () => {
  expect([
    areNear('mcp.example.com', 'auth.example.com'),
    areNear('example.com', 'auth.example.com'),
    areNear('mcp.example.com', 'example.com'),
    areNear('example.com', 'example.com'),
  ]).toEqual([true, true, true, true]);
  expect([
    areNear('mcp.example.com', 'auth.example.org'),
    areNear('example.com', 'other.com'),
    areNear('example.com', 'evilexample.com'),
    areNear('10.0.0.1', '9.0.0.1'),
  ]).toEqual([false, false, false, false]);
});

test('letters that are not plain ones are kept apart', () => {
  expect(strange('\u0430pple.com')).toEqual([
    { text: '\u0430', strange: true },
    { text: 'pple.com', strange: false },
  ]);
});
