//! Promises of texts that stand in for files.

use super::*;
use crate::policy::tests::{facts, home};
use crate::{Policy, Word};

const FORBIDS: &str = "forbid(principal, action == Action::\"call\", resource == Tool::\"github/c\");";
const PERMITS: &str = "permit(principal, action == Action::\"call_unattended\", resource);";

fn says(sources: &Sources, tool: &str) -> Word {
    Policy::load(sources).judge(&facts(tool, b"{}")).word
}

fn confirmed(person: &Path) -> Sources {
    let sources = Sources { person: person.to_owned(), ..Sources::default() };
    Sources { confirmed: Confirmed::Only(Policy::load(&sources).written()), ..sources }
}

fn extra(name: &str, text: &str) -> Vec<Extra> {
    vec![Extra { name: name.to_owned(), text: text.to_owned() }]
}

#[test]
fn a_text_counts_beside_the_files_as_if_it_were_confirmed() {
    let home = home(&[("own.cedar", FORBIDS)]);
    let sources = confirmed(home.path());
    assert_eq!((says(&sources, "a"), says(&sources, "c")), (Word::Ask, Word::Deny));
    let tried = Sources { extra: extra("new.cedar", PERMITS), ..sources };
    assert_eq!((says(&tried, "a"), says(&tried, "c")), (Word::Allow, Word::Deny));
}

#[test]
fn a_text_in_the_place_of_a_file_leaves_nothing_of_it() {
    let home = home(&[("own.cedar", FORBIDS)]);
    let tried =
        Sources { extra: extra("own.cedar", PERMITS), without: Some("own.cedar".to_owned()), ..confirmed(home.path()) };
    assert_eq!(says(&tried, "c"), Word::Allow);
    // A file that cannot be read is mended by the text that takes its place.
    std::fs::write(home.path().join("own.cedar"), "nonsense").unwrap();
    assert_eq!(says(&tried, "c"), Word::Allow);
    assert_eq!(says(&Sources { without: None, ..tried }, "c"), Word::Deny);
}

#[test]
fn whether_the_arguments_matter_is_known_for_each_tool() {
    let home = home(&[(
        "own.cedar",
        "forbid(principal, action == Action::\"call\", resource == Tool::\"github/c\") when { context.arguments has x };",
    )]);
    let policy = Policy::load(&Sources { person: home.path().to_owned(), ..Sources::default() });
    assert!(policy.reads_arguments(&facts("c", b"{}")));
    assert!(!policy.reads_arguments(&facts("a", b"{}")));
}
