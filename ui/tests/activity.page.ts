import type { Page } from '@playwright/test';
import { expect, test } from './watch';

test.use({ viewport: { width: 1100, height: 760 } });

/** What a test may do to the house behind the page. */
interface House {
  log: { add(entry: object): { number: number }; at(number: number): { tool: string | null } | undefined; report: object; verified: boolean | null; count: number };
  servers: { name: string; tools: { name: string; usage: string | null }[] }[];
  broken: object | null;
  settings: { letter_keys: boolean };
  changed(...subjects: string[]): void;
}
const inHouse = <R>(page: Page, act: (house: House) => R): Promise<R> =>
  page.evaluate(`(${act.toString()})(globalThis.fakeHouse)`) as Promise<R>;

const open = async (page: Page, rest = '') => {
  await page.goto(`/main.html?look=light#/activity${rest}`);
  await expect(page.locator('.list tbody tr[data-at="0"]')).toBeVisible();
};
const row = (page: Page, at: number) => page.locator(`.list tr[data-at="${at}"]`);
const searchField = (page: Page) => page.getByRole('searchbox', { name: 'Search the log' });

test('the newest of a million entries appear, each with what it says', async ({ page }) => {
  await open(page);
  await expect(page.getByText('1,000,000 entries')).toBeVisible();
  await expect(page.locator('.list table')).toHaveAttribute('aria-rowcount', '-1');
  await expect(row(page, 0)).toHaveAttribute('aria-rowindex', '2');
  const call = page.locator('.list tbody tr', { hasText: /rule .?asking\/look/ }).first();
  await expect(call.locator('td')).toHaveCount(8);
  await expect(call).toContainText('only looks');
  await expect(call).toContainText('done');
  await expect(page.locator('.list tbody tr', { hasText: /you, .?\d/ }).first()).toBeVisible();
});

test('whoever scrolls to the ten thousandth row finds it, and the page stays small', async ({ page }) => {
  await open(page);
  const nodes = () => page.evaluate(() => document.querySelectorAll('.list *').length);
  const before = await nodes();
  await expect(async () => {
    const last = await page.evaluate(() => {
      const main = document.querySelector('main')!;
      main.scrollTop = main.scrollHeight;
      return Math.max(...[...document.querySelectorAll('.list tr')].map((row) => Number(row.getAttribute('aria-rowindex'))));
    });
    expect(last).toBeGreaterThan(10_001);
  }).toPass({ intervals: [10], timeout: 90_000 });
  // Rows that were read long ago are read again when they are wanted.
  await page.evaluate(() => {
    const rowHigh = document.querySelector<HTMLElement>('.list tr[data-at]')!.offsetHeight;
    const main = document.querySelector('main')!;
    const list = document.querySelector<HTMLElement>('.list')!;
    main.scrollTop += list.getBoundingClientRect().top - main.getBoundingClientRect().top + 9_999 * rowHigh - 200;
  });
  await expect(row(page, 9_999)).toHaveAttribute('aria-rowindex', '10001');
  await expect(row(page, 9_999).locator('time')).toBeVisible();
  expect(await page.locator('.list tr').count()).toBeLessThan(90);
  expect(await nodes()).toBeLessThan(before + 400);
});

