//! A credential as the bytes of a keychain item: versioned JSON, wiped when dropped.
//!
//! The secret types cannot be serialised on purpose; this private mirror is the one place where they are, and its bytes go to the
//! keychain (or into a sealed file) and nowhere else. UTF-8, because KDE's wallet keeps nothing else.

use crate::error::VaultError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use keyholder_model::clock::Timestamp;
use keyholder_model::digest::Digest;
use keyholder_secret::credential::{Client, ClientAuthentication, ClientKey, Credential, Management, Renewal, Tokens};
use keyholder_secret::token::{AccessToken, ClientSecret, PrivateKey, RefreshToken, RegistrationToken};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt::Display;
use zeroize::Zeroizing;

/// The version that this program writes, and the newest that it reads.
const VERSION: u32 = 1;

/// What an item of a grant holds.
pub(crate) enum Record {
    /// The credential itself.
    Credential(Box<Credential>),
    /// The digest of the sealed file that holds it.
    Sealed(Digest),
}

/// What the item of the rule book holds.
pub(crate) enum Book {
    /// The book itself.
    Here(Zeroizing<Vec<u8>>),
    /// The digest of the sealed file that is the book.
    Sealed(Digest),
}

/// The account name of the rule book's item. No grant id is spelt like it.
pub(crate) const BOOK_ITEM: &str = "rule-book";

/// A text that is wiped when it is dropped.
struct Text<'a>(Cow<'a, str>);

impl Drop for Text<'_> {
    fn drop(&mut self) {
        if let Cow::Owned(text) = &mut self.0 {
            zeroize::Zeroize::zeroize(text);
        }
    }
}

impl Text<'_> {
    fn take(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.clone().into_owned())
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text<'_> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Cow::Owned(text)))
    }
}

#[derive(Serialize, Deserialize)]
struct Version {
    v: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BookMirror<'a> {
    v: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
    /// Base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    book: Option<Text<'a>>,
}

#[derive(Serialize, Deserialize)]
struct Mirror<'a> {
    v: u32,
    issuer: String,
    resource: String,
    token_endpoint: String,
    revocation_endpoint: Option<String>,
    sends_resource: bool,
    client_id: String,
    client_secret: Option<Text<'a>>,
    /// A PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_key: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_key_id: Option<String>,
    authentication: String,
    management_uri: Option<String>,
    management_token: Option<Text<'a>>,
    access: Text<'a>,
    refresh: Option<Text<'a>>,
    /// Milliseconds since 1970, UTC.
    expires: Option<i64>,
    scopes: String,
    /// A PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dpop_key: Option<Text<'a>>,
    /// A grant type; the refresh token's where nothing stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    renewal: Option<String>,
}

/// The credential as bytes.
pub(crate) fn write(credential: &Credential) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let client = &credential.client;
    // EXPOSE: all secrets of the grant, borrowed into the mirror and from there into a buffer that is wiped; the caller gives it
    // to the keychain, or seals it.
    let mirror = Mirror {
        v: VERSION,
        issuer: credential.issuer.to_string(),
        resource: credential.resource.to_string(),
        token_endpoint: credential.token_endpoint.clone(),
        revocation_endpoint: credential.revocation_endpoint.clone(),
        sends_resource: credential.sends_resource,
        client_id: client.id.clone(),
        client_secret: client.secret.as_ref().map(|secret| Text(Cow::Borrowed(secret.expose()))),
        client_key: client.key.as_ref().map(|key| Text(Cow::Borrowed(key.pem.expose()))),
        client_key_id: client.key.as_ref().and_then(|key| key.id.clone()),
        authentication: client.authentication.as_str().to_owned(),
        management_uri: client.management.as_ref().map(|management| management.uri.clone()),
        management_token: client.management.as_ref().map(|it| Text(Cow::Borrowed(it.token.expose()))),
        access: Text(Cow::Borrowed(credential.tokens.access.expose())),
        refresh: credential.tokens.refresh.as_ref().map(|token| Text(Cow::Borrowed(token.expose()))),
        expires: credential.tokens.expires.map(Timestamp::as_millis),
        scopes: credential.tokens.scopes.to_string(),
        dpop_key: credential.dpop_key.as_ref().map(|key| Text(Cow::Borrowed(key.expose()))),
        renewal: (credential.renewal != Renewal::RefreshToken).then(|| credential.renewal.as_str().to_owned()),
    };
    // A buffer that had to grow would leave copies behind: measured first, then filled.
    let mut size = Size(0);
    serde_json::to_writer(&mut size, &mirror).map_err(|why| unwritable(&why))?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(size.0));
    serde_json::to_writer(&mut *bytes, &mirror).map_err(|why| unwritable(&why))?;
    Ok(bytes)
}

