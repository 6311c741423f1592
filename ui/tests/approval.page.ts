/** What a person does with one question, with keys and pointer, on the page as it is built. */
import { allow, answers, closed, deny, open, type Fake } from './asking';
import { axe, expect, test } from './watch';

test.describe('with the keyboard alone', () => {
  test('a call is allowed by the chord, and by nothing less', async ({ page }) => {
    await open(page, 'send');
    await expect(page.locator('h1')).toBeFocused();
    for (const key of ['Enter', 'Space', 'y', 'a', 'o', 'ArrowDown']) await page.keyboard.press(key);
    expect(await answers(page)).toEqual([]);
    await page.keyboard.press('Control+Enter');
    expect(await answers(page)).toEqual(['allow_once']);
  });

  test('a call is denied by Escape', async ({ page }) => {
    await open(page, 'send');
    await page.keyboard.press('Escape');
    expect(await answers(page)).toEqual(['deny']);
    expect(await closed(page)).toBe(1);
  });

  test('a number chooses how far a yes goes, and arrows choose within it', async ({ page }) => {
    await open(page, 'send');
    await page.keyboard.press('3');
    await expect(page.getByRole('radio', { name: /for a while/ })).toBeFocused();
    await expect(page.getByRole('radio', { name: '5 minutes', exact: true })).toBeChecked();
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await expect(page.getByRole('radio', { name: '15 minutes' })).toBeChecked();
    await page.keyboard.press('Control+Enter');
    expect(await answers(page)).toEqual(['allow_for:15']);
  });

  test('every control is reached by Tab, and each shows that it has the focus', async ({ page }) => {
    await open(page, 'send');
    const reached: string[] = [];
    // Once around: the focus begins at the sentence, behind which who asks stands.
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press('Tab');
      const focus = await page.evaluate(() => {
        const on = document.activeElement;
        if (!(on instanceof HTMLElement) || on === document.body) return null;
        const ring = on.closest('label') ?? on;
        const box = on.getBoundingClientRect();
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return { name: (on.getAttribute('aria-label') ?? on.closest('label')?.textContent ?? on.textContent ?? '').trim(), ring: getComputedStyle(ring).outlineStyle, covered: !(top && (ring.contains(top) || top.contains(on))) };
      });
      if (!focus) continue;
      expect(focus, focus.name).toMatchObject({ ring: 'solid', covered: false });
      reached.push(focus.name);
    }
    for (const name of ['How it was started', 'Exact text', 'Deny', 'Allow', 'Deny and block']) {
      expect(reached.some((one) => one.startsWith(name)), `${name} in ${reached.join(' | ')}`).toBe(true);
    }
  });

  test('blocking takes two keys: one to go there, one to press it', async ({ page }) => {
    await open(page, 'send');
    await page.keyboard.press('b');
    await expect(page.getByRole('button', { name: 'Deny and block' })).toBeFocused();
    expect(await answers(page)).toEqual([]);
    await page.keyboard.press('Enter');
    expect(await answers(page)).toEqual(['deny_and_block']);
  });

  test('single letters do nothing where they are turned off', async ({ page }) => {
    await open(page, 'send', { more: '&letters=off' });
    await page.keyboard.press('r');
    await expect(page.getByRole('button', { name: 'Exact text' })).toHaveAttribute('aria-pressed', 'false');
    await page.keyboard.press('3');
    await expect(page.getByRole('radio', { name: /this call/ })).toBeChecked();
  });
});

