/** How far Connections and Rules are led before their pictures are taken. */

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {{ name: string, address: string, width?: number, height?: number, lead?: (page: Page) => Promise<unknown> }} Screen */

/** @param {Page} page @param {string} name @param {string} item */
async function fromMenu(page, name, item) {
  await page.getByRole('button', { name: new RegExp(`What can be done with .${name}`) }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** @param {Page} page @param {string} name */
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** @param {Page} page */
const openDefinitions = (page) => page.locator('main').getByRole('button', { name: 'Look at it' }).click();

const SLACK = '#/grants/01J0GRANTSLACKANA';
const RULE = 'permit (\n    principal == App::"Claude Code",\n    action in [Action::"call", Action::"call_unattended"],\n    resource == Tool::"notes/add_note"\n);\n';

/** @type {Screen[]} */
export const GRANTS = [
  ...['empty', 'many', 'hostile', 'locked', 'broken'].map((house) => ({ name: `grants-${house}`, address: `main.html?house=${house}#/grants` })),
  ...['empty', 'many', 'hostile', 'locked', 'open', 'broken'].map((house) => ({ name: `rules-${house}`, address: `main.html?house=${house}#/rules` })),
  { name: 'grants-detail', address: `main.html?${SLACK}`, height: 1300 },
  { name: 'grants-detail-hostile', address: `main.html?house=hostile${SLACK}`, height: 1300 },
  { name: 'grants-detail-de', address: `main.html?language=de${SLACK}`, height: 1300 },
  { name: 'grants-detail-rtl', address: `main.html?language=ar-XB${SLACK}`, height: 1300 },
  { name: 'grants-narrow', address: `main.html?${SLACK}`, width: 320, height: 1800 },
  { name: 'grants-menu', address: 'main.html?#/grants', lead: (page) => page.getByRole('button', { name: /What can be done with .notes/ }).click() },
  { name: 'grants-revoke', address: 'main.html?#/grants', lead: (page) => fromMenu(page, 'slack', 'Revoke') },
  { name: 'grants-revoked', address: 'main.html?#/grants', lead: (page) => fromMenu(page, 'tracker', 'Revoke').then(() => press(page, 'Revoke')) },
  { name: 'grants-stop', address: 'main.html?#/grants', lead: (page) => press(page, 'Stop everything…') },
  { name: 'grants-stopped', address: 'main.html?#/grants', lead: (page) => press(page, 'Stop everything…').then(() => press(page, 'Sign out everywhere')) },
  { name: 'grants-definitions', address: 'main.html?#/grants', height: 860, lead: openDefinitions },
  { name: 'grants-definitions-hostile', address: 'main.html?house=hostile#/grants', height: 1300, lead: openDefinitions },
  { name: 'rules-de', address: 'main.html?language=de#/rules' },
  { name: 'rules-rtl', address: 'main.html?language=ar-XB#/rules' },
  { name: 'rules-narrow', address: 'main.html?#/rules', width: 320, height: 1400 },
  { name: 'rules-detail', address: 'main.html?#/rules/01J1RULEOPS', height: 860 },
  { name: 'rules-detail-suspended', address: 'main.html?#/rules/01J1RULEDRIFT', height: 860 },
  { name: 'rules-detail-hostile', address: 'main.html?house=hostile#/rules/01JHOSTILE2', height: 860 },
  { name: 'rules-picked', address: 'main.html?#/rules', lead: (page) => page.getByLabel('Select all answers shown').click() },
  { name: 'rules-remove', address: 'main.html?#/rules', lead: (page) => page.getByLabel('Select all answers shown').click().then(() => press(page, 'Remove 7 answers…')) },
  { name: 'rules-confirm', address: 'main.html?#/rules', lead: (page) => press(page, 'Look and confirm') },
  {
    name: 'rules-add-fault',
    address: 'main.html?#/rules',
    lead: async (page) => {
      await press(page, 'Add a rule');
      await page.getByLabel('Rule', { exact: true }).fill('permit (principal, action, resource)\nwhen { true }');
      await press(page, 'Add it');
    },
  },
  { name: 'rules-mode', address: 'main.html?house=learning#/rules?tab=mode', height: 900 },
  { name: 'rules-try', address: 'main.html?#/rules?tab=try&server=slack&tool=post_message', height: 900, lead: (page) => press(page, 'What would happen?') },
  {
    name: 'rules-simulate',
    address: 'main.html?#/rules?tab=simulate',
    height: 1100,
    lead: async (page) => {
      await page.getByLabel('Rule', { exact: true }).fill(RULE);
      await press(page, 'Try it');
    },
  },
  { name: 'gallery-grants', address: 'gallery.html?#grants', height: 3200 },
  { name: 'gallery-rules', address: 'gallery.html?#rules', height: 3600 },
];
