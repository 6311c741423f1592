/**
 * Builds the windows, each by itself: `build.mjs` what ships, `build.mjs fake` everything on the fake host, gallery included.
 *
 * Built together, two pages share their code, and the approval window would load whatever the main window needs of it.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { folderOf } from './lane.mjs';

const mode = process.argv[2] === 'fake' ? 'fake' : 'production';
const pages = mode === 'fake' ? ['approval', 'main', 'gallery'] : ['approval', 'main'];

rmSync(join(import.meta.dirname, '..', folderOf(mode)), { recursive: true, force: true });
for (const page of pages) {
  process.env['KEYHOLDER_PAGE'] = page;
  await build({ mode, root: join(import.meta.dirname, '..'), logLevel: 'warn' });
}
