//! Tokens without a person: a client that asks for itself (RFC 6749 §4.4), and one that brings somebody's word (RFC 7523 §2.1).
//!
//! No browser, no code and no registration: whoever runs the authorization server has made the client known. Each request is made
//! once, and one that fails is not tried in another way.

use crate::client_proof::Prover;
use crate::discovery::Discovery;
use crate::error::{OauthError, RefreshError};
use crate::form::Form;
use crate::refresh::renew;
use crate::token_response;
use keyholder_http::Client;
use keyholder_model::clock::{Clock, Rng};
use keyholder_model::grant::ScopeSet;
use keyholder_secret::credential::{Credential, Renewal, Tokens};
use keyholder_secret::token::Assertion;

/// What a machine asks with.
#[derive(Clone, Copy, Debug)]
pub enum MachineGrant<'a> {
    /// Its own proof as a client.
    ClientCredentials,
    /// An assertion of the platform on which it runs, or of an organisation; used once.
    JwtBearer(&'a Assertion),
}

impl MachineGrant<'_> {
    const fn renewal(self) -> Renewal {
        match self {
            Self::ClientCredentials => Renewal::ClientCredentials,
            Self::JwtBearer(_) => Renewal::Assertion,
        }
    }

    fn form(self, scopes: Option<&ScopeSet>, resource: Option<&str>) -> Form {
        let scopes = scopes.filter(|scopes| !scopes.is_empty()).map(ToString::to_string);
        let form = Form::new().field("grant_type", self.renewal().as_str());
        let form = match self {
            Self::ClientCredentials => form,
            // EXPOSE: into the body of a request to the token endpoint of the issuer that the person consented to.
            Self::JwtBearer(assertion) => form.field("assertion", assertion.expose()),
        };
        form.optional("scope", scopes.as_deref()).optional("resource", resource)
    }
}

impl Discovery {
    /// Asks for tokens. To be called after consent.
    ///
    /// # Errors
    /// [`OauthError::CannotRegister`] where no client is known; [`OauthError::Denied`], [`OauthError::Refused`],
    /// [`OauthError::ClientUnknown`], [`OauthError::TokenResponse`], and outages.
    pub async fn request(
        &self,
        http: &Client,
        clock: &dyn Clock,
        rng: &dyn Rng,
        grant: MachineGrant<'_>,
    ) -> Result<Credential, OauthError> {
        let metadata = &self.metadata;
        let client =
            self.client.as_ref().ok_or_else(|| OauthError::CannotRegister { issuer: metadata.issuer.clone() })?;
        let resource = self.sends_resource.then(|| self.resource.as_str());
        let form = grant.form(self.scopes.as_ref(), resource);
        let prover = Prover { client, issuer: &metadata.issuer, clock, rng };
        let key = self.binding.key()?;
        let signer = key.as_ref().map(|key| &key.signer);
        let response = form.post_bound(http, &metadata.token_endpoint, prover, signer).await?;
        let issued = token_response::first(&response, &metadata.issuer, clock.now(), self.requested())?;
        let mut tokens = issued.tokens;
        // RFC 6749 §4.4.3: it is asked anew. What is not used is not kept.
        tokens.refresh = None;
        Ok(Credential {
            issuer: metadata.issuer.clone(),
            resource: self.resource.clone(),
            token_endpoint: metadata.token_endpoint.clone(),
            revocation_endpoint: metadata.revocation_endpoint.clone(),
            sends_resource: self.sends_resource,
            client: client.duplicate(),
            tokens,
            renewal: grant.renewal(),
            dpop_key: key.filter(|_| issued.is_bound).map(|key| key.pem),
        })
    }
}

/// Asks for the next tokens of such a grant, for the same scopes, at the token endpoint that was recorded.
///
/// # Errors
/// As [`refresh`](crate::refresh()).
pub async fn reissue(
    http: &Client,
    clock: &dyn Clock,
    rng: &dyn Rng,
    credential: &Credential,
    grant: MachineGrant<'_>,
) -> Result<Tokens, RefreshError> {
    let resource = credential.sends_resource.then(|| credential.resource.as_str());
    let form = grant.form(Some(&credential.tokens.scopes), resource);
    let tokens = renew(http, form, clock, rng, credential).await?;
    Ok(Tokens { refresh: None, ..tokens })
}
