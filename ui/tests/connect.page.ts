/** Connecting a server: what is pasted is understood, what is wrong is said, and nothing is lost by going back. */
import { fits, goTo, here, inHouse, look, on, open, signIn, WIDE } from './wizard';
import { expect, test } from './watch';

test.use({ viewport: WIDE });

const GOOD = 'https://mcp.linear.example/mcp';

test('a pasted address is looked at straight away', async ({ page }) => {
  await open(page);
  await page.locator('main textarea').evaluate((field: HTMLTextAreaElement, text) => {
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    field.dispatchEvent(new ClipboardEvent('paste', { bubbles: true }));
  }, GOOD);
  await expect(page.getByText('All checks passed.').first()).toBeVisible();
  await expect(page.locator('.result .host')).toContainText('mcp.linear.example');
  await expect(page.getByLabel('Its name')).toHaveValue('linear.example');
});

test('the lines of a host app give address and name', async ({ page }) => {
  await open(page);
  await look(page, '{"mcpServers":{"My Linear":{"command":"npx","args":["-y","mcp-remote","https://mcp.linear.example/mcp"]}}}');
  await expect(page.getByLabel('Its name')).toHaveValue('My-Linear');
});

test('a command gives the address, and its client id and resource come along', async ({ page }) => {
  await open(page);
  await look(page, `npx mcp-remote ${GOOD} --resource https://api.linear.example/ --static-oauth-client-info '{"client_id":"abc"}'`);
  await on(page);
  await page.getByText('For what its operator told you').click();
  await expect(page.getByLabel('Client id', { exact: true })).toHaveValue('abc');
  await expect(page.getByLabel('Resource', { exact: true })).toHaveValue('https://api.linear.example/');
});

test('of several servers one is chosen', async ({ page }) => {
  await open(page);
  await page.locator('main textarea').fill('{"a":{"url":"https://a.example/"},"b":{"url":"https://b.example/"}}');
  await page.getByLabel('b', { exact: false }).last().check();
  await page.getByRole('button', { name: 'Check this address' }).click();
  await expect(page.locator('.result .host')).toContainText('b.example');
});

test('lines with a secret are refused, and the address alone is taken', async ({ page }) => {
  await open(page);
  await page.locator('main textarea').fill(`claude mcp add linear ${GOOD} --header "Authorization: Bearer abc"`);
  const field = page.getByLabel('Address or lines to copy');
  await expect(field).toHaveAccessibleDescription(/These lines hold a secret \(.*Authorization.*\)/);
  await expect(page.getByRole('button', { name: 'Check this address' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Use only the address' }).click();
  await expect(field).toHaveValue(GOOD);
  await field.press('Enter');
  await expect(page.locator('.result')).toBeVisible();
});

test('looking keeps the focus on its button, whatever it says', async ({ page }) => {
  await open(page);
  await page.locator('main textarea').fill('https://mcp.linear.example/mcp');
  const button = page.locator('main .acts button').first();
  await button.press('Enter');
  await expect(page.locator('.result')).toBeVisible();
  await expect(button).toBeFocused();
  await expect(button).toHaveText(/again/);
});

test('an empty field is said to be empty, and gets the focus', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: 'Check this address' }).click();
  await expect(page.getByLabel('Address or lines to copy')).toBeFocused();
  await expect(page.locator('main').getByRole('alert')).toContainText('Paste an address first.');
});

for (const [host, words, reached] of [
  ['down', 'Nobody answers there', 2],
  ['page', 'It is no server for AI apps', 3],
  ['loose', 'The sign-in is not safe enough', 5],
] as const) {
  test(`${host}.example cannot be connected, and the way on is said`, async ({ page }) => {
    await open(page);
    await look(page, `https://${host}.example/mcp`);
    const checks = page.getByRole('list', { name: 'What was checked' }).getByRole('listitem');
    await expect(checks.nth(reached - 1)).toContainText(words);
    await expect(checks.filter({ hasText: 'not checked' })).toHaveCount(6 - reached);
    await expect(page.getByRole('button', { name: 'Next' })).toHaveCount(0);
    await expect(page.getByText('No sign-in is wanted')).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Check again' })).toBeVisible();
  });
}

