/**
 * Every screen in every look and language: everybody can use it. One table, many screens to a page.
 *
 * What can be done on a screen, and what then stands there, is looked at in the tests of its room.
 */
import { everybody, LANGUAGES } from './everybody';
import { axe, expect, test } from './watch';

test.use({ viewport: { width: 1120, height: 800 } });

/** Where each screen is, and what shows that it has come. */
const SCREENS: Record<string, { at: string; come: string }> = {
  'approval, send': { at: 'approval.html?scene=send', come: '.acts button:not([aria-disabled])' },
  'approval, destroy': { at: 'approval.html?scene=destroy', come: '.acts button:not([aria-disabled])' },
  'approval, several': { at: 'approval.html?scene=alike-send', come: '.acts button:not([aria-disabled])' },
  'approval, sign-in': { at: 'approval.html?scene=connect', come: '.acts button:not([aria-disabled])' },
  'approval, late': { at: 'approval.html?scene=late', come: '.late' },
  'first run': { at: 'main.html?scene=none&house=empty', come: 'main .content > *' },
  grants: { at: 'main.html#/grants', come: 'main article' },
  'grants, one': { at: 'main.html#/grants/01J0GRANTSLACKANA', come: 'main article .detail section' },
  rules: { at: 'main.html#/rules', come: 'main table' },
  'rules, how much is asked': { at: 'main.html#/rules?tab=mode', come: 'main [type=radio]' },
  'rules, trying a call': { at: 'main.html#/rules?tab=try', come: 'main form' },
  activity: { at: 'main.html#/activity', come: '.list tr[data-at="0"]' },
  'activity, one': { at: 'main.html#/activity/999995', come: '.detail' },
  connect: { at: 'main.html#/connect/where', come: 'main textarea' },
  ...Object.fromEntries(
    ['hosts', 'credentials', 'questions', 'network', 'windows', 'updates', 'about'].map((section) => [
      `settings, ${section}`,
      { at: `main.html#/settings/${section}`, come: `#section-${section}` },
    ]),
  ),
};

for (const language of LANGUAGES) {
  test(`every screen, light, dark and with more contrast, in ${language}`, async ({ page }) => {
    test.setTimeout(180_000);
    for (const [name, { at, come }] of Object.entries(SCREENS)) {
      const [way = '', hash] = at.split('#');
      // From a page of its own: where only the hash differs, nothing would be loaded.
      await page.goto('about:blank');
      await page.goto(`/${way}${way.includes('?') ? '&' : '?'}language=${language}${hash ? `#${hash}` : ''}`);
      await expect(page.locator(come).first(), name).toBeVisible();
      expect(await page.locator('html').getAttribute('dir')).toBe(language === 'ar-XB' ? 'rtl' : 'ltr');
      await everybody(page, name);
    }
  });
}

test('what somebody could not use is found, in each look', async ({ page }) => {
  for (const [look, contrast] of [['light', 'no-preference'], ['dark', 'no-preference'], ['light', 'more']] as const) {
    await page.emulateMedia({ contrast });
    await page.goto('about:blank');
    await page.goto(`/main.html?look=${look}#/settings/about`);
    await expect(page.locator('#section-about')).toBeVisible();
    await page.evaluate(() => {
      const main = document.querySelector('main')!;
      const faint = main.appendChild(document.createElement('p'));
      faint.textContent = 'almost as faint as what it stands on';
      faint.style.color = 'rgb(128 128 128)';
      faint.style.backgroundColor = 'rgb(140 140 140)';
      main.appendChild(document.createElement('button'));
    });
    const found = (await axe(page)).join('\n');
    expect(found, `${look}, ${contrast}`).toContain('color-contrast');
    expect(found, `${look}, ${contrast}`).toContain('button-name');
  }
});
