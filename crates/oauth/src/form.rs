//! Forms posted to an authorization server, with the client's proof.

use crate::client_proof::Prover;
use crate::token_response::Refusal;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use keyholder_http::{Address, Client, HttpError, Limits, Request, Response};
use keyholder_jose::{Proven, SigningKey};
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
        self.post_bound(http, endpoint, prover, None).await
    }

    /// The same with a proof that the grant's key is here. Where the server wants its own nonce in the proof, the request is
    /// made once more: it has done nothing so far (RFC 9449 §8).
    pub(crate) async fn post_bound(
        self,
        http: &Client,
        endpoint: &str,
        prover: Prover<'_>,
        key: Option<&SigningKey>,
    ) -> Result<Response, HttpError> {
        let response = self.once(http, endpoint, prover, key, None).await?;
        match nonce_wanted(&response).filter(|_| key.is_some()) {
            Some(nonce) => self.once(http, endpoint, prover, key, Some(&nonce)).await,
            None => Ok(response),
        }
    }

    async fn once(
        &self,
        http: &Client,
        endpoint: &str,
        prover: Prover<'_>,
        key: Option<&SigningKey>,
        nonce: Option<&str>,
    ) -> Result<Response, HttpError> {
        let endpoint = Address::parse(endpoint)?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        if let Some(key) = key {
            let proven = Proven { method: "POST", target: endpoint.url(), token: None, nonce };
            let proof = key.prove(proven, prover.clock, prover.rng).and_then(|proof| proof.parse().ok());
            let proof = proof.ok_or_else(|| HttpError::Address("the grant\u{2019}s key does not sign".to_owned()))?;
            headers.insert(DPOP, proof);
        }
        let form = prover.prove(Self { text: self.text.clone() }, &mut headers)?;
        let mut request = Request::post(endpoint, Bytes::from(form.text));
        request.headers = headers;
        http.fetch(request, &LIMITS).await
    }
}

/// The nonce that a server wants in proofs, where that is why it refused.
fn nonce_wanted(response: &Response) -> Option<String> {
    let nonce = response.headers.get(DPOP_NONCE)?.to_str().ok().filter(|nonce| nonce.len() <= LONGEST_NONCE)?;
    let refused = matches!(response.status, StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED);
    let wanted = refused && Refusal::read(&response.body).is_some_and(|refusal| refusal.code == "use_dpop_nonce");
    wanted.then(|| nonce.to_owned())
}

/// RFC 9449 §4.1.
const DPOP: HeaderName = HeaderName::from_static("dpop");
/// RFC 9449 §8.1.
const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");
/// Longest nonce that is repeated, in bytes.
const LONGEST_NONCE: usize = 1 << 10;
