//! A session's line to its server: dialled at the first need, dialled again when the server forgot the session.

use crate::decide::{self, Matter, Shown};
use crate::eras;
use crate::refusal::Refusal;
use crate::session::Session;
use crate::sign_in::{self, Wanted};
use keyholder_approval::Subject;
use keyholder_mcp::era::{Greeting, Side};
use keyholder_mcp::outgoing::{Composer, ModernMeta, Toward};
use keyholder_model::digest::Digest;
use keyholder_model::grant::ScopeSet;
use keyholder_oauth::Challenge;
use keyholder_policy::{Action, Upkeep};
use keyholder_upstream::{Endpoint, Era, Hello, Link, UpstreamError};
use serde_json::value::RawValue;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::task::AbortHandle;

/// Who Keyholder says it is to a server.
pub(crate) const CLIENT_INFO: &str =
    concat!(r#"{"name":"keyholder","title":"Keyholder","version":""#, env!("CARGO_PKG_VERSION"), r#""}"#);

/// The line of one session.
#[derive(Default)]
pub(crate) struct Line {
    connected: RwLock<Option<Arc<Connected>>>,
    dialling: tokio::sync::Mutex<()>,
    sent: AtomicU64,
}

/// A line that stands.
pub(crate) struct Connected {
    /// The wire.
    pub(crate) link: Link,
    /// What the server said about itself.
    pub(crate) greeting: Greeting,
    /// Which era it speaks.
    pub(crate) side: Side,
    version: String,
    listener: std::sync::Mutex<Option<AbortHandle>>,
}

impl Line {
    /// An id for a request upstream, never used twice in this session (T-006).
    pub(crate) fn next_id(&self) -> String {
        format!("k{}", self.sent.fetch_add(1, Ordering::Relaxed))
    }

    /// The line, dialled if it does not stand.
    ///
    /// # Errors
    /// Why the server cannot be reached, or not without the person.
    pub(crate) async fn get(&self, session: &Arc<Session>, budget: Duration) -> Result<Arc<Connected>, Refusal> {
        if let Some(connected) = self.standing() {
            return Ok(connected);
        }
        // Whoever waits for another's dialling spends their own time on it.
        let begun = session.broker.clock.monotonic();
        let turn = tokio::time::timeout(budget, self.dialling.lock()).await;
        let Ok(_one_at_a_time) = turn else { return Err(Refusal::SigningIn) };
        let budget = budget.saturating_sub(session.broker.clock.monotonic().saturating_sub(begun));
        if let Some(connected) = self.standing() {
            return Ok(connected);
        }
        let connected = Arc::new(dial(session, budget).await?);
        *self.connected.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&connected));
        if connected.side == Side::Legacy {
            let listener = tokio::spawn(crate::exchange::listen(Arc::clone(session), Arc::clone(&connected)));
            *connected.listener.lock().unwrap_or_else(PoisonError::into_inner) = Some(listener.abort_handle());
        }
        Ok(connected)
    }

    /// The line, if it stands.
    pub(crate) fn standing(&self) -> Option<Arc<Connected>> {
        self.connected.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets go of the line; the next request dials anew.
    pub(crate) fn hang_up(&self) {
        if let Some(connected) = self.connected.write().unwrap_or_else(PoisonError::into_inner).take() {
            connected.stop_listening();
        }
    }

    /// Ends the server's session, as far as it has one (T-104).
    pub(crate) async fn close(&self, session: &Session) {
        let Some(connected) = self.standing() else { return };
        self.hang_up();
        let held = session.site.keeper().current(&session.site, &session.broker).await.ok().flatten();
        connected.link.close(held.as_ref().map(|held| held.presented())).await;
    }
}

