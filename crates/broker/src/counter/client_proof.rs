//! What proves a client that was registered by hand, on its way from the person's file to the keychain.

use crate::broker::Broker;
use crate::introduction;
use keyholder_console::error::{Code, ConsoleError};
use keyholder_model::server::ServerName;
use keyholder_secret::token::{ClientSecret, PrivateKey};
use keyholder_vault::VaultError;
use std::path::Path;

/// A secret or a key, as far as there are any.
pub(super) struct ClientProof {
    secret: Option<ClientSecret>,
    key: Option<PrivateKey>,
}

impl ClientProof {
    /// Reads the files: before anybody is asked, so that a faulty one is said at once.
    pub(super) fn read(secret_file: Option<&str>, key_file: Option<&str>) -> Result<Self, ConsoleError> {
        let unreadable = |why| ConsoleError::new(Code::Invalid).because(why);
        let secret = secret_file.map(|file| introduction::read_secret(Path::new(file))).transpose();
        let key = key_file.map(|file| introduction::read_key(Path::new(file))).transpose();
        Ok(Self { secret: secret.map_err(unreadable)?, key: key.map_err(unreadable)? })
    }

    /// Puts it into the keychain, for the server or organisation of this name.
    pub(super) async fn keep(&self, owner: &ServerName, broker: &Broker) -> Result<(), ConsoleError> {
        if self.secret.is_none() && self.key.is_none() {
            return Ok(());
        }
        let failed = |why: VaultError| ConsoleError::new(Code::Keychain).because(why.to_string());
        let vault = broker.vault().await.map_err(failed)?;
        if let Some(secret) = &self.secret {
            vault.put_client_secret(owner, secret).await.map_err(failed)?;
        }
        if let Some(key) = &self.key {
            vault.put_client_key(owner, key).await.map_err(failed)?;
        }
        Ok(())
    }
}
