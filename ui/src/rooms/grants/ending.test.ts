import { expect, test } from 'vitest';
import { House } from '../../host/fake/house';
import { mainHost } from '../../host/fake';
import type { ConsoleError } from '../../host/types.gen';
import { Stopping } from './ending.svelte';

const refusal: ConsoleError = { code: 'keychain', subject: null, detail: null };

/** A host that refuses some of the orders. */
function host(house: House, refuses: (order: { order: string }) => boolean) {
  const whole = mainHost(house);
  return { ...whole, lower: (order: Parameters<typeof whole.lower>[0]) => (refuses(order) ? Promise.reject(refusal) : whole.lower(order)) };
}

test('everything ends even where locking fails', async () => {
  const house = new House([]);
  const stopping = new Stopping();
  await stopping.go(host(house, ({ order }) => order === 'lock'), house.grants);
  expect(stopping.lockFault).toEqual(refusal);
  expect([stopping.stage, stopping.done, stopping.failed]).toEqual(['done', 4, 1]);
  expect(house.grants.every((grant) => grant.state === 'revoked')).toBe(true);
});

test('one that cannot be ended keeps none of the others', async () => {
  const house = new House([]);
  const stopping = new Stopping();
  await stopping.go(host(house, (order) => JSON.stringify(order).includes('slack')), house.grants);
  expect(stopping.fates.map(({ fate }) => fate.is)).toEqual(['fault', 'ended', 'ended', 'ended']);
  expect([house.locked, stopping.failed]).toEqual([true, 2]);
});

test('what cannot be listed can still be given back, all at once', async () => {
  const house = new House([]);
  const stopping = new Stopping();
  await stopping.go(mainHost(house), null);
  expect(stopping.fates.map(({ grant }) => grant.server)).toEqual(['slack', 'notes', 'warehouse', 'tracker']);
  expect(house.grants.every((grant) => grant.state === 'revoked')).toBe(true);
});
