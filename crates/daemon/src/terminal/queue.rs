//! What the terminal shows and what waits behind it. No waiting and no calls outward, beside printing.

use super::raw::Pages;
use super::table::{AtTable, Listed, Table};
use super::words::{self, Said};
use super::{Out, card};
use crate::layout::{bounded, hanging};
use keyholder_approval::{Answer, BATCH_FROM, BatchAnswer, Brake, Paused, Question};
use keyholder_model::clock::Timestamp;
use keyholder_model::digest::Digest;
use keyholder_model::id::QuestionId;
use std::collections::VecDeque;
use std::time::Duration;

/// What is typed sooner than this after a question appeared was meant for something else (catalogue case 195).
const ARMING: Duration = Duration::from_millis(400);

/// Pauses that are remembered.
const MOST_PAUSES: usize = 64;

/// Answers between two remarks about how they look.
const REMARK_EVERY: usize = 20;

/// The questions of the terminal, in the order in which they came.
pub(crate) struct Queue {
    pub(crate) out: Out,
    shown: VecDeque<Shown>,
    /// An answer is being delivered; what comes in the meantime is printed after its outcome.
    answering: bool,
    /// Notices that came in the meantime.
    held_back: String,
    table: Option<(Table, Duration)>,
    pages: Option<Pages>,
    paused: VecDeque<Paused>,
    since_remark: usize,
    /// Nobody types here any more.
    pub(crate) ended: bool,
}

struct Shown {
    question: Question,
    /// When it was printed; the guard counts from here.
    at: Option<Duration>,
    /// When it was first printed, alone or in a table.
    first: Option<Duration>,
}

/// What must be done outside of the lock.
#[derive(Debug)]
pub(crate) enum Step {
    Answer(QuestionId, Digest, Answer),
    AnswerListed(Vec<Listed>, BatchAnswer),
    /// The question that is asked belongs to a batch, perhaps.
    FindBatch(QuestionId),
    Nothing,
    Resume(Vec<Brake>),
}

impl Queue {
    pub(crate) fn new(out: Out) -> Self {
        Self {
            out,
            shown: VecDeque::new(),
            answering: false,
            held_back: String::new(),
            table: None,
            pages: None,
            paused: VecDeque::new(),
            since_remark: REMARK_EVERY,
            ended: false,
        }
    }

    pub(crate) fn push(&mut self, question: Question, now: Duration) {
        self.shown.push_back(Shown { question, at: None, first: None });
        if self.shown.len() > 1 && !self.answering {
            let alike = self.shown.front().map_or(0, |first| self.alike(&first.question));
            let batch =
                if alike >= BATCH_FROM { format!("; {alike} like this one: batch shows them") } else { String::new() };
            self.say(&format!("  ({} more waiting{batch})\n", self.shown.len() - 1));
        }
        self.print_next(now);
    }

    pub(crate) fn withdraw(&mut self, id: QuestionId, now: Duration) {
        let Some(place) = self.shown.iter().position(|shown| shown.question.id == id) else { return };
        let was_shown = self.shown.remove(place).is_some_and(|shown| shown.at.is_some()) && place == 0;
        if self.answering {
            return;
        }
        if let Some(number) = self.table.as_ref().and_then(|(table, _)| table.number_of(id)) {
            self.say(&format!("  (number {number} is no longer needed)\n> "));
        } else if was_shown && self.table.is_none() {
            self.say("  (no longer needed)\n\n");
        }
        if was_shown {
            self.pages = None;
        }
        if self.shown.is_empty() {
            self.table = None;
        }
        self.print_next(now);
    }

    /// Asking about something is paused.
    pub(crate) fn pause(&mut self, paused: &Paused, now: Timestamp) {
        let minutes = paused.until.since(now).as_secs().div_ceil(60);
        let sentence = format!(
            "{}. You are not asked about it for {minutes} minutes; what is asked in the meantime is refused. \
             Type resume to be asked again at once.",
            bounded(&paused.brake.to_string(), 300)
        );
        let notice = hanging("  Paused:", 11, &sentence);
        if self.answering {
            self.held_back.push_str(&notice);
        } else {
            self.say(&notice);
            self.say(if self.asks() { "> " } else { "" });
        }
        self.paused.retain(|known| known.brake != paused.brake && known.until > now);
        if self.paused.len() >= MOST_PAUSES {
            self.paused.pop_front();
        }
        self.paused.push_back(paused.clone());
    }

    /// Whether a line means something here.
    pub(crate) fn takes(&self, line: &str) -> bool {
        !self.shown.is_empty() || (line.trim().eq_ignore_ascii_case("resume") && !self.paused.is_empty())
    }

    /// What a line means. What needs no call outward is done.
    pub(crate) fn read(&mut self, line: &str, now: Duration) -> Step {
        if let Some((table, at)) = &self.table {
            if now.saturating_sub(*at) < ARMING {
                self.say("  (that came too fast after the table; please answer again)\n> ");
                return Step::Nothing;
            }
            let said = table.understand(line);
            return self.read_at_table(said, now);
        }
        let Some(shown) = self.shown.front() else { return self.resume() };
        if shown.at.is_none_or(|at| now.saturating_sub(at) < ARMING) {
            self.say("  (that came too fast after the question; please answer again)\n> ");
            return Step::Nothing;
        }
        let (id, request) = (shown.question.id, shown.question.request);
        match words::understand(line, &shown.question) {
            Said::Answer(answer) => {
                self.answering = true;
                return Step::Answer(id, request, answer);
            }
            Said::Batch => return Step::FindBatch(id),
            Said::Explain => {
                for (word, meaning) in words::EXPLAINED {
                    self.say(&hanging(&format!("  {word}"), 15, meaning));
                }
                self.say("> ");
            }
            Said::More => self.turn_page(),
            Said::Nothing(sentence) => {
                self.say_aside(&sentence);
                return Step::Nothing;
            }
            Said::Raw => {
                self.pages = Pages::of(&shown.question.subject);
                if self.pages.is_some() {
                    self.say(&hanging(
                        "",
                        2,
                        "This is exactly what would be sent. Nothing is hidden in it: if it holds a secret, your screen shows it.",
                    ));
                }
                self.turn_page();
            }
            Said::Resume => return self.resume(),
        }
        self.arm(now);
        Step::Nothing
    }

