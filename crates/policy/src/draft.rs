//! An answer that was given for good, as the rule that is written down for it.
//!
//! The person reads these rules again in the list of all rules, so they say no more than the answer did: this app, this tool of
//! this server.

use keyholder_model::server::ServerName;
use std::fmt::Write as _;

/// "Always for this tool": this app may run it without a question.
pub fn allow_tool(app: &str, server: &ServerName, tool: &str) -> String {
    rule("permit", r#"action in [Action::"call", Action::"call_unattended"]"#, app, server, tool)
}

/// "Never this tool": this app may not run it, whatever else is permitted.
pub fn block_tool(app: &str, server: &ServerName, tool: &str) -> String {
    rule("forbid", r#"action in [Action::"call", Action::"call_unattended"]"#, app, server, tool)
}

fn rule(effect: &str, action: &str, app: &str, server: &ServerName, tool: &str) -> String {
    let tool = format!("{server}/{tool}");
    format!(
        "{effect} (\n    principal == App::{},\n    {action},\n    resource == Tool::{}\n);\n",
        quote(app),
        quote(&tool)
    )
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
    use keyholder_model::server::Account;

    fn decide(rule: String, app: &str, tool: &str) -> Verdict {
        let server: ServerName = "notes".parse().unwrap();
        let sources = Sources { remembered: vec![Remembered { id: "r".to_owned(), text: rule }], ..Sources::default() };
        Policy::load(&sources).decide(&Facts {
            app,
            app_path: None,
            server: &server,
            host: "example.com",
            account: &Account::default(),
            action: Action::Call { tool, arguments: b"{}" },
            request: Digest::of_parts(&[b"x"]),
        })
    }

    #[test]
    fn a_rule_says_what_the_answer_said_and_no_more() {
        let server: ServerName = "notes".parse().unwrap();
        for name in ["read", "a\"b", "a\\", "x\"); permit(principal,action,resource); //", "caf\u{e9}\n"] {
            let rule = allow_tool("claude", &server, name);
            assert!(matches!(decide(rule.clone(), "claude", name), Verdict::Allow(_)), "{name:?}");
            assert!(matches!(decide(rule.clone(), "claude", "other"), Verdict::Ask(_)), "{name:?}");
            assert!(matches!(decide(rule, "other", name), Verdict::Ask(_)), "{name:?}");
            assert!(
                matches!(decide(block_tool("claude", &server, name), "claude", name), Verdict::Deny(_)),
                "{name:?}"
            );
        }
    }
}
