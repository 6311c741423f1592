/** The questions that wait, and a guard like the broker's. It checks what the real one checks, so that the page cannot forget it. */
import type { ApprovalHost, Armed } from '../host';
import type { BoundView, ChoiceView, ConsoleError, ListedChoice, ListedView, News, QuestionDetail, SettledView } from '../types.gen';
import { digest as digestOf, unknown, type House } from './house';

/** As long as the broker's usual guard. */
const GUARD_MS = 400;

const refuse = (detail: string, code: ConsoleError['code'] = 'conflict'): ConsoleError => ({ code, subject: null, detail });

export class ApprovalDesk implements ApprovalHost {
  /** What was ordered, newest last: for tests. */
  answers: { question: string; choice: string }[] = [];
  closed = 0;
  #nonces = new Map<string, string>();
  #guardedFrom = new Map<string, number>();
  #armed = new Set<(armed: Armed & { question: string }) => void>();
  #count = 0;

  constructor(readonly house: House) {
    Object.assign(globalThis, { fakeDesk: this });
  }

  async list() {
    this.#mayBeBroken();
    return this.house.questions.map((open) => open.question);
  }

  async show(question: string) {
    this.#mayBeBroken();
    return { detail: structuredClone(this.#find(question)), nonce: this.#mint([question]) };
  }

  async showListed(questions: string[]) {
    return { details: questions.map((id) => structuredClone(this.#find(id))), nonce: this.#mint(questions) };
  }

  async seen(question: string, nonce: string): Promise<Armed> {
    if (this.#nonces.get(question) !== nonce) throw refuse('another showing is newer');
    this.#guardedFrom.set(question, Date.now());
    return { armed_in_ms: GUARD_MS };
  }

  async touched(): Promise<Armed> {
    for (const [question, from] of this.#guardedFrom) {
      if (Date.now() - from < GUARD_MS) this.#guardedFrom.set(question, Date.now());
    }
    return { armed_in_ms: GUARD_MS };
  }

  async answer(question: string, nonce: string, digest: string, choice: string) {
    this.#mayBeBroken();
    this.#check(question, nonce, digest);
    const offered = this.#find(question).choices.some((one) => one.choice === choice);
    if (!offered && choice !== 'deny') throw refuse(`${choice} is not on offer`);
    this.#nonces.delete(question);
    this.answers.push({ question, choice });
    this.house.settle(question);
  }

  async answerListed(nonce: string, questions: ListedView[], choice: ListedChoice) {
    return questions.map(({ question, digest }): SettledView => {
      try {
        this.#check(question, nonce, digest);
        this.answers.push({ question, choice });
        this.house.settle(question);
        return { question, error: null };
      } catch (error) {
        return { question, error: error as ConsoleError };
      }
    });
  }

  async raw(question: string) {
    const text = this.#find(question).question.arguments?.text ?? '{}';
    return { text, bytes: new TextEncoder().encode(text).length };
  }

  async edit(question: string, nonce: string, digest: string, text: string) {
    const found = this.#find(question);
    if (this.#nonces.get(question) !== nonce || found.digest !== digest) throw refuse('it is not what was shown');
    const rows = Object.entries(JSON.parse(text) as Record<string, unknown>);
    this.house.settle(question);
    const id = `${question.slice(0, -1)}E`;
    const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
    this.house.ask({
      ...structuredClone(found),
      digest: digestOf(text),
      changes: [],
      rows: rows.map(([name, value]) => ({ name, value: shown(value), note: null })),
      question: { ...found.question, id, arguments: { text, bytes: text.length } },
    });
  }

  async offerPattern(question: string, bounds: BoundView[]): Promise<ChoiceView> {
    const found = this.#find(question);
    const place = found.choices.filter((one) => one.choice.startsWith('allow_always_with')).length;
    const words = bounds.map(({ argument, to }) => {
      const [[kind, value] = ['text', '']] = Object.entries(to);
      return `${argument} ${kind === 'prefix' ? 'that begins with ' : ''}“${String(value)}”`;
    });
    const choice = {
      choice: `allow_always_with:${place}`,
      words: `Always, only with ${words.join(' and ')}`,
      matched: { hits: 12 - bounds.length, of: 40 },
    };
    found.choices.splice(-2, 0, choice);
    return choice;
  }

  async here() {}

  async close() {
    this.closed += 1;
  }

  onNews = (heard: (news: News) => void) => this.house.listen(heard);

  onArmed(heard: (armed: Armed & { question: string }) => void) {
    this.#armed.add(heard);
    return () => this.#armed.delete(heard);
  }

  /** As when the window gets the focus: the guard of a question begins anew. */
  guardAnew(question: string): void {
    this.#guardedFrom.set(question, Date.now());
    for (const heard of this.#armed) heard({ question, armed_in_ms: GUARD_MS });
  }

  #find(id: string): QuestionDetail {
    const found = this.house.questions.find((open) => open.question.id === id);
    if (!found) throw unknown(id);
    return found;
  }

  #mint(questions: string[]): string {
    const nonce = `nonce-${++this.#count}`;
    for (const question of questions) this.#nonces.set(question, nonce);
    return nonce;
  }

  #check(question: string, nonce: string, digest: string): void {
    if (this.#find(question).digest !== digest) throw refuse('it is not what was shown');
    if (this.#nonces.get(question) !== nonce) throw refuse('another showing is newer');
    const from = this.#guardedFrom.get(question);
    if (from === undefined || Date.now() - from < GUARD_MS) throw refuse('it had only just come into view', 'too_soon');
  }

  #mayBeBroken(): void {
    if (this.house.broken) throw this.house.broken;
  }
}