/// The item that stands for a sealed file.
pub(crate) fn write_marker(digest: &Digest) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let marker = Version { v: VERSION, sealed: Some(digest.to_string()) };
    serde_json::to_vec(&marker).map(Zeroizing::new).map_err(|why| unwritable(&why))
}

/// The rule book as its item.
pub(crate) fn write_book(book: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let text = Text(Cow::Owned(STANDARD.encode(book)));
    let mut item = Zeroizing::new(Vec::with_capacity(text.0.len() + 32));
    serde_json::to_writer(&mut *item, &BookMirror { v: VERSION, sealed: None, book: Some(text) })
        .map_err(|why| unwritable(&why))?;
    Ok(item)
}

/// Reads the rule book's item back.
///
/// # Errors
/// [`VaultError::Damaged`] if it is none, or one of a newer version.
pub(crate) fn read_book(bytes: &[u8]) -> Result<Book, VaultError> {
    let damaged = |fault: &str| damaged(BOOK_ITEM, fault);
    let version: Version = serde_json::from_slice(bytes).map_err(|_| damaged("it is not a rule book of Keyholder"))?;
    if version.v != VERSION {
        return Err(damaged("its version is unknown to this Keyholder; it may be of a newer one"));
    }
    let mirror: BookMirror<'_> = serde_json::from_slice(bytes).map_err(|_| damaged("its item is unreadable"))?;
    match (&mirror.book, &mirror.sealed) {
        (Some(book), None) => STANDARD
            .decode(book.0.as_bytes())
            .map(|book| Book::Here(Zeroizing::new(book)))
            .map_err(|_| damaged("its item is unreadable")),
        (None, Some(digest)) => {
            Digest::parse_hex(digest).map(Book::Sealed).ok_or_else(|| damaged("its digest is unreadable"))
        }
        _ => Err(damaged("its item is unreadable")),
    }
}

/// Reads an item back.
///
/// # Errors
/// [`VaultError::Damaged`] naming `item` if it is no record, or one of a newer version.
pub(crate) fn read(item: &str, bytes: &[u8]) -> Result<Record, VaultError> {
    let version: Version =
        serde_json::from_slice(bytes).map_err(|_| damaged(item, "it is not a record of Keyholder"))?;
    if version.v != VERSION {
        return Err(damaged(
            item,
            format!("version {} is unknown to this Keyholder; it may be of a newer one", version.v),
        ));
    }
    if let Some(digest) = version.sealed {
        let digest = Digest::parse_hex(&digest).ok_or_else(|| damaged(item, "its digest is unreadable"))?;
        return Ok(Record::Sealed(digest));
    }
    // The parser's own message could repeat a part of a value.
    let mirror: Mirror<'_> =
        serde_json::from_slice(bytes).map_err(|_| damaged(item, "a part of it is missing or of the wrong kind"))?;
    restore(mirror)
        .map(|credential| Record::Credential(Box::new(credential)))
        .map_err(|part| damaged(item, format!("its {part} is unusable")))
}

