//! The settings: `config.toml`, which a person edits too, and `keyholder.db`, which only Keyholder writes.
//!
//! Comments and order in `config.toml` survive every edit; what cannot be understood is refused by name and line, because a
//! misspelt security setting must not be silently without effect. No secret has a place in either file: tokens and client
//! secrets live in the keychain, and here stands at most that there is one ([`SecretRef`]).
//!
//! This room knows no policy and no network: a remembered rule is text to it. To add a setting: a field in [`Options`] with its
//! [`Setting`], or one in [`Server`] with its line in `edit` (writing); its line in `config` (reading), and its entry in
//! `config.schema.json`; a test keeps the two together. To change the database: a new file in `migrations/`; released ones are
//! frozen.

mod config;
mod definitions;
mod edit;
mod eras;
mod error;
mod file;
mod grants;
mod options;
mod organisations;
mod servers;
mod settings;
mod store;
mod uses;

pub use definitions::SeenDefinition;
pub use eras::{Era, EraVerdict};
pub use error::SettingsError;
pub use grants::SignInRefusal;
pub use options::{LetterKeys, Look, Options, Setting};
pub use organisations::Organisation;
pub use servers::{AssertionSource, Grant, OlderDiscovery, Operation, ResourceParameter, SecretRef, Server};
pub use settings::Settings;
pub use uses::RuleUse;

/// The JSON Schema of `config.toml`, for editors.
pub const SCHEMA: &str = include_str!("../config.schema.json");
