//! The authorization server's room: gets, renews and gives back tokens (OAuth 2.1 as MCP profiles it).
//!
//! It owns the conversation with **authorization servers** and the one loopback listener that receives their redirect. It must
//! not know the keychain, the person or the MCP server: it is handed a [`Challenge`], a client and settings, and gives back a
//! [`Credential`](keyholder_secret::credential::Credential). All traffic goes through `keyholder-http`.
//!
//! The table of contents is `flow`: [`discover`] → [`Discovery::prepare`] → [`Prepared::authorize`] →
//! [`AwaitRedirect::finish`]; later [`refresh()`] and [`revoke`]. Who only looks takes [`discover`] in its two steps, [`locate`]
//! and [`Located::examine`], and stops there: nothing is registered before [`Prepared::authorize`].
//!
//! Two rules hold everywhere. Issuers and resources are strings: kept, compared and sent byte for byte as published, never
//! rebuilt from a parsed URL. And what is not understood is refused before anything secret leaves.
//!
//! To add a grant type: a file named after it, which builds its form with `form` and reads the answer with `token_response`;
//! a stage or function in `flow`'s order; scripted misbehaviours in `tests/`.

mod audience;
mod authorization;
mod binding;
mod challenge;
mod client_proof;
mod discovery;
mod document;
mod error;
mod exchange;
mod flow;
mod form;
mod landing;
mod listener;
mod machine;
mod redirect;
mod refresh;
mod registration;
mod resource_metadata;
mod revocation;
mod scope;
mod server_metadata;
mod settings;
mod strict_json;
mod token_response;
mod untrusted;
mod vetted_url;
mod warning;

#[cfg(test)]
mod tests;

pub use challenge::Challenge;
pub use discovery::{Discovery, Located, discover, locate};
pub use error::{OauthError, RefreshError};
pub use exchange::{Audience, IdentityProvider};
pub use flow::{AwaitRedirect, Prepared};
pub use landing::Landing;
pub use machine::{MachineGrant, reissue};
pub use refresh::refresh;
pub use registration::Registration;
pub use revocation::{Receipt, Returned, Revoked, revoke};
pub use settings::{ClientSettings, GrantKind, OlderDiscovery, Preregistered, ResourceSetting, Wish};
pub use vetted_url::{Loopback, UnsafeUrl, VettedUrl};
pub use warning::Warning;