impl Connected {
    /// Composes requests for this server on behalf of this host.
    pub(crate) fn with_composer<T>(&self, session: &Session, compose: impl FnOnce(&Composer<'_>) -> T) -> T {
        let host = session.host();
        let toward = match self.side {
            Side::Legacy => Toward::Legacy,
            Side::Modern => Toward::Modern(ModernMeta {
                version: &self.version,
                client_info: CLIENT_INFO,
                capabilities: &host.capabilities,
                log_level: host.log_level.as_deref(),
            }),
        };
        compose(&Composer { subject: session.site.subject(), toward })
    }

    fn stop_listening(&self) {
        if let Some(listener) = self.listener.lock().unwrap_or_else(PoisonError::into_inner).take() {
            listener.abort();
        }
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.stop_listening();
    }
}

async fn dial(session: &Arc<Session>, budget: Duration) -> Result<Connected, Refusal> {
    let (site, broker) = (&session.site, &session.broker);
    if !site.is_known() {
        agree_to_address(session, budget).await?;
    }
    let raw = |text: String| RawValue::from_string(text).unwrap_or_else(|_| RawValue::NULL.to_owned());
    let upkeep = Arc::clone(broker);
    let hello = Hello {
        server: site.server.to_string(),
        account: site.account.to_string(),
        client_info: raw(CLIENT_INFO.to_owned()),
        capabilities: raw(session.host().capabilities),
        id_seed: session.id.to_string(),
        routine: Arc::new(move |digest: Digest| upkeep.policy.routine(digest, Upkeep::Handshake)),
    };
    let mut prior = eras::prior(broker, &site.url);
    let mut tries = Tries::default();
    loop {
        let held = site.keeper().current(site, broker).await?;
        let endpoint = Endpoint { url: site.url.clone(), http: site.http.clone() };
        match Link::connect(endpoint, &hello, held.as_ref().map(|held| held.presented()), prior.as_ref()).await {
            Ok((link, greeting)) => {
                if let Some(held) = &held {
                    held.mark_accepted(broker.clock.now());
                }
                eras::remember(broker, &site.url, &greeting.era);
                let (side, version) = match &greeting.era {
                    Era::Legacy { version } => (Side::Legacy, version.clone()),
                    Era::Modern { version } => (Side::Modern, version.clone()),
                };
                let text = String::from_utf8_lossy(&greeting.result);
                let greeting = Greeting::read(&text).ok_or(UpstreamError::Malformed)?;
                return Ok(Connected { link, greeting, side, version, listener: std::sync::Mutex::default() });
            }
            Err(UpstreamError::Unauthorized { challenges }) => {
                recover(session, &mut tries, held.as_ref(), &challenges, budget).await?;
            }
            Err(UpstreamError::Forbidden { challenges }) if asks_for_more(&challenges) => {
                widen(session, &mut tries, &challenges, budget).await?;
            }
            // What was true yesterday may not be today: the era is looked for once more (T-084).
            Err(_) if prior.is_some() => prior = None,
            Err(other) => return Err(other.into()),
        }
    }
}

/// What has been tried for one request already: each remedy once, never in circles (A-004, A-074).
#[derive(Default)]
pub(crate) struct Tries {
    renewed: bool,
    signed_in: bool,
    widened: bool,
}

/// After a 401: other tokens if there are any, else a sign-in.
///
/// # Errors
/// Why neither helped.
pub(crate) async fn recover(
    session: &Arc<Session>,
    tries: &mut Tries,
    held: Option<&Arc<crate::credential::Held>>,
    challenges: &[String],
    budget: Duration,
) -> Result<(), Refusal> {
    let (site, broker) = (&session.site, &session.broker);
    if let Some(why) = site.access.sign_in.goes_in_circles(broker.clock.monotonic()) {
        return Err(why);
    }
    if held.is_some() && !tries.renewed {
        tries.renewed = true;
        if site.keeper().after_refusal(held, site, broker).await?.is_some() {
            return Ok(());
        }
    }
    if tries.signed_in {
        // The next request would go round the same circle (catalogue case 50).
        let why = "The server does not accept what its authorization server issued.";
        return Err(site.access.sign_in.give_up(why, broker.clock.monotonic()));
    }
    tries.signed_in = true;
    let challenge = Challenge::parse(challenges);
    sign_in::sign_in(site, broker, &session.caller, challenge, Wanted::ByHost, budget).await
}

/// After a 403 that names a wider scope: consent to it, once.
///
/// # Errors
/// Why there is no wider grant.
pub(crate) async fn widen(
    session: &Arc<Session>,
    tries: &mut Tries,
    challenges: &[String],
    budget: Duration,
) -> Result<(), Refusal> {
    if tries.widened {
        return Err(Refusal::SignedOut("The server still asks for more than was granted.".to_owned()));
    }
    tries.widened = true;
    let challenge = Challenge::parse(challenges);
    sign_in::sign_in(&session.site, &session.broker, &session.caller, challenge, Wanted::ByHost, budget).await
}

/// Whether a 403 asks for a wider scope, and says for which (RFC 6750 §3.1); any other 403 is a plain no (A-075; catalogue
/// case 54).
pub(crate) fn asks_for_more(challenges: &[String]) -> bool {
    Challenge::parse(challenges).is_some_and(|challenge| challenge.is_insufficient_scope() && challenge.scope.is_some())
}

/// The person is asked once about an address that a host named and the configuration does not.
async fn agree_to_address(session: &Arc<Session>, budget: Duration) -> Result<(), Refusal> {
    let site = &session.site;
    let request = Digest::of_parts(&[b"add", site.server.as_str().as_bytes(), site.url.as_str().as_bytes()]);
    let none = ScopeSet::default();
    let matter = Matter {
        caller: &session.caller,
        site,
        action: Action::Connect { issuer: None, scopes: &none },
        request,
        budget,
    };
    let permit = decide::decide(&session.broker, &matter, |_, _| {
        Shown::plain(Subject::Add { url: site.url.as_str().to_owned(), name: site.server.to_string() })
    })
    .await?;
    let was_asked = matches!(permit.reason(), keyholder_model::permit::Reason::Answer(_));
    permit.spend(&request).map_err(|why| Refusal::SignedOut(why.to_string()))?;
    site.mark_known();
    if was_asked {
        session.broker.add_to_settings(site);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_no_that_says_what_it_wants_asks_for_more() {
        // Catalogue case 54.
        let asks = |challenge: &str| asks_for_more(&[challenge.to_owned()]);
        assert!(asks(r#"Bearer error="insufficient_scope", scope="files:write""#));
        for plain in [
            "",
            "Basic",
            r#"Bearer error="insufficient_scope""#,
            r#"Bearer error="insufficient_scope", scope="""#,
            r#"Bearer error="invalid_token", scope="files:write""#,
            r#"Bearer scope="files:write""#,
        ] {
            assert!(!asks(plain), "{plain}");
        }
    }
}
