//! All items in one file under a passphrase, for machines without a keychain. Never a fallback: only where the person chose it.
//!
//! Layout: a first line that says what it is, the random file key sealed with age's scrypt under the passphrase (Base64), and all
//! items sealed together under the file key (Base64). Stretching a passphrase costs about a second on purpose, so it is done once,
//! at opening; from then on the file key is held, and no item in the clear. The names of the items are hidden too.
//!
//! What this cannot notice: the whole file put back from an older copy. The keychain can; this file has no second place to ask.

use crate::error::VaultError;
use crate::items::Items;
use crate::{disk, seal};
use age::secrecy::SecretString;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use keyholder_model::clock::Rng;
use keyholder_secret::token::{Key, Passphrase};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::{Zeroize, Zeroizing};

const TITLE: &str = "keyholder sealed file, version 1";

/// scrypt's work factor: log2 of N. About a second on a laptop of 2020; a file that asks for much more is refused, or it could
/// hold up the start for hours.
const WORK: u8 = if cfg!(test) { 10 } else { 18 };
const MOST_WORK: u8 = 22;

/// An opened file.
pub(crate) struct PassphraseFile {
    path: PathBuf,
    /// The file key as age sealed it, in Base64; kept, so that rewriting needs no passphrase.
    lock: String,
    key: Key,
    rng: Arc<dyn Rng>,
    /// One writer at a time; a reader sees whole files in any case.
    writing: Mutex<()>,
}

impl PassphraseFile {
    /// Opens the file, or makes an empty one where there is none. Takes about a second.
    ///
    /// # Errors
    /// [`VaultError::Passphrase`] if it was made with another, [`VaultError::Damaged`], [`VaultError::Unsafe`] or
    /// [`VaultError::Refused`].
    pub(crate) fn open(path: PathBuf, passphrase: &Passphrase, rng: Arc<dyn Rng>) -> Result<Self, VaultError> {
        // EXPOSE: into the key derivation of age; wiped with its SecretString at the end of this function.
        let passphrase = SecretString::from(passphrase.expose().to_owned());
        let Some(content) = disk::read(&path)? else { return Self::make(path, passphrase, rng) };
        let (lock, body) = parts(&path, &content)?;
        let mut identity = age::scrypt::Identity::new(passphrase);
        identity.set_max_work_factor(MOST_WORK);
        let sealed_key = STANDARD.decode(lock).map_err(|_| broken(&path, "its first part is unreadable"))?;
        let key = Zeroizing::new(age::decrypt(&identity, &sealed_key).map_err(|why| match why {
            age::DecryptError::DecryptionFailed | age::DecryptError::KeyDecryptionFailed => VaultError::Passphrase,
            other => broken(&path, &other.to_string()),
        })?);
        let key = Key::new(key.as_slice().try_into().map_err(|_| broken(&path, "its key has the wrong length"))?);
        seal::open(&key, lock.as_bytes(), &body)
            .ok_or_else(|| broken(&path, "its content does not open under its own key"))?;
        Ok(Self { lock: lock.to_owned(), path, key, rng, writing: Mutex::new(()) })
    }

    fn make(path: PathBuf, passphrase: SecretString, rng: Arc<dyn Rng>) -> Result<Self, VaultError> {
        let mut key = [0; 32];
        rng.fill(&mut key);
        let mut recipient = age::scrypt::Recipient::new(passphrase);
        recipient.set_work_factor(WORK);
        let sealed_key = age::encrypt(&recipient, &key);
        let sealed_key = sealed_key.map_err(|why| VaultError::Refused { act: "seal its file", why: why.to_string() });
        let file = Self { lock: STANDARD.encode(sealed_key?), path, key: Key::new(key), rng, writing: Mutex::new(()) };
        key.zeroize();
        if let Some(folder) = file.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            disk::make_folder(folder)?;
        }
        file.store(&Contents::default())?;
        Ok(file)
    }

    fn load(&self) -> Result<Contents, VaultError> {
        let content = disk::read(&self.path)?.ok_or_else(|| broken(&self.path, "it is gone"))?;
        let (lock, body) = parts(&self.path, &content)?;
        if lock != self.lock {
            return Err(broken(&self.path, "it was exchanged for another since it was opened"));
        }
        let plain =
            seal::open(&self.key, lock.as_bytes(), &body).ok_or_else(|| broken(&self.path, "it was changed"))?;
        parse(&plain).map(Contents).ok_or_else(|| broken(&self.path, "its content is unreadable"))
    }

    fn store(&self, contents: &Contents) -> Result<(), VaultError> {
        let refused = |why: &str| VaultError::Refused { act: "seal its file", why: why.to_owned() };
        let room = contents.0.iter().map(|(name, value)| name.len() + value.len() * 4 + 8).sum::<usize>() + 2;
        let mut plain = Zeroizing::new(Vec::with_capacity(room));
        serde_json::to_writer(&mut *plain, &contents.0).map_err(|_| refused("the items cannot be written"))?;
        let body = seal::seal(&self.key, self.lock.as_bytes(), &plain, &*self.rng)
            .ok_or_else(|| refused("the cipher failed"))?;
        disk::replace(&self.path, format!("{TITLE}\n{}\n{}\n", self.lock, STANDARD.encode(body)).as_bytes())
    }

    fn change(&self, change: impl FnOnce(&mut Contents)) -> Result<(), VaultError> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut contents = self.load()?;
        change(&mut contents);
        self.store(&contents)
    }
}

impl Items for PassphraseFile {
    fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        Ok(self.load()?.0.get(name).map(|value| Zeroizing::new(value.as_bytes().to_vec())))
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), VaultError> {
        let value = std::str::from_utf8(value)
            .map_err(|_| VaultError::Refused { act: "write an item", why: "it is no text".to_owned() })?;
        self.change(|contents| {
            if let Some(mut before) = contents.0.insert(name.to_owned(), value.to_owned()) {
                before.zeroize();
            }
        })
    }

    fn remove(&self, name: &str) -> Result<(), VaultError> {
        self.change(|contents| {
            if let Some(mut before) = contents.0.remove(name) {
                before.zeroize();
            }
        })
    }
}

/// All items by name, wiped when dropped.
#[derive(Default)]
struct Contents(BTreeMap<String, String>);

impl Drop for Contents {
    fn drop(&mut self) {
        self.0.values_mut().for_each(Zeroize::zeroize);
    }
}

/// The sealed key (as written) and the sealed items.
fn parts<'a>(path: &Path, content: &'a [u8]) -> Result<(&'a str, Vec<u8>), VaultError> {
    let text = std::str::from_utf8(content).map_err(|_| broken(path, "it is no sealed file of Keyholder"))?;
    let mut lines = text.lines();
    if lines.next() != Some(TITLE) {
        return Err(broken(path, "it is no sealed file of Keyholder, or one of another version"));
    }
    match (lines.next(), lines.next().map(|body| STANDARD.decode(body)), lines.next()) {
        (Some(lock), Some(Ok(body)), None) => Ok((lock, body)),
        _ => Err(broken(path, "a part of it is missing")),
    }
}

fn parse<T: DeserializeOwned>(plain: &[u8]) -> Option<T> {
    serde_json::from_slice(plain).ok()
}

fn broken(path: &Path, fault: &str) -> VaultError {
    VaultError::Damaged { item: path.display().to_string(), fault: fault.to_owned() }
}