    fn read_at_table(&mut self, said: AtTable, now: Duration) -> Step {
        match said {
            AtTable::Answer(listed, answer) => {
                self.answering = true;
                self.table = None;
                return Step::AnswerListed(listed, answer);
            }
            AtTable::Back => self.ask_anew(now),
            AtTable::Nothing(sentence) => self.say_aside(&sentence),
            AtTable::Show(number) => {
                if let Some((table, at)) = &mut self.table
                    && let Some(question) = table.get(number)
                {
                    let card = card::draw_for_table(question);
                    *at = now;
                    self.say(&card);
                }
            }
        }
        Step::Nothing
    }

    /// The next page of what `raw` shows.
    fn turn_page(&mut self) {
        let Some(pages) = &mut self.pages else {
            return self.say_aside("there is no more to show than what stands above");
        };
        let Some(page) = pages.turn() else { return self.say_aside("that was all of it") };
        let rest = match pages.left() {
            0 => "  (that is all of it)\n> ".to_owned(),
            left => format!("  ({left} more bytes: more shows the next page)\n> "),
        };
        self.say(&page);
        self.say(&rest);
    }

    fn resume(&mut self) -> Step {
        if self.paused.is_empty() {
            self.say_aside("nothing is paused");
            return Step::Nothing;
        }
        Step::Resume(self.paused.drain(..).map(|paused| paused.brake).collect())
    }

    /// Lays the questions of a batch on the screen, as far as they wait here.
    pub(crate) fn lay_out(&mut self, ids: &[QuestionId], now: Duration) {
        let listed = self.shown.iter().filter(|shown| ids.contains(&shown.question.id));
        let table = Table::of(listed.map(|shown| shown.question.clone()).collect());
        let Some(table) = table else { return self.say_aside("no questions like this one wait") };
        for shown in self.shown.iter_mut().filter(|shown| ids.contains(&shown.question.id)) {
            shown.first.get_or_insert(now);
        }
        self.say(&table.draw());
        self.pages = None;
        self.table = Some((table, now));
    }

    /// An answer was delivered: these questions are settled, and others are asked.
    pub(crate) fn settle(&mut self, settled: &[QuestionId], now: Duration) {
        self.answering = false;
        self.pages = None;
        self.shown.retain(|shown| !settled.contains(&shown.question.id));
        if !self.held_back.is_empty() {
            let notices = std::mem::take(&mut self.held_back);
            self.say(&format!("{notices}\n"));
        }
        self.ask_anew(now);
    }

    /// Whether a remark about how the answers look is due. Counts one answer.
    pub(crate) fn is_remark_due(&mut self, has_remark: bool) -> bool {
        self.since_remark += 1;
        let due = has_remark && self.since_remark >= REMARK_EVERY;
        if due {
            self.since_remark = 0;
        }
        due
    }

    pub(crate) fn is_answering(&self) -> bool {
        self.answering
    }

    pub(crate) fn say(&self, text: &str) {
        (self.out)(text);
    }

    pub(crate) fn say_aside(&self, sentence: &str) {
        self.say(&hanging("", 2, &format!("({sentence})")));
        self.say(if self.asks() { "> " } else { "" });
    }

    /// Whether a prompt stands on the screen.
    pub(crate) fn asks(&self) -> bool {
        !self.answering && self.shown.front().is_some_and(|shown| shown.at.is_some())
    }

    /// How many questions read like this one.
    fn alike(&self, question: &Question) -> usize {
        let Some(tool) = question.tool() else { return 1 };
        let is_alike = |other: &&Shown| {
            let other = &other.question;
            (other.app.as_str(), &other.server, &other.account, other.tool())
                == (question.app.as_str(), &question.server, &question.account, Some(tool))
        };
        self.shown.iter().filter(is_alike).count()
    }

    /// What is on the screen changed: nobody has read it yet.
    fn arm(&mut self, now: Duration) {
        if let Some(shown) = self.shown.front_mut() {
            shown.at = Some(now);
            shown.first.get_or_insert(now);
        }
    }

    /// Since when this question has been on the screen.
    pub(crate) fn seen_since(&self, id: QuestionId) -> Option<Duration> {
        self.shown.iter().find(|shown| shown.question.id == id)?.first
    }

    fn ask_anew(&mut self, now: Duration) {
        self.table = None;
        if let Some(shown) = self.shown.front_mut() {
            shown.at = None;
        }
        self.print_next(now);
    }

    fn print_next(&mut self, now: Duration) {
        if self.answering || self.table.is_some() {
            return;
        }
        let Some(shown) = self.shown.front().filter(|shown| shown.at.is_none()) else { return };
        let alike = self.alike(&shown.question);
        let card = card::draw(&shown.question);
        if alike >= BATCH_FROM {
            self.say(&format!("\n  ({alike} like this wait: batch shows them)\n"));
        }
        self.say(&card);
        self.arm(now);
    }
}
