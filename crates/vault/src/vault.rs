//! The vault: credentials by grant, keys and notes by name, and the rule book, wherever the items live.

use crate::error::VaultError;
use crate::items::Items;
use crate::keychain::Keychain;
use crate::memory::Memory;
use crate::passphrase::PassphraseFile;
use crate::record::{self, Record, damaged};
use crate::sealed::SealedFiles;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use keyholder_model::clock::{Clock, Rng};
use keyholder_model::digest::Digest;
use keyholder_model::id::GrantId;
use keyholder_model::server::ServerName;
use keyholder_secret::credential::Credential;
use keyholder_secret::token::{ClientSecret, Key, Passphrase, PrivateKey, Unusable};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

mod book;
mod names;

pub use names::{KeyName, Namespace, NoteName};

/// How long a read may take: a call must be answered "locked" within two seconds (catalogue case 144).
const READ_PATIENCE: Duration = Duration::from_millis(1900);

/// How long a write may take: giving up on it can lose a refresh token that was just rotated.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);

/// How long opening may take: a passphrase is stretched on purpose.
const OPEN_PATIENCE: Duration = Duration::from_secs(30);

/// Where the items live.
#[derive(Debug)]
pub enum Kind {
    /// One file, sealed under a passphrase that the person chose (requirement K3). The whole file put back from an older copy is
    /// not noticed: there is no second place to ask.
    File {
        /// The file; made where there is none.
        path: PathBuf,
        /// What opens it.
        passphrase: Passphrase,
    },
    /// The OS keychain.
    Keychain,
    /// Nowhere: gone with the process. For the demo and for tests.
    Memory,
}

/// The keychain, or what the person chose in its place. Copies share one vault.
///
/// Each call runs on a blocking thread, one at a time, and is given up after some seconds. A call that was given up may still be
/// waiting for a password window; until it ends, no other call reaches the keychain, so that windows do not pile up.
#[derive(Clone)]
pub struct Vault {
    kind: &'static str,
    items: Arc<dyn Items>,
    files: Arc<SealedFiles>,
    rng: Arc<dyn Rng>,
    turn: Arc<Semaphore>,
}

impl Vault {
    /// Opens the vault. `sealed_dir` is where records go that the keychain has no room for; it is made when needed.
    ///
    /// # Errors
    /// [`VaultError::Missing`] where no keychain service runs, [`VaultError::Passphrase`] for the wrong one,
    /// [`VaultError::Damaged`] or [`VaultError::Unsafe`] for a sealed file that cannot be trusted, [`VaultError::Slow`].
    pub async fn open(
        kind: Kind,
        items: Namespace,
        sealed_dir: PathBuf,
        rng: Arc<dyn Rng>,
    ) -> Result<Self, VaultError> {
        let name = match kind {
            Kind::File { .. } => "sealed file",
            Kind::Keychain => "keychain",
            Kind::Memory => "memory",
        };
        let file_rng = Arc::clone(&rng);
        let turn = Arc::new(Semaphore::new(1));
        let items = apart(&turn, OPEN_PATIENCE, move || -> Result<Arc<dyn Items>, VaultError> {
            Ok(match kind {
                Kind::File { path, passphrase } => Arc::new(PassphraseFile::open(path, &passphrase, file_rng)?),
                Kind::Keychain => Arc::new(Keychain::open(items.as_str())?),
                Kind::Memory => Arc::new(Memory::default()),
            })
        });
        Ok(Self { kind: name, items: items.await?, files: Arc::new(SealedFiles::within(sealed_dir)), rng, turn })
    }

    /// The same over other items.
    #[cfg(test)]
    pub(crate) fn over(items: Arc<dyn Items>, sealed_dir: PathBuf, rng: Arc<dyn Rng>) -> Self {
        let files = Arc::new(SealedFiles::within(sealed_dir));
        Self { kind: "test", items, files, rng, turn: Arc::new(Semaphore::new(1)) }
    }

