//! Records that are too large for the platform's keychain item: sealed in `<grant>.sealed`, under a key that only the keychain
//! holds. The grant's item holds the digest of the file, so that an older file put back is noticed.
//!
//! A write that is cut off must lose neither the old credential nor the new one. So the new file is first written beside the old
//! one (`<grant>.next.sealed`), then the item is changed, then the file takes its place; opening accepts whichever of the two the
//! item speaks of.

use crate::disk;
use crate::error::VaultError;
use crate::record::damaged;
use crate::seal;
use keyholder_model::clock::Rng;
use keyholder_model::digest::Digest;
use keyholder_secret::token::Key;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// The folder of sealed files.
pub(crate) struct SealedFiles {
    folder: PathBuf,
}

impl SealedFiles {
    pub(crate) fn within(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Seals a record beside the present one, and gives the digest for the item.
    pub(crate) fn prepare(&self, name: &str, plain: &[u8], key: &Key, rng: &dyn Rng) -> Result<Digest, VaultError> {
        let sealed = seal::seal(key, name.as_bytes(), plain, rng)
            .ok_or(VaultError::Refused { act: "seal a record", why: "the cipher failed".to_owned() })?;
        disk::make_folder(&self.folder)?;
        disk::replace(&self.next(name), &sealed)?;
        Ok(Digest::of_parts(&[&sealed]))
    }

    /// Puts the prepared file in its place, after the item speaks of it.
    pub(crate) fn settle(&self, name: &str) -> Result<(), VaultError> {
        disk::rename(&self.next(name), &self.present(name))
    }

    /// Opens the file that has this digest.
    pub(crate) fn open(&self, name: &str, digest: &Digest, key: &Key) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let mut there = false;
        for path in [self.present(name), self.next(name)] {
            let Some(sealed) = disk::read(&path)? else { continue };
            there = true;
            if Digest::of_parts(&[&sealed]) == *digest {
                return seal::open(key, name.as_bytes(), &sealed)
                    .ok_or_else(|| damaged(name, "its sealed file does not open under the keychain's key"));
            }
        }
        let fault = if there {
            "its sealed file was changed, or put back from an older copy"
        } else {
            "its sealed file is gone"
        };
        Err(damaged(name, fault))
    }

    /// Removes what there is.
    pub(crate) fn remove(&self, name: &str) -> Result<(), VaultError> {
        disk::remove(&self.present(name))?;
        disk::remove(&self.next(name))
    }

    fn present(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.sealed"))
    }

    fn next(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.next.sealed"))
    }
}