test.describe('the guard', () => {
  test('holds every way to answer, and says so, until the question can have been read', async ({ page }) => {
    await open(page, 'send', { armed: false });
    await page.clock.runFor(100);
    for (const button of [deny(page), allow(page)]) {
      await expect(button).toHaveAttribute('aria-disabled', 'true');
      await expect(button).toHaveAccessibleDescription('Available in a moment');
      await button.click({ force: true });
    }
    await page.keyboard.press('Control+Enter');
    await page.keyboard.press('Escape');
    expect(await answers(page)).toEqual([]);
    await page.clock.runFor(1000);
    await expect(allow(page)).not.toHaveAttribute('aria-disabled');
    await allow(page).click();
    expect(await answers(page)).toEqual(['allow_once']);
  });

  test('grows while somebody types', async ({ page }) => {
    await open(page, 'send', { armed: false });
    await page.clock.runFor(200);
    for (let presses = 0; presses < 6; presses++) {
      await page.keyboard.press('Control+Enter');
      await page.clock.runFor(300);
      await expect(allow(page)).toHaveAttribute('aria-disabled', 'true');
    }
    expect(await answers(page)).toEqual([]);
  });

  test('begins anew for the next question', async ({ page }) => {
    await open(page, 'queue');
    await page.keyboard.press('Escape');
    await page.clock.runFor(100);
    await expect(page.locator('h1')).toHaveText('Search Slack for “quarterly numbers”');
    await page.keyboard.press('Control+Enter');
    expect(await answers(page)).toEqual(['deny']);
  });
});

test.describe('what cannot be taken back', () => {
  test('is allowed only after its name was typed, and has no chord', async ({ page }) => {
    await open(page, 'destroy');
    await expect(page.getByRole('radio', { checked: true })).toHaveCount(0);
    await page.keyboard.press('1');
    await expect(allow(page)).toHaveAttribute('aria-disabled', 'true');
    await page.getByLabel(/archive_channel/).fill('archive_channe');
    await expect(allow(page)).toHaveAttribute('aria-disabled', 'true');
    await page.getByLabel(/archive_channel/).fill('archive_channel');
    await expect(allow(page)).not.toHaveAttribute('aria-disabled');
    await page.keyboard.press('Control+Enter');
    expect(await answers(page)).toEqual([]);
    await allow(page).click();
    expect(await answers(page)).toEqual(['allow_once']);
  });

  test('still wants a choice when the name was typed', async ({ page }) => {
    await open(page, 'destroy');
    await page.getByLabel(/archive_channel/).fill('archive_channel');
    await expect(allow(page)).toHaveAttribute('aria-disabled', 'true');
  });

  test('looks different in shape: a filled head and a thick border', async ({ page }) => {
    const look = () =>
      page.locator('[role=alertdialog]').evaluate((frame) => ({
        border: Number.parseFloat(getComputedStyle(frame).borderInlineStartWidth),
        head: getComputedStyle(frame.querySelector('header')!).backgroundColor,
      }));
    await open(page, 'destroy');
    const grave = await look();
    await page.goto('/approval.html?scene=change');
    await expect(page.locator('h1')).toBeVisible();
    const mild = await look();
    expect(grave.border).toBeGreaterThan(4);
    expect(mild.border).toBe(0);
    expect(grave.head).not.toBe(mild.head);
  });
});

test.describe('time', () => {
  test('runs out in sight, is said aloud three times, and then a yes is for next time', async ({ page }) => {
    await open(page, 'connect');
    const timer = page.getByRole('timer');
    await expect(timer).toHaveText('');
    const seen = page.getByText(/waits .*:.* more/);
    await expect(seen).toContainText('4:49');
    for (const [seconds, words] of [[228, ''], [1, '60'], [29, '60'], [1, '30'], [19, '30'], [1, '10'], [9, '10']] as const) {
      await page.clock.fastForward(1000 * seconds);
      await expect(timer).toHaveText(words && `${words} seconds left`);
    }
    await page.clock.fastForward(2000);
    await expect(page.getByRole('alert')).toContainText('stopped waiting');
    await page.getByRole('button', { name: 'Allow next time' }).click();
    expect(await answers(page)).toEqual(['allow_once']);
  });

  test('that has run out can be put aside without an answer', async ({ page }) => {
    await open(page, 'late');
    await expect(page.getByRole('alert')).toContainText(/Claude Desktop.* stopped waiting/);
    await expect(page.getByRole('radio')).toHaveCount(0);
    await page.keyboard.press('Escape');
    expect(await answers(page)).toEqual([]);
    expect(await closed(page)).toBe(1);
  });
});

