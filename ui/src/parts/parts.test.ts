import { fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import Button from './Button.svelte';
import Choice from './Choice.svelte';
import { asClock, marks } from './countdown';
import Digest from './Digest.svelte';
import { reachable, stretch } from './table';
import { dismiss, hold, release, tell, tellFault, toasts } from './toasts.svelte';
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

  test('keeps the focus while it is unfolded and folded again', async () => {
    render(UntrustedText, { text: 'x'.repeat(1000), most: 100 });
    const button = screen.getByRole('button', { name: /900/ });
    button.focus();
    await fireEvent.click(button);
    expect(document.activeElement?.textContent).toBe('Show less');
    await fireEvent.click(button);
    expect(document.activeElement?.textContent).toMatch(/900/);
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

test('a countdown is written as a clock', () => {
  expect([0, 9, 61, 3723, -5].map(asClock)).toEqual(['0:00', '0:09', '1:01', '1:02:03', '0:00']);
});

test('a fingerprint is shown by its first twelve digits, whole in its title', () => {
  const digest = '0123456789abcdef'.repeat(4);
  const { container } = render(Digest, { digest });
  expect(container.textContent).toBe('0123 4567 89ab…');
  expect(container.querySelector('code')?.title).toBe(digest);
});

describe('a choice that is an order', () => {
  test('is made by Enter, and arrows only lead to it', async () => {
    const onchoose = vi.fn();
    const options = ['ask', 'silent', 'off'].map((value) => ({ value, label: value }));
    render(Choice, { legend: 'Use', options, value: 'ask', weighty: true, onchoose });
    screen.getByRole('radio', { name: 'ask' }).focus();
    for (let at = 0; at < 2; at++) await fireEvent.keyDown(document.activeElement!, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(screen.getByRole('radio', { name: 'off' }));
    expect(onchoose).not.toHaveBeenCalled();
    await fireEvent.keyDown(document.activeElement!, { key: 'Enter' });
    expect(onchoose.mock.calls).toEqual([['off']]);
  });
});

describe('a toast', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    [...toasts].forEach(({ id }) => dismiss(id));
    vi.useRealTimers();
  });

  test('goes by itself, but not while somebody is on it; a fault stays', () => {
    tell('one');
    tell('two');
    tellFault('three');
    hold(toasts[0]!.id);
    vi.advanceTimersByTime(60_000);
    expect(toasts.map(({ words }) => words)).toEqual(['one', 'three']);
    for (const { id } of [...toasts]) release(id);
    vi.advanceTimersByTime(60_000);
    expect(toasts.map(({ words }) => words)).toEqual(['three']);
  });
});

describe('a long table', () => {
  test('has a row for Tab, also where the current one is scrolled away', () => {
    const view = stretch(10_000, 40, 40_000, 400);
    expect([0, 1000, 9999].map((current) => reachable(current, view))).toEqual([1000, 1000, 1000]);
    expect(reachable(995, view)).toBe(995);
    expect(reachable(7, { from: 0, to: 3 })).toBe(2);
  });

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
