/** Several questions: a queue that is gone through, and those that read alike in a table. */
import { allow, answers, open, type Fake } from './asking';
import { expect, test } from './watch';

test.describe('several questions', () => {
  test('wait in a queue that can be gone through', async ({ page }) => {
    await open(page, 'queue');
    await expect(page.getByText('1 of 3')).toBeVisible();
    await page.keyboard.press('n');
    await expect(page.locator('h1')).toHaveText('Search Slack for “quarterly numbers”');
    await expect(allow(page)).toHaveAttribute('aria-disabled', 'true');
    await page.clock.runFor(1000);
    await expect(page.getByText('2 of 3')).toBeVisible();
    await expect(page.locator('h1')).toHaveText('Search Slack for “quarterly numbers”');
    await expect(page.locator('h1')).toBeFocused();
    await page.keyboard.press('p');
    await page.keyboard.press('p');
    await page.clock.runFor(1000);
    await expect(page.getByText('3 of 3')).toBeVisible();
    expect(await answers(page)).toEqual([]);
  });

  test('that come later change the count and nothing else', async ({ page }) => {
    await open(page, 'send');
    await page.keyboard.press('3');
    await page.evaluate(() => {
      const { fakeHouse } = globalThis as unknown as Fake & { fakeHouse: { questions: { question: { id: string } }[] } };
      const copy = structuredClone(fakeHouse.questions[0]) as { question: { id: string; tool: string }; headline: string };
      copy.question.id = 'another';
      copy.headline = 'Another question';
      fakeHouse.ask(copy);
    });
    await expect(page.getByText('1 of 2')).toBeVisible();
    await expect(page.locator('h1')).toHaveText('Send a message to 14 people in Slack');
    await expect(page.getByRole('radio', { name: '5 minutes', exact: true })).toBeChecked();
    await expect(page.getByRole('status')).toHaveText('2 questions wait');
  });

  test('that read alike stand in a table, and what leaves the account is not chosen beforehand', async ({ page }) => {
    await open(page, 'alike-send');
    const boxes = page.locator('tbody').getByRole('checkbox');
    await expect(boxes).toHaveCount(5);
    await expect(page.locator('tbody').getByRole('checkbox', { checked: true })).toHaveCount(0);
    await boxes.nth(1).check();
    await boxes.nth(3).check();
    await page.getByRole('button', { name: 'Allow 2 selected once' }).click();
    expect(await answers(page)).toEqual(['allow_once', 'allow_once']);
    await page.clock.runFor(1000);
    await expect(boxes).toHaveCount(3);
    await page.getByRole('button', { name: 'Deny all' }).click();
    expect(await answers(page)).toEqual(['allow_once', 'allow_once', 'deny', 'deny', 'deny']);
  });

  test('that are mild are chosen beforehand', async ({ page }) => {
    await open(page, 'alike');
    await expect(page.locator('tbody').getByRole('checkbox', { checked: true })).toHaveCount(5);
    await page.keyboard.press('Control+Enter');
    expect(await answers(page)).toHaveLength(5);
  });

  test('can be looked at one by one, and together again', async ({ page }) => {
    await open(page, 'alike-send');
    await page.getByRole('button', { name: 'Look closer' }).nth(2).click();
    await page.clock.runFor(1000);
    await expect(page.locator('h1')).toHaveText('Send a message to “#team-3”');
    await page.getByRole('button', { name: 'See them together' }).click();
    await page.clock.runFor(1000);
    await expect(page.getByRole('table')).toBeVisible();
  });
});

test('a call that nobody waits for any more is marked in the table', async ({ page }) => {
  await open(page, 'alike');
  await expect(page.getByText(/waits .* more for the first of them/)).toBeVisible();
  await expect(page.getByText('stopped waiting')).toHaveCount(0);
  await page.clock.fastForward(60_000);
  await expect(page.getByText(/stopped waiting/)).toHaveCount(5);
  await expect(page.getByText(/for the first of them/)).toHaveCount(0);
});
