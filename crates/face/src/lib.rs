//! The broker's face, without its windows: the channel to the broker, what the approval window shows at this moment, and when
//! the app has nothing left to do. No window library, no token, no decision: `keyholder-desktop` puts windows around it.
//!
//! Time is passed in, as a duration on the monotonic clock from any fixed moment.
//!
//! It knows `wire` and `console` and nothing deeper.

pub mod approvals;
pub mod channel;
pub mod export;
pub mod gate;
pub mod glass;
pub mod idle;
pub mod nonce;
pub mod preferences;
pub mod pulse;
pub mod standing;
pub mod start;
