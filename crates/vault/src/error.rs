//! What can go wrong with a keychain, in sentences that tell a person what to do.

use std::time::Duration;

/// Why the vault did not do what it was asked. No variant holds a secret, or text that a keychain item contained.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// What is stored cannot be what Keyholder stored: cut, forged, of a newer version, or put back from an older copy.
    #[error("What the vault holds under \u{201c}{item}\u{201d} cannot be used: {fault}. {}", remedy(.item))]
    Damaged {
        /// The item's account name: a grant id, or a fixed word.
        item: String,
        /// What is wrong with it.
        fault: String,
    },
    /// A write was accepted, and reading it back gave something else (catalogue case 145).
    #[error(
        "The keychain accepted \u{201c}{item}\u{201d} but gave back something else; check whether another program or a synchronisation changes it, then sign in again."
    )]
    Differs {
        /// The item's account name.
        item: String,
    },
    /// The keychain is locked, and could not be unlocked without the person.
    #[error(
        "The keychain is locked; unlock it (log in to your desktop session, or open your password app), then try again."
    )]
    Locked,
    /// There is no keychain service to talk to.
    #[error(
        "No keychain service is running: {why}. Start one (on Linux gnome-keyring, KWallet or KeePassXC), or choose the passphrase-sealed file in Keyholder's settings."
    )]
    Missing {
        /// What the platform said.
        why: String,
    },
    /// The passphrase does not open the sealed file.
    #[error("The passphrase does not open the sealed file; try again with the passphrase that it was made with.")]
    Passphrase,
    /// The keychain, or the file system, said no.
    #[error("The vault refused to {act}: {why}.")]
    Refused {
        /// What was tried: an infinitive.
        act: &'static str,
        /// What the platform said.
        why: String,
    },
    /// No answer in time. A window that asks for the keychain's password may be waiting.
    #[error("The keychain did not answer within {} seconds; if a window asks for its password, answer it, then try again.", .0.as_secs())]
    Slow(Duration),
    /// The sealed file could be read or replaced by others, so it is not trusted.
    #[error("{path} is not safe to use: {fault}. Repair that (a plain file of your own, mode 0600), then try again.")]
    Unsafe {
        /// The file.
        path: String,
        /// What is wrong with it.
        fault: &'static str,
    },
}

/// What a person can do about an item that cannot be used.
fn remedy(item: &str) -> &'static str {
    if item == crate::record::BOOK_ITEM {
        "Nothing is allowed on account of your rules until you confirm them again."
    } else {
        "Sign in to this server again."
    }
}
