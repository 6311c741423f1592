//! The hall: puts the rooms in order for a call, and serves the counter at which a person sees and gives orders.
//!
//! It holds no rule of its own. What may run is decided in `policy`, who is asked in `approval`, what a token is in `oauth`,
//! where it lies in `vault`; the hall only says in which order they are visited. The order of one tool call is the body of
//! `call`; everything else a host may ask takes the short `road`.
//!
//! To find a thing: the doors (sockets, who is calling) in [`door`]; one server's account, with its credential and sign-in, in
//! `site`; one bridge's conversation in `session`; orders from the command line in `counter`.

mod admission;
mod answers;
mod assertion;
mod book;
mod brief;
mod broker;
mod bulletin;
mod call;
mod catalog;
mod connect;
mod counter;
mod credential;
mod decide;
pub mod door;
mod eras;
mod exchange;
mod face;
mod giving_back;
mod history;
mod introduction;
mod line;
mod live_secrets;
mod organisation;
mod outages;
mod parts;
mod record;
mod refusal;
mod registry;
mod request;
mod review;
mod risk;
mod road;
mod server_asks;
mod session;
mod sign_in;
mod site;
mod situation;
mod upkeep;
mod uses;
mod who;

pub use broker::Broker;
pub use bulletin::Reader;
pub use parts::{BrokerError, Browser, IdleExit, NoScreen, NoWindows, Parts, Screen, VaultChoice, Windows};
pub use upkeep::try_keychain;
