/**
 * The questions that wait, and the one that is looked at. It holds nothing that the broker does not say: it reads the list at each
 * piece of news, and what is on the screen stays there until it ends or the person goes on.
 */
import { tick } from 'svelte';
import { faultOf, type ApprovalHost } from '../../host/host';
import type { BoundView, ChoiceView, ConsoleError, ListedChoice, QuestionDetail, QuestionView } from '../../host/types.gen';
import { say } from '../../words/say';
import { Guard } from './guard.svelte';

/** What is on the screen: one question, or several that read alike. */
export interface Drawing {
  details: QuestionDetail[];
  nonce: string;
  together: boolean;
}

/** So many that read alike are worth a table. */
const WORTH_A_TABLE = 3;

/** So many the program shows at once. */
const MOST_TOGETHER = 100;

const unloaded = (detail: string): ConsoleError => ({ code: 'internal', subject: null, detail });

const frame = () => new Promise((done) => requestAnimationFrame(done));

export class Desk {
  /** All that wait, oldest first; nothing before the first reading. */
  open: QuestionView[] | null = $state.raw(null);
  drawing: Drawing | null = $state.raw(null);
  fault: ConsoleError | null = $state.raw(null);
  /** An answer is on its way. */
  busy = $state(false);
  /** All of what is on the screen could be loaded. Where it could not, nothing may be allowed. */
  isWhole = $state(true);
  readonly guard = new Guard();
  /** Late questions that the person has put aside: they come back when somebody wants to see what waits. */
  #aside = new Set<string>();
  /** Those that were not found when they were asked for: they never come back. */
  #missing = new Set<string>();
  #turn = 0;
  /** The reading that is under way, and whether it was overtaken by news. */
  #reading: Promise<void> | null = null;
  #isOld = false;
  /** Somebody wants to see what waits, and be it nothing: the window stays. */
  #isCalled = false;
  /** The last showing that was asked for. */
  #shown: Promise<unknown> = Promise.resolve();

  /** @param whole makes sure that what a drawing consists of is loaded, and says whether it is */
  constructor(
    readonly host: ApprovalHost,
    readonly whole: (drawing: Drawing) => Promise<boolean>,
  ) {}

  /** Listens, reads, and says each second that the page is alive. Returns what ends all that. */
  start(): () => void {
    // An answer on its way reads when it has arrived; until then its own news would only disturb it.
    const again = () => {
      if (!this.busy) void this.read();
    };
    // To be hidden is no news: a page that read then, and asked to be closed then, would hide the window for ever.
    const seen = () => {
      if (!document.hidden) again();
    };
    document.addEventListener('visibilitychange', seen);
    const ends = [
      () => document.removeEventListener('visibilitychange', seen),
      this.host.onNews((news) => {
        if (news.news === 'show' && news.place === 'questions') this.#call();
        if (news.news === 'asked' || news.news === 'settled') again();
      }),
      this.host.onArmed(({ question, armed_in_ms }) => {
        if (this.ids().includes(question)) this.guard.wait({ armed_in_ms });
      }),
    ];
    const pulse = setInterval(() => void this.host.here().catch(() => {}), 1000);
    void this.read();
    return () => {
      clearInterval(pulse);
      for (const end of ends) end();
    };
  }

  /** What is on the screen, by id. */
  ids(): string[] {
    return this.drawing?.details.map(({ question }) => question.id) ?? [];
  }

  /** Reads what waits, once at a time: what becomes old while it is read is read once more, however much news there was. */
  read(): Promise<void> {
    this.#isOld = true;
    return (this.#reading ??= this.#readOnce());
  }

  async #readOnce(): Promise<void> {
    this.#isOld = false;
    const before = this.open ?? [];
    try {
      this.open = (await this.host.list()).filter(({ id }) => !this.#aside.has(id) && !this.#missing.has(id));
    } catch (thrown) {
      this.fault = faultOf(thrown);
      return;
    } finally {
      this.#reading = null;
    }
    const rest = this.#isOld ? this.read() : null;
    await this.#goOn(before, this.open);
    await rest;
  }

  /** Somebody wants to see what waits, from outside this window. */
  #call(): void {
    this.#isCalled = true;
    this.#aside.clear();
    void this.read();
  }

