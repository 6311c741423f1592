//! A JSON object cut at its top level, and walks over what stands inside.

use crate::MOST_DEPTH;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The members in their order: name, and the value's exact text. Nothing where the text is no object.
pub(crate) fn of(object: &str) -> Option<Vec<(String, &str)>> {
    let mut reader = serde_json::Deserializer::from_str(object);
    let members = reader.deserialize_map(Cut).ok()?;
    reader.end().ok()?;
    Some(members)
}

/// The text of a JSON string; nothing where it is none.
pub(crate) fn text_of(json: &str) -> Option<Cow<'_, str>> {
    struct Text;
    impl<'de> Visitor<'de> for Text {
        type Value = Cow<'de, str>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text")
        }

        fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
            Ok(Cow::Borrowed(text))
        }

        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok(Cow::Owned(text.to_owned()))
        }
    }
    serde_json::Deserializer::from_str(json).deserialize_str(Text).ok()
}

/// How deep a valid JSON text nests.
pub(crate) fn depth_of(json: &str) -> usize {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Gives every text in a value, with the nearest name above it (`name` where there is none), and every name.
/// Stops at the end, or where it nests too deeply.
pub(crate) fn each_text(name: &str, json: &str, give: &mut dyn FnMut(Found<'_>)) {
    // A fault in the text ends the walk; whether the text is whole is asked elsewhere.
    let _ = Leaves { name, depth: 0, give }.deserialize(&mut serde_json::Deserializer::from_str(json));
}

/// What a walk meets.
pub(crate) enum Found<'a> {
    Name(&'a str),
    Text { name: &'a str, text: &'a str },
    Number { name: &'a str },
}

struct Cut;

impl<'de> Visitor<'de> for Cut {
    type Value = Vec<(String, &'de str)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(8);
        while let Some(name) = map.next_key::<String>()? {
            members.push((name, map.next_value::<&'de RawValue>()?.get()));
        }
        Ok(members)
    }
}

struct Leaves<'a> {
    name: &'a str,
    depth: usize,
    give: &'a mut dyn FnMut(Found<'_>),
}

impl<'de> DeserializeSeed<'de> for Leaves<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        if self.depth > MOST_DEPTH {
            return IgnoredAny::deserialize(reader).map(|_| ());
        }
        reader.deserialize_any(self)
    }
}

use serde::Deserialize as _;

impl<'de> Visitor<'de> for Leaves<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        (self.give)(Found::Number { name: self.name });
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        (self.give)(Found::Number { name: self.name });
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        (self.give)(Found::Number { name: self.name });
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        (self.give)(Found::Text { name: self.name, text });
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let depth = self.depth + 1;
        while items.next_element_seed(Leaves { name: self.name, depth, give: &mut *self.give })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let depth = self.depth + 1;
        while let Some(name) = entries.next_key::<String>()? {
            (self.give)(Found::Name(&name));
            entries.next_value_seed(Leaves { name: &name, depth, give: &mut *self.give })?;
        }
        Ok(())
    }
}
