/** Parts of the approval window that are fetched when they are wanted, and what is left to a person when they cannot be. */
import type { Page } from '@playwright/test';
import { allow, answers, open } from './asking';
import { axe, expect, test } from './watch';

/** The part with this name breaks as it is loaded. */
const breaks = (page: Page, part: string) =>
  page.route(new RegExp(`/${part}-[^/]*\\.js$`), (route) => route.fulfill({ contentType: 'text/javascript', body: 'throw new Error("broken")' }));

test('a plain call is shown without any of them', async ({ page }) => {
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await open(page, 'look');
  expect(loaded.filter((path) => path.endsWith('.js')).map((path) => path.replace(/.*\/(\w+)-.*/, '$1')).sort()).toEqual(['approval', 'en']);
});

for (const [scene, part, yes] of [['connect', 'Kind', 'Sign in'], ['change', 'Lines', 'Allow']] as const) {
  test(`without what belongs to it, a question can only be denied: ${part}`, async ({ page }) => {
    await breaks(page, part);
    await open(page, scene);
    await expect(page.getByRole('alert').filter({ hasText: 'this can only be denied' })).toBeVisible();
    await expect(page.getByRole('alert').filter({ hasText: 'This part of the window could not be loaded.' })).toBeVisible();
    const button = page.getByRole('button', { name: yes, exact: true });
    await expect(button).toHaveAttribute('aria-disabled', 'true');
    await button.click({ force: true });
    await page.keyboard.press('Control+Enter');
    expect(await answers(page)).toEqual([]);
    await page.clock.resume();
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await answers(page)).toEqual(['deny']);
  });
}

test('without the table, calls that read alike come one by one', async ({ page }) => {
  await breaks(page, 'Batch');
  await open(page, 'alike');
  await expect(page.getByRole('alert')).toContainText('the questions come one by one');
  await expect(page.locator('h1')).toHaveText('Mark “#team-1” as read');
  await allow(page).click();
  expect(await answers(page)).toEqual(['allow_once']);
  await page.clock.runFor(1000);
  await expect(page.locator('h1')).toHaveText('Mark “#team-2” as read');
});

test('without the exact text, a call is answered as before', async ({ page }) => {
  await breaks(page, 'Raw');
  await open(page, 'send');
  await page.keyboard.press('r');
  await expect(page.getByText('This part of the window could not be loaded.')).toBeVisible();
  await page.keyboard.press('r');
  await expect(page.getByText('who receives it')).toBeVisible();
  await allow(page).click();
  expect(await answers(page)).toEqual(['allow_once']);
});

test('what a press fetches does not move the answers', async ({ page }) => {
  await open(page, 'send');
  await page.keyboard.press('5');
  const before = await allow(page).boundingBox();
  await page.getByText('Say what it is bound to').click();
  await expect(page.getByRole('button', { name: 'Put it on offer' })).toBeVisible();
  expect(await allow(page).boundingBox()).toEqual(before);
});
