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

test('the gallery shows the parts', async ({ page }) => {
  await page.goto('/gallery.html#parts');
  await expect(page.getByRole('heading', { level: 1, name: 'parts' })).toBeVisible();
  expect(await axe(page)).toEqual([]);
});
