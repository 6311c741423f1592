//! Tokens that go back to whoever issued them (RFC 7009), also when nobody can be reached at the moment.
//!
//! What was taken back is out of use at once, whatever becomes of it here. Only what must still be given back stays in the
//! keychain, for a week at most, and is used for nothing else.

use crate::broker::Broker;
use keyholder_audit::{Event, Note};
use keyholder_http::Client;
use keyholder_model::clock::Timestamp;
use keyholder_model::grant::{GivenBack, Grant, GrantState};
use keyholder_model::id::GrantId;
use keyholder_model::server::ServerUrl;
use keyholder_oauth::{Receipt, Returned, Revoked};
use keyholder_secret::credential::Credential;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// How often it is looked whether something is due.
const ROUND: Duration = Duration::from_secs(10);

/// For so long it is tried: most tokens are over by then.
const PATIENCE: Duration = Duration::from_hours(7 * 24);

/// The first pause between two attempts; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_secs(30);

/// The longest.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// What the authorization server did about a grant that was given back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// It confirmed.
    Confirmed,
    /// It cannot be reached, or is out of order.
    Later,
    /// It offers no revocation.
    NotOffered,
    /// It refused.
    Refused,
}

/// Gives a grant back: refresh token, access token, registration, in this order.
pub(crate) async fn give_back(http: &Client, credential: &Credential, broker: &Broker) -> Outcome {
    let receipts = keyholder_oauth::revoke(http, &*broker.clock, &*broker.rng, credential).await;
    for receipt in &receipts {
        tracing::debug!(issuer = %credential.issuer, ?receipt, "given back");
    }
    outcome(&receipts)
}

/// What the receipts say of the tokens; deleting the registration is an extra.
///
/// The refresh token speaks for the grant where there is one: taking it back ends the grant (RFC 7009 §2.1), and many servers
/// cannot take back an access token that resource servers check by themselves (`unsupported_token_type`, §2.2.1).
fn outcome(receipts: &[Receipt]) -> Outcome {
    let of = |what| receipts.iter().find(|receipt| receipt.what == what).map(|receipt| &receipt.result);
    match of(Revoked::RefreshToken).or_else(|| of(Revoked::AccessToken)) {
        Some(Returned::Confirmed) => Outcome::Confirmed,
        Some(Returned::Later { .. }) => Outcome::Later,
        Some(Returned::Refused { .. }) => Outcome::Refused,
        Some(Returned::Skipped { .. }) | None => Outcome::NotOffered,
    }
}

/// When each grant that waits is tried again. Forgotten with the broker: the next one tries at its start.
#[derive(Default)]
struct Waiting {
    next: HashMap<GrantId, (Duration, Duration)>,
}

impl Waiting {
    fn is_due(&self, grant: GrantId, now: Duration) -> bool {
        self.next.get(&grant).is_none_or(|(at, _)| now >= *at)
    }

    fn put_off(&mut self, grant: GrantId, now: Duration) {
        let pause = self.next.get(&grant).map_or(FIRST_PAUSE, |(_, pause)| (*pause * 2).min(LONGEST_PAUSE));
        self.next.insert(grant, (now + pause, pause));
    }
}

/// Goes on giving back what waits, until the broker ends.
pub(crate) async fn keep(broker: Arc<Broker>) {
    let mut waiting = Waiting::default();
    loop {
        go_on(&mut waiting, &broker).await;
        tokio::time::sleep(ROUND).await;
    }
}

/// Tries what waits and is due.
async fn go_on(waiting: &mut Waiting, broker: &Broker) {
    if broker.is_locked() {
        return;
    }
    let Ok(grants) = broker.settings.grants() else { return };
    for grant in grants {
        let GrantState::Revoked { at, given_back: GivenBack::Pending } = grant.state else { continue };
        if waiting.is_due(grant.id, broker.clock.monotonic()) {
            attempt(waiting, broker, &grant, at).await;
        }
    }
}

