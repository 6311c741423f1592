/** The strip above every room: the lock, and who asked too much. */
import type { Page } from '@playwright/test';
import type { House } from '../src/host/fake/house';
import { DIRECTIONS, inDirection } from './everybody';
import { expect, test } from './watch';

test.use({ viewport: { width: 1120, height: 800 }, contextOptions: { reducedMotion: 'reduce' } });

declare const fakeHouse: House & { release?: () => void; asked?: number };

const strip = (page: Page) => page.getByRole('region', { name: 'How things stand' });

/** From now on everything that may give more waits for an answer that never comes, and is counted. */
const never = (page: Page) =>
  page.evaluate(() => {
    fakeHouse.asked = 0;
    Object.defineProperty(fakeHouse, 'consent', { get: () => ((fakeHouse.asked = (fakeHouse.asked ?? 0) + 1), new Promise(() => {})) });
  });

test('who asked too much is named, with the end of it, and is asked about again after a yes', async ({ page }) => {
  await page.goto('/main.html?house=braked#/rules');
  const paused = strip(page).getByRole('list', { name: 'Who is not asked about' });
  await expect(paused.getByRole('listitem')).toHaveText([/does not ask about .?Claude Desktop.? until .?\d\d:\d\d/, /Cursor.*invite_user/, /notes/]);
  await page.evaluate(() => void (fakeHouse.consent = new Promise<void>((release) => (fakeHouse.release = release))));
  await paused.getByRole('listitem').filter({ hasText: 'notes' }).getByRole('button', { name: 'Ask again' }).press('Enter');
  await expect(strip(page).getByText('in a window of its own')).toBeVisible();
  await expect(paused.getByRole('listitem')).toHaveCount(3);
  await page.evaluate(() => fakeHouse.release?.());
  await expect(page.getByText(/Keyholder asks about .?notes.? again/)).toBeVisible();
  await expect(paused.getByRole('listitem')).toHaveCount(2);
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
});

test('it is seen as soon as it happens, and gone when its time is over', async ({ page }) => {
  await page.clock.install();
  await page.goto('/main.html?language=de');
  await expect(page.locator('main article').first()).toBeVisible();
  await page.evaluate(() => {
    fakeHouse.paused = [{ app: 'Zed', server: null, until: new Date(Date.now() + 60_000).toISOString(), why: 'It asked 30 times.' }];
    fakeHouse.tell({ news: 'paused' });
  });
  await expect(page.getByText(/Keyholder fragt bis .* nicht nach .?Zed/)).toBeVisible();
  await page.clock.runFor(62_000);
  await expect(page.getByText(/nicht nach .?Zed/)).toHaveCount(0);
});

for (const language of DIRECTIONS) {
  test(`everybody can see who asked too much, in ${language}`, async ({ page }) => {
    await page.goto(`/main.html?house=braked&language=${language}`);
    await expect(page.locator('section li').first()).toBeVisible();
    await inDirection(page, language, 'braked');
  });
}

test('a double click locks, and does not unlock again', async ({ page }) => {
  await page.goto('/main.html');
  await strip(page).getByRole('button', { name: 'Lock now' }).dblclick();
  await expect(strip(page).getByRole('button', { name: 'Unlock' })).toBeVisible();
  expect(await page.evaluate(() => fakeHouse.locked)).toBe(true);
});

test('to unlock is asked about once, however often it is pressed', async ({ page }) => {
  await page.goto('/main.html?house=locked');
  await never(page);
  const button = strip(page).getByRole('button', { name: 'Unlock' });
  for (let times = 0; times < 3; times++) await button.press('Enter');
  expect(await page.evaluate(() => fakeHouse.asked)).toBe(1);
  await expect(button).toBeFocused();
});

test('a question window that cannot be shown is said to be none', async ({ page }) => {
  await page.goto('/main.html?scene=send');
  const button = strip(page).getByRole('button', { name: /question/ });
  await expect(button).toBeVisible();
  await page.evaluate(() => (fakeHouse.broken = { code: 'no_face', subject: null, detail: null }));
  await button.click();
  await expect(page.getByRole('alert').filter({ hasText: 'nobody who could be asked' })).toBeVisible();
});
