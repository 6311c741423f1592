import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApprovalDesk } from '../../host/fake/approvals';
import { House } from '../../host/fake/house';
import { scene } from '../../host/fake/scenes';
import { send } from '../../host/fake/questions';
import type { ConsoleError } from '../../host/types.gen';
import { Desk } from './desk.svelte';

let end = () => {};

/** A desk on the fake host, and time that is moved by hand. */
async function open(name: string) {
  const house = new House(scene(name));
  const host = new ApprovalDesk(house);
  const desk = new Desk(host, async () => true);
  end = desk.start();
  await pass(50);
  return { house, host, desk };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Does something that ends only when what follows has been painted. */
const painted = (act: Promise<unknown>) => Promise.all([act, pass(50)]);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'requestAnimationFrame', 'Date'] });
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

test('an answer before the guard has passed is not even sent', async () => {
  const { desk, host } = await open('send');
  expect(desk.ids()).toHaveLength(1);
  const answer = vi.spyOn(host, 'answer');
  await desk.answer('allow_once');
  expect(answer).not.toHaveBeenCalled();
  await pass(450);
  await desk.answer('allow_once');
  expect(host.answers.map(({ choice }) => choice)).toEqual(['allow_once']);
});

test('the guard begins when the question has been painted, not when it was fetched', async () => {
  const house = new House(scene('send'));
  const host = new ApprovalDesk(house);
  const seen = vi.spyOn(host, 'seen');
  const desk = new Desk(host, async () => true);
  const frames: FrameRequestCallback[] = [];
  vi.stubGlobal('requestAnimationFrame', (then: FrameRequestCallback) => frames.push(then));
  end = desk.start();
  await pass(1000);
  expect(desk.drawing).not.toBe(null);
  expect(seen).not.toHaveBeenCalled();
  frames.shift()?.(0);
  await pass(0);
  expect(seen).not.toHaveBeenCalled();
  frames.shift()?.(0);
  await pass(0);
  expect(seen).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});

test('nothing is on the screen, nor seen, before all that belongs to it is loaded', async () => {
  const host = new ApprovalDesk(new House(scene('connect')));
  const seen = vi.spyOn(host, 'seen');
  let loaded: (isWhole: boolean) => void = () => {};
  const desk = new Desk(host, () => new Promise((done) => (loaded = done)));
  end = desk.start();
  await pass(1000);
  expect(desk.drawing).toBe(null);
  expect(seen).not.toHaveBeenCalled();
  loaded(true);
  await pass(50);
  expect(desk.drawing).not.toBe(null);
  expect(seen).toHaveBeenCalledOnce();
});

test('what could not be loaded is said, the question stays, and a no is taken', async () => {
  const host = new ApprovalDesk(new House(scene('connect')));
  const desk = new Desk(host, async () => false);
  end = desk.start();
  await pass(500);
  expect(desk.isWhole).toBe(false);
  expect(desk.fault?.detail).toContain('can only be denied');
  await desk.answer('deny');
  expect(host.answers.map(({ choice }) => choice)).toEqual(['deny']);
});

test('where the table cannot be loaded, the questions come one by one', async () => {
  const host = new ApprovalDesk(new House(scene('alike')));
  const desk = new Desk(host, async ({ together }) => !together);
  end = desk.start();
  await pass(500);
  expect(desk.drawing?.together).toBe(false);
  expect(desk.isWhole).toBe(true);
  expect(desk.fault?.detail).toContain('one by one');
  await painted(desk.answer('allow_once'));
  expect(desk.ids()).toHaveLength(1);
  expect(desk.open).toHaveLength(4);
});

