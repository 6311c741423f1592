//! Signing in, stage by stage: the table of contents of this room.
//!
//! `discover` → [`Discovery`] (what a person consents to) → [`Prepared`] (the redirect address exists) → [`AwaitRedirect`] (the
//! browser may be opened) → a [`Credential`]. Each stage consumes the one before; dropping one ends the attempt and closes the
//! port. What an attempt needs is recorded in it, and nothing in a redirect can choose another (catalogue case 254).

use crate::authorization::AuthorizationRequest;
use crate::binding::GrantKey;
use crate::client_proof::Prover;
use crate::discovery::Discovery;
use crate::error::OauthError;
use crate::form::Form;
use crate::landing::{Ending, Landing};
use crate::listener::{Answer, Listener, Patience};
use crate::redirect::{self, Judged, Mismatch};
use crate::registration::{self, Registration};
use crate::token_response::{self, Issued};
use crate::vetted_url::VettedUrl;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keyholder_http::Client;
use keyholder_model::clock::{Clock, Rng};
use keyholder_secret::credential::{self, Credential, Renewal};
use keyholder_secret::token::AuthorizationCode;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout, timeout_at};

/// A state is good for so long.
const STATE_LIFE: Duration = Duration::from_mins(10);

/// The redirect address is known and its port is open.
pub struct Prepared {
    discovery: Discovery,
    listener: Listener,
    rng: Arc<dyn Rng>,
    clock: Arc<dyn Clock>,
}

/// The browser may be opened now.
pub struct AwaitRedirect {
    discovery: Discovery,
    listener: Listener,
    rng: Arc<dyn Rng>,
    clock: Arc<dyn Clock>,
    client: credential::Client,
    key: Option<GrantKey>,
    request: AuthorizationRequest,
    began: Duration,
}

impl Discovery {
    /// Opens the one-shot loopback listener, so that the consent can name the redirect before anything else happens.
    ///
    /// A client that registers itself gets an unguessable path of its own; one that others registered has the fixed `/callback`.
    ///
    /// # Errors
    /// [`OauthError::Listener`]; [`OauthError::CannotRegister`] where the person must bring a client id first.
    pub async fn prepare(self, rng: Arc<dyn Rng>, clock: Arc<dyn Clock>) -> Result<Prepared, OauthError> {
        self.prepare_with(rng, clock, Patience::default()).await
    }

    pub(crate) async fn prepare_with(
        self,
        rng: Arc<dyn Rng>,
        clock: Arc<dyn Clock>,
        patience: Patience,
    ) -> Result<Prepared, OauthError> {
        let path = match self.registration {
            Registration::Impossible => return Err(OauthError::CannotRegister { issuer: self.metadata.issuer }),
            Registration::Dynamic => {
                let mut segment = [0; 16];
                rng.fill(&mut segment);
                format!("/callback/{}", URL_SAFE_NO_PAD.encode(segment))
            }
            Registration::MetadataDocument | Registration::Preregistered => "/callback".to_owned(),
        };
        let listener = Listener::bind(path, patience).await.map_err(OauthError::Listener)?;
        Ok(Prepared { discovery: self, listener, rng, clock })
    }
}

impl Prepared {
    /// What the person is asked to consent to.
    pub fn discovery(&self) -> &Discovery {
        &self.discovery
    }

    /// Where the browser will be sent back to.
    pub fn redirect_uri(&self) -> &str {
        self.listener.redirect_uri()
    }

    /// After consent: registers where that is needed, and writes the address to open. `landing` names app and server on the
    /// page that the browser ends on.
    ///
    /// # Errors
    /// [`OauthError::Registration`], [`OauthError::Refused`], [`OauthError::UnsafeUrl`], and outages.
    pub async fn authorize(mut self, http: &Client, landing: Landing) -> Result<AwaitRedirect, OauthError> {
        self.listener.introduce(landing);
        let redirect_uri = self.listener.redirect_uri();
        let client = if let Some(client) = self.discovery.client.take() {
            client
        } else {
            let (metadata, scopes) = (&self.discovery.metadata, self.discovery.scopes.as_ref());
            registration::register(http, metadata, redirect_uri, scopes, self.clock.now()).await?
        };
        let issuer = &self.discovery.metadata.issuer;
        let prover = Prover { client: &client, issuer, clock: &*self.clock, rng: &*self.rng };
        let key = self.discovery.binding.key()?;
        let signer = key.as_ref().map(|key| &key.signer);
        let request = AuthorizationRequest::make(http, &self.discovery, prover, redirect_uri, signer).await?;
        let began = self.clock.monotonic();
        Ok(AwaitRedirect {
            discovery: self.discovery,
            listener: self.listener,
            rng: self.rng,
            clock: self.clock,
            client,
            key,
            request,
            began,
        })
    }
}

impl AwaitRedirect {
    /// The address to open in the person's browser.
    pub fn url(&self) -> &VettedUrl {
        &self.request.url
    }

    /// The client id that is shown to the authorization server.
    pub fn client_id(&self) -> &str {
        &self.client.id
    }

