//! An answer that was given for more than one call, as the rule that is written down for it.
//!
//! The person reads these rules again in the list of all rules, so they say no more than the answer did: this app, this tool of
//! this server, at this address, with this account, as the tool was defined then, with these arguments.

use crate::rule::Effect;
use keyholder_model::bound::{Bound, BoundTo};
use keyholder_model::digest::Digest;
use keyholder_model::risk::Tier;
use keyholder_model::server::{Account, ServerName};
use std::fmt::Write as _;

/// What an answer was about. What is not said does not matter to the rule.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// Whether it allows or refuses.
    pub effect: Effect,
    /// The app; every app where none is named.
    pub app: Option<&'a str>,
    /// The app's very process, for an answer that lasts until it quits.
    pub instance: Option<&'a str>,
    /// The server.
    pub server: &'a ServerName,
    /// The host of its address: a server that is later configured under the same name elsewhere is another one.
    pub host: Option<&'a str>,
    /// The account at it.
    pub account: Option<&'a Account>,
    /// The tool; all tools of the server where none is named.
    pub tool: Option<&'a str>,
    /// The tool's definition as the person agreed to it.
    pub pinned: Option<Digest>,
    /// What the arguments must be.
    pub bounds: &'a [Bound],
    /// The canonical digest of the arguments: exactly these.
    pub arguments: Option<&'a str>,
    /// Which calls it is about.
    pub manner: Manner,
    /// The most harm that a call may do for the rule to count; by its arguments a call can do more than its tool is known for.
    pub most: Option<Tier>,
    /// Why it is there, in a sentence of ours: it stands in the questions that it brings about.
    pub reason: Option<&'a str>,
}

/// Which calls a rule is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Manner {
    /// Those that run, whether or not the person is asked first.
    #[default]
    Any,
    /// Those that run without a question.
    Unasked,
}

impl<'a> Draft<'a> {
    /// A rule about all that an app does with a server.
    pub fn of(effect: Effect, app: &'a str, server: &'a ServerName) -> Self {
        Self { app: Some(app), ..Self::of_every_app(effect, server) }
    }

    /// A rule about all that any app does with a server.
    pub fn of_every_app(effect: Effect, server: &'a ServerName) -> Self {
        Self {
            effect,
            app: None,
            instance: None,
            server,
            host: None,
            account: None,
            tool: None,
            pinned: None,
            bounds: &[],
            arguments: None,
            manner: Manner::default(),
            most: None,
            reason: None,
        }
    }

    /// The rule in Cedar.
    pub fn text(&self) -> String {
        let effect = match self.effect {
            Effect::Forbid => "forbid",
            Effect::Permit => "permit",
        };
        let resource = match self.tool {
            Some(tool) => format!("resource == Tool::{}", quote(&format!("{}/{tool}", self.server))),
            None => format!("resource in Server::{}", quote(self.server.as_str())),
        };
        let principal =
            self.app.map_or_else(|| "principal".to_owned(), |app| format!("principal == App::{}", quote(app)));
        let action = match self.manner {
            Manner::Any => r#"action in [Action::"call", Action::"call_unattended"]"#,
            Manner::Unasked => r#"action == Action::"call_unattended""#,
        };
        let reason = self.reason.map(|reason| format!("@reason({})\n", quote(reason))).unwrap_or_default();
        let scope = format!("    {principal},\n    {action},\n    {resource}\n");
        let conditions = self.conditions();
        let when = if conditions.is_empty() {
            String::new()
        } else {
            format!("\nwhen {{\n    {}\n}}", conditions.join("\n    && "))
        };
        format!("{reason}{effect} (\n{scope}){when};\n")
    }

