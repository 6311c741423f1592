/**
 * Puts the sentences into the page: `virtual:words` holds one loader for each language, so a window loads one of them, and of it
 * only the rooms that it can show. The approval window has a second loader for each, with what only its later parts say. The two
 * pseudo-languages exist only where nobody is asked for real: in tests and in the gallery.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCALES, FOLDER, sentences } from './messages.mjs';
import { pseudo } from './pseudo.mjs';
import { writeKeys } from './words.mjs';

const PSEUDO = ['en-XA', 'ar-XB'];
const ALL = 'virtual:words';
const ICONS = join(import.meta.dirname, '..', 'src', 'design', 'icons.svg');

/** @returns {import('vite').Plugin} */
export function words() {
  let locales = LOCALES;
  return {
    name: 'keyholder-words',
    configResolved(config) {
      locales = config.mode === 'production' ? LOCALES : [...LOCALES, ...PSEUDO];
      writeKeys();
    },
    resolveId(id) {
      return id.startsWith(ALL) ? `\0${id}` : undefined;
    },
    load(id) {
      if (!id.startsWith(`\0${ALL}`)) return undefined;
      const [, name = '', part = 'first'] = /\/([\w-]+?)(?:-(later))?$/.exec(id) ?? [];
      const rooms = page();
      if (name) return `export default ${JSON.stringify(flat(of(name), rooms?.[/** @type {'first' | 'later'} */ (part)]))}`;
      /** @param {string} ending */
      const each = (ending) => locales.map((locale) => `${JSON.stringify(locale)}: () => import('${ALL}/${locale}${ending}')`).join(', ');
      return `export const loaders = { ${each('')} };\nexport const later = { ${rooms ? each('-later') : ''} };`;
    },
    handleHotUpdate({ file, server }) {
      if (!file.startsWith(FOLDER)) return;
      writeKeys();
      server.moduleGraph.invalidateAll();
      server.ws.send({ type: 'full-reload' });
    },
  };
}

/**
 * The sprite stands in the page itself: an outside file for `<use>` is loaded differently by each web view.
 * @returns {import('vite').Plugin}
 */
export function icons() {
  return {
    name: 'keyholder-icons',
    transformIndexHtml: (html) => html.replace('<!-- icons -->', readFileSync(ICONS, 'utf8').trim()),
  };
}

/** The rooms whose sentences the page that is being built says at once, and those of what it fetches later; none: all at once. */
const page = () =>
  process.env['KEYHOLDER_PAGE'] === 'approval' ? { first: ['approvals', 'codes', 'parts'], later: ['later'] } : null;

/**
 * @param {Record<string, Record<string, string>>} all
 * @param {string[]} [rooms]
 */
const flat = (all, rooms) =>
  Object.fromEntries(
    Object.entries(all)
      .filter(([room]) => rooms?.includes(room) ?? true)
      .flatMap(([room, sentences]) => Object.entries(sentences).map(([key, sentence]) => [`${room}.${key}`, sentence])),
  );

/** @param {string} locale */
function of(locale) {
  if (!PSEUDO.includes(locale)) return sentences(locale);
  const rooms = Object.entries(sentences('en'));
  return Object.fromEntries(
    rooms.map(([room, all]) => [
      room,
      Object.fromEntries(Object.entries(all).map(([key, sentence]) => [key, pseudo(sentence, locale)])),
    ]),
  );
}
