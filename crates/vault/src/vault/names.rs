//! What the vault's items are called.

use crate::keychain;
use keyholder_model::digest::Digest;
use keyholder_model::id::GrantId;
use std::path::Path;

/// Which installation's items: the keychain's service name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace(String);

impl Namespace {
    /// The person's own: `dev.keyholder`.
    pub fn standard() -> Self {
        Self("dev.keyholder".to_owned())
    }

    /// That of a home of its own (`KEYHOLDER_HOME`): `dev.keyholder.` and 16 digits of the path's digest. A throw-away home never
    /// touches the person's items.
    pub fn of_home(home: &Path) -> Self {
        let digest = Digest::of_parts(&[home.as_os_str().as_encoded_bytes()]).to_string();
        Self(format!("dev.keyholder.{}", &digest[..16]))
    }

    /// The service name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Under which name a person finds a grant's item in their system's own keychain program.
    pub fn shown(&self, grant: GrantId) -> String {
        keychain::shown(&self.0, &grant.to_string())
    }
}

/// The keys that the vault keeps for other rooms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyName {
    /// Authenticates the audit log's anchor.
    AuditAnchor,
    /// Authenticates the pins of rules.
    RulePins,
    /// Seals records that are too large for an item.
    Sealing,
}

impl KeyName {
    pub(super) fn item(self) -> &'static str {
        match self {
            Self::AuditAnchor => "key-audit-anchor",
            Self::RulePins => "key-rule-pins",
            Self::Sealing => "key-sealing",
        }
    }
}

/// The small values that are no secrets but must not be rolled back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteName {
    /// Where the audit log stood.
    AuditAnchor,
}

impl NoteName {
    pub(super) fn item(self) -> &'static str {
        match self {
            Self::AuditAnchor => "note-audit-anchor",
        }
    }
}
