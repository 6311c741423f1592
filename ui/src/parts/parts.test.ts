import { fireEvent, render, screen } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';
import Button from './Button.svelte';
import { marks } from './countdown';
import Digest from './Digest.svelte';
import { stretch } from './table';
import UntrustedText from './UntrustedText.svelte';

describe('text from outside', () => {
  test('is never markup', () => {
    const { container } = render(UntrustedText, { text: '<img src=x onerror=alert(1)><b>bold</b>' });
    expect(container.querySelector('img, b')).toBe(null);
    expect(container.textContent).toContain('<img src=x onerror=alert(1)><b>bold</b>');
  });

  test('keeps its direction to itself and shows what would reorder it', () => {
    const { container } = render(UntrustedText, { text: 'exe.\u202egpj' });
    expect(container.querySelector('bdi')?.textContent).toBe('exe.\\u202egpj');
    expect(container.querySelector('.code')?.textContent).toBe('\\u202e');
  });

  test('folds what is long, says how much there is, and unfolds it', async () => {
    const { container } = render(UntrustedText, { text: 'x'.repeat(1000), most: 100 });
    expect(container.querySelector('bdi')?.textContent).toBe(`${'x'.repeat(100)}…`);
    await fireEvent.click(screen.getByRole('button', { name: /900/ }));
    expect(container.querySelector('bdi')?.textContent).toBe('x'.repeat(1000));
  });

  test('unfolds a megabyte in steps', async () => {
    const { container } = render(UntrustedText, { text: 'x'.repeat(1_000_000), most: 100 });
    await fireEvent.click(screen.getByRole('button'));
    expect(container.textContent?.length).toBeLessThan(30_000);
  });

  test('never cuts a character in two', () => {
    const { container } = render(UntrustedText, { text: '😀'.repeat(50), most: 3 });
    expect(container.querySelector('bdi')?.textContent).toBe('😀…');
  });
});

describe('a held button', () => {
  test('keeps its place, its focus and its words, and does nothing', async () => {
    const onpress = vi.fn();
    render(Button, { onpress, held: true, label: 'Allow' });
    const button = screen.getByRole('button', { name: 'Allow' });
    expect(button.getAttribute('aria-disabled')).toBe('true');
    button.focus();
    expect(document.activeElement).toBe(button);
    await fireEvent.click(button);
    expect(onpress).not.toHaveBeenCalled();
  });
});

test('a countdown is said aloud at 60, 30 and 10 seconds only', () => {
  expect([300, 61, 60, 45, 30, 11, 10, 1, 0].map(marks)).toEqual([null, null, 60, 60, 30, 30, 10, 10, null]);
});

test('a fingerprint is shown by its first twelve digits, whole in its title', () => {
  const digest = '0123456789abcdef'.repeat(4);
  const { container } = render(Digest, { digest });
  expect(container.textContent).toBe('0123 4567 89ab…');
  expect(container.querySelector('code')?.title).toBe(digest);
});

describe('a long table', () => {
  test('holds only the rows in view and some beside them', () => {
    expect(stretch(10_000, 40, 0, 400)).toEqual({ from: 0, to: 19 });
    expect(stretch(10_000, 40, 40_000, 400)).toEqual({ from: 992, to: 1019 });
    expect(stretch(5, 40, 0, 400)).toEqual({ from: 0, to: 5 });
  });

  test('still shows its end when rows were taken away while it was scrolled', () => {
    const { from, to } = stretch(20, 40, 40_000, 400);
    expect(to).toBe(20);
    expect(from).toBeLessThan(20);
  });
});
