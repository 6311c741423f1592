//! One grant's tokens: from the keychain, renewed ahead of need, one renewal at a time.
//!
//! The order of a renewal survives a crash at every step (catalogue section 7.1): the answer is written to the keychain and read
//! back *before* the new access token is used, so the newest refresh token that the authorization server has confirmed is always
//! the one on disk. A crash between the server's answer and that write costs one sign-in, never a loop.

use crate::assertion;
use crate::broker::Broker;
use crate::organisation;
use crate::outages::Need;
use crate::refusal::Refusal;
use crate::site::Site;
use keyholder_audit::{Event, Note};
use keyholder_jose::SigningKey;
use keyholder_model::clock::Timestamp;
use keyholder_model::grant::Grant;
use keyholder_model::id::GrantId;
use keyholder_oauth::{Audience, MachineGrant, OauthError, RefreshError};
use keyholder_secret::credential::{Credential, Renewal, Tokens};
use keyholder_secret::token::PrivateKey;
use keyholder_settings::Grant as Kind;
use keyholder_upstream::Presented;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A renewal ahead of need is not tried again sooner than this (catalogue case 89); one that a 401 asks for is.
const BETWEEN_RENEWALS: Duration = Duration::from_secs(30);

/// The tokens of one site.
#[derive(Default)]
pub(crate) struct Keeper {
    held: Mutex<Loaded>,
    renewal: tokio::sync::Mutex<()>,
}

#[derive(Default)]
enum Loaded {
    /// The keychain has not been looked at.
    #[default]
    NotYet,
    /// There is no grant.
    Nothing,
    /// These.
    Tokens(Arc<Held>),
    /// These came from a renewal and the keychain has not taken them yet. They are not used until it has; forgetting them would
    /// leave a refresh token on disk that the authorization server has replaced.
    Unkept(Arc<Held>),
}

/// One generation of tokens.
pub(crate) struct Held {
    pub(crate) grant: Grant,
    pub(crate) credential: Credential,
    presented: Arc<Presented>,
    obtained: Timestamp,
    /// Whether the server has taken this access token at least once.
    accepted: AtomicBool,
    /// Whether it came from a renewal, not from a sign-in.
    renewed: bool,
    /// When the server last took it, in milliseconds since 1970; 0 for not since this was last asked.
    used: AtomicI64,
}

/// Where tokens came from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Keychain,
    Renewal,
    SignIn,
}

impl Held {
    /// What to send.
    pub(crate) fn presented(&self) -> &Arc<Presented> {
        &self.presented
    }

    /// # Errors
    /// [`Refusal::SignedOut`] where the tokens are bound to a key that cannot be used: they are not shown without it.
    fn new(grant: Grant, credential: Credential, broker: &Broker, origin: Origin) -> Result<Self, Refusal> {
        let token = credential.tokens.access.duplicate();
        let presented = match credential.dpop_key.as_ref().map(SigningKey::from_pem).transpose() {
            Ok(None) => Presented::bearer(token),
            Ok(Some(key)) => Presented::bound(token, key, Arc::clone(&broker.clock), Arc::clone(&broker.rng)),
            Err(_) => return Err(Refusal::SignedOut("The key of its sign-in cannot be used.".to_owned())),
        };
        Ok(Self {
            grant,
            credential,
            presented: Arc::new(presented),
            obtained: broker.clock.now(),
            accepted: AtomicBool::new(origin == Origin::Keychain),
            renewed: origin == Origin::Renewal,
            used: AtomicI64::new(0),
        })
    }

    /// The server has answered with something else than 401.
    pub(crate) fn mark_accepted(&self, now: Timestamp) {
        self.accepted.store(true, Ordering::Relaxed);
        self.used.store(now.as_millis(), Ordering::Relaxed);
    }