    fn conditions(&self) -> Vec<String> {
        let mut conditions = Vec::new();
        conditions.extend(self.instance.map(|instance| format!("principal.instance == {}", quote(instance))));
        conditions.extend(self.host.map(|host| format!("resource.host == {}", quote(host))));
        conditions.extend(self.account.map(|account| format!("resource.account == {}", quote(account.as_str()))));
        conditions.extend(
            self.pinned
                .map(|pinned| format!("resource has pinned && resource.pinned == {}", quote(&pinned.to_string()))),
        );
        conditions.extend(self.most.map(|tier| format!("context.tier <= {}", tier.as_number())));
        conditions.extend(self.arguments.map(|digest| format!("context.arguments_digest == {}", quote(digest))));
        conditions.extend(self.bounds.iter().map(condition));
        conditions
    }
}

/// One bound as a condition. An argument of another type does not meet it: Cedar's `==` tells types apart, and `like` on what is
/// no text is an error, which makes a permit not match.
fn condition(bound: &Bound) -> String {
    let name = quote(&bound.argument);
    let has = format!("context.arguments has {name}");
    let value = format!("context.arguments[{name}]");
    match &bound.to {
        BoundTo::Flag(flag) => format!("{has} && {value} == {flag}"),
        BoundTo::Prefix(prefix) => format!("{has} && {}", within(&value, prefix)),
        BoundTo::Text(text) => format!("{has} && {value} == {}", quote(text)),
        BoundTo::Whole(number) => format!("{has} && {value} == {number}"),
    }
}

/// What begins so. A path or an address that begins with `/srv/` may still lead elsewhere by `..`, and
/// `https://good.example` begins `https://good.example.evil.example` too.
fn within(value: &str, prefix: &str) -> String {
    if !prefix.contains(['/', '\\']) {
        return format!("{value} like {}", pattern(prefix));
    }
    let begins = match prefix.split_once("://") {
        Some((_, authority)) if !authority.contains('/') => {
            format!("({value} == {} || {value} like {})", quote(prefix), pattern(&format!("{prefix}/")))
        }
        _ => format!("{value} like {}", pattern(prefix)),
    };
    let leads = ["*..*", "*%2e*", "*%2E*"].map(|part| format!("!({value} like \"{part}\")"));
    format!("{begins} && {}", leads.join(" && "))
}

/// A prefix as a pattern: what looks like a wildcard in it is none.
fn pattern(prefix: &str) -> String {
    format!("\"{}*\"", escaped(prefix).replace('*', "\\*"))
}

