// Made by `./dev types` from crates/console. Do not edit.

/**
 * What a question is about.
 */
export type About = "add_server" | "admit" | "answer" | "call" | "connect" | "read" | "resume" | "rules" | "unlock";

/**
 * What came of an order. Where a number of things can be shown, a list.
 */
export type Answer = { "answer": "approvals", "view": Array<QuestionView> } | { "answer": "armed", "view": GuardView } | { "answer": "attention", "view": AttentionView } | { "answer": "choice", "view": ChoiceView } | { "answer": "doctor", "view": DoctorReport } | { "answer": "done", "view": Receipt } | { "answer": "entry", "view": EntryDetail } | { "answer": "explanation", "view": ExplanationView } | { "answer": "grants", "view": Array<GrantView> } | { "answer": "histories", "view": Array<HistoryView> } | { "answer": "hosts", "view": Array<HostView> } | { "answer": "log", "view": LogReport } | { "answer": "mode", "view": ModeView } | { "answer": "organisations", "view": Array<OrganisationView> } | { "answer": "probe", "view": ProbeView } | { "answer": "question", "view": QuestionDetail } | { "answer": "raw", "view": RawView } | { "answer": "reviews", "view": Array<ReviewView> } | { "answer": "revocations", "view": Array<RevocationView> } | { "answer": "rules", "view": Array<RuleView> } | { "answer": "server", "view": ServerView } | { "answer": "servers", "view": Array<ServerView> } | { "answer": "settled", "view": Array<SettledView> } | { "answer": "simulation", "view": SimulationView } | { "answer": "status", "view": StatusView } | { "answer": "summary", "view": SummaryView } | { "answer": "tools", "view": Array<ToolView> } | { "answer": "verify_log", "view": VerifyReport };

/**
 * How many answers took so long.
 */
export type AnswerTimeView = { 
/**
 * At most so many milliseconds; none for everything longer.
 */
at_most_ms: number | null, 
/**
 * How many answers.
 */
answers: number, };

/**
 * An order on its way.
 */
export type Ask = { 
/**
 * [`VERSION`]; another one is answered with [`Code::Version`].
 */
version: number, 
/**
 * The order.
 */
order: Order, };

/**
 * What is asked where no rule of the person's says otherwise.
 */
export type AskMode = "balanced" | "careful" | "learning";

/**
 * How often the person was asked of late, and how that went.
 */
export type AttentionView = { 
/**
 * How many questions were put.
 */
asked: number, 
/**
 * How many got a yes.
 */
allowed: number, 
/**
 * How many got a no.
 */
denied: number, 
/**
 * How many nobody answered.
 */
unanswered: number, 
/**
 * The share of yes among the answers, 0 to 100; none before the first answer.
 */
acceptance_percent: number | null, 
/**
 * How long half of the answers took at most, in seconds with one decimal, as text; none before the first answer.
 */
median_seconds: string | null, 
/**
 * Who is not asked for at the moment.
 */
paused: Array<PausedView>, 
/**
 * One sentence, where the numbers suggest that questions are no longer read.
 */
nudge: string | null, };

/**
 * The log at a glance.
 */
export type AuditView = { 
/**
 * How many entries there are.
 */
count: number, 
/**
 * Whether the last check of the chain found it intact; none where it was not checked since the start.
 */
verified: boolean | null, };

/**
 * An argument that a lasting yes can be bound to.
 */
export type BindableView = { 
/**
 * Its name, as in [`BoundView::argument`].
 */
argument: string, 
/**
 * Exactly what it is now.
 */
exact: BoundToView, 
/**
 * The beginning of it that means something: a folder, a site; none where there is none.
 */
prefix: BoundToView | null, 
/**
 * Whether it says what the call is aimed at.
 */
is_target: boolean, };

/**
 * What an argument must be.
 */
export type BoundToView = { "flag": boolean } | { "prefix": string } | { "text": string } | { "whole": number };

/**
 * What an argument must be for a rule to count.
 */
export type BoundView = { 
/**
 * The argument, at the top of the arguments object.
 */
argument: string, 
/**
 * What it must be.
 */
to: BoundToView, };

/**
 * A call that somebody might make.
 */
export type CallView = { 
/**
 * The app; where there is none, one that no rule names.
 */
app: string | null, 
/**
 * The server's name.
 */
server: string, 
/**
 * The account's label; where there is none, the one that a bridge without an account would get.
 */
account: string | null, 
/**
 * The tool.
 */
tool: string, 
/**
 * The arguments, as the exact text of a JSON object.
 */
arguments: string, };

/**
 * One call that would go another way. Texts come from hosts and servers: escape them before showing them.
 */
export type ChangedView = { 
/**
 * Its number in the log.
 */
number: number, 
/**
 * When it was made.
 */
at: string, 
/**
 * The app.
 */
app: string, 
/**
 * The server's name.
 */
server: string, 
/**
 * The tool.
 */
tool: string, 
/**
 * What the rules of this moment say.
 */
was: Verdict, 
/**
 * What the other rules would say.
 */
would_be: Verdict, 
/**
 * The id of the rule that would decide.
 */
rule: string, };

/**
 * One check.
 */
export type Check = { 
/**
 * What was checked, in a few words.
 */
name: string, 
/**
 * What came of it.
 */
state: CheckState, 
/**
 * One sentence.
 */
detail: string, 
/**
 * What to do about it: a command, or one sentence.
 */
fix: string | null, };

/**
 * What came of a check, worst last.
 */
export type CheckState = "ok" | "warn" | "fail";

/**
 * One answer on offer.
 */
export type ChoiceView = { 
/**
 * The word that stands for it in an order.
 */
choice: string, 
/**
 * What it means.
 */
words: string, 
/**
 * How many of the past calls it would have covered, for one that makes a rule.
 */
matched: MatchedView | null, };