test('everything can be done with keys: walk, open, follow, close, search', async ({ page }) => {
  await open(page);
  await page.keyboard.press('j');
  await expect(row(page, 0)).toBeFocused();
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  await expect(row(page, 2)).toBeFocused();
  await page.keyboard.press('k');
  await expect(row(page, 1)).toBeFocused();
  await page.keyboard.press('End');
  await expect(row(page, 199)).toBeFocused();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Entry 1,000,000' })).toBeFocused();
  await expect(page).toHaveURL(/#\/activity\/1000000$/);
  await page.keyboard.press('j');
  await expect(page.getByRole('heading', { name: 'Entry 999,999' })).toBeVisible();
  await expect(row(page, 1)).toHaveAttribute('aria-current', 'true');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(row(page, 1)).toBeFocused();
  await expect(page).toHaveURL(/#\/activity$/);
  await page.keyboard.press('/');
  await expect(searchField(page)).toBeFocused();
  await page.keyboard.type('jk');
  await expect(searchField(page)).toHaveValue('jk');
});

test('single letters do nothing where the person does not want them', async ({ page }) => {
  await open(page);
  await inHouse(page, (house) => {
    house.settings.letter_keys = false;
    house.changed('status');
  });
  await expect(page.getByText('j and k go along')).toHaveCount(0);
  await page.keyboard.press('/');
  await page.keyboard.press('j');
  await expect(searchField(page)).not.toBeFocused();
  await expect(row(page, 0)).not.toBeFocused();
});

test('what is typed is searched for, stands in the address, and can be taken out again', async ({ page }) => {
  await open(page);
  await searchField(page).fill('server:slack decision:denied');
  await expect(page).toHaveURL(/q=server%3Aslack\+decision%3Adenied/);
  await expect(row(page, 0)).toContainText('Denied');
  for (const server of await page.locator('.list tbody tr td:nth-child(4)').allInnerTexts()) expect(server).toBe('slack');
  await page.getByRole('button', { name: /^Take out: .?Decision: denied/ }).click();
  await expect(searchField(page)).toHaveValue('server:slack');
  await expect(searchField(page)).toBeFocused();
  await searchField(page).fill('no-such-thing-anywhere');
  await expect(page.getByRole('heading', { name: 'Nothing fits this search' })).toBeVisible();
  await page.locator('.empty').getByRole('button', { name: 'Clear the search' }).click();
  await expect(row(page, 0)).toBeVisible();
  await searchField(page).fill('after:soon');
  await expect(page.getByRole('alert').filter({ hasText: 'names no moment' })).toBeVisible();
});

test('menus write into the search', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: 'Filters' }).click();
  await page.getByLabel('App', { exact: true }).selectOption('Claude Code');
  await expect(searchField(page)).toHaveValue('app:"Claude Code"');
  await page.getByLabel('Outcome', { exact: true }).selectOption('failed');
  await page.getByLabel('From').fill('2026-11-01');
  await expect(searchField(page)).toHaveValue('app:"Claude Code" outcome:failed after:2026-11-01');
  await page.getByLabel('Up to and including').fill('2026-11-20');
  await expect(searchField(page)).toHaveValue(/before:2026-11-21$/);
  await page.getByLabel('App', { exact: true }).selectOption('');
  await expect(searchField(page)).toHaveValue(/^outcome:failed/);
  await page.keyboard.press('Escape');
  await expect(page.getByLabel('Outcome', { exact: true })).toHaveCount(0);
});

test('a search can be kept by a name, chosen and forgotten', async ({ page }) => {
  await open(page, '?q=server%3Anotes');
  await page.getByRole('button', { name: 'Saved searches' }).click();
  await page.getByRole('menuitem', { name: 'Keep this search …' }).click();
  await page.getByLabel('Name').fill('My notes');
  await page.keyboard.press('Enter');
  await page.reload();
  await page.getByRole('button', { name: 'Saved searches' }).click();
  await page.getByRole('menuitem', { name: 'Denied' }).click();
  await expect(searchField(page)).toHaveValue('decision:denied');
  await page.getByRole('button', { name: 'Saved searches' }).click();
  await page.getByRole('menuitem', { name: 'My notes' }).click();
  await expect(searchField(page)).toHaveValue('server:notes');
  await page.getByRole('button', { name: 'Saved searches' }).click();
  await page.getByRole('menuitem', { name: 'Sort out your searches …' }).click();
  await page.getByRole('button', { name: /^Forget .?My notes/ }).click();
  await expect(page.getByText('You have kept no search of your own.')).toBeVisible();
});

test('new entries are announced and move nothing until they are asked for', async ({ page }) => {
  await open(page);
  await row(page, 12).click();
  const before = await row(page, 12).boundingBox();
  await inHouse(page, (house) => {
    for (let at = 0; at < 12; at++) house.log.add({ tool: `fresh_${at}`, kind: 'call' });
    house.changed('activity');
  });
  const news = page.getByRole('button', { name: '12 new entries' });
  await expect(news).toBeVisible();
  expect(await row(page, 12).boundingBox()).toEqual(before);
  await news.click();
  await expect(row(page, 0)).toContainText('fresh_11');
  await expect(row(page, 0)).toBeFocused();
  await expect(news).toHaveCount(0);
});

test('what came since the last visit is marked and can be searched for', async ({ page }) => {
  await open(page);
  await page.getByRole('link', { name: 'Rules', exact: true }).click();
  await inHouse(page, (house) => void [1, 2, 3].map(() => house.log.add({ kind: 'call', at: new Date(Date.now() + 1000).toISOString() })));
  await page.getByRole('link', { name: 'Activity', exact: true }).click();
  await expect(page.locator('.list tr.unseen')).toHaveCount(3);
  await expect(page.locator('.list tr.edge')).toHaveCount(1);
  await page.getByRole('button', { name: 'Since you last looked' }).click();
  await expect(page.locator('.list tbody tr[data-at]')).toHaveCount(3);
});

test('rows can be loaded by hand', async ({ page }) => {
  await open(page);
  // What is above it has its place.
  await expect(row(page, 0)).toBeVisible();
  await page.getByRole('checkbox', { name: 'Load more only when I ask' }).check();
  await page.reload();
  await expect(row(page, 0)).toBeVisible();
  await row(page, 0).focus();
  await page.keyboard.press('End');
  await expect(row(page, 199)).toBeFocused();
  await page.getByRole('button', { name: 'Load 200 more' }).click();
  await row(page, 199).focus();
  await page.keyboard.press('ArrowDown');
  await expect(row(page, 200)).toBeFocused();
});
