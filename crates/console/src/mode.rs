//! How much the person is asked.

use serde::{Deserialize, Serialize};

/// What is asked where no rule of the person's says otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AskMode {
    /// What only looks runs, the rest asks.
    Balanced,
    /// Everything asks.
    Careful,
    /// For a few days what looks and what can be undone runs and is written down, to be settled afterwards; the rest asks.
    Learning,
}

impl AskMode {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Balanced, Self::Careful, Self::Learning];

    /// The word on the command line and in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Balanced => "balanced",
            Self::Careful => "careful",
            Self::Learning => "learning",
        }
    }
}

/// How much is asked, and what was learned.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ModeView {
    /// The mode of this moment.
    pub mode: AskMode,
    /// When learning ends; none in the other modes.
    pub learning_until: Option<String>,
    /// What ran without a question because of learning, and is not settled by a rule yet.
    pub learned: Vec<LearnedView>,
}

/// What ran without a question while learning. Texts come from hosts and servers: escape them before showing them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct LearnedView {
    /// The app.
    pub app: String,
    /// The server's name.
    pub server: String,
    /// The tool.
    pub tool: String,
    /// How often.
    pub times: u64,
}