/// The mirror as a credential, each value checked again; else the part that is wrong.
fn restore(mirror: Mirror<'_>) -> Result<Credential, &'static str> {
    let authentication = ClientAuthentication::ALL
        .into_iter()
        .find(|kind| kind.as_str() == mirror.authentication)
        .ok_or("client authentication")?;
    let management = match (mirror.management_uri, &mirror.management_token) {
        (Some(uri), Some(token)) => {
            Some(Management { uri, token: RegistrationToken::new(token.take()).map_err(|_| "registration token")? })
        }
        (None, None) => None,
        _ => return Err("client registration"),
    };
    let renewal = match &mirror.renewal {
        None => Renewal::RefreshToken,
        Some(name) => Renewal::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or("way to be renewed")?,
    };
    let key = mirror.client_key.as_ref().map(|text| PrivateKey::new(text.take())).transpose();
    let key = key.map_err(|_| "client key")?.map(|pem| ClientKey { pem, id: mirror.client_key_id });
    let secret = mirror.client_secret.as_ref().map(|text| ClientSecret::new(text.take())).transpose();
    let refresh = mirror.refresh.as_ref().map(|text| RefreshToken::new(text.take())).transpose();
    let dpop_key = mirror.dpop_key.as_ref().map(|text| PrivateKey::new(text.take())).transpose();
    Ok(Credential {
        issuer: mirror.issuer.parse().map_err(|_| "issuer")?,
        resource: mirror.resource.parse().map_err(|_| "resource")?,
        token_endpoint: mirror.token_endpoint,
        revocation_endpoint: mirror.revocation_endpoint,
        sends_resource: mirror.sends_resource,
        client: Client {
            id: mirror.client_id,
            secret: secret.map_err(|_| "client secret")?,
            key,
            authentication,
            management,
        },
        tokens: Tokens {
            access: AccessToken::new(mirror.access.take()).map_err(|_| "access token")?,
            refresh: refresh.map_err(|_| "refresh token")?,
            expires: mirror.expires.map(Timestamp::from_millis),
            scopes: mirror.scopes.parse().map_err(|_| "list of scopes")?,
        },
        renewal,
        dpop_key: dpop_key.map_err(|_| "key of the grant")?,
    })
}

/// Counts what would be written.
struct Size(usize);

impl std::io::Write for Size {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The error for an item that cannot be used.
pub(crate) fn damaged(item: &str, fault: impl Display) -> VaultError {
    VaultError::Damaged { item: item.to_owned(), fault: fault.to_string() }
}

fn unwritable(why: &serde_json::Error) -> VaultError {
    VaultError::Refused { act: "write a record", why: why.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::credential;

    #[test]
    fn a_record_reads_back_as_it_was() {
        let bytes = write(&credential("x")).unwrap();
        let Record::Credential(read_back) = read("item", &bytes).unwrap() else { panic!("a marker") };
        assert_eq!(write(&read_back).unwrap(), bytes);
    }

    #[test]
    fn what_is_no_record_is_refused_without_repeating_it() {
        let good = String::from_utf8(write(&credential("x")).unwrap().to_vec()).unwrap();
        let bad = [
            String::new(),
            "KHCANARY".to_owned(),
            good[..good.len() / 2].to_owned(),
            good.replace("\"v\":1", "\"v\":2"),
            good.replace("https://as.example", "http://as.example"),
            good.replace("KHCANARY-access", "KHCANARY\\naccess"),
            r#"{"v":1,"sealed":"KHCANARY"}"#.to_owned(),
        ];
        for bytes in bad {
            let why = read("item", bytes.as_bytes()).err().unwrap_or_else(|| panic!("accepted {bytes}"));
            assert!(matches!(why, VaultError::Damaged { .. }));
            assert!(!why.to_string().contains("KHCANARY"), "{why}");
        }
    }

    #[test]
    fn a_rule_book_reads_back_and_nothing_else_is_one() {
        for book in [&b""[..], b"rules", &[0, 0xff, b'"']] {
            let item = write_book(book).unwrap();
            assert!(std::str::from_utf8(&item).is_ok(), "some keychains keep text alone");
            let Book::Here(read_back) = read_book(&item).unwrap() else { panic!("a marker") };
            assert_eq!(read_back.as_slice(), book);
        }
        let digest = Digest::of_parts(&[b"x"]);
        assert!(matches!(read_book(&write_marker(&digest).unwrap()), Ok(Book::Sealed(found)) if found == digest));
        let both = format!(r#"{{"v":1,"book":"","sealed":"{digest}"}}"#);
        let credential = write(&credential("x")).unwrap();
        for bad in [
            &credential[..],
            both.as_bytes(),
            b"",
            br#"{"v":1}"#,
            br#"{"v":1,"book":"%"}"#,
            br#"{"v":2,"book":""}"#,
            br#"{"v":1,"sealed":"x"}"#,
            br#"{"v":1,"book":"","more":1}"#,
        ] {
            assert!(matches!(read_book(bad), Err(VaultError::Damaged { .. })));
        }
    }

    #[test]
    fn a_record_of_a_newer_version_is_named_as_such() {
        let why = read("item", br#"{"v":2,"anything":[]}"#).err().unwrap();
        assert!(why.to_string().contains("newer"), "{why}");
    }
}
