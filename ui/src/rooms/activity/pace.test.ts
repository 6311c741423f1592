import { expect, test, vi } from 'vitest';
import { paced } from './pace';

test('what is wanted often is done at once, and then at most once a while', () => {
  vi.useFakeTimers();
  const act = vi.fn();
  const pace = paced(1000, act);
  for (let at = 0; at < 5; at++) pace.want();
  expect(act).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(999);
  expect(act).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(act).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(5000);
  expect(act).toHaveBeenCalledTimes(2);
  pace.want();
  pace.want();
  pace.stop();
  vi.advanceTimersByTime(5000);
  expect(act).toHaveBeenCalledTimes(3);
  vi.useRealTimers();
});
