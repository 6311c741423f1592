//! A server's own question, looked at before anybody is asked: elicitation, sampling, roots.
//!
//! A form must not ask for a secret (MCP 2026-07-28, elicitation; catalogue case 172): what the person typed would pass through the
//! app and the model. An address is shown whole, with its host and what is odd about it; nothing here opens or fetches it.

use keyholder_approval::{Brief, QuestionRow};
use keyholder_excerpt::preview::is_secret_name;
use keyholder_excerpt::sign::{self, HostWarning};
use keyholder_mcp::envelope::text_of;
use keyholder_mcp::members::{self, Members};
use keyholder_model::risk::Tier;
use keyholder_model::untrusted::visible;
use serde_json::value::RawValue;

/// Fields of a form that are shown.
const MOST_FIELDS: usize = 50;

/// Characters of one text that are shown here; the whole content stands below.
const MOST_SHOWN: usize = 400;

/// What a message must not ask for, in lower case.
const SECRETS: [&str; 16] = [
    "password",
    "passphrase",
    "passcode",
    "api key",
    "api-key",
    "apikey",
    "access token",
    "secret key",
    "private key",
    "your token",
    "bearer token",
    "one-time code",
    "verification code",
    "2fa",
    "recovery code",
    "seed phrase",
];

/// Whether the host said that it can be asked this. A bare `elicitation` stands for forms alone, and a bare `sampling` for
/// sampling without tools (MCP 2025-11-25, elicitation and sampling, capabilities).
///
/// # Errors
/// One sentence for the server, which asked although the host had not said so (catalogue case 177).
pub(super) fn check_capability(method: &str, content: &str, capabilities: &str) -> Result<(), String> {
    let capability = match method {
        "elicitation/create" => "elicitation",
        "roots/list" => "roots",
        "sampling/createMessage" => "sampling",
        _ => return Err("this client does not know that method".to_owned()),
    };
    let missing = |what: &str| Err(format!("this client has no {what}"));
    let declared = members::of(capabilities).unwrap_or_default();
    let Some(declared) = members::find(&declared, capability) else { return missing(capability) };
    let kinds = members::of(declared.get()).unwrap_or_default();
    let params = members::of(content).unwrap_or_default();
    let (says, asks) = (|kind: &str| members::find(&kinds, kind).is_some(), |key: &str| members::find(&params, key));
    match method {
        "elicitation/create" if asks("mode").and_then(text_of).as_deref() == Some("url") => {
            if says("url") {
                Ok(())
            } else {
                missing("elicitation by address")
            }
        }
        "elicitation/create" if says("url") && !says("form") => missing("elicitation by form"),
        "sampling/createMessage" if asks("tools").is_some() && !says("tools") => missing("sampling with tools"),
        _ => Ok(()),
    }
}

/// What a person is shown of the question.
///
/// # Errors
/// One sentence for the server, where the question may not be asked at all.
pub(super) fn examine(method: &str, content: &str) -> Result<Brief, String> {
    let params = members::of(content).map_err(|_| "the question\u{2019}s parameters are no object".to_owned())?;
    match method {
        "elicitation/create" => elicitation(&params),
        "sampling/createMessage" => sampling(&params),
        _ => Ok(Brief {
            tier: Tier::Change,
            headline: "Tell the server which folders your app has open".to_owned(),
            ..Brief::default()
        }),
    }
}

fn elicitation(params: &Members<'_>) -> Result<Brief, String> {
    let text = |key: &str| members::find(params, key).and_then(text_of);
    let message = text("message").unwrap_or_default();
    match text("mode").as_deref() {
        Some("url") => link(&text("url").unwrap_or_default(), &message),
        None | Some("form") => form(params, &message),
        Some(_) => Err("this client does not know that mode of elicitation".to_owned()),
    }
}

fn form(params: &Members<'_>, message: &str) -> Result<Brief, String> {
    let refused = || Err("a form must not ask for a secret".to_owned());
    if asks_for_secret(message) {
        return refused();
    }
    let schema = members::find(params, "requestedSchema").map_or("{}", RawValue::get);
    let schema = members::of(schema).map_err(|_| "the form\u{2019}s schema is no object".to_owned())?;
    let properties = members::find(&schema, "properties").map_or("{}", RawValue::get);
    let properties = members::of(properties).map_err(|_| "the form\u{2019}s fields are no object".to_owned())?;
    let mut rows = vec![row("message", message)];
    for (name, field) in &properties {
        let field = members::of(field.get()).map_err(|_| "a field of the form is no object".to_owned())?;
        let part = |key: &str| members::find(&field, key).and_then(text_of).unwrap_or_default();
        let (title, description, format) = (part("title"), part("description"), part("format"));
        let is_secret = is_secret_name(name)
            || format == "password"
            || [title.as_str(), description.as_str(), name.as_ref()].into_iter().any(asks_for_secret);
        if is_secret {
            return refused();
        }
        if rows.len() <= MOST_FIELDS {
            rows.push(row(name, &[title, description].join(" ")));
        }
    }
    let headline = "Let the server ask your app for information".to_owned();
    let findings = vec!["What you type there reaches the app, the model and the server.".to_owned()];
    Ok(Brief { tier: Tier::Send, headline, findings, rows, ..Brief::default() })
}

