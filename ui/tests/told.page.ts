/**
 * What stands on a page is told by it. WebKit's accessibility tree passes over a bare `<span>`: a text counts as told where it
 * stands in a paragraph, an item of a list, a cell or the like, or has a part of its own.
 */
import type { Page } from '@playwright/test';
import { expect, test } from './watch';

test.use({ viewport: { width: 1120, height: 800 }, contextOptions: { reducedMotion: 'reduce' } });

const untold = (page: Page, within: string) =>
  page.evaluate((within) => {
    const TOLD = 'p, li, h1, h2, h3, h4, td, th, dt, dd, button, a, label, summary, legend, caption, option, text, [aria-hidden=true], [role=img], [role=status], [role=timer]';
    const found = new Set<string>();
    for (const root of document.querySelectorAll(within)) {
      const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const text = texts.currentNode;
        const holder = text.parentElement;
        if (!holder || !text.textContent?.trim() || !holder.checkVisibility() || holder.closest(TOLD)) continue;
        found.add(text.textContent.trim().slice(0, 40));
      }
    }
    return [...found];
  }, within);

for (const [name, at, come] of [
  ['connections', '#/grants', 'main article'],
  ['a connection', '#/grants/01J0GRANTSLACKANA', 'main article .detail'],
  ['activity', '#/activity', '.list tr[data-at="0"]'],
] as const) {
  test(`${name}: no text stands bare`, async ({ page }) => {
    await page.goto(`/main.html${at}`);
    await expect(page.locator(come).first()).toBeVisible();
    expect(await untold(page, 'main')).toEqual([]);
  });
}

test('definitions, selected rules and toasts: no text stands bare', async ({ page }) => {
  await page.goto('/main.html#/grants');
  await page.getByRole('main').getByRole('button', { name: 'Look at it' }).click();
  expect(await untold(page, 'dialog')).toEqual([]);
  await page.keyboard.press('Escape');
  await page.goto('/main.html#/rules');
  await page.locator('tr[data-at]').filter({ hasText: 'post_message' }).getByRole('checkbox').check();
  expect(await untold(page, '.picked')).toEqual([]);
  await page.locator('tr[data-at]').filter({ hasText: 'post_message' }).click();
  expect(await untold(page, 'figure')).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: 'Remove this rule' }).click();
  await expect(page.locator('.toast').first()).toBeVisible();
  expect(await untold(page, '.toasts')).toEqual([]);
});