/**
 * The closed list of reasons. The door that shows them has a sentence for each, and the command line an exit code.
 */
export type Code = "conflict" | "config_invalid" | "denied" | "internal" | "invalid" | "keychain" | "locked" | "network" | "not_found" | "no_face" | "sign_in_needed" | "timed_out" | "too_soon" | "upstream" | "version";

/**
 * One rule that was looked at.
 */
export type ConsideredView = { 
/**
 * Its id.
 */
rule: string, 
/**
 * Where it comes from.
 */
origin: RuleOrigin, 
/**
 * What it does, where it does one thing.
 */
effect: Verdict | null, 
/**
 * What came of looking at it.
 */
outcome: RuleOutcome, 
/**
 * One sentence more: what did not fit, or what went wrong.
 */
note: string | null, };

/**
 * Why an order was not carried out.
 */
export type ConsoleError = { 
/**
 * Which of the reasons.
 */
code: Code, 
/**
 * What it is about: a server's name, a file's path.
 */
subject: string | null, 
/**
 * One sentence more, free of secrets. It may quote a server: escape it before showing it.
 */
detail: string | null, };

/**
 * One day. Every call stands in one of `by_rule`, `by_person`, `refused` and `failed`, or was cancelled, or is under way.
 */
export type DayView = { 
/**
 * Its date, `2026-11-21`.
 */
date: string, 
/**
 * Calls that a rule let run, and that were done.
 */
by_rule: number, 
/**
 * Calls that the person let run, and that were done.
 */
by_person: number, 
/**
 * Requests that were refused: by a rule, by the person, or because nobody answered.
 */
refused: number, 
/**
 * Calls that failed, or of which nobody can tell.
 */
failed: number, 
/**
 * Questions that got a yes, about calls or anything else.
 */
yes: number, 
/**
 * Questions that got a no.
 */
no: number, };

/**
 * Who decided.
 */
export type DeciderView = "person" | "rule";

/**
 * What was decided.
 */
export type DecisionView = "allowed" | "asked" | "denied";

/**
 * Where a person wants to be taken in Keyholder's own windows.
 */
export type Destination = { 
/**
 * The place.
 */
place: Place, 
/**
 * The server that it is about, by the name that somebody gave it: of `Connect` the one that a link wants to be connected, of
 * `Grants` the one whose connection is to be opened.
 */
server?: string | null, };

/**
 * What `keyholder doctor` found.
 */
export type DoctorReport = { 
/**
 * The checks, in the order they were made.
 */
checks: Array<Check>, };

/**
 * One entry with everything that was written down. Texts come from hosts and servers: escape them before showing them.
 */
export type EntryDetail = { 
/**
 * The entry.
 */
entry: EntryView, 
/**
 * The app's executable.
 */
app_path: string | null, 
/**
 * The chain of processes, bridge first.
 */
ancestry: string | null, 
/**
 * The bridge's connection.
 */
session: string | null, 
/**
 * The call's id.
 */
call: string | null, 
/**
 * The MCP method.
 */
method: string | null, 
/**
 * The authorization server.
 */
issuer: string | null, 
/**
 * The arguments, secrets hidden.
 */
preview: string | null, 
/**
 * SHA-256 of the arguments, 64 hexadecimal digits.
 */
arguments: string | null, 
/**
 * SHA-256 of the bytes that were sent, 64 hexadecimal digits.
 */
request: string | null, 
/**
 * What was decided, as it was written down; [`EntryView::decision`] says what it comes to.
 */
decision: string | null, 
/**
 * How much harm it could do: `look`, `change`, `send` or `destroy`.
 */
tier: string | null, 
/**
 * What it did to its session.
 */
labels: Array<string>, 
/**
 * The host's own trace of it (W3C Trace Context).
 */
trace: string | null, 
/**
 * When it ended.
 */
ended: string | null, 
/**
 * The number of its outcome in the log, which is an entry of its own.
 */
ended_as: number | null, 
/**
 * The id of the rule that decided, also where it is gone.
 */
rule_id: string | null, 
/**
 * The rule that decided, where it is still there.
 */
rule: RuleView | null, };

/**
 * One entry. Texts come from hosts and servers: escape them before showing them.
 */
export type EntryView = { 
/**
 * Its number; entries are numbered without gaps.
 */
number: number, 
/**
 * When it was opened.
 */
at: string, 
/**
 * What happened: `call`, `connect`, `refresh`, `revoke`, `order` and so on.
 */
kind: string, 
/**
 * The app.
 */
app: string | null, 
/**
 * The server's name.
 */
server: string | null, 
/**
 * The account's label.
 */
account: string | null, 
/**
 * The tool or method.
 */
tool: string | null, 
/**
 * What was decided, where something was.
 */
decision: DecisionView | null, 
/**
 * Who decided, where it is known.
 */
by: DeciderView | null, 
/**
 * Why it was allowed or refused: `rule NAME`, `answered: HOW` or `routine`; of other kinds a sentence, or what was done.
 */
reason: string | null, 
/**
 * How it ended.
 */
outcome: OutcomeView, 
/**
 * How much harm it could do, where that was written down: `look`, `change`, `send` or `destroy`.
 */
tier: string | null, 
/**
 * The arguments, secrets hidden.
 */
preview: string | null, 
/**
 * How it failed, in one sentence.
 */
fault: string | null, 
/**
 * One sentence more: how it failed, or else the arguments. For scripts; [`Self::fault`] and [`Self::preview`] tell them apart.
 */
detail: string | null, 
/**
 * From sending to the last byte, in milliseconds.
 */
millis: number | null, 
/**
 * Of the person's answer to a question: how long they took, in milliseconds.
 */
decided_ms: number | null, 
/**
 * Size of the answer.
 */
bytes: number | null, };

