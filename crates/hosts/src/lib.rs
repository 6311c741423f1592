//! The host apps on this machine: which there are, where each keeps its list of MCP servers, and what a person writes there to
//! have a server come through Keyholder.
//!
//! It looks at whether files and folders exist and reads none of them: another program's configuration may hold secrets. It knows
//! neither the broker nor any server but by name.
//!
//! What differs between apps is data: to add one, an entry in `catalogue`, and a [`Shape`](catalogue::Shape) in `snippet` where it
//! writes its servers down as no other does. What will read and rewrite those files gets files of its own: `scan`, `plan`, `apply`
//! and `undo`.

mod around;
mod catalogue;
mod command;
mod look;
mod snippet;

pub use around::{Around, Disk, Files, Platform};
pub use look::{Bridge, Host, look};
