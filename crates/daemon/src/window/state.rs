//! What must be on the screen, and how the window keeps up with it. No waiting, no processes: time is passed in.

use keyholder_console::news::{Destination, News, Place};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A window that shows none of the open questions for so long is hung, and is replaced.
pub(super) const SEEN_WITHIN: Duration = Duration::from_secs(5);

/// The same for one that has only just been started: on a busy machine that takes its time. The window itself gives its page less,
/// and begins it anew.
const STARTED_WITHIN: Duration = Duration::from_secs(25);

/// So many windows in a row may end or hang before they have shown anything.
const MOST_FAILURES: u32 = 3;

/// After that nobody is asked for so long: a call is refused at once, with the reason, instead of waiting for nothing.
const REST: Duration = Duration::from_secs(30);

/// The state.
#[derive(Default)]
pub(super) struct State {
    /// The open questions, oldest first.
    open: Vec<String>,
    /// Those that the running window has said it shows.
    seen: BTreeSet<String>,
    /// Since when the running window owes the person a question.
    owing: Option<Duration>,
    /// Whether the running window has ever shown a question.
    has_shown: bool,
    /// Whether it has been told to come forward since: a page that nobody sees draws nothing.
    is_nudged: bool,
    /// Where the person wants to be taken, until a window has heard of it; and since when.
    going: Option<(Destination, Duration)>,
    /// To the running window.
    news: Option<UnboundedSender<News>>,
    failures: u32,
    /// Until when no window is tried, and why.
    resting: Option<(Duration, String)>,
}

impl State {
    /// A question was put.
    pub(super) fn ask(&mut self, question: String, now: Duration) {
        self.tell(News::Asked { question: question.clone() });
        self.open.push(question);
        self.count(now);
    }

    /// A question ended.
    pub(super) fn settle(&mut self, question: &str, now: Duration) {
        self.tell(News::Settled { question: question.to_owned() });
        self.open.retain(|open| open != question);
        self.seen.remove(question);
        self.count(now);
    }

    /// The window says that it shows this question: it works.
    pub(super) fn saw(&mut self, question: &str, now: Duration) {
        if self.open.iter().any(|open| open == question) {
            self.seen.insert(question.to_owned());
            self.has_shown = true;
        }
        self.failures = 0;
        self.count(now);
    }

    /// The person wants to be taken there.
    pub(super) fn show(&mut self, to: Destination, now: Duration) {
        self.tell(News::Show(to.clone()));
        self.going = Some((to, now));
    }

    /// The window gave an order: whatever it was told before, it has heard.
    pub(super) fn heard(&mut self) {
        self.going = None;
    }

    /// To the running window, if there is one.
    pub(super) fn tell(&self, news: News) {
        if let Some(window) = &self.news {
            let _ = window.send(news);
        }
    }

    /// Whether a window must be started.
    pub(super) fn wants_window(&self, now: Duration) -> bool {
        let resting = self.resting.as_ref().is_some_and(|(until, _)| now < *until);
        self.news.is_none() && !resting && (!self.open.is_empty() || self.going.is_some())
    }

    /// A window was started: gives it everything that it must show.
    pub(super) fn begin(&mut self, now: Duration) -> UnboundedReceiver<News> {
        let (window, news) = unbounded_channel();
        self.news = Some(window);
        self.seen.clear();
        self.owing = None;
        self.is_nudged = false;
        self.has_shown = false;
        for question in self.open.clone() {
            self.tell(News::Asked { question });
        }
        if let Some((to, since)) = &mut self.going {
            *since = now;
            let to = to.clone();
            self.tell(News::Show(to));
        }
        self.count(now);
        news
    }

    /// The window ended, for this reason. One that still owed something has failed.
    pub(super) fn end(&mut self, why: &str, now: Duration) {
        // A window that was there already may have had nothing to ask.
        self.going.take_if(|(_, since)| now.saturating_sub(*since) >= STARTED_WITHIN);
        let has_failed = self.owing.is_some() || self.going.is_some();
        self.news = None;
        self.seen.clear();
        self.owing = None;
        if has_failed {
            self.fail(why, now);
        }
    }

    /// No window could be had.
    pub(super) fn fail(&mut self, why: &str, now: Duration) {
        self.failures += 1;
        if self.failures >= MOST_FAILURES {
            self.failures = 0;
            self.going = None;
            self.resting =
                Some((now.saturating_add(REST), format!("Keyholder\u{2019}s window does not open ({why}).")));
        }
    }

    /// When the running window counts as hung, unless it shows something before.
    pub(super) fn hangs_at(&self) -> Option<Duration> {
        let patience = if self.has_shown { SEEN_WITHIN } else { STARTED_WITHIN };
        self.owing.map(|since| since.saturating_add(patience))
    }

    /// The running window seems hung. Whether it really is: the person may have put it out of sight, where it draws nothing, so it
    /// is told to come forward first, and has as long again.
    pub(super) fn is_hung(&mut self, now: Duration) -> bool {
        if self.is_nudged || !self.has_shown {
            return true;
        }
        self.tell(News::Show(Place::Questions.into()));
        self.is_nudged = true;
        self.owing = Some(now);
        false
    }

    /// Why nobody can be asked.
    pub(super) fn why_not(&self, now: Duration) -> Option<&str> {
        self.resting.as_ref().filter(|(until, _)| now < *until).map(|(_, why)| why.as_str())
    }