fn link(url: &str, message: &str) -> Result<Brief, String> {
    let Some(address) = sign::address(url).filter(|_| url.starts_with("https://") || is_loopback(url)) else {
        return Err("the address of the question is no https address".to_owned());
    };
    let mut findings = vec![format!("It leads to {}. Only you open it; Keyholder does not.", address.host)];
    findings.extend(address.warning.map(|warning| match warning {
        HostWarning::MixedScript => "The letters of that host come from several scripts.".to_owned(),
        HostWarning::Punycode => "That host is not what it looks like: it is written in Punycode.".to_owned(),
    }));
    // The whole address, however long it is.
    let rows =
        vec![row("message", message), QuestionRow { name: "address".to_owned(), value: visible(url), note: None }];
    let headline = format!("Let the server send you to {}", address.host);
    Ok(Brief { tier: Tier::Send, headline, findings, rows, ..Brief::default() })
}

fn sampling(params: &Members<'_>) -> Result<Brief, String> {
    let context = members::find(params, "includeContext").and_then(text_of);
    if !matches!(context.as_deref(), None | Some("none")) {
        return Err("this client shows no server what others have said".to_owned());
    }
    let shown = |key: &str| members::find(params, key).map(|value| row(key, value.get()));
    let rows = ["systemPrompt", "messages", "maxTokens"].into_iter().filter_map(shown).collect();
    let headline = "Let the server ask your app\u{2019}s model".to_owned();
    let findings = vec!["The server writes what the model is told, and reads what it answers.".to_owned()];
    Ok(Brief { tier: Tier::Send, headline, findings, rows, ..Brief::default() })
}

fn row(name: &str, value: &str) -> QuestionRow {
    let shown: String = value.chars().take(MOST_SHOWN).collect();
    let hidden = value.chars().skip(MOST_SHOWN).count();
    let note = (hidden > 0).then(|| format!("{hidden} more characters"));
    QuestionRow { name: visible(name), value: visible(&shown), note }
}

fn asks_for_secret(text: &str) -> bool {
    let text = text.to_lowercase();
    SECRETS.iter().any(|secret| text.contains(secret))
}

fn is_loopback(url: &str) -> bool {
    ["http://127.0.0.1", "http://localhost", "http://[::1]"]
        .iter()
        .any(|start| url.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(message: &str, field: &str) -> String {
        format!(r#"{{"message":"{message}","requestedSchema":{{"type":"object","properties":{{{field}}}}}}}"#)
    }

    #[test]
    fn only_what_the_host_said_it_can_be_asked_is_asked() {
        let (form, url) = (r#"{"message":"m"}"#, r#"{"mode":"url","url":"https://a.example/"}"#);
        let all = r#"{"elicitation":{"form":{},"url":{}},"sampling":{"tools":{}},"roots":{}}"#;
        for (capabilities, method, content, fits) in [
            (all, "elicitation/create", form, true),
            (all, "elicitation/create", url, true),
            (all, "sampling/createMessage", r#"{"tools":[]}"#, true),
            (all, "roots/list", "{}", true),
            (all, "vendor/ask", "{}", false),
            ("{}", "elicitation/create", form, false),
            ("not JSON", "elicitation/create", form, false),
            (r#"{"elicitation":{}}"#, "elicitation/create", form, true),
            (r#"{"elicitation":{}}"#, "elicitation/create", url, false),
            (r#"{"elicitation":{"form":{}}}"#, "elicitation/create", url, false),
            (r#"{"elicitation":{"url":{}}}"#, "elicitation/create", form, false),
            (r#"{"sampling":{}}"#, "sampling/createMessage", r#"{"tools":[]}"#, false),
            (r#"{"sampling":{}}"#, "sampling/createMessage", "{}", true),
            (r#"{"sampling":{}}"#, "roots/list", "{}", false),
        ] {
            let checked = check_capability(method, content, capabilities);
            assert_eq!(checked.is_ok(), fits, "{capabilities} {method} {content}");
        }
    }

    #[test]
    fn a_form_that_asks_for_a_secret_is_refused() {
        for (message, field) in [
            ("Please log in", r#""password":{"type":"string"}"#),
            ("Please log in", r#""x":{"type":"string","title":"API key"}"#),
            ("Please log in", r#""x":{"type":"string","description":"The 2FA code"}"#),
            ("Please log in", r#""x":{"type":"string","format":"password"}"#),
            ("Paste your token here", r#""x":{"type":"string"}"#),
        ] {
            assert!(examine("elicitation/create", &form(message, field)).is_err(), "{message} {field}");
        }
        let brief = examine("elicitation/create", &form("Which colour?", r#""colour":{"type":"string"}"#)).unwrap();
        assert_eq!(brief.rows.len(), 2);
    }

    #[test]
    fn an_address_is_shown_whole_with_its_host_and_what_is_odd() {
        let url = |url: &str| format!(r#"{{"mode":"url","message":"m","url":"{url}","elicitationId":"1"}}"#);
        let long = format!("https://pay.example/{}", "x".repeat(3_000));
        let brief = examine("elicitation/create", &url(&long)).unwrap();
        assert_eq!(brief.rows[1].value, long);
        assert!(brief.headline.contains("pay.example"));
        let odd = examine("elicitation/create", &url("https://xn--pple-43d.com/")).unwrap();
        assert!(odd.findings.iter().any(|finding| finding.contains("Punycode")), "{:?}", odd.findings);
        for bad in
            ["http://pay.example/", "javascript:alert(1)", "file:///etc/passwd", "", "http://127.0.0.1.evil.example/"]
        {
            assert!(examine("elicitation/create", &url(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_server_is_not_shown_what_others_have_said() {
        for context in ["allServers", "thisServer", "x"] {
            let params = format!(r#"{{"messages":[],"maxTokens":1,"includeContext":"{context}"}}"#);
            assert!(examine("sampling/createMessage", &params).is_err(), "{context}");
        }
        assert!(examine("sampling/createMessage", r#"{"messages":[],"maxTokens":1}"#).is_ok());
    }
}
