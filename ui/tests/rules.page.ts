/** Rules: what runs without asking can be seen, explained, tried and taken away. */
import type { Page } from '@playwright/test';
import type { House } from '../src/host/fake/house';
import { expect, test } from './watch';

test.use({ viewport: { width: 1120, height: 800 }, contextOptions: { reducedMotion: 'reduce' } });

declare const fakeHouse: House & { release?: () => void };

async function open(page: Page, address = '#/rules'): Promise<void> {
  await page.goto(`/main.html${address}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Rules' })).toBeVisible();
}

const rows = (page: Page) => page.getByRole('main').locator('tbody tr[data-at]');
const RULE = 'permit (\n    principal == App::"Claude Code",\n    action in [Action::"call", Action::"call_unattended"],\n    resource == Tool::"notes/add_note"\n);\n';

test('each rule says what it does, about what, from where, how often and until when', async ({ page }) => {
  await open(page);
  await expect(page.getByRole('table')).toHaveAttribute('aria-rowcount', '14');
  const ops = rows(page).filter({ hasText: 'post_message' });
  for (const words of ['Runs', 'Claude Desktop', 'slack', 'ana@acme.example', 'only when', 'channel is “#ops”', 'Answer', '34 times', 'if unused for 90 days']) {
    await expect(ops).toContainText(words);
  }
  await expect(rows(page).filter({ hasText: 'work.cedar:9' })).toContainText('Waits for you');
});

test('filters and the search say what is left, and stand in the address', async ({ page }) => {
  await open(page);
  const filters = { 'You allowed': 4, 'Not used for 30 days': 1, 'Any arguments': 4, 'Never end': 1, 'From files': 3, Shipped: 3 };
  for (const [filter, left] of Object.entries(filters)) {
    await page.getByRole('radio', { name: `${filter} (${left})` }).check();
    await expect(rows(page)).toHaveCount(left);
  }
  await page.getByRole('searchbox').fill('starter');
  await expect(rows(page)).toHaveCount(1);
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole('searchbox').fill('nothing like it');
  await page.getByRole('button', { name: 'Show all rules' }).click();
  await expect(rows(page)).toHaveCount(13);
});

test('a rule is opened, read and removed with the keyboard alone', async ({ page }) => {
  await open(page);
  await rows(page).first().focus();
  for (let at = 0; at < 3; at++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/rules\/01J1RULEOPS/);
  const dialog = page.getByRole('dialog', { name: 'It lets calls run without a question' });
  await expect(dialog).toContainText('only while the tool stays as it was');
  await expect(dialog.getByRole('figure')).toContainText('context.arguments["channel"] == "#ops"');
  await dialog.getByRole('button', { name: 'Remove this rule' }).press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByText('From now on you are asked again.')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await expect(page.getByRole('table')).toHaveAttribute('aria-rowcount', '13');
});

test('a rule that refuses goes only after its meaning was said', async ({ page }) => {
  await open(page, '#/rules/01J1RULEBLOCK');
  await page.getByRole('button', { name: 'Remove this rule' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove this rule?' });
  await expect(dialog).toContainText('Without it, more can run than now.');
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(await page.evaluate(() => fakeHouse.rules.some((rule) => rule.id === '01J1RULEBLOCK'))).toBe(false);
});

test('a rule in a file says where the file is and cannot be removed here', async ({ page }) => {
  await open(page, '#/rules/work.cedar%3A1');
  const dialog = page.getByRole('dialog', { name: 'It has you asked first' });
  await expect(dialog).toContainText('It stands in a file of yours');
  await expect(dialog.getByRole('note')).toContainText('~/.config/keyholder/policies/work.cedar:1');
  await expect(dialog.getByRole('button', { name: 'Remove this rule' })).toHaveCount(0);
});

test('several answers go at once, and what stays says why', async ({ page }) => {
  await open(page);
  await page.getByRole('radio', { name: /Any arguments/ }).check();
  await page.getByLabel('Select all answers shown (4)').check();
  await page.getByRole('button', { name: 'Remove 4 answers…' }).click();
  // One of them ends meanwhile.
  await page.evaluate(() => (fakeHouse.rules = fakeHouse.rules.filter((rule) => rule.id !== '01J1RULEFIVE')));
  await page.getByRole('dialog').getByRole('button', { name: 'Remove 4' }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('1 rule could not be removed');
  await page.keyboard.press('Escape');
  await expect(page.getByText('No rule fits')).toBeVisible();
});

test('a box selects its row and does not open it', async ({ page }) => {
  await open(page);
  await rows(page).filter({ hasText: 'post_message' }).getByRole('checkbox').check();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByText('1 answer selected')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the selection' }).press('Enter');
  await expect(page.getByRole('checkbox', { name: /Select all answers/ })).toBeFocused();
});

test('rules that wait in files are shown and confirmed, with the question in another window', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: 'Look and confirm' }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirm the rules in your files' });
  await expect(dialog).toContainText('resource in Server::"notes"');
  await page.evaluate(() => void (fakeHouse.consent = new Promise<void>((release) => (fakeHouse.release = release))));
  await dialog.getByRole('button', { name: 'Confirm…' }).click();
  await expect(dialog.getByText('in a window of its own. Nothing changes')).toBeVisible();
  await page.evaluate(() => fakeHouse.release?.());
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Your files count as they are now.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Look and confirm' })).toHaveCount(0);
});

test('a rule is added, and one that cannot be read says in which line', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: 'Add a rule' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a rule' });
  await dialog.getByRole('button', { name: 'Add it' }).click();
  await expect(dialog.getByRole('alert')).toContainText('There is no rule in it yet.');
  await dialog.getByLabel('Rule', { exact: true }).fill(`${RULE}permt (principal, action, resource);`);
  await dialog.getByRole('button', { name: 'Add it' }).click();
  await expect(dialog.getByLabel('Rule', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.getByRole('alert')).toContainText('Line 6 cannot be read');
  await expect(dialog.getByText('permt (principal, action, resource);', { exact: true })).toBeVisible();
  await dialog.getByLabel('Start with').selectOption({ label: 'refuse one tool' });
  await expect(dialog.getByText('What you have written would be replaced.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await expect(dialog.getByLabel('Rule', { exact: true })).toHaveValue(/^permit/);
  await expect(dialog.getByLabel('Start with')).toHaveValue('own');
  await dialog.getByLabel('Start with').selectOption({ label: 'refuse one tool' });
  await dialog.getByRole('button', { name: 'Replace it' }).click();
  await expect(dialog.getByLabel('Rule', { exact: true })).toHaveValue(/^forbid/);
  await dialog.getByRole('button', { name: 'Add it' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('The rule is added and counts.')).toBeVisible();
});

test('another room can begin a rule', async ({ page }) => {
  await open(page, `#/rules/add?draft=${encodeURIComponent(RULE)}`);
  await expect(page.getByRole('dialog', { name: 'Add a rule' }).getByLabel('Rule', { exact: true })).toHaveValue(RULE);
  await expect(page).toHaveURL(/#\/rules$/);
});

test('how much is asked is chosen, and what was learned becomes a rule', async ({ page }) => {
  await open(page, '?house=learning#/rules?tab=mode');
  await expect(page.getByRole('radio', { name: 'Learning, for seven days' })).toBeChecked();
  await page.getByRole('button', { name: /Make a rule of it: .?Claude Code/ }).click();
  await expect(page.getByRole('dialog').getByLabel('Rule', { exact: true })).toHaveValue(/Tool::"notes\/add_note"/);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /permit/ }).click();
  await expect(page.getByRole('dialog').getByLabel('Rule', { exact: true })).toHaveValue(/Tool::"notes\/x\\"; permit pay\\u\{200b\}load/);
  await page.keyboard.press('Escape');
  await page.getByRole('radio', { name: 'Careful' }).check();
  await expect(page.getByText(/From now on: .?Careful/)).toBeVisible();
  expect(await page.evaluate(() => fakeHouse.mode)).toBe('careful');
});

