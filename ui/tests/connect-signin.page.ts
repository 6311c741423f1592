/** The sign-in while connecting: it waits for the person, ends in every way it can, and never takes anything along. */
import { goTo, inHouse, on, open, signIn, waiting, WIDE } from './wizard';
import { expect, test } from './watch';

test.use({ viewport: WIDE });

test('cancelling answers the question with no, and nothing is lost', async ({ page }) => {
  await open(page);
  await goTo(page, 4);
  await on(page);
  await waiting(page, 1);
  expect(await inHouse(page, (house) => house.questions.length)).toBe(1);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.locator('.go button')).toBeVisible();
  await expect.poll(() => inHouse(page, (house) => house.questions.length)).toBe(0);
  await signIn(page);
  await expect(page).toHaveURL(/tools/);
});

for (const [code, words] of [
  ['denied', 'answered with no'],
  ['timed_out', 'the ten minutes are over'],
  ['network', 'nothing could be reached over the network'],
  ['upstream', 'the place where you sign in refused'],
  ['keychain', 'no place to keep the credentials'],
  ['no_face', 'no way to ask you'],
  ['internal', 'something went wrong'],
] as const) {
  test(`a sign-in that ends with ${code} says so, and can be tried again`, async ({ page }) => {
    await open(page);
    await goTo(page, 4);
    await on(page);
    await waiting(page, 1);
    await inHouse(page, (house) => house.signIn?.yes());
    await waiting(page, 2);
    await page.evaluate((code) => (globalThis as unknown as { fakeHouse: { signIn: { fail: (why: object) => void } } }).fakeHouse.signIn.fail({ code, subject: 'linear', detail: 'as the broker says it' }), code);
    const alert = page.locator('main').getByRole('alert');
    await expect(alert).toContainText(words);
    await expect(alert).toContainText('as the broker says it');
    await alert.getByRole('button', { name: 'Try again' }).click();
    await waiting(page, 1);
    await inHouse(page, (house) => house.signIn?.yes());
    await waiting(page, 2);
    await inHouse(page, (house) => house.signIn?.arrive());
    await expect(page).toHaveURL(/tools/);
  });
}

test('who closed the tab begins again, also where the broker still waits for the first one', async ({ page }) => {
  await open(page);
  await goTo(page, 4);
  await on(page);
  await waiting(page, 1);
  await inHouse(page, (house) => house.signIn?.yes());
  await waiting(page, 2);
  await page.getByText('I closed the tab').click();
  await page.getByRole('button', { name: 'Begin again' }).click();
  await waiting(page, 2);
  await inHouse(page, (house) => house.signIn?.arrive());
  await expect(page).toHaveURL(/tools/);
});

test('who looks elsewhere meanwhile is not fetched back, and finds it done', async ({ page }) => {
  await open(page);
  await goTo(page, 4);
  await on(page);
  await waiting(page, 1);
  await page.getByRole('link', { name: 'Rules' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Rules' })).toBeFocused();
  await inHouse(page, (house) => house.signIn?.yes());
  await inHouse(page, (house) => house.signIn?.arrive());
  await expect(page).toHaveURL(/rules/);
  await page.goBack();
  await expect(page.getByText('You are signed in.')).toBeVisible();
});

test('ten minutes are counted down', async ({ page }) => {
  await page.clock.install();
  await open(page);
  await goTo(page, 4);
  await on(page);
  await waiting(page, 1);
  await inHouse(page, (house) => house.signIn?.yes());
  await waiting(page, 2);
  await page.clock.runFor(62_000);
  await expect(page.getByText(/8:5\d. left/)).toBeVisible();
});

test('a locked Keyholder is unlocked here', async ({ page }) => {
  await open(page, '&house=locked');
  await goTo(page, 4);
  await expect(page.locator('.go button')).toHaveAttribute('aria-disabled', 'true');
  await page.locator('main').getByRole('button', { name: 'Unlock' }).click();
  await expect(page.locator('.go button')).not.toHaveAttribute('aria-disabled');
});

test('a name that was taken meanwhile leads back to it', async ({ page }) => {
  await open(page);
  await goTo(page, 4);
  await inHouse(page, (house) => house.servers.push({ ...house.servers[0]!, name: 'linear.example', url: 'https://other.example' }));
  await page.locator('.go button').click();
  await expect(page.locator('main').getByRole('alert')).toContainText('there is a server of this name');
  await page.getByRole('button', { name: 'Choose another name' }).click();
  await page.getByLabel('Its name').fill('linear2');
  await page.getByRole('link', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Try again' }).click();
  await waiting(page, 1);
  expect(await inHouse(page, (house) => house.servers.at(-1)?.name)).toBe('linear2');
});

test('what is changed after it was added is added anew, once', async ({ page }) => {
  await open(page);
  await goTo(page, 4);
  await on(page);
  await waiting(page, 1);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('link', { name: 'Address' }).click();
  await page.getByLabel('Its name').fill('renamed');
  await page.getByRole('link', { name: 'Sign-in' }).click();
  await signIn(page);
  await expect(page).toHaveURL(/tools/);
  const names = await inHouse(page, (house) => house.servers.map((server) => server.name));
  expect(names.filter((name) => name === 'renamed' || name === 'linear.example')).toEqual(['renamed']);
});

test('a sign-in that works is ended only after a yes to that', async ({ page }) => {
  await open(page);
  await goTo(page, 5);
  const active = () => inHouse(page, (house) => (house as unknown as { grants: { server: string; state: string }[] }).grants.filter((grant) => grant.server === 'linear.example').map((grant) => grant.state));
  expect(await active()).toEqual(['active']);
  await page.getByRole('link', { name: 'Permissions' }).click();
  await page.locator('main [type=checkbox]:checked').first().uncheck();
  await page.getByRole('link', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Sign in anew' }).click();
  const dialog = page.getByRole('dialog', { name: 'End the present sign-in?' });
  await expect(dialog).toContainText('at the provider');
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  expect(await active()).toEqual(['active']);
  await page.getByRole('button', { name: 'Sign in anew' }).click();
  await dialog.getByRole('button', { name: 'End it and sign in anew' }).click();
  await expect.poll(active).toEqual([]);
  await expect(dialog).toHaveCount(0);
});

test('a server that was removed elsewhere is connected anew', async ({ page }) => {
  await open(page);
  await goTo(page, 5);
  await inHouse(page, (house) => {
    house.servers = house.servers.filter((server) => server.name !== 'linear.example');
    house.changed('servers');
  });
  await expect(page.getByRole('heading', { level: 1, name: 'Connect a server' })).toBeVisible();
  await page.getByRole('link', { name: 'Sign-in' }).click();
  await expect(page.locator('.go button')).toBeVisible();
  await page.locator('.go button').click();
  await expect.poll(() => inHouse(page, (house) => house.servers.some((server) => server.name === 'linear.example'))).toBe(true);
});
