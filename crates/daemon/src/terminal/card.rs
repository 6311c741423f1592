//! How a question is drawn: what would happen first, then who asks, how bad it may be and why, with what, and what may be answered.
//!
//! Nearly all of it comes from hosts, models and servers. Each text is made visible and cut, each list ends after so many lines and
//! says how many more there are; no line begins with a text of theirs.

use super::words;
use crate::layout::{WIDTH, bounded, columns, hanging};
use keyholder_approval::{Choice, Matched, Question, QuestionRow, Subject, Way};
use keyholder_model::risk::Tier;

/// Where values begin.
const INDENT: usize = 15;
/// Where the values of arguments begin.
const ROW_INDENT: usize = 19;
/// Columns of one text that are shown.
const MOST_COLUMNS: usize = 600;
/// Columns of one text of a list.
const MOST_OF_ITEM: usize = 300;
/// Lines of a list.
const MOST_ITEMS: usize = 20;
/// Arguments.
const MOST_ROWS: usize = 40;
/// Lines of an order: a rule is to be read whole.
const MOST_ORDERED: usize = 200;
/// Lines about definitions: as many as the broker names.
const MOST_DIFFERENCES: usize = 64;

/// The question, ending with the prompt.
pub(crate) fn draw(question: &Question) -> String {
    let mut card = Card(heading("Keyholder asks"));
    card.body(question);
    card.choices(question);
    card.0 + "> "
}

/// The question whole, without its choices: it is answered at the table that it is one of.
pub(crate) fn draw_for_table(question: &Question) -> String {
    let mut card = Card(heading("whole"));
    card.body(question);
    card.0 + "\n  (back to the table: its words are understood)\n> "
}

/// What would happen, in one sentence: the broker's, else one of ours.
fn headline(question: &Question) -> String {
    let short = |text: &str| bounded(text, 120);
    if !question.brief.headline.is_empty() {
        return bounded(&question.brief.headline, MOST_OF_ITEM);
    }
    match &question.subject {
        Subject::Add { .. } => "Use a server that is not in your configuration".to_owned(),
        Subject::Admit { kind, tool, .. } => format!("Let in the {} \u{201c}{}\u{201d}", short(kind), short(tool)),
        Subject::Answer { kind, .. } => format!("Let the server ask your app: {}", short(kind)),
        Subject::Call { tool, .. } => format!("Run the tool \u{201c}{}\u{201d}", short(tool)),
        Subject::Connect { .. } => "Sign you in; your browser opens after a yes".to_owned(),
        Subject::Order { name, .. } => format!("Give the order \u{201c}{}\u{201d}", short(name)),
        Subject::Read { method, .. } => format!("Read: {}", short(method)),
    }
}

/// What a tier means.
fn tier_words(tier: Tier) -> &'static str {
    match tier {
        Tier::Look => "look: it looks, and changes nothing",
        Tier::Change => "change: inside one account, and it can be undone",
        Tier::Send => "send: it leaves the account, or nobody knows what it does",
        Tier::Destroy => "DESTROY: it destroys something, or gives rights or secrets away",
    }
}

struct Card(String);

impl Card {
    /// One row; the value is bounded already.
    fn row(&mut self, name: &str, value: &str) {
        self.0.push_str(&hanging(&format!("  {name}"), INDENT, value));
    }

    /// A row with a line for each item; nothing where there is none.
    fn list(&mut self, name: &str, items: &[String], most: usize) {
        for (number, item) in items.iter().take(most).enumerate() {
            self.row(if number == 0 { name } else { "" }, &bounded(item, MOST_OF_ITEM));
        }
        self.further(items.len(), most, INDENT);
    }

    /// A line for each warning.
    fn warn(&mut self, warnings: &[String]) {
        for warning in warnings.iter().take(MOST_ITEMS) {
            self.0.push_str(&hanging("             !", INDENT, &bounded(warning, MOST_OF_ITEM)));
        }
        self.further(warnings.len(), MOST_ITEMS, INDENT);
    }

    fn further(&mut self, all: usize, shown: usize, indent: usize) {
        if all > shown {
            self.0.push_str(&hanging("", indent, &format!("\u{2026} and {} more", all - shown)));
        }
    }

