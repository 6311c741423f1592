/** Every state of Connections and Rules, in every look and language: they can be used by everybody. */
import type { Page } from '@playwright/test';
import { DIRECTIONS, inDirection } from './everybody';
import { axe, expect, test } from './watch';

const DETAIL = '#/grants/01J0GRANTSLACKANA';

test.use({ viewport: { width: 1120, height: 800 }, contextOptions: { reducedMotion: 'reduce' } });

/** Buttons are found by their place: their words are another language's. */
const menuItem = (name: 'last' | 'resume') => async (page: Page) => {
  await page.locator('article', { has: page.locator('h2', { hasText: 'slack' }) }).locator('.menu button').first().click();
  if (name === 'last') await page.getByRole('menuitem').last().click();
};
const inMain = (selector: string) => async (page: Page) => page.locator(`main ${selector}`).first().click();

/** What is looked at, and what has to be done to see it. */
const STATES: { name: string; house?: string; hash: string; lead?: (page: Page) => Promise<unknown> }[] = [
  { name: 'connections', hash: DETAIL },
  { name: 'connections, none', house: 'empty', hash: '#/grants' },
  { name: 'connections, locked', house: 'locked', hash: '#/grants' },
  { name: 'connections, broken', house: 'broken', hash: '#/grants' },
  { name: 'connections, hostile', house: 'hostile', hash: DETAIL },
  { name: 'the menu of a connection', hash: '#/grants', lead: menuItem('resume') },
  { name: 'removing a server', hash: '#/grants', lead: menuItem('last') },
  { name: 'what became of it', hash: '#/grants', lead: (page) => menuItem('last')(page).then(() => page.locator('dialog footer button').last().click()) },
  { name: 'stopping everything', hash: '#/grants', lead: inMain('section > button') },
  { name: 'everything stopped', hash: '#/grants', lead: (page) => inMain('section > button')(page).then(() => page.locator('dialog section button').last().click()) },
  { name: 'definitions that wait', house: 'hostile', hash: '#/grants', lead: inMain('[role=note] button') },
  { name: 'rules', hash: '#/rules' },
  { name: 'rules, none', house: 'empty', hash: '#/rules' },
  { name: 'rules, hostile', house: 'hostile', hash: '#/rules' },
  { name: 'rules, wide open', house: 'open', hash: '#/rules' },
  { name: 'a rule', hash: '#/rules/01J1RULEDRIFT' },
  { name: 'a rule in a file', hash: '#/rules/work.cedar%3A1' },
  { name: 'rules that wait', hash: '#/rules', lead: inMain('[role=note] button') },
  { name: 'adding a rule', hash: '#/rules/add', lead: (page) => page.locator('dialog footer button').last().click() },
  { name: 'how much is asked', house: 'learning', hash: '#/rules?tab=mode' },
  {
    name: 'trying a call',
    hash: '#/rules?tab=try&server=slack&tool=post_message',
    lead: async (page) => {
      await inMain('form > div > button')(page);
      await page.locator('summary').first().click();
    },
  },
  {
    name: 'trying a rule',
    hash: '#/rules?tab=simulate',
    lead: async (page) => {
      await page.locator('textarea').fill('forbid (principal, action == Action::"call_unattended", resource in Server::"slack");');
      await page.locator('.simulate .line button').first().click();
      await page.locator('main table').first().waitFor();
    },
  },
];

/** One of each layout. */
const REFLOWS = ['connections', 'stopping everything', 'definitions that wait', 'rules', 'a rule', 'adding a rule', 'how much is asked', 'trying a call'];

async function open(page: Page, { house, hash, lead }: (typeof STATES)[number], language: string): Promise<void> {
  // From a page of its own, so that only the hash never decides whether the page is loaded.
  await page.goto('about:blank');
  await page.goto(`/main.html?language=${language}${house ? `&house=${house}` : ''}${hash}`);
  await expect(page.locator('main h1')).toBeVisible();
  await expect(page.locator('main .content > :not([role=status], :empty)').first()).toBeVisible();
  await lead?.(page);
}

for (const state of STATES) {
  test(`${state.name}, in each look and direction`, async ({ page }) => {
    test.setTimeout(180_000);
    for (const language of DIRECTIONS) {
      await open(page, state, language);
      expect(await page.locator('html').getAttribute('dir')).toBe(language === 'ar-XB' ? 'rtl' : 'ltr');
      await inDirection(page, language, state.name);
    }
  });
}

test('both rooms reflow at 320 pixels and with text twice as large', async ({ page }) => {
  test.setTimeout(180_000);
  for (const state of STATES.filter(({ name }) => REFLOWS.includes(name))) {
    for (const language of ['de', 'en-XA', 'ar-XB']) {
      for (const [width, size] of [[320, '100%'], [640, '200%']] as const) {
        await page.setViewportSize({ width, height: 640 });
        await open(page, state, language);
        await page.evaluate((size) => document.documentElement.style.setProperty('font-size', size), size);
        const wide = await page.evaluate(() => ({
          scrolls: document.documentElement.scrollWidth > innerWidth,
          // Whoever scrolls down sees all of it: nothing is cut off at its side. A table may be wider, and scrolls by itself.
          cut: [...document.querySelectorAll('main p, main button, main label, main dd, main h1, main h2, dialog p, dialog button, dialog h2, dialog dd')]
            .filter((one) => !one.closest('.heard, table') && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
            .map((one) => one.textContent?.slice(0, 60)),
        }));
        expect(wide, `${state.name}, ${language} at ${width} and ${size}`).toEqual({ scrolls: false, cut: [] });
      }
    }
  }
});

test('targets are large enough for a finger', async ({ page }) => {
  for (const hash of [DETAIL, '#/rules', '#/rules?tab=try']) {
    await open(page, { name: hash, hash }, 'en');
    await expect(page.locator('main h2, main table, main form').first()).toBeVisible();
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('main button, main summary, main label:has(input), main a, main select')]
        // A link in a line of text, and a name whose whole line opens, are as large as their line.
        .filter((one) => !one.closest('.untrusted, h2, .heard') && !one.classList.contains('link'))
        .map((one) => ({ name: one.textContent?.trim(), ...one.getBoundingClientRect().toJSON() }))
        .filter(({ width, height }) => width > 0 && (width < 24 || height < 24))
        .map(({ name, width, height }) => ({ name, width, height })),
    );
    expect(small, hash).toEqual([]);
  }
});

test('the gallery shows every piece of both rooms', async ({ page }) => {
  for (const sheet of ['grants', 'rules']) {
    await page.goto(`/gallery.html#${sheet}`);
    await expect(page.getByRole('heading', { level: 1, name: sheet })).toBeVisible();
    // One sheet shows the same piece several times, with the same names.
    expect(await axe(page, { rules: { 'landmark-unique': { enabled: false } } }), sheet).toEqual([]);
  }
});
