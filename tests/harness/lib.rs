//! What a story needs: the real programs, a private keychain, practice servers, a host, a person at a browser, and a nose for
//! tokens where they should not be.
//!
//! A story is a plain `#[test]` in `stories/`, named after its promise:
//!
//! ```no_run
//! # use harness::{House, said};
//! # use serde_json::json;
//! let house = House::open();
//! house.home.allow_everything();
//! let mut host = house.host();
//! host.initialize();
//! host.sign_in();
//! assert_eq!(said(&host.call("echo", json!({ "text": "hello" }))), "hello");
//! ```
//!
//! Nothing of it touches the person's own places, keychain or bus: everything lives in a folder of its own and ends with it.
//! The programs must have been built: `cargo build -p keyholder-cli -p keyholder-daemon`.

#![allow(clippy::missing_panics_doc, reason = "a harness panics: that is how a story fails")]
#![allow(clippy::must_use_candidate, reason = "acts are done for their effect")]

mod broker;
mod browser;
mod canary;
mod desktop;
mod home;
mod host;
mod house;
mod lab;
mod notifications;
mod order;
mod patience;
mod programs;
mod recorder;
mod screen;
mod seat;
mod servers;
mod terminal;
mod window;

pub use broker::{Broker, has_ended, kill9, stop};
pub use browser::{Browser, Mood};
pub use canary::{Canary, Finding, Markers};
pub use desktop::Desktop;
pub use home::Home;
pub use host::{Era, Host, Line, is_refused, said};
pub use house::{CONNECTING_RUNS, House};
pub use lab::Lab;
pub use notifications::Notifications;
pub use order::Told;
pub use patience::{LONG, at_once, eventually, let_pass, times, within};
pub use programs::{program, tethered};
pub use recorder::Recorder;
pub use screen::{AT_THE_SCREEN, Screen, Shown, Thing};
pub use seat::{ASKS, Seat, processes_of};
pub use servers::Servers;
pub use terminal::{Terminal, shows};
pub use window::{Installation, Window};
