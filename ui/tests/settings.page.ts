/** Settings: each is written by its own order, what does not fit is said where it stands, and what was typed is never lost. */
import { fits, inHouse, LANGUAGES, WIDE } from './wizard';
import { inDirection, DIRECTIONS } from './everybody';
import { expect, test } from './watch';

test.use({ viewport: WIDE, contextOptions: { reducedMotion: 'reduce' } });

const SECTIONS = ['hosts', 'credentials', 'questions', 'network', 'windows', 'updates', 'about'];
const to = (section: string, more = '') => `/main.html?scene=none${more}#/settings/${section}`;
const main = '#content';

for (const language of DIRECTIONS) {
  test(`what Keyholder finds out about itself, in each look, in ${language}`, async ({ page }) => {
    await page.goto(to('about', `&language=${language}`));
    await page.locator('.doctor button').click();
    await expect(page.locator('.doctor li').first()).toBeVisible();
    await inDirection(page, language, 'about');
  });
}

for (const language of LANGUAGES) {
  for (const [width, size] of [[320, '100%'], [640, '200%']] as const) {
    test(`at ${width} pixels with ${size} text nothing is cut, in ${language}`, async ({ page }) => {
      await page.setViewportSize({ width, height: 700 });
      for (const section of SECTIONS) {
        await page.goto(to(section, `&language=${language}`));
        await page.evaluate((size) => document.documentElement.style.setProperty('font-size', size), size);
        await expect(page.locator(`#section-${section}`)).toBeVisible();
        await fits(page, section);
      }
    });
  }
}