    /// At 80 % of its life, and at the latest a minute before its end.
    fn is_due(&self, now: Timestamp) -> bool {
        let Some(expires) = self.credential.tokens.expires else { return false };
        let life = expires.since(self.obtained);
        let early = life / 5;
        let ahead = if life > Duration::from_mins(5) { early.max(Duration::from_mins(1)) } else { early };
        now.plus(ahead) >= expires
    }

    fn is_over(&self, now: Timestamp) -> bool {
        self.credential.tokens.expires.is_some_and(|expires| now >= expires)
    }
}

impl Keeper {
    /// What to send now; `None` where there is no grant.
    ///
    /// # Errors
    /// [`Refusal::Vault`] if the keychain cannot be read, [`Refusal::Oauth`]-like ones if a token that is over cannot be renewed.
    pub(crate) async fn current(&self, site: &Arc<Site>, broker: &Arc<Broker>) -> Result<Option<Arc<Held>>, Refusal> {
        match &*self.lock() {
            Loaded::Nothing => return Ok(None),
            Loaded::Tokens(held) if !held.is_due(broker.clock.now()) => {
                return Ok(site.is_covered_by(&held.grant.resource).then(|| Arc::clone(held)));
            }
            _ => {}
        }
        let (site, broker) = (Arc::clone(site), Arc::clone(broker));
        to_the_end(async move { site.keeper().load_or_renew(&site, &broker).await }).await
    }

    async fn load_or_renew(&self, site: &Site, broker: &Broker) -> Result<Option<Arc<Held>>, Refusal> {
        let _one_at_a_time = self.renewal.lock().await;
        let Some(held) = self.load(site, broker).await? else { return Ok(None) };
        let now = broker.clock.now();
        // Also one that came with no life at all: it is used until the server says no (catalogue cases 60, 89).
        if !held.is_due(now) || (held.renewed && now.since(held.obtained) < BETWEEN_RENEWALS) {
            return Ok(Some(held));
        }
        if !held.credential.renews() {
            // Nothing to renew with: it is used until the server says no.
            return Ok(Some(held));
        }
        let need = if held.is_over(now) { Need::Now } else { Need::Ahead };
        match self.renew(&held, site, broker, need).await {
            Err(Refusal::SignedOut(_)) => Ok(None),
            // The authorization server cannot be reached, but the token is still good (requirement G8).
            Err(Refusal::AuthorizationServerDown(_)) if !held.is_over(broker.clock.now()) => Ok(Some(held)),
            other => other.map(Some),
        }
    }

    /// After a 401 for these tokens: others that came in the meantime, or renewed ones; `None` where only signing in helps.
    ///
    /// # Errors
    /// As [`current`](Self::current).
    pub(crate) async fn after_refusal(
        &self,
        refused: Option<&Arc<Held>>,
        site: &Arc<Site>,
        broker: &Arc<Broker>,
    ) -> Result<Option<Arc<Held>>, Refusal> {
        let (refused, site, broker) = (refused.cloned(), Arc::clone(site), Arc::clone(broker));
        to_the_end(async move { site.keeper().replace(refused.as_ref(), &site, &broker).await }).await
    }

