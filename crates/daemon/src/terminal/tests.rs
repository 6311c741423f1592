//! Promises of the terminal before a real desk, with a clock that is moved by hand.

use super::*;
use keyholder_approval::{Attention, Batch, Desk, Settled};
use keyholder_model::clock::{FakeClock, FakeRng, Timestamp};
use keyholder_model::risk::Tier;
use sample::call;
use std::time::Duration;
use tokio::task::{JoinHandle, yield_now};

pub(super) mod sample;

/// Long enough to have read.
const READ: Duration = Duration::from_millis(400);

impl House for Desk {
    fn answer(&self, id: QuestionId, shown: &Digest, answer: Answer) -> Result<(), ApprovalError> {
        Self::answer(self, id, shown, answer).map(drop)
    }
    fn answer_batch(&self, listed: &[(QuestionId, Digest)], answer: BatchAnswer) -> Vec<Result<(), ApprovalError>> {
        Self::answer_batch(self, listed, answer).into_iter().map(|receipt| receipt.map(drop)).collect()
    }
    fn seen_since(&self, id: QuestionId, since: Duration) {
        Self::seen_since(self, id, since);
    }
    fn attention(&self) -> Attention {
        Self::attention(self)
    }
    fn batches(&self) -> Vec<Batch> {
        Self::batches(self)
    }
    fn resume(&self, brake: &Brake) {
        Self::resume(self, brake);
    }
}

/// A desk, and a terminal whose screen can be read.
struct Room {
    desk: Arc<Desk>,
    terminal: Arc<Terminal>,
    clock: Arc<FakeClock>,
    rng: FakeRng,
    screen: Arc<Mutex<String>>,
}

impl Room {
    fn new() -> Self {
        let clock = Arc::new(FakeClock::at(Timestamp::from_millis(0)));
        let screen = Arc::new(Mutex::new(String::new()));
        let out = Arc::clone(&screen);
        let print = move |text: &str| out.lock().unwrap().push_str(text);
        let terminal = Arc::new(Terminal::printing(clock.clone(), Box::new(print)));
        let desk = Arc::new(Desk::new(terminal.clone(), clock.clone()));
        Self { desk, terminal, clock, rng: FakeRng::default(), screen }
    }

    /// A call of `add_note` with this title, asked and waited for.
    async fn asking(&self, title: &str, tier: Tier) -> JoinHandle<Settled> {
        self.asking_about(call("add_note", tier), title).await
    }

    async fn asking_about(&self, mut question: Question, title: &str) -> JoinHandle<Settled> {
        question.id = QuestionId::make(&*self.clock, &self.rng);
        question.request = Digest::of_parts(&[title.as_bytes()]);
        title.clone_into(&mut question.brief.rows[0].value);
        let desk = self.desk.clone();
        let waiting = tokio::spawn(async move { desk.ask(question, Duration::from_mins(10)).await });
        yield_now().await;
        waiting
    }

    /// Types a line after having read, and gives what was printed since.
    fn types(&self, line: &str) -> String {
        self.clock.advance(READ);
        self.types_at_once(line)
    }

    fn types_at_once(&self, line: &str) -> String {
        let before = self.screen().len();
        assert!(self.terminal.take(line, &*self.desk), "{line:?} was meant for a question");
        self.screen().split_off(before)
    }

