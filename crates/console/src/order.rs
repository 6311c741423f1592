//! The orders a person may give, and the answers to them. One exchange is one [`Ask`] and one [`Reply`].

use crate::activity::{LogQuery, LogReport, VerifyReport};
use crate::approvals::QuestionView;
use crate::error::ConsoleError;
use crate::grants::{GrantView, RevocationView, Whose};
use crate::rules::RuleView;
use crate::servers::{NewServer, ServerView};
use crate::status::{DoctorReport, StatusView};
use serde::{Deserialize, Serialize};

/// Version of orders and answers.
pub const VERSION: u32 = 1;

/// One order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case")]
pub enum Order {
    /// Configure a server.
    AddServer(NewServer),
    /// The questions that wait.
    Approvals,
    /// Say no to a question.
    Deny {
        /// The question's id.
        question: String,
    },
    /// Check what Keyholder stands on.
    Doctor,
    /// All sign-ins.
    Grants,
    /// Use no credential until unlocked.
    Lock,
    /// Read the log.
    Log(LogQuery),
    /// Sign in: consent and browser, as for a host's first call.
    Login {
        /// The server's name.
        name: String,
        /// The account's label.
        account: Option<String>,
    },
    /// Delete the local copy of a sign-in, without telling the authorization server.
    Logout {
        /// The server's name.
        name: String,
        /// The account's label.
        account: Option<String>,
    },
    /// Refuse every call of a server until resumed.
    Pause {
        /// The server's name.
        server: String,
    },
    /// Take a rule away.
    RemoveRule {
        /// The rule's id.
        rule: String,
    },
    /// Take a server out of the configuration; its sign-ins are revoked.
    RemoveServer {
        /// The server's name.
        name: String,
    },
    /// Let a paused server go on.
    Resume {
        /// The server's name.
        server: String,
    },
    /// Give sign-ins back and delete them.
    Revoke {
        /// Which.
        whose: Whose,
    },
    /// The rules.
    Rules,
    /// The servers.
    Servers,
    /// One server with its tools.
    ShowServer {
        /// The server's name.
        name: String,
    },
    /// How the broker is.
    Status,
    /// End the broker.
    Stop,
    /// Use credentials again.
    Unlock,
    /// Check the log's chain.
    VerifyLog,
}

/// What an order does to authority.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Authority {
    /// It takes some away; every door may.
    Lowers,
    /// It may give more: through a door with a name it becomes a question at the broker's own face.
    Raises,
    /// It changes nothing.
    Reads,
}

/// Through which door an order came.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum OrderDoor {
    /// The face's channel, which only a process that the broker started has.
    Counter,
    /// The side door: a socket with a name, open to whatever runs as this user.
    Side,
}

/// What may happen to an order that came through a door.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Handling {
    /// It becomes a question at the broker's own face; without a face it is refused.
    AskFirst,
    /// It is carried out.
    CarryOut,
}

impl Order {
    /// What it does to authority.
    ///
    /// `RemoveRule` counts as raising since the rule may be one that refuses; a broker that sees that the rule only allows may
    /// treat it as lowering.
    pub const fn authority(&self) -> Authority {
        match self {
            Self::AddServer(_) | Self::Login { .. } | Self::RemoveRule { .. } | Self::Resume { .. } | Self::Unlock => {
                Authority::Raises
            }
            Self::Deny { .. }
            | Self::Lock
            | Self::Logout { .. }
            | Self::Pause { .. }
            | Self::RemoveServer { .. }
            | Self::Revoke { .. }
            | Self::Stop => Authority::Lowers,
            Self::Approvals
            | Self::Doctor
            | Self::Grants
            | Self::Log(_)
            | Self::Rules
            | Self::Servers
            | Self::ShowServer { .. }
            | Self::Status
            | Self::VerifyLog => Authority::Reads,
        }
    }

