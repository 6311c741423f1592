//! The rule book: one value of another room, of any size up to [`Vault::LARGEST_BOOK`], that must not be rolled back.
//!
//! It goes the road of credentials. A small one stands in its item; a larger one is sealed in `rule-book.sealed`, and the item holds
//! the digest of that file. So an older file put back, or a file that is gone, is [`VaultError::Damaged`] and never "no book".
//! What is not noticed: the keychain itself rolled back, and for [`Kind::File`](crate::Kind::File) the passphrase-sealed file put
//! back from an older copy (together with the book's file, if there is one): that file is then all there is to ask.

use super::{READ_PATIENCE, Vault, WRITE_PATIENCE, apart};
use crate::error::VaultError;
use crate::record::{self, Book};
use zeroize::Zeroizing;

/// The item's account name, which is also the sealed file's.
pub(super) const ITEM: &str = record::BOOK_ITEM;

impl Vault {
    /// The largest rule book, in bytes.
    pub const LARGEST_BOOK: usize = 8 << 20;

    /// The rule book, or `None` where none was ever kept.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] if what is there cannot be trusted: nothing may then be permitted on its account;
    /// [`VaultError::Locked`], [`VaultError::Slow`].
    pub async fn book(&self) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        let vault = self.clone();
        apart(&self.turn, READ_PATIENCE, move || {
            let Some(item) = vault.items.read(ITEM)? else { return Ok(None) };
            match record::read_book(&item)? {
                Book::Here(book) => Ok(Some(book)),
                Book::Sealed(digest) => vault.open_sealed(ITEM, &digest).map(Some),
            }
        })
        .await
    }

    /// Keeps a rule book in place of the one before. It is read back and compared before this returns; if it fails, the old or the
    /// new book is there, whole.
    ///
    /// # Errors
    /// [`VaultError::Refused`] if it is larger than [`Vault::LARGEST_BOOK`]; else as for [`Vault::put`].
    pub async fn set_book(&self, book: &[u8]) -> Result<(), VaultError> {
        if book.len() > Self::LARGEST_BOOK {
            let why = format!("it is larger than {} MiB", Self::LARGEST_BOOK >> 20);
            return Err(VaultError::Refused { act: "keep the rule book", why });
        }
        let (vault, book) = (self.clone(), Zeroizing::new(book.to_vec()));
        apart(&self.turn, WRITE_PATIENCE, move || {
            let room = vault.items.limit().into_iter().chain(vault.items.burden()).min();
            // Longer as text than as bytes: what is too long as it is need not be written out to know that.
            if room.is_none_or(|room| book.len() <= room) {
                let item = record::write_book(&book)?;
                if room.is_none_or(|room| item.len() <= room) {
                    vault.write_and_compare(ITEM, &item)?;
                    return vault.files.remove(ITEM);
                }
            }
            vault.put_sealed(ITEM, &book)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_book_fits_into_a_sealed_file() {
        const { assert!(Vault::LARGEST_BOOK + 1024 < 16 << 20) };
    }
}
