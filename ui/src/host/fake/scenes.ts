/** Which questions wait when a page is opened with `?scene=…`. */
import type { QuestionDetail } from '../types.gen';
import * as hostile from './hostile';
import * as kinds from './kinds';
import { offers, pattern, question, row, change, chain, claims, destroy, drift, late, look, send, unidentified } from './questions';

/** Five alike, of a tier. */
function alike(tier: string): QuestionDetail[] {
  const of = (at: number) =>
    question({
      question: { about: 'call', server: 'slack' },
      subject: { kind: 'call', tool: tier === 'send' ? 'post_message' : 'mark_read', claims: '' },
      headline: tier === 'send' ? `Send a message to “#team-${at}”` : `Mark “#team-${at}” as read`,
      tier,
      rows: [row('channel', `#team-${at}`, tier === 'send' ? 'who receives it' : null), row('text', `Good morning, team ${at}`)],
      findings: tier === 'send' ? ['It leaves your account.'] : [],
      choices: offers(tier, [pattern(0, 'only with exactly these arguments')]),
    });
  return numbered([1, 2, 3, 4, 5].map(of));
}

/** Several of one app: each knows its place. */
function numbered(questions: QuestionDetail[]): QuestionDetail[] {
  const byTool = (tool: string | null) => questions.filter((one) => one.question.tool === tool).map((one) => one.question.id);
  return questions.map((one, at) => {
    const same = byTool(one.question.tool);
    return { ...one, position: at + 1, of: questions.length, alike: same.length >= 3 ? same : [] };
  });
}

export const SCENES: Record<string, () => QuestionDetail[]> = {
  none: () => [],
  usual: () => [send()],
  look: () => [look()],
  change: () => [change()],
  send: () => [send()],
  destroy: () => [destroy()],
  chain: () => [chain()],
  claims: () => [claims()],
  drift: () => [drift()],
  unidentified: () => [unidentified()],
  late: () => [late()],
  queue: () => numbered([send(), look(), destroy()]),
  alike: () => alike('change'),
  'alike-send': () => alike('send'),
  connect: () => [kinds.connect()],
  'connect-first': () => [kinds.connectFirst()],
  'add-server': () => [kinds.addServer()],
  admit: () => [kinds.admit()],
  'admit-new': () => [kinds.admitNew()],
  'asks-back': () => [kinds.asksBack()],
  read: () => [kinds.read()],
  order: () => [kinds.order()],
  unlock: () => [kinds.unlock()],
  resume: () => [kinds.resume()],
  'hostile-text': () => [hostile.text()],
  'hostile-size': () => [hostile.size()],
  'hostile-rows': () => [hostile.rows()],
};

export function scene(name: string): QuestionDetail[] {
  return (SCENES[name] ?? SCENES['usual'])?.() ?? [];
}