  /** A new question joins the end; it never takes the place of the one that is read. */
  async #goOn(before: QuestionView[], open: QuestionView[]): Promise<void> {
    const shown = this.ids();
    const left = shown.filter((id) => open.some((one) => one.id === id));
    if (shown.length > 0 && left.length === shown.length) return;
    if (left.length > 1) return this.together(left);
    const at = Math.max(0, before.findIndex(({ id }) => id === shown[0]));
    const next = left[0] ?? open[Math.min(at, open.length - 1)]?.id;
    if (next) return this.look(next, left.length > 0);
    this.guard.hold();
    this.drawing = null;
    if (!this.#isCalled) await this.close();
  }

  /** Where it stays open, a question has come that this page has not heard of; its news is on the way. */
  async close(): Promise<void> {
    this.#isCalled = false;
    await this.host.close().catch(() => {});
  }

  /** Shows one question; those that read alike with it, unless it is to be looked at by itself. */
  async look(id: string, alone = false, fault: ConsoleError | null = null): Promise<void> {
    await this.#draw(fault, async () => {
      const { detail, nonce } = await this.host.show(id).catch(this.#gone([id]));
      if (!alone && detail.alike.length >= WORTH_A_TABLE) return this.#listed(detail.alike);
      return { details: [detail], nonce, together: false };
    });
  }

  /** Shows several in one table. */
  together(ids: readonly string[], fault: ConsoleError | null = null): Promise<void> {
    return this.#draw(fault, () => this.#listed(ids));
  }

  /** Draws what is on the screen once more, with what went wrong beside it. */
  async again(fault: ConsoleError | null = null): Promise<void> {
    const ids = this.ids();
    if (this.drawing?.together) await this.together(ids, fault);
    else if (ids[0]) await this.look(ids[0], true, fault);
  }

  /** The question so many places further on, around the end. */
  step(by: number): void {
    const open = this.open ?? [];
    const at = open.findIndex(({ id }) => id === this.ids().at(by > 0 ? -1 : 0));
    const next = open[(at + by + open.length) % open.length];
    if (next && open.length > 1) void this.look(next.id, true);
  }

  /** The answer to the one question on the screen. */
  async answer(choice: string): Promise<void> {
    const [detail] = this.drawing?.details ?? [];
    if (!detail) return;
    const { nonce } = this.drawing!;
    await this.#send(() => this.host.answer(detail.question.id, nonce, detail.digest, choice));
  }

  /** One answer to several of those on the screen. */
  async answerListed(questions: readonly QuestionDetail[], choice: ListedChoice): Promise<void> {
    const { nonce } = this.drawing!;
    const listed = questions.map(({ question, digest }) => ({ question: question.id, digest }));
    await this.#send(async () => {
      const settled = await this.host.answerListed(nonce, listed, choice);
      const refused = settled.find(({ error }) => error !== null);
      if (refused?.error) throw refused.error;
    });
  }

  /** Puts a late question aside: nobody waits for it at this moment. */
  async aside(): Promise<void> {
    for (const id of this.ids()) this.#aside.add(id);
    await this.read();
  }

  /** Asks anew with other arguments. */
  async edit(text: string): Promise<void> {
    const [detail] = this.drawing?.details ?? [];
    if (!detail) return;
    const { nonce } = this.drawing!;
    await this.#send(() => this.host.edit(detail.question.id, nonce, detail.digest, text), true);
  }

  /** Puts a pattern of the person's own on offer, and says which choice it is. */
  async offer(bounds: BoundView[]): Promise<ChoiceView | null> {
    const drawing = this.drawing;
    const [detail] = drawing?.details ?? [];
    if (!drawing || !detail) return null;
    try {
      const choice = await this.host.offerPattern(detail.question.id, bounds);
      if (this.drawing !== drawing) return null;
      const others = detail.choices.filter((one) => one.choice !== choice.choice);
      this.drawing = { ...drawing, details: [{ ...detail, choices: [...others, choice] }] };
      return choice;
    } catch (thrown) {
      this.fault = faultOf(thrown);
      return null;
    }
  }

  /** Something was pressed: within the guard that is somebody who types through. */
  touched(): void {
    if (this.drawing && !this.guard.armed) this.#rearm();
    // The other side counts them: it knows of each press when it fell, and must know which of them came through to here.
    else void this.host.touched().catch(() => {});
  }

  #rearm(): void {
    void this.guard.begin(() => this.host.touched()).catch(() => {});
  }

  async #listed(ids: readonly string[]): Promise<Drawing> {
    const most = ids.filter((id) => !this.#missing.has(id)).slice(0, MOST_TOGETHER);
    const { details, nonce } = await this.host.showListed(most).catch(this.#gone(most));
    return { details, nonce, together: details.length > 1 };
  }

  /** Each showing voids the one before it, so they go one after the other: the last that was asked for is the one that counts. */
  #inTurn<T>(fetch: () => Promise<T> | null): Promise<T | null> {
    const shown = this.#shown.then(fetch);
    this.#shown = shown.catch(() => null);
    return shown;
  }

  /** What was not found is not asked for again, though it may be on the list: else the two would take turns for ever. */
  #gone(ids: readonly string[]): (thrown: unknown) => never {
    return (thrown) => {
      if (faultOf(thrown).code === 'not_found') for (const id of ids) this.#missing.add(id);
      throw thrown;
    };
  }

  /** What comes is on the screen only when it has been painted; from then on the guard counts. */
  async #draw(fault: ConsoleError | null, fetch: () => Promise<Drawing>): Promise<void> {
    const turn = ++this.#turn;
    this.guard.hold();
    this.fault = fault;
    try {
      const drawing = await this.#inTurn(() => (turn === this.#turn ? fetch() : null));
      if (!drawing || turn !== this.#turn) return;
      // All of it is here before any of it is painted: nothing comes later that moves what somebody is about to press.
      const isWhole = await this.whole(drawing);
      if (turn !== this.#turn) return;
      if (!isWhole && drawing.together) return this.look(drawing.details[0]!.question.id, true, unloaded(say('approvals.part_table')));
      if (!isWhole) this.fault = unloaded(say('approvals.part_deny'));
      this.isWhole = isWhole;
      this.drawing = drawing;
      await tick();
      // The first frame begins to paint it, the second comes when it has been painted.
      await frame();
      await frame();
      if (turn !== this.#turn) return;
      for (const id of this.ids()) await this.guard.begin(() => this.host.seen(id, drawing.nonce).catch(this.#gone([id])));
    } catch (thrown) {
      if (turn !== this.#turn) return;
      const fault = faultOf(thrown);
      // It ended while it was asked for; what is there instead is read anew.
      if (fault.code === 'not_found') {
        this.drawing = null;
        void this.read();
      } else this.fault = fault;
    }
  }

  async #send(give: () => Promise<void>, unguarded = false): Promise<void> {
    if ((!this.guard.armed && !unguarded) || this.busy) return;
    this.busy = true;
    this.fault = null;
    try {
      await give();
      // What was answered stays in view, and takes nothing more, until what follows is there: nothing flickers.
      this.guard.hold();
    } catch (thrown) {
      const fault = faultOf(thrown);
      this.fault = fault;
      if (fault.code === 'too_soon') this.#rearm();
      // A showing is good for one answer: after any other refusal it has to be drawn again.
      else await this.again(fault);
    } finally {
      this.busy = false;
    }
    await this.read();
  }
}
