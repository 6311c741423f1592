//! Items in memory: gone with the process. For the demo and for tests.

use crate::error::VaultError;
use crate::items::Items;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// Items that nobody else sees.
#[derive(Default)]
pub(crate) struct Memory {
    items: Mutex<BTreeMap<String, Zeroizing<Vec<u8>>>>,
}

impl Items for Memory {
    fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        Ok(self.items.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned())
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), VaultError> {
        let value = Zeroizing::new(value.to_vec());
        self.items.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), value);
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), VaultError> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        Ok(())
    }

    fn burden(&self) -> Option<usize> {
        // What is gone with the process leaves no file behind.
        None
    }
}
