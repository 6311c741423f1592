/** Writes `src/words/keys.gen.ts`: every sentence's key with what has to be put in, so that a missing one does not compile. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { faults, holes, sentences } from './messages.mjs';

export function writeKeys() {
  const rooms = Object.entries(sentences('en'));
  const lines = rooms.flatMap(([room, all]) =>
    Object.entries(all).map(([key, sentence]) => {
      const inside = [...holes(sentence)].map(([name, kind]) => `${name}: ${kind === 'number' ? 'number' : 'string | number'}`);
      return `  '${room}.${key}': ${inside.length === 0 ? 'undefined' : `{ ${inside.join('; ')} }`};`;
    }),
  );
  const text = [
    '// Made by `npm run words` from messages/en. Do not edit.',
    'export interface Sentences {',
    ...lines,
    '}',
    '',
  ].join('\n');
  writeFileSync(join(import.meta.dirname, '..', 'src', 'words', 'keys.gen.ts'), text);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeKeys();
  const found = faults();
  for (const fault of found) console.error(fault);
  process.exit(found.length === 0 ? 0 : 1);
}