test('a look that is refused says why, and can be tried again', async ({ page }) => {
  await open(page);
  await inHouse(page, (house) => (house.broken = { code: 'network', subject: null, detail: 'no route' }));
  await page.locator('main textarea').fill(GOOD);
  await page.locator('main textarea').press('Enter');
  await expect(page.locator('main').getByRole('alert')).toContainText('Nothing could be reached over the network.');
  await inHouse(page, (house) => (house.broken = null));
  await page.locator('main').getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('All checks passed.').first()).toBeVisible();
});

test('while it is looked at, the checks wait, and it can be stopped', async ({ page }) => {
  await open(page);
  await inHouse(page, (house) => {
    house.consent = new Promise(() => {});
  });
  await page.locator('main textarea').fill(GOOD);
  await page.locator('main textarea').press('Enter');
  await expect(page.getByRole('list', { name: 'What was checked' }).getByRole('listitem')).toHaveCount(6);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('list', { name: 'What was checked' })).toHaveCount(0);
  await expect(page.locator('main textarea')).toHaveValue(GOOD);
});

test('a server that is known leads to its connection', async ({ page }) => {
  await open(page);
  await look(page, 'https://notes.example.com/mcp');
  await expect(page.getByText(/You have this server already, as “.*notes.*”/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Next' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Go to it' }).click();
  await expect(page.getByRole('button', { name: /^notes/ })).toHaveAttribute('aria-expanded', 'true');
});

test('a name that is taken or cannot be one is said to be', async ({ page }) => {
  await open(page);
  await look(page, GOOD);
  const name = page.getByLabel('Its name');
  for (const [typed, words] of [['', 'Give it a name.'], ['a b', 'Use letters'], ['x'.repeat(65), '64 letters'], ['slack', 'another server of this name']] as const) {
    await name.fill(typed);
    await expect(name).toHaveAccessibleDescription(new RegExp(words));
    await page.getByRole('button', { name: 'Next' }).click({ force: true });
    await expect(page).toHaveURL(/where/);
  }
  await name.fill('linear');
  await on(page);
  await expect(page).toHaveURL(/wants/);
});

test('what the server wants is ticked, not all of it, and nothing is no choice', async ({ page }) => {
  await open(page);
  await goTo(page, 2);
  await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(3);
  await expect(page.getByText('3 ticked')).toBeVisible();
  await page.getByRole('button', { name: 'None' }).click();
  await on(page);
  await expect(page).toHaveURL(/wants/);
  await expect(page.locator('main').getByRole('alert')).toContainText('Tick at least one');
  await page.getByLabel('issues:read').check();
  await on(page);
  await expect(page).toHaveURL(/apps/);
});

test('going back loses nothing, by button, by the trail, by the window or by another room', async ({ page }) => {
  await open(page);
  await goTo(page, 4);
  await page.goBack();
  await page.goBack();
  await page.getByLabel('admin').check();
  await page.getByText('For what its operator told you').click();
  await page.getByLabel('Client id', { exact: true }).fill('my-client');
  await page.getByRole('button', { name: 'Back' }).click();
  await expect(here(page)).toContainText('Address');
  await expect(page.locator('main textarea')).toHaveValue(GOOD);
  await page.getByLabel('Its name').fill('tickets');
  await page.getByRole('link', { name: 'Rules' }).click();
  await expect(page).toHaveURL(/#\/rules/);
  await page.goBack();
  await expect(page.getByLabel('Its name')).toHaveValue('tickets');
  await page.getByRole('link', { name: 'Sign-in' }).click();
  await expect(page.locator('main dl')).toContainText('4 permissions');
  await signIn(page);
  await expect(page).toHaveURL(/tools/);
  expect(await inHouse(page, (house) => house.servers.at(-1))).toMatchObject({ name: 'tickets', client_id: 'my-client' });
});

test('an address of a step that is not reached shows the first one', async ({ page }) => {
  await open(page, '', '#/connect/tools');
  await expect(here(page)).toContainText('Address');
});

test('a server that lets nobody in without a client id asks for one where it is missing', async ({ page }) => {
  await open(page);
  await goTo(page, 2, 'https://closed.example/mcp');
  await on(page);
  const field = page.getByLabel('Client id', { exact: true });
  await expect(field).toBeFocused();
  await expect(field).toHaveAccessibleDescription(/lets nobody in without one/);
  await field.fill('abc');
  await on(page);
  await expect(page).toHaveURL(/apps/);
});

test('what cannot be is said at its field', async ({ page }) => {
  await open(page);
  await goTo(page, 2);
  await page.getByText('For what its operator told you').click();
  await page.getByLabel('Further permissions').fill('good b"ad');
  await expect(page.getByLabel('Further permissions')).toHaveAccessibleDescription(/cannot be the name of a permission/);
  await page.getByLabel('Further permissions').fill('good');
  await page.getByLabel('File with the client secret').fill('secret.txt');
  await page.getByLabel('Client ID metadata document').fill('http://x.example');
  await page.getByLabel('Another one').check();
  await on(page);
  await expect(page.getByLabel('File with the client secret')).toHaveAccessibleDescription(/full path/);
  await expect(page.getByLabel('Client ID metadata document')).toHaveAccessibleDescription(/begins with https/);
  await expect(page.getByLabel('Resource', { exact: true })).toHaveAccessibleDescription(/begins with https/);
  await expect(page.getByLabel('File with the client secret')).toBeFocused();
});

test('each app found here has its lines, to be copied exactly', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page);
  await look(page, GOOD);
  await page.getByLabel('Its name').fill('linear');
  await on(page);
  await on(page);
  const apps = page.locator('main details');
  await expect(apps.first()).toContainText('~/.config/Claude/claude_desktop_config.json');
  await expect(apps.first()).toContainText(/Then quit .*Claude Desktop.* and start it again/);
  await page.getByRole('figure', { name: /Lines for .*Claude Desktop/ }).getByRole('button', { name: 'Copy' }).click();
  const lines = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as object;
  expect(lines).toEqual({ mcpServers: { linear: { command: '/usr/bin/keyholder', args: ['bridge', 'linear'] } } });
  await apps.nth(1).locator('summary').click();
  await page.getByRole('figure', { name: /Command for .*Claude Code/ }).getByRole('button', { name: 'Copy' }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('claude mcp add --scope user linear -- /usr/bin/keyholder bridge linear');
});

