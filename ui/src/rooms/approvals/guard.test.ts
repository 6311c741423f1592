import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Guard } from './guard.svelte';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('nothing counts before the time that the other side has said', () => {
  const guard = new Guard();
  expect(guard.armed).toBe(false);
  guard.wait({ armed_in_ms: 400 });
  vi.advanceTimersByTime(399);
  expect(guard.armed).toBe(false);
  vi.advanceTimersByTime(1);
  expect(guard.armed).toBe(true);
});

test('whoever presses meanwhile waits anew', () => {
  const guard = new Guard();
  guard.wait({ armed_in_ms: 400 });
  vi.advanceTimersByTime(300);
  guard.wait({ armed_in_ms: 400 });
  vi.advanceTimersByTime(300);
  expect(guard.armed).toBe(false);
  vi.advanceTimersByTime(100);
  expect(guard.armed).toBe(true);
});

test('an armed guard that begins anew does not count meanwhile', () => {
  const guard = new Guard();
  guard.wait({ armed_in_ms: 0 });
  vi.advanceTimersByTime(0);
  expect(guard.armed).toBe(true);
  guard.hold();
  vi.advanceTimersByTime(10_000);
  expect(guard.armed).toBe(false);
});

test('only the last one that was asked counts', async () => {
  const guard = new Guard();
  let first: (armed: { armed_in_ms: number }) => void = () => {};
  const late = guard.begin(() => new Promise((resolve) => (first = resolve)));
  await guard.begin(async () => ({ armed_in_ms: 400 }));
  vi.advanceTimersByTime(390);
  first({ armed_in_ms: 0 });
  await late;
  vi.advanceTimersByTime(5);
  expect(guard.armed).toBe(false);
});

test('without an answer from the other side nothing ever counts', async () => {
  const guard = new Guard();
  await expect(guard.begin(() => Promise.reject(new Error('gone')))).rejects.toThrow();
  vi.advanceTimersByTime(60_000);
  expect(guard.armed).toBe(false);
});