    /// Waits for the redirect, checks it, exchanges the code, and shows the person how it ended.
    ///
    /// A redirect that does not belong to this attempt changes nothing: the wait goes on. One with the right state from a wrong
    /// issuer shortens it to a few seconds, in which the genuine one still counts.
    ///
    /// # Errors
    /// [`OauthError::Denied`], [`OauthError::Expired`] after `within` (or ten minutes), [`OauthError::IssuerMismatch`],
    /// [`OauthError::Refused`], [`OauthError::ClientUnknown`], [`OauthError::TokenResponse`], and outages.
    pub async fn finish(mut self, http: &Client, within: Duration) -> Result<Credential, OauthError> {
        let (code, answer) = match timeout(within.min(STATE_LIFE), self.redirected()).await {
            Ok(Ok(delivered)) => delivered,
            Ok(Err((why, answer))) => {
                if let Some(answer) = answer {
                    self.listener.close_with(ending(&why), answer);
                }
                return Err(why);
            }
            Err(_) => return Err(OauthError::Expired),
        };
        let exchanged = self.exchange(http, code).await;
        self.listener.close_with(exchanged.as_ref().map_or_else(ending, |_| Ending::Connected), answer);
        let issued = exchanged?;
        let metadata = self.discovery.metadata;
        Ok(Credential {
            issuer: metadata.issuer,
            resource: self.discovery.resource,
            token_endpoint: metadata.token_endpoint,
            revocation_endpoint: metadata.revocation_endpoint,
            sends_resource: self.discovery.sends_resource,
            client: self.client,
            tokens: issued.tokens,
            renewal: Renewal::RefreshToken,
            dpop_key: self.key.filter(|_| issued.is_bound).map(|key| key.pem),
        })
    }

    /// The code of this attempt's own redirect.
    async fn redirected(&mut self) -> Result<(AuthorizationCode, oneshot::Sender<Answer>), Ended> {
        let mut mixed_up: Option<Instant> = None;
        loop {
            let visit = match mixed_up {
                None => self.listener.next().await,
                Some(until) => match timeout_at(until, self.listener.next()).await {
                    Ok(visit) => visit,
                    Err(_) => {
                        return Err((
                            OauthError::IssuerMismatch { expected: self.discovery.metadata.issuer.clone() },
                            None,
                        ));
                    }
                },
            };
            let foreign = match redirect::judge(&visit.query, &self.request.expected) {
                // A laptop that slept, or a clock that a test moved: the state is too old whatever the timer says (case 7).
                Judged::Code(_) | Judged::Error { .. } if self.is_too_old() => {
                    return Err((OauthError::Expired, Some(visit.answer)));
                }
                Judged::Code(code) => return Ok((code, visit.answer)),
                Judged::Error { code, detail } => {
                    let issuer = &self.discovery.metadata.issuer;
                    return Err((OauthError::of_refusal(issuer, code, detail), Some(visit.answer)));
                }
                Judged::Foreign(why) => why,
            };
            tracing::warn!(?foreign, "a redirect that does not belong to the sign-in was ignored");
            if foreign == Mismatch::Issuer && mixed_up.is_none() {
                mixed_up = Some(Instant::now() + self.listener.patience.mix_up);
            }
            // The visitor may have left.
            let _ = visit.answer.send(Answer::Now(Ending::DoesNotBelong));
        }
    }

    fn is_too_old(&self) -> bool {
        self.clock.monotonic().saturating_sub(self.began) > STATE_LIFE
    }

    /// RFC 6749 §4.1.3. Sent once: a code that was refused is not tried again (case 14).
    async fn exchange(&self, http: &Client, code: AuthorizationCode) -> Result<Issued, OauthError> {
        let metadata = &self.discovery.metadata;
        let form = Form::new()
            .field("grant_type", "authorization_code")
            // EXPOSE: code and verifier, into the body of a request to the token endpoint recorded before the browser was opened.
            .field("code", code.expose())
            .field("redirect_uri", self.listener.redirect_uri())
            // EXPOSE: as above.
            .field("code_verifier", self.request.verifier.expose())
            .optional("resource", self.discovery.sends_resource.then(|| self.discovery.resource.as_str()));
        let prover = Prover { client: &self.client, issuer: &metadata.issuer, clock: &*self.clock, rng: &*self.rng };
        let signer = self.key.as_ref().map(|key| &key.signer);
        let response = form.post_bound(http, &metadata.token_endpoint, prover, signer).await?;
        token_response::first(&response, &metadata.issuer, self.clock.now(), self.discovery.requested())
    }
}

/// Why the wait ended, and the browser that waits for an answer.
type Ended = (OauthError, Option<oneshot::Sender<Answer>>);

fn ending(why: &OauthError) -> Ending {
    match why {
        OauthError::Denied { .. } => Ending::Denied,
        OauthError::Expired => Ending::Expired,
        _ => Ending::Failed,
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").field("redirect_uri", &self.redirect_uri()).finish_non_exhaustive()
    }
}

impl fmt::Debug for AwaitRedirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwaitRedirect").field("issuer", self.discovery.issuer()).finish_non_exhaustive()
    }
}