    /// Whether the window owes a question: some are open, and it shows none of them.
    fn count(&mut self, now: Duration) {
        if self.news.is_some() && !self.open.is_empty() && self.seen.is_empty() {
            self.owing.get_or_insert(now);
        } else {
            self.owing = None;
            self.is_nudged = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn told(news: &mut UnboundedReceiver<News>) -> Vec<News> {
        std::iter::from_fn(|| news.try_recv().ok()).collect()
    }

    fn asked(question: &str) -> News {
        News::Asked { question: question.to_owned() }
    }

    #[test]
    fn a_new_window_hears_of_everything_that_is_open() {
        let mut state = State::default();
        assert!(!state.wants_window(SECOND));
        state.ask("one".into(), SECOND);
        state.ask("two".into(), SECOND);
        state.settle("one", SECOND);
        state.show(Place::Grants.into(), SECOND);
        assert!(state.wants_window(SECOND));
        let mut news = state.begin(SECOND);
        assert_eq!(told(&mut news), [asked("two"), News::Show(Place::Grants.into())]);
        assert!(!state.wants_window(SECOND));
        state.ask("three".into(), SECOND);
        assert_eq!(told(&mut news), [asked("three")]);
        state.heard();
        state.end("killed", SECOND);
        assert_eq!(
            told(&mut state.begin(SECOND)),
            [asked("two"), asked("three")],
            "they are asked again in a new window"
        );
    }

    #[test]
    fn a_window_that_shows_nothing_hangs_and_one_that_shows_something_does_not() {
        let mut state = State::default();
        state.ask("one".into(), SECOND);
        assert_eq!(state.hangs_at(), None, "there is no window");
        let _news = state.begin(2 * SECOND);
        assert_eq!(state.hangs_at(), Some(2 * SECOND + STARTED_WITHIN));
        state.ask("two".into(), 3 * SECOND);
        state.saw("other", 3 * SECOND);
        assert_eq!(state.hangs_at(), Some(2 * SECOND + STARTED_WITHIN), "only what is open counts");
        state.saw("one", 4 * SECOND);
        assert_eq!(state.hangs_at(), None, "the second waits until the first is answered");
        state.settle("one", 9 * SECOND);
        assert_eq!(state.hangs_at(), Some(14 * SECOND));
        state.settle("two", 9 * SECOND);
        assert_eq!(state.hangs_at(), None);
    }

    #[test]
    fn a_window_out_of_sight_is_told_to_come_forward_before_it_counts_as_hung() {
        let mut state = State::default();
        state.ask("one".into(), SECOND);
        state.ask("two".into(), SECOND);
        let mut news = state.begin(SECOND);
        state.saw("one", SECOND);
        state.settle("one", 2 * SECOND);
        let at = state.hangs_at().unwrap();
        told(&mut news);
        assert!(!state.is_hung(at), "the person may have minimised it");
        assert_eq!(told(&mut news), [News::Show(Place::Questions.into())]);
        assert_eq!(state.hangs_at(), Some(at + SEEN_WITHIN));
        assert!(state.is_hung(at + SEEN_WITHIN));
        state.saw("two", at);
        state.settle("two", at);
        state.ask("three".into(), at);
        assert!(!state.is_hung(at + SEEN_WITHIN), "the next question begins from the beginning");
    }

    #[test]
    fn a_window_that_ends_before_it_has_heard_is_followed_by_one_that_shows_the_place() {
        let mut state = State::default();
        let mut news = state.begin(SECOND);
        state.show(Place::Rules.into(), SECOND);
        assert_eq!(told(&mut news), [News::Show(Place::Rules.into())]);
        state.end("it ended", SECOND);
        assert!(state.wants_window(SECOND));
        assert_eq!(told(&mut state.begin(SECOND)), [News::Show(Place::Rules.into())]);
        state.heard();
        state.end("it ended", SECOND);
        assert!(!state.wants_window(SECOND));
    }

    #[test]
    fn a_window_that_never_opens_is_not_tried_for_ever() {
        let mut state = State::default();
        state.show(Place::Home.into(), SECOND);
        for _ in 0..MOST_FAILURES {
            assert!(state.wants_window(SECOND));
            let _news = state.begin(SECOND);
            state.end("exit status 127", SECOND);
        }
        assert!(!state.wants_window(SECOND) && state.why_not(SECOND).is_some());
        assert!(!state.wants_window(SECOND + REST), "what the person pressed then is long forgotten");
    }

    #[test]
    fn windows_that_fail_are_given_a_rest_and_calls_are_told() {
        let mut state = State::default();
        state.ask("one".into(), SECOND);
        for _ in 0..MOST_FAILURES {
            assert!(state.wants_window(SECOND) && state.why_not(SECOND).is_none());
            let _news = state.begin(SECOND);
            state.end("it ended with exit status 1", SECOND);
        }
        assert!(!state.wants_window(SECOND));
        assert!(state.why_not(SECOND).is_some_and(|why| why.contains("exit status 1")));
        let later = SECOND + REST;
        assert!(state.wants_window(later) && state.why_not(later).is_none());
    }

    #[test]
    fn a_window_that_was_closed_with_nothing_open_has_not_failed() {
        let mut state = State::default();
        for _ in 0..10 {
            state.show(Place::Home.into(), SECOND);
            let _news = state.begin(SECOND);
            state.heard();
            state.end("it ended", SECOND);
        }
        assert_eq!(state.why_not(SECOND), None);
    }
}
