/**
 * What the page may ask of the program around it. Nothing else in the page knows whether that is the desktop app or the fake one.
 *
 * The page keeps no state of its own: it reads, shows, and reads again when there is news.
 */
import type {
  Answer,
  BoundView,
  ChoiceView,
  ConsoleError,
  Destination,
  ListedChoice,
  ListedView,
  LogQuery,
  News,
  Order,
  QuestionDetail,
  QuestionView,
  RawView,
  SettledView,
} from './types.gen';

/** Orders that only read. */
export type Reading = Named<
  | 'approvals'
  | 'attention'
  | 'doctor'
  | 'explain'
  | 'grants'
  | 'history'
  | 'hosts'
  | 'labels'
  | 'log'
  | 'mode'
  | 'organisations'
  | 'review'
  | 'rules'
  | 'servers'
  | 'show_entry'
  | 'show_face'
  | 'show_question'
  | 'show_server'
  | 'simulate'
  | 'status'
  | 'summary'
  | 'verify_log'
>;

/** Orders that take authority away: they work at once. */
export type Lowering =
  | Named<
      | 'deny'
      | 'deny_all'
      | 'distrust'
      | 'lock'
      | 'logout'
      | 'pause'
      | 'refuse'
      | 'remove_organisation'
      | 'remove_server'
      | 'revoke'
      | 'stop'
    >
  | { order: 'set_mode'; mode: 'careful' };

/** Orders that may give more authority: the desktop app asks again in a window of its own where the broker wants it. */
export type Raising =
  | Named<
      | 'add_organisation'
      | 'add_rule'
      | 'add_server'
      | 'admit'
      | 'confirm_rules'
      | 'login'
      | 'probe'
      | 'remove_rule'
      | 'reset_history'
      | 'resume'
      | 'resume_asking'
      | 'set'
      | 'set_labels'
      | 'set_tool_use'
      | 'trust'
      | 'unlock'
    >
  | { order: 'set_mode'; mode: 'balanced' | 'learning' };

/** Orders that only the approval window's own commands give. */
type AtTheQuestion = Named<'answer' | 'answer_listed' | 'edit' | 'offer_pattern' | 'seen' | 'show_raw'>;

type Named<N extends Order['order']> = Extract<Order, { order: N }>;

/** An order that stands in none of the lists above does not compile: somebody has to say what it does to authority. */
type Unlisted = Exclude<Order['order'], (Reading | Lowering | Raising | AtTheQuestion)['order']>;
const everyOrderIsListed: [Unlisted] extends [never] ? true : Unlisted = true;
void everyOrderIsListed;

/** The view that an answer of this kind holds. */
export type ViewOf<A extends Answer['answer']> = Extract<Answer, { answer: A }>['view'];

/** A part of the log for a file. Secrets are hidden in it as they are in the log, and nothing turns that off. */
export interface SaveRequest {
  /** What the dialog suggests: a name, no path. */
  name: string;
  format: 'csv' | 'jsonl';
  query: LogQuery;
}

/** Where it was written; nowhere, if the person changed their mind. */
export interface Saved {
  saved: string | null;
}

/** What both windows have. A refused order is a rejected promise that carries a {@link ConsoleError}. */
export interface Tidings {
  /** Calls `heard` with each piece of news until the returned function is called. */
  onNews(heard: (news: News) => void): () => void;
}

/** The main window's door: everything that a person may look at and order, but no question can be answered through it. */
export interface MainHost extends Tidings {
  read(order: Reading): Promise<Answer>;
  lower(order: Lowering): Promise<Answer>;
  raise(order: Raising): Promise<Answer>;
  /** Writes what a query finds into a file that the person chooses in the system's own dialog; the page never names a folder. */
  save(request: SaveRequest): Promise<Saved>;
  /** Where the window is to open. */
  destination(): Promise<Destination>;
}

/** How long the guard still holds. */
export interface Armed {
  armed_in_ms: number;
}

/** The approval window's door: questions, and nothing else. */
export interface ApprovalHost extends Tidings {
  list(): Promise<QuestionView[]>;
  /** A question in full. What is answered later is bound to this showing by its nonce. */
  show(question: string): Promise<{ detail: QuestionDetail; nonce: string }>;
  showListed(questions: string[]): Promise<{ details: QuestionDetail[]; nonce: string }>;
  /** The question has really been painted: the guard begins. */
  seen(question: string, nonce: string): Promise<Armed>;
  /** Something was pressed while the guard held: it is longer now. */
  touched(): Promise<Armed>;
  answer(question: string, nonce: string, digest: string, choice: string): Promise<void>;
  answerListed(nonce: string, questions: ListedView[], choice: ListedChoice): Promise<SettledView[]>;
  raw(question: string): Promise<RawView>;
  /** Asks anew about the call with other arguments; the one on the screen is not sent. */
  edit(question: string, nonce: string, digest: string, text: string): Promise<void>;
  /** One more answer on offer: always, where the arguments are so. It is not given by that. */
  offerPattern(question: string, bounds: BoundView[]): Promise<ChoiceView>;
  /** A sign of life while a question is in view. */
  here(): Promise<void>;
  close(): Promise<void>;
  /** The guard began anew without the page: the window got the focus. */
  onArmed(heard: (armed: Armed & { question: string }) => void): () => void;
}

/** Whatever a promise was rejected with, as what it should have been. */
export function faultOf(thrown: unknown): ConsoleError {
  if (thrown && typeof thrown === 'object' && 'code' in thrown) {
    return { subject: null, detail: null, ...thrown } as ConsoleError;
  }
  return { code: 'internal', subject: null, detail: thrown instanceof Error ? thrown.message : String(thrown) };
}
