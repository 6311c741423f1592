//! One spelling for equal arguments, so that two calls can be compared by their text.

use crate::MOST_DEPTH;
use crate::members::text_of;
use serde::de::IgnoredAny;

/// The same JSON with members sorted by the bytes of their decoded names, strings decoded and written again with as few escapes
/// as can be, and no white space. Numbers stay as they were written: RFC 8785 would fold those beyond 2^53 together, and a
/// receiver that reads decimals would not. Nothing for what is no JSON, has a name twice in one object, has an escape that is no
/// Unicode text, or nests deeper than 64.
pub fn canonical(json: &str) -> Option<String> {
    serde_json::from_str::<IgnoredAny>(json).ok()?;
    let mut writer = Writer { json, at: 0, text: String::with_capacity(json.len()) };
    writer.value(0)?;
    Some(writer.text)
}

/// Walks a text that is known to be valid JSON.
struct Writer<'a> {
    json: &'a str,
    at: usize,
    text: String,
}

impl<'a> Writer<'a> {
    fn value(&mut self, depth: usize) -> Option<()> {
        self.skip_space();
        match self.peek() {
            b'{' | b'[' if depth == MOST_DEPTH => None,
            b'{' => self.object(depth + 1),
            b'[' => self.array(depth + 1),
            b'"' => {
                let text = text_of(self.string_token())?;
                self.push_string(&text)
            }
            _ => {
                let start = self.at;
                while !matches!(self.peek(), b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r' | 0) {
                    self.at += 1;
                }
                self.text.push_str(&self.json[start..self.at]);
                Some(())
            }
        }
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.at += 1;
        self.text.push('[');
        let mut is_first = true;
        while self.is_before_another(b']') {
            if !is_first {
                self.text.push(',');
            }
            is_first = false;
            self.value(depth)?;
        }
        self.text.push(']');
        Some(())
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        self.at += 1;
        self.text.push('{');
        let first = self.text.len();
        // Where each member was written, without commas.
        let mut members: Vec<(String, std::ops::Range<usize>)> = Vec::new();
        while self.is_before_another(b'}') {
            let name = text_of(self.string_token())?.into_owned();
            let start = self.text.len();
            self.push_string(&name)?;
            self.skip_space();
            self.at += 1; // the colon
            self.text.push(':');
            self.value(depth)?;
            members.push((name, start..self.text.len()));
        }
        members.sort_by(|(one, _), (other, _)| one.as_bytes().cmp(other.as_bytes()));
        if members.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return None;
        }
        let mut sorted = String::with_capacity(self.text.len() - first + members.len());
        for (number, (_, place)) in members.into_iter().enumerate() {
            if number > 0 {
                sorted.push(',');
            }
            sorted.push_str(&self.text[place]);
        }
        self.text.truncate(first);
        self.text.push_str(&sorted);
        self.text.push('}');
        Some(())
    }

    fn push_string(&mut self, text: &str) -> Option<()> {
        self.text.push_str(&serde_json::to_string(text).ok()?);
        Some(())
    }

    /// Steps over commas and white space; over `close` too, if that comes.
    fn is_before_another(&mut self, close: u8) -> bool {
        while matches!(self.peek(), b',' | b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
        let is_end = self.peek() == close || self.peek() == 0;
        self.at += usize::from(is_end);
        !is_end
    }

    fn string_token(&mut self) -> &'a str {
        let (json, start) = (self.json, self.at);
        self.at += 1;
        loop {
            match self.peek() {
                b'\\' => self.at += 2,
                b'"' | 0 => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        &json[start..self.at]
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    /// The next byte; 0, which no valid JSON holds, at the end.
    fn peek(&self) -> u8 {
        self.json.as_bytes().get(self.at).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    #[test]
    fn numbers_stay_and_names_are_sorted() {
        assert_eq!(
            canonical(" { \"b\" : [1 , 1.0,1e0, 9007199254740993 ],\n\"\\u0061\":\"\\u0041\\/\" , \"\":null} ")
                .as_deref(),
            Some(r#"{"":null,"a":"A/","b":[1,1.0,1e0,9007199254740993]}"#)
        );
        assert_ne!(canonical("9007199254740992"), canonical("9007199254740993"));
    }

    #[test]
    fn what_can_be_read_in_two_ways_has_no_canonical_form() {
        let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        for bad in
            ["", "{", "{} {}", r#"{"a":1,"\u0061":1}"#, r#"[{"x":{"a":1,"a":1}}]"#, r#""\ud800""#, "01", &deep(65)]
        {
            assert_eq!(canonical(bad), None, "{bad}");
        }
        assert_eq!(canonical(&deep(64)), Some(deep(64)));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((".{0,3}", inner), 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    /// The same value with members turned round, white space everywhere, and every character escaped.
    fn respelt(value: &Value) -> String {
        let text = |text: &str| {
            let units: String =
                text.encode_utf16().fold(String::new(), |units, unit| units + &format!("\\u{unit:04X}"));
            format!("\"{units}\"")
        };
        match value {
            Value::Array(items) => format!("[ {} ]", items.iter().map(respelt).collect::<Vec<_>>().join(" ,\n")),
            Value::Object(members) => {
                let members: Vec<_> =
                    members.iter().rev().map(|(name, value)| format!("{}\t: {}", text(name), respelt(value))).collect();
                format!(" {{\r{} }}", members.join(" , "))
            }
            Value::String(value) => text(value),
            other => other.to_string(),
        }
    }

    proptest! {
        #[test]
        fn order_space_and_escapes_do_not_matter(value in any_json()) {
            let canon = canonical(&value.to_string());
            prop_assert!(canon.is_some());
            prop_assert_eq!(&canonical(&respelt(&value)), &canon);
            prop_assert_eq!(&canonical(&canon.clone().unwrap_or_default()), &canon);
            prop_assert_eq!(serde_json::from_str::<Value>(&canon.unwrap_or_default()).unwrap(), value);
        }

        #[test]
        fn different_values_have_different_forms(one in any_json(), other in any_json()) {
            prop_assert_eq!(one == other, canonical(&one.to_string()) == canonical(&other.to_string()));
        }

        #[test]
        fn any_text_is_answered(text: String) {
            let _ = canonical(&text);
        }
    }
}