/**
 * The beginning of a longer text.
 */
export type Excerpt = { 
/**
 * What is shown.
 */
text: string, 
/**
 * Length of the whole in bytes.
 */
bytes: number, };

/**
 * What the rules say to a call, and how they came to it. Texts come from the call: escape them before showing them.
 */
export type ExplanationView = { 
/**
 * What they say.
 */
verdict: Verdict, 
/**
 * The id of the rule that decided.
 */
rule: string, 
/**
 * Why, in one sentence.
 */
why: string, 
/**
 * How much harm the call can do: `look`, `change`, `send` or `destroy`.
 */
tier: string, 
/**
 * What the tool does to a session.
 */
labels: Array<string>, 
/**
 * Every rule that was looked at, in the order of their weight.
 */
considered: Array<ConsideredView>, 
/**
 * What the rules were told about the call.
 */
facts: Array<FactView>, 
/**
 * What the session had read before, oldest first.
 */
history: Array<string>, };

/**
 * Where the person is asked.
 */
export type FaceView = "desktop" | "none" | "terminal";

/**
 * One thing that the rules were told.
 */
export type FactView = { 
/**
 * Its name in rules, such as `context.tier`.
 */
name: string, 
/**
 * Its value, cut to a bounded length, secrets hidden.
 */
value: string, };

/**
 * How a grant stands.
 */
export type GrantState = "active" | "lapsed" | "revoked";

/**
 * A stored authorization.
 */
export type GrantView = { 
/**
 * Its id.
 */
id: string, 
/**
 * The server's name.
 */
server: string, 
/**
 * The account's label.
 */
account: string, 
/**
 * The authorization server (RFC 8414 §2).
 */
issuer: string, 
/**
 * The resource it is for (RFC 8707).
 */
resource: string, 
/**
 * As whom Keyholder is known there.
 */
client_id: string, 
/**
 * What it allows.
 */
scopes: Array<string>, 
/**
 * How it stands.
 */
state: GrantState, 
/**
 * When the person consented.
 */
obtained: string, 
/**
 * When it was last used.
 */
last_used: string | null, 
/**
 * Whether it renews itself.
 */
renews: boolean, 
/**
 * Under which name the keychain holds it.
 */
record: string, 
/**
 * When the access token of the moment ends; it is renewed ahead of that where the grant allows it.
 */
expires: string | null, };

/**
 * How long the broker takes no answer to a question, from its reply on.
 */
export type GuardView = { 
/**
 * In milliseconds.
 */
millis: number, };

/**
 * What an app's sessions have behind them. Texts come from hosts and servers: escape them before showing them.
 */
export type HistoryView = { 
/**
 * The app.
 */
app: string, 
/**
 * Since when it is kept: the first call, or the last reset.
 */
since: string, 
/**
 * The labels that it has gathered.
 */
labels: Array<string>, 
/**
 * The calls that brought them, oldest first, one line each.
 */
chain: Array<string>, };

/**
 * One host app.
 */
export type HostView = { 
/**
 * Its short name, `claude-desktop`.
 */
id: string, 
/**
 * What a person calls it.
 */
name: string, 
/**
 * Whether anything of it was found here.
 */
found: boolean, 
/**
 * Its configuration file, where one is known for this system; it may not exist yet.
 */
config_file: string | null, 
/**
 * What is to be pasted there for a server, exactly.
 */
snippet: string, 
/**
 * The command that does the same, for hosts that have one.
 */
command: string | null, 
/**
 * Whether the app must be started anew to notice.
 */
restart: boolean, };

/**
 * Who said what a tool does to a session.
 */
export type LabelSource = "person" | "proposed";

/**
 * What ran without a question while learning. Texts come from hosts and servers: escape them before showing them.
 */
export type LearnedView = { 
/**
 * The app.
 */
app: string, 
/**
 * The server's name.
 */
server: string, 
/**
 * The tool.
 */
tool: string, 
/**
 * How often.
 */
times: number, };

/**
 * What may be said to several questions at once: nothing that lasts.
 */
export type ListedChoice = "allow_once" | "deny";

/**
 * One question of several that are answered together, bound to what was shown of it.
 */
export type ListedView = { 
/**
 * Its id.
 */
question: string, 
/**
 * As in [`QuestionDetail::digest`].
 */
digest: string, };

/**
 * Which entries are wanted; nothing set means the newest of all.
 */
export type LogQuery = { 
/**
 * Only this server's.
 */
server: string | null, 
/**
 * Only of this app.
 */
app: string | null, 
/**
 * Only of this tool.
 */
tool: string | null, 
/**
 * Only entries of this kind, as in [`EntryView::kind`].
 */
kind: string | null, 
/**
 * Only with this outcome.
 */
outcome: OutcomeView | null, 
/**
 * Further conditions in the query language ([`words`]): `server:slack decision:denied tier:send after:2d some text`.
 */
words: string | null, 
/**
 * Not before this moment (RFC 3339).
 */
since: string | null, 
/**
 * Before this moment (RFC 3339).
 */
until: string | null, 
/**
 * Only entries below this number: the next page.
 */
before: number | null, 
/**
 * How many at most; the broker has its own ceiling.
 */
limit: number | null, };

/**
 * A page of the log, newest first.
 */
export type LogReport = { 
/**
 * The entries.
 */
entries: Array<EntryView>, 
/**
 * The number to pass as `before` for what follows; none at the end.
 */
next: number | null, };

/**
 * How the windows look.
 */
export type Look = "dark" | "follow_system" | "light";

/**
 * How a pattern fits the calls of the past.
 */