    /// What may happen to it when it comes through this door.
    pub const fn handling(&self, door: OrderDoor) -> Handling {
        match (door, self.authority()) {
            (OrderDoor::Side, Authority::Raises) => Handling::AskFirst,
            (OrderDoor::Counter, _) | (OrderDoor::Side, Authority::Lowers | Authority::Reads) => Handling::CarryOut,
        }
    }

    /// Its name on the wire and in the log.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AddServer(_) => "add_server",
            Self::Approvals => "approvals",
            Self::Deny { .. } => "deny",
            Self::Doctor => "doctor",
            Self::Grants => "grants",
            Self::Lock => "lock",
            Self::Log(_) => "log",
            Self::Login { .. } => "login",
            Self::Logout { .. } => "logout",
            Self::Pause { .. } => "pause",
            Self::RemoveRule { .. } => "remove_rule",
            Self::RemoveServer { .. } => "remove_server",
            Self::Resume { .. } => "resume",
            Self::Revoke { .. } => "revoke",
            Self::Rules => "rules",
            Self::Servers => "servers",
            Self::ShowServer { .. } => "show_server",
            Self::Status => "status",
            Self::Stop => "stop",
            Self::Unlock => "unlock",
            Self::VerifyLog => "verify_log",
        }
    }
}

/// What came of an order. Where a number of things can be shown, a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "answer", content = "view", rename_all = "snake_case")]
pub enum Answer {
    /// To `Approvals`.
    Approvals(Vec<QuestionView>),
    /// To `Doctor`.
    Doctor(DoctorReport),
    /// To an order that only had to be carried out.
    Done(Receipt),
    /// To `Login`: the new sign-in; to `Grants`: all of them.
    Grants(Vec<GrantView>),
    /// To `Log`.
    Log(LogReport),
    /// To `Revoke`, `Logout` and `RemoveServer`.
    Revocations(Vec<RevocationView>),
    /// To `Rules`.
    Rules(Vec<RuleView>),
    /// To `AddServer` and `ShowServer`.
    Server(Box<ServerView>),
    /// To `Servers`.
    Servers(Vec<ServerView>),
    /// To `Status`.
    Status(Box<StatusView>),
    /// To `VerifyLog`.
    VerifyLog(VerifyReport),
}

/// An order was carried out.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Receipt {
    /// One sentence more, where there is one.
    pub note: Option<String>,
}

/// An order on its way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ask {
    /// [`VERSION`]; another one is answered with [`crate::error::Code::Version`].
    pub version: u32,
    /// The order.
    pub order: Order,
}

impl Ask {
    /// An order in this version.
    pub fn new(order: Order) -> Self {
        Self { version: VERSION, order }
    }

    /// Reads an order, version first: a later version may have other orders.
    ///
    /// # Errors
    /// A [`ConsoleError`] with [`crate::error::Code::Version`] or [`crate::error::Code::Invalid`].
    pub fn parse(json: &[u8]) -> Result<Order, ConsoleError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let invalid = |why: serde_json::Error| ConsoleError::new(crate::error::Code::Invalid).because(why.to_string());
        let Versioned { version } = serde_json::from_slice(json).map_err(invalid)?;
        if version != VERSION {
            return Err(ConsoleError::new(crate::error::Code::Version)
                .because(format!("the broker speaks {VERSION}, the command {version}")));
        }
        serde_json::from_slice(json).map(|ask: Self| ask.order).map_err(invalid)
    }
}

/// What comes back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// It was carried out.
    Answer(Answer),
    /// It was not.
    Error(ConsoleError),
}

impl From<Result<Answer, ConsoleError>> for Reply {
    fn from(result: Result<Answer, ConsoleError>) -> Self {
        match result {
            Ok(answer) => Self::Answer(answer),
            Err(error) => Self::Error(error),
        }
    }
}

impl From<Reply> for Result<Answer, ConsoleError> {
    fn from(reply: Reply) -> Self {
        match reply {
            Reply::Answer(answer) => Ok(answer),
            Reply::Error(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests;
