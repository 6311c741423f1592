//! What the approval window shows at this moment, and whether an answer to it may be taken (cases 189, 195, 196).
//!
//! An answer counts for what was on the screen, once, when the person can have read it: the window is there and has the focus,
//! and nothing changed and no key fell for as long as the guard is. The broker has a guard of its own behind this one.
//!
//! Pure: time, visibility and focus are told.

use crate::nonce::Nonce;
use keyholder_console::error::{Code, ConsoleError};
use std::collections::VecDeque;
use std::time::Duration;

/// How long nothing may have changed before an answer is taken, until the broker says how long the person wants it to be. Not
/// longer: delays of seconds teach people to click ahead.
pub const GUARD: Duration = Duration::from_millis(400);

/// A press that a page has not turned into an answer within that will not become one: a page that sleeps for so long is replaced
/// ([`crate::pulse`]).
const LATE: Duration = Duration::from_secs(6);

/// So many nonces of earlier drawings are told apart from forged ones.
const REMEMBERED: usize = 64;

/// A question as it was drawn.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// Its id.
    pub question: String,
    /// What was drawn of it, as in `QuestionDetail::digest`.
    pub digest: String,
}

/// How the window stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Stance {
    /// In front of the person.
    Front,
    /// Not on the screen.
    Hidden,
    /// On the screen, but the keys go elsewhere.
    Unfocused,
}

/// Why an answer is not passed on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Refused {
    /// The window is not on the screen.
    Hidden,
    /// This was never drawn: the answer is forged, or the page is broken.
    NotShown,
    /// Something else was drawn meanwhile, or this was answered before.
    Stale,
    /// Nobody can have read it yet.
    TooSoon,
    /// The keys go to another window.
    Unfocused,
}

/// The approval window, as far as answers are concerned. It begins hidden, without focus and empty.
#[derive(Debug)]
pub struct Glass {
    /// How long it is.
    guard: Duration,
    drawn: Option<Drawn>,
    earlier: VecDeque<Nonce>,
    is_visible: bool,
    is_focused: bool,
    /// No answer is taken before this moment.
    armed_from: Duration,
    /// The last press that fell within the guard, until another one has come after the page was done with it.
    typed_through: Option<Press>,
}

/// A press of which the system told.
#[derive(Clone, Copy, Debug)]
struct Press {
    at: Duration,
    /// Whether the page has told of a press since.
    is_heard: bool,
}

#[derive(Debug)]
struct Drawn {
    nonce: Nonce,
    questions: Vec<(Shown, IsSeen)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum IsSeen {
    No,
    Yes,
}

impl Default for Glass {
    fn default() -> Self {
        Self {
            guard: GUARD,
            drawn: None,
            earlier: VecDeque::new(),
            is_visible: false,
            is_focused: false,
            armed_from: Duration::ZERO,
            typed_through: None,
        }
    }
}

impl Glass {
    /// Another page stands in the window: it has drawn nothing, and hears nothing of what was pressed before.
    pub fn begin(&mut self) {
        self.clear();
        self.typed_through = None;
    }

    /// These questions are being drawn, under this nonce; what was drawn before is no longer there.
    pub fn show(&mut self, nonce: Nonce, questions: impl IntoIterator<Item = Shown>) {
        self.clear();
        let questions = questions.into_iter().map(|shown| (shown, IsSeen::No)).collect();
        self.drawn = Some(Drawn { nonce, questions });
    }

    /// Nothing is drawn any more.
    pub fn clear(&mut self) {
        if let Some(Drawn { nonce, .. }) = self.drawn.take() {
            self.earlier.truncate(REMEMBERED - 1);
            self.earlier.push_front(nonce);
        }
    }

    /// This question is on the screen: the guard begins.
    ///
    /// # Errors
    /// [`Refused::Stale`] and [`Refused::NotShown`], where it was not drawn under this nonce.
    pub fn seen(&mut self, nonce: &str, question: &str, now: Duration) -> Result<(), Refused> {
        let seen = self.drawn_as(nonce)?.iter_mut().find(|(shown, _)| shown.question == question);
        seen.ok_or(Refused::NotShown)?.1 = IsSeen::Yes;
        self.arm(now);
        Ok(())
    }

    /// Whether this is drawn, under this nonce.
    ///
    /// # Errors
    /// [`Refused::Stale`] and [`Refused::NotShown`], where it is not.
    pub fn shows(&mut self, nonce: &str, question: &Shown) -> Result<(), Refused> {
        let is_drawn = self.drawn_as(nonce)?.iter().any(|(shown, _)| shown == question);
        if is_drawn { Ok(()) } else { Err(Refused::NotShown) }
    }

    /// The window got the focus: keys that were meant for another window may still come.
    pub fn focus(&mut self, now: Duration) {
        self.is_focused = true;
        self.arm(now);
    }

    /// The window lost the focus.
    pub fn blur(&mut self) {
        self.is_focused = false;
    }

    /// The window is on the screen.
    pub fn visible(&mut self, now: Duration) {
        if !self.is_visible {
            self.is_visible = true;
            self.arm(now);
        }
    }

    /// The window is not on the screen any more.
    pub fn hidden(&mut self) {
        self.is_visible = false;
    }

