import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { folderOf } from './build/lane.mjs';
import { atOnce, neverHydrated, plainImports } from './build/lean-plugins.mjs';
import { icons, words } from './build/words-plugin.mjs';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * `production` is what ships: two windows, the real host, no gallery. `fake` is everything on the fake host, for the gallery, the
 * page tests and a browser tab. The fake host is never part of what ships.
 */
export default defineConfig(({ mode }) => {
  const ships = mode === 'production';
  return {
    plugins: [plainImports(), neverHydrated(), words(), icons(), svelte()],
    resolve: {
      alias: { '#host': here(ships ? './src/host/tauri.ts' : './src/host/fake.ts') },
      ...(process.env['VITEST'] ? { conditions: ['browser'] } : {}),
    },
    base: './',
    build: {
      target: 'es2022',
      outDir: folderOf(mode),
      // `build/build.mjs` builds one page after the other into the same folder, and empties it before the first.
      emptyOutDir: false,
      reportCompressedSize: false,
      // The windows' content security policy forbids inline scripts and styles, and data: fonts; so nothing is inlined.
      assetsInlineLimit: 0,
      modulePreload: false,
      // One sheet for each window: a part that is fetched later would otherwise come without its own.
      cssCodeSplit: false,
      rolldownOptions: {
        input: here(`./${process.env['KEYHOLDER_PAGE'] ?? 'main'}.html`),
        output: { codeSplitting: { groups: [{ name: atOnce, debugName: 'at once' }] } },
      },
    },
    server: { port: 5199, strictPort: true },
    test: {
      environment: 'jsdom',
      include: ['src/**/*.test.ts', 'build/**/*.test.ts'],
      setupFiles: ['./tests/setup.ts'],
      // A page for each file costs more than all tests; they clean up behind themselves and share one.
      isolate: false,
      maxWorkers: 1,
      restoreMocks: true,
    },
  };
});
