//! One exchange: an order on its way, and what comes back.

use super::Order;
use crate::activity::{EntryDetail, LogReport, SummaryView, VerifyReport};
use crate::approvals::{ChoiceView, GuardView, QuestionDetail, QuestionView, RawView, SettledView};
use crate::attention::AttentionView;
use crate::error::{Code, ConsoleError};
use crate::explanation::ExplanationView;
use crate::grants::{GrantView, RevocationView};
use crate::history::HistoryView;
use crate::hosts::HostView;
use crate::mode::ModeView;
use crate::organisations::OrganisationView;
use crate::reviews::ReviewView;
use crate::rules::RuleView;
use crate::servers::{ProbeView, ServerView};
use crate::simulation::SimulationView;
use crate::status::{DoctorReport, StatusView};
use crate::tools::ToolView;
use serde::{Deserialize, Serialize};

/// Version of orders and answers.
pub const VERSION: u32 = 1;

/// What came of an order. Where a number of things can be shown, a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "answer", content = "view", rename_all = "snake_case")]
pub enum Answer {
    /// To `Approvals`.
    Approvals(Vec<QuestionView>),
    /// To `Seen`: no answer is taken before that.
    Armed(GuardView),
    /// To `Attention`.
    Attention(AttentionView),
    /// To `OfferPattern`: the answer that is on offer now.
    Choice(ChoiceView),
    /// To `Doctor`.
    Doctor(DoctorReport),
    /// To an order that only had to be carried out.
    Done(Receipt),
    /// To `ShowEntry`.
    Entry(Box<EntryDetail>),
    /// To `Explain`.
    Explanation(Box<ExplanationView>),
    /// To `Login`: the new sign-in; to `Grants`: all of them.
    Grants(Vec<GrantView>),
    /// To `History`.
    Histories(Vec<HistoryView>),
    /// To `Hosts`.
    Hosts(Vec<HostView>),
    /// To `Log`.
    Log(LogReport),
    /// To `Mode`.
    Mode(ModeView),
    /// To `Organisations` and `AddOrganisation`.
    Organisations(Vec<OrganisationView>),
    /// To `Probe`.
    Probe(Box<ProbeView>),
    /// To `ShowQuestion`.
    Question(Box<QuestionDetail>),
    /// To `ShowRaw`.
    Raw(RawView),
    /// To `Review`.
    Reviews(Vec<ReviewView>),
    /// To `Revoke`, `Logout` and `RemoveServer`.
    Revocations(Vec<RevocationView>),
    /// To `Rules`.
    Rules(Vec<RuleView>),
    /// To `AddServer` and `ShowServer`.
    Server(Box<ServerView>),
    /// To `Servers`.
    Servers(Vec<ServerView>),
    /// To `AnswerListed`, in the same order.
    Settled(Vec<SettledView>),
    /// To `Simulate`.
    Simulation(Box<SimulationView>),
    /// To `Status`.
    Status(Box<StatusView>),
    /// To `Summary`.
    Summary(Box<SummaryView>),
    /// To `Labels`.
    Tools(Vec<ToolView>),
    /// To `VerifyLog`.
    VerifyLog(VerifyReport),
}

/// An order was carried out.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(default)]
pub struct Receipt {
    /// One sentence more, where there is one.
    pub note: Option<String>,
}

/// An order on its way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Ask {
    /// [`VERSION`]; another one is answered with [`Code::Version`].
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
    /// A [`ConsoleError`] with [`Code::Version`] or [`Code::Invalid`].
    pub fn parse(json: &[u8]) -> Result<Order, ConsoleError> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let invalid = |why: serde_json::Error| ConsoleError::new(Code::Invalid).because(why.to_string());
        let Versioned { version } = serde_json::from_slice(json).map_err(invalid)?;
        if version != VERSION {
            return Err(
                ConsoleError::new(Code::Version).because(format!("the broker speaks {VERSION}, the command {version}"))
            );
        }
        serde_json::from_slice(json).map(|ask: Self| ask.order).map_err(invalid)
    }
}

/// What comes back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
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
