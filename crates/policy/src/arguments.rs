//! A call's arguments, from JSON (RFC 8259) to Cedar. The table of the mapping stands in the crate's documentation.
//!
//! One walk over the text, with bounds on depth, number of values and size. It builds Cedar's values of those members that some
//! rule reads, and for the rest only looks whether they could be built: that is all that most decisions need.

use crate::entities::NULL;
use crate::reads::Wanted;
use cedar_policy::RestrictedExpression;
use keyholder_mcp::canonical::canonical;
use keyholder_model::digest::Digest;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

/// Whether the rules could see all of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Inspection {
    Complete,
    Impossible,
}

/// Whether the arguments could be shown to a rule.
pub(crate) fn inspect(arguments: &[u8]) -> Inspection {
    if walk::<Nothing>(arguments, &Wanted::default()).is_some() { Inspection::Complete } else { Inspection::Impossible }
}

/// The wanted members of the arguments as a Cedar record; nothing where any of them are uninspectable.
pub(crate) fn to_cedar(arguments: &[u8], wanted: &Wanted) -> Option<RestrictedExpression> {
    walk::<Cedar>(arguments, wanted)
}

/// The digest of the arguments' canonical form: the same for every order of members and every layout, another for everything
/// else. Nothing where they are uninspectable.
pub fn canonical_digest(arguments: &[u8]) -> Option<String> {
    if inspect(arguments) == Inspection::Impossible {
        return None;
    }
    let text = if arguments.is_empty() { "{}" } else { std::str::from_utf8(arguments).ok()? };
    Some(Digest::of_parts(&[canonical(text).ok()?.as_bytes()]).to_string())
}

fn walk<B: Build>(arguments: &[u8], wanted: &Wanted) -> Option<B::Value> {
    if arguments.is_empty() {
        return B::record(Vec::new());
    }
    // The first byte tells whether it is an object; everything else is no set of arguments at all.
    let first = arguments.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    if arguments.len() > MOST_BYTES || first != Some(&b'{') {
        return None;
    }
    let mut left = MOST_VALUES;
    let mut json = serde_json::Deserializer::from_slice(arguments);
    let value = Node::<B> { depth: 0, left: &mut left, wanted, build: PhantomData }.deserialize(&mut json).ok()?;
    json.end().ok()?;
    Some(value)
}

/// What is made of the values on the way.
trait Build {
    type Value;
    fn boolean(value: bool) -> Self::Value;
    fn null() -> Self::Value;
    fn long(value: i64) -> Self::Value;
    fn string(value: &str) -> Self::Value;
    fn set(items: Vec<Self::Value>) -> Self::Value;
    fn record(fields: Vec<(String, Self::Value)>) -> Option<Self::Value>;
}

struct Cedar;

impl Build for Cedar {
    type Value = RestrictedExpression;

    fn boolean(value: bool) -> Self::Value {
        RestrictedExpression::new_bool(value)
    }

    fn null() -> Self::Value {
        RestrictedExpression::new_entity_uid(NULL.clone())
    }

    fn long(value: i64) -> Self::Value {
        RestrictedExpression::new_long(value)
    }

    fn string(value: &str) -> Self::Value {
        RestrictedExpression::new_string(value.to_owned())
    }

    fn set(items: Vec<Self::Value>) -> Self::Value {
        RestrictedExpression::new_set(items)
    }

    fn record(fields: Vec<(String, Self::Value)>) -> Option<Self::Value> {
        RestrictedExpression::new_record(fields).ok()
    }
}

/// Builds nothing: the walk alone is the answer.
struct Nothing;

impl Build for Nothing {
    type Value = ();
    fn boolean(_: bool) {}
    fn null() {}
    fn long(_: i64) {}
    fn string(_: &str) {}
    fn set(_: Vec<()>) {}
    fn record(_: Vec<(String, ())>) -> Option<()> {
        Some(())
    }
}

struct Node<'b, B> {
    depth: usize,
    left: &'b mut usize,
    /// The members to build.
    wanted: &'b Wanted,
    build: PhantomData<B>,
}

impl<B> Node<'_, B> {
    /// For a value inside this one, all of which is built as `C` says.
    fn inner<C>(&mut self) -> Node<'_, C> {
        Node { depth: self.depth + 1, left: self.left, wanted: &Wanted::All, build: PhantomData }
    }
}

impl<'de, B: Build> DeserializeSeed<'de> for Node<'_, B> {
    type Value = B::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<B::Value, D::Error> {
        if self.depth > MOST_DEPTH {
            return Err(D::Error::custom("nested too deeply"));
        }
        *self.left = self.left.checked_sub(1).ok_or_else(|| D::Error::custom("too many values"))?;
        deserializer.deserialize_any(self)
    }
}

impl<'de, B: Build> Visitor<'de> for Node<'_, B> {
    type Value = B::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<B::Value, E> {
        Ok(B::boolean(value))
    }

    fn visit_unit<E: Error>(self) -> Result<B::Value, E> {
        Ok(B::null())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<B::Value, E> {
        Ok(B::long(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<B::Value, E> {
        Ok(i64::try_from(value).map_or_else(|_| B::string(&value.to_string()), B::long))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<B::Value, E> {
        // `1e2` and `100.0` are the number 100 to every receiver: a rule about 100 must see them as that.
        // From 2^53 on a double stands for several whole numbers, and which of them the receiver takes is anybody's guess.
        const LIMIT: f64 = 9_007_199_254_740_992.0;
        if value.abs() >= LIMIT {
            return Err(E::custom("a number that cannot be told exactly"));
        }
        if value.fract() == 0.0 {
            #[allow(clippy::cast_possible_truncation, reason = "a whole number below 2^53, checked above")]
            return Ok(B::long(value as i64));
        }
        serde_json::Number::from_f64(value)
            .map(|number| B::string(&number.to_string()))
            .ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<B::Value, E> {
        Ok(B::string(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<B::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(item) = items.next_element_seed(self.inner::<B>())? {
            found.push(item);
        }
        Ok(B::set(found))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<B::Value, A::Error> {
        let (mut names, mut fields) = (HashSet::new(), Vec::new());
        while let Some(name) = entries.next_key::<String>()? {
            if self.wanted.has(&name) {
                let value = entries.next_value_seed(self.inner::<B>())?;
                fields.push((name.clone(), value));
            } else {
                entries.next_value_seed(self.inner::<Nothing>())?;
            }
            // Which of two values a receiver takes is anybody's guess (RFC 8259 §4): rules would see another call than it does.
            if !names.insert(name) {
                return Err(A::Error::custom("a key is repeated"));
            }
        }
        B::record(fields).ok_or_else(|| A::Error::custom("no record"))
    }
}

const MOST_BYTES: usize = 4 << 20;
const MOST_DEPTH: usize = 32;
const MOST_VALUES: usize = 10_000;
