/** How far the connect wizard, the settings and the welcome are led before their pictures are taken. */

/** @typedef {import('@playwright/test').Page} Page */

/** @param {Page} page @param {string} text */
async function paste(page, text) {
  await page.getByLabel('Address or lines to copy').fill(text);
  await page.getByLabel('Address or lines to copy').press('Enter');
}

/** @param {Page} page @param {string} address */
async function toWants(page, address) {
  await paste(page, address);
  await page.getByRole('button', { name: 'Next' }).click();
}

/** @param {Page} page @param {string} address */
async function toApps(page, address) {
  await toWants(page, address);
  await page.getByRole('button', { name: 'Next' }).click();
}

/** @param {Page} page @param {string} address */
async function toEnter(page, address) {
  await toApps(page, address);
  await page.getByRole('button', { name: 'Next' }).click();
}

/** @param {Page} page @param {'yes' | 'no' | 'arrive'} what */
const say = (page, what) => page.evaluate((what) => Reflect.get(globalThis, 'fakeHouse').signIn[what](), what);

/** @param {Page} page @param {string} address */
async function toTools(page, address) {
  await toEnter(page, address);
  await page.locator('main').getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Show the question' }).waitFor();
  await say(page, 'yes');
  await page.getByText('I closed the tab').waitFor();
  await say(page, 'arrive');
  await page.getByRole('heading', { name: 'What it can do' }).waitFor();
}

const GOOD = 'https://mcp.tracker.example/mcp';
const WIZARD = 'main.html?scene=none&signin=held#/connect/where';

/** @type {{ name: string, address: string, width?: number, height?: number, lead?: (page: Page) => Promise<unknown> }[]} */
export const CONNECT = [
  { name: 'firstrun', address: 'main.html?scene=none&house=empty', height: 860 },
  { name: 'connect-where', address: WIZARD },
  { name: 'connect-refused', address: WIZARD, lead: (page) => paste(page, '{"mcpServers":{"a":{"url":"https://mcp.example.com/mcp","headers":{"Authorization":"Bearer abc"}}}}') },
  { name: 'connect-several', address: WIZARD, lead: (page) => paste(page, '{"mcpServers":{"linear":{"url":"https://mcp.linear.example/mcp"},"notes":{"url":"https://other.example/mcp"}}}') },
  { name: 'connect-good', address: WIZARD, height: 900, lead: (page) => paste(page, GOOD) },
  { name: 'connect-odd', address: WIZARD, height: 1000, lead: (page) => paste(page, 'https://xn--pple-43d.com/mcp') },
  { name: 'connect-elsewhere', address: WIZARD, height: 900, lead: (page) => paste(page, 'https://elsewhere.example/mcp') },
  { name: 'connect-down', address: WIZARD, height: 900, lead: (page) => paste(page, 'https://down.example/mcp') },
  { name: 'connect-known', address: WIZARD, height: 900, lead: (page) => paste(page, 'https://notes.example.com/mcp') },
  { name: 'connect-hostile', address: WIZARD, height: 1600, lead: (page) => paste(page, 'https://hostile.example/mcp') },
  { name: 'connect-wants', address: WIZARD, height: 860, lead: (page) => toWants(page, GOOD) },
  { name: 'connect-wants-many', address: WIZARD, height: 860, lead: (page) => toWants(page, 'https://many.example/mcp') },
  { name: 'connect-wants-more', address: WIZARD, height: 1500, lead: (page) => toWants(page, 'https://closed.example/mcp') },
  { name: 'connect-apps', address: WIZARD, height: 1000, lead: (page) => toApps(page, GOOD) },
  { name: 'connect-enter', address: WIZARD, lead: (page) => toEnter(page, GOOD) },
  { name: 'connect-asking', address: WIZARD, lead: async (page) => (await toEnter(page, GOOD), page.locator('main').getByRole('button', { name: 'Sign in' }).click()) },
  {
    name: 'connect-browser',
    address: WIZARD,
    lead: async (page) => {
      await toEnter(page, GOOD);
      await page.locator('main').getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: 'Show the question' }).waitFor();
      await say(page, 'yes');
      await page.getByText('I closed the tab').click();
    },
  },
  {
    name: 'connect-denied',
    address: WIZARD,
    lead: async (page) => {
      await toEnter(page, GOOD);
      await page.locator('main').getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('button', { name: 'Show the question' }).waitFor();
      await say(page, 'no');
    },
  },
  { name: 'connect-tools', address: WIZARD, height: 1300, lead: (page) => toTools(page, GOOD) },
  { name: 'connect-tools-none', address: WIZARD, lead: (page) => toTools(page, 'https://later.example/mcp') },
  {
    name: 'connect-done',
    address: WIZARD,
    height: 960,
    lead: async (page) => {
      await toTools(page, GOOD);
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText('Show me how to undo this').click();
    },
  },
  ...['hosts', 'credentials', 'questions', 'network', 'windows', 'updates', 'about'].map((section) => ({
    name: `settings-${section}`,
    address: `main.html?scene=none#/settings/${section}`,
    height: 900,
  })),
  { name: 'settings-locked', address: 'main.html?scene=none&house=locked#/settings/credentials' },
  { name: 'settings-doctor', address: 'main.html?scene=none#/settings/about', height: 900, lead: (page) => page.getByRole('button', { name: 'Check now' }).click() },
  { name: 'settings-wrong', address: 'main.html?scene=none#/settings/questions', height: 900, lead: (page) => page.getByLabel('Milliseconds').fill('100') },
  { name: 'connect-narrow', address: WIZARD, width: 320, height: 1700, lead: (page) => paste(page, GOOD) },
  { name: 'settings-narrow', address: 'main.html?scene=none#/settings/questions', width: 320, height: 1900 },
];