test('an answer that is refused says why, and the question stays', async ({ page }) => {
  await open(page, 'send');
  await page.evaluate(() => {
    const refused = { code: 'locked', subject: null, detail: null };
    Object.assign((globalThis as unknown as Fake).fakeDesk, { answer: () => Promise.reject(refused) });
  });
  await allow(page).click();
  await expect(page.getByRole('alert')).toContainText('Keyholder is locked.');
  expect(await answers(page)).toEqual([]);
  await page.clock.resume();
  expect(await axe(page)).toEqual([]);
});

test('the window is one dialog whose name is the sentence and whose order is fixed', async ({ page }) => {
  await open(page, 'send');
  await expect(page.getByRole('alertdialog')).toMatchAriaSnapshot(`
    - alertdialog "Send a message to 14 people in Slack":
      - paragraph: Leaves your account
      - term: Who asks
      - definition:
        - strong: Claude Desktop
        - text: /Applications/Claude.app/Contents/MacOS/Claude
        - group: How it was started
      - term: Where to
      - definition:
        - text: slack
        - strong: mcp.slack.example
        - text: as ⁨ana@acme.example⁩
      - heading "Send a message to 14 people in Slack" [level=1]
      - paragraph: 5 values are sent along
      - list:
        - listitem: It leaves your account.
        - listitem: It reaches 14 people at once.
        - listitem: A file goes with it for the first time.
      - region "What will be sent":
        - heading "What will be sent" [level=2]
        - button "Exact text"
        - term: channel
        - definition: "#all-hands who receives it"
        - term: text
        - definition:
          - text: /Hi all, the Q4 numbers are in/
          - button "Show more (246 characters)"
        - term: attachment
        - definition: /home/ana/payroll.xlsx a file or folder
        - term: link
        - definition: https://drive.example.net/q4 leads to drive.example.net
        - term: api_key
        - definition: "hidden, 40 characters hidden: looks like a secret"
      - region "Since the last time":
        - heading "Since the last time" [level=2]
        - list:
          - listitem: "channel #ops → #all-hands"
          - listitem: attachment /home/ana/payroll.xlsx
          - listitem: 3 unchanged
      - term: The server says
      - definition: /read-only.*destructive.*reaches the outside world.* unverified/
      - term: Why you are asked
      - definition: No rule of yours lets this app run this tool without a question.
      - term: Fingerprint
      - definition
      - group "Allow":
        - radio "this call" [checked]
        - radio "some calls"
        - radio "for a while"
        - radio "until ⁨Claude Desktop⁩ quits"
        - radio "always …"
      - paragraph: This one call runs.
      - button "Deny"
      - button "Allow"
      - paragraph:
        - timer
      - button "Deny and block"
  `);
  await expect(page.getByRole('alertdialog')).toHaveAccessibleDescription(/Leaves your account.*It leaves your account.*5 values are sent along/s);
});

test('nothing moves for who wants no movement', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, 'send');
  const moves = await page.evaluate(() =>
    [...document.querySelectorAll('*')].filter((one) => {
      const { transitionDuration, animationName } = getComputedStyle(one);
      return animationName !== 'none' || transitionDuration.split(', ').some((time) => Number.parseFloat(time) > 0);
    }).length,
  );
  expect(moves).toBe(0);
});

test('what the server says of its tool is said in our words, as unverified, and nothing else of it is shown', async ({ page }) => {
  await open(page, 'claims');
  const line = page.locator('dd', { hasText: 'unverified' });
  await expect(line).toHaveText(/^read-only: .no., destructive: .no., no further effect when repeated: .yes., reaches the outside world: .no., title: .Add a note.\s+unverified$/);
  await expect(page.getByText(/Hint/)).toHaveCount(0);
  await open(page, 'unidentified');
  await expect(page.getByText('The server says')).toHaveCount(0);
});
