//! What the person said about a tool for every app: one rule at a time for each account.

use crate::answered::Answered;
use crate::book::Book;
use crate::text;
use keyholder_model::id::RuleId;
use keyholder_model::server::Account;
use serde::{Deserialize, Serialize};

/// That a rule is what the person said about a tool ([`Answered::tool`]) for every app.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Usage {
    /// Of which account.
    #[serde(with = "text")]
    pub account: Account,
    /// What they said.
    pub what: ToolUse,
    /// At which host; wherever the server is where none is named.
    #[serde(default)]
    pub host: Option<String>,
}

/// What a person says about a tool.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToolUse {
    /// Each call asks.
    Ask,
    /// It cannot be called.
    Off,
    /// It runs without a question.
    Silent,
}

impl Book {
    /// The rule by which the person said something about a tool (`server/tool`) of an account, for every app.
    pub fn usage(&self, tool: &str, account: &Account) -> Option<&Answered> {
        self.answers.iter().find(|answer| is_usage(answer, tool, account))
    }

    /// The person says it anew, or takes it back. Gives the ids of the rules that it replaces.
    pub fn set_usage(&mut self, tool: &str, account: &Account, rule: Option<Answered>) -> Vec<RuleId> {
        let (replaced, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.answers).into_iter().partition(|answer| is_usage(answer, tool, account));
        self.answers = kept;
        self.answers.extend(rule);
        replaced.into_iter().map(|answer| answer.id).collect()
    }
}

fn is_usage(answer: &Answered, tool: &str, account: &Account) -> bool {
    let of_account = answer.usage.as_ref().is_some_and(|usage| usage.account == *account);
    of_account && answer.tool.as_deref() == Some(tool)
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyholder_model::clock::{FakeClock, FakeRng, Timestamp};

    #[test]
    fn what_is_said_anew_replaces_what_was_said_of_this_tool_and_account() {
        let (work, home): (Account, Account) = ("work".parse().unwrap(), "home".parse().unwrap());
        let now = Timestamp::from_millis(1);
        let (clock, rng) = (FakeClock::at(now), FakeRng::default());
        let rule = |tool: &str, account: Option<&Account>, what| Answered {
            id: RuleId::make(&clock, &rng),
            text: String::new(),
            origin: String::new(),
            bound_to: Vec::new(),
            tool: Some(tool.to_owned()),
            pinned: None,
            usage: account.map(|account| Usage { account: account.clone(), what, host: None }),
            made: now,
            expires: None,
            idle_days: None,
            last_used: None,
        };
        let said = |book: &Book, tool: &str, account| {
            book.usage(tool, account).and_then(|rule| rule.usage.as_ref()).map(|usage| usage.what)
        };
        let mut book = Book::default();
        book.add_answer(rule("notes/read", None, ToolUse::Off));
        assert_eq!(said(&book, "notes/read", &work), None, "an answer for one app is none for all");
        for (tool, account) in [("notes/read", &work), ("notes/read", &home), ("notes/send", &work)] {
            assert!(book.set_usage(tool, account, Some(rule(tool, Some(account), ToolUse::Off))).is_empty());
        }
        assert_eq!(book.set_usage("notes/read", &work, Some(rule("notes/read", Some(&work), ToolUse::Ask))).len(), 1);
        assert_eq!(said(&book, "notes/read", &work), Some(ToolUse::Ask));
        assert_eq!(said(&book, "notes/read", &home), Some(ToolUse::Off));
        assert_eq!(Book::parse(&book.to_bytes().unwrap()).unwrap(), book);
        assert_eq!(book.set_usage("notes/read", &work, None).len(), 1);
        assert_eq!((said(&book, "notes/read", &work), book.answers.len()), (None, 3));
    }
}
