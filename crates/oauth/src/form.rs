//! Forms posted to an authorization server, with the client's proof.

use crate::client_proof::Prover;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use keyholder_http::{Address, Client, HttpError, Limits, Request, Response};
use url::form_urlencoded::Serializer;

/// Answers of these endpoints are small (catalogue case 62).
pub(crate) const LIMITS: Limits = Limits { body: 256 << 10, ..Limits::TOKEN };

/// A form that is being filled in.
pub(crate) struct Form {
    /// Form-encoded so far (WHATWG URL, application/x-www-form-urlencoded).
    text: String,
}

impl Form {
    pub(crate) fn new() -> Self {
        Self { text: String::new() }
    }

    pub(crate) fn field(mut self, name: &str, value: &str) -> Self {
        self.text = Serializer::new(self.text).append_pair(name, value).finish();
        self
    }

    pub(crate) fn optional(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.field(name, value),
            None => self,
        }
    }

    /// Adds the client's proof and posts the form. No redirect is followed: a code or token is never carried on (case 29).
    pub(crate) async fn post(self, http: &Client, endpoint: &str, prover: Prover<'_>) -> Result<Response, HttpError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        let form = prover.prove(self, &mut headers)?;
        let mut request = Request::post(Address::parse(endpoint)?, Bytes::from(form.text));
        request.headers = headers;
        http.fetch(request, &LIMITS).await
    }
}
