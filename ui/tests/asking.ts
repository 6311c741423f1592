/** A question in the approval window, and the clock in our hands. */
import { expect, type Page } from '@playwright/test';

export interface Fake {
  fakeDesk: { answers: { question: string; choice: string }[]; closed: number };
  fakeHouse: { questions: object[]; ask: (question: object) => void; settle: (id: string) => void };
}

const NOON = new Date('2026-11-21T12:00:00Z');

/** Opens a scene with the clock in our hands, and lets it run until the question can be answered. */
export async function open(page: Page, scene: string, { more = '', armed = true } = {}) {
  await page.clock.install({ time: NOON });
  await page.clock.pauseAt(new Date(NOON.getTime() + 1000));
  await page.goto(`/approval.html?scene=${scene}${more}`);
  await expect(page.locator('h1')).toBeVisible();
  if (armed) await page.clock.runFor(1000);
}

export const answers = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as Fake).fakeDesk.answers.map(({ choice }) => choice));
export const closed = (page: Page) => page.evaluate(() => (globalThis as unknown as Fake).fakeDesk.closed);
export const allow = (page: Page) => page.getByRole('button', { name: 'Allow', exact: true });
export const deny = (page: Page) => page.getByRole('button', { name: 'Deny', exact: true });