/// A text as a Cedar string.
fn quote(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// Everything but plain printable ASCII is written as an escape, so that no name can leave its quotes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                escaped.push('\\');
                escaped.push(c);
            }
            ' '..='~' => escaped.push(c),
            // Writing to a String cannot fail.
            other => drop(write!(escaped, "\\u{{{:x}}}", u32::from(other))),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::tests::facts;
    use crate::{Action, Facts, Life, Policy, Remembered, Sources, Verdict};
    use std::sync::Arc;

    fn policy(text: String) -> Policy {
        let remembered = vec![Remembered { id: "r".to_owned(), text, life: Arc::new(Life::default()) }];
        let policy = Policy::load(&Sources { remembered, ..Sources::default() });
        assert_eq!(policy.problems(), []);
        policy
    }

    fn word(policy: &Policy, facts: &Facts<'_>) -> &'static str {
        match policy.decide(facts) {
            Verdict::Allow(_) => "allow",
            Verdict::Ask(_) => "ask",
            Verdict::Deny(_) => "deny",
        }
    }

    #[test]
    fn a_rule_says_what_the_answer_said_and_no_more() {
        let server: ServerName = "github".parse().unwrap();
        let (work, home): (Account, Account) = ("work".parse().unwrap(), "home".parse().unwrap());
        for name in ["read", "a\"b", "a\\", "x\"); permit(principal,action,resource); //", "caf\u{e9}\n"] {
            let draft = Draft {
                host: Some("mcp.github.example"),
                account: Some(&work),
                tool: Some(name),
                ..Draft::of(Effect::Permit, "claude", &server)
            };
            let allowing = policy(draft.text());
            assert_eq!(word(&allowing, &facts(name, b"{}")), "allow", "{name:?}");
            for other in [
                facts("other", b"{}"),
                Facts { app: "other", ..facts(name, b"{}") },
                Facts { host: "evil.example", ..facts(name, b"{}") },
                Facts { account: &home, ..facts(name, b"{}") },
            ] {
                assert_eq!(word(&allowing, &other), "ask", "{name:?}");
            }
            let block = Draft { tool: Some(name), ..Draft::of(Effect::Forbid, "claude", &server) };
            assert_eq!(word(&policy(block.text()), &facts(name, b"{}")), "deny", "{name:?}");
        }
    }

    #[test]
    fn a_rule_for_this_definition_and_this_process_is_for_no_other() {
        let server: ServerName = "github".parse().unwrap();
        let pin = Digest::of_parts(&[b"definition"]);
        let draft = Draft {
            instance: Some("1@2"),
            pinned: Some(pin),
            tool: Some("t"),
            ..Draft::of(Effect::Permit, "claude", &server)
        };
        let policy = policy(draft.text());
        let with = |pinned, instance| {
            let plain = facts("t", b"{}");
            let Action::Call { tool, arguments, tier, labels, .. } = plain.action else { unreachable!() };
            let action = Action::Call { tool, arguments, tier, labels, pinned };
            word(&policy, &Facts { instance, action, ..plain })
        };
        assert_eq!(with(Some(pin), "1@2"), "allow");
        assert_eq!(with(Some(Digest::of_parts(&[b"changed"])), "1@2"), "ask");
        assert_eq!(with(None, "1@2"), "ask");
        assert_eq!(with(Some(pin), "1@3"), "ask");
    }

    #[test]
    fn what_is_said_for_every_app_is_for_every_app_and_one_account() {
        let server: ServerName = "github".parse().unwrap();
        let (work, home): (Account, Account) = ("work".parse().unwrap(), "home".parse().unwrap());
        let plain = Draft { account: Some(&work), tool: Some("t"), ..Draft::of_every_app(Effect::Forbid, &server) };
        let of = |app: &'static str, account| Facts { app, account, ..facts("t", b"{}") };
        let off = policy(plain.text());
        let ask = policy(Draft { manner: Manner::Unasked, reason: Some("Said \"so\"."), ..plain }.text());
        let silent = Draft { effect: Effect::Permit, most: Some(Tier::Send), ..plain };
        let silent = policy(silent.text());
        for app in ["claude", "other"] {
            assert_eq!(word(&off, &of(app, &work)), "deny");
            assert_eq!(word(&ask, &of(app, &work)), "ask");
            assert_eq!(word(&silent, &of(app, &work)), "allow");
            for policy in [&off, &ask, &silent] {
                assert_eq!(word(policy, &of(app, &home)), "ask");
            }
        }
        assert!(
            off.hides(&of("claude", &work)) && !ask.hides(&of("claude", &work)) && !off.hides(&of("claude", &home))
        );
        assert_eq!(ask.judge(&of("claude", &work)).why, "Said \"so\".");
        // A call that destroys by its arguments is more than the tool is known for.
        let plain = of("claude", &work);
        let Action::Call { tool, arguments, labels, pinned, .. } = plain.action else { unreachable!() };
        let action = Action::Call { tool, arguments, tier: Tier::Destroy, labels, pinned };
        assert_eq!(word(&silent, &Facts { action, ..plain }), "ask");
    }

    #[test]
    fn bounds_bind_exactly() {
        let server: ServerName = "github".parse().unwrap();
        let cases = [
            (BoundTo::Text("#ops".to_owned()), r##"{"n":"#ops","x":1}"##, r##"{"n":"#ops2"}"##),
            (BoundTo::Text("a*".to_owned()), r#"{"n":"a*"}"#, r#"{"n":"ab"}"#),
            (BoundTo::Prefix("/srv/*\"/".to_owned()), r#"{"n":"/srv/*\"/x"}"#, r#"{"n":"/srv/a\"/x"}"#),
            (BoundTo::Prefix("/srv/".to_owned()), r#"{"n":"/srv/a"}"#, r#"{"n":"/srvx/"}"#),
            (BoundTo::Prefix("/srv/".to_owned()), r#"{"n":"/srv/a.b"}"#, r#"{"n":"/srv/../etc"}"#),
            (BoundTo::Prefix("a\\".to_owned()), r#"{"n":"a\\b"}"#, r#"{"n":"a"}"#),
            (BoundTo::Whole(-7), r#"{"n":-7.0}"#, r#"{"n":"-7"}"#),
            (BoundTo::Whole(i64::MIN), r#"{"n":-9223372036854775808}"#, r#"{"n":0}"#),
            (BoundTo::Flag(false), r#"{"n":false}"#, r#"{"n":0}"#),
        ];
        for (to, good, bad) in cases {
            let bounds = [Bound { argument: "n".to_owned(), to }];
            let draft = Draft { tool: Some("t"), bounds: &bounds, ..Draft::of(Effect::Permit, "claude", &server) };
            let policy = policy(draft.text());
            assert_eq!(word(&policy, &facts("t", good.as_bytes())), "allow", "{bounds:?}");
            for other in [bad, "{}", r#"{"n":null}"#, r#"{"n":["a"]}"#, r#"{"n":"x","n":"x"}"#] {
                assert_eq!(word(&policy, &facts("t", other.as_bytes())), "ask", "{bounds:?} {other}");
            }
        }
    }

    #[test]
    fn what_begins_like_a_place_stays_within_it() {
        let server: ServerName = "github".parse().unwrap();
        for (prefix, good, bad) in [
            ("/srv/", "/srv/a", &["/srv/../etc/passwd", "/srv/a/..", "/srv/%2e%2E/x", "/srv/.%2e/x"][..]),
            ("C:\\a\\", "C:\\a\\b", &["C:\\a\\..\\b"]),
            (
                "https://good.example",
                "https://good.example/x",
                &["https://good.example.evil.example/", "https://good.example@evil.example/"],
            ),
            ("https://good.example", "https://good.example", &["https://good.example:1/"]),
            ("https://good.example/a", "https://good.example/ab", &["https://good.example/a/../../b"]),
            ("main..", "main..dev", &["main"]),
        ] {
            let bounds = [Bound { argument: "n".to_owned(), to: BoundTo::Prefix(prefix.to_owned()) }];
            let draft = Draft { tool: Some("t"), bounds: &bounds, ..Draft::of(Effect::Permit, "claude", &server) };
            let policy = policy(draft.text());
            let said = |text: &str| word(&policy, &facts("t", serde_json::json!({ "n": text }).to_string().as_bytes()));
            assert_eq!(said(good), "allow", "{prefix} {good}");
            for bad in bad {
                assert_eq!(said(bad), "ask", "{prefix} {bad}");
            }
        }
    }

    #[test]
    fn exactly_these_arguments_are_these_in_any_order_and_no_others() {
        let server: ServerName = "github".parse().unwrap();
        let digest = crate::canonical_digest(br#"{"a":[1,2],"b":"x"}"#).unwrap();
        let draft = Draft { tool: Some("t"), arguments: Some(&digest), ..Draft::of(Effect::Permit, "claude", &server) };
        let policy = policy(draft.text());
        for same in [r#"{"a":[1,2],"b":"x"}"#, "{ \"b\": \"\\u0078\", \"a\": [1, 2] }"] {
            assert_eq!(word(&policy, &facts("t", same.as_bytes())), "allow", "{same}");
        }
        for other in
            ["{}", r#"{"a":[2,1],"b":"x"}"#, r#"{"a":[1,2],"b":"x","c":null}"#, r#"{"a":[1,2.0],"b":"x"}"#, "x"]
        {
            assert_eq!(word(&policy, &facts("t", other.as_bytes())), "ask", "{other}");
        }
    }
}