test('what is read twice at once is shown one after the other, and what was shown last is what is seen', async () => {
  const house = new House(scene('send'));
  const host = new ApprovalDesk(house);
  const given: string[] = [];
  let [running, most] = [0, 0];
  const show = host.show.bind(host);
  vi.spyOn(host, 'show').mockImplementation(async (id) => {
    most = Math.max(most, (running += 1));
    // The first takes longest.
    await new Promise((done) => setTimeout(done, given.length === 0 ? 30 : 1));
    running -= 1;
    const view = await show(id);
    given.push(view.nonce);
    return view;
  });
  const seen = vi.spyOn(host, 'seen');
  const desk = new Desk(host, async () => true);
  end = desk.start();
  await pass(5);
  document.dispatchEvent(new Event('visibilitychange'));
  await pass(200);
  expect(most).toBe(1);
  expect(given).toHaveLength(2);
  expect(seen.mock.calls.map(([, nonce]) => nonce)).toEqual([given[1]]);
});

test('a new question joins the queue and does not take the place of the one that is read', async () => {
  const { desk, house } = await open('send');
  const [first] = desk.ids();
  house.ask(send());
  await pass(50);
  expect(desk.ids()).toEqual([first]);
  expect(desk.open).toHaveLength(2);
});

test('what ends elsewhere makes room for the next, which has a guard of its own', async () => {
  const { desk, house } = await open('queue');
  await pass(500);
  expect(desk.guard.armed).toBe(true);
  const [first] = desk.ids();
  house.settle(first!);
  await pass(50);
  expect(desk.ids()).not.toContain(first);
  expect(desk.guard.armed).toBe(false);
});

test('the window is closed when nothing waits any more', async () => {
  const { desk, host } = await open('send');
  await pass(500);
  await desk.answer('deny');
  await pass(50);
  expect(host.closed).toBe(1);
  expect(desk.drawing).toBe(null);
});

test('a focus that the other side noticed begins the guard anew', async () => {
  const { desk, host } = await open('send');
  await pass(500);
  host.guardAnew(desk.ids()[0]!);
  expect(desk.guard.armed).toBe(false);
  await pass(400);
  expect(desk.guard.armed).toBe(true);
});

test('typing through the guard makes it longer', async () => {
  const { desk } = await open('send');
  for (let presses = 0; presses < 5; presses++) {
    await pass(300);
    desk.touched();
    await pass(0);
    expect(desk.guard.armed).toBe(false);
  }
  await pass(400);
  expect(desk.guard.armed).toBe(true);
});

test('three that read alike are shown together, and each can be looked at by itself', async () => {
  const { desk } = await open('alike');
  expect(desk.drawing?.together).toBe(true);
  expect(desk.ids()).toHaveLength(5);
  await painted(desk.look(desk.ids()[2]!, true));
  expect(desk.drawing?.together).toBe(false);
});

test('those that were chosen are answered once, and the others are shown anew', async () => {
  const { desk, host } = await open('alike-send');
  await pass(500);
  const [first, second] = desk.drawing!.details;
  await painted(desk.answerListed([first!, second!], 'allow_once'));
  expect(host.answers).toEqual([first, second].map((one) => ({ question: one!.question.id, choice: 'allow_once' })));
  expect(desk.ids()).toHaveLength(3);
  expect(desk.guard.armed).toBe(false);
});

test('a refused answer shows why and draws the question again', async () => {
  const { desk, host } = await open('send');
  await pass(500);
  vi.spyOn(host, 'answer').mockRejectedValueOnce({ code: 'conflict', subject: null, detail: 'another showing is newer' });
  const nonce = desk.drawing?.nonce;
  await painted(desk.answer('allow_once'));
  expect(desk.fault?.code).toBe('conflict');
  expect(desk.drawing?.nonce).not.toBe(nonce);
  expect(desk.guard.armed).toBe(false);
});

test('a late question that is put aside does not come back by itself', async () => {
  const { desk, host, house } = await open('late');
  await desk.aside();
  await pass(50);
  expect(host.closed).toBe(1);
  house.ask(send());
  await pass(50);
  expect(desk.open).toHaveLength(1);
});

test('a question that is on the list and cannot be shown is left out, and not asked for again and again', async () => {
  const house = new House(scene('queue'));
  const host = new ApprovalDesk(house);
  const show = vi.spyOn(host, 'show').mockRejectedValueOnce({ code: 'not_found', subject: null, detail: null });
  const desk = new Desk(host, async () => true);
  end = desk.start();
  await pass(100);
  expect(show).toHaveBeenCalledTimes(2);
  expect(desk.ids()).toEqual([house.questions[1]?.question.id]);
});

