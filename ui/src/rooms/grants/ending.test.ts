import { render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, test } from 'vitest';
import { House } from '../../host/fake/house';
import { mainHost } from '../../host/fake';
import type { Answer, ConsoleError, RevocationView } from '../../host/types.gen';
import { dismiss, toasts } from '../../parts/toasts.svelte';
import { connections } from './connections';
import EndDialog from './EndDialog.svelte';
import { Ending, Stopping } from './ending.svelte';

const refusal: ConsoleError = { code: 'keychain', subject: null, detail: null };

afterEach(() => [...toasts].forEach(({ id }) => dismiss(id)));

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

/** A host that has this to say to every order. */
const telling = (receipt: RevocationView[]) => ({ ...mainHost(new House([])), lower: async (): Promise<Answer> => ({ answer: 'revocations', view: receipt }) });

const one = (name: string) => connections(new House([]), Date.now()).find((known) => known.name === name)!;

describe('a receipt', () => {
  // jsdom has no modal dialogs.
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };

  test.each([
    [['confirmed'], 'is revoked'],
    [['confirmed', 'failed'], 'signed out of'],
    [[], 'there was nothing to take back'],
  ] as const)('of %j is told as what it is', async (upstreams, words) => {
    const ending = new Ending(one('slack'), 'revoke');
    const host = telling(upstreams.map((upstream) => ({ server: 'slack', account: 'ana', upstream, bridges: 0 })));
    render(EndDialog, { host, ending, onclose: () => {} });
    await ending.go(host);
    expect((await screen.findByRole('heading', { level: 2 })).textContent).toContain(words);
  });

  test('is told in a toast where its dialog was closed meanwhile', async () => {
    await new Ending(one('slack'), 'revoke').go(telling([{ server: 'slack', account: 'ana', upstream: 'failed', bridges: 0 }]));
    await new Ending(one('slack'), 'revoke').go(host(new House([]), () => true));
    expect(toasts.map(({ look, words }) => [look, /did not confirm|keychain cannot be used/.exec(words)?.[0]])).toEqual([
      ['bad', 'did not confirm'],
      ['bad', 'keychain cannot be used'],
    ]);
  });
});

test('where there was nothing to give back, nothing is said to be done', async () => {
  for (const grants of [new House([]).grants.slice(0, 1), null]) {
    const stopping = new Stopping();
    await stopping.go(telling([]), grants);
    expect([stopping.fates.map(({ fate }) => fate.is), stopping.done]).toEqual([['nothing'], 1]);
  }
});

test('all is said to be stopped only where it is', async () => {
  const extents = await Promise.all(
    [() => false, ({ order }: { order: string }) => order === 'lock', (order: object) => JSON.stringify(order).includes('slack')].map(async (refuses) => {
      const house = new House([]);
      const stopping = new Stopping();
      await stopping.go(host(house, refuses), house.grants.filter(({ server }) => server !== 'tracker'));
      return stopping.extent;
    }),
  );
  expect(extents).toEqual(['done', 'partly', 'partly']);
  const house = new House([]);
  const stopping = new Stopping();
  await stopping.go(mainHost(house), house.grants);
  expect(stopping.extent).toBe('here');
  expect(toasts.map(({ look }) => look).sort()).toEqual(['bad', 'bad', 'bad', 'good']);
});