    /// Where the items live: `keychain`, `sealed file` or `memory`.
    pub fn kind_name(&self) -> &'static str {
        self.kind
    }

    /// Stores a grant's credential in place of the one before. It is read back and compared before this returns (catalogue case
    /// 145): a new refresh token is durable before its access token is used.
    ///
    /// # Errors
    /// [`VaultError::Differs`] if another value came back; after [`VaultError::Slow`] the write may still happen.
    pub async fn put(&self, grant: GrantId, credential: &Credential) -> Result<(), VaultError> {
        let record = record::write(credential)?;
        let vault = self.clone();
        apart(&self.turn, WRITE_PATIENCE, move || vault.put_record(&grant.to_string(), &record)).await
    }

    /// A grant's credential, or `None` where the vault holds none.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if what is there cannot be trusted; [`VaultError::Locked`], [`VaultError::Slow`].
    pub async fn get(&self, grant: GrantId) -> Result<Option<Credential>, VaultError> {
        let vault = self.clone();
        apart(&self.turn, READ_PATIENCE, move || vault.get_credential(&grant.to_string())).await
    }

    /// Removes all that is stored for a grant; nothing stored is no error.
    ///
    /// # Errors
    /// [`VaultError::Locked`], [`VaultError::Slow`], [`VaultError::Refused`]: then it may still be there.
    pub async fn delete(&self, grant: GrantId) -> Result<(), VaultError> {
        let vault = self.clone();
        let name = grant.to_string();
        // The item first: without it, a sealed file is noise.
        apart(&self.turn, WRITE_PATIENCE, move || vault.items.remove(&name).and_then(|()| vault.files.remove(&name)))
            .await
    }

    /// Stores the client secret that the person was given for a server.
    ///
    /// # Errors
    /// As for [`Vault::put`].
    pub async fn put_client_secret(&self, server: &ServerName, secret: &ClientSecret) -> Result<(), VaultError> {
        // EXPOSE: into the keychain item, which is where it is meant to be.
        self.put_text(secret_item(server), secret.expose()).await
    }

    /// The client secret of a server, or `None` where the vault holds none.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if what is there is no secret; [`VaultError::Locked`], [`VaultError::Slow`].
    pub async fn client_secret(&self, server: &ServerName) -> Result<Option<ClientSecret>, VaultError> {
        self.text(secret_item(server), "it is no client secret", ClientSecret::new).await
    }

    /// Stores the key with which Keyholder proves itself for a server.
    ///
    /// # Errors
    /// As for [`Vault::put`].
    pub async fn put_client_key(&self, server: &ServerName, key: &PrivateKey) -> Result<(), VaultError> {
        // EXPOSE: into the keychain item, which is where it is meant to be.
        self.put_text(key_item(server), key.expose()).await
    }

    /// The client's key of a server, or `None` where the vault holds none.
    ///
    /// # Errors
    /// As for [`Vault::client_secret`].
    pub async fn client_key(&self, server: &ServerName) -> Result<Option<PrivateKey>, VaultError> {
        self.text(key_item(server), "it is no private key", PrivateKey::new).await
    }

    /// Removes the client secret and the client's key of a server; nothing stored is no error.
    ///
    /// # Errors
    /// As for [`Vault::delete`].
    pub async fn delete_client(&self, server: &ServerName) -> Result<(), VaultError> {
        let (vault, secret, key) = (self.clone(), secret_item(server), key_item(server));
        apart(&self.turn, WRITE_PATIENCE, move || vault.items.remove(&secret).and_then(|()| vault.items.remove(&key)))
            .await
    }

    async fn put_text(&self, name: String, text: &str) -> Result<(), VaultError> {
        let (vault, text) = (self.clone(), Zeroizing::new(text.to_owned()));
        apart(&self.turn, WRITE_PATIENCE, move || vault.write_and_compare(&name, text.as_bytes())).await
    }

    async fn text<T: Send + 'static>(
        &self,
        name: String,
        otherwise: &'static str,
        read: fn(Zeroizing<String>) -> Result<T, Unusable>,
    ) -> Result<Option<T>, VaultError> {
        let vault = self.clone();
        apart(&self.turn, READ_PATIENCE, move || {
            let Some(value) = vault.items.read(&name)? else { return Ok(None) };
            let text = std::str::from_utf8(&value).map_err(|_| damaged(&name, otherwise))?;
            read(Zeroizing::new(text.to_owned())).map(Some).map_err(|_| damaged(&name, otherwise))
        })
        .await
    }

    /// A key of this name; made at the first time of asking.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if the item is no key: a new one would make all that the old one protects worthless, so none is made.
    pub async fn key(&self, name: KeyName) -> Result<Key, VaultError> {
        let vault = self.clone();
        apart(&self.turn, WRITE_PATIENCE, move || vault.get_or_make_key(name)).await
    }

    /// The note of this name, or `None` where none was made.
    ///
    /// # Errors
    /// [`VaultError::Damaged`], [`VaultError::Locked`], [`VaultError::Slow`].
    pub async fn note(&self, name: NoteName) -> Result<Option<Vec<u8>>, VaultError> {
        let vault = self.clone();
        apart(&self.turn, READ_PATIENCE, move || {
            let Some(value) = vault.items.read(name.item())? else { return Ok(None) };
            STANDARD.decode(&value[..]).map(Some).map_err(|_| damaged(name.item(), "it is no note of Keyholder"))
        })
        .await
    }

    /// Replaces the note of this name. At most 1 KiB, so that it fits into every platform's item.
    ///
    /// # Errors
    /// [`VaultError::Refused`] if it is longer; else as for [`Vault::put`].
    pub async fn set_note(&self, name: NoteName, value: &[u8]) -> Result<(), VaultError> {
        if value.len() > 1024 {
            return Err(VaultError::Refused { act: "keep a note", why: "it is longer than 1024 bytes".to_owned() });
        }
        let (vault, text) = (self.clone(), STANDARD.encode(value));
        apart(&self.turn, WRITE_PATIENCE, move || vault.write_and_compare(name.item(), text.as_bytes())).await
    }

    /// Removes the keys, the notes and the rule book, so that nothing is left of an installation whose credentials were deleted before.
    ///
    /// # Errors
    /// As for [`Vault::delete`].
    pub async fn remove_own_items(&self) -> Result<(), VaultError> {
        let vault = self.clone();
        let keys = [KeyName::AuditAnchor, KeyName::RulePins, KeyName::Sealing].map(KeyName::item);
        let names = keys.into_iter().chain([NoteName::AuditAnchor.item()]);
        let names = names.chain([book::ITEM]);
        apart(&self.turn, WRITE_PATIENCE, move || {
            names.into_iter().try_for_each(|name| vault.items.remove(name))?;
            vault.files.remove(book::ITEM)
        })
        .await
    }

    /// Writes, reads and removes an item that is thrown away, and says how long that took.
    ///
    /// # Errors
    /// What the vault would answer to a call.
    pub async fn probe(&self, clock: &dyn Clock) -> Result<Duration, VaultError> {
        let start = clock.monotonic();
        let vault = self.clone();
        let round_trip = move || vault.write_and_compare("probe", b"probe").and_then(|()| vault.items.remove("probe"));
        apart(&self.turn, WRITE_PATIENCE, round_trip).await?;
        Ok(clock.monotonic().saturating_sub(start))
    }

    fn put_record(&self, name: &str, record: &[u8]) -> Result<(), VaultError> {
        if self.items.limit().is_none_or(|limit| record.len() <= limit) {
            self.write_and_compare(name, record)?;
            return self.files.remove(name);
        }
        self.put_sealed(name, record)
    }

    /// Seals a record in a file, and lets the item speak of it.
    fn put_sealed(&self, name: &str, record: &[u8]) -> Result<(), VaultError> {
        let key = self.get_or_make_key(KeyName::Sealing)?;
        let digest = self.files.prepare(name, record, &key, &*self.rng)?;
        self.write_and_compare(name, &record::write_marker(&digest)?)?;
        self.files.settle(name)?;
        let read_back = self.files.open(name, &digest, &key)?;
        if *read_back == *record { Ok(()) } else { Err(VaultError::Differs { item: name.to_owned() }) }
    }

    fn get_credential(&self, name: &str) -> Result<Option<Credential>, VaultError> {
        let Some(item) = self.items.read(name)? else { return Ok(None) };
        let digest = match record::read(name, &item)? {
            Record::Credential(credential) => return Ok(Some(*credential)),
            Record::Sealed(digest) => digest,
        };
        match record::read(name, &self.open_sealed(name, &digest)?)? {
            Record::Credential(credential) => Ok(Some(*credential)),
            Record::Sealed(_) => Err(damaged(name, "its sealed file holds no credential")),
        }
    }

    /// The content of the sealed file that the item speaks of.
    fn open_sealed(&self, name: &str, digest: &Digest) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let key =
            self.read_key(KeyName::Sealing)?.ok_or_else(|| damaged(name, "the key of its sealed file is gone"))?;
        self.files.open(name, digest, &key)
    }

    fn read_key(&self, name: KeyName) -> Result<Option<Key>, VaultError> {
        let Some(value) = self.items.read(name.item())? else { return Ok(None) };
        let bytes = Zeroizing::new(STANDARD.decode(&value[..]).unwrap_or_default());
        let bytes = bytes.as_slice().try_into().map_err(|_| damaged(name.item(), "it is no key of Keyholder"))?;
        Ok(Some(Key::new(bytes)))
    }

    fn get_or_make_key(&self, name: KeyName) -> Result<Key, VaultError> {
        if let Some(key) = self.read_key(name)? {
            return Ok(key);
        }
        let mut bytes = Zeroizing::new([0; 32]);
        self.rng.fill(&mut bytes[..]);
        let text = Zeroizing::new(STANDARD.encode(&bytes[..]));
        self.write_and_compare(name.item(), text.as_bytes())?;
        Ok(Key::new(*bytes))
    }

    fn write_and_compare(&self, name: &str, value: &[u8]) -> Result<(), VaultError> {
        self.items.write(name, value)?;
        match self.items.read(name)? {
            Some(read_back) if *read_back == *value => Ok(()),
            _ => Err(VaultError::Differs { item: name.to_owned() }),
        }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<vault: {}>", self.kind)
    }
}

