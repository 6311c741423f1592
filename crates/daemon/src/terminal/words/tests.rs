//! What is understood, and what is not.

use super::*;
use crate::terminal::tests::sample::{call, plain};
use keyholder_approval::{Identified, Minutes, OfferedPattern, Offers, Subject};

fn answer(line: &str, question: &Question) -> Option<Answer> {
    match understand(line, question) {
        Said::Answer(answer) => Some(answer),
        _ => None,
    }
}

fn sentence(line: &str, question: &Question) -> String {
    match understand(line, question) {
        Said::Nothing(sentence) => sentence,
        other => panic!("{line:?} was understood as {other:?}"),
    }
}

fn minutes(minutes: u16) -> Option<Answer> {
    Minutes::new(minutes).map(Answer::AllowFor)
}

fn only_this() -> OfferedPattern {
    OfferedPattern { words: "only with exactly these arguments".to_owned(), matched: None }
}

#[test]
fn only_whole_words_on_offer_are_answers() {
    let look = call("list_notes", Tier::Look);
    assert_eq!(answer(" YES ", &look), Some(Answer::AllowOnce));
    assert_eq!(answer("no", &look), Some(Answer::Deny));
    assert_eq!(answer("always", &look), Some(Answer::AllowAlways));
    assert_eq!(answer("block", &look), Some(Answer::DenyAndBlock));
    let add = plain(Subject::Add { url: String::new(), name: String::new() });
    for noise in
        ["", " ", "ye", "yy", "ok", "yes please", "no way", "always now", "0", "-1", "99", "1 2", "1.5", "\u{0661}"]
    {
        assert_eq!(answer(noise, &look), None, "{noise:?}");
        assert_eq!(answer(noise, &add), None, "{noise:?}");
    }
    for not_on_offer in ["always", "block", "1", "2"] {
        assert_eq!(answer(not_on_offer, &add), None, "{not_on_offer:?}");
    }
    assert_eq!((answer("yes", &add), answer("no", &add)), (Some(Answer::AllowOnce), Some(Answer::Deny)));
}

#[test]
fn a_number_is_the_answer_that_stands_at_it() {
    let change = call("add_note", Tier::Change);
    for (number, choice) in (1..).zip(list(&change)) {
        assert_eq!(answer(&number.to_string(), &change), Some(choice.answer));
    }
    assert_eq!(answer("1", &change), Some(Answer::AllowOnce), "narrowest first");
    assert_eq!(answer(&(list(&change).len() + 1).to_string(), &change), None);
    assert!(list(&change).iter().all(|choice| choice.answer.allows()), "a no has its word");
    assert_eq!(answer("5", &change), minutes(15));
}

#[test]
fn what_destroys_wants_the_name_of_the_tool() {
    let destroy = call("delete_note", Tier::Destroy);
    for line in ["yes", "y", "1", "2", "yes delete", "yes delete_note now", "yes DELETE_NOTE", "always"] {
        assert_eq!(answer(line, &destroy), None, "{line:?}");
    }
    assert!(sentence("yes", &destroy).contains("yes delete_note"));
    assert_eq!(answer("yes delete_note", &destroy), Some(Answer::AllowOnce));
    assert_eq!(answer("2 delete_note", &destroy), minutes(5));
    assert_eq!(answer("no", &destroy), Some(Answer::Deny), "a no is never made harder");
    assert_eq!(answer("block", &destroy), Some(Answer::DenyAndBlock));
    for name in ["drop\u{202e}it", "two words", "", &"x".repeat(200)] {
        assert_eq!(answer("yes destroy", &call(name, Tier::Destroy)), Some(Answer::AllowOnce), "{name:?}");
    }
}

#[test]
fn always_where_it_is_not_on_offer_names_what_is_narrower() {
    let send = call("send_message", Tier::Send);
    assert!(sentence("always", &send).contains("for good: numbers 9 to 10"), "{}", sentence("always", &send));
    let destroy = call("delete_note", Tier::Destroy);
    assert!(sentence("always", &destroy).contains("for a time: numbers 2 to 3"));
    let mut stranger = call("list_notes", Tier::Look);
    stranger.offers = Offers::for_tier(Tier::Look, &[], Identified::No);
    assert!(sentence("always", &stranger).contains("for a time"));
    stranger.offers = Offers::for_tier(Tier::Send, &[only_this()], Identified::Yes);
    assert!(sentence("always", &stranger).ends_with("for good: number 9"), "{}", sentence("always", &stranger));
    stranger.offers = Offers::once_or_not();
    assert!(sentence("always", &stranger).contains("counts once"));
    assert_eq!(list(&stranger), [] as [&Choice; 0]);
}
