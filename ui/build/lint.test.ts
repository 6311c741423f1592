import { expect, test } from 'vitest';
import { judge } from './lint.mjs';

const bad: [why: string, file: string, text: string][] = [
  ['a room that uses another room', 'src/rooms/rules/Rules.svelte', "<script>import A from '../grants/Grants.svelte';</script>"],
  ['a part that uses a room', 'src/parts/Card.svelte', "<script>import A from '../rooms/grants/Grants.svelte';</script>"],
  ['a part that uses the host', 'src/parts/Card.svelte', "<script>import A from '../host/host';</script>"],
  ['Tauri outside its file', 'src/rooms/rules/x.ts', "import { invoke } from '@tauri-apps/api/core';"],
  ['markup from a string', 'src/parts/A.svelte', '{@html text}'],
  ['an inline style', 'src/parts/A.svelte', '<p style="margin: 0"></p>'],
  ['a raw colour', 'src/parts/A.svelte', '<style>p { color: #fff; }</style>'],
  ['a colour by name', 'src/design/reset.css', 'p { color: red; }'],
  ['a palette colour in a part', 'src/parts/A.svelte', '<style>p { color: var(--c-ink-1); }</style>'],
  ['a physical side', 'src/parts/A.svelte', '<style>p { margin-left: 1rem; }</style>'],
  ['a warning ignored without a reason', 'src/parts/A.svelte', '<!-- svelte-ignore a11y_autofocus -->'],
  ['a later sentence in a part that is there at once', 'src/rooms/approvals/Acts.svelte', "{say('later.edit')}"],
  ['a sentence that no message holds', 'src/parts/A.svelte', '<p>Hello there</p>'],
];

test.each(bad)('refuses %s', (_why, file, text) => {
  expect(judge(file, text)).not.toEqual([]);
});

const good: [why: string, file: string, text: string][] = [
  ['a room that uses its own files', 'src/rooms/rules/Rules.svelte', "<script>import A from './Row.svelte';</script>"],
  ['types of the host in a part', 'src/parts/A.svelte', "<script>import type { A } from '../host/types.gen';</script>"],
  ['a style by directive', 'src/parts/A.svelte', "<p style:block-size=\"{high}px\">{say('a.b', { n: 1 })}</p>"],
  ['a warning ignored with a reason', 'src/parts/A.svelte', '<!-- svelte-ignore a11y_autofocus, a11y_a (it is so) -->'],
  ['a later sentence in a later part', 'src/rooms/approvals/Raw.svelte', "{say('later.edit')}"],
  ['words in a comment', 'src/parts/A.svelte', '<!-- Why it is so, at left. -->'],
  ['logical sides', 'src/parts/A.svelte', '<style>p { margin-inline-start: 1rem; text-align: start; }</style>'],
];

test.each(good)('lets %s pass', (_why, file, text) => {
  expect(judge(file, text)).toEqual([]);
});
