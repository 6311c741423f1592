import { axe, expect, test } from './watch';

test.use({ viewport: { width: 1100, height: 760 } });

test('the broker may say which room is to be seen', async ({ page }) => {
  await page.goto('/main.html');
  await expect(page.getByRole('heading', { level: 1, name: 'Connections' })).toBeVisible();
  await page.evaluate(() => {
    const { fakeHouse } = globalThis as unknown as { fakeHouse: { tell: (news: object) => void } };
    fakeHouse.tell({ news: 'show', place: 'rules' });
  });
  await expect(page.getByRole('heading', { level: 1, name: 'Rules' })).toBeFocused();
});

test('the broker may say which server is meant', async ({ page }) => {
  const tell = (news: object) =>
    page.evaluate((told) => (globalThis as unknown as { fakeHouse: { tell: (news: object) => void } }).fakeHouse.tell(told), news);
  await page.goto('/main.html?place=connect&server=linear');
  await expect(page.getByText(/A link asks you to connect “.*linear.*”\. A link gives no address/)).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Address or lines' })).toHaveValue('');
  await tell({ news: 'show', place: 'connect', server: 'slack' });
  await expect(page.getByText(/A link asks you to connect “.*slack.*”, which is connected already/)).toBeVisible();
  await page.getByRole('link', { name: 'Go to it' }).click();
  await expect(page.getByRole('button', { name: /^slack/ })).toHaveAttribute('aria-expanded', 'true');
  await tell({ news: 'show', place: 'grants', server: 'notes' });
  await expect(page.getByRole('button', { name: /^notes/ })).toHaveAttribute('aria-expanded', 'true');
  await tell({ news: 'show', place: 'home', server: 'slack' });
  await expect(page.getByRole('button', { name: /^notes/ })).toHaveAttribute('aria-expanded', 'true');
});

test('the gallery shows the parts', async ({ page }) => {
  await page.goto('/gallery.html#parts');
  await expect(page.getByRole('heading', { level: 1, name: 'parts' })).toBeVisible();
  expect(await axe(page)).toEqual([]);
});
