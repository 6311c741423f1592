/**
 * The entries that a search finds, page by page, however many there are.
 *
 * A page that nobody looks at any more is let go and read again when somebody does; what is left of it is where it begins. New
 * entries are counted and not put in: nothing moves under the reader.
 */
import { faultOf, type MainHost } from '../../host/host';
import type { ConsoleError, EntryView, LogQuery, LogReport } from '../../host/types.gen';

export const PAGE = 200;

/** So many pages are held; the rows of some screens above and below are among them, however fast somebody scrolls. */
const HELD = 24;

/** A list longer than this would be higher than browsers can draw; whoever wants what is older asks for an earlier day. */
export const MOST_ROWS = 300_000;

interface Page {
  /** What to ask for to read it again. */
  before: number;
  /** The place of its first row. */
  from: number;
  length: number;
  entries: EntryView[] | null;
}

const EVERYTHING: LogQuery = { server: null, app: null, tool: null, kind: null, outcome: null, words: null, since: null, until: null, before: null, limit: null };

/** A search as the broker takes it. */
export const queryOf = (words: string): LogQuery => ({ ...EVERYTHING, words: words.trim() || null });

export class Timeline {
  /** How many rows are known so far. */
  count = $state(0);
  /** There are no older ones. */
  ended = $state(false);
  busy = $state(false);
  /** Something was read, be it nothing. */
  loaded = $state(false);
  fault: ConsoleError | undefined = $state.raw();
  /** How many entries are newer than the newest one here; at least so many where there is more than a page of them. */
  fresh = $state(0);
  manyFresh = $state(false);
  #version = $state(0);
  #words = $state('');
  #pages: Page[] = [];
  #next: number | null = null;
  #newest = 0;
  /** The rows are of an earlier search: the one that was asked for failed. */
  #stale = false;
  #turn = 0;

  constructor(readonly host: MainHost) {}

  /** What is searched for. */
  get words(): string {
    return this.#words;
  }

  /** The number of the newest entry here. */
  get newest(): number {
    void this.#version;
    return this.#newest;
  }

  /** Searches anew, from the newest on. What was found before stays until something comes. */
  async search(words: string): Promise<void> {
    this.#turn += 1;
    this.#words = words;
    this.busy = false;
    await this.#load(true);
  }

  /** Reads the next page, if there is one. */
  async more(): Promise<void> {
    if (!this.busy && !this.ended) await this.#load(!this.loaded || this.#stale);
  }

  /** The row at this place; nothing where its page was let go or has not come yet. */
  at(place: number): EntryView | undefined {
    void this.#version;
    const page = this.#pageOf(place);
    return page?.entries?.[place - page.from];
  }

  /** Makes sure that the rows between two places are there, and lets go of those that are far from them. */
  want(from: number, to: number): void {
    for (const page of this.#pages) {
      if (!page.entries && page.from < to && page.from + page.length > from) void this.#again(page);
    }
    const held = this.#pages.filter((page) => page.entries);
    const far = (page: Page) => Math.abs(page.from + page.length / 2 - (from + to) / 2);
    held.sort((one, other) => far(one) - far(other));
    for (const page of held.slice(HELD)) page.entries = null;
  }

  /** There is news of the log: counts what is newer, and corrects the entries here that have ended since. */
  async look(): Promise<void> {
    const turn = this.#turn;
    if (!this.loaded) return;
    const view = await this.#read(null).catch(() => undefined);
    if (!view || turn !== this.#turn) return;
    this.fresh = view.entries.filter((entry) => entry.number > this.#newest).length;
    this.manyFresh = this.fresh === view.entries.length && view.next !== null && this.fresh > 0;
    const now = new Map(view.entries.map((entry) => [entry.number, entry]));
    for (const page of this.#pages.slice(0, 3)) {
      if (page.entries?.some((entry) => now.has(entry.number))) page.entries = page.entries.map((entry) => now.get(entry.number) ?? entry);
    }
    this.#version += 1;
  }

  async #load(anew: boolean): Promise<void> {
    const turn = this.#turn;
    this.busy = true;
    this.#stale ||= anew;
    try {
      // A long search may come back with nothing yet.
      let gained = 0;
      let next = anew ? null : this.#next;
      do {
        const view = await this.#read(next);
        if (turn !== this.#turn) return;
        if (anew) this.#clear();
        anew = this.#stale = false;
        gained += this.#append(view, next);
        next = this.#next;
      } while (gained === 0 && next !== null);
      this.fault = undefined;
    } catch (thrown) {
      if (turn === this.#turn) this.fault = faultOf(thrown);
    } finally {
      if (turn === this.#turn) {
        this.busy = false;
        this.loaded = true;
      }
    }
  }

  #append(view: LogReport, before: number | null): number {
    const from = this.count;
    // The newest page is asked for by its number too: by the time it is read again, others may be newer.
    const [first] = view.entries;
    if (first) this.#pages.push({ before: before ?? first.number + 1, from, length: view.entries.length, entries: view.entries });
    this.#newest ||= first?.number ?? 0;
    this.#next = view.next;
    this.count = from + view.entries.length;
    this.ended = view.next === null || this.count >= MOST_ROWS;
    this.#version += 1;
    return view.entries.length;
  }

  #clear(): void {
    this.#pages = [];
    this.#newest = 0;
    this.count = 0;
    this.fresh = 0;
    this.manyFresh = false;
  }

  async #again(page: Page): Promise<void> {
    const turn = this.#turn;
    page.entries = [];
    const view = await this.#read(page.before).catch(() => undefined);
    if (turn !== this.#turn) return;
    page.entries = view ? view.entries.slice(0, page.length) : null;
    this.#version += 1;
  }

  async #read(before: number | null): Promise<LogReport> {
    const came = await this.host.read({ order: 'log', ...queryOf(this.#words), before, limit: PAGE });
    if (came.answer !== 'log') throw new Error(`${came.answer} came instead of log`);
    return came.view;
  }

  #pageOf(place: number): Page | undefined {
    let low = 0;
    let high = this.#pages.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#pages[middle]?.from ?? 0) <= place) low = middle;
      else high = middle - 1;
    }
    return this.#pages[low];
  }
}