/// The item of a server's client secret. A server name has a narrow alphabet, so nothing in it can break out.
fn secret_item(server: &ServerName) -> String {
    format!("client-{server}")
}

/// The item of a server's client key. No server is called like it: a name has no blank.
fn key_item(server: &ServerName) -> String {
    format!("client key {server}")
}

/// Runs a job on a blocking thread when its turn comes, and waits for both no longer than `patience`.
///
/// The turn is given back by the job, not by the waiting: a job that was given up still holds it.
async fn apart<T, F>(turn: &Arc<Semaphore>, patience: Duration, job: F) -> Result<T, VaultError>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, VaultError> + Send + 'static,
{
    let stopped = |why: &dyn fmt::Display| VaultError::Refused { act: "answer", why: why.to_string() };
    let work = async {
        let turn = Arc::clone(turn).acquire_owned().await.map_err(|why| stopped(&why))?;
        let job = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            job()
        });
        job.await.map_err(|why| stopped(&why))?
    };
    tokio::time::timeout(patience, work).await.unwrap_or(Err(VaultError::Slow(patience)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_keychain_that_waits_for_a_window_is_asked_once_and_calls_are_answered() {
        let turn = Arc::new(Semaphore::new(1));
        let soon = Duration::from_millis(20);
        let (answer, window) = std::sync::mpsc::channel::<()>();
        let waiting = apart(&turn, soon, move || window.recv().map_err(|_| VaultError::Locked));
        assert_eq!(waiting.await, Err(VaultError::Slow(soon)));
        let second: Result<(), _> = apart(&turn, soon, || panic!("a second window was opened")).await;
        assert_eq!(second, Err(VaultError::Slow(soon)));
        drop(answer);
        assert_eq!(apart(&turn, OPEN_PATIENCE, || Ok(7)).await, Ok(7), "the turn comes back with the answer");
    }
}
