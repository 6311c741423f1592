use super::*;
use proptest::prelude::*;
use std::fmt::Write as _;

fn same(one: &str, other: &str) -> bool {
    canonical(one).unwrap() == canonical(other).unwrap()
}

#[test]
fn spellings_of_one_value_have_one_form() {
    for (one, other) in [
        (r#"{"a":1,"b":[true,null]}"#, "{ \"b\" :\t[ true , null ] ,\r\n\"a\" : 1 } "),
        (r#"{"a":"\u0041\/\ud83d\ude00"}"#, "{\"\\u0061\":\"A/\u{1f600}\"}"),
        (r#""\u000a\u201c""#, "\"\\n\u{201c}\""),
        ("[]", " [ ] "),
        ("{}", "{ }"),
        ("1e400", " 1e400"),
    ] {
        assert!(same(one, other), "{one} and {other}");
    }
    assert_eq!(canonical(r#"{ "b": [1.0, "x\ty"], "a": {} }"#).unwrap(), r#"{"a":{},"b":[1.0,"x\ty"]}"#);
}

#[test]
fn what_differs_has_another_form() {
    for (one, other) in [
        ("9007199254740993", "9007199254740992"),
        ("1.0", "1"),
        ("1e1", "10"),
        ("-0", "0"),
        ("\"1\"", "1"),
        ("[1,2]", "[2,1]"),
        ("[[],1]", "[[1]]"),
        (r#"{"a":{"b":1}}"#, r#"{"a":{},"b":1}"#),
        (r#"{"a":"b,c"}"#, r#"{"a":"b","c":""}"#),
        (r#"{"A":1}"#, r#"{"a":1}"#),
        ("\"e\u{301}\"", "\"\u{e9}\""),
        ("\"a\"", "\"a\u{200b}\""),
        ("null", "\"null\""),
        ("{}", "[]"),
    ] {
        assert!(!same(one, other), "{one} and {other}");
    }
}

#[test]
fn what_two_parsers_could_read_differently_is_refused() {
    for bad in [
        "",
        "{",
        "{}{}",
        "[1,]",
        "nul",
        "01",
        "\u{feff}{}",
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":1}"#,
        r#"[{"x":{"b":1,"c":2,"b":1}}]"#,
        r#""\ud800""#,
        r#"{"\udc00":1}"#,
        "\"a\nb\"",
    ] {
        assert!(canonical(bad).is_err(), "{bad}");
    }
    let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    assert!(canonical(&deep(MAX_DEPTH)).is_ok());
    assert!(canonical(&deep(MAX_DEPTH + 1)).is_err());
    assert!(canonical(&deep(1_000_000)).is_err(), "refused without running out of stack");
}

/// A value, apart from how it is spelt.
#[derive(Clone, PartialEq, Debug)]
enum Plain {
    Bare(String),
    List(Vec<Plain>),
    Object(BTreeMap<String, Plain>),
    Text(String),
}

fn plain() -> impl Strategy<Value = Plain> {
    let text = "[a-c\"\\\\/\u{e9}\u{1f600}\n\u{200b}{}\\[\\],: ]{0,4}";
    let leaf = prop_oneof![
        "(true|false|null|-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,3})?)".prop_map(Plain::Bare),
        text.prop_map(Plain::Text),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Plain::List),
            prop::collection::btree_map(text, inner, 0..4).prop_map(Plain::Object),
        ]
    })
}

/// Spells a value in one of many ways, chosen by `seed`.
fn spell(value: &Plain, seed: &mut u64, out: &mut String) {
    gap(seed, out);
    match value {
        Plain::Bare(text) => out.push_str(text),
        Plain::Text(text) => spell_text(text, seed, out),
        Plain::List(list) => {
            out.push('[');
            for (place, value) in list.iter().enumerate() {
                out.push_str(if place > 0 { "," } else { "" });
                spell(value, seed, out);
            }
            out.push(']');
        }
        Plain::Object(object) => {
            let mut all: Vec<_> = object.iter().collect();
            all.sort_by_key(|_| next(seed));
            out.push('{');
            for (place, (name, value)) in all.into_iter().enumerate() {
                out.push_str(if place > 0 { "," } else { "" });
                gap(seed, out);
                spell_text(name, seed, out);
                gap(seed, out);
                out.push(':');
                spell(value, seed, out);
            }
            out.push('}');
        }
    }
    gap(seed, out);
}

fn spell_text(text: &str, seed: &mut u64, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        if next(seed).is_multiple_of(3) || character < ' ' || matches!(character, '"' | '\\') {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(character);
        }
    }
    out.push('"');
}

fn gap(seed: &mut u64, out: &mut String) {
    out.push_str(["", "", " ", "\n\t"][usize::try_from(next(seed) % 4).unwrap()]);
}

fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

/// The value with one thing in it changed.
fn changed(value: &Plain, seed: &mut u64) -> Plain {
    match value {
        Plain::Bare(text) => Plain::Bare(if text == "null" { "true".to_owned() } else { "null".to_owned() }),
        Plain::Text(text) => Plain::Text(format!("{text}\u{200b}")),
        Plain::List(list) if list.is_empty() => Plain::List(vec![Plain::Bare("0".to_owned())]),
        Plain::List(list) => {
            let mut list = list.clone();
            let place = usize::try_from(next(seed)).unwrap() % list.len();
            list[place] = changed(&list[place], seed);
            Plain::List(list)
        }
        Plain::Object(object) => {
            let mut object = object.clone();
            match object.keys().nth(usize::try_from(next(seed) % 4).unwrap()).cloned() {
                Some(name) if next(seed).is_multiple_of(2) => {
                    let value = changed(&object[&name], seed);
                    object.insert(name, value);
                }
                Some(name) => {
                    let value = object.remove(&name).unwrap();
                    object.insert(format!("{name}{name}!"), value);
                }
                None => drop(object.insert("a new name".to_owned(), Plain::Bare("0".to_owned()))),
            }
            Plain::Object(object)
        }
    }
}

proptest! {
    #[test]
    fn order_of_members_escapes_and_white_space_never_matter(value in plain(), one: u64, other: u64) {
        let (mut one, mut other, mut first, mut second) = (one, other, String::new(), String::new());
        spell(&value, &mut one, &mut first);
        spell(&value, &mut other, &mut second);
        let form = canonical(&first).unwrap();
        prop_assert_eq!(&form, &canonical(&second).unwrap());
        prop_assert_eq!(&form, &canonical(&form).unwrap(), "the form is its own form");
    }

    #[test]
    fn any_change_of_a_name_a_value_or_a_number_matters(value in plain(), seed: u64) {
        let (mut seed, mut before, mut after) = (seed, String::new(), String::new());
        let now = changed(&value, &mut seed);
        spell(&value, &mut seed, &mut before);
        spell(&now, &mut seed, &mut after);
        prop_assert_ne!(canonical(&before).unwrap(), canonical(&after).unwrap());
    }

    #[test]
    fn the_order_of_a_list_matters(list in prop::collection::vec(plain(), 2..5), seed: u64) {
        let (mut seed, mut before, mut after) = (seed, String::new(), String::new());
        let mut turned = list.clone();
        turned.reverse();
        spell(&Plain::List(list.clone()), &mut seed, &mut before);
        spell(&Plain::List(turned.clone()), &mut seed, &mut after);
        prop_assert_eq!(list == turned, canonical(&before).unwrap() == canonical(&after).unwrap());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[\\[\\]{}\",:\\\\u0-9a ]{0,24}") {
        let _ = canonical(&text);
    }
}
