import { fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { mainHost } from '../../host/fake';
import { House } from '../../host/fake/house';
import { dismiss, toasts } from '../../parts/toasts.svelte';
import { Acts } from './acts.svelte';
import UsePicker from './UsePicker.svelte';

afterEach(() => [...toasts].forEach(({ id }) => dismiss(id)));

test('what a tool may do less is set while something that gives more waits for an answer', async () => {
  const house = new House([]);
  const whole = mainHost(house);
  const host = { ...whole, raise: (order: Parameters<typeof whole.raise>[0]) => ('usage' in order && order.usage === 'silent' ? new Promise<never>(() => {}) : whole.raise(order)) };
  const acts = new Acts(() => host);
  const [slack, notes] = house.servers;
  const [tool] = slack!.tools;
  void acts.use(tool!, 'silent');
  expect([acts.sets(tool!), acts.sets({ ...tool!, account: 'other' }), acts.sets(notes!.tools[0]!)]).toEqual([true, false, false]);
  await acts.use(tool!, 'off');
  expect(house.servers[0]?.tools[0]?.usage).toBe('off');
});

test('the picker holds back what gives more while it waits, and never what takes away', async () => {
  const onuse = vi.fn();
  const tool = new House([]).servers[0]!.tools[0]!;
  render(UsePicker, { tool: { ...tool, usage: 'ask' }, busy: true, onuse });
  for (const name of ['Silent', 'Rules', 'Ask', 'Off']) await fireEvent.click(screen.getByRole('radio', { name }));
  expect(onuse.mock.calls).toEqual([['ask'], ['off']]);
});
