import { afterEach, describe, expect, test } from 'vitest';
import { mainHost } from '../../host/fake';
import { House } from '../../host/fake/house';
import { rules } from '../../host/fake/rules';
import type { Answer } from '../../host/types.gen';
import { dismiss, toasts } from '../../parts/toasts.svelte';
import { Acts, Removing } from './acts.svelte';
import { isRemovable } from './reading';

afterEach(() => [...toasts].forEach(({ id }) => dismiss(id)));

const done: Answer = { answer: 'done', view: { note: null } };

/** A host whose raising orders wait until each is answered by hand. */
function waiting() {
  const house = new House([]);
  const asked: { order: { order: string }; answer: (with_?: object) => void }[] = [];
  const host = {
    ...mainHost(house),
    raise: (order: { order: string }) => new Promise<Answer>((yes, no) => asked.push({ order, answer: (why) => (why ? no(why) : yes(done)) })),
  };
  return { house, asked, host };
}

const ticks = () => new Promise((go) => setTimeout(go));

describe('removing several rules', () => {
  const some = rules().filter(isRemovable).slice(0, 3);

  test('ends where the person stops it, and says how far it came', async () => {
    const { asked, host } = waiting();
    const removing = new Removing(some);
    const all = removing.go(host);
    asked[0]?.answer();
    await ticks();
    removing.stop();
    asked[1]?.answer();
    await all;
    expect(asked).toHaveLength(2);
    expect([removing.done, removing.running]).toEqual([2, false]);
    expect(toasts.map(({ words }) => words)).toEqual(['2 of 3 rules are removed. The others stay.']);
  });

  test('counts those that went', async () => {
    const { asked, host } = waiting();
    const removing = new Removing(some.slice(0, 2));
    const all = removing.go(host);
    asked[0]?.answer();
    await ticks();
    asked[1]?.answer();
    await all;
    expect(toasts.map(({ words }) => words)).toEqual(['2 rules are gone.']);
  });

  test('keeps those that would not go, with the reason', async () => {
    const { asked, host } = waiting();
    const removing = new Removing(some.slice(0, 2));
    const all = removing.go(host);
    asked[0]?.answer({ code: 'denied' });
    await ticks();
    asked[1]?.answer();
    await all;
    expect(removing.failed.map(({ rule, fault }) => [rule.id, fault.code])).toEqual([[some[0]?.id, 'denied']]);
    expect(toasts).toEqual([]);
  });
});

test('to be asked about everything does not wait for the answer to something that gives more', async () => {
  const { house, asked, host } = waiting();
  const acts = new Acts(() => host);
  void acts.setMode('learning');
  await ticks();
  await acts.setMode('careful');
  expect([house.mode, asked.length]).toEqual(['careful', 1]);
});
