import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Errand } from './errand.svelte';
import type { ConsoleError } from './types.gen';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = () => new Promise<void>(() => {});

test('an order that takes long is said to wait for a yes', async () => {
  const errand = new Errand(() => {});
  void errand.run('login', never);
  expect([errand.has('login'), errand.waits]).toEqual([true, false]);
  vi.advanceTimersByTime(600);
  expect(errand.waits).toBe(true);
});

test('what takes authority away does not wait for what asks for more', async () => {
  const errand = new Errand(() => {});
  void errand.run('login', never, true);
  expect(await errand.run('pause', async () => 'done')).toBe('done');
  expect(errand.waits).toBe(true);
  expect(await errand.run('login', async () => 'twice')).toBeUndefined();
});

test('a refusal is told, and nothing waits any more', async () => {
  const told: ConsoleError[] = [];
  const errand = new Errand((fault) => told.push(fault));
  const refusal: ConsoleError = { code: 'denied', subject: 'notes', detail: null };
  expect(await errand.run('login', () => Promise.reject(refusal), true)).toBeUndefined();
  expect(told).toEqual([refusal]);
  expect([errand.has('login'), errand.waits]).toEqual([false, false]);
});
