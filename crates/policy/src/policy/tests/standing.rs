//! Which rules count and for how long: what a file says beyond what was confirmed, what ends, what is used up.

use super::*;

fn confirmed(home: &TempDir) -> Sources {
    let confirmed = Confirmed::Only(load(home).written());
    Sources { confirmed, ..sources(home.path()) }
}

#[test]
fn what_a_file_allows_beyond_what_was_confirmed_waits_and_what_it_denies_counts_at_once() {
    let home = home(&[(
        "own.cedar",
        "permit(principal, action == Action::\"call_unattended\", resource == Tool::\"github/a\");",
    )]);
    let sources = confirmed(&home);
    std::fs::write(
        home.path().join("own.cedar"),
        "// an agent was here\n@reason(\"x\") permit(principal,\naction == Action::\"call_unattended\", resource == Tool::\"github/a\");\npermit(principal, action, resource);\nforbid(principal, action == Action::\"call\", resource == Tool::\"github/c\");",
    )
    .unwrap();
    let policy = Policy::load(&sources);
    assert_eq!(word(&policy.decide(&facts("a", b"{}"))), "allow", "layout and annotations make no other rule");
    assert_eq!(word(&policy.decide(&facts("b", b"{}"))), "ask");
    assert_eq!(word(&policy.decide(&facts("c", b"{}"))), "deny");
    assert_eq!(policy.is_wide_open(), Openness::Guarded);
    let pending: Vec<_> =
        policy.rules().into_iter().filter(|rule| rule.standing == Standing::Pending).map(|rule| rule.id).collect();
    assert_eq!(pending, ["own.cedar:4"]);

    policy.reload(&confirmed(&home));
    assert_eq!(word(&policy.decide(&facts("b", b"{}"))), "allow", "the person confirmed it");
}

#[test]
fn a_forbid_that_was_taken_out_of_its_file_counts_until_that_is_confirmed() {
    let forbid = "forbid(principal, action == Action::\"call\", resource == Tool::\"github/c\");";
    let home = home(&[("own.cedar", forbid), ("other.cedar", OPEN_CALLS)]);
    let sources = confirmed(&home);
    std::fs::remove_file(home.path().join("own.cedar")).unwrap();
    let policy = Policy::load(&sources);
    assert_eq!(denial(policy.decide(&facts("c", b"{}"))).rule, "withdrawn own.cedar 1:1");
    assert!(policy.rules().iter().any(|rule| rule.standing == Standing::Withdrawn));
    // Turned into a permit of the same words, it is neither gone nor a permit.
    std::fs::write(home.path().join("own.cedar"), forbid.replace("forbid", "permit")).unwrap();
    policy.reload(&sources);
    assert_eq!(word(&policy.decide(&facts("c", b"{}"))), "deny");
    policy.reload(&confirmed(&home));
    assert_eq!(word(&policy.decide(&facts("c", b"{}"))), "allow");
}

#[test]
fn a_rule_ends_with_its_time_and_a_block_too() {
    let limits = crate::Limits { ends: Some(Duration::from_mins(2)), ..crate::Limits::default() };
    for (text, during, after) in
        [(OPEN_CALLS, "allow", "ask"), ("forbid(principal, action == Action::\"call\", resource);", "deny", "ask")]
    {
        let policy = Policy::load(&mortal(text, limits));
        assert_eq!(word(&policy.decide(&facts("t", b"{}"))), during);
        let later = Situation { monotonic: Duration::from_mins(2), ..MOMENT.clone() };
        assert_eq!(word(&policy.decide(&Facts { situation: &later, ..facts("t", b"{}") })), after);
        assert_eq!(word(&policy.decide(&facts("t", b"{}"))), after, "what has ended does not come back");
    }
}

#[test]
fn a_rule_for_three_uses_is_used_three_times_and_not_where_another_permits() {
    let counted = crate::Limits { uses: Some(3), ..crate::Limits::default() };
    let sources = mortal(OPEN_CALLS, counted);
    let policy = Policy::load(&sources);
    let said: Vec<_> = (0..5).map(|_| word(&policy.decide(&facts("t", b"{}")))).collect();
    assert_eq!(said, ["allow", "allow", "allow", "ask", "ask"]);
    policy.reload(&sources);
    assert_eq!(word(&policy.decide(&facts("t", b"{}"))), "ask", "a reload renews nothing");

    let home = home(&[("z.cedar", OPEN_CALLS)]);
    let both = Sources { person: home.path().to_owned(), ..mortal(OPEN_CALLS, counted) };
    let policy = Policy::load(&both);
    for _ in 0..5 {
        assert_eq!(word(&policy.decide(&facts("t", b"{}"))), "allow");
    }
    assert_eq!(both.remembered[0].life.uses_left(), Some(3), "the rule that costs nothing was taken");
}

#[test]
fn judging_and_explaining_use_nothing_up() {
    let sources = mortal(OPEN_CALLS, crate::Limits { uses: Some(1), ..crate::Limits::default() });
    let policy = Policy::load(&sources);
    for _ in 0..3 {
        assert_eq!(policy.judge(&facts("t", b"{}")).word, crate::Word::Allow);
        assert_eq!(policy.explain(&facts("t", b"{}")).judgement.rule, "remembered r");
    }
    assert_eq!(word(&policy.decide(&facts("t", b"{}"))), "allow");
}
