use super::*;
use proptest::prelude::*;

fn parse(values: &[&str]) -> Option<Challenge> {
    Challenge::parse(&values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>())
}

fn metadata(values: &[&str]) -> Option<String> {
    parse(values).and_then(|challenge| challenge.resource_metadata)
}

#[test]
fn the_bearer_challenge_is_found_among_others() {
    // Catalogue case 49, A-002.
    let expected = Some("https://h/m".to_owned());
    for values in [
        &["Bearer resource_metadata=\"https://h/m\""][..],
        &["bearer RESOURCE_METADATA=\"https://h/m\""],
        &["BEARER\tresource_metadata = \"https://h/m\""],
        &["Basic realm=\"x, y\", Bearer error=\"invalid_token\", resource_metadata=\"https://h/m\""],
        &[
            "Basic realm=\"a \\\" Bearer resource_metadata=\\\"https://evil\\\"\", Bearer resource_metadata=\"https://h/m\"",
        ],
        &["Negotiate abc==, Bearer resource_metadata=\"https://h/m\""],
        &["Negotiate, Bearer resource_metadata=\"https://h/m\""],
        &["Basic realm=\"x\"", "Bearer resource_metadata=\"https://h/m\""],
        &[", ,Bearer ,resource_metadata=\"https://h/m\",,"],
        &["Bearer realm=\"x\" , resource_metadata=\"https://h/m\", Basic realm=\"y\""],
        &["Bearer resource_metadata=\"https:\\/\\/h\\/m\""],
        &["Basic realm=\"broken", "Bearer resource_metadata=\"https://h/m\""],
        &["Bearer resource_metadata=\"https://h/m\", DPoP algs=\"ES256\""],
    ] {
        assert_eq!(metadata(values), expected, "{values:?}");
    }
}

#[test]
fn what_is_malformed_is_no_challenge() {
    for values in [
        &[][..],
        &[""],
        &["Basic realm=\"x\""],
        &["Bearer resource_metadata=\"https://a\", resource_metadata=\"https://b\""],
        &["Bearer resource_metadata=\"https://a\", Resource_Metadata=\"https://b\""],
        &["Bearer resource_metadata=\"https://h/unterminated"],
        &["Bearer resource_metadata=\"https://h/m\"garbage"],
        &["Bearer resource_metadata=\"a\u{0}b\""],
        &["Bearer scope=\"caf\u{e9}\""],
        &["\u{42f}"],
        &["=\"x\""],
    ] {
        assert_eq!(metadata(values), None, "{values:?}");
    }
    assert_eq!(parse(&[&format!("Bearer x=\"{}\"", "a".repeat(64 << 10))]), None);
}

#[test]
fn a_bare_bearer_is_a_challenge_without_details() {
    assert_eq!(parse(&["Bearer"]), Some(Challenge::default()));
    assert_eq!(parse(&["Bearer abc=="]), Some(Challenge::default()));
    assert_eq!(parse(&["Bearer scope=\"\""]), Some(Challenge::default()));
}

#[test]
fn scope_and_error_are_read_and_clipped() {
    let challenge =
        parse(&["Bearer error=insufficient_scope, scope=\"b a\", error_description=\"<b>\u{202e}\", max_age=60"])
            .unwrap();
    assert!(challenge.is_insufficient_scope());
    assert_eq!(challenge.scope.unwrap().to_string(), "a b");
    assert_eq!(challenge.error_description.unwrap(), "<b>\u{fffd}");
    assert_eq!(challenge.max_age, Some(60));
}

#[test]
fn the_first_bearer_challenge_counts() {
    assert_eq!(
        metadata(&["Bearer resource_metadata=\"https://a\", Bearer resource_metadata=\"https://b\""]).as_deref(),
        Some("https://a")
    );
}

proptest! {
    #[test]
    fn parsing_never_panics(values in proptest::collection::vec("\\PC{0,80}", 0..4)) {
        let _ = Challenge::parse(&values);
    }

    #[test]
    fn parsing_what_looks_like_a_challenge_never_panics(value in "(Bearer|Basic|,| |=|\"|\\\\|a|scope|\u{e9}|\t|==){0,40}") {
        let _ = Challenge::parse(&[value]);
    }
}