export type MatchedView = { 
/**
 * So many it would have covered.
 */
hits: number, 
/**
 * Of so many.
 */
of: number, };

/**
 * How much is asked, and what was learned.
 */
export type ModeView = { 
/**
 * The mode of this moment.
 */
mode: AskMode, 
/**
 * When learning ends; none in the other modes.
 */
learning_until: string | null, 
/**
 * What ran without a question because of learning, and is not settled by a rule yet.
 */
learned: Array<LearnedView>, };

/**
 * An organisation to be added.
 */
export type NewOrganisation = { 
/**
 * The person's short name for it.
 */
name: string, 
/**
 * Its identity provider's issuer.
 */
issuer: string, 
/**
 * The client id that the identity provider knows.
 */
client_id: string, 
/**
 * Absolute path of a file with the client secret: the secret itself never passes a door or a command line.
 */
client_secret_file: string | null, 
/**
 * Absolute path of a file with the client's private key, a PEM, for a client that signs.
 */
client_key_file: string | null, 
/**
 * The name under which the identity provider knows that key (`kid`).
 */
client_key_id: string | null, 
/**
 * Absolute path of the file in which the signed-in person's ID token stands.
 */
id_token_file: string, };

/**
 * A server to be added.
 */
export type NewServer = { 
/**
 * The person's short name for it.
 */
name: string, 
/**
 * Its MCP endpoint.
 */
url: string, 
/**
 * The client id that its authorization server knows, where one was registered beforehand.
 */
client_id: string | null, 
/**
 * Absolute path of a file with the client secret: the secret itself never passes a door or a command line.
 */
client_secret_file: string | null, 
/**
 * Absolute path of a file with that client's private key, a PEM, for a client that signs.
 */
client_key_file: string | null, 
/**
 * The name under which the authorization server knows that key (`kid`).
 */
client_key_id: string | null, 
/**
 * Whether tokens are asked for in the client's own name, without a person (RFC 6749 §4.4).
 */
client_credentials: boolean, 
/**
 * Absolute path of a file with an assertion of the platform, which is brought for tokens (RFC 7523 §2.1).
 */
assertion_file: string | null, 
/**
 * The organisation whose word is brought for tokens.
 */
organisation: string | null, 
/**
 * The https URL of a client id metadata document.
 */
client_metadata_url: string | null, 
/**
 * The RFC 8707 value to ask for; the empty text asks for none.
 */
resource: string | null, 
/**
 * Scopes to ask for instead of those that the server names.
 */
scopes: Array<string>, 
/**
 * Whether the server may publish no metadata, as in the 2025-03-26 revision.
 */
older_discovery: boolean, };

/**
 * One piece of news.
 */
export type News = { "news": "asked", 
/**
 * Its id.
 */
question: string, } | { "news": "changed", 
/**
 * Which.
 */
subject: Subject, } | { "news": "paused" } | { "news": "settled", 
/**
 * Its id.
 */
question: string, } | { "news": "show" } & Destination;

/**
 * What may be out of the ordinary.
 */
export type OddityKind = "many_calls" | "new_app" | "new_tool" | "unusual_hour";

/**
 * Something out of the ordinary. Names come from hosts and servers: escape them before showing them.
 */
export type OddityView = { 
/**
 * What.
 */
kind: OddityKind, 
/**
 * Since when.
 */
at: string, 
/**
 * The app.
 */
app: string | null, 
/**
 * The server.
 */
server: string | null, 
/**
 * The tool.
 */
tool: string | null, 
/**
 * How many, where it is about a number: calls of that day.
 */
count: number | null, 
/**
 * How many are usual.
 */
usual: number | null, 
/**
 * The entry that shows it best.
 */
number: number | null, };

/**
 * One order.
 */