test('a mode that is refused is not shown as chosen', async ({ page }) => {
  await open(page, '#/rules?tab=mode');
  await expect(page.getByRole('radio', { name: 'Balanced' })).toBeChecked();
  await page.evaluate(() => {
    fakeHouse.consent = Promise.reject({ code: 'denied', subject: null, detail: null });
    fakeHouse.consent.catch(() => {});
  });
  await page.getByRole('radio', { name: /^Learning/ }).click();
  await expect(page.getByText('It was refused.')).toBeVisible();
  await expect(page.getByRole('radio', { name: 'Balanced' })).toBeChecked();
});

test('arrows walk over how much is asked, and only Enter chooses', async ({ page }) => {
  await open(page, '#/rules?tab=mode');
  await page.getByRole('radio', { name: 'Balanced' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('radio', { name: /^Careful/ })).toBeFocused();
  expect(await page.evaluate(() => fakeHouse.mode)).toBe('balanced');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('radio', { name: /^Careful/ })).toBeChecked();
  expect(await page.evaluate(() => fakeHouse.mode)).toBe('careful');
});

test('a row that is scrolled away leaves one for Tab, and the arrows go on from it', async ({ page }) => {
  await open(page, '?house=many#/rules');
  await rows(page).first().focus();
  await page.getByRole('table').evaluate((table) => (table.parentElement!.scrollTop = 20_000));
  await expect(page.locator('tr[data-at="0"]')).toHaveCount(0);
  await expect(page.locator('tbody tr[tabindex="0"]')).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('tr[data-at="1"]')).toBeFocused();
});

