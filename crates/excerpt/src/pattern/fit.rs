//! Whether a call fits bounds, exactly as the rules' engine would say.

use crate::MOST_BYTES;
use crate::preview::MARK;
use keyholder_model::bound::{Bound, BoundTo};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Whether a call with these arguments fits all of the bounds. An argument that is missing fits no bound.
///
/// The arguments may be a [preview](crate::preview). Nothing where it cannot be told: they are no whole JSON object, have a name
/// twice, hide what is asked for, or are such that the engine reads none of them (deeper than 32, more than 10 000 values).
///
/// Equality is the engine's: typed, so that `"1"` is not 1; `1e0` and `1.0` are 1; a number that is not whole, or beyond 64 bits,
/// is the text of its shortest form. A prefix compares texts only, letter by letter;
/// that of a path or an address fits nothing that leads elsewhere by `..`.
pub fn matches(bounds: &[Bound], arguments: &str) -> Option<bool> {
    if arguments.is_empty() {
        return Some(bounds.is_empty());
    }
    if arguments.len() > MOST_BYTES || !arguments.trim_ascii_start().starts_with('{') {
        return None;
    }
    let wanted: BTreeSet<&str> = bounds.iter().map(|bound| bound.argument.as_str()).collect();
    let mut found = Top { values: BTreeMap::new(), hides_names: false };
    let mut left = MOST_VALUES;
    let mut reader = serde_json::Deserializer::from_str(arguments);
    Node { depth: 0, left: &mut left, top: Some((&wanted, &mut found)) }.deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    let mut is_unknown = false;
    for bound in bounds {
        match found.values.get(bound.argument.as_str()) {
            None if found.hides_names => is_unknown = true,
            None => return Some(false),
            Some(value) => match value.fits(&bound.to) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => is_unknown = true,
            },
        }
    }
    if is_unknown { None } else { Some(true) }
}

/// A value as the engine knows it.
enum Value {
    Flag(bool),
    Other,
    Text(String),
    Whole(i64),
}

impl Value {
    fn fits(&self, to: &BoundTo) -> Option<bool> {
        match (self, to) {
            (Self::Flag(value), BoundTo::Flag(wanted)) => Some(value == wanted),
            (Self::Whole(value), BoundTo::Whole(wanted)) => Some(value == wanted),
            (Self::Text(value), BoundTo::Text(_) | BoundTo::Prefix(_)) => text_fits(value, to),
            // Whatever is hidden in it, it is no text.
            _ => Some(false),
        }
    }
}

fn text_fits(value: &str, to: &BoundTo) -> Option<bool> {
    let Some(mark) = value.find(MARK) else {
        return Some(match to {
            BoundTo::Prefix(wanted) => begins(value, wanted) && !leads_elsewhere(value, wanted),
            BoundTo::Text(wanted) => value == wanted,
            BoundTo::Flag(_) | BoundTo::Whole(_) => false,
        });
    };
    // What stands before the first mark is as it was; the rest could be anything, the mark itself included.
    let known = &value[..mark];
    match to {
        BoundTo::Prefix(wanted) if leads_elsewhere(known, wanted) => Some(false),
        // Nothing that is hidden could lead elsewhere.
        BoundTo::Prefix(wanted) if begins(known, wanted) && !is_place(wanted) => Some(true),
        BoundTo::Prefix(wanted) if begins(known, wanted) => None,
        BoundTo::Prefix(wanted) | BoundTo::Text(wanted) if !wanted.starts_with(known) => Some(false),
        _ => None,
    }
}

/// As a rule has it: an address without a path is the whole host, not the beginning of another.
fn begins(value: &str, prefix: &str) -> bool {
    match prefix.split_once("://") {
        Some((_, authority)) if !authority.contains('/') => {
            value.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
        _ => value.starts_with(prefix),
    }
}

/// `/srv/../etc` begins with `/srv/` and leads elsewhere.
fn leads_elsewhere(value: &str, prefix: &str) -> bool {
    is_place(prefix) && ["..", "%2e", "%2E"].iter().any(|part| value.contains(part))
}

/// Whether it is the beginning of a path or an address.
fn is_place(prefix: &str) -> bool {
    prefix.contains(['/', '\\'])
}

/// What was found at the top.
struct Top {
    values: BTreeMap<String, Value>,
    hides_names: bool,
}

/// The walk of `keyholder-policy`, with its bounds: what it refuses to read is not told here either.
struct Node<'b> {
    depth: usize,
    left: &'b mut usize,
    top: Option<(&'b BTreeSet<&'b str>, &'b mut Top)>,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        if self.depth > MOST_DEPTH {
            return Err(D::Error::custom("nested too deeply"));
        }
        *self.left = self.left.checked_sub(1).ok_or_else(|| D::Error::custom("too many values"))?;
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Flag(value))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Whole(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(i64::try_from(value).map_or_else(|_| Value::Text(value.to_string()), Value::Whole))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        const LIMIT: f64 = 9_223_372_036_854_775_808.0;
        if value.fract() == 0.0 && (-LIMIT..LIMIT).contains(&value) {
            #[allow(clippy::cast_possible_truncation, reason = "a whole number within 64 bits, checked above")]
            return Ok(Value::Whole(value as i64));
        }
        let number = serde_json::Number::from_f64(value).ok_or_else(|| E::custom("not a number"))?;
        Ok(Value::Text(number.to_string()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let Node { depth, left, .. } = self;
        while items.next_element_seed(Node { depth: depth + 1, left: &mut *left, top: None })?.is_some() {}
        Ok(Value::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let Node { depth, left, mut top } = self;
        let mut names = BTreeSet::new();
        while let Some(name) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(Node { depth: depth + 1, left: &mut *left, top: None })?;
            if let Some((wanted, found)) = &mut top {
                found.hides_names |= name.contains(MARK);
                if wanted.contains(name.as_str()) {
                    found.values.insert(name.clone(), value);
                }
            }
            if !names.insert(name) {
                return Err(A::Error::custom("a key is repeated"));
            }
        }
        Ok(Value::Other)
    }
}

const MOST_DEPTH: usize = 32;
const MOST_VALUES: usize = 10_000;
