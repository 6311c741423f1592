//! What the broker tells its face without being asked. News carry no content: the face reads again what it shows.

use serde::{Deserialize, Serialize};

/// One piece of news.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum News {
    /// A question was put.
    Asked {
        /// Its id.
        question: String,
    },
    /// What is shown of this subject may be old.
    Changed {
        /// Which.
        subject: Subject,
    },
    /// An app asks too much: what it asks is refused unread for a while; see [`crate::attention::AttentionView::paused`].
    Paused,
    /// A question was answered, taken back or ran out.
    Settled {
        /// Its id.
        question: String,
    },
    /// The person wants to be taken there.
    Show(Destination),
}

/// What can change behind a window's back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The log grew.
    Activity,
    /// The questions that wait, and who is not asked for.
    Questions,
    /// Which definitions are held back.
    Reviews,
    /// The rules.
    Rules,
    /// Servers, sign-ins and tools.
    Servers,
    /// Locked or not, the mode, the bridges.
    Status,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Activity, Self::Questions, Self::Reviews, Self::Rules, Self::Servers, Self::Status];
}

/// Where a person wants to be taken in Keyholder's own windows.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Destination {
    /// The place.
    pub place: Place,
    /// The server that it is about, by the name that somebody gave it: of `Connect` the one that a link wants to be connected, of
    /// `Grants` the one whose connection is to be opened.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional = nullable))]
    pub server: Option<String>,
}

impl From<Place> for Destination {
    fn from(place: Place) -> Self {
        Self { place, server: None }
    }
}

/// A place in Keyholder's own windows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// What happened.
    Activity,
    /// The wizard that connects a server.
    Connect,
    /// The servers and their sign-ins.
    Grants,
    /// The main window, wherever it was left.
    #[default]
    Home,
    /// The questions that wait.
    Questions,
    /// The rules.
    Rules,
    /// The settings.
    Settings,
}
