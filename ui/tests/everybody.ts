/** A state as everybody meets it: nothing wrong with its structure, nor with its colours in any look. */
import type { Page } from '@playwright/test';
import { axe, expect } from './watch';

export const LANGUAGES = ['en', 'de', 'en-XA', 'ar-XB'];

/** Structure is the same in every language that runs the same way; each screen in each language stands in `screens.page.ts`. */
export const DIRECTIONS = ['en', 'ar-XB'];

/** Every look beside the one that a page begins with, which is light. */
const OTHER_LOOKS = [['dark', 'no-preference'], ['light', 'more'], ['dark', 'more']] as const;

/** The structure once, and then the colours of each look: nothing else differs between looks. */
export async function everybody(page: Page, state: string, looks: readonly (typeof OTHER_LOOKS)[number][] = OTHER_LOOKS): Promise<void> {
  expect(await axe(page), state).toEqual([]);
  for (const [theme, contrast] of looks) {
    await page.evaluate((theme) => (document.documentElement.dataset['theme'] = theme), theme);
    await page.emulateMedia({ contrast });
    expect(await axe(page, { runOnly: ['color-contrast'] }), `${state}, ${theme}, contrast ${contrast}`).toEqual([]);
  }
  await page.emulateMedia({ contrast: 'no-preference' });
  await page.evaluate(() => delete document.documentElement.dataset['theme']);
}

/** A state among many: in one direction the structure, in the other the colours as well. */
export const inDirection = (page: Page, language: string, state: string): Promise<void> => everybody(page, `${state}, ${language}`, language === 'en' ? OTHER_LOOKS : []);
