/**
 * Whether what ships is small enough to be read and to be there at once: for each window its script with everything that it loads,
 * its sentences in the longest language among it, compressed. `npm run build` comes first.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const DIST = join(import.meta.dirname, '..', 'dist');
const ASSETS = join(DIST, 'assets');

/**
 * In kB. Svelte's own part is about 15 of them, so the approval window's questions, with their words, are the other 18.
 * @type {Record<string, number>}
 */
const MOST = { approval: 34, main: 120 };

/** @param {string} file */
const size = (file) => gzipSync(readFileSync(join(ASSETS, file)), { level: 9 }).length / 1000;

/**
 * A script and all that it imports, at once or later.
 * @param {string} file
 * @param {Set<string>} found
 */
function loaded(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, name = ''] of readFileSync(join(ASSETS, file), 'utf8').matchAll(/["'`]\.\/([\w.-]+\.js)["'`]/g)) loaded(name, found);
  return found;
}

let failed = false;
for (const [window, most] of Object.entries(MOST)) {
  const html = readFileSync(join(DIST, `${window}.html`), 'utf8');
  const entries = [...html.matchAll(/src="\.\/assets\/([^"]+)"/g)].map(([, name = '']) => name);
  const all = [...new Set(entries.flatMap((entry) => [...loaded(entry)]))];
  // A window speaks one language; the longest of them counts.
  const languages = all.filter((file) => /^(en|de)-/.test(file));
  const rest = all.filter((file) => !languages.includes(file)).reduce((sum, file) => sum + size(file), 0);
  const total = rest + Math.max(0, ...languages.map(size));
  if (entries.length === 0 || languages.length === 0) throw new Error(`${window}.html loads nothing that was found`);
  const fits = total <= most;
  failed ||= !fits;
  console.log(`${window}: ${total.toFixed(1)} kB of ${most} kB${fits ? '' : ', too much'}`);
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