export type Order = { "order": "add_organisation" } & NewOrganisation | { "order": "add_rule", 
/**
 * The rules as Cedar text.
 */
text: string, } | { "order": "add_server" } & NewServer | { "order": "admit", 
/**
 * Its id, as in [`crate::reviews::ReviewView::id`].
 */
review: string, } | { "order": "answer", 
/**
 * The question's id.
 */
question: string, 
/**
 * What was shown, as in [`crate::approvals::QuestionDetail::digest`]: the answer is good for nothing else.
 */
digest: string, 
/**
 * The answer, as in [`crate::approvals::ChoiceView::choice`].
 */
choice: string, } | { "order": "answer_listed", 
/**
 * Which, each bound to what was shown of it.
 */
questions: Array<ListedView>, 
/**
 * The answer to each of them.
 */
choice: ListedChoice, } | { "order": "approvals" } | { "order": "attention" } | { "order": "confirm_rules" } | { "order": "deny", 
/**
 * The question's id.
 */
question: string, } | { "order": "deny_all", 
/**
 * The server's name.
 */
server: string, } | { "order": "distrust", 
/**
 * The server's name.
 */
server: string, } | { "order": "doctor" } | { "order": "edit", 
/**
 * The question's id.
 */
question: string, 
/**
 * What was shown, as in [`crate::approvals::QuestionDetail::digest`].
 */
digest: string, 
/**
 * The arguments, as the exact text of a JSON object.
 */
arguments: string, } | { "order": "explain", 
/**
 * The call.
 */
call: CallView, } | { "order": "grants" } | { "order": "history", 
/**
 * Only of this app.
 */
app: string | null, } | { "order": "labels", 
/**
 * Only of this server.
 */
server: string | null, } | { "order": "hosts", 
/**
 * The server's name, which need not be known yet; where none is given, `NAME` stands in its place.
 */
server: string | null, } | { "order": "lock" } | { "order": "log" } & LogQuery | { "order": "login", 
/**
 * The server's name.
 */
name: string, 
/**
 * The account's label.
 */
account: string | null, } | { "order": "logout", 
/**
 * The server's name.
 */
name: string, 
/**
 * The account's label.
 */
account: string | null, } | { "order": "mode" } | { "order": "probe", 
/**
 * The address.
 */
url: string, } | { "order": "offer_pattern", 
/**
 * The question's id.
 */
question: string, 
/**
 * What the arguments must be; all of it, at least one.
 */
bounds: Array<BoundView>, } | { "order": "organisations" } | { "order": "pause", 
/**
 * The server's name.
 */
server: string, } | { "order": "refuse", 
/**
 * Its id, as in [`crate::reviews::ReviewView::id`].
 */
review: string, } | { "order": "remove_organisation", 
/**
 * Its name.
 */
name: string, } | { "order": "remove_rule", 
/**
 * The rule's id.
 */
rule: string, } | { "order": "remove_server", 
/**
 * The server's name.
 */
name: string, } | { "order": "reset_history", 
/**
 * The app.
 */
app: string, } | { "order": "resume", 
/**
 * The server's name.
 */
server: string, } | { "order": "resume_asking", 
/**
 * The app.
 */
app: string, } | { "order": "review" } | { "order": "revoke", 
/**
 * Which.
 */
whose: Whose, } | { "order": "rules" } | { "order": "servers" } | { "order": "seen", 
/**
 * The question's id.
 */
question: string, } | { "order": "set" } & Setting | { "order": "set_labels", 
/**
 * The server's name.
 */
server: string, 
/**
 * The tool's name.
 */
tool: string, 
/**
 * All of its labels, as words; the empty list takes every label away.
 */
labels: Array<string>, } | { "order": "set_mode", 
/**
 * From now on.
 */
mode: AskMode, } | { "order": "set_tool_use", 
/**
 * The server's name.
 */
server: string, 
/**
 * The account's label.
 */
account: string, 
/**
 * The tool's name.
 */
tool: string, 
/**
 * From now on; none takes back what was said.
 */
usage: ToolUse | null, } | { "order": "show_entry", 
/**
 * Its number.
 */
number: number, } | { "order": "show_face" } & Destination | { "order": "show_question", 
/**
 * The question's id.
 */
question: string, } | { "order": "show_raw", 
/**
 * The question's id.
 */
question: string, } | { "order": "show_server", 
/**
 * The server's name.
 */
name: string, } | { "order": "simulate", 
/**
 * The first moment that counts (RFC 3339).
 */
since: string, 
/**
 * The rules as Cedar text.
 */
text: string, 
/**
 * The name of the person's rules file whose place the text takes; where there is none, it stands beside them all.
 */
replaces: string | null, } | { "order": "status" } | { "order": "stop" } | { "order": "summary", 
/**
 * How many, today among them; 1 to 90.
 */
days: number, } | { "order": "trust", 
/**
 * The server's name.
 */
server: string, } | { "order": "unlock" } | { "order": "verify_log" };

/**
 * A configured organisation.
 */
export type OrganisationView = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its identity provider's issuer.
 */
issuer: string, 
/**
 * Keyholder's client id there.
 */
client_id: string, 
/**
 * Where the person's ID token comes from.
 */
id_token: string, 
/**
 * The servers that take its word.
 */
servers: Array<string>, };

/**
 * Who put it into the configuration.
 */
export type Origin = "bridge" | "managed" | "person";

/**
 * How an entry ended.
 */
export type OutcomeView = "cancelled" | "done" | "failed" | "open" | "refused" | "unknown";

/**
 * Questions that are refused unread for a while, since there were too many.
 */
export type PausedView = { 
/**
 * The app that asks; none where the questions about a server are refused, whoever asks.
 */
app: string | null, 
/**
 * The server, where only the questions about it are refused.
 */
server: string | null, 
/**
 * Until when.
 */
until: string, 
/**
 * Why, in one sentence.
 */
why: string, };

/**
 * A place in Keyholder's own windows.
 */
export type Place = "activity" | "connect" | "grants" | "home" | "questions" | "rules" | "settings";

/**
 * One check of an address.
 */
export type ProbeCheck = { 
/**
 * What.
 */
step: ProbeStep, 
/**
 * What came of it.
 */
state: CheckState, 
/**
 * What was found, or what is wrong; one sentence or a name.
 */
detail: string | null, };

/**
 * What is checked of an address.
 */
export type ProbeStep = "address" | "answers" | "protocol" | "resource_metadata" | "server_metadata" | "registration";

/**
 * What was found out about an address before anything is configured. Texts come from the other end: escape them before showing
 * them.
 */
export type ProbeView = { 
/**
 * The address as it would be configured.
 */
url: string, 
/**
 * Its host, as a browser would write it.
 */
host: string, 
/**
 * A name that is free, made from the host.
 */
name: string, 
/**
 * The server that has this address already.
 */
known_as: string | null, 
/**
 * What was checked, in the order it was checked; it ends with the first thing that failed.
 */
checks: Array<ProbeCheck>, 
/**
 * What is odd about it, one sentence each.
 */
warnings: Array<string>, 
/**
 * The authorization server's issuer; none where no sign-in is wanted or none was found.
 */
issuer: string | null, 
/**
 * The host on which the person would sign in.
 */
authorization_host: string | null, 
/**
 * The scopes that the server names.
 */
scopes: Array<ScopeView>, 
/**
 * Whether it describes its sign-in only as of MCP 2025-03-26, or not at all: it must be added with `older_discovery`.
 */
older_discovery: boolean, };

/**
 * A question with all that a face shows before it takes an answer.
 */
