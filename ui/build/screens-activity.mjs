/** How far Activity is led before its pictures are taken. */

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {{ name: string, address: string, width?: number, height?: number, lead?: (page: Page) => Promise<unknown> }} Screen */

/** The list at the upper edge. @param {Page} page */
const toList = async (page) => {
  await page.locator('.list tr[data-at="0"]').waitFor();
  await page.locator('.log').evaluate((log) => log.scrollIntoView());
};

/** Changes the house behind the page, and lets it tell. @param {Page} page @param {(house: any) => void} act */
const inHouse = (page, act) => page.evaluate(`(${act.toString()})(globalThis.fakeHouse)`);

/** @param {Page} page */
const news = async (page) => {
  await toList(page);
  await inHouse(page, (house) => {
    for (let at = 0; at < 12; at++) house.log.add();
    house.changed('activity');
  });
  await page.getByRole('button', { name: '12 new entries' }).waitFor();
};

/** @param {Page} page */
const changed = async (page) => {
  await inHouse(page, (house) => {
    house.log.report = { intact: false, first_broken: 999_990, fault: 'entry 999990 was altered, swapped or inserted', anchored: true };
    house.log.verified = false;
    house.changed('status');
  });
  await page.locator('section.bad').waitFor();
};

/** @param {Page} page */
const tables = async (page) => {
  for (const button of await page.locator('.sheets button[aria-pressed]').all()) await button.click();
};

const SENT = `?${new URLSearchParams({ q: 'tool:post_message' }).toString()}`;

/** @type {Screen[]} */
export const ACTIVITY = [
  ...['empty', 'hostile', 'broken'].map((house) => ({ name: `activity-${house}`, address: `main.html?house=${house}#/activity`, height: 900 })),
  { name: 'activity-list', address: 'main.html?#/activity', lead: toList },
  { name: 'activity-search', address: 'main.html?#/activity?q=decision%3Adenied+server%3Aslack', lead: toList },
  { name: 'activity-menus', address: 'main.html?#/activity?q=server%3Aslack', lead: async (page) => { await toList(page); await page.getByRole('button', { name: 'Filters' }).click(); } },
  { name: 'activity-news', address: 'main.html?#/activity', lead: news },
  { name: 'activity-tables', address: 'main.html?#/activity', lead: tables },
  { name: 'activity-changed', address: 'main.html?#/activity', lead: changed },
  { name: 'activity-entry', address: `main.html?#/activity${SENT}`, height: 1100, lead: async (page) => { await toList(page); await page.locator('.list tr[data-at="0"]').click(); } },
  { name: 'activity-entry-hostile', address: 'main.html?house=hostile#/activity/1000001', height: 760, lead: toList },
  { name: 'activity-block', address: `main.html?#/activity${SENT}`, lead: async (page) => { await toList(page); await page.locator('.list tr[data-at="0"]').click(); await page.getByRole('button', { name: 'Block this tool' }).click(); } },
  { name: 'activity-de', address: 'main.html?language=de#/activity' },
  { name: 'activity-de-list', address: 'main.html?language=de#/activity/999990', lead: toList },
  { name: 'activity-longer', address: 'main.html?language=en-XA#/activity', height: 1100 },
  { name: 'activity-rtl', address: 'main.html?language=ar-XB#/activity', height: 1100 },
  { name: 'activity-narrow', address: 'main.html?#/activity', width: 320, height: 1900 },
  { name: 'activity-narrow-list', address: 'main.html?#/activity', width: 320, height: 640, lead: toList },
  { name: 'activity-narrow-entry', address: 'main.html?#/activity/999990', width: 320, height: 900 },
  { name: 'activity-wide', address: 'main.html?#/activity', width: 1600, height: 1000, lead: toList },
  { name: 'gallery-activity', address: 'gallery.html?#activity', height: 3200 },
];
