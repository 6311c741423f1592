/** What the page sends to the app: each command by its name, each argument by its name. The other side lists the same ones. */
import { clearMocks, mockIPC } from '@tauri-apps/api/mocks';
import { afterEach, expect, test } from 'vitest';
import { faultOf } from './host';
import { approvalHost, mainHost } from './tauri';

afterEach(() => clearMocks());

/** Carries out `act` and says what was sent. */
async function sent(act: () => Promise<unknown>): Promise<[string, unknown][]> {
  const heard: [string, unknown][] = [];
  mockIPC((command, payload) => {
    heard.push([command, payload]);
    return null;
  });
  await act();
  return heard;
}

test('the approval window sends its own commands and no others', async () => {
  const host = approvalHost();
  const heard = await sent(async () => {
    await host.list();
    await host.show('q');
    await host.showListed(['q']);
    await host.seen('q', 'n');
    await host.touched();
    await host.answer('q', 'n', 'd', 'allow_once');
    await host.answerListed('n', [{ question: 'q', digest: 'd' }], 'deny');
    await host.raw('q');
    await host.edit('q', 'n', 'd', '{}');
    await host.offerPattern('q', []);
    await host.here();
    await host.close();
  });
  expect(heard).toEqual([
    ['approval_list', {}],
    ['approval_show', { question: 'q' }],
    ['approval_show_listed', { questions: ['q'] }],
    ['approval_seen', { question: 'q', nonce: 'n' }],
    ['approval_touched', {}],
    ['approval_answer', { question: 'q', nonce: 'n', digest: 'd', choice: 'allow_once' }],
    ['approval_answer_listed', { nonce: 'n', questions: [{ question: 'q', digest: 'd' }], choice: 'deny' }],
    ['approval_raw', { question: 'q' }],
    ['approval_edit', { question: 'q', nonce: 'n', digest: 'd', arguments: '{}' }],
    ['approval_offer_pattern', { question: 'q', bounds: [] }],
    ['approval_here', {}],
    ['approval_close', {}],
  ]);
});

test('the main window sends orders by what they do to authority', async () => {
  const host = mainHost();
  const nothing = { server: null, app: null, tool: null, kind: null, outcome: null, words: null };
  const query = { ...nothing, since: null, until: null, before: null, limit: null };
  const heard = await sent(async () => {
    await host.read({ order: 'grants' });
    await host.lower({ order: 'lock' });
    await host.raise({ order: 'unlock' });
    await host.save({ name: 'log.jsonl', format: 'jsonl', query });
    await host.destination();
  });
  expect(heard).toEqual([
    ['main_read', { order: { order: 'grants' } }],
    ['main_lower', { order: { order: 'lock' } }],
    ['main_raise', { order: { order: 'unlock' } }],
    ['main_save', { name: 'log.jsonl', format: 'jsonl', query }],
    ['main_destination', {}],
  ]);
});

test('nothing is read before what is told is heard', async () => {
  let begin = () => {};
  const begun = new Promise<number>((resolve) => (begin = () => resolve(1)));
  const heard: string[] = [];
  mockIPC((command) => {
    heard.push(command);
    return command === 'plugin:event|listen' ? begun : null;
  });
  const host = mainHost();
  host.onNews(() => {});
  const read = Promise.all([host.destination(), host.read({ order: 'grants' }), approvalHost().list()]);
  await Promise.resolve();
  expect(heard).toEqual(['plugin:event|listen']);
  begin();
  await read;
  expect(heard).toEqual(['plugin:event|listen', 'main_destination', 'main_read', 'approval_list']);
});

test('a refused order keeps its code, and whatever else is thrown becomes a fault of ours', () => {
  expect(faultOf({ code: 'locked' })).toEqual({ code: 'locked', subject: null, detail: null });
  expect(faultOf(new Error('no'))).toEqual({ code: 'internal', subject: null, detail: 'no' });
  expect(faultOf('no')).toEqual({ code: 'internal', subject: null, detail: 'no' });
});
