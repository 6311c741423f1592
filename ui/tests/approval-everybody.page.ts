/** Every state of the approval window, in every look and language: it can be used by everybody, and breaks no policy. */
import { SCENES } from '../src/host/fake/scenes';
import { DIRECTIONS, inDirection } from './everybody';
import { axe, expect, test } from './watch';

for (const scene of Object.keys(SCENES)) {
  test(`${scene}, in each look and direction`, async ({ page }) => {
    test.setTimeout(90_000);
    for (const language of DIRECTIONS) {
      await page.goto(`/approval.html?scene=${scene}&language=${language}`);
      await expect(page.locator('h1')).toBeVisible();
      if (scene !== 'none') await expect(page.locator('button:not([aria-disabled])').first()).toBeVisible();
      expect(await page.locator('html').getAttribute('dir')).toBe(language === 'ar-XB' ? 'rtl' : 'ltr');
      await inDirection(page, language, scene);
    }
  });
}

for (const scene of ['send', 'destroy', 'alike-send', 'connect', 'chain']) {
  test(`${scene} reflows at 320 pixels and with text twice as large`, async ({ page }) => {
    for (const language of ['en', 'de', 'en-XA', 'ar-XB']) {
      for (const [width, size] of [[320, '100%'], [520, '200%']] as const) {
        await page.setViewportSize({ width, height: 640 });
        await page.goto(`/approval.html?scene=${scene}&language=${language}`);
        await expect(page.locator('h1')).toBeVisible();
        // Not before: Chromium measures what comes later in the box by the text as it was when the box was made.
        await page.evaluate((size) => document.documentElement.style.setProperty('font-size', size), size);
        const wide = await page.evaluate(() => ({
          scrolls: document.documentElement.scrollWidth > innerWidth,
          // Whoever scrolls sees all of it: nothing is cut off at its side.
          cut: [...document.querySelectorAll('main p, main button, main label, main dd, main h1, main h2')]
            .filter((one) => !one.closest('.heard') && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
            .map((one) => one.outerHTML.slice(0, 100)),
        }));
        expect(wide, `${language} at ${width} and ${size}`).toEqual({ scrolls: false, cut: [] });
        const last = page.locator('.acts button').last();
        await last.scrollIntoViewIfNeeded();
        await expect(last).toBeInViewport();
      }
    }
  });
}

test('what the system says of light, dark and contrast looks the same as when it is chosen by hand', async ({ page }) => {
  await page.goto('/approval.html?scene=send');
  const roles = (theme: 'light' | 'dark' | null) =>
    page.evaluate((theme) => {
      const { documentElement: root } = document;
      if (theme) root.dataset['theme'] = theme;
      else delete root.dataset['theme'];
      const names = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).flatMap((rule) => (rule instanceof CSSStyleRule && rule.selectorText.includes(':root') ? [...rule.style] : []));
      return [...new Set(names)].filter((name) => !name.startsWith('--c-')).map((name) => [name, getComputedStyle(root).getPropertyValue(name)]);
    }, theme);
  for (const contrast of ['no-preference', 'more'] as const) {
    for (const look of ['light', 'dark'] as const) {
      await page.emulateMedia({ contrast, colorScheme: look });
      const bySystem = await roles(null);
      expect(bySystem.length).toBeGreaterThan(20);
      await page.emulateMedia({ contrast, colorScheme: look === 'dark' ? 'light' : 'dark' });
      expect(await roles(look), `${look}, contrast ${contrast}`).toEqual(bySystem);
    }
  }
});

test('targets are large enough for a finger', async ({ page }) => {
  await page.goto('/approval.html?scene=send');
  await expect(page.locator('h1')).toBeVisible();
  const small = await page.evaluate(() =>
    [...document.querySelectorAll('button, summary, label')]
      .filter((one) => !one.closest('.untrusted'))
      .map((one) => ({ name: one.textContent?.trim(), ...one.getBoundingClientRect().toJSON() }))
      .filter(({ width, height }) => width < 24 || height < 24),
  );
  expect(small).toEqual([]);
});

test('forced colours keep the shapes: the border, the ring, the held buttons', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await page.goto('/approval.html?scene=destroy');
  await expect(page.locator('h1')).toBeVisible();
  const frame = page.locator('[role=alertdialog]');
  expect(await frame.evaluate((one) => getComputedStyle(one).borderBlockStartStyle)).toBe('solid');
  expect(await axe(page)).toEqual([]);
});

test('words from outside stay in their own direction on a page that runs the other way', async ({ page }) => {
  await page.goto('/approval.html?scene=send&language=ar-XB');
  const path = page.locator('.path bdi');
  await expect(path).toHaveText('/Applications/Claude.app/Contents/MacOS/Claude');
  expect(await path.evaluate((one) => getComputedStyle(one).unicodeBidi)).toBe('isolate');
  const [who, name] = [await page.locator('dt').first().boundingBox(), await page.locator('dd').first().boundingBox()];
  expect(who!.x).toBeGreaterThan(name!.x);
});
