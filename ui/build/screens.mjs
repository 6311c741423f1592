/**
 * A picture of every screen, light and dark, into a folder: `npm run screens -- FOLDER [part of a name]`. The gallery is no screen;
 * it has its pictures taken when it is named. `npm run screens -- FOLDER --tour` takes those that the documents show.
 */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { folderOf, PORT } from './lane.mjs';
import { ACTIVITY } from './screens-activity.mjs';
import { CONNECT } from './screens-connect.mjs';
import { GRANTS } from './screens-grants.mjs';
import { serve } from './serve.mjs';

/** @typedef {{ name: string, address: string, width?: number, height?: number, keys?: string[], lead?: (page: import("@playwright/test").Page) => Promise<unknown> }} Screen */

/** The moment of every picture, so that the same page gives the same one. */
const NOON = new Date('2026-11-21T12:00:00Z');

/** Pictures are kept with the documents, where nobody wants to load large ones. */
const MOST_BYTES = 250_000;

const ASKING = { width: 520, height: 720 };

/** @type {Screen[]} */
const SCREENS = [
  { name: 'approval', address: 'approval.html?scene=send', ...ASKING },
  ...[
    ...['look', 'change', 'destroy', 'chain', 'drift', 'unidentified', 'late', 'queue', 'alike', 'alike-send'],
    ...['connect', 'connect-first', 'add-server', 'admit', 'admit-new', 'asks-back', 'read', 'order', 'unlock', 'resume', 'none'],
    ...['hostile-text', 'hostile-size', 'hostile-rows'],
  ].map((scene) => ({ name: `approval-${scene}`, address: `approval.html?scene=${scene}`, ...ASKING })),
  ...Object.entries({ raw: 'r', always: '5', while: '3', started: 'd' }).map(([name, key]) => ({
    name: `approval-keys-${name}`,
    address: 'approval.html?scene=send',
    ...ASKING,
    keys: [key],
  })),
  ...['de', 'en-XA', 'ar-XB'].map((language) => ({ name: `approval-in-${language}`, address: `approval.html?scene=send&language=${language}`, ...ASKING })),
  { name: 'approval-narrow', address: 'approval.html?scene=send', width: 320, height: 640 },
  ...['grants', 'rules', 'activity', 'connect', 'settings'].map((room) => ({ name: room, address: `main.html?scene=queue#/${room}` })),
  { name: 'gallery-parts', address: 'gallery.html?#parts', height: 2600 },
  ...ACTIVITY,
  ...CONNECT,
  ...GRANTS,
];

/** What is not in the documents: the same screens in other languages and sizes, and when something is wrong or somebody deceives. */
const EDGES = /hostile|narrow|wide|longer|broken|empty|-de\b|-de-|rtl|-in-|-keys-|many|-none|wrong|fault|-more|refused|several|odd|elsewhere|down|denied|known|changed|news|menus|block|picked|suspended|locked/;

const [folder = 'screens', only = ''] = process.argv.slice(2);

/** @param {Screen} screen */
function isWanted({ name }) {
  if (only === '--tour') return !name.startsWith('gallery') && !EDGES.test(name);
  return only ? name.includes(only) : !name.startsWith('gallery');
}

mkdirSync(folder, { recursive: true });
const server = await serve(folderOf('fake'), PORT);
const browser = await chromium.launch({ executablePath: process.env['KEYHOLDER_BROWSER'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const screen of SCREENS.filter(isWanted)) {
  await Promise.all(['light', 'dark'].map((look) => take(screen, look)));
}
await browser.close();
server.close();

/** @param {Screen} screen @param {string} look */
async function take({ name, address, width = 1120, height = 760, keys = [], lead }, look) {
  const page = await browser.newPage({ viewport: { width, height }, locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce' });
  await page.clock.install({ time: NOON });
  const [way, hash = ''] = address.split('#');
  await page.goto(`http://127.0.0.1:${PORT}/${way}${way?.includes('?') ? '&' : '?'}look=${look}#${hash}`);
  await page.locator('h1').first().waitFor({ timeout: 5000 }).catch(() => complain(`${name} shows no heading`));
  // A question is shown as it is when it can be answered.
  if (name.startsWith('approval')) await page.locator('button:not([aria-disabled])', { hasText: /Esc|Close/ }).first().waitFor({ timeout: 5000 }).catch(() => {});
  for (const key of keys) await page.keyboard.press(key);
  await lead?.(page)?.catch((why) => complain(`${name}: ${why}`));
  const path = join(folder, `${name}-${look}.png`);
  await page.screenshot({ path });
  await page.close();
  if (statSync(path).size > MOST_BYTES && !name.startsWith('gallery')) complain(`${path} is larger than ${MOST_BYTES / 1000} kB`);
}

/** Says what went wrong, goes on, and fails in the end. @param {string} what */
function complain(what) {
  console.error(what);
  process.exitCode = 1;
}
