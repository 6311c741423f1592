//! An answer that was given for good, as the rule that is written down for it.
//!
//! The person reads these rules again in the list of all rules, so they say no more than the answer did: this app, this tool of
//! this server.

use keyholder_model::server::{Account, ServerName};
use std::fmt::Write as _;

/// "Always for this tool": this app may run it without a question, with this account, at this address's host. A server that is
/// later configured under the same name elsewhere is another one.
pub fn allow_tool(app: &str, server: &ServerName, host: &str, account: &Account, tool: &str) -> String {
    let when =
        format!(" when {{ resource.host == {} && resource.account == {} }}", quote(host), quote(account.as_str()));
    rule("permit", app, server, tool, &when)
}

/// "Never this tool": this app may not run it, whatever else is permitted, with whichever account.
pub fn block_tool(app: &str, server: &ServerName, tool: &str) -> String {
    rule("forbid", app, server, tool, "")
}

fn rule(effect: &str, app: &str, server: &ServerName, tool: &str, when: &str) -> String {
    let (app, tool) = (quote(app), quote(&format!("{server}/{tool}")));
    let action = r#"action in [Action::"call", Action::"call_unattended"]"#;
    format!("{effect} (\n    principal == App::{app},\n    {action},\n    resource == Tool::{tool}\n){when};\n")
}

/// A text as a Cedar string: everything but plain printable ASCII is written as an escape, so that no name can leave its quotes.
fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            ' '..='~' => quoted.push(c),
            // Writing to a String cannot fail.
            other => drop(write!(quoted, "\\u{{{:x}}}", u32::from(other))),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Action, Facts, Policy, Remembered, Sources, Verdict};
    use keyholder_model::digest::Digest;

    fn decide(rule: String, app: &str, tool: &str) -> Verdict {
        decide_at(rule, app, tool, "example.com", &Account::default())
    }

    fn decide_at(rule: String, app: &str, tool: &str, host: &str, account: &Account) -> Verdict {
        let server: ServerName = "notes".parse().unwrap();
        let sources = Sources { remembered: vec![Remembered { id: "r".to_owned(), text: rule }], ..Sources::default() };
        Policy::load(&sources).decide(&Facts {
            app,
            app_path: None,
            server: &server,
            host,
            account,
            action: Action::Call { tool, arguments: b"{}" },
            request: Digest::of_parts(&[b"x"]),
        })
    }

    #[test]
    fn a_rule_says_what_the_answer_said_and_no_more() {
        let server: ServerName = "notes".parse().unwrap();
        for name in ["read", "a\"b", "a\\", "x\"); permit(principal,action,resource); //", "caf\u{e9}\n"] {
            let rule = allow_tool("claude", &server, "example.com", &Account::default(), name);
            assert!(matches!(decide(rule.clone(), "claude", name), Verdict::Allow(_)), "{name:?}");
            assert!(matches!(decide(rule.clone(), "claude", "other"), Verdict::Ask(_)), "{name:?}");
            assert!(matches!(decide(rule.clone(), "other", name), Verdict::Ask(_)), "{name:?}");
            let work = "work".parse().unwrap();
            assert!(
                matches!(decide_at(rule.clone(), "claude", name, "example.com", &work), Verdict::Ask(_)),
                "{name:?}"
            );
            let moved = decide_at(rule, "claude", name, "evil.example", &Account::default());
            assert!(matches!(moved, Verdict::Ask(_)), "{name:?}");
            assert!(
                matches!(decide(block_tool("claude", &server, name), "claude", name), Verdict::Deny(_)),
                "{name:?}"
            );
        }
    }
}
