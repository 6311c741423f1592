//! What the person may type at a question, and what it means.
//!
//! Only whole words that are on offer mean anything: an empty line, or any other word, changes nothing.

use keyholder_approval::{Answer, Choice, Question};
use keyholder_model::risk::Tier;

/// What was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Said {
    /// An answer that is on offer.
    Answer(Answer),
    /// To see the questions that read alike.
    Batch,
    /// To be told what the words mean.
    Explain,
    /// The next page of what `Raw` shows.
    More,
    /// Nothing that counts; the sentence that says so.
    Nothing(String),
    /// To see exactly what would be sent.
    Raw,
    /// To be asked again about what is paused.
    Resume,
}

/// What a line means at this question.
pub(crate) fn understand(line: &str, question: &Question) -> Said {
    let line = line.trim();
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let (word, rest) = (word.to_ascii_lowercase(), rest.trim());
    match (word.as_str(), rest) {
        ("yes" | "y", _) => confirmed(&word, rest, question, Answer::AllowOnce),
        ("no" | "n", "") => Said::Answer(Answer::Deny),
        ("always", "") => always(question),
        ("block", "") if question.takes(Answer::DenyAndBlock) => Said::Answer(Answer::DenyAndBlock),
        ("batch", "") => Said::Batch,
        ("more", "") => Said::More,
        ("raw", "") => Said::Raw,
        ("resume", "") => Said::Resume,
        ("?" | "help", "") => Said::Explain,
        (number, _) => match number.parse::<usize>() {
            Ok(number) => numbered(number, rest, question),
            Err(_) => nothing("please type one of the words above"),
        },
    }
}

/// The answers that have a number, from 1: the yeses, narrowest first. None where there is but one, whose word is `yes`.
pub(crate) fn list(question: &Question) -> Vec<&Choice> {
    let is_listed = |choice: &&Choice| choice.answer.allows() && question.takes(choice.answer);
    let listed: Vec<_> = question.offers.choices.iter().filter(is_listed).collect();
    if listed.len() > 1 { listed } else { Vec::new() }
}

/// The number of an answer in that list.
pub(crate) fn number_of(answer: Answer, question: &Question) -> Option<usize> {
    list(question).iter().position(|choice| choice.answer == answer).map(|place| place + 1)
}

/// What must be typed behind a yes to something that destroys: the tool's name, so that nobody says yes from habit.
pub(crate) fn confirmation(question: &Question) -> Option<&str> {
    const LONGEST: usize = 48;
    let can_be_typed = |tool: &&str| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b':');
        (1..=LONGEST).contains(&tool.len()) && tool.bytes().all(is_plain)
    };
    (question.brief.tier == Tier::Destroy).then(|| question.tool().filter(can_be_typed).unwrap_or("destroy"))
}

fn numbered(number: usize, rest: &str, question: &Question) -> Said {
    match number.checked_sub(1).and_then(|place| list(question).get(place).map(|choice| choice.answer)) {
        Some(answer) => confirmed(&number.to_string(), rest, question, answer),
        None => nothing("there is no such number in the list"),
    }
}

fn confirmed(word: &str, rest: &str, question: &Question, answer: Answer) -> Said {
    match confirmation(question) {
        Some(confirmation) if rest != confirmation => {
            nothing(&format!("this cannot be taken back: type \u{201c}{word} {confirmation}\u{201d} to allow it"))
        }
        None if !rest.is_empty() => nothing("please type one of the words above"),
        _ if !question.takes(answer) => nothing("please type one of the words above"),
        _ => Said::Answer(answer),
    }
}

/// `always` for the whole tool, where that is on offer; else what is narrower.
fn always(question: &Question) -> Said {
    if question.takes(Answer::AllowAlways) {
        return confirmed("always", "", question, Answer::AllowAlways);
    }
    let listed = list(question);
    let numbers = |fits: fn(Answer) -> bool| {
        let fitting = (1_usize..).zip(&listed).filter(|(_, choice)| fits(choice.answer));
        let numbers: Vec<_> = fitting.map(|(number, _)| number).collect();
        match (numbers.first(), numbers.last()) {
            (Some(first), Some(last)) if first == last => Some(format!("number {first}")),
            (Some(first), Some(last)) => Some(format!("numbers {first} to {last}")),
            _ => None,
        }
    };
    let stays = |answer| matches!(answer, Answer::AllowAlwaysWith(_));
    let ends = |answer| answer != Answer::AllowOnce && !matches!(answer, Answer::AllowAlwaysWith(_));
    match (numbers(stays), numbers(ends)) {
        (Some(stays), _) => {
            nothing(&format!("\u{201c}always\u{201d} is not on offer here; narrower, and for good: {stays}"))
        }
        (None, Some(ends)) => {
            nothing(&format!("\u{201c}always\u{201d} is not on offer here; narrower, and for a time: {ends}"))
        }
        (None, None) => nothing("\u{201c}always\u{201d} is not on offer here: a yes counts once"),
    }
}

fn nothing(sentence: &str) -> Said {
    Said::Nothing(sentence.to_owned())
}

/// What `?` says.
pub(crate) const EXPLAINED: &[(&str, &str)] = &[
    ("yes", "just this call. What cannot be taken back wants the tool\u{2019}s name behind it"),
    ("no", "not this call; nothing is remembered"),
    ("block", "never: this app may not use this tool, and you are not asked again"),
    ("a number", "the answer with that number. What lasts is a rule; \u{201c}keyholder rules ls\u{201d} lists them"),
    ("always", "this app may use this tool from now on, where that is on offer"),
    ("raw", "exactly what would be sent, also what is hidden above; \u{201c}more\u{201d} is its next page"),
    ("batch", "the questions that read alike, in one table"),
    ("resume", "ask again about what is paused"),
    ("look", "it looks, and changes nothing"),
    ("change", "it changes something inside one account, and that can be undone"),
    ("send", "it leaves the account, or nobody knows what it does"),
    ("destroy", "it destroys something, or gives rights or secrets away"),
    ("else", "an empty line or any other word changes nothing; without an answer nothing runs"),
];

#[cfg(test)]
mod tests;