    fn screen(&self) -> String {
        self.screen.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn an_answer_counts_for_the_question_that_is_read_and_for_no_other() {
    let room = Room::new();
    let (first, second) = (room.asking("one", Tier::Look).await, room.asking("two", Tier::Look).await);
    assert!(room.screen().contains("one") && !room.screen().contains("two"), "{}", room.screen());
    let said = room.types("yes");
    assert!(said.starts_with("  allow once\n") && said.contains("two"), "{said}");
    assert_eq!(first.await.unwrap(), Settled::Answered(Answer::AllowOnce));
    assert!(room.types_at_once("yes").contains("too fast"), "the second had not been read");
    room.types("no");
    assert_eq!(second.await.unwrap(), Settled::Answered(Answer::Deny));
    assert!(!room.terminal.take("yes", &*room.desk), "nothing is asked any more");
}

#[tokio::test]
async fn an_answer_with_a_number_says_what_it_was() {
    let room = Room::new();
    let waiting = room.asking("one", Tier::Send).await;
    let said = room.types("5");
    assert!(said.starts_with("  allow for 15 minutes\n"), "{said}");
    assert!(matches!(waiting.await.unwrap(), Settled::Answered(Answer::AllowFor(_))));
}

#[tokio::test]
async fn nothing_but_a_word_on_offer_changes_anything() {
    let room = Room::new();
    let waiting = room.asking("one", Tier::Destroy).await;
    for line in ["", "ok", "yes", "1", "always", "yes other_tool", "99 add_note", "?", "raw", "more", "batch", "resume"]
    {
        room.types(line);
    }
    assert_eq!(room.desk.open().len(), 1);
    assert!(room.types("yes").contains("type \u{201c}yes add_note\u{201d}"));
    room.types("yes add_note");
    assert_eq!(waiting.await.unwrap(), Settled::Answered(Answer::AllowOnce));
}

#[tokio::test]
async fn a_batch_allows_what_was_listed_and_named_and_nothing_else() {
    let room = Room::new();
    let mut waiting = Vec::new();
    for title in ["one", "two", "three"] {
        waiting.push(room.asking(title, Tier::Send).await);
    }
    let table = room.types("batch");
    assert!(table.contains("3 like this wait") && table.contains("title: three"), "{table}");
    assert!(!table.contains("allow all shown"), "what leaves the account is chosen one by one: {table}");
    // Joined after the table was drawn.
    waiting.push(room.asking("four", Tier::Send).await);
    assert!(room.types_at_once("deny all").contains("too fast"));
    for line in ["yes", "no", "", "allow", "allow all shown", "allow 4", "allow 0", "allow 1 x"] {
        room.types(line);
    }
    assert_eq!(room.desk.open().len(), 4, "nothing of this was an answer");
    let said = room.types("allow 1 3 1");
    assert!(said.contains("   1  allow once\n   3  allow once\n"), "{said}");
    let open: Vec<_> = room.desk.open().into_iter().map(|queued| queued.question.brief.rows[0].value.clone()).collect();
    assert_eq!(open, ["two", "four"]);
    assert!(said.ends_with("> ") && said.contains("two"), "the next one is asked: {said}");
    assert_eq!(waiting.remove(0).await.unwrap(), Settled::Answered(Answer::AllowOnce));
}

#[tokio::test]
async fn deny_all_denies_what_was_shown() {
    let room = Room::new();
    for title in ["one", "two", "three"] {
        drop(room.asking(title, Tier::Destroy).await);
    }
    room.types("batch");
    drop(room.asking("four", Tier::Destroy).await);
    assert!(room.types("allow 1").contains("answered by itself"), "what destroys is never allowed from a table");
    room.types("deny all");
    assert_eq!(room.desk.open().len(), 1);
}

#[tokio::test]
async fn all_that_is_shown_is_allowed_at_once_only_where_nothing_leaves_the_account() {
    let room = Room::new();
    for title in ["one", "two", "three"] {
        drop(room.asking(title, Tier::Change).await);
    }
    assert!(room.types("batch").contains("allow all shown"));
    room.types("allow all shown");
    assert_eq!(room.desk.open(), []);
}

#[tokio::test]
async fn a_table_is_left_again_and_its_questions_can_be_seen_whole() {
    let room = Room::new();
    for title in ["one", "two", "three"] {
        drop(room.asking(title, Tier::Change).await);
    }
    assert!(room.screen().contains("3 like this one: batch shows them"), "{}", room.screen());
    room.types("batch");
    let whole = room.types("show 2");
    assert!(whole.contains("two") && !whole.contains("yes = "), "{whole}");
    let gone = room.desk.open()[2].question.id;
    room.desk.withdraw(gone);
    assert!(room.screen().ends_with("(number 3 is no longer needed)\n> "));
    assert!(room.types("back").contains("Keyholder asks"));
    assert_eq!(room.desk.open().len(), 2);
}

#[tokio::test]
async fn a_question_that_is_no_longer_needed_makes_room_for_the_next() {
    let room = Room::new();
    let first = room.asking("one", Tier::Look).await;
    drop(room.asking("two", Tier::Look).await);
    first.abort();
    yield_now().await;
    yield_now().await;
    let screen = room.screen();
    assert!(screen.contains("(no longer needed)") && screen.ends_with("> ") && screen.contains("two"), "{screen}");
    assert!(room.types_at_once("yes").contains("too fast"), "the yes was meant for the first");
}

#[tokio::test]
async fn a_pause_is_told_once_and_resume_ends_it() {
    let room = Room::new();
    for title in ["one", "two", "three"] {
        drop(room.asking(title, Tier::Look).await);
        room.types("no");
    }
    let screen = room.screen();
    assert_eq!(screen.matches("\n  Paused: ").count(), 1, "after the answer that pulled the brake: {screen}");
    assert!(screen.contains("for 5 minutes") && screen.contains("to be asked again"), "{screen}");
    drop(room.asking("four", Tier::Look).await);
    assert_eq!(room.desk.open(), [], "nobody is asked");
    assert!(!room.terminal.take("hello", &*room.desk), "another line is none of the terminal\u{2019}s");
    assert!(room.types("resume").contains("asked again"));
    drop(room.asking("five", Tier::Look).await);
    assert_eq!(room.desk.open().len(), 1);
}

#[tokio::test]
async fn who_says_yes_to_everything_is_told_once_in_twenty_answers() {
    let room = Room::new();
    for number in 0..45 {
        let mut question = call("add_note", Tier::Look);
        question.app = format!("app {number}");
        drop(room.asking_about(question, "same").await);
        room.types("yes");
    }
    assert_eq!(room.screen().matches("You allowed").count(), 2, "after 20 and after 40 answers");
}

#[tokio::test]
async fn the_exact_text_comes_with_a_warning_and_in_pages() {
    let room = Room::new();
    let mut question = call("add_note", Tier::Look);
    if let keyholder_approval::Subject::Call { arguments, .. } = &mut question.subject {
        *arguments = format!("{{\"key\":\"sk-live\",\"text\":\"{}\"}}", "x".repeat(20_000)).into();
    }
    drop(room.asking_about(question, "one").await);
    assert!(!room.screen().contains("sk-live"));
    let page = room.types("raw");
    assert!(page.contains("your screen shows it") && page.contains("sk-live"), "{page}");
    assert!(page.contains("more bytes") && page.lines().count() < 210, "{page}");
    assert!(room.types("more").contains("that is all of it"));
    assert!(room.types_at_once("yes").contains("too fast"));
}

#[test]
fn a_terminal_that_is_gone_asks_nobody() {
    let room = Room::new();
    room.terminal.lock().ended = true;
    assert!(matches!(room.terminal.can_ask(), Reachable::No { .. }));
}

#[tokio::test]
async fn the_time_to_decide_runs_while_a_question_is_on_the_screen() {
    let room = Room::new();
    let first = room.asking("one", Tier::Change).await;
    let second = room.asking("two", Tier::Change).await;
    room.clock.advance(Duration::from_mins(1));
    room.types("yes");
    let _ = first.await;
    // It was asked a minute ago, and can be read since this moment.
    room.clock.advance(Duration::from_secs(2));
    room.types("no");
    let _ = second.await;
    let attention = room.desk.attention();
    assert_eq!((attention.allowed, attention.denied), (1, 1));
    assert_eq!(attention.median_to_decide, Some(Duration::from_secs(2) + READ));
}
