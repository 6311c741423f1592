//! What every place for items can do. Blocking: the vault calls it on a thread of its own.

use crate::error::VaultError;
use zeroize::Zeroizing;

/// Small named values, each replaced as a whole.
pub(crate) trait Items: Send + Sync {
    /// The value, or `None` where there is no such item.
    fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError>;

    /// Makes the item, or replaces its value in place. Durable when it returns.
    fn write(&self, name: &str, value: &[u8]) -> Result<(), VaultError>;

    /// Removes the item; no item is no error.
    fn remove(&self, name: &str) -> Result<(), VaultError>;

    /// The largest value in bytes, where the platform has a limit.
    fn limit(&self) -> Option<usize> {
        None
    }

    /// The largest value in bytes that does not slow down the others: each change of an item writes the whole keyring, or the whole
    /// file, anew. Larger ones are taken, but belong into a file of their own.
    fn burden(&self) -> Option<usize> {
        Some(16 << 10)
    }
}