    /// Everything but the choices.
    fn body(&mut self, question: &Question) {
        // Its further lines stand where values do: none of them can be taken for a row of ours.
        self.0.push_str("  ");
        self.0.push_str(hanging("", INDENT, &headline(question)).trim_start());
        self.0.push('\n');
        self.who(question);
        self.risk(question);
        self.subject(question);
        self.list("changed", &question.brief.changes, MOST_ITEMS);
        if let Subject::Call { claims, .. } = &question.subject
            && !claims.is_empty()
        {
            self.row("server says", &format!("{} (unverified)", bounded(claims, MOST_COLUMNS)));
        }
        self.row("why asked", &bounded(&question.rule, MOST_COLUMNS));
        let seconds = question.budget.as_secs();
        match question.subject {
            Subject::Admit { .. } => self.row("waits", "nobody; until you answer they stay held back"),
            Subject::Order { .. } => self.row("waits", &format!("the command waits {seconds} s for an answer")),
            _ => self.row("waits", &format!("the app waits {seconds} s for an answer")),
        }
    }

    fn who(&mut self, question: &Question) {
        let (app, ancestry) = (bounded(&question.app, 120), bounded(&question.ancestry, MOST_OF_ITEM));
        self.row("app", &format!("{app}   (unverified; {ancestry})"));
        if !matches!(question.subject, Subject::Order { .. }) {
            let host = bounded(&question.host, MOST_OF_ITEM);
            self.row("server", &format!("{} ({host})   account {}", question.server, question.account));
        }
    }

    /// How bad it may be, and why; then what was decided before and does not count, and what led here.
    fn risk(&mut self, question: &Question) {
        let brief = &question.brief;
        let is_assessed = matches!(question.subject, Subject::Call { .. }) || brief.tier == Tier::Destroy;
        if is_assessed || !brief.findings.is_empty() {
            self.row("risk", tier_words(brief.tier));
        }
        self.warn(&brief.findings);
        if let Some(suspended) = &brief.suspended {
            self.row("SUSPENDED", &bounded(suspended, MOST_COLUMNS));
        }
        let numbered = |(number, step): (usize, &String)| format!("{}. {step}", number + 1);
        let steps: Vec<_> = brief.history.iter().take(MOST_ITEMS + 1).enumerate().map(numbered).collect();
        self.list("led here", &steps[..steps.len().min(MOST_ITEMS)], MOST_ITEMS);
        self.further(brief.history.len(), MOST_ITEMS, INDENT);
    }

    fn subject(&mut self, question: &Question) {
        let safe = |text: &str| bounded(text, MOST_COLUMNS);
        match &question.subject {
            Subject::Add { url, name } => {
                self.row("address", &safe(url));
                self.row("as", &safe(name));
            }
            Subject::Admit { kind, tool, difference, suspicions } => {
                self.warn(suspicions);
                self.row("kind", &safe(kind));
                self.row("names", &safe(tool));
                self.list("differs", difference, MOST_DIFFERENCES);
            }
            Subject::Answer { kind, content } => {
                self.row("question", &safe(kind));
                if question.brief.rows.is_empty() {
                    self.row("content", &safe(content));
                } else {
                    self.arguments(&question.brief.rows, content);
                }
            }
            Subject::Call { tool, arguments, .. } => {
                self.row("tool", &format!("\u{201c}{}\u{201d}", safe(tool)));
                self.arguments(&question.brief.rows, arguments);
            }
            Subject::Connect { issuer, scopes, new_scopes, way, authorization_host, warnings } => {
                self.warn(warnings);
                let at = if matches!(way, Way::Browser { .. }) { "sign-in at" } else { "tokens from" };
                self.row(at, &format!("{} (issuer {})", safe(authorization_host), safe(issuer)));
                let default = "what the server gives by default";
                self.row("scopes", if scopes.is_empty() { default.to_owned() } else { listed(scopes) }.as_str());
                if !new_scopes.is_empty() {
                    self.row("new", &listed(new_scopes));
                }
                match way {
                    Way::Browser { redirect } => self.row("redirect", &safe(redirect)),
                    Way::Itself { client, proof } => {
                        self.row("signs in", "nobody: Keyholder asks in its own name, now and whenever the tokens end");
                        self.row("as", &safe(client));
                        self.row("with", &safe(proof));
                    }
                }
            }
            Subject::Order { name, content } => {
                self.row("order", &safe(name));
                let lines: Vec<String> = content.lines().map(str::to_owned).collect();
                self.list("content", &lines, MOST_ORDERED);
            }
            Subject::Read { method, content } => {
                self.row("method", &safe(method));
                self.row("content", &safe(content));
            }
        }
    }