test('without any app found the lines are there all the same', async ({ page }) => {
  await open(page);
  await inHouse(page, (house) => (house.apps = 'none'));
  await goTo(page, 3);
  await expect(page.getByText('None of the apps that Keyholder knows was found')).toBeVisible();
  await page.getByText('Other apps').click();
  await expect(page.locator('main details details')).toHaveCount(10);
});

test('a server without a sign-in is added in fewer steps', async ({ page }) => {
  await open(page);
  await look(page, 'https://open.example/mcp');
  await expect(page.getByText('No sign-in is wanted')).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Steps of connecting' }).getByRole('listitem')).toHaveCount(5);
  await on(page);
  await expect(page).toHaveURL(/apps/);
  await on(page);
  await expect(page.getByRole('heading', { level: 1, name: 'Add the server' })).toBeFocused();
  await on(page);
  await expect(page).toHaveURL(/tools/);
  await on(page);
  await expect(page.getByText('No sign-in was needed')).toBeVisible();
});

test('tools stand in groups, and what is said about one counts at once', async ({ page }) => {
  await open(page);
  await goTo(page, 5);
  const groups = page.locator('main section h2');
  await expect(groups).toContainText(['Look', 'Change', 'Send', 'Destroy']);
  await expect(page.getByText('Runs without a question.')).toBeVisible();
  const one = page.getByRole('group', { name: /create_issue/ });
  await one.getByLabel('Off').check();
  await expect.poll(() => inHouse(page, (house) => house.servers.at(-1)?.tools.find((tool) => tool.name === 'create_issue')?.usage)).toBe('off');
  await expect(page.getByText('your choice')).toBeVisible();
  await page.getByRole('button', { name: 'As usual' }).click();
  await expect.poll(() => inHouse(page, (house) => house.servers.at(-1)?.tools.find((tool) => tool.name === 'create_issue')?.usage)).toBe(null);
  await expect(page.getByRole('group', { name: /delete_project/ }).getByLabel('Silent')).toHaveCount(0);
  await expect(page.getByText('Held back until you have looked at it')).toBeVisible();
});

