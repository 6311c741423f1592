import type { Page } from '@playwright/test';
import { expect, test } from './watch';

test.use({ viewport: { width: 1100, height: 760 }, permissions: ['clipboard-read', 'clipboard-write'] });

interface House {
  log: { report: object; verified: boolean | null; at: (number: number) => object };
  servers: { name: string; tools: { name: string; usage: string | null }[] }[];
  changed(...subjects: string[]): void;
}
const inHouse = <R>(page: Page, act: (house: House) => R): Promise<R> => page.evaluate(`(${act.toString()})(globalThis.fakeHouse)`) as Promise<R>;

/** Opens the newest entry that a search finds. */
const openFirst = async (page: Page, words: string) => {
  await page.goto(`/main.html?look=light#/activity?${new URLSearchParams({ q: words }).toString()}`);
  await page.locator('.list tr[data-at="0"]').click();
  await expect(page.locator('.pane h2')).toBeFocused();
};

test('an entry shows all that was written down, with what was hidden', async ({ page }) => {
  await openFirst(page, 'tool:post_message by:rule');
  const pane = page.locator('.pane');
  await expect(pane).toContainText('leaves your account');
  await expect(pane).toContainText('#ops');
  await expect(pane).toContainText('hidden, since it looks like a secret');
  await expect(pane).toContainText('Fingerprint of what was sent');
  await pane.getByText('The rule’s text').click();
  await expect(pane.locator('pre')).toContainText('resource == Tool::"slack/post_message"');
  await expect(pane.getByRole('link', { name: 'Show it among the rules' })).toHaveAttribute('href', '#/rules/01J1RULEOPS');
});

test('what a tool does to a session is said in words', async ({ page }) => {
  await openFirst(page, 'tool:post_message by:rule');
  await expect(page.locator('.pane')).toContainText('reaches others');
  await expect(page.locator('.pane')).not.toContainText('sends_outward');
});

test('Escape in a dialog closes the dialog, and not the entry behind it', async ({ page }) => {
  await openFirst(page, 'tool:search');
  await page.getByRole('button', { name: 'Block this tool' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.locator('.pane h2')).toBeVisible();
  await page.locator('.pane').getByRole('button', { name: 'Block this tool' }).press('Escape');
  await expect(page.locator('.pane')).toHaveCount(0);
});

test('an entry that is under way is seen to end', async ({ page }) => {
  await page.goto('/main.html?look=light#/activity?q=tool%3Asearch');
  await expect(page.locator('.list tr[data-at="0"]')).toBeVisible();
  await inHouse(page, ({ log }) => {
    const at = log.at.bind(log);
    log.at = (number) => ({ ...at(number), outcome: 'open' });
    Object.assign(globalThis, { ends: () => (log.at = at) });
  });
  await page.locator('.list tr[data-at="0"]').click();
  await expect(page.locator('.pane')).toContainText('under way');
  await page.evaluate(() => (globalThis as unknown as { ends: () => void }).ends());
  await inHouse(page, (house) => house.changed('activity'));
  await expect(page.locator('.pane .ending')).not.toContainText('under way');
});

test('a rule is begun from an entry, in the room of the rules', async ({ page }) => {
  await openFirst(page, 'tool:post_message by:rule');
  await page.getByRole('button', { name: 'Make a rule from this' }).click();
  await expect(page).toHaveURL(/#\/rules/);
  await expect(page.locator('main').getByRole('textbox').or(page.locator('dialog[open] textarea')).first()).toHaveValue(/^permit \(\n {4}principal == App::"[^"]+",[^]*context\.arguments\["channel"\] == "#ops"\n\};\n$/);
});

test('a tool is blocked only after a second look', async ({ page }) => {
  await openFirst(page, 'tool:search');
  const usage = () => inHouse(page, (house) => house.servers.flatMap((server) => server.tools).find((tool) => tool.name === 'search')?.usage ?? null);
  await page.getByRole('button', { name: 'Block this tool' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await usage()).toBeNull();
  await page.getByRole('button', { name: 'Block this tool' }).click();
  await page.locator('dialog[open]').getByRole('button', { name: 'Block this tool' }).click();
  await expect(page.getByText('search⁩ is blocked.')).toBeVisible();
  expect(await usage()).toBe('off');
});

test('an entry is copied as JSON', async ({ page }) => {
  await openFirst(page, 'tool:post_message');
  await page.getByRole('button', { name: 'Copy as JSON' }).click();
  await expect(page.getByRole('status').getByText('Copied')).toBeVisible();
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as { entry: { tool: string }; preview: string };
  expect(copied.entry.tool).toBe('post_message');
  expect(copied.preview).toContain('[redacted, 40 characters]');
});

test('what is found is exported, as it was searched for', async ({ page }) => {
  await page.goto('/main.html?look=light#/activity?q=server%3Aslack');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'What is found, as JSON Lines' }).click();
  await expect(page.getByText(/Written to .*keyholder-activity-\d{4}-\d\d-\d\d\.jsonl/)).toBeVisible();
});

test('the log is checked when asked, and a log that was changed is loud', async ({ page }) => {
  await page.goto('/main.html?look=light#/activity');
  await expect(page.getByText('Log is intact', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Check now' }).click();
  await expect(page.getByText(/^Checked (now|\d+)/)).toBeVisible();
  await inHouse(page, (house) => {
    house.log.report = { intact: false, first_broken: 999_990, fault: 'entry 999990 was altered, swapped or inserted', anchored: true };
    house.log.verified = false;
    house.changed('status');
  });
  await page.reload();
  await inHouse(page, (house) => {
    house.log.report = { intact: false, first_broken: 999_990, fault: 'entry 999990 was altered, swapped or inserted', anchored: true };
    house.log.verified = false;
    house.changed('status');
  });
  const alarm = page.getByRole('alert').filter({ hasText: 'The log was changed' });
  await expect(alarm).toContainText('altered, swapped or inserted');
  await alarm.getByRole('link', { name: /Entry .*999,990/ }).click();
  await expect(page.locator('.pane h2')).toHaveText(/999,990/);
  await expect(page.locator('.pane h2')).toBeInViewport();
});

test('charts lead into the list, and can be read as tables', async ({ page }) => {
  await page.goto('/main.html?look=light#/activity');
  const chart = page.getByRole('group', { name: 'Calls per day' });
  const bar = chart.getByRole('button').first();
  await bar.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  const words = (await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))) ?? '';
  expect(words).toMatch(/calls?\. .* by a rule/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('searchbox')).toHaveValue(/^after:\d{4}-\d\d-\d\d before:\d{4}-\d\d-\d\d$/);
  await page.goto('/main.html?look=light#/activity');
  await page.getByRole('button', { name: /Most used tools.*: show as table/ }).click();
  await page.getByRole('table', { name: 'Most used tools' }).getByRole('button').first().click();
  await expect(page.getByRole('searchbox')).toHaveValue(/^server:\w+ tool:\w+ after:/);
});

test('what is out of the ordinary leads to its entry, and stays away once it is put away', async ({ page }) => {
  await page.goto('/main.html?look=light#/activity');
  await page.getByRole('link', { name: 'Show the entry' }).first().click();
  await expect(page.locator('.pane h2')).toBeFocused();
  await expect(page.locator('.pane h2')).toBeInViewport();
  const put = page.getByRole('button', { name: /^Put away: .*Cursor.* called/ });
  await put.click();
  await expect(page.getByRole('heading', { name: '3 things are out of the ordinary' })).toBeFocused();
  await page.getByRole('button', { name: /Show all/ }).click();
  await expect(put).toHaveCount(0);
});