test('several answers that are being removed can be stopped, and wait for a yes in sight', async ({ page }) => {
  await open(page);
  await page.getByRole('radio', { name: /Any arguments/ }).check();
  await page.getByLabel('Select all answers shown (4)').check();
  await page.getByRole('button', { name: 'Remove 4 answers…' }).click();
  await page.evaluate(() => void (fakeHouse.consent = new Promise<void>((release) => (fakeHouse.release = release))));
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Remove 4' }).click();
  await expect(dialog.getByText('in a window of its own')).toBeVisible();
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await page.evaluate(() => fakeHouse.release?.());
  await expect(page.getByText(/1 of 4 rules are removed/)).toBeVisible();
  expect(await page.evaluate(() => fakeHouse.rules.length)).toBe(12);
});

test('a call is tried: the verdict, the rule that decided, and what it was told', async ({ page }) => {
  await open(page);
  await page.getByRole('tab', { name: 'Try a call' }).click();
  await page.getByLabel('Tool', { exact: true }).selectOption('post_message');
  await page.getByLabel('App').selectOption('Claude Desktop');
  await page.getByLabel('Arguments').fill('{"channel": "#ops"');
  await page.getByRole('button', { name: 'What would happen?' }).click();
  await expect(page.getByText('This is no JSON object')).toHaveRole('alert');
  await page.getByLabel('Arguments').fill('{"channel": "#ops"}');
  await page.getByRole('button', { name: 'What would happen?' }).click();
  await expect(page.getByRole('heading', { name: 'It would run without a question' })).toBeVisible();
  await page.getByText(/All 12 rules that were looked at/).click();
  await expect(page.getByRole('list', { name: 'Rules that were looked at' })).toContainText('does not fit');
  await page.getByText('What the rules were told').click();
  await expect(page.getByText('{"channel": "#ops"}', { exact: true }).last()).toBeVisible();
  await page.getByRole('button', { name: '01J1RULEOPS' }).first().click();
  await expect(page.getByRole('dialog')).toContainText('post_message');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'It would run without a question' })).toBeVisible();
  // Beside another call it would be taken for that one's.
  await page.getByLabel('Arguments').fill('{"channel": "#all"}');
  await expect(page.getByRole('heading', { name: 'It would run without a question' })).toHaveCount(0);
});