export type QuestionDetail = { 
/**
 * Who asks, where to, what and why.
 */
question: QuestionView, 
/**
 * What would happen, in its parts.
 */
subject: SubjectView, 
/**
 * The app's executable, where known; none makes it an unidentified program.
 */
app_path: string | null, 
/**
 * The chain of processes, bridge first, in one line.
 */
ancestry: string, 
/**
 * The host of the server's address; empty where no server is concerned.
 */
host: string, 
/**
 * Its place among the open questions of its app, from 1.
 */
position: number, 
/**
 * How many questions of its app are open.
 */
of: number, 
/**
 * The open questions that read like this one, this one among them, oldest first; empty where they are too few to be looked
 * at together.
 */
alike: Array<string>, 
/**
 * What an answer is bound to: SHA-256 of the exact request, 64 hexadecimal digits.
 */
digest: string, 
/**
 * What would happen, in Keyholder's own words.
 */
headline: string, 
/**
 * How much harm it can do: `look`, `change`, `send` or `destroy`.
 */
tier: string, 
/**
 * Why that much, one sentence each.
 */
findings: Array<string>, 
/**
 * The arguments, one row each, secrets hidden.
 */
rows: Array<RowView>, 
/**
 * How the call differs from the last one that was allowed, one line each.
 */
changes: Array<string>, 
/**
 * The calls that led to the question, oldest first.
 */
history: Array<string>, 
/**
 * Why a rule that would have answered does not count at the moment.
 */
suspended: string | null, 
/**
 * The answers on offer, narrowest first.
 */
choices: Array<ChoiceView>, 
/**
 * The arguments that a lasting yes can be bound to; empty where no lasting yes is on offer.
 */
bindable: Array<BindableView>, 
/**
 * Whether the arguments can be changed before a yes.
 */
editable: boolean, };

/**
 * A question to the person. Texts come from hosts and servers: escape them before showing them.
 */
export type QuestionView = { 
/**
 * Its id.
 */
id: string, 
/**
 * What is asked.
 */
about: About, 
/**
 * The app that asks, as a person knows it; a hint, not a proof.
 */
app: string, 
/**
 * The server's name, or its address where it has none yet.
 */
server: string, 
/**
 * The account's label.
 */
account: string | null, 
/**
 * The tool, for a call.
 */
tool: string | null, 
/**
 * The call's arguments as they would be sent, cut to a bounded length; the length before the cut in bytes.
 */
arguments: Excerpt | null, 
/**
 * Why the person is asked: the rule or the lack of one.
 */
why: string, 
/**
 * When it was asked.
 */
asked: string, 
/**
 * When silence becomes a no.
 */
deadline: string, };

/**
 * The exact text of what would be sent. Nothing is hidden in it, so it goes to the face alone, and only when the person asks.
 */
export type RawView = { 
/**
 * The text, cut to a bounded length.
 */
text: string, 
/**
 * Length of the whole in bytes.
 */
bytes: number, };

/**
 * An order was carried out.
 */
export type Receipt = { 
/**
 * One sentence more, where there is one.
 */
note: string | null, };

/**
 * What comes back.
 */
export type Reply = { "answer": Answer } | { "error": ConsoleError };

/**
 * What a definition defines.
 */
export type ReviewKind = "instructions" | "prompt" | "resource" | "tool";

/**
 * Whether a definition was known.
 */
export type ReviewState = "changed" | "new";

/**
 * One definition that waits for the person. Texts come from the server: escape them before showing them.
 */
export type ReviewView = { 
/**
 * By what it is admitted or refused: kind, server and name in one text such as `tool notes/send`.
 */
id: string, 
/**
 * The server's name.
 */
server: string, 
/**
 * The account's label.
 */
account: string, 
/**
 * What it defines.
 */
kind: ReviewKind, 
/**
 * The name of what it defines; for a resource its address.
 */
name: string, 
/**
 * Whether the person has known it before.
 */
state: ReviewState, 
/**
 * How it differs from what was admitted, one line a place; for a new one its text.
 */
difference: Array<string>, 
/**
 * What is odd about it, one sentence each.
 */
suspicions: Array<string>, 
/**
 * When it was first seen so.
 */
since: string, };

/**
 * What became of a revoked grant.
 */
export type RevocationView = { 
/**
 * The server's name.
 */
server: string, 
/**
 * The account's label.
 */
account: string, 
/**
 * What the authorization server said to it. The local copy is out of use in any case, and deleted once nothing is left to
 * give back.
 */
upstream: Upstream, 
/**
 * How many bridges were cut.
 */
bridges: number, };

/**
 * One argument of a call.
 */
export type RowView = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its value, cut to a bounded length, secrets hidden.
 */
value: string, 
/**
 * What is worth a second look, in a few words.
 */
note: string | null, };

/**
 * Where a rule comes from.
 */
export type RuleOrigin = "answer" | "file" | "managed" | "shipped";

/**
 * What came of looking at a rule.
 */
export type RuleOutcome = "error" | "matched" | "not_matched";

/**
 * Whether a rule counts.
 */
export type RuleState = "expired" | "in_force" | "pending" | "suspended";

/**
 * One rule. What it is bound to may quote hosts and models: escape it before showing it.
 */
export type RuleView = { 
/**
 * Its id.
 */
id: string, 
/**
 * What it does, where it does one thing; none where Cedar text says more than a word can.
 */
effect: Verdict | null, 
/**
 * In words: which app, server and tool.
 */
summary: string, 
/**
 * The Cedar text.
 */
source: string, 
/**
 * Where it stands.
 */
origin: RuleOrigin, 
/**
 * The file it stands in, with its line.
 */
file: string | null, 
/**
 * Whether it is in force.
 */
state: RuleState, 
/**
 * How often it decided.
 */
uses: number, 
/**
 * When it last decided.
 */
last_used: string | null, 
/**
 * When it ends.
 */
expires: string | null, 
/**
 * After how many days without a use it ends.
 */
idle_days: number | null, 
/**
 * How many more calls it is good for.
 */
uses_left: number | null, 
/**
 * What it is bound to, one text each: host, server, account, the tool's definition, arguments.
 */
bound_to: Array<string>, 
/**
 * Whether it says anything about the arguments; none for rules in files, which may.
 */
binds_arguments: boolean | null, 
/**
 * When it was made.
 */
made: string | null, 
/**
 * The person's own words about it.
 */
note: string | null, };