test('a whole group is set at once, and a refusal is said', async ({ page }) => {
  await open(page);
  await goTo(page, 5);
  const uses = () => inHouse(page, (house) => house.servers.at(-1)?.tools.map((tool) => tool.usage));
  await page.getByRole('button', { name: 'All of these' }).first().click();
  await page.getByRole('menuitem', { name: 'Ask' }).click();
  await expect.poll(uses).toEqual(['ask', 'ask', 'ask', null, null, null, null, null]);
  await inHouse(page, (house) => (house.broken = { code: 'locked', subject: null, detail: null }));
  await page.getByRole('group', { name: /create_issue/ }).getByLabel('Silent').click();
  await expect(page.getByRole('alert').filter({ hasText: 'Keyholder is locked.' }).first()).toBeVisible();
  await expect(page.getByRole('group', { name: /create_issue/ }).getByLabel('Ask')).toBeChecked();
  await inHouse(page, (house) => (house.broken = null));
  expect((await uses())?.[3]).toBe(null);
});

test('what takes away does not wait for a group that waits for a yes', async ({ page }) => {
  await open(page);
  await goTo(page, 5);
  await inHouse(page, (house) => {
    Object.assign(globalThis, { asked: 0 });
    Object.defineProperty(house, 'consent', { get: () => (Object.assign(globalThis, { asked: (globalThis as unknown as { asked: number }).asked + 1 }), new Promise(() => {})) });
  });
  const asked = () => page.evaluate(() => (globalThis as unknown as { asked: number }).asked);
  const section = page.locator('main section').first();
  await section.getByRole('button', { name: /all/i }).first().click();
  await page.getByRole('menuitem').first().click();
  await expect(section.getByRole('status')).toHaveText(/./);
  await expect(section.getByRole('button', { name: /all/i }).first()).toBeFocused();
  await section.getByRole('radio', { name: 'Off' }).last().click();
  expect(await asked()).toBe(2);
});

test('tools that are not known yet appear when they are', async ({ page }) => {
  await open(page);
  await goTo(page, 5, 'https://later.example/mcp');
  await expect(page.getByText('No tools are known yet')).toBeVisible();
  await inHouse(page, (house) => {
    house.servers.at(-1)!.tools = house.servers[0]!.tools;
    house.changed('servers');
  });
  await expect(page.getByText('list_channels', { exact: true })).toBeVisible();
});

test('in the end it says as whom and until when, and how to undo it', async ({ page }) => {
  await open(page);
  await goTo(page, 6);
  const facts = page.locator('main dl');
  await expect(facts).toContainText('https://auth.linear.example');
  await expect(facts).toContainText('issues:read, issues:write, offline_access');
  await expect(facts).toContainText('It renews itself.');
  await page.getByText('Show me how to undo this').click();
  await expect(page.getByText('keyholder revoke linear.example')).toBeVisible();
  await expect(page.getByText('keyholder rm linear.example')).toBeVisible();
  await page.getByRole('button', { name: 'Show the lines for apps' }).click();
  await expect(page).toHaveURL(/apps/);
  await page.getByRole('link', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Connect another server' }).click();
  await expect(page.locator('main textarea')).toHaveValue('');
  await expect(here(page)).toContainText('Address');
});

test('what a hostile server says is text, and ten thousand permissions are no burden', async ({ page }) => {
  await open(page);
  await look(page, 'https://hostile.example/mcp');
  expect(await page.title()).toBe('Keyholder');
  expect(await page.locator('main img, main script, main b').count()).toBe(0);
  await fits(page, 'hostile');
  await page.getByLabel('Its name').fill('hostile');
  await on(page);
  await fits(page, 'hostile wants');
  const text = await page.locator('main').evaluate((main: HTMLElement) => main.innerText + [...main.querySelectorAll('*')].flatMap((one) => [...one.attributes].map(({ value }) => value)).join(' '));
  expect(text.replace(/[\u2068\u2069]/g, '').match(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f]/g)).toBe(null);
  await inHouse(page, (house) => (house.apps = 'hostile'));
  await on(page);
  await fits(page, 'hostile apps');
  await on(page);
  await signIn(page);
  await expect(page).toHaveURL(/tools/);
  await fits(page, 'hostile tools');
  expect(await page.title()).toBe('Keyholder');

  await page.getByRole('link', { name: 'Address' }).click();
  await goTo(page, 2, 'https://many.example/mcp');
  await expect(page.getByText('of 10,000')).toBeVisible();
  expect(await page.locator('main input[type=checkbox]').count()).toBeLessThan(400);
  await page.getByLabel('Find a permission').fill('resource_9999:');
  await expect(page.getByText('1 permission fits.')).toBeVisible();
  await page.getByLabel('resource_9999:write').check();
  await page.getByLabel('Find a permission').fill('');
  await expect(page.getByText('4 ticked')).toBeVisible();
});
