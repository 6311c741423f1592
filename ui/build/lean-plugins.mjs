/** What a bundler would put into the windows though they never need it. */

/**
 * A part of the page is fetched from the disk, in a moment: Vite's own loader, which fetches ahead what a part will need and
 * survives networks, would only make the page larger.
 * @returns {import('vite').Plugin}
 */
export function plainImports() {
  const LOADER = '\0vite/preload-helper.js';
  return {
    name: 'keyholder-plain-imports',
    enforce: 'pre',
    apply: 'build',
    resolveId: (id) => (id === LOADER ? id : undefined),
    load: (id) => (id === LOADER ? 'export const __vitePreload = (load) => load();' : undefined),
  };
}

/**
 * No server draws these pages beforehand, so nothing is ever hydrated. Svelte keeps all of that behind one variable, for bundlers
 * that see by themselves that nobody sets it; ours does not, and is told that it is a constant.
 * @returns {import('vite').Plugin}
 */
export function neverHydrated() {
  return {
    name: 'keyholder-never-hydrated',
    apply: 'build',
    transform: {
      filter: { id: /\/svelte\/src\/internal\/client\/dom\/hydration\.js$/ },
      handler(code) {
        const made = code.replace('export let hydrating = false;', 'export const hydrating = false;').replace('\thydrating = value;\n', '');
        // Whoever brings a newer Svelte is to know that this has to be looked at again.
        if (made.length !== code.length + 2 - '\thydrating = value;\n'.length) throw new Error('Svelte sets its variable for hydration in another way now');
        return { code: made, map: null };
      },
    },
  };
}

/**
 * What a page loads at once is one file: it is smaller together than in as many pieces as its later parts share with it.
 * @param {string} id
 * @param {{ getModuleInfo: (id: string) => import('rolldown').ModuleInfo | null }} graph
 */
export function atOnce(id, graph) {
  const seen = new Set();
  /** @param {string} one @returns {boolean} */
  const isAtOnce = (one) => {
    if (seen.has(one)) return false;
    seen.add(one);
    const about = graph.getModuleInfo(one);
    return about !== null && (about.isEntry || about.importers.some(isAtOnce));
  };
  return isAtOnce(id) ? (process.env['KEYHOLDER_PAGE'] ?? 'page') : null;
}
