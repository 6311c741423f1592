/**
 * Whether what ships is small enough to be read and to be there at once, compressed: for each window all that it loads before it
 * shows a plain question or its first room, its sentences in the longest language among it; then what it fetches later, when a
 * question wants it, with the sentences of that; and its style. `npm run build` comes first.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const DIST = join(import.meta.dirname, '..', 'dist');
const ASSETS = join(DIST, 'assets');

/**
 * In kB. Svelte's own part is about 13 of them in each window.
 * @type {Record<string, { first: number, wanted: number, style: number }>}
 */
const MOST = { approval: { first: 29, wanted: 9, style: 6 }, main: { first: 120, wanted: 0, style: 14 } };

/** @param {string} file */
const read = (file) => readFileSync(join(ASSETS, file), 'utf8');

/** @param {string} file */
const size = (file) => gzipSync(read(file), { level: 9 }).length / 1000;

/** @param {string} text @param {RegExp} pattern */
const named = (text, pattern) => [...text.matchAll(pattern)].map(([, name = '']) => name);

const AT_ONCE = /(?:\bfrom|\bimport)\s*["'`]\.\/([\w.-]+\.js)["'`]/g;
const LATER = /\bimport\(\s*["'`]\.\/([\w.-]+\.js)["'`]/g;

/**
 * Scripts and all that they import by these ways.
 * @param {readonly string[]} files
 * @param {readonly RegExp[]} ways
 */
function reached(files, ways) {
  /** @type {Set<string>} */
  const found = new Set();
  /** @param {string} file */
  const follow = (file) => {
    if (found.has(file)) return;
    found.add(file);
    for (const way of ways) named(read(file), way).forEach(follow);
  };
  files.forEach(follow);
  return [...found];
}

/**
 * The size of scripts, and of the longest of these sentences: a window speaks one language.
 * @param {readonly string[]} scripts
 * @param {readonly string[]} languages
 */
const together = (scripts, languages) => scripts.reduce((sum, file) => sum + size(file), 0) + Math.max(0, ...languages.map(size));

let failed = false;
/** @param {string} what @param {number} is @param {number} most */
function hold(what, is, most) {
  failed ||= is > most;
  console.log(`${what}: ${is.toFixed(1)} kB of ${most} kB${is > most ? ', too much' : ''}`);
}

for (const [window, most] of Object.entries(MOST)) {
  const html = readFileSync(join(DIST, `${window}.html`), 'utf8');
  const first = reached(named(html, /src="\.\/assets\/([^"]+)"/g), [AT_ONCE]);
  const rest = reached(first, [AT_ONCE, LATER]).filter((file) => !first.includes(file));
  const saysLater = rest.filter((file) => /^(en|de)-later-/.test(file));
  const says = rest.filter((file) => /^(en|de)-/.test(file) && !saysLater.includes(file));
  if (first.length === 0 || says.length === 0) throw new Error(`${window}.html loads nothing that was found`);
  const wanted = rest.filter((file) => !says.includes(file) && !saysLater.includes(file));
  hold(window, together(first, says), most.first);
  if (wanted.length > 0 || most.wanted > 0) hold(`${window}, when wanted`, together(wanted, saysLater), most.wanted);
  hold(`${window}, style`, together(named(html, /href="\.\/assets\/([^"]+\.css)"/g), []), most.style);
}

const strange = readdirSync(ASSETS).filter((file) => !/\.(js|css)$/.test(file));
if (strange.length > 0) {
  failed = true;
  console.error(`not expected in what ships: ${strange.join(', ')}`);
}
for (const page of readdirSync(DIST).filter((file) => file.endsWith('.html'))) {
  const html = readFileSync(join(DIST, page), 'utf8');
  if (/\sstyle=|<style|<script(?![^>]*\ssrc=)|\son\w+=/.test(html)) {
    failed = true;
    console.error(`${page} has a style, a script or a handler of its own, which the security policy forbids`);
  }
  if (/fake/i.test(html)) failed = true;
}
for (const file of readdirSync(ASSETS).filter((name) => name.endsWith('.js'))) {
  if (readFileSync(join(ASSETS, file), 'utf8').includes('fakeHouse')) {
    failed = true;
    console.error(`${file} holds the fake host`);
  }
}
process.exit(failed ? 1 : 0);
