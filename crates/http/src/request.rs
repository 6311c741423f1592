//! What is asked, and what comes back.

use crate::address::Address;
use crate::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use std::fmt;

/// One request. Its headers may hold credentials, so printing it shows their names only.
#[derive(Clone)]
pub struct Request {
    /// `GET`, `POST`, `DELETE`.
    pub method: Method,
    /// Where to.
    pub url: Address,
    /// Exactly these are sent, next to `Host`, `Content-Length`, `Accept-Encoding: gzip` and our own `User-Agent`.
    pub headers: HeaderMap,
    /// The body, sent as it is.
    pub body: Bytes,
    /// What to do when the server points elsewhere.
    pub redirects: Redirects,
}

impl Request {
    /// A `GET` without headers, which follows no redirect.
    pub fn get(url: Address) -> Self {
        Self { method: Method::GET, url, headers: HeaderMap::new(), body: Bytes::new(), redirects: Redirects::Refuse }
    }

    /// A `POST` without headers, which follows no redirect.
    pub fn post(url: Address, body: Bytes) -> Self {
        Self { method: Method::POST, url, headers: HeaderMap::new(), body, redirects: Redirects::Refuse }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.keys().map(http::HeaderName::as_str).collect();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &names)
            .field("body_bytes", &self.body.len())
            .field("redirects", &self.redirects)
            .finish()
    }
}

/// What to do with a redirect (RFC 9110 §15.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Redirects {
    /// It is an error: a body or a credential is never carried elsewhere (RFC 9700 §4.12; catalogue cases 29, 30).
    Refuse,
    /// For `GET` of a discovery document: at most three hops, each within the same origin (catalogue case 28).
    SameOrigin,
}

/// A whole answer.
#[derive(Clone)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body, decoded.
    pub body: Bytes,
    /// Where it came from in the end.
    pub url: Address,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A token endpoint's body is a secret, and so may a header be (a session id): neither is printed.
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("url", &self.url)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// An answer whose body is still coming.
pub struct Opened {
    /// The status.
    pub status: StatusCode,
    /// The header fields. May hold a session id: do not print.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("status", &self.status).finish_non_exhaustive()
    }
}
