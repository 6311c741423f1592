//! Greetings, and what they can never hold (catalogue case 112).

use super::*;
use serde_json::{Value, json};

fn hello() -> Hello {
    Hello {
        version: VERSION,
        program: "0.1.0".into(),
        target: Target::Name { name: "github".into(), account: Some("work".into()) },
        options: BridgeOptions {
            client_credentials: true,
            client_metadata_url: Some("https://x.example/client.json".into()),
            static_oauth_client_info_file: Some("/etc/client.json".into()),
            resource: Some(String::new()),
            older_discovery: Some(true),
        },
        resume: Some(Resume { initialize: "{}".into() }),
    }
}

#[test]
fn a_greeting_reads_back() {
    assert_eq!(Hello::parse(&hello().to_json().unwrap()).unwrap(), hello());
    let welcome = Welcome { version: VERSION, broker_version: "0.1.0".into(), line_limit: 5 };
    assert_eq!(Welcome::parse(&welcome.to_json().unwrap()).unwrap(), welcome);
}

#[test]
fn another_version_is_named_whatever_shape_it_has() {
    let error = Hello::parse(br#"{"version":99,"shape":["of","tomorrow"]}"#).unwrap_err();
    assert!(matches!(error, HelloError::Version { theirs: 99 }));
    assert!(error.to_string().contains("different versions"));
    for bad in [&b""[..], b"{}", b"[1]", br#"{"version":-1}"#, b"\xff"] {
        assert!(matches!(Hello::parse(bad), Err(HelloError::Unreadable(_))));
    }
}

/// Every name in a greeting, in both directions. Whoever adds one has to add it here, and say in the review what it holds.
#[test]
fn no_greeting_has_a_field_that_could_hold_a_token() {
    let welcome = Welcome { version: VERSION, broker_version: String::new(), line_limit: 0 };
    let url = Target::Url { url: String::new() };
    let mut names = Vec::new();
    for value in [json!(hello()), json!(welcome), json!(url)] {
        collect(&value, &mut names);
    }
    names.sort_unstable();
    names.dedup();
    let allowed = [
        "account",
        "broker_version",
        // A flag.
        "client_credentials",
        "client_metadata_url",
        "initialize",
        "line_limit",
        "name",
        "older_discovery",
        "options",
        "program",
        "resource",
        "resume",
        "static_oauth_client_info_file",
        "target",
        "url",
        "version",
    ];
    assert_eq!(names, allowed);
}

fn collect(value: &Value, names: &mut Vec<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        names.push(name.clone());
        collect(value, names);
    }
}
