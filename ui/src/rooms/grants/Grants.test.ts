import { fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { mainHost } from '../../host/fake';
import { House } from '../../host/fake/house';
import { Route } from '../../host/route.svelte';
import type { Answer } from '../../host/types.gen';
import { dismiss, toasts } from '../../parts/toasts.svelte';
import Grants from './Grants.svelte';

afterEach(() => [...toasts].forEach(({ id }) => dismiss(id)));

// jsdom has no modal dialogs.
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
  this.open = false;
};

test('what would not stop is told, and shown once more, where the dialog was closed meanwhile', async () => {
  const whole = mainHost(new House([]));
  let refuse = () => {};
  const refused = new Promise<Answer>((_, no) => (refuse = () => no({ code: 'internal', subject: null, detail: null })));
  refused.catch(() => {});
  render(Grants, { host: { ...whole, lower: (order) => (order.order === 'revoke' ? refused : whole.lower(order)) }, route: new Route() });
  await fireEvent.click(await screen.findByRole('button', { name: 'Stop everything…' }));
  await fireEvent.click(await screen.findByRole('button', { name: 'Sign out everywhere' }));
  await fireEvent.click((await screen.findAllByRole('button', { name: 'Close' })).at(-1)!);
  expect(screen.queryByRole('dialog')).toBe(null);
  refuse();
  await expect.poll(() => toasts.map(({ look, words }) => `${look}: ${words}`)).toEqual(['bad: Not everything is stopped. Look at your connections.']);
  await fireEvent.click(await screen.findByRole('button', { name: 'Stop everything…' }));
  expect((await screen.findByRole('heading', { name: 'Not everything is stopped' })).tagName).toBe('H2');
  await fireEvent.click((await screen.findAllByRole('button', { name: 'Close' }))[0]!);
  await fireEvent.click(await screen.findByRole('button', { name: 'Stop everything…' }));
  await screen.findByRole('button', { name: 'Sign out everywhere' });
});
