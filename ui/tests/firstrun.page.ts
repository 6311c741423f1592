/** The first time: what it is, what was found, one question, and nothing changed until the person says so. */
import { everybody, fits, inHouse, LANGUAGES, WIDE } from './wizard';
import { expect, test } from './watch';

test.use({ viewport: WIDE, contextOptions: { reducedMotion: 'reduce' } });

const NEW = '/main.html?scene=none&house=empty';

for (const language of LANGUAGES) {
  test(`the welcome, in each look and size, in ${language}`, async ({ page }) => {
    test.setTimeout(60_000);
    await page.goto(`${NEW}&language=${language}`);
    await expect(page.locator('main h1')).toBeVisible();
    await expect(page).toHaveURL(/connect/);
    await everybody(page, 'welcome');
    for (const [width, size] of [[320, '100%'], [640, '200%']] as const) {
      await page.setViewportSize({ width, height: 700 });
      await page.evaluate((size) => document.documentElement.style.setProperty('font-size', size), size);
      await fits(page, `${width} ${size}`);
    }
  });
}

test('who never connected anything is welcomed, and only their word changes something', async ({ page }) => {
  await page.goto(NEW);
  await expect(page.getByRole('heading', { level: 1, name: 'Welcome to Keyholder' })).toBeVisible();
  await expect(page.getByText('Nothing is changed until you say so.')).toBeVisible();
  await expect(page.getByText('Claude Desktop')).toBeVisible();
  await expect(page.getByText('keyholder demo', { exact: true })).toBeVisible();
  await expect(page.getByLabel(/Balanced/)).toBeChecked();
  await page.getByLabel(/Careful/).check();
  expect(await inHouse(page, (house) => house.mode)).toBe('balanced');
  await page.getByRole('button', { name: 'Connect your first server' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Connect a server' })).toBeVisible();
  expect(await inHouse(page, (house) => house.mode)).toBe('careful');
});

test('a mode that is refused is said, and the way on stays', async ({ page }) => {
  await page.goto(NEW);
  await page.getByLabel(/Learning/).check();
  await inHouse(page, (house) => (house.broken = { code: 'denied', subject: null, detail: null }));
  await page.getByRole('button', { name: 'Connect your first server' }).click();
  await expect(page.locator('main').getByRole('alert').first()).toContainText('It was refused.');
  await expect(page.getByLabel(/Learning/)).toBeChecked();
  await inHouse(page, (house) => (house.broken = null));
  await page.locator('main').getByRole('button', { name: 'Try again' }).click();
  await expect(page).toHaveURL(/where/);
});

test('who has connected something is not welcomed again', async ({ page }) => {
  await page.goto('/main.html?scene=none');
  await expect(page.getByRole('heading', { level: 1, name: 'Connections' })).toBeVisible();
  await page.goto('/main.html?scene=none#/connect');
  await expect(page.getByRole('heading', { level: 1, name: 'Connect a server' })).toBeVisible();
});

test('another room can be looked at first', async ({ page }) => {
  await page.goto(NEW);
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeFocused();
  await page.getByRole('link', { name: 'Connect', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Welcome to Keyholder' })).toBeFocused();
});

test('where the broker says which room it is to be, that one opens', async ({ page }) => {
  await page.goto(`${NEW}&place=rules`);
  await expect(page).toHaveURL(/rules/);
});
