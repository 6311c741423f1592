//! The approval window's side of the channel: it asks the broker for what the page draws, remembers what that was, and passes an
//! answer on only if the person can have meant it.

use crate::channel::Channel;
use crate::glass::{Glass, Refused, Shown, Stance};
use crate::nonce::Nonce;
use keyholder_console::approvals::{
    BoundView, ChoiceView, ListedChoice, ListedView, QuestionDetail, QuestionView, RawView, SettledView,
};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::{Answer, Order};
use serde::Serialize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// So many questions are drawn together at most.
const MOST_LISTED: usize = 100;

/// Tells the time, on the monotonic clock from any fixed moment.
pub type Clock = Box<dyn Fn() -> Duration + Send + Sync>;

/// One question, to be drawn.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OneView {
    /// All that there is to draw.
    pub detail: QuestionDetail,
    /// What an answer must carry.
    pub nonce: String,
}

/// Several questions, to be drawn together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ListedDetails {
    /// All that there is to draw; questions that ended meanwhile are not among them.
    pub details: Vec<QuestionDetail>,
    /// What an answer must carry.
    pub nonce: String,
}

/// When answers will be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct ArmedView {
    /// In so many milliseconds, if nothing happens meanwhile.
    pub armed_in_ms: u64,
}

/// The guard began anew for a question in view.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ArmedAnew {
    /// Its id.
    pub question: String,
    /// As in [`ArmedView::armed_in_ms`].
    pub armed_in_ms: u64,
}

/// What the approval window asks and answers.
pub struct Approvals {
    channel: Channel,
    clock: Clock,
    glass: Mutex<Glass>,
    /// How many questions were put.
    asked: AtomicU64,
    /// How many had been put when the page asked for the list that it got last.
    heard: AtomicU64,
    /// Whether there were questions on that list.
    has_open: AtomicBool,
}

impl Approvals {
    /// Over this channel.
    pub fn new(channel: Channel, clock: Clock) -> Self {
        Self {
            channel,
            clock,
            glass: Mutex::default(),
            asked: AtomicU64::new(0),
            heard: AtomicU64::new(0),
            has_open: AtomicBool::new(false),
        }
    }

    /// The questions that wait.
    ///
    /// # Errors
    /// As [`Channel::order`].
    pub fn list(&self) -> Result<Vec<QuestionView>, ConsoleError> {
        // Before the order: a question that is put while the broker answers may not be in the answer.
        let asked = self.asked.load(Ordering::SeqCst);
        match self.channel.order(Order::Approvals)? {
            Answer::Approvals(questions) => {
                self.heard.fetch_max(asked, Ordering::SeqCst);
                self.has_open.store(!questions.is_empty(), Ordering::SeqCst);
                Ok(questions)
            }
            other => Err(unexpected(&other)),
        }
    }

    /// One question, which the page draws next in the place of all else.
    ///
    /// # Errors
    /// As [`Channel::order`]; [`Code::NotFound`] once the question has ended.
    pub fn show(&self, question: String) -> Result<OneView, ConsoleError> {
        let detail = self.detail(question)?;
        let nonce = self.draw(std::slice::from_ref(&detail))?;
        Ok(OneView { detail, nonce })
    }

