//! How Keyholder proves at an authorization server that it is the client that it says (RFC 6749 §2.3, RFC 7523 §2.2).

use crate::form::Form;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use keyholder_http::HttpError;
use keyholder_jose::SigningKey;
use keyholder_model::clock::{Clock, Rng};
use keyholder_model::grant::Issuer;
use keyholder_secret::credential::{self, ClientAuthentication, ClientKey};
use keyholder_secret::token::Assertion;
use serde_json::json;
use std::time::Duration;
use url::form_urlencoded::byte_serialize;

/// An assertion is made for one request.
const LIFE: Duration = Duration::from_mins(1);

/// RFC 7523 §2.2.
const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Who asks, and whom.
#[derive(Clone, Copy)]
pub(crate) struct Prover<'a> {
    pub(crate) client: &'a credential::Client,
    pub(crate) issuer: &'a Issuer,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) rng: &'a dyn Rng,
}

impl Prover<'_> {
    /// Whether the client’s id stands in the proof’s header, and not in the form.
    pub(crate) fn is_in_header(&self) -> bool {
        self.client.secret.is_some() && self.client.authentication == ClientAuthentication::ClientSecretBasic
    }

    /// Adds the proof to a request.
    pub(crate) fn prove(&self, form: Form, headers: &mut HeaderMap) -> Result<Form, HttpError> {
        let client = self.client;
        Ok(match (client.authentication, &client.secret, &client.key) {
            (ClientAuthentication::ClientSecretBasic, Some(secret), _) => {
                // EXPOSE: into the Authorization header of a request to an endpoint recorded for this very client's issuer; the
                // header is marked sensitive, so no log prints it. Each half is form-encoded first (case 86).
                let pair = format!("{}:{}", encode(&client.id), encode(secret.expose()));
                let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair)))
                    .map_err(|_| HttpError::Address("the client id cannot stand in a header".to_owned()))?;
                value.set_sensitive(true);
                headers.insert(AUTHORIZATION, value);
                form
            }
            (ClientAuthentication::ClientSecretPost, Some(secret), _) => {
                // EXPOSE: into the body of a request to an endpoint recorded for this very client's issuer, over TLS.
                form.field("client_id", &client.id).field("client_secret", secret.expose())
            }
            (ClientAuthentication::PrivateKeyJwt, _, Some(key)) => {
                let assertion = self.sign(key)?;
                // EXPOSE: into the body of a request to an endpoint recorded for this very client's issuer; good for one minute
                // and for nobody else.
                form.field("client_id", &client.id)
                    .field("client_assertion_type", KIND)
                    .field("client_assertion", assertion.expose())
            }
            _ => form.field("client_id", &client.id),
        })
    }

    /// RFC 7523 §3. The audience is the issuer, which one server has and no other (draft-ietf-oauth-rfc7523bis).
    fn sign(&self, key: &ClientKey) -> Result<Assertion, HttpError> {
        let unusable = |why: String| HttpError::Address(format!("the client’s key cannot be used: {why}"));
        let signer = SigningKey::from_pem(&key.pem).map_err(|why| unusable(why.to_string()))?;
        let mut number = [0; 16];
        self.rng.fill(&mut number);
        let now = self.clock.now();
        let claims = json!({
            "iss": self.client.id,
            "sub": self.client.id,
            "aud": self.issuer.as_str(),
            "jti": URL_SAFE_NO_PAD.encode(number),
            "iat": now.as_millis() / 1000,
            "exp": now.plus(LIFE).as_millis() / 1000,
        });
        let signed = signer.sign(Some("JWT"), key.id.as_deref(), false, &claims);
        let signed = signed.ok_or_else(|| unusable("it does not sign".to_owned()))?;
        Assertion::new(signed).map_err(|why| unusable(why.to_string()))
    }
}

fn encode(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}
