//! Fetching one discovery document.

use crate::error::OauthError;
use crate::strict_json::{Object, parse_object};
use http::HeaderValue;
use http::header::ACCEPT;
use keyholder_http::{Address, Client, HttpError, Limits, Redirects, Request};

/// What stands at a well-known address.
pub(crate) enum Document {
    /// Nothing.
    Absent,
    /// A JSON object.
    Found(Object),
    /// Something that is no document; one clause says why.
    Malformed(String),
}

/// Which revision of MCP the request is made in the name of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Era {
    /// None is named.
    Any,
    /// `MCP-Protocol-Version: 2025-03-26`, whose servers may answer by it.
    March2025,
}

/// Asks for a document without any credential.
///
/// # Errors
/// What says nothing about whether the document exists: no connection, a forbidden address, 5xx, 429, 408 (A-011, case 44).
pub(crate) async fn fetch(http: &Client, url: &Address, era: Era) -> Result<Document, OauthError> {
    let mut request = Request::get(url.clone());
    request.redirects = Redirects::SameOrigin;
    request.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    if era == Era::March2025 {
        request.headers.insert("mcp-protocol-version", HeaderValue::from_static("2025-03-26"));
    }
    let response = match http.fetch(request, &Limits::METADATA).await {
        Ok(response) => response,
        Err(why @ (HttpError::TooLarge { .. } | HttpError::Encoding { .. } | HttpError::Redirected { .. })) => {
            return Ok(Document::Malformed(why.to_string()));
        }
        Err(why) => return Err(why.into()),
    };
    match response.status.as_u16() {
        200 => Ok(parse_object(&response.body).map_or_else(Document::Malformed, Document::Found)),
        status @ (408 | 429 | 500..) => Err(OauthError::Outage { host: url.host().to_owned(), status }),
        _ => Ok(Document::Absent),
    }
}