    /// What the system says of the window, before an answer counts: it may know better than what was told here.
    pub fn look(&mut self, stance: Stance, now: Duration) {
        if stance == Stance::Hidden {
            self.hidden();
        } else {
            self.visible(now);
        }
        match stance {
            Stance::Front if !self.is_focused => self.focus(now),
            Stance::Front => {}
            Stance::Hidden | Stance::Unfocused => self.blur(),
        }
    }

    /// The page says that a key or a button was pressed: within the guard that is somebody who types through, and the guard begins
    /// anew.
    pub fn touched(&mut self, now: Duration) {
        if let Some(press) = &mut self.typed_through {
            press.is_heard = true;
        }
        self.extend(now);
    }

    /// The system says that a key or a button was pressed at this moment, which may be past. A busy page hears of a press late, when
    /// the guard may be over; what was pressed within the guard is no answer even then, nor is it once another press has followed
    /// of which the page has not heard either.
    pub fn pressed(&mut self, at: Duration) {
        if at < self.armed_from {
            let at = self.typed_through.map_or(at, |before| before.at.max(at));
            self.typed_through = Some(Press { at, is_heard: false });
        } else if self.typed_through.is_some_and(|before| before.is_heard && before.at < at) {
            self.typed_through = None;
        }
        self.extend(at);
    }

    /// A press within the guard lets it begin anew.
    fn extend(&mut self, pressed: Duration) {
        if pressed < self.armed_from {
            self.arm(pressed);
        }
    }

    /// The guard begins anew.
    pub fn arm(&mut self, now: Duration) {
        self.armed_from = self.armed_from.max(now.saturating_add(self.guard));
    }

    /// The guard begins anew, and is so long from now on.
    pub fn arm_for(&mut self, guard: Duration, now: Duration) {
        self.guard = guard;
        self.arm(now);
    }

    /// What is in view and was seen there.
    pub fn seen_questions(&self) -> Vec<String> {
        let drawn = self.drawn.iter().flat_map(|drawn| &drawn.questions);
        drawn.filter(|(_, seen)| *seen == IsSeen::Yes).map(|(shown, _)| shown.question.clone()).collect()
    }

    /// How long until an answer is taken, if nothing happens meanwhile. While nothing was seen, or the window is hidden or without
    /// the focus, the whole guard: it is yet to begin.
    pub fn armed_in(&self, now: Duration) -> Duration {
        let is_counting = self.is_visible && self.is_focused && !self.seen_questions().is_empty();
        if is_counting { self.armed_from.saturating_sub(now) } else { self.guard }
    }

    /// Whether this answer may be passed on. If so, no other one will be under this nonce.
    ///
    /// # Errors
    /// [`Refused`]; the answer can be given again once its reason is gone.
    pub fn answer(&mut self, nonce: &str, question: &str, digest: &str, now: Duration) -> Result<(), Refused> {
        let answered = Shown { question: question.to_owned(), digest: digest.to_owned() };
        self.answer_listed(nonce, &[answered], now)
    }

    /// Whether one answer to all of these may be passed on; one that may not holds all of them back.
    ///
    /// # Errors
    /// [`Refused`], as with [`Self::answer`].
    pub fn answer_listed(&mut self, nonce: &str, answered: &[Shown], now: Duration) -> Result<(), Refused> {
        let drawn = self.drawn_as(nonce)?;
        let of = |one: &Shown| drawn.iter().find(|(shown, _)| shown == one).map(|(_, seen)| *seen);
        let seen: Option<Vec<IsSeen>> = answered.iter().map(of).collect();
        let seen = seen.filter(|seen| !seen.is_empty()).ok_or(Refused::NotShown)?;
        if !self.is_visible {
            return Err(Refused::Hidden);
        }
        if !self.is_focused {
            return Err(Refused::Unfocused);
        }
        let is_late_press = self.typed_through.is_some_and(|press| now < press.at.saturating_add(LATE));
        if seen.contains(&IsSeen::No) || now < self.armed_from || is_late_press {
            return Err(Refused::TooSoon);
        }
        self.clear();
        Ok(())
    }

    fn drawn_as(&mut self, nonce: &str) -> Result<&mut Vec<(Shown, IsSeen)>, Refused> {
        let is_earlier = self.earlier.iter().any(|earlier| earlier.as_str() == nonce);
        let drawn = self.drawn.as_mut().filter(|drawn| drawn.nonce.as_str() == nonce);
        drawn.map(|drawn| &mut drawn.questions).ok_or(if is_earlier { Refused::Stale } else { Refused::NotShown })
    }
}

impl Refused {
    /// Whether no window of ours can have sent such an answer in its right mind.
    pub fn is_forged(self) -> bool {
        self == Self::NotShown
    }
}

impl From<Refused> for ConsoleError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Hidden => Self::new(Code::TooSoon).because("the window was not on the screen"),
            Refused::NotShown => Self::new(Code::Invalid).because("this was not on the screen"),
            Refused::Stale => Self::new(Code::Conflict).because("something else is on the screen by now"),
            Refused::TooSoon => Self::new(Code::TooSoon).because("it had only just come into view"),
            Refused::Unfocused => Self::new(Code::TooSoon).because("the window had no focus"),
        }
    }
}

#[cfg(test)]
mod tests;