/**
 * One permission that a server names.
 */
export type ScopeView = { 
/**
 * Its name (RFC 6749 §3.3).
 */
name: string, 
/**
 * Whether the server asks for it from the start.
 */
wanted: boolean, };

/**
 * How a server stands.
 */
export type ServerState = "open" | "paused" | "signed_in" | "sign_in_needed";

/**
 * How much came from a server.
 */
export type ServerTallyView = { 
/**
 * The server's name.
 */
server: string, 
/**
 * How many calls.
 */
calls: number, 
/**
 * How many bytes it answered.
 */
bytes: number, };

/**
 * A configured server.
 */
export type ServerView = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its endpoint, query values hidden.
 */
url: string, 
/**
 * How it stands.
 */
state: ServerState, 
/**
 * Where it is configured.
 */
origin: Origin, 
/**
 * The client id that was registered beforehand.
 */
client_id: string | null, 
/**
 * The client id metadata document.
 */
client_metadata_url: string | null, 
/**
 * The resource to ask for, where it is not the one that the server publishes.
 */
resource: string | null, 
/**
 * The sign-ins at it.
 */
grants: Array<GrantView>, 
/**
 * How many bridges serve it at the moment.
 */
bridges: number, 
/**
 * Its tools as pinned; none before the first connection.
 */
tools: Array<ToolView>, };

/**
 * One bridge.
 */
export type SessionView = { 
/**
 * Its id.
 */
id: string, 
/**
 * The app behind it; a hint, not a proof.
 */
app: string, 
/**
 * The chain of processes, bridge first.
 */
ancestry: string, 
/**
 * The server it serves.
 */
server: string, 
/**
 * The account's label.
 */
account: string, 
/**
 * Since when.
 */
since: string, 
/**
 * Requests under way.
 */
pending: number, };

/**
 * One setting with its new value. Each stands in `config.toml` under the name that it has here in words.
 */
export type Setting = { "setting": "answer_deadline", "value": number } | { "setting": "extra_ca", "value": Array<string> } | { "setting": "guard", "value": number } | { "setting": "idle_exit", "value": number | null } | { "setting": "language", "value": string | null } | { "setting": "letter_keys", "value": boolean } | { "setting": "look", "value": Look } | { "setting": "metadata_document", "value": string | null };

/**
 * Where Keyholder's files are, and what its settings say.
 */
export type SettingsView = { 
/**
 * The configuration file.
 */
config_file: string, 
/**
 * The folder of the person's rules.
 */
policies: string, 
/**
 * The log's database.
 */
audit_file: string, 
/**
 * How long a host's call waits for the person, in seconds.
 */
answer_deadline_s: number, 
/**
 * After how long without a bridge the broker leaves, in seconds; none where it stays.
 */
idle_exit_s: number | null, 
/**
 * Whether an organisation's layer is in force.
 */
managed: boolean, 
/**
 * For how long a question in a window takes no answer, in milliseconds.
 */
guard_ms: number, 
/**
 * Files with further certificate authorities.
 */
extra_ca: Array<string>, 
/**
 * The Client ID Metadata Document that Keyholder shows to authorization servers.
 */
metadata_document: string | null, 
/**
 * The windows' language, as in BCP 47; none follows the system.
 */
language: string | null, 
/**
 * The windows' look.
 */
look: Look, 
/**
 * Whether single letters are shortcuts in a question.
 */
letter_keys: boolean, };

/**
 * What became of one of them.
 */
export type SettledView = { 
/**
 * Its id.
 */
question: string, 
/**
 * Why the answer was not taken; none where it was.
 */
error: ConsoleError | null, };

/**
 * What a simulation found.
 */
export type SimulationView = { 
/**
 * How many calls were looked at.
 */
calls: number, 
/**
 * Of these, how many could not be judged: the log does not hold enough of their arguments.
 */
unknown: number, 
/**
 * What the rules of this moment say to those that could be judged.
 */
before: TallyView, 
/**
 * What the other rules would say to the same.
 */
after: TallyView, 
/**
 * The calls to which they would say something else, oldest first; the broker has its own ceiling.
 */
changed: Array<ChangedView>, };

/**
 * The broker at a glance.
 */
export type StatusView = { 
/**
 * Its version.
 */
version: string, 
/**
 * Its process id.
 */
pid: number, 
/**
 * How long it has been up, in seconds.
 */
uptime_s: number, 
/**
 * Where credentials are kept.
 */
vault: VaultView, 
/**
 * Whether the person locked Keyholder.
 */
locked: boolean, 
/**
 * Where the person is asked.
 */
face: FaceView, 
/**
 * What is wrong with the rules: files that do not parse, rules that wait.
 */
policy_problems: Array<string>, 
/**
 * The rule that lets everything run without a question, where there is one.
 */
wide_open: string | null, 
/**
 * How much is asked.
 */
mode: AskMode, 
/**
 * How many definitions are held back until the person has looked at them.
 */
reviews: number, 
/**
 * How many rules in files wait to be confirmed.
 */
pending_rules: number, 
/**
 * The bridges.
 */
sessions: Array<SessionView>, 
/**
 * The log.
 */
audit: AuditView, 
/**
 * How many questions wait.
 */
questions: number, 
/**
 * Places and settings.
 */
settings: SettingsView, };

