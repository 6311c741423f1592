//! The orders a person may give, and the answers to them. One exchange is one [`Ask`] and one [`Reply`].

mod authority;
mod exchange;

pub use authority::{Authority, Handling, OrderDoor};
pub use exchange::{Answer, Ask, Receipt, Reply, VERSION};

use crate::activity::LogQuery;
use crate::approvals::{BoundView, ListedChoice, ListedView};
use crate::explanation::CallView;
use crate::grants::Whose;
use crate::mode::AskMode;
use crate::news::Destination;
use crate::organisations::NewOrganisation;
use crate::servers::NewServer;
use crate::settings::Setting;
use crate::tools::ToolUse;
use serde::{Deserialize, Serialize};

/// One order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(tag = "order", rename_all = "snake_case")]
pub enum Order {
    /// Configure an organisation that may vouch for the person.
    AddOrganisation(Box<NewOrganisation>),
    /// Put rules beside those that there are.
    AddRule {
        /// The rules as Cedar text.
        text: String,
    },
    /// Configure a server.
    AddServer(Box<NewServer>),
    /// Let a definition in that was held back.
    Admit {
        /// Its id, as in [`crate::reviews::ReviewView::id`].
        review: String,
    },
    /// Answer a question. The face's own order: a door with a name refuses it (invariant 7).
    Answer {
        /// The question's id.
        question: String,
        /// What was shown, as in [`crate::approvals::QuestionDetail::digest`]: the answer is good for nothing else.
        digest: String,
        /// The answer, as in [`crate::approvals::ChoiceView::choice`].
        choice: String,
    },
    /// Answer several questions in one step; each must have been shown. The face's own order, as [`Self::Answer`].
    AnswerListed {
        /// Which, each bound to what was shown of it.
        questions: Vec<ListedView>,
        /// The answer to each of them.
        choice: ListedChoice,
    },
    /// The questions that wait.
    Approvals,
    /// How often the person was asked, and how that went.
    Attention,
    /// Put into force what waits in rules files.
    ConfirmRules,
    /// Say no to a question.
    Deny {
        /// The question's id.
        question: String,
    },
    /// Say no to every question about a server.
    DenyAll {
        /// The server's name.
        server: String,
    },
    /// Believe nothing of what a server says about its tools.
    Distrust {
        /// The server's name.
        server: String,
    },
    /// Check what Keyholder stands on.
    Doctor,
    /// Ask anew about a call with other arguments; the one that was asked about is not sent. The face's own order.
    Edit {
        /// The question's id.
        question: String,
        /// What was shown, as in [`crate::approvals::QuestionDetail::digest`].
        digest: String,
        /// The arguments, as the exact text of a JSON object.
        arguments: String,
    },
    /// What the rules of this moment would say to a call, and why. Nothing is sent.
    Explain {
        /// The call.
        call: CallView,
    },
    /// All sign-ins.
    Grants,
    /// What the sessions have read so far, which decides what they may still send.
    History {
        /// Only of this app.
        app: Option<String>,
    },
    /// The tools with their tiers and labels.
    Labels {
        /// Only of this server.
        server: Option<String>,
    },
    /// The host apps on this machine, with what makes them use a server.
    Hosts {
        /// The server's name, which need not be known yet; where none is given, `NAME` stands in its place.
        server: Option<String>,
    },
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
    /// How much is asked.
    Mode,
    /// Look at an address before anything is configured. It visits the address, without any credential.
    Probe {
        /// The address.
        url: String,
    },
    /// Put one more answer on offer: always, where the arguments are so. The face's own order.
    OfferPattern {
        /// The question's id.
        question: String,
        /// What the arguments must be; all of it, at least one.
        bounds: Vec<BoundView>,
    },
    /// The organisations.
    Organisations,
    /// Refuse every call of a server until resumed.
    Pause {
        /// The server's name.
        server: String,
    },
    /// Go on holding a definition back, and do not ask about it again.
    Refuse {
        /// Its id, as in [`crate::reviews::ReviewView::id`].
        review: String,
    },
    /// Take an organisation out of the configuration.
    RemoveOrganisation {
        /// Its name.
        name: String,
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
    /// Forget what an app's sessions have read.
    ResetHistory {
        /// The app.
        app: String,
    },
    /// Let a paused server go on.
    Resume {
        /// The server's name.
        server: String,
    },
    /// Ask again for an app that asked too much.
    ResumeAsking {
        /// The app.
        app: String,
    },
    /// The definitions that are held back until the person has looked at them.
    Review,
    /// Give sign-ins back and delete them.
    Revoke {
        /// Which.
        whose: Whose,
    },
    /// The rules.
    Rules,
    /// The servers.
    Servers,
    /// This question came into view, was drawn anew, or its window got the focus: from now on nothing is taken as an answer for a
    /// moment. Without it no answer is taken at all. The face's own order.
    Seen {
        /// The question's id.
        question: String,
    },
    /// Change a setting.
    Set(Setting),
    /// Say what a tool does to a session.
    SetLabels {
        /// The server's name.
        server: String,
        /// The tool's name.
        tool: String,
        /// All of its labels, as words; the empty list takes every label away.
        labels: Vec<String>,
    },
    /// Say how much is to be asked.
    SetMode {
        /// From now on.
        mode: AskMode,
    },
    /// Say for every app whether calls of a tool run, ask or are refused.
    SetToolUse {
        /// The server's name.
        server: String,
        /// The account's label.
        account: String,
        /// The tool's name.
        tool: String,
        /// From now on; none takes back what was said.
        usage: Option<ToolUse>,
    },
    /// One entry of the log with everything that was written down.
    ShowEntry {
        /// Its number.
        number: u64,
    },
    /// Bring Keyholder's own window to the front. It raises nothing: the window is the person's.
    ShowFace(Destination),
    /// One question with all that a face shows.
    ShowQuestion {
        /// The question's id.
        question: String,
    },
    /// The exact text of what a question would send. The face's own order: nothing is hidden in it.
    ShowRaw {
        /// The question's id.
        question: String,
    },
    /// One server with its tools.
    ShowServer {
        /// The server's name.
        name: String,
    },
    /// What other rules would have said to the calls of the past. Nothing is changed.
    Simulate {
        /// The first moment that counts (RFC 3339).
        since: String,
        /// The rules as Cedar text.
        text: String,
        /// The name of the person's rules file whose place the text takes; where there is none, it stands beside them all.
        replaces: Option<String>,
    },
    /// How the broker is.
    Status,
    /// End the broker.
    Stop,
    /// What happened in the last days, for charts.
    Summary {
        /// How many, today among them; 1 to 90.
        days: u32,
    },
    /// Believe what a server says about its tools, as far as that may make Keyholder ask less.
    Trust {
        /// The server's name.
        server: String,
    },
    /// Use credentials again.
    Unlock,
    /// Check the log's chain.
    VerifyLog,
}

#[cfg(test)]
mod tests;
