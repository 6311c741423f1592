//! Every credential that is live right now, so that none of them leaves toward a host (requirement G7, catalogue case 168).

use keyholder_model::id::GrantId;
use keyholder_secret::credential::Credential;
use keyholder_secret::scrub::Scrubber;
use keyholder_secret::token::{AccessToken, ClientSecret, RefreshToken, RegistrationToken};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// How many generations of a grant's tokens are looked for: a token that was just replaced may still open the server.
const GENERATIONS: usize = 2;

/// The scrubber and what it is made of.
#[derive(Default)]
pub(crate) struct LiveSecrets {
    held: Mutex<HashMap<GrantId, Vec<Held>>>,
    scrubber: RwLock<Arc<Scrubber>>,
}

struct Held {
    access: AccessToken,
    refresh: Option<RefreshToken>,
    client: Option<ClientSecret>,
    registration: Option<RegistrationToken>,
}

impl LiveSecrets {
    /// The scrubber for everything that is live.
    pub(crate) fn scrubber(&self) -> Arc<Scrubber> {
        Arc::clone(&self.scrubber.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The text without live credentials, for what is kept or shown on this side of the house.
    pub(crate) fn clean(&self, text: String) -> String {
        match self.scrubber().scrub(text.as_bytes()) {
            None => text,
            Some(scrubbed) => String::from_utf8_lossy(&scrubbed.bytes).into_owned(),
        }
    }

    /// From now on these are looked for too.
    pub(crate) fn add(&self, grant: GrantId, credential: &Credential) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let generations = held.entry(grant).or_default();
        generations.push(Held {
            access: credential.tokens.access.duplicate(),
            refresh: credential.tokens.refresh.as_ref().map(RefreshToken::duplicate),
            client: credential.client.secret.as_ref().map(ClientSecret::duplicate),
            registration: credential.client.management.as_ref().map(|management| management.token.duplicate()),
        });
        if generations.len() > GENERATIONS {
            generations.remove(0);
        }
        self.rebuild(&held);
    }

    /// Forgets a grant that was revoked: what opens nothing any more need not be looked for, nor kept.
    pub(crate) fn forget(&self, grant: GrantId) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.remove(&grant).is_some() {
            self.rebuild(&held);
        }
    }

    /// Forgets everything: at a lock.
    pub(crate) fn clear(&self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.clear();
        self.rebuild(&held);
    }

    fn rebuild(&self, held: &HashMap<GrantId, Vec<Held>>) {
        let mut values: Vec<&str> = Vec::new();
        for generation in held.values().flatten() {
            // EXPOSE: the scrubber searches answers for these very bytes; it never gives them back.
            values.push(generation.access.expose());
            values.extend(generation.refresh.as_ref().map(RefreshToken::expose));
            values.extend(generation.client.as_ref().map(ClientSecret::expose));
            values.extend(generation.registration.as_ref().map(RegistrationToken::expose));
        }
        *self.scrubber.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Scrubber::of(values));
    }
}