    /// Several questions, which the page draws next, together.
    ///
    /// # Errors
    /// As [`Self::show`], where none of them is open any more; [`Code::Invalid`] for more than can be looked at.
    pub fn show_listed(&self, questions: Vec<String>) -> Result<ListedDetails, ConsoleError> {
        if questions.len() > MOST_LISTED {
            return Err(ConsoleError::new(Code::Invalid).because(format!("{MOST_LISTED} are the most at once")));
        }
        let mut details = Vec::with_capacity(questions.len());
        for question in questions {
            match self.detail(question) {
                Ok(detail) => details.push(detail),
                Err(error) if error.code == Code::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        if details.is_empty() {
            return Err(ConsoleError::new(Code::NotFound));
        }
        let nonce = self.draw(&details)?;
        Ok(ListedDetails { details, nonce })
    }

    /// This question is painted, under this nonce: the guard begins, here and in the broker.
    ///
    /// # Errors
    /// [`Refused`] as a [`ConsoleError`]; as [`Channel::order`].
    pub fn seen(&self, question: &str, nonce: &str) -> Result<ArmedView, ConsoleError> {
        let now = self.now();
        self.glass().seen(nonce, question, now).map_err(|refused| refuse(refused, question))?;
        let guard = self.begin_guard(question)?;
        // Counted from the broker's reply, so that this guard never ends before the broker's own.
        let now = self.now();
        let mut glass = self.glass();
        glass.arm_for(guard, now);
        Ok(ArmedView::of(&glass, now))
    }

    /// The page says that a key or a button was pressed in the window.
    pub fn touched(&self) -> ArmedView {
        let now = self.now();
        let mut glass = self.glass();
        glass.touched(now);
        ArmedView::of(&glass, now)
    }

    /// The system says that a key or a button was pressed in the window, so long ago.
    pub fn pressed(&self, ago: Duration) {
        let now = self.now();
        self.glass().pressed(now.saturating_sub(ago));
    }

    /// The person's answer to one question.
    ///
    /// # Errors
    /// [`Refused`] as a [`ConsoleError`], and then the broker has not heard of it; as [`Channel::order`]. Either way the question
    /// may still be open: what is on the screen has to be asked for anew, except after [`Code::TooSoon`].
    pub fn answer(
        &self,
        window: Stance,
        nonce: &str,
        answered: ListedView,
        choice: String,
    ) -> Result<(), ConsoleError> {
        let ListedView { question, digest } = answered;
        let now = self.now();
        let mut glass = self.glass();
        glass.look(window, now);
        let taken = glass.answer(nonce, &question, &digest, now);
        drop(glass);
        taken.map_err(|refused| refuse(refused, &question))?;
        self.channel.order(Order::Answer { question, digest, choice }).map(drop).map_err(drawn_anew)
    }

    /// One answer of the person to several questions.
    ///
    /// # Errors
    /// As [`Self::answer`]; what became of each question is in the list.
    pub fn answer_listed(
        &self,
        window: Stance,
        nonce: &str,
        questions: Vec<ListedView>,
        choice: ListedChoice,
    ) -> Result<Vec<SettledView>, ConsoleError> {
        let shown = |one: &ListedView| Shown { question: one.question.clone(), digest: one.digest.clone() };
        let answered: Vec<_> = questions.iter().map(shown).collect();
        let now = self.now();
        let mut glass = self.glass();
        glass.look(window, now);
        let taken = glass.answer_listed(nonce, &answered, now);
        drop(glass);
        taken.map_err(|refused| refuse(refused, &format!("{} questions", answered.len())))?;
        match self.channel.order(Order::AnswerListed { questions, choice })? {
            Answer::Settled(settled) => Ok(settled),
            other => Err(unexpected(&other)),
        }
    }

    /// Asks anew about a call with other arguments; what is on the screen is not sent.
    ///
    /// # Errors
    /// [`Refused`] as a [`ConsoleError`], where that is not what is on the screen; as [`Channel::order`].
    pub fn edit(&self, nonce: &str, edited: ListedView, arguments: String) -> Result<Answer, ConsoleError> {
        let ListedView { question, digest } = edited;
        let shown = Shown { question, digest };
        self.glass().shows(nonce, &shown).map_err(|refused| refuse(refused, &shown.question))?;
        let Shown { question, digest } = shown;
        self.channel.order(Order::Edit { question, digest, arguments })
    }

    /// One more answer on offer: always, where the arguments are so. It is not given by that.
    ///
    /// # Errors
    /// As [`Channel::order`].
    pub fn offer_pattern(&self, question: String, bounds: Vec<BoundView>) -> Result<ChoiceView, ConsoleError> {
        match self.channel.order(Order::OfferPattern { question, bounds })? {
            Answer::Choice(choice) => Ok(choice),
            other => Err(unexpected(&other)),
        }
    }

    /// The exact text of what a question would send.
    ///
    /// # Errors
    /// As [`Channel::order`].
    pub fn raw(&self, question: String) -> Result<RawView, ConsoleError> {
        match self.channel.order(Order::ShowRaw { question })? {
            Answer::Raw(raw) => Ok(raw),
            other => Err(unexpected(&other)),
        }
    }

    /// A question was put.
    pub fn asked(&self) {
        self.asked.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether a question was put of which the page cannot know yet: it may not close the window over it.
    pub fn is_unheard(&self) -> bool {
        self.heard.load(Ordering::SeqCst) < self.asked.load(Ordering::SeqCst)
    }

    /// Whether some question waits, as far as the page has heard: without the app it would be asked anew at once.
    pub fn has_open(&self) -> bool {
        self.is_unheard() || self.has_open.load(Ordering::SeqCst)
    }

    /// The window is on the screen.
    pub fn visible(&self) {
        let now = self.now();
        self.glass().visible(now);
    }

    /// The window is not on the screen any more.
    pub fn hidden(&self) {
        self.glass().hidden();
    }

    /// Another page stands in the window, which has drawn nothing yet.
    pub fn begin(&self) {
        self.glass().begin();
    }

    /// The window lost the focus.
    pub fn blur(&self) {
        self.glass().blur();
    }

    /// The window got the focus: the guard begins. [`Self::guard_anew`] is to follow.
    pub fn focus(&self) {
        let now = self.now();
        self.glass().focus(now);
    }

    /// Lets the guard begin in the broker as well, for what is in view. Waits for the broker.
    pub fn guard_anew(&self) -> Vec<ArmedAnew> {
        let questions = self.glass().seen_questions();
        let mut guards = Vec::new();
        for question in &questions {
            match self.begin_guard(question) {
                Ok(guard) => guards.push(guard),
                Err(error) => tracing::debug!(?question, ?error, "a question in view is gone"),
            }
        }
        let now = self.now();
        let mut glass = self.glass();
        match guards.into_iter().max() {
            Some(guard) => glass.arm_for(guard, now),
            None => glass.arm(now),
        }
        let ArmedView { armed_in_ms } = ArmedView::of(&glass, now);
        questions.into_iter().map(|question| ArmedAnew { question, armed_in_ms }).collect()
    }

    /// Tells the broker that a question is in view. Gives how long it takes no answer to it, from now on.
    fn begin_guard(&self, question: &str) -> Result<Duration, ConsoleError> {
        match self.channel.order(Order::Seen { question: question.to_owned() })? {
            Answer::Armed(guard) => Ok(Duration::from_millis(guard.millis.into())),
            other => Err(unexpected(&other)),
        }
    }

    fn detail(&self, question: String) -> Result<QuestionDetail, ConsoleError> {
        match self.channel.order(Order::ShowQuestion { question })? {
            Answer::Question(detail) => Ok(*detail),
            other => Err(unexpected(&other)),
        }
    }

    fn draw(&self, details: &[QuestionDetail]) -> Result<String, ConsoleError> {
        let nonce = Nonce::make().map_err(|why| ConsoleError::new(Code::Internal).because(why.to_string()))?;
        let text = nonce.to_string();
        let shown =
            |detail: &QuestionDetail| Shown { question: detail.question.id.clone(), digest: detail.digest.clone() };
        self.glass().show(nonce, details.iter().map(shown));
        Ok(text)
    }

    fn now(&self) -> Duration {
        (self.clock)()
    }

    /// Never held while the broker is waited for.
    fn glass(&self) -> MutexGuard<'_, Glass> {
        self.glass.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ArmedView {
    /// Rounded up: a page that counts to it is not too early.
    fn of(glass: &Glass, now: Duration) -> Self {
        let millis = glass.armed_in(now).as_micros().div_ceil(1000);
        Self { armed_in_ms: u64::try_from(millis).unwrap_or(u64::MAX) }
    }
}

/// A forged answer is worth a line: the page does not send one.
fn refuse(refused: Refused, question: &str) -> ConsoleError {
    if refused.is_forged() {
        tracing::warn!(?question, "an answer to what was not on the screen was thrown away");
    } else {
        tracing::info!(?question, ?refused, "an answer was not passed on");
    }
    ConsoleError::from(refused).about(question)
}

/// The broker's guard was longer than this one knew, because the setting was changed: what is on the screen has been answered as far
/// as this side is concerned, and has to be asked for anew.
fn drawn_anew(error: ConsoleError) -> ConsoleError {
    if error.code == Code::TooSoon { ConsoleError { code: Code::Conflict, ..error } } else { error }
}

/// It is not quoted: it may hold what no log may.
fn unexpected(_: &Answer) -> ConsoleError {
    tracing::error!("the broker answered another order");
    ConsoleError::new(Code::Internal).because("the broker answered another order")
}

#[cfg(test)]
mod tests;
