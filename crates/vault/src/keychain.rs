//! The OS keychain: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows. The one place of this room that
//! knows the platform.
//!
//! On Linux the values cross the session bus encrypted (Diffie-Hellman session of the Secret Service API). What an unlocked
//! keychain holds, every program of the same user can ask for: it protects at rest.

use crate::error::VaultError;
use crate::items::Items;
use crate::record::damaged;
use keyring_core::{CredentialStore, Entry, Error};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::Zeroizing;

/// `CRED_MAX_CREDENTIAL_BLOB_SIZE` of Windows (5 × 512 bytes, spec A-093); the others have no limit that matters.
const LIMIT: Option<usize> = if cfg!(windows) { Some(2560) } else { None };

/// Items of one service name in the OS keychain.
pub(crate) struct Keychain {
    service: String,
    limit: Option<usize>,
    /// Emptied when the service failed, so that the next call connects again: a keychain daemon may be restarted.
    store: Mutex<Option<Arc<CredentialStore>>>,
}

impl Keychain {
    /// Connects.
    ///
    /// # Errors
    /// [`VaultError::Missing`] where there is no service to connect to.
    pub(crate) fn open(service: &str) -> Result<Self, VaultError> {
        let store = Mutex::new(Some(connect()?));
        Ok(Self { service: service.to_owned(), limit: LIMIT, store })
    }

    /// The same with another platform's limit.
    #[cfg(test)]
    pub(crate) fn limited(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    fn store(&self) -> Result<Arc<CredentialStore>, VaultError> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = &*store {
            return Ok(Arc::clone(store));
        }
        Ok(Arc::clone(store.insert(connect()?)))
    }

    /// Does one thing with one item; once more on a new connection where the platform failed. Each act may be done twice.
    fn with<T>(
        &self,
        act: &'static str,
        name: &str,
        job: impl Fn(&Entry) -> Result<T, Error>,
    ) -> Result<Option<T>, VaultError> {
        let attempt = |store: &CredentialStore| {
            let made = self.entry(store, name);
            made.and_then(|entry| job(&entry))
        };
        let mut outcome = attempt(&*self.store()?);
        if matches!(outcome, Err(Error::PlatformFailure(_))) {
            *self.store.lock().unwrap_or_else(PoisonError::into_inner) = None;
            outcome = attempt(&*self.store()?);
        }
        match outcome {
            Ok(value) => Ok(Some(value)),
            Err(Error::NoEntry) => Ok(None),
            Err(Error::NoStorageAccess(_)) => Err(VaultError::Locked),
            // These carry the item's bytes: nothing of them may be shown.
            Err(Error::BadEncoding(_) | Error::BadDataFormat(..)) => {
                Err(damaged(name, "the keychain cannot read its own item"))
            }
            Err(Error::Ambiguous(_)) => Err(VaultError::Refused { act, why: format!("two items are named {name}") }),
            Err(why) => Err(VaultError::Refused { act, why: why.to_string() }),
        }
    }

    fn entry(&self, store: &CredentialStore, name: &str) -> Result<Entry, Error> {
        store.build(&self.service, name, Some(&modifiers(&shown(&self.service, name))))
    }
}

impl Items for Keychain {
    fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        self.with("read an item", name, |entry| entry.get_secret().map(Zeroizing::new))
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), VaultError> {
        let written = self.with("write an item", name, |entry| entry.set_secret(value))?;
        // "No entry" as an answer to a write: the item's collection went away in between.
        written.ok_or(VaultError::Refused { act: "write an item", why: "the item vanished".to_owned() })
    }

    fn remove(&self, name: &str) -> Result<(), VaultError> {
        self.with("remove an item", name, Entry::delete_credential).map(|_| ())
    }

    fn limit(&self) -> Option<usize> {
        self.limit
    }
}

impl Drop for Keychain {
    /// The Linux store ends its connection by blocking on a reactor of its own, and that must not happen on a thread that serves
    /// tasks, which is where the last copy of a vault usually goes.
    fn drop(&mut self) {
        let store = self.store.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Ok(ending) = std::thread::Builder::new().spawn(move || drop(store)) {
            let _ = ending.join();
        }
    }
}

/// A connection to the platform's keychain. Called on a blocking thread: the Linux store runs a reactor of its own.
fn connect() -> Result<Arc<CredentialStore>, VaultError> {
    #[cfg(target_os = "linux")]
    let made = zbus_secret_service_keyring_store::Store::new();
    #[cfg(target_os = "macos")]
    let made = apple_native_keyring_store::keychain::Store::new();
    #[cfg(windows)]
    let made = windows_native_keyring_store::Store::new();
    match made {
        Ok(store) => Ok(store),
        Err(Error::NoStorageAccess(_)) => Err(VaultError::Locked),
        Err(why) => Err(VaultError::Missing { why: why.to_string() }),
    }
}

/// Under which name a person finds an item in their system's own keychain program.
pub(crate) fn shown(service: &str, name: &str) -> String {
    if cfg!(target_os = "macos") {
        format!("{service} ({name})")
    } else if cfg!(windows) {
        format!("{name}.{service}")
    } else {
        format!("Keyholder {name}")
    }
}

/// What the platform is told beside the name: a label for the person; on Windows, that the item stays on this machine and does not
/// roam (catalogue case 221).
fn modifiers(label: &str) -> HashMap<&str, &str> {
    if cfg!(windows) {
        HashMap::from([("persistence", "Local")])
    } else if cfg!(target_os = "linux") {
        HashMap::from([("label", label)])
    } else {
        HashMap::new()
    }
}
