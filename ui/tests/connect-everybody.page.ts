/** Every state of connecting, in every look and language: it can be used by everybody, with the keyboard alone, and at any size. */
import { DIRECTIONS, inHouse, everybody, fits, goTo, LANGUAGES, look, on, open, waiting, WIDE } from './wizard';
import { expect, test } from './watch';

test.use({ viewport: WIDE, contextOptions: { reducedMotion: 'reduce' } });

for (const language of DIRECTIONS) {
  test(`each step, in each look, in ${language}`, async ({ page }) => {
    test.setTimeout(120_000);
    await open(page, `&language=${language}`);
    await expect(page.locator('main textarea')).toBeVisible();
    expect(await page.locator('html').getAttribute('dir')).toBe(language === 'ar-XB' ? 'rtl' : 'ltr');
    await everybody(page, 'where');
    await goTo(page, 2);
    await everybody(page, 'wants');
    await page.locator('main summary').first().click();
    await everybody(page, 'wants, more');
    await on(page);
    await page.locator('main .apps > .hosts > details > summary').click();
    await everybody(page, 'apps');
    await on(page);
    await everybody(page, 'sign-in');
    await on(page);
    await waiting(page, 1);
    await everybody(page, 'asking');
    await inHouse(page, (house) => house.signIn?.yes());
    await waiting(page, 2);
    await page.locator('main summary').click();
    await everybody(page, 'browser');
    await inHouse(page, (house) => house.signIn?.arrive());
    await expect(page).toHaveURL(/tools/);
    await everybody(page, 'tools');
    await on(page);
    await page.locator('main summary').click();
    await everybody(page, 'done');
  });

  test(`what goes wrong, in each look, in ${language}`, async ({ page }) => {
    test.setTimeout(120_000);
    await open(page, `&language=${language}`);
    for (const host of ['down', 'closed', 'old', 'elsewhere', 'hostile', 'open']) {
      await look(page, `https://${host}.example/mcp`);
      await everybody(page, host);
    }
    await look(page, 'https://xn--pple-43d.com/mcp');
    await everybody(page, 'letters');
    await page.locator('main textarea').fill('{"a":{"url":"https://a.example","headers":{"Authorization":"Bearer abc"}}}');
    await everybody(page, 'secret');
    await page.locator('main textarea').fill('{"a":{"url":"https://a.example"},"b":{"url":"https://b.example?key=abc","headers":{"X-Region":"eu"}}}');
    await page.locator('main input[type=radio]').last().check();
    await everybody(page, 'several');
    await goTo(page, 4);
    await on(page);
    await waiting(page, 1);
    await inHouse(page, (house) => house.signIn?.no());
    await expect(page.locator('main [role=alert]')).toBeVisible();
    await everybody(page, 'denied');
    await inHouse(page, (house) => ((house.locked = true), house.changed('status')));
    await expect(page.locator('main [role=note]')).toBeVisible();
    await everybody(page, 'locked');
  });
}

test('all of it is done with the keyboard alone', async ({ page }) => {
  await open(page);
  /** Goes forward until this has the focus. */
  const reach = async (what: string, most = 60) => {
    for (let at = 0; at < most; at += 1) {
      const found = await page.evaluate((what) => document.activeElement?.matches(what) ?? false, what);
      if (found) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`${what} was not reached: ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))}`);
  };
  await reach('main textarea');
  await page.keyboard.type('https://mcp.linear.example/mcp');
  await page.keyboard.press('Enter');
  await expect(page.locator('main .result')).toBeVisible();
  await reach('main .result input');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('linear');
  await reach('main .result button.main');
  await page.keyboard.press('Enter');
  await expect(page.locator('h1')).toBeFocused();
  await reach('main .list input');
  await page.keyboard.press('Space');
  await reach('main .feet button.main');
  await page.keyboard.press('Enter');
  await expect(page.locator('h1')).toBeFocused();
  await reach('main details summary');
  await page.keyboard.press('Enter');
  await reach('main .feet button.main');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/sign-in/);
  await expect(page.locator('h1')).toBeFocused();
  await reach('main .go button');
  await page.keyboard.press('Enter');
  await waiting(page, 1);
  // What was pressed is gone: the focus is not lost with it.
  await expect(page.locator('main .waits')).toBeFocused();
  await reach('main .foot button');
  await inHouse(page, (house) => house.signIn?.yes());
  await waiting(page, 2);
  await inHouse(page, (house) => house.signIn?.arrive());
  await expect(page).toHaveURL(/tools/);
  await expect(page.locator('h1')).toBeFocused();
  await reach('main .row input');
  // The arrow only leads there.
  await page.keyboard.press('ArrowRight');
  expect(await inHouse(page, (house) => house.servers.at(-1)?.tools[0]?.usage)).toBe(null);
  await page.keyboard.press('Enter');
  await expect.poll(() => inHouse(page, (house) => house.servers.at(-1)?.tools[0]?.usage)).toBe('ask');
  // It is drawn anew with what was decided, and the focus is still there.
  await expect(page.locator('main .row').first().locator('.note button')).toBeVisible();
  await expect(page.locator('.row input:focus')).toBeVisible();
  await reach('main .feet button.main', 200);
  await page.keyboard.press('Enter');
  await expect(page.locator('h1')).toBeFocused();
  await reach('main summary');
  await page.keyboard.press('Enter');
  await expect(page.locator('main details[open]')).toBeVisible();
  expect(await inHouse(page, (house) => house.servers.at(-1)?.name)).toBe('linear');
});

for (const [width, size] of [[320, '100%'], [640, '200%']] as const) {
  for (const language of LANGUAGES) {
    test(`at ${width} pixels with ${size} text nothing is cut, in ${language}`, async ({ page }) => {
      await page.setViewportSize({ width, height: 700 });
      await open(page, `&language=${language}`);
      await page.evaluate((size) => document.documentElement.style.setProperty('font-size', size), size);
      await look(page, 'https://xn--pple-43d.com/mcp');
      await fits(page, 'letters');
      await look(page, 'https://hostile.example/mcp');
      await fits(page, 'hostile');
      await look(page, 'https://mcp.linear.example/mcp');
      await fits(page, 'where');
      await on(page);
      await page.locator('main summary').first().click();
      await fits(page, 'wants');
      await on(page);
      await fits(page, 'apps');
      await on(page);
      await fits(page, 'sign-in');
      await on(page);
      await waiting(page, 1);
      await fits(page, 'asking');
      await inHouse(page, (house) => house.signIn?.yes());
      await waiting(page, 2);
      await fits(page, 'browser');
      await inHouse(page, (house) => house.signIn?.arrive());
      await expect(page).toHaveURL(/tools/);
      await fits(page, 'tools');
      await on(page);
      await page.locator('main summary').click();
      await fits(page, 'done');
    });
  }
}