/**
 * What can change behind a window's back.
 */
export type Subject = "activity" | "questions" | "reviews" | "rules" | "servers" | "status";

/**
 * What would happen after a yes. Texts are as they came from outside, but for secrets: escape them before showing them.
 */
export type SubjectView = { "kind": "add", 
/**
 * Its address, as given.
 */
url: string, 
/**
 * The name it would have.
 */
name: string, } | { "kind": "admit", 
/**
 * What is defined: `tool`, `prompt`, `resource` or `instructions`.
 */
what: string, 
/**
 * Its name.
 */
name: string, 
/**
 * What differs from the one that was admitted before, a line each; empty where it is new.
 */
difference: Array<string>, } | { "kind": "answer", 
/**
 * The MCP method.
 */
method: string, } | { "kind": "call", 
/**
 * Its name.
 */
tool: string, 
/**
 * What the server claims of the tool (annotations); unverified.
 */
claims: string, } | { "kind": "connect", 
/**
 * The authorization server's issuer.
 */
issuer: string, 
/**
 * The host on which the person will sign in; the one that gives the tokens, where nobody does.
 */
authorization_host: string, 
/**
 * What would be granted.
 */
scopes: Array<string>, 
/**
 * Which of these are new.
 */
new_scopes: Array<string>, 
/**
 * By what way.
 */
way: WayView, } | { "kind": "order", 
/**
 * Its name.
 */
name: string, } | { "kind": "read", 
/**
 * The MCP method.
 */
method: string, };

/**
 * What happened in some days, for charts. Days are those of the person's own clock.
 */
export type SummaryView = { 
/**
 * The days, oldest first, without gaps.
 */
days: Array<DayView>, 
/**
 * The tools that were called most, most first; at most twenty.
 */
tools: Array<ToolTallyView>, 
/**
 * The servers by how much they sent, most first; at most twenty.
 */
servers: Array<ServerTallyView>, 
/**
 * How long the person took to answer, shortest first.
 */
answer_times: Array<AnswerTimeView>, 
/**
 * What is out of the ordinary, newest first; at most twenty.
 */
oddities: Array<OddityView>, };

/**
 * How many calls got which verdict.
 */
export type TallyView = { 
/**
 * Run.
 */
allowed: number, 
/**
 * Asked about.
 */
asked: number, 
/**
 * Refused.
 */
denied: number, };

/**
 * Whether a tool may be seen and called.
 */
export type ToolState = "admitted" | "pending";

/**
 * How often a tool was called.
 */
export type ToolTallyView = { 
/**
 * The server's name.
 */
server: string, 
/**
 * The tool.
 */
tool: string, 
/**
 * How often.
 */
calls: number, };

/**
 * What the person says about a tool, for every app.
 */
export type ToolUse = "ask" | "off" | "silent";

/**
 * One tool of a server, as pinned. Names and descriptions are the server's own: escape them before showing them.
 */
export type ToolView = { 
/**
 * The name of its server.
 */
server: string, 
/**
 * The account that it was listed to; another account's tools are listed by themselves.
 */
account: string, 
/**
 * Its name.
 */
name: string, 
/**
 * What the server says it does; cut to a bounded length.
 */
description: string | null, 
/**
 * SHA-256 of its definition, 64 hexadecimal digits; the screen shows the first twelve.
 */
digest: string, 
/**
 * How much harm a call can do: `look`, `change`, `send` or `destroy`.
 */
tier: string, 
/**
 * What it does to a session, as words such as `reads_private`.
 */
labels: Array<string>, 
/**
 * Who says so.
 */
labels_from: LabelSource, 
/**
 * Whether calls of it run, ask or are refused by the rules of this moment; none where that depends on the call.
 */
verdict: Verdict | null, 
/**
 * What the person said about it for every app; none where nothing was said.
 */
usage: ToolUse | null, 
/**
 * Whether hosts see it.
 */
state: ToolState, 
/**
 * When it was last called.
 */
last_used: string | null, 
/**
 * How often it was called, as far back as the log reaches.
 */
uses: number, };

/**
 * What the authorization server did about a revocation (RFC 7009).
 */
export type Upstream = "confirmed" | "failed" | "not_asked" | "not_offered" | "pending";

/**
 * Where credentials are kept.
 */
export type VaultView = { 
/**
 * `keychain`, `file` or `memory`.
 */
kind: string, 
/**
 * Whether it can be used.
 */
usable: boolean, 
/**
 * The system's name for it, or what is wrong.
 */
detail: string | null, };

/**
 * What the rules say.
 */
export type Verdict = "allow" | "ask" | "deny";

/**
 * What checking the chain found.
 */
export type VerifyReport = { 
/**
 * How many entries were checked.
 */
entries: number, 
/**
 * Whether all of them are as they were written.
 */
intact: boolean, 
/**
 * The first entry that is not, where one is known.
 */
first_broken: number | null, 
/**
 * What is wrong, in one sentence.
 */
fault: string | null, 
/**
 * Whether the anchor outside the database agreed; none where there is no anchor.
 */
anchored: boolean | null, };

/**
 * By what way tokens are come by.
 */
export type WayView = { "by": "browser", 
/**
 * Where it is sent back to.
 */
redirect: string, } | { "by": "itself", 
/**
 * The client id.
 */
client: string, 
/**
 * What it shows for it.
 */
proof: string, };

/**
 * Which grants to revoke.
 */
export type Whose = "all" | { "issuer": { 
/**
 * Its issuer, character by character.
 */
issuer: string, } } | { "server": { 
/**
 * The server's name.
 */
name: string, 
/**
 * The account's label.
 */
account: string | null, } };