test('a section is reached by its link, and its name is heard', async ({ page }) => {
  await page.goto('/main.html?scene=none#/settings');
  await expect(page.getByRole('heading', { level: 2, name: 'Apps' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Network' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'Network' })).toBeFocused();
  await expect(page.getByRole('heading', { level: 2, name: 'Apps' })).toHaveCount(0);
});

for (const [label, bad, good, words, key] of [
  ['Seconds', ['0', '3601', '1.5', 'x', ''], '90', 'from 1 to 3600', 'answer_deadline_s'],
  ['Milliseconds', ['249', '2001', '-1', '1e3'], '250', 'from 250 to 2000', 'guard_ms'],
] as const) {
  test(`${label}: what does not fit is said and not sent; what fits is`, async ({ page }) => {
    await page.goto(to('questions'));
    const field = page.getByLabel(label, { exact: true });
    const before = await page.evaluate((key) => (globalThis as unknown as { fakeHouse: { settings: Record<string, unknown> } }).fakeHouse.settings[key], key);
    const now = () => page.evaluate((key) => (globalThis as unknown as { fakeHouse: { settings: Record<string, unknown> } }).fakeHouse.settings[key], key);
    for (const typed of bad) {
      await field.fill(typed);
      await field.press('Enter');
      await expect(field).toHaveAccessibleDescription(new RegExp(words));
      expect(await now()).toBe(before);
    }
    await field.fill(good);
    await page.locator(main).getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved.')).toBeVisible();
    await expect(field).toBeFocused();
    expect(await now()).toBe(Number(good));
    await expect(page.locator(main).getByRole('button', { name: 'Save' })).toHaveCount(0);
  });
}

test('what was typed stays through other sections, news and refusals', async ({ page }) => {
  await page.goto(to('questions'));
  const field = page.getByLabel('Milliseconds', { exact: true });
  await field.fill('600');
  await page.getByRole('link', { name: 'Network' }).click();
  await page.getByRole('link', { name: 'Questions' }).click();
  await expect(field).toHaveValue('600');
  await inHouse(page, (house) => house.changed('status'));
  await expect(field).toHaveValue('600');
  await inHouse(page, (house) => (house.broken = { code: 'config_invalid', subject: 'config.toml', detail: 'line 3: no such key' }));
  await field.press('Enter');
  await expect(page.locator(main).getByRole('alert')).toContainText('The configuration has a fault.');
  await expect(page.locator(main).getByRole('alert')).toContainText('line 3: no such key');
  await expect(field).toHaveValue('600');
  await inHouse(page, (house) => (house.broken = null));
  await page.locator(main).getByRole('button', { name: 'Undo' }).click();
  await expect(field).toHaveValue('400');
  await expect(page.locator(main).getByRole('alert')).toHaveCount(0);
});

test('each setting says its name in the configuration file', async ({ page }) => {
  await page.goto(to('questions'));
  for (const key of ['[approval] deadline_seconds', '[approval] guard_ms', '[window] letter_keys', '[network] extra_ca', '[client] metadata_document', '[window] language', '[window] look', '[broker] idle_exit_seconds']) {
    await expect(page.locator(main).getByText(key, { exact: false })).toHaveCount(1);
  }
});

test('a switch that is refused goes back', async ({ page }) => {
  await page.goto(to('questions'));
  const letters = page.getByRole('switch', { name: 'Letters as shortcuts' });
  await expect(letters).toBeChecked();
  await inHouse(page, (house) => (house.broken = { code: 'denied', subject: null, detail: null }));
  await letters.click();
  await expect(page.locator(main).getByRole('alert')).toContainText('It was refused.');
  await expect(letters).toBeChecked();
  await inHouse(page, (house) => (house.broken = null));
  await letters.click();
  await expect.poll(() => inHouse(page, (house) => house.settings['letter_keys'])).toBe(false);
});

test('arrows walk over how much is asked, and only Space or Enter chooses', async ({ page }) => {
  await page.goto(to('questions'));
  await page.getByLabel('Balanced').focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByLabel('Careful')).toBeFocused();
  expect(await inHouse(page, (house) => house.mode)).toBe('balanced');
  await page.keyboard.press('Space');
  await expect.poll(() => inHouse(page, (house) => house.mode)).toBe('careful');
});

test('a certificate that is removed leaves the focus where the next one is added', async ({ page }) => {
  await page.goto(to('network'));
  await inHouse(page, (house) => ((house.settings['extra_ca'] = ['/etc/one.pem']), house.changed('status')));
  await page.locator(main).getByRole('button', { name: /one.pem/ }).press('Enter');
  await expect(page.locator(main).getByRole('button', { name: /one.pem/ })).toHaveCount(0);
  await expect(page.locator('#section-network ~ * input').first()).toBeFocused();
});

test('how much is asked is set here, and a refusal leaves it', async ({ page }) => {
  await page.goto(to('questions'));
  await page.getByLabel('Careful').check();
  await expect.poll(() => inHouse(page, (house) => house.mode)).toBe('careful');
  await page.getByLabel('Learning').check();
  await expect(page.getByText('Learning ends in')).toBeVisible();
  await inHouse(page, (house) => (house.broken = { code: 'denied', subject: null, detail: null }));
  await page.getByLabel('Balanced').click();
  await expect(page.locator(main).getByRole('alert').first()).toContainText('It was refused.');
  expect(await inHouse(page, (house) => house.mode)).toBe('learning');
});

test('the language counts at once, and neither the focus nor a half-made connection is lost', async ({ page }) => {
  await page.goto('/main.html?scene=none#/connect/where');
  await page.locator('main textarea').fill('https://mcp.linear.example/mcp');
  await page.goto(to('windows'));
  await page.getByRole('radio', { name: 'Deutsch' }).check();
  await expect(page.getByRole('heading', { level: 1, name: 'Einstellungen' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page.getByLabel('Deutsch')).toBeFocused();
  await expect(page.getByRole('link', { name: 'Verbindungen', exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Verbinden', exact: true }).click();
  await expect(page.locator('main textarea')).toHaveValue('https://mcp.linear.example/mcp');
  await page.goBack();
  await page.getByLabel('Wie das System').first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  expect(await inHouse(page, (house) => house.settings['language'])).toBe(null);
});

test('a language that there is not is said to be none', async ({ page }) => {
  await page.goto(to('windows'));
  await inHouse(page, (house) => ((house.settings['language'] = 'fr'), house.changed('status')));
  await expect(page.getByLabel(/fr.*not available; English is shown/)).toBeChecked();
});

test('light or dark counts at once', async ({ page }) => {
  await page.goto(to('windows'));
  await page.getByLabel('Dark', { exact: true }).check();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.locator('main [role=group]').last().getByLabel('As the system').check();
  await expect(page.locator('html')).not.toHaveAttribute('data-theme', /./);
});

test('what is chosen with the arrows keeps the focus, and so does what is refused', async ({ page }) => {
  await page.goto(to('windows'));
  const dark = page.getByRole('radio', { name: 'Dark' });
  await page.getByRole('radio', { name: 'Light', exact: true }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(dark).toBeChecked();
  await expect(dark).toBeFocused();
  await page.goto(to('questions'));
  const letters = page.getByRole('switch');
  await letters.focus();
  await inHouse(page, (house) => (house.broken = { code: 'denied', subject: null, detail: null }));
  await page.keyboard.press('Space');
  await expect(page.locator(main).getByRole('alert').first()).toContainText('It was refused.');
  await expect(letters).toBeChecked();
  await expect(letters).toBeFocused();
});

test('locking and unlocking', async ({ page }) => {
  await page.goto(to('credentials'));
  await page.locator(main).getByRole('button', { name: 'Lock now' }).click();
  await expect(page.getByText('Keyholder is locked', { exact: true })).toBeVisible();
  await page.locator(main).getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByText('Keyholder is open', { exact: true })).toBeVisible();
});

test('a keychain that cannot be used is said to be, with a way on', async ({ page }) => {
  await page.goto(to('credentials'));
  await inHouse(page, (house) => ((house.vault = { kind: 'keychain', usable: false, detail: 'no service answers' }), house.changed('status')));
  await expect(page.locator(main).getByText('It cannot be used: nothing can sign in')).toBeVisible();
  await expect(page.getByText('no service answers')).toBeVisible();
  await expect(page.getByText('keyholderd --vault file')).toBeVisible();
});

test('leaving when idle is turned on, set in minutes, and says when it counts', async ({ page }) => {
  await page.goto(to('credentials'));
  await page.getByRole('switch', { name: 'End by itself' }).click();
  await expect(page.getByText('It counts after the broker’s next start.')).toBeVisible();
  await page.getByLabel('Minutes without an app').fill('45');
  await page.getByLabel('Minutes without an app').press('Enter');
  await expect.poll(() => inHouse(page, (house) => house.settings['idle_exit_s'])).toBe(2700);
});

test('certificate authorities come and go, each by its full path', async ({ page }) => {
  await page.goto(to('network'));
  const field = page.getByLabel('Full path of a file');
  const files = () => inHouse(page, (house) => house.settings['extra_ca']);
  for (const [typed, words] of [['acme.pem', 'full path'], ['', 'full path']] as const) {
    await field.fill(typed);
    await page.getByRole('button', { name: 'Add' }).click();
    await expect(field).toHaveAccessibleDescription(new RegExp(words));
  }
  await field.fill('/etc/missing.pem');
  await field.press('Enter');
  await expect(page.locator(main).getByRole('alert')).toContainText('there is no such file');
  await expect(field).toHaveValue('/etc/missing.pem');
  await field.fill('/etc/ssl/acme.pem');
  await field.press('Enter');
  await expect.poll(files).toEqual(['/etc/ssl/acme.pem']);
  await expect(field).toHaveValue('');
  await field.fill('/etc/ssl/acme.pem');
  await field.press('Enter');
  await expect(field).toHaveAccessibleDescription(/in the list already/);
  await page.getByRole('button', { name: /Remove .*acme\.pem/ }).click();
  await expect.poll(files).toEqual([]);
});

test('the metadata document is an https address, or none', async ({ page }) => {
  await page.goto(to('network'));
  const field = page.getByLabel('Address', { exact: true });
  for (const typed of ['http://x.example/c.json', 'https://x.example', 'x']) {
    await field.fill(typed);
    await field.press('Enter');
    await expect(field).toHaveAccessibleDescription(/begins with https/);
  }
  await field.fill('https://acme.example/client.json');
  await field.press('Enter');
  await expect.poll(() => inHouse(page, (house) => house.settings['metadata_document'])).toBe('https://acme.example/client.json');
  await field.fill('');
  await field.press('Enter');
  await expect.poll(() => inHouse(page, (house) => house.settings['metadata_document'])).toBe(null);
});

test('what Keyholder finds out about itself stands with what helps, the worst first', async ({ page }) => {
  await page.goto(to('about'));
  await page.getByRole('button', { name: 'Check now' }).click();
  await expect(page.getByText('2 things need you.')).toBeVisible();
  const checks = page.getByRole('list', { name: 'What was checked' }).getByRole('listitem');
  await expect(checks.first()).toContainText('keyholder login warehouse');
  await expect(checks).toHaveCount(4);
  await inHouse(page, (house) => (house.broken = { code: 'internal', subject: null, detail: null }));
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(page.locator(main).getByRole('alert')).toContainText('Something went wrong');
});

test('lines for apps follow the server that is chosen', async ({ page }) => {
  await page.goto(to('hosts'));
  const lines = page.getByRole('figure', { name: /Lines for .*Claude Desktop/ });
  await expect(lines).toContainText('"slack"');
  await page.getByLabel('Lines for this server').selectOption('notes');
  await expect(lines).toContainText('"notes"');
});

test('what apps, files and checks are called is text, and ten thousand of them are no burden', async ({ page }) => {
  await page.goto(to('hosts', '&house=hostile'));
  await expect(page.locator(main).locator('details').first()).toBeVisible();
  await inHouse(page, (house) => {
    house.settings['extra_ca'] = Array.from({ length: 10_000 }, (_, at) => `/tmp/gnp.\u202egpj.exe\u200b<img src=x onerror="document.title=1">/${'w'.repeat(at % 2 ? 600 : 9)}.pem`);
    house.settings['metadata_document'] = `https://acme.example/${'long'.repeat(500)}`;
    house.changed('status');
  });
  for (const section of SECTIONS) {
    await page.evaluate((section) => (location.hash = `#/settings/${section}`), section);
    await expect(page.locator(`#section-${section}`)).toBeVisible();
    if (section === 'network') await expect(page.getByRole('button', { name: /Show more \(9,?9/ }).first()).toBeVisible();
    if (section === 'about') {
      await page.getByRole('button', { name: 'Check now' }).click();
      await expect(page.getByText('10,000 things need you.')).toBeVisible();
    }
    await fits(page, section);
    expect(await page.locator('main *').count(), section).toBeLessThan(3000);
    expect(await page.locator('main img, main script').count(), section).toBe(0);
    expect(await page.locator(main).innerText(), section).not.toMatch(/[\u200b\u202a-\u202e\u2066]/);
  }
  expect(await page.title()).toBe('Keyholder');
});

test('without servers the way to the first one is shown', async ({ page }) => {
  await page.goto(to('hosts', '&house=empty'));
  await page.locator(main).getByRole('link', { name: 'Connect a server' }).click();
  await expect(page).toHaveURL(/connect\/where/);
});

test('an organisation’s rules are said to be in force', async ({ page }) => {
  await page.goto(to('hosts'));
  await inHouse(page, (house) => ((house.settings['managed'] = true), house.changed('status')));
  await expect(page.getByText('Rules of your organisation are in force')).toBeVisible();
});

test('where nothing can be read it says so, and tries again', async ({ page }) => {
  await page.goto(to('questions', '&house=broken'));
  await expect(page.locator(main).getByRole('alert').first()).toContainText('The keychain cannot be used.');
  await inHouse(page, (house) => (house.broken = null));
  await page.locator(main).getByRole('button', { name: 'Try again' }).first().click();
  await expect(page.getByLabel('Milliseconds', { exact: true })).toHaveValue('400');
});
