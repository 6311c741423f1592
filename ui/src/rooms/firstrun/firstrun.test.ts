import { fireEvent, render, screen } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { expect, test } from 'vitest';
import { mainHost } from '../../host/fake';
import { House } from '../../host/fake/house';
import { Route } from '../../host/route.svelte';
import FirstRun from './FirstRun.svelte';

test('what was chosen is said to the broker, also where the mode that holds could not be read', async () => {
  const house = new House([]);
  const whole = mainHost(house);
  const host: typeof whole = { ...whole, read: (order) => (order.order === 'mode' ? Promise.reject({ code: 'internal' }) : whole.read(order)) };
  render(FirstRun, { host, route: new Route(), apps: createRawSnippet(() => ({ render: () => '<p></p>' })) });
  await fireEvent.click(await screen.findByRole('radio', { name: /^Careful/ }));
  await fireEvent.click(screen.getByRole('button', { name: 'Connect your first server' }));
  await expect.poll(() => house.mode).toBe('careful');
});