test('from a rule, a call with it is one press away', async ({ page }) => {
  await open(page, '#/rules/01J1RULEBLOCK');
  await page.getByRole('link', { name: 'Try a call with it' }).click();
  await expect(page.getByLabel('App')).toHaveValue('Cursor');
  await expect(page.getByLabel('Tool', { exact: true })).toHaveValue('archive_channel');
  await page.getByRole('button', { name: 'What would happen?' }).click();
  await expect(page.getByRole('heading', { name: 'It would be refused' })).toBeVisible();
});

test('a rule is tried on the past before it counts', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: 'Add a rule' }).click();
  await page.getByRole('dialog').getByLabel('Rule', { exact: true }).fill(RULE);
  await page.getByRole('button', { name: 'Try it on the past first' }).click();
  await expect(page.getByLabel('Rule', { exact: true })).toHaveValue(RULE);
  await page.getByLabel('Look at').selectOption('30');
  await page.getByRole('button', { name: 'Try it', exact: true }).click();
  await expect(page.getByRole('heading', { name: /calls would have gone another way/ })).toBeVisible();
  await expect(page.getByRole('table', { name: 'Before and after' })).toContainText('Asks');
  const changed = page.getByRole('table', { name: 'Calls that would have gone another way' });
  await expect(changed.locator('tr[data-at]').first()).toContainText('add_note');
  await page.getByLabel('Look at').selectOption('7');
  await expect(changed).toHaveCount(0);
  await page.getByLabel('Rule', { exact: true }).fill('nonsense');
  await page.getByRole('button', { name: 'Try it', exact: true }).click();
  await expect(page.getByText('Line 1 cannot be read')).toHaveRole('alert');
  await page.getByLabel('Rule', { exact: true }).fill(RULE);
  await page.getByRole('button', { name: 'Try it', exact: true }).click();
  await changed.locator('tr[data-at]').first().click();
  await expect(page).toHaveURL(/#\/activity\/\d+/);
});

test('where everything runs without a question, red words say so and lead to the rule', async ({ page }) => {
  await open(page, '?house=open#/rules');
  const warning = page.getByRole('alert').filter({ hasText: 'Everything runs without a question' });
  await expect(warning).toContainText('work.cedar:20');
  await expect(page.getByRole('main')).toContainText('home.cedar:4: unexpected token');
  await warning.getByRole('button', { name: 'Show the rule' }).click();
  await expect(page.getByRole('dialog')).toContainText('permit (principal, action, resource);');
});

test('before the first rule, the page says how one comes about', async ({ page }) => {
  await open(page, '?house=empty#/rules');
  await expect(page.getByRole('heading', { name: 'You have made no rules yet' })).toBeVisible();
  await expect(rows(page)).toHaveCount(3);
  await page.getByRole('tab', { name: 'Try a call' }).click();
  await expect(page.getByText('There is no server yet that could be called')).toBeVisible();
});

test('what cannot be read says why, and can be tried again', async ({ page }) => {
  await open(page, '?house=broken#/rules');
  await page.evaluate(() => (fakeHouse.broken = null));
  await page.getByRole('main').getByRole('button', { name: 'Try again' }).click();
  await expect(rows(page).first()).toBeVisible();
});

test('thousands of rules are a handful of rows in the page, and each can be reached', async ({ page }) => {
  await open(page, '?house=many#/rules');
  await expect(page.getByRole('table')).toHaveAttribute('aria-rowcount', '6014');
  expect(await rows(page).count()).toBeLessThan(80);
  await rows(page).first().focus();
  await page.keyboard.press('End');
  await expect(page.locator('tr:focus')).toHaveAttribute('aria-rowindex', '6014');
  expect(await rows(page).count()).toBeLessThan(80);
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await rows(page).count()).toBeLessThan(120);
});

test('nothing of a hostile rule acts', async ({ page }) => {
  await open(page, '?house=hostile#/rules');
  await rows(page).first().press('Enter');
  await expect(page.getByRole('dialog')).toContainText('\\u202e');
  // An argument called "app" is no app.
  await expect(page.getByRole('dialog')).toContainText('only when');
  await expect(page.getByRole('dialog').locator('dd').first()).toContainText('App gnp.');
  expect(await page.title()).toBe('Keyholder');
  expect(await page.locator('main img, dialog img').count()).toBe(0);
});