    /// The arguments as rows. Secrets have been taken out of them.
    fn arguments(&mut self, rows: &[QuestionRow], exact: &str) {
        if rows.is_empty() {
            let has_none = exact.chars().filter(|letter| !letter.is_ascii_whitespace()).take(3).eq("{}".chars());
            self.row("arguments", if has_none { "none" } else { "not shown here; raw shows them" });
            return;
        }
        self.row("arguments", "");
        for row in rows.iter().take(MOST_ROWS) {
            let (name, mut value) = (bounded(&row.name, MOST_OF_ITEM), bounded(&row.value, MOST_COLUMNS));
            if let Some(note) = &row.note {
                value = format!("{value}   ({})", bounded(note, MOST_OF_ITEM));
            }
            if columns(&name) + 6 <= ROW_INDENT {
                self.0.push_str(&hanging(&format!("    {name}"), ROW_INDENT, &value));
            } else {
                // Further in than a name of its own row, so that a name cannot play several rows.
                self.0.push_str(&hanging("", 6, &name));
                self.0.push_str(&hanging("", ROW_INDENT, &value));
            }
        }
        self.further(rows.len(), MOST_ROWS, 4);
    }

    fn choices(&mut self, question: &Question) {
        let listed = words::list(question);
        self.0.push('\n');
        for (number, choice) in (1_usize..).zip(&listed) {
            self.0.push_str(&hanging(&format!("  {number:>2}"), 6, &in_words(choice)));
        }
        if !listed.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(&hanging("", 2, &typed(question, !listed.is_empty())));
    }
}

/// The words that may be typed.
fn typed(question: &Question, has_list: bool) -> String {
    let behind = words::confirmation(question).map(|word| format!(" {word}")).unwrap_or_default();
    let (yes, no) = match question.subject {
        Subject::Admit { .. } => (" = let them in", " = keep them out"),
        Subject::Call { .. } => (" = just this call", ""),
        _ => ("", ""),
    };
    let mut typed = vec![format!("yes{behind}{yes}"), format!("no{no}")];
    if question.takes(keyholder_approval::Answer::DenyAndBlock) {
        typed.push("block = never".to_owned());
    }
    if has_list {
        typed.push(if behind.is_empty() { "a number".to_owned() } else { format!("a number and{behind}") });
    }
    if super::raw::Pages::of(&question.subject).is_some() {
        typed.push("raw".to_owned());
    }
    typed.push("?".to_owned());
    typed.join(" \u{b7} ")
}

/// A choice, with what it would have covered.
fn in_words(choice: &Choice) -> String {
    let words = bounded(&choice.words, MOST_OF_ITEM);
    match choice.matched {
        None => words,
        Some(Matched { hits, of: 1 }) => format!("{words} (would have matched {hits} of the last 1 call)"),
        Some(Matched { hits, of }) => format!("{words} (would have matched {hits} of the last {of} calls)"),
    }
}

/// Many short texts in one row.
fn listed(texts: &[String]) -> String {
    let shown: Vec<_> = texts.iter().take(MOST_ROWS).map(|text| bounded(text, 120)).collect();
    let further = texts.len().saturating_sub(MOST_ROWS);
    shown.join(", ") + &if further > 0 { format!(" and {further} more") } else { String::new() }
}

/// A heading across the terminal.
pub(crate) fn heading(text: &str) -> String {
    let room = WIDTH.saturating_sub(columns(text) + 4);
    format!("\n\u{2500}\u{2500} {text} {}\n", "\u{2500}".repeat(room))
}

#[cfg(test)]
mod tests;
