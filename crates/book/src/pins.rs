//! Which definitions the person agreed to.

use crate::book::Book;
use crate::text;
use keyholder_model::digest::Digest;
use keyholder_model::server::{Account, ServerUrl};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The definitions of one account at one address.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Pins {
    /// By kind and name, such as `tool send_message`.
    named: BTreeMap<String, Pin>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Pin {
    #[serde(with = "text::digest")]
    digest: Digest,
    stand: Decided,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decided {
    Admitted,
    /// Not this one; an earlier one of the name may have been.
    Refused {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        admitted: Option<Earlier>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Earlier(#[serde(with = "text::digest")] Digest);

/// How a definition stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stand {
    /// The person agreed to exactly this.
    Admitted,
    /// They agreed to another of this name.
    Changed,
    /// Nobody agreed to any of this name.
    New,
    /// They said no to exactly this.
    Refused,
}

/// One account at one address.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The address.
    pub url: &'a ServerUrl,
    /// The account.
    pub account: &'a Account,
}

/// The key of a place: an address has no space in it.
pub fn place_key(place: Place<'_>) -> String {
    format!("{} {}", place.url, place.account)
}

impl Book {
    /// Whether any definition of this place was ever agreed to. Where none was, what is listed first is agreed to with the
    /// connection itself; never again after that.
    pub fn is_established(&self, place: Place<'_>) -> bool {
        self.pins.contains_key(&place_key(place))
    }

    /// Agrees to all that a place lists at its connecting.
    pub fn establish(&mut self, place: Place<'_>, listed: impl IntoIterator<Item = (String, Digest)>) {
        let named = listed.into_iter().map(|(name, digest)| (name, Pin { digest, stand: Decided::Admitted })).collect();
        self.pins.insert(place_key(place), Pins { named });
    }

    /// How a definition stands.
    pub fn stand(&self, place: Place<'_>, name: &str, digest: &Digest) -> Stand {
        let Some(pin) = self.pins.get(&place_key(place)).and_then(|pins| pins.named.get(name)) else {
            return Stand::New;
        };
        match pin.stand {
            Decided::Admitted if pin.digest == *digest => Stand::Admitted,
            Decided::Refused { admitted: Some(Earlier(earlier)) } if earlier == *digest => Stand::Admitted,
            Decided::Refused { .. } if pin.digest == *digest => Stand::Refused,
            Decided::Refused { admitted: None } => Stand::New,
            Decided::Admitted | Decided::Refused { admitted: Some(_) } => Stand::Changed,
        }
    }

    /// The digest of the definition of this name that the person agreed to.
    pub fn admitted(&self, place: Place<'_>, name: &str) -> Option<Digest> {
        let pin = self.pins.get(&place_key(place))?.named.get(name)?;
        match pin.stand {
            Decided::Admitted => Some(pin.digest),
            Decided::Refused { admitted } => admitted.map(|earlier| earlier.0),
        }
    }

    /// Agrees to one definition.
    pub fn admit(&mut self, place: Place<'_>, name: &str, digest: Digest) {
        let pins = self.pins.entry(place_key(place)).or_default();
        pins.named.insert(name.to_owned(), Pin { digest, stand: Decided::Admitted });
    }

    /// Says no to one definition: it is not asked about again. One that was agreed to before stays so.
    pub fn refuse(&mut self, place: Place<'_>, name: &str, digest: Digest) {
        let pins = self.pins.entry(place_key(place)).or_default();
        let admitted = pins.named.get(name).and_then(|pin| match pin.stand {
            Decided::Admitted => Some(Earlier(pin.digest)),
            Decided::Refused { admitted } => admitted,
        });
        // No to what was agreed to takes the agreement back.
        let admitted = admitted.filter(|earlier| earlier.0 != digest);
        pins.named.insert(name.to_owned(), Pin { digest, stand: Decided::Refused { admitted } });
    }

    /// Forgets a place: it is connected anew, with a new consent.
    pub fn forget_place(&mut self, place: Place<'_>) {
        self.pins.remove(&place_key(place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(text: &str) -> Digest {
        Digest::of_parts(&[text.as_bytes()])
    }

    #[test]
    fn only_what_was_agreed_to_is_admitted() {
        let (url, account) = ("https://mcp.example/".parse().unwrap(), Account::default());
        let place = Place { url: &url, account: &account };
        let mut book = Book::default();
        assert!(!book.is_established(place));
        assert_eq!(book.stand(place, "tool a", &digest("a")), Stand::New);
        book.establish(place, [("tool a".to_owned(), digest("a"))]);
        assert_eq!(book.stand(place, "tool a", &digest("a")), Stand::Admitted);
        assert_eq!(book.stand(place, "tool a", &digest("a2")), Stand::Changed);
        assert_eq!(book.stand(place, "prompt a", &digest("a")), Stand::New);
        let other = "work".parse().unwrap();
        assert_eq!(book.stand(Place { url: &url, account: &other }, "tool a", &digest("a")), Stand::New);
    }

    #[test]
    fn a_no_is_remembered_and_what_was_agreed_to_before_stays() {
        let (url, account) = ("https://mcp.example/".parse().unwrap(), Account::default());
        let place = Place { url: &url, account: &account };
        let mut book = Book::default();
        book.establish(place, [("tool a".to_owned(), digest("a"))]);
        book.refuse(place, "tool a", digest("a2"));
        assert_eq!(book.stand(place, "tool a", &digest("a2")), Stand::Refused);
        assert_eq!(book.stand(place, "tool a", &digest("a")), Stand::Admitted, "the server went back");
        assert_eq!(book.stand(place, "tool a", &digest("a3")), Stand::Changed);
        book.refuse(place, "tool a", digest("a"));
        assert_eq!(book.stand(place, "tool a", &digest("a")), Stand::Refused);
        book.refuse(place, "tool b", digest("b"));
        assert_eq!(book.stand(place, "tool b", &digest("b2")), Stand::New);
        book.admit(place, "tool a", digest("a2"));
        assert_eq!(book.stand(place, "tool a", &digest("a2")), Stand::Admitted);
    }

    #[test]
    fn an_empty_baseline_is_a_baseline() {
        let (url, account) = ("https://mcp.example/".parse().unwrap(), Account::default());
        let place = Place { url: &url, account: &account };
        let mut book = Book::default();
        book.establish(place, []);
        assert!(book.is_established(place));
        assert_eq!(book.stand(place, "tool a", &digest("a")), Stand::New);
    }
}
