//! Forms posted to an authorization server, with the client's proof (RFC 6749 §2.3.1).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use keyholder_http::{Address, Client, HttpError, Limits, Request, Response};
use keyholder_secret::credential::{self, ClientAuthentication};
use url::form_urlencoded::{Serializer, byte_serialize};

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
    pub(crate) async fn post(
        self,
        http: &Client,
        endpoint: &str,
        client: &credential::Client,
    ) -> Result<Response, HttpError> {
        let (mut form, mut headers) = (self, HeaderMap::new());
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        match (client.authentication, &client.secret) {
            (ClientAuthentication::ClientSecretBasic, Some(secret)) => {
                // EXPOSE: into the Authorization header of a request to an endpoint recorded for this very client's issuer; the
                // header is marked sensitive, so no log prints it. Each half is form-encoded first (case 86).
                let pair = format!("{}:{}", encode(&client.id), encode(secret.expose()));
                let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair)))
                    .map_err(|_| HttpError::Address("the client id cannot stand in a header".to_owned()))?;
                value.set_sensitive(true);
                headers.insert(AUTHORIZATION, value);
            }
            (ClientAuthentication::ClientSecretPost, Some(secret)) => {
                // EXPOSE: into the body of a request to an endpoint recorded for this very client's issuer, over TLS.
                form = form.field("client_id", &client.id).field("client_secret", secret.expose());
            }
            (_, None) | (ClientAuthentication::None, _) => form = form.field("client_id", &client.id),
        }
        let mut request = Request::post(Address::parse(endpoint)?, Bytes::from(form.text));
        request.headers = headers;
        http.fetch(request, &LIMITS).await
    }
}

fn encode(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}
