//! Questions that read alike, in one table, and what may be typed at it. Only what was listed is ever answered.

use super::card::heading;
use crate::layout::{WIDTH, bounded, columns, hanging};
use keyholder_approval::{BatchAnswer, Question};
use keyholder_model::digest::Digest;
use keyholder_model::id::QuestionId;
use keyholder_model::risk::Tier;

/// Where the arguments begin.
const INDENT: usize = 18;

/// The questions as they were drawn, by their numbers from 1.
#[derive(Debug)]
pub(crate) struct Table(Vec<Question>);

/// One question of a table, bound to what was shown of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Listed {
    pub(crate) number: usize,
    pub(crate) id: QuestionId,
    pub(crate) request: Digest,
}

/// What was typed at a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum AtTable {
    /// An answer to these.
    Answer(Vec<Listed>, BatchAnswer),
    /// Back to one question after the other.
    Back,
    /// Nothing that counts; the sentence that says so.
    Nothing(String),
    /// To see the question with this number whole.
    Show(usize),
}

impl Table {
    /// Of these questions, at least one, about the same tool of the same app.
    pub(crate) fn of(questions: Vec<Question>) -> Option<Self> {
        (!questions.is_empty()).then_some(Self(questions))
    }

    /// The question with this number.
    pub(crate) fn get(&self, number: usize) -> Option<&Question> {
        self.0.get(number.checked_sub(1)?)
    }

    /// The number of a question.
    pub(crate) fn number_of(&self, id: QuestionId) -> Option<usize> {
        self.0.iter().position(|question| question.id == id).map(|place| place + 1)
    }

    /// The table, ending with the prompt.
    pub(crate) fn draw(&self) -> String {
        let Some(first) = self.0.first() else { return String::new() };
        let mut text = heading(&format!("{} like this wait", self.0.len()));
        let tool = bounded(first.tool().unwrap_or_default(), 300);
        text += &hanging("  tool", 15, &format!("\u{201c}{tool}\u{201d}"));
        text += &hanging("  app", 15, &bounded(&first.app, 120));
        let host = bounded(&first.host, 300);
        text += &hanging("  server", 15, &format!("{} ({host})   account {}", first.server, first.account));
        text.push('\n');
        for (number, question) in (1..).zip(&self.0) {
            let is_odd = !question.brief.findings.is_empty() || question.brief.suspended.is_some();
            let mark = if is_odd { '!' } else { ' ' };
            let head = format!("  {number:>2} {mark} {}", question.brief.tier);
            text += &hanging(&head, INDENT, &in_one_line(question));
        }
        text.push('\n');
        let all = if self.may_allow_all() { " \u{b7} allow all shown" } else { "" };
        let words = format!(
            "allow 1 2 = these, once each{all} \u{b7} deny all = no to all of these \u{b7} show 1 = whole, with its warnings (!) \
             \u{b7} back"
        );
        text + &hanging("", 2, &words) + "> "
    }

    /// What a line means here.
    pub(crate) fn understand(&self, line: &str) -> AtTable {
        let words: Vec<String> = line.split_whitespace().take(100).map(str::to_ascii_lowercase).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["back"] => AtTable::Back,
            ["deny", "all"] => AtTable::Answer(self.listed(1..=self.0.len()), BatchAnswer::Deny),
            ["allow", "all", "shown"] if self.may_allow_all() => {
                AtTable::Answer(self.listed(1..=self.0.len()), BatchAnswer::AllowOnce)
            }
            ["allow", "all", ..] => {
                nothing("all at once are not on offer for what leaves the account; type their numbers")
            }
            ["allow", numbers @ ..] if !numbers.is_empty() => self.allow(numbers),
            ["show", number] => match number.parse() {
                Ok(number) if self.get(number).is_some() => AtTable::Show(number),
                _ => nothing("there is no such number in the table"),
            },
            _ => nothing("please type one of the words above"),
        }
    }

    fn allow(&self, numbers: &[&str]) -> AtTable {
        let mut wanted = Vec::new();
        for number in numbers {
            let number = number.parse::<usize>().unwrap_or(0);
            let Some(question) = self.get(number) else { return nothing("there is no such number in the table") };
            if question.brief.tier == Tier::Destroy {
                return nothing(&format!("number {number} cannot be taken back and is answered by itself; type back"));
            }
            if !wanted.contains(&number) {
                wanted.push(number);
            }
        }
        AtTable::Answer(self.listed(wanted), BatchAnswer::AllowOnce)
    }

    /// What leaves the account is chosen one by one.
    fn may_allow_all(&self) -> bool {
        self.0.iter().all(|question| question.brief.tier < Tier::Send)
    }

    fn listed(&self, numbers: impl IntoIterator<Item = usize>) -> Vec<Listed> {
        let one = |number| self.get(number).map(|it| Listed { number, id: it.id, request: it.request });
        numbers.into_iter().filter_map(one).collect()
    }
}

/// The arguments of a question, redacted, in one line.
fn in_one_line(question: &Question) -> String {
    const ROOM: usize = WIDTH - INDENT;
    const CUT: &str = " \u{2026}";
    if question.brief.rows.is_empty() {
        return "no arguments, or none that can be shown".to_owned();
    }
    let mut line = String::new();
    for row in &question.brief.rows {
        let gap = if line.is_empty() { "" } else { "; " };
        let part = format!("{gap}{}: {}", bounded(&row.name, ROOM), bounded(&row.value, ROOM));
        let room = ROOM - columns(CUT);
        if columns(&line) + columns(&part) > room {
            let mut used = columns(&line);
            let fitting = part.chars().take_while(|letter| {
                used += crate::layout::width(*letter);
                used <= room
            });
            line.extend(fitting);
            return line + CUT;
        }
        line += &part;
    }
    line
}

fn nothing(sentence: &str) -> AtTable {
    AtTable::Nothing(sentence.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::tests::sample::{call, row};

    #[test]
    fn a_table_has_a_line_for_each_question() {
        let mut questions =
            vec![call("add_note", Tier::Change), call("add_note", Tier::Send), call("add_note", Tier::Destroy)];
        questions[1].brief.rows[1] = row("text", &"long ".repeat(40), None);
        questions[1].brief.findings = vec!["It leaves your account.".to_owned()];
        questions[2].brief.rows.clear();
        let table = Table::of(questions).unwrap().draw();
        assert!(table == include_str!("table.txt"), "the table is now:\n{table}");
    }

    #[test]
    fn hostile_and_huge_arguments_stay_in_their_line() {
        let evil = "a\u{1b}[2J\r\n> \u{202e}".to_owned() + &"\u{4e16} ".repeat(500_000);
        let mut question = call(&evil, Tier::Look);
        question.app.clone_from(&evil);
        question.host.clone_from(&evil);
        question.brief.rows = vec![row("a", "b", None); 10_000];
        question.brief.rows[0] = row(&evil, &evil, None);
        let table = Table::of(vec![question.clone(), question]).unwrap().draw();
        assert!(table.lines().all(|line| columns(line) <= WIDTH), "{table}");
        assert!(table.lines().count() < 40 && !table.contains(['\u{1b}', '\r', '\u{202e}']), "{table}");
        assert_eq!(table.matches("\n> ").count(), 1);
    }
}