/** What no fake broker does by itself: a question stays on the list, and this order says that there is none. */
const NOT_FOUND: ConsoleError = { code: 'not_found', subject: null, detail: null };

for (const [name, order] of [['late', 'show'], ['late', 'seen'], ['alike', 'showListed'], ['alike', 'seen']] as const) {
  test(`a list and ${order} that never agree are not asked in turn for ever: ${name}`, async () => {
    const house = new House(scene(name));
    const host = new ApprovalDesk(house);
    const list = vi.spyOn(host, 'list');
    vi.spyOn(host, order).mockImplementation(() => new Promise<never>((_, refuse) => setTimeout(refuse, 1, NOT_FOUND)));
    const desk = new Desk(host, async () => true);
    end = desk.start();
    await pass(10_000);
    // Once at the start, and once for each question that was not there after all.
    expect(list.mock.calls.length).toBeLessThanOrEqual(1 + house.questions.length);
    expect(desk.ids()).toEqual([]);
    expect(host.closed).toBe(1);
  });
}

test('a deadline that passes is no reason to read again', async () => {
  const { desk, host } = await open('send');
  const list = vi.spyOn(host, 'list');
  await pass(Date.parse(desk.open![0]!.deadline) - Date.now() + 60_000);
  expect(list).not.toHaveBeenCalled();
  expect(desk.ids()).toHaveLength(1);
});

test('to be hidden is no reason to read again, nor to close once more', async () => {
  const { desk, host } = await open('late');
  const hidden = vi.spyOn(document, 'hidden', 'get');
  // The app hides the window, and the page is told.
  const close = vi.spyOn(host, 'close').mockImplementation(async () => {
    hidden.mockReturnValue(true);
    setTimeout(() => document.dispatchEvent(new Event('visibilitychange')));
  });
  await desk.aside();
  await pass(1000);
  expect(close).toHaveBeenCalledOnce();
  hidden.mockRestore();
});

test('much news at once is read twice at most: at once, and when that has come', async () => {
  const { desk, host, house } = await open('send');
  const list = vi.spyOn(host, 'list').mockImplementation(async () => {
    await new Promise((done) => setTimeout(done, 5));
    return house.questions.map(({ question }) => question);
  });
  for (let times = 0; times < 500; times++) house.tell({ news: 'settled', question: 'another' });
  house.ask(send());
  await pass(100);
  expect(list).toHaveBeenCalledTimes(2);
  expect(desk.open).toHaveLength(2);
});

test('who wants to see what waits sees what was put aside, or that there is nothing', async () => {
  const { desk, host, house } = await open('late');
  await desk.aside();
  expect(host.closed).toBe(1);
  house.tell({ news: 'show', place: 'questions' });
  await pass(50);
  const [late] = desk.ids();
  expect(late).toBe(house.questions[0]?.question.id);
  await desk.aside();
  expect(host.closed).toBe(1);
  expect(desk.open).toEqual([]);
  await desk.close();
  expect(host.closed).toBe(2);
});

test('a pattern of the person’s own is on offer afterwards and not yet given', async () => {
  const { desk, host } = await open('send');
  const choice = await desk.offer([{ argument: 'channel', to: { text: '#all-hands' } }]);
  expect(desk.drawing?.details[0]?.choices).toContainEqual(choice);
  expect(host.answers).toEqual([]);
});

test('a call that is changed is asked about anew', async () => {
  const { desk, host } = await open('send');
  await pass(500);
  const [before] = desk.ids();
  await painted(desk.edit('{"channel":"#ops"}'));
  expect(desk.ids()).not.toContain(before);
  expect(desk.drawing?.details[0]?.rows).toEqual([{ name: 'channel', value: '#ops', note: null }]);
  expect(host.answers).toEqual([]);
});

test('a sign of life is given each second', async () => {
  const { host } = await open('send');
  const here = vi.spyOn(host, 'here');
  await pass(5000);
  expect(here.mock.calls.length).toBeGreaterThanOrEqual(4);
});
