/**
 * What the page must not do, checked on its text: which folder may use which, no markup from strings, no inline styles, no raw
 * colours outside the palette, no side that is left or right in every language, no sentence outside `messages`, no warning that is
 * ignored without a reason.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { faults } from './messages.mjs';

const ROOT = join(import.meta.dirname, '..');

/**
 * Who may use whom; arrows only go down. A room uses no other room, and only `host/tauri.ts` knows Tauri.
 * @type {Record<string, string[]>}
 */
const ARROWS = {
  design: ['design'],
  entry: ['design', 'host', 'words', 'views'],
  views: ['host', 'parts', 'rooms', 'words', 'views'],
  rooms: ['host', 'parts', 'words'],
  parts: ['host-types', 'words', 'parts'],
  words: ['host-types', 'words'],
  host: ['host'],
};

/** The parts of the approval window that are fetched together with the sentences of `later.json`. */
const SAYS_LATER = /^src\/rooms\/approvals\/(Batch|Bind|Kind|Raw)\.svelte$/;

/** Beyond this, a file holds two ideas. */
const MOST_LINES = 400;

/**
 * @param {string} file path from the root, with slashes
 * @param {string} text
 * @returns {string[]}
 */
export function judge(file, text) {
  const found = [];
  const isGenerated = file.endsWith('.gen.ts');
  const fake = /^src\/host\/fake/.test(file);
  const code = text.replace(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|^\s*\/\/.*$/gm, (comment) => comment.replace(/[^\n]/g, ' '));
  /** @param {RegExp} pattern @param {string} why @param {string} [within] */
  const ban = (pattern, why, within = code) => {
    for (const match of within.matchAll(pattern)) {
      found.push(`${file}:${within.slice(0, match.index).split('\n').length}: ${why}: ${match[0].trim().slice(0, 60)}`);
    }
  };
  if (file.startsWith('src/')) found.push(...arrows(file, code));
  if (text.split('\n').length > MOST_LINES && !isGenerated) found.push(`${file}: has more than ${MOST_LINES} lines`);
  if (file.startsWith('src/') && !fake) {
    ban(/\{@html/g, 'markup from a string');
    ban(/\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function\()/g, 'markup or code from a string');
  }
  ban(/@tauri-apps/g, 'Tauri outside host/tauri.ts', file === 'src/host/tauri.ts' || !file.startsWith('src/') || file.endsWith('.test.ts') ? '' : code);
  ban(/svelte-ignore(?! [\w, ]+ \([^)]+\))[^\n]*/g, 'a warning ignored without a reason in parentheses', file.endsWith('.svelte') ? text : '');
  if (file.startsWith('src/') && !isGenerated && !SAYS_LATER.test(file)) ban(/say\(\s*['`]later\./g, 'a sentence that may not be loaded yet');
  if (file.endsWith('.svelte') || file.endsWith('.html')) {
    const markup = code.replace(/<(script|style)[\s\S]*?<\/\1>/g, (part) => part.replace(/[^\n]/g, ' '));
    ban(/\sstyle=/g, 'inline style', markup);
    if (file.startsWith('src/')) found.push(...loose(file, markup));
  }
  const styles = file.endsWith('.css') ? code : blocks(code);
  if (!file.endsWith('palette.css')) {
    ban(/#[0-9a-f]{3,8}\b|\b(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\(/gi, 'raw colour', styles);
    ban(/:\s*(black|white|red|green|blue|gr[ae]y|orange|yellow|brown|purple)\b/gi, 'raw colour', styles);
    if (!file.endsWith('roles.css')) ban(/var\(--c-/g, 'palette used past the roles', styles);
  }
  ban(/\b(margin|padding|border|inset|scroll-(?:margin|padding))-(left|right)\b|(?<=[;{\s])(left|right)\s*:|\b(text-align|float|clear):\s*(left|right)\b/g, 'left or right instead of start or end', styles);
  return found;
}

/** Only the text of style blocks, in place. @param {string} code */
function blocks(code) {
  let from = 0;
  let kept = '';
  for (const match of code.matchAll(/<style>[\s\S]*?<\/style>/g)) {
    kept += code.slice(from, match.index).replace(/[^\n]/g, ' ') + match[0];
    from = match.index + match[0].length;
  }
  return kept;
}

/** @param {string} file @param {string} code */
function arrows(file, code) {
  const found = [];
  const from = floorOf(file);
  for (const [, target = ''] of code.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']*)'/g)) {
    const to = relative(ROOT, resolve(ROOT, dirname(file), target)).split(sep).join('/');
    const floor = floorOf(to);
    const typesOnly = /host\/types\.gen$/.test(to);
    const sameRoom = from === 'rooms' && floor === 'rooms' && to.split('/')[2] === file.split('/')[2];
    const may = ARROWS[from] ?? [];
    if (sameRoom || may.includes(floor) || (typesOnly && may.includes('host-types')) || from === 'outside') continue;
    if (file.endsWith('.test.ts')) continue;
    found.push(`${file}: ${from} may not use ${floor}: ${target}`);
  }
  return found;
}

/** @param {string} path */
function floorOf(path) {
  const [src, floor = '', rest] = path.split('/');
  if (src !== 'src') return 'outside';
  return rest === undefined ? 'entry' : floor;
}

/** Words between tags that no message holds. @param {string} file @param {string} markup */
function loose(file, markup) {
  // Expressions first, from the innermost brace outwards; then tags; what has letters left was written by hand.
  let bare = markup;
  for (let before = ''; before !== bare; ) {
    before = bare;
    bare = bare.replace(/\{[^{}]*\}/g, (hole) => hole.replace(/[^\n]/g, ' '));
  }
  bare = bare.replace(/<[^>]*>/g, (tag) => tag.replace(/[^\n]/g, ' '));
  const found = [];
  for (const match of bare.matchAll(/\p{L}{2,}[^\n]*/gu)) {
    found.push(`${file}:${bare.slice(0, match.index).split('\n').length}: words outside messages: ${match[0].trim().slice(0, 60)}`);
  }
  return found;
}

function everyFile() {
  return ['src', 'gallery', 'tests', 'build']
    .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.(svelte|ts|mjs|css|html)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .concat(['main.html', 'approval.html', 'gallery.html'])
    .filter((file) => existsSync(join(ROOT, file)) && file !== 'build/lint.mjs' && file !== 'build/lint.test.ts');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const found = [...faults(), ...everyFile().flatMap((file) => judge(file, readFileSync(join(ROOT, file), 'utf8')))];
  for (const fault of found) console.error(fault);
  process.exit(found.length === 0 ? 0 : 1);
}
