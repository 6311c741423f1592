import type { Page } from '@playwright/test';
import { DIRECTIONS, inDirection } from './everybody';
import { axe, expect, test } from './watch';

test.use({ viewport: { width: 1100, height: 760 } });

interface House {
  broken: object | null;
  log: { report: object; verified: boolean | null };
  changed(...subjects: string[]): void;
}
const inHouse = <R>(page: Page, act: (house: House) => R): Promise<R> => page.evaluate(`(${act.toString()})(globalThis.fakeHouse)`) as Promise<R>;

const go = async (page: Page, query: string, rest = '') => {
  await page.goto('about:blank');
  await page.goto(`/main.html?${query}#/activity${rest}`);
  await expect(page.locator('main h1')).toBeVisible();
};
const settled = (page: Page) => expect(page.locator('.list tr[data-at="0"], .empty, .banner.bad').first()).toBeVisible();

for (const language of DIRECTIONS) {
  test(`each state can be used by everybody, in ${language}`, async ({ page }) => {
    test.setTimeout(120_000);
    const query = `language=${language}`;
    const judge = (state: string) => inDirection(page, language, state);
    await go(page, query, '/999995?q=server%3Aslack');
    await settled(page);
    await expect(page.locator('.pane .detail')).toBeVisible();
    await judge('a list and an entry');
    await page.locator('search .bar > button[aria-expanded]').first().click();
    await expect(page.locator('.panel select').first()).toBeVisible();
    await judge('menus');
    await go(page, `${query}&house=hostile`);
    await settled(page);
    await page.locator('.list tr[data-at="1"]').click();
    await expect(page.locator('.pane .detail')).toBeVisible();
    await judge('hostile');
    await go(page, query);
    await settled(page);
    for (const button of await page.locator('.sheets button[aria-pressed]').all()) await button.click();
    await judge('tables');
    await go(page, `${query}&house=empty`);
    await expect(page.locator('main .empty').first()).toBeVisible();
    await judge('empty');
    await go(page, query);
    await settled(page);
    await inHouse(page, (house) => {
      house.log.report = { intact: false, first_broken: 12, fault: 'entry 12 was altered', anchored: true };
      house.log.verified = false;
      house.changed('status');
    });
    await expect(page.locator('section.bad')).toBeVisible();
    await judge('changed');
    await go(page, `${query}&house=broken`);
    await settled(page);
    await judge('an error');
  });
}

test('a locked house says so, and what cannot be read can be read again', async ({ page }) => {
  await go(page, 'look=light&house=broken');
  await inHouse(page, (house) => {
    house.broken = { code: 'locked', subject: null, detail: null };
  });
  await page.locator('.log').getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'Keyholder is locked' })).toBeVisible();
  expect(await axe(page)).toEqual([]);
});

test('nothing that a server says gets out of its place', async ({ page }) => {
  await go(page, 'look=light&house=hostile');
  await settled(page);
  const title = await page.title();
  // A kind, a refusal, a megabyte, and one of the many that the charts are full of.
  for (const at of [0, 1, 2, 3]) {
    await page.locator(`.list tr[data-at="${at}"]`).click();
    await expect(page.locator('.pane .detail')).toBeVisible();
    const text = await page.locator('main').innerText();
    expect(text, 'it is really there').toContain('\\u202e');
    expect(text).not.toMatch(/[\u202a-\u202e\u200b]/);
    const heights = await page.locator('.list tr[data-at]').evaluateAll((rows) => [...new Set(rows.map((row) => (row as HTMLElement).offsetHeight))]);
    expect(heights).toHaveLength(1);
  }
  expect(await page.title()).toBe(title);
  expect(await page.locator('main img, main script').count()).toBe(0);
});

for (const [width, size] of [
  [320, '100%'],
  [320, '200%'],
  [1100, '200%'],
] as const) {
  test(`everything fits, ${width} pixels wide with text at ${size}`, async ({ page }) => {
    await page.setViewportSize({ width, height: 640 });
    for (const [language, house] of [
      ['en-XA', 'usual'],
      ['ar-XB', 'hostile'],
    ] as const) {
      await go(page, `look=light&language=${language}&house=${house}`);
      await page.evaluate((size) => (document.documentElement.style.fontSize = size), size);
      await settled(page);
      const sideways = () => page.evaluate(() => Math.max(document.documentElement.scrollWidth - innerWidth, document.querySelector('main')!.scrollWidth - document.querySelector('main')!.clientWidth));
      expect(await sideways(), language).toBeLessThanOrEqual(0);
      await page.locator('search .bar > button[aria-expanded]').first().click();
      expect(await sideways(), `${language}, menus`).toBeLessThanOrEqual(0);
      await page.locator('search .bar > button[aria-expanded]').first().click();
      await page.locator('.list tr[data-at="1"] a').click();
      await expect(page.locator('.detail')).toBeVisible();
      const over = await page.locator('dialog[open], .pane').first().evaluate((box) => box.scrollWidth - box.clientWidth);
      expect(over, `${language}, an entry`).toBeLessThanOrEqual(0);
    }
  });
}

test('without motion, nothing moves by itself', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await go(page, 'look=light');
  await settled(page);
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});
