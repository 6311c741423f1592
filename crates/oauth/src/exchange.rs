//! A sign-in at an organisation, turned into what one server's authorization server takes: the organisation's word for this
//! person, this client and this resource (ID-JAG, draft-ietf-oauth-identity-assertion-authz-grant, by way of RFC 8693).
//!
//! The word is for one authorization server, is used once, and is kept nowhere.

use crate::client_proof::Prover;
use crate::error::OauthError;
use crate::form::Form;
use crate::registration;
use crate::server_metadata::{self, ServerMetadata};
use crate::settings::{ClientSettings, GrantKind};
use crate::strict_json::{self, Object, parse_object};
use crate::token_response::{Refusal, refused};
use crate::untrusted::clip;
use crate::vetted_url::Loopback;
use http::StatusCode;
use keyholder_http::Client;
use keyholder_model::clock::{Clock, Rng};
use keyholder_model::grant::{Issuer, ScopeSet};
use keyholder_model::server::{ResourceUri, is_loopback};
use keyholder_secret::credential;
use keyholder_secret::token::Assertion;
use serde_json::Value;
use url::Url;

const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
/// The type of the organisation's word.
pub(crate) const ID_JAG: &str = "urn:ietf:params:oauth:token-type:id-jag";
/// What an authorization server says that takes such a word.
pub(crate) const PROFILE: &str = "urn:ietf:params:oauth:grant-profile:id-jag";

/// The authorization server of an organisation, at which its people sign in.
#[derive(Debug)]
pub struct IdentityProvider {
    metadata: ServerMetadata,
    client: credential::Client,
}

/// What the organisation is to vouch for.
#[derive(Clone, Copy, Debug)]
pub struct Audience<'a> {
    /// The server's authorization server, as it was found and validated.
    pub issuer: &'a Issuer,
    /// The server.
    pub resource: &'a ResourceUri,
    /// What would be asked for there.
    pub scopes: Option<&'a ScopeSet>,
}

impl IdentityProvider {
    /// Asks an organisation's authorization server about itself. Sends no credential. Who it is comes from the person's or their
    /// administrator's settings, never from a server.
    ///
    /// # Errors
    /// [`OauthError::ServerMetadata`] where it does not vouch for anybody in this way; [`OauthError::Setting`], and outages.
    pub async fn find(http: &Client, issuer: &Issuer, settings: &ClientSettings) -> Result<Self, OauthError> {
        let here = Url::parse(issuer.as_str()).is_ok_and(|url| is_loopback(&url));
        let loopback = if here { Loopback::Allowed } else { Loopback::Refused };
        let metadata = server_metadata::find(http, issuer, GrantKind::TokenExchange, loopback).await?;
        let (_, client) = registration::choose(&metadata, settings)?;
        let client = client.ok_or_else(|| OauthError::CannotRegister { issuer: issuer.clone() })?;
        Ok(Self { metadata, client })
    }

    /// Exchanges the person's ID token for the organisation's word to one authorization server (RFC 8693 §2.1).
    ///
    /// # Errors
    /// [`OauthError::Denied`] and [`OauthError::Refused`] where the organisation does not let this person there;
    /// [`OauthError::TokenResponse`] if what comes is something else than such a word; and outages.
    pub async fn vouch(
        &self,
        http: &Client,
        clock: &dyn Clock,
        rng: &dyn Rng,
        id_token: &Assertion,
        audience: Audience<'_>,
    ) -> Result<Assertion, OauthError> {
        let scopes = audience.scopes.filter(|scopes| !scopes.is_empty()).map(ToString::to_string);
        let form = Form::new()
            .field("grant_type", GrantKind::TokenExchange.as_str())
            .field("requested_token_type", ID_JAG)
            .field("audience", audience.issuer.as_str())
            .field("resource", audience.resource.as_str())
            .optional("scope", scopes.as_deref())
            // EXPOSE: into the body of a request to the token endpoint of the organisation that issued it.
            .field("subject_token", id_token.expose())
            .field("subject_token_type", ID_TOKEN);
        let issuer = &self.metadata.issuer;
        let prover = Prover { client: &self.client, issuer, clock, rng };
        let response = form.post(http, &self.metadata.token_endpoint, prover).await?;
        if response.status != StatusCode::OK {
            return Err(refused(&response, issuer));
        }
        let unusable = |why: String| OauthError::TokenResponse { issuer: issuer.clone(), why };
        let object = parse_object(&response.body).map_err(unusable)?;
        if let Some(Refusal { code, detail }) = Refusal::of(&object).filter(|_| !object.contains_key("access_token")) {
            return Err(OauthError::of_refusal(issuer, code, detail));
        }
        read(object).map_err(unusable)
    }
}

/// RFC 8693 §2.2.1. It is called an access token there, and is none: that it is what was asked for is looked at first.
fn read(mut object: Object) -> Result<Assertion, String> {
    match strict_json::text(&object, "issued_token_type") {
        Some(ID_JAG) => {}
        Some(other) => return Err(format!("it is of the type \u{201c}{}\u{201d}", clip(other))),
        None => return Err("\u{201c}issued_token_type\u{201d} is missing".to_owned()),
    }
    match strict_json::text(&object, "token_type") {
        Some(kind) if kind.eq_ignore_ascii_case("n_a") => {}
        Some(kind) => return Err(format!("it is of the kind \u{201c}{}\u{201d}", clip(kind))),
        None => return Err("\u{201c}token_type\u{201d} is missing".to_owned()),
    }
    match object.remove("access_token") {
        Some(Value::String(text)) => Assertion::new(text).map_err(|why| why.to_string()),
        _ => Err("\u{201c}access_token\u{201d} is missing".to_owned()),
    }
}