async fn attempt(waiting: &mut Waiting, broker: &Broker, grant: &Grant, taken_back: Timestamp) {
    let _one_at_a_time = broker.giving_back.lock().await;
    // Somebody else may have settled it meanwhile.
    let is_pending = |grant: &Grant| matches!(grant.state, GrantState::Revoked { given_back: GivenBack::Pending, .. });
    if !broker.settings.grant(grant.id).is_ok_and(|now| now.as_ref().is_some_and(is_pending)) {
        return;
    }
    let Ok(vault) = broker.vault().await else { return };
    let credential = match vault.get(grant.id).await {
        Ok(Some(credential)) => credential,
        Ok(None) => return settle(broker, grant, GivenBack::No, "what was to be given back is gone from the keychain"),
        Err(_) => return waiting.put_off(grant.id, broker.clock.monotonic()),
    };
    let address: Option<ServerUrl> = credential.resource.as_str().parse().ok();
    let outcome = match address.map(|address| broker.client_toward(&address)) {
        Some(Ok(http)) => give_back(&http, &credential, broker).await,
        _ => Outcome::Later,
    };
    let (given_back, why) = match outcome {
        Outcome::Confirmed => (GivenBack::Confirmed, "the authorization server confirmed at last"),
        Outcome::NotOffered | Outcome::Refused => (GivenBack::No, "the authorization server did not take it back"),
        Outcome::Later if taken_back.plus(PATIENCE) <= broker.clock.now() => {
            (GivenBack::No, "the authorization server could not be reached for a week")
        }
        Outcome::Later => return waiting.put_off(grant.id, broker.clock.monotonic()),
    };
    // Deleted before it is called settled: what is left after a crash is tried once more.
    match vault.delete(grant.id).await {
        Ok(()) => settle(broker, grant, given_back, why),
        Err(why) => {
            tracing::warn!(%why, "what was given back could not be deleted");
            waiting.put_off(grant.id, broker.clock.monotonic());
        }
    }
}

fn settle(broker: &Broker, grant: &Grant, given_back: GivenBack, why: &str) {
    let GrantState::Revoked { at, .. } = grant.state else { return };
    if let Err(why) = broker.settings.put_grant(&grant.clone().revoke(at, given_back)) {
        tracing::warn!(%why, "what became of a revoked grant could not be written down");
    }
    let _ = broker.note(&Note {
        server: Some(&grant.server),
        account: Some(&grant.account),
        decision: Some("revoke"),
        reason: Some(why),
        ..Note::of(Event::Revoke)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyholder_model::clock::{FakeClock, FakeRng};

    #[test]
    fn the_pauses_grow_up_to_an_hour() {
        let grant = GrantId::make(&FakeClock::at(Timestamp::from_millis(0)), &FakeRng::default());
        let (mut waiting, mut now) = (Waiting::default(), Duration::ZERO);
        assert!(waiting.is_due(grant, now), "a new broker tries at once");
        let mut pauses = Vec::new();
        for _ in 0..9 {
            waiting.put_off(grant, now);
            let (next, pause) = waiting.next[&grant];
            assert!(!waiting.is_due(grant, now + pause / 2));
            now = next;
            assert!(waiting.is_due(grant, now));
            pauses.push(pause.as_secs());
        }
        assert_eq!(pauses, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
    }

    #[test]
    fn the_refresh_token_speaks_for_the_grant() {
        let receipt = |what, result| Receipt { what, result };
        let refused = || Returned::Refused { why: String::new() };
        let later = || Returned::Later { why: String::new() };
        for (receipts, expected) in [
            (
                vec![receipt(Revoked::RefreshToken, Returned::Confirmed), receipt(Revoked::AccessToken, refused())],
                Outcome::Confirmed,
            ),
            (
                vec![receipt(Revoked::RefreshToken, later()), receipt(Revoked::AccessToken, Returned::Confirmed)],
                Outcome::Later,
            ),
            (
                vec![receipt(Revoked::AccessToken, refused()), receipt(Revoked::Registration, Returned::Confirmed)],
                Outcome::Refused,
            ),
            (vec![receipt(Revoked::AccessToken, Returned::Skipped { why: "" })], Outcome::NotOffered),
        ] {
            assert_eq!(outcome(&receipts), expected);
        }
    }
}
