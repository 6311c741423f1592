/** How page tests go through the connect wizard without knowing its words, and what they look at in each of its states. */
import type { Page } from '@playwright/test';
import { expect } from './watch';

export { DIRECTIONS, everybody, LANGUAGES } from './everybody';
export const WIDE = { width: 1100, height: 800 };

/** The house behind the page, as far as these tests touch it. */
interface FakeHouse {
  servers: { name: string; url: string; client_id: string | null; tools: { name: string; usage: string | null }[]; state: string }[];
  settings: Record<string, unknown>;
  questions: unknown[];
  mode: string;
  locked: boolean;
  apps: string;
  broken: object | null;
  vault: object;
  consent: Promise<unknown> | null;
  signIn: { yes: () => void; no: () => void; arrive: () => void; fail: (why: object) => void } | null;
  changed: (...subjects: string[]) => void;
}

/** Does something in the house, as the broker would. */
export const inHouse = <T>(page: Page, act: (house: FakeHouse) => T): Promise<T> =>
  // The function is sent to the page as its text.
  page.evaluate(`(${act.toString()})(globalThis.fakeHouse)`) as Promise<T>;

export const open = (page: Page, more = '', hash = '#/connect/where') => page.goto(`/main.html?scene=none&signin=held${more}${hash}`);

const main = (page: Page) => page.locator('main');

/** Has an address looked at. */
export async function look(page: Page, address: string): Promise<void> {
  await main(page).locator('textarea').fill(address);
  await main(page).locator('textarea').press('Enter');
  await expect(main(page).locator('.result')).toBeVisible();
}

/** Presses the one thing to do. */
export const on = (page: Page) => main(page).locator('button.main').last().click();

export const here = (page: Page) => main(page).locator('nav [aria-current=step]');

/** To the step with this number, from an address. */
export async function goTo(page: Page, step: 2 | 3 | 4 | 5 | 6, address = 'https://mcp.linear.example/mcp'): Promise<void> {
  await look(page, address);
  for (let at = 1; at < Math.min(step, 4); at += 1) {
    await on(page);
    await expect(page).toHaveURL(new RegExp(`connect/${['', 'wants', 'apps', 'sign-in'][at] ?? ''}`));
  }
  if (step <= 4) return;
  await signIn(page);
  await expect(page).toHaveURL(/connect\/tools/);
  if (step === 6) await on(page);
}

/** From the sign-in's step through the question and the browser. */
export async function signIn(page: Page): Promise<void> {
  await on(page);
  await waiting(page, 1);
  await inHouse(page, (house) => house.signIn?.yes());
  await waiting(page, 2);
  await inHouse(page, (house) => house.signIn?.arrive());
}

/** Until the sign-in waits there: 1 for the question, 2 for the browser. */
export const waiting = (page: Page, at: 1 | 2) => expect(main(page).locator('ol > li.here').filter({ has: page.locator('.what') })).toHaveText(/./).then(() => expect(main(page).locator('ol:has(.what) > li').nth(at)).toHaveClass(/here/));

/** Nothing reaches over the side of the window, and nothing is cut off at its own. */
export async function fits(page: Page, state: string): Promise<void> {
  const found = await page.evaluate(() => {
    const shown = [...document.querySelectorAll('main *')].filter((one) => !one.closest('.heard, svg, [hidden], textarea, .list, select') && one.getBoundingClientRect().width > 0);
    const text = (one: Element) => `${one.tagName} ${one.className} ${one.textContent?.trim().slice(0, 60) ?? ''}`;
    return {
      scrolls: document.documentElement.scrollWidth > innerWidth,
      wide: shown.filter((one) => one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1).map(text),
      cut: shown.filter((one) => /^(P|BUTTON|LABEL|DD|H1|H2|H3|SUMMARY|A)$/.test(one.tagName) && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline').map(text),
    };
  });
  expect(found, state).toEqual({ scrolls: false, wide: [], cut: [] });
}
