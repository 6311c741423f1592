import { fireEvent, render, screen } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import Growing from './Growing.svelte';

// jsdom has none; nothing ever comes into view.
beforeEach(() => vi.stubGlobal('IntersectionObserver', class { observe() {} disconnect() {} }));
afterEach(() => vi.unstubAllGlobals());

test('the button that shows more keeps the focus, and leaves it to the first of the last entries', async () => {
  const item = createRawSnippet((row: () => number) => ({ render: () => `<b>${row()}</b>` }));
  render(Growing<number>, { label: 'Numbers', rows: [1, 2, 3, 4, 5], id: (row: number) => row, item, step: 2 });
  const button = screen.getByRole('button', { name: 'Show more (3 left)' });
  button.focus();
  await fireEvent.click(button);
  expect(document.activeElement).toBe(button);
  expect(button.textContent).toContain('1 left');
  await fireEvent.click(button);
  await expect.poll(() => document.activeElement?.textContent).toBe('5');
});
