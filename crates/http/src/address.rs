//! A parsed web address.

use crate::error::HttpError;
use keyholder_model::server::{ServerUrl, mask_query};
use std::fmt;
use std::str::FromStr;
use url::Url;

/// Where a request goes: absolute, `https` or `http`, with a host, without user info. Parsed once, sent many times.
///
/// Which addresses may really be dialled is the guard's word, when the request is made. Shown with query values hidden.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address(Url);

impl Address {
    /// Parses an address that a person, a server or an authorization server gave.
    ///
    /// # Errors
    /// [`HttpError::Address`] if it is not an absolute `http` or `https` URL with a host, or has user info.
    pub fn parse(text: &str) -> Result<Self, HttpError> {
        let shown = || text.chars().take(200).collect::<String>().escape_debug().to_string();
        let url = Url::parse(text)
            .map_err(|why| HttpError::Address(format!("\u{201c}{}\u{201d} is not a web address: {why}", shown())))?;
        Self::vet(url)
    }

    /// The address that `reference` means when it stands in a document at this one (RFC 3986 §5).
    ///
    /// # Errors
    /// As [`Address::parse`].
    pub fn join(&self, reference: &str) -> Result<Self, HttpError> {
        let url = self.0.join(reference).map_err(|why| HttpError::Address(format!("not a web address: {why}")))?;
        Self::vet(url)
    }

    /// The whole text, query values included: for comparing, not for showing.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The parsed form.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The host, as a name or a literal address.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Whether both have the same scheme, host and port (RFC 6454 §5).
    pub fn same_origin(&self, other: &Self) -> bool {
        self.0.origin() == other.0.origin()
    }

    fn vet(mut url: Url) -> Result<Self, HttpError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(HttpError::Address(format!("an address that begins with {}: cannot be fetched", url.scheme())));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(HttpError::Address("the address has no host name".to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(HttpError::Address("the address contains a user name or password".to_owned()));
        }
        url.set_fragment(None);
        Ok(Self(url))
    }
}

impl From<&ServerUrl> for Address {
    fn from(server: &ServerUrl) -> Self {
        // A server's address was vetted by stricter rules.
        Self(server.url().clone())
    }
}

impl FromStr for Address {
    type Err = HttpError;

    fn from_str(text: &str) -> Result<Self, HttpError> {
        Self::parse(text)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask_query(&self.0))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
