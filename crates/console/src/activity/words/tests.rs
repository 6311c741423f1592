use super::*;

fn read(text: &str) -> Words {
    text.parse().unwrap_or_else(|why| panic!("{text}: {why}"))
}

fn refused(text: &str) -> String {
    text.parse::<Words>().unwrap_err().to_string()
}

#[test]
fn every_key_is_read() {
    let words = read(
        "server:slack app:claude account:work tool:send_message decision:denied|asked kind:call kind:sign_in \
         outcome:failed TIER:Destroy after:2d before:2026-11-20 by:me  some text",
    );
    let expected = Words {
        servers: vec!["slack".into()],
        apps: vec!["claude".into()],
        accounts: vec!["work".into()],
        tools: vec!["send_message".into()],
        kinds: vec!["call", "sign_in"],
        decisions: vec![DecisionView::Denied, DecisionView::Asked],
        by: vec![DeciderView::Person],
        outcomes: vec![OutcomeView::Failed],
        tiers: vec!["destroy"],
        after: vec![Moment::Ago(2_880)],
        before: vec![Moment::Day("2026-11-20".into())],
        texts: vec!["some".into(), "text".into()],
    };
    assert_eq!(words, expected);
    assert_eq!(
        words.to_string(),
        "server:slack app:claude account:work tool:send_message kind:call kind:sign_in decision:denied decision:asked by:me \
         outcome:failed tier:destroy after:2d before:2026-11-20 some text"
    );
    assert_eq!(read(" \t\n"), Words::default());
}

#[test]
fn quotes_hold_together_what_white_space_colons_and_bars_would_part() {
    let words = read(r#"app:"Claude Desktop" account:a|b "https://x.example" sen"d mes"sage "\"\\" """#);
    assert_eq!((words.apps, words.accounts), (vec!["Claude Desktop".to_owned()], vec!["a|b".to_owned()]));
    assert_eq!(read("app:\"Claude De").apps, ["Claude De"], "somebody is still typing");
    assert_eq!(words.texts, ["https://x.example", "send message", "\"\\"]);
    assert_eq!(read("C:\\x \u{fc}:y 12:30 a|b").texts, ["C:\\x", "\u{fc}:y", "12:30", "a|b"]);
}

#[test]
fn moments_are_said_in_three_ways() {
    for (text, moment) in [
        ("90m", Moment::Ago(90)),
        ("4w", Moment::Ago(40_320)),
        ("0h", Moment::Ago(0)),
        ("2028-02-29", Moment::Day("2028-02-29".into())),
        ("2026-11-21T08:00:00Z", Moment::At("2026-11-21T08:00:00Z".into())),
        ("2026-11-21t08:00:00.123+01:00", Moment::At("2026-11-21t08:00:00.123+01:00".into())),
    ] {
        assert_eq!(read(&format!("after:{text}")).after, [moment], "{text}");
    }
    assert!(matches!(read("after:99999999999999999999d").after[..], [Moment::Ago(ago)] if ago > u64::MAX / 2));
    for text in [
        "d",
        "-3d",
        "+3d",
        "3",
        "3y",
        "yesterday",
        "2026-02-29",
        "2026-13-01",
        "2026-11-2",
        "2026-11-21T",
        "2026-11-21T8:00:00Z",
        "2026-11-21T08:00:00",
        "2026-11-21T24:00:00Z",
        "2026-11-21T08:00:00.Z",
        "2026-11-21T08:00:00+1:00",
        "\u{fc}d",
    ] {
        let why = refused(&format!("before:{text}"));
        assert!(why.contains("names no moment") && why.contains(text) && why.contains("2d"), "{why}");
    }
}

#[test]
fn what_cannot_be_read_is_named_with_what_could() {
    assert_eq!(
        refused("server:x decision:maybe"),
        "\u{201c}decision:maybe\u{201d} is unknown: after decision: comes allowed, asked or denied"
    );
    assert_eq!(
        refused("colour:red"),
        "\u{201c}colour:red\u{201d} is no condition: one begins with account:, after:, app:, before:, by:, decision:, kind:, \
         outcome:, server:, tier: or tool:; a text with a colon stands in quotes"
    );
    assert_eq!(refused("a server: b"), "\u{201c}server:\u{201d} says nothing after the colon");
    assert!(refused("outcome:done|").contains("is unknown"));
    assert!(refused("kind:dance").ends_with("tamper or unlock"));
    assert!(refused("tier:nuke").ends_with("look, change, send or destroy"));
    assert!(refused("by:you").ends_with("me or rule"));
    assert!(refused(&"x ".repeat(MOST + 1)).contains("one word too many"));
    let long = refused(&"\u{e4}".repeat(LONGEST));
    assert!(long.contains("too long") && long.len() < 300, "{long}");
}

/// Numbers that are the same each time: this crate has no other way to make texts up.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }
}

#[test]
fn whatever_is_typed_is_read_or_refused_and_what_was_read_reads_back() {
    let pieces = [
        "server:",
        "app:",
        "account:",
        "tool:",
        "kind:",
        "decision:",
        "by:",
        "outcome:",
        "tier:",
        "after:",
        "before:",
        "\"",
        "\\",
        "|",
        ":",
        " ",
        "\t",
        "\u{a0}",
        "slack",
        "call",
        "denied",
        "me",
        "failed",
        "look",
        "2d",
        "2026-11-20",
        "T08:00:00Z",
        "x_y",
        "\u{e4}\u{202e}",
        "\u{1f600}",
        "=1",
        "\0",
        "9",
    ];
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut sound = 0;
    for _ in 0..50_000 {
        let text: String = (0..dice.below(9)).map(|_| pieces[dice.below(pieces.len())]).collect();
        match text.parse::<Words>() {
            Ok(words) => {
                sound += 1;
                let written = words.to_string();
                assert_eq!(written.parse::<Words>().as_ref(), Ok(&words), "{text:?} became {written:?}");
            }
            Err(why) => assert!(!why.to_string().is_empty()),
        }
    }
    assert!(sound > 5_000, "{sound}");
}
