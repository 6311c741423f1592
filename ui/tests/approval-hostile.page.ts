/** What a hostile server or model sends is text: it runs nothing, hides nothing, and breaks nothing. */
import type { Page } from '@playwright/test';
import { axe, expect, test } from './watch';

const SCENES = ['hostile-text', 'hostile-size', 'hostile-rows'];

/** Whether anything reaches over the side of the window, or covers its answers. */
const layout = (page: Page) =>
  page.evaluate(() => {
    const wide = [...document.querySelectorAll('main *')].filter((one) => {
      const box = one.getBoundingClientRect();
      if (one.closest('.heard, svg') || box.width === 0) return false;
      return box.right > innerWidth + 1 || box.left < -1;
    });
    const top = (button: Element) => {
      const box = button.getBoundingClientRect();
      return button.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
    };
    const acts = [...document.querySelectorAll('.acts button')];
    return { scrolls: document.documentElement.scrollWidth > innerWidth, wide: wide.map((one) => one.outerHTML.slice(0, 120)), free: acts.length > 1 && acts.every(top) };
  });

for (const scene of SCENES) {
  test(`${scene} is shown as text, with the layout intact`, async ({ page }) => {
    await page.goto(`/approval.html?scene=${scene}`);
    await expect(page.locator('h1')).toBeVisible();
    expect(await layout(page)).toEqual({ scrolls: false, wide: [], free: true });
    expect(await page.title()).toBe('Keyholder asks');
    expect(await page.locator('main img, main script, main b[style], main [style]').count()).toBe(0);
    expect(await axe(page)).toEqual([]);
  });
}

test('no character from outside that hides or reorders is in the page', async ({ page }) => {
  await page.goto('/approval.html?scene=hostile-text');
  await expect(page.locator('h1')).toBeVisible();
  for (const group of await page.locator('.groups input').all()) {
    await group.click();
    const text = await page.locator('main').evaluate((main: HTMLElement) => main.innerText + [...main.querySelectorAll('*')].flatMap((one) => [...one.attributes].map(({ value }) => value)).join(' '));
    // What isolates a text in our own sentences is ours; whatever else of its kind is not.
    const odd = text.replace(/[\u2068\u2069]/g, '').match(/[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e0fff}]/gu);
    expect(odd).toBe(null);
  }
  expect(await page.locator('main').innerText()).toContain('\\u202e');
});

test('a megabyte is unfolded in steps, and ten thousand rows too', async ({ page }) => {
  await page.goto('/approval.html?scene=hostile-size');
  await page.getByRole('button', { name: /Show more \(1,/ }).click();
  expect(await page.locator('main').evaluate((main) => main.textContent?.length ?? 0)).toBeLessThan(60_000);
  expect((await layout(page)).scrolls).toBe(false);
  await page.goto('/approval.html?scene=hostile-rows');
  const rows = page.locator('dt', { hasText: 'field_' });
  await expect(rows).toHaveCount(40);
  await page.getByRole('button', { name: 'Show 200 more of 10,000' }).click();
  await expect(rows).toHaveCount(240);
});

test('a name that looks like another is marked, and a program that nobody knows too', async ({ page }) => {
  await page.goto('/approval.html?scene=hostile-text');
  await expect(page.getByText('This address may imitate another one')).toBeVisible();
  await page.goto('/approval.html?scene=unidentified');
  await expect(page.getByText('unidentified program')).toBeVisible();
  await expect(page.getByRole('radio', { name: /always/ })).toHaveCount(0);
});