    async fn replace(
        &self,
        refused: Option<&Arc<Held>>,
        site: &Site,
        broker: &Broker,
    ) -> Result<Option<Arc<Held>>, Refusal> {
        let _one_at_a_time = self.renewal.lock().await;
        let Some(held) = self.load(site, broker).await? else { return Ok(None) };
        if !refused.is_some_and(|refused| Arc::ptr_eq(refused, &held)) {
            return Ok(Some(held));
        }
        // A renewed token that the server never took once: renewing again would go round in circles (catalogue case 50).
        let futile = held.renewed && !held.accepted.load(Ordering::Relaxed);
        if futile || !held.credential.renews() {
            return Ok(None);
        }
        match self.renew(&held, site, broker, Need::Now).await {
            Ok(renewed) => Ok(Some(renewed)),
            Err(Refusal::SignedOut(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// A sign-in brought these: kept in the keychain first, then used.
    ///
    /// # Errors
    /// [`Refusal::Vault`] if the keychain does not take them; then they are not used either.
    pub(crate) async fn install(&self, grant: Grant, credential: Credential, broker: &Broker) -> Result<(), Refusal> {
        let _one_at_a_time = self.renewal.lock().await;
        broker.vault().await?.put(grant.id, &credential).await?;
        broker.secrets.add(grant.id, &credential);
        broker.settings.put_grant(&grant).map_err(|why| Refusal::SignedOut(why.to_string()))?;
        let held = Held::new(grant, credential, broker, Origin::SignIn)?;
        *self.lock() = Loaded::Tokens(Arc::new(held));
        Ok(())
    }

    /// Forgets what is in memory: after a revocation, or at a lock. The keychain is looked at again at the next need. What the
    /// keychain has not taken yet stays: without it the sign-in would be lost.
    pub(crate) fn forget(&self) {
        let mut held = self.lock();
        if !matches!(*held, Loaded::Unkept(_)) {
            *held = Loaded::NotYet;
        }
    }

    /// Forgets everything for good, after a renewal that may be under way: so that none brings a revoked grant back. Hands over
    /// the newest tokens, to be given back.
    pub(crate) async fn end(&self) -> Option<Arc<Held>> {
        let _one_at_a_time = self.renewal.lock().await;
        match std::mem::take(&mut *self.lock()) {
            Loaded::Tokens(held) | Loaded::Unkept(held) => Some(held),
            Loaded::NotYet | Loaded::Nothing => None,
        }
    }

    /// The grant that was used since this was last asked, and when: for writing down now and then, not at each call.
    pub(crate) fn take_use(&self) -> Option<(GrantId, Timestamp)> {
        let Loaded::Tokens(held) = &*self.lock() else { return None };
        let used = held.used.swap(0, Ordering::Relaxed);
        (used != 0).then(|| (held.grant.id, Timestamp::from_millis(used)))
    }

    /// Who issued what is held, for the log.
    pub(crate) fn issuer(&self) -> Option<String> {
        match &*self.lock() {
            Loaded::Tokens(held) => Some(held.grant.issuer.to_string()),
            _ => None,
        }
    }

    /// The tokens as they lie in the keychain or memory, without renewing them.
    ///
    /// # Errors
    /// [`Refusal::Vault`].
    pub(crate) async fn held(&self, site: &Site, broker: &Broker) -> Result<Option<Arc<Held>>, Refusal> {
        let _one_at_a_time = self.renewal.lock().await;
        self.load(site, broker).await
    }

    /// What is held, if it is good for this site: bridges with other flags may have brought a token for another resource.
    async fn load(&self, site: &Site, broker: &Broker) -> Result<Option<Arc<Held>>, Refusal> {
        let held = self.load_any(site, broker).await?;
        Ok(held.filter(|held| site.is_covered_by(&held.grant.resource)))
    }

    async fn load_any(&self, site: &Site, broker: &Broker) -> Result<Option<Arc<Held>>, Refusal> {
        if broker.is_locked() {
            return Err(Refusal::Locked);
        }
        match &*self.lock() {
            Loaded::NotYet | Loaded::Unkept(_) => {}
            Loaded::Nothing => return Ok(None),
            Loaded::Tokens(held) => return Ok(Some(Arc::clone(held))),
        }
        let unkept = match &*self.lock() {
            Loaded::Unkept(held) => Some(Arc::clone(held)),
            _ => None,
        };
        if let Some(held) = unkept {
            self.keep(Arc::clone(&held), broker).await?;
            return Ok(Some(held));
        }
        let found = broker.settings.grant_for(&site.server, &site.account);
        let found = found.map_err(|why| Refusal::SignedOut(why.to_string()))?;
        let Some(mut grant) = found.filter(Grant::is_active) else {
            *self.lock() = Loaded::Nothing;
            return Ok(None);
        };
        let Some(credential) = broker.vault().await?.get(grant.id).await? else {
            // The keychain item is gone (another machine, a cleaned keychain): the grant is of no use any more.
            let _ = broker.settings.put_grant(&grant.lapse(broker.clock.now()));
            *self.lock() = Loaded::Nothing;
            return Ok(None);
        };
        if grant.renews != credential.renews() {
            // Written down before it was known; it is only shown, so that it cannot be put right is no fault.
            grant.renews = credential.renews();
            let _ = broker.settings.put_grant(&grant);
        }
        broker.secrets.add(grant.id, &credential);
        let held = Arc::new(Held::new(grant, credential, broker, Origin::Keychain)?);
        *self.lock() = Loaded::Tokens(Arc::clone(&held));
        Ok(Some(held))
    }

    async fn renew(&self, held: &Arc<Held>, site: &Site, broker: &Broker, need: Need) -> Result<Arc<Held>, Refusal> {
        let (issuer, outages) = (&held.credential.issuer, &broker.outages);
        if let Some(left) = outages.pause(issuer, need, broker.clock.monotonic()) {
            let seconds = left.as_secs().max(1);
            return Err(Refusal::AuthorizationServerDown(format!("it failed just now; next try in {seconds} s")));
        }
        let outcome = next_tokens(&held.credential, site, broker).await;
        match &outcome {
            Err(RefreshError::Transient { retry_after, .. }) => {
                outages.failed(issuer, *retry_after, broker.clock.monotonic(), &*broker.rng);
            }
            _ => outages.answered(issuer),
        }
        let tokens = match outcome {
            Ok(tokens) => tokens,
            // None of these ends the grant: an outage, a page of a gateway, an answer that is none.
            Err(
                why @ (RefreshError::Transient { .. } | RefreshError::Unusable { .. } | RefreshError::Refused { .. }),
            ) => {
                let why = why.to_string();
                note(broker, site, Event::Refresh, "failed", &why);
                return Err(Refusal::AuthorizationServerDown(why));
            }
            Err(ended) => {
                note(broker, site, Event::Lapse, "ended", &ended.to_string());
                *self.lock() = Loaded::Nothing;
                bury(held, broker).await;
                return Err(Refusal::SignedOut(ended.to_string()));
            }
        };
        let credential = renewed(&held.credential, tokens);
        let grant = Grant {
            scopes: credential.tokens.scopes.clone(),
            state: keyholder_model::grant::GrantState::Active { expires: credential.tokens.expires },
            renews: credential.renews(),
            ..held.grant.clone()
        };
        let fresh = Arc::new(Held::new(grant, credential, broker, Origin::Renewal)?);
        // Durable before used: if the keychain does not take them now, it is asked again before anything else happens.
        *self.lock() = Loaded::Unkept(Arc::clone(&fresh));
        self.keep(Arc::clone(&fresh), broker).await?;
        note(broker, site, Event::Refresh, "allow", "renewed");
        Ok(fresh)
    }

    /// Puts renewed tokens into the keychain, then into use.
    async fn keep(&self, held: Arc<Held>, broker: &Broker) -> Result<(), Refusal> {
        broker.vault().await?.put(held.grant.id, &held.credential).await?;
        let _ = broker.settings.put_grant(&held.grant);
        if broker.is_locked() {
            // Kept, so that nothing is lost; but a locked Keyholder holds no token.
            *self.lock() = Loaded::NotYet;
            return Err(Refusal::Locked);
        }
        broker.secrets.add(held.grant.id, &held.credential);
        *self.lock() = Loaded::Tokens(held);
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Loaded> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The next tokens of a grant, by the way that it was made.
async fn next_tokens(credential: &Credential, site: &Site, broker: &Broker) -> Result<Tokens, RefreshError> {
    let (http, clock, rng) = (&site.http, &*broker.clock, &*broker.rng);
    match (credential.renewal, &site.introduction.grant) {
        (Renewal::RefreshToken, _) => keyholder_oauth::refresh(http, clock, rng, credential).await,
        (Renewal::ClientCredentials, _) => {
            keyholder_oauth::reissue(http, clock, rng, credential, MachineGrant::ClientCredentials).await
        }
        (Renewal::Assertion, Kind::JwtBearer(source)) => {
            // Whatever keeps the platform from giving one now may be over soon; the grant is not.
            let failed = |why| RefreshError::Transient { retry_after: None, why };
            let assertion = assertion::fetch(source).await.map_err(failed)?;
            keyholder_oauth::reissue(http, clock, rng, credential, MachineGrant::JwtBearer(&assertion)).await
        }
        (Renewal::Assertion, Kind::Organisation(name)) => {
            let (issuer, resource) = (&credential.issuer, &credential.resource);
            let audience = Audience { issuer, resource, scopes: Some(&credential.tokens.scopes) };
            let word = organisation::vouch(name, audience, broker).await.map_err(|why| judge(&why))?;
            keyholder_oauth::reissue(http, clock, rng, credential, MachineGrant::JwtBearer(&word)).await
        }
        // The person has configured another way since.
        (Renewal::Assertion, _) => Err(RefreshError::NotRenewable),
    }
}

/// Where the organisation does not let its person there any more, what it vouched for before ends, too. Whatever else keeps it
/// from vouching now, such as a sign-in there that is over, may change.
fn judge(why: &Refusal) -> RefreshError {
    let text = why.to_string();
    match why {
        Refusal::Oauth(said) => match &**said {
            OauthError::Denied { .. } | OauthError::ClientUnknown { .. } => RefreshError::Ended { why: text },
            _ => RefreshError::Unusable { why: text },
        },
        _ => RefreshError::Transient { retry_after: None, why: text },
    }
}

/// Runs to its end even if whoever waits for it is gone: a host that cancels, or a deadline, must not drop a renewal between the
/// authorization server's answer and the keychain.
async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) -> Result<T, Refusal> {
    let interrupted = |_| Err(Refusal::SignedOut("The renewal was interrupted.".to_owned()));
    tokio::spawn(work).await.unwrap_or_else(interrupted)
}

/// A grant that ended opens nothing any more: what is left of it goes at once (requirement K2).
pub(crate) async fn bury(held: &Held, broker: &Broker) {
    let _ = broker.settings.put_grant(&held.grant.clone().lapse(broker.clock.now()));
    let deleted = match broker.vault().await {
        Ok(vault) => vault.delete(held.grant.id).await,
        Err(why) => Err(why),
    };
    if let Err(why) = deleted {
        tracing::warn!(%why, "what is left of an ended grant could not be deleted");
    }
    broker.secrets.forget(held.grant.id);
}

fn note(broker: &Broker, site: &Site, event: Event, decision: &str, reason: &str) {
    // An authorization server may quote the token that it refuses.
    let reason = broker.secrets.clean(reason.to_owned());
    let _ = broker.note(&Note {
        server: Some(&site.server),
        account: Some(&site.account),
        decision: Some(decision),
        reason: Some(&reason),
        ..Note::of(event)
    });
}

/// The credential with new tokens. A response without a refresh token means: keep the old one (RFC 6749 §6).
fn renewed(old: &Credential, tokens: Tokens) -> Credential {
    let refresh =
        tokens.refresh.or_else(|| old.tokens.refresh.as_ref().map(keyholder_secret::token::RefreshToken::duplicate));
    Credential {
        issuer: old.issuer.clone(),
        resource: old.resource.clone(),
        token_endpoint: old.token_endpoint.clone(),
        revocation_endpoint: old.revocation_endpoint.clone(),
        sends_resource: old.sends_resource,
        client: old.client.duplicate(),
        tokens: Tokens { refresh, ..tokens },
        renewal: old.renewal,
        dpop_key: old.dpop_key.as_ref().map(PrivateKey::duplicate),
    }
}
