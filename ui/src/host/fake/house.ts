/** What the fake broker has: plain lists that the handlers read and change, and the news of it. */
import type {
  Answer,
  AskMode,
  ConsoleError,
  EntryView,
  GrantView,
  HistoryView,
  LearnedView,
  News,
  Order,
  PausedView,
  QuestionDetail,
  ReviewView,
  RuleView,
  ServerView,
  SessionView,
  SettingsView,
  Subject,
  VaultView,
} from '../types.gen';
import type { SignIn } from './connect';
import { grants } from './grants';
import { Log } from './log';
import { rules } from './rules';
import { reviews, servers } from './servers';
import { settings } from './settings';
import { histories, sessions } from './status';

/** One handler for each order that a room knows. */
export type Handlers = { [N in Order['order']]?: (order: Extract<Order, { order: N }>, house: House) => Answer | Promise<Answer> };

export class House {
  servers: ServerView[] = servers();
  grants: GrantView[] = grants();
  rules: RuleView[] = rules();
  log = new Log();
  /** The log's newest, where a few are enough. */
  entries: EntryView[] = this.log.newest(3000);
  reviews: ReviewView[] = reviews();
  sessions: SessionView[] = sessions();
  histories: HistoryView[] = histories();
  learned: LearnedView[] = [];
  paused: PausedView[] = [];
  settings: SettingsView = settings();
  mode: AskMode = 'balanced';
  locked = false;
  /** Set by a test: every order is refused with it. */
  broken: ConsoleError | null = null;
  /** Set by a test: what may give more authority waits for it, as for a person who is asked. */
  consent: Promise<unknown> | null = null;
  vault: VaultView = { kind: 'keychain', usable: true, detail: 'Secret Service' };
  /** Which apps are on this computer. */
  apps: 'usual' | 'none' | 'hostile' = 'usual';
  /** The sign-in that is under way; see `connect.ts`. */
  signIn: SignIn | null = null;
  /** The rule that lets everything run. */
  wideOpen: string | null = null;
  /** What is wrong with rules files. */
  problems: string[] = [];
  #heard = new Set<(news: News) => void>();

  constructor(public questions: QuestionDetail[]) {}

  listen(heard: (news: News) => void): () => void {
    this.#heard.add(heard);
    return () => this.#heard.delete(heard);
  }

  tell(news: News): void {
    for (const heard of this.#heard) heard(news);
  }

  changed(...subjects: Subject[]): void {
    for (const subject of subjects) this.tell({ news: 'changed', subject });
  }

  /** A question comes in, as from a host. */
  ask(question: QuestionDetail): void {
    this.questions.push(question);
    this.#count();
    this.tell({ news: 'asked', question: question.question.id });
  }

  /** A question ends: answered, taken back or run out. */
  settle(id: string): void {
    this.questions = this.questions.filter((open) => open.question.id !== id);
    this.#count();
    this.tell({ news: 'settled', question: id });
  }

  /** Each question knows its place among those of its app. */
  #count(): void {
    for (const open of this.questions) {
      const same = this.questions.filter((other) => other.question.app === open.question.app);
      open.position = same.indexOf(open) + 1;
      open.of = same.length;
      const alike = same.filter((other) => other.question.tool === open.question.tool && other.question.about === 'call');
      open.alike = alike.length >= 3 && open.question.about === 'call' ? alike.map((other) => other.question.id) : [];
    }
  }
}

/** The answer to an order that was carried out. */
export const done = (note: string | null = null): Answer => ({ answer: 'done', view: { note } });

/** A refusal because nothing has this name. */
export const unknown = (subject: string): ConsoleError => ({ code: 'not_found', subject, detail: null });

/** So many seconds ago, as the broker writes moments. */
export const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;

/** Numbers that look random and are the same each time. */
export function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * sides);
  };
}

/** Sixty-four digits, as of a SHA-256, made from a short text. */
export function digest(of: string): string {
  const throwDie = dice([...of].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7));
  return Array.from({ length: 64 }, () => throwDie(16).toString(16)).join('');
}
