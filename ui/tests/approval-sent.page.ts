/** What is sent: shown exactly, hidden where it is secret, changed, and bound to. */
import { answers, open } from './asking';
import { expect, test } from './watch';

test.describe('what is sent', () => {
  test('is shown exactly on request', async ({ page }) => {
    await open(page, 'send');
    await page.keyboard.press('r');
    await expect(page.getByText('{"channel":"#all-hands"')).toBeVisible();
    await page.keyboard.press('r');
    await expect(page.getByText('who receives it')).toBeVisible();
  });

  test('hides secrets as dots and says so', async ({ page }) => {
    await open(page, 'send');
    await expect(page.getByText('hidden, 40 characters')).toBeAttached();
    await expect(page.getByText('redacted')).toHaveCount(0);
  });

  test('can be changed, which asks anew and allows nothing', async ({ page }) => {
    await open(page, 'send');
    await page.keyboard.press('r');
    await page.getByRole('button', { name: 'Change it' }).click();
    await page.getByLabel('What will be sent instead').press('Escape');
    expect(await answers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Change it' }).click();
    await page.getByLabel('What will be sent instead').fill('not json');
    await page.getByRole('button', { name: 'Ask again with this' }).click();
    await expect(page.getByRole('alert')).toHaveText('That is no JSON object.');
    await page.getByLabel('What will be sent instead').fill('{"channel":"#ops"}');
    await page.getByRole('button', { name: 'Ask again with this' }).click();
    await page.clock.runFor(1000);
    await expect(page.getByText('#ops', { exact: true })).toBeVisible();
    await expect(page.getByText('payroll')).toHaveCount(0);
    expect(await answers(page)).toEqual([]);
  });

  test('can be bound to a pattern of the person’s own, which says what it would have covered', async ({ page }) => {
    await open(page, 'send');
    await page.keyboard.press('5');
    await page.getByText('Say what it is bound to').click();
    const link = page.getByRole('listitem').filter({ hasText: 'link' }).getByRole('button').last();
    await expect(link).toHaveText('anything');
    await link.click();
    await link.click();
    await expect(link).toContainText('whatever begins so');
    await page.getByRole('button', { name: 'Put it on offer' }).click();
    const offer = page.getByRole('radio', { name: /channel “#all-hands” and link that begins with/ });
    await expect(offer).toBeChecked();
    await expect(page.getByText('would have matched 10 of the last 40')).toBeVisible();
    await page.keyboard.press('Control+Enter');
    expect(await answers(page)).toEqual(['allow_always_with:3']);
  });
});
