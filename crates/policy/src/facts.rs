//! What a decision is made on. Whatever is not here has no influence: above all what a server claims of its own tools (T-260).

use keyholder_model::asking::AskMode;
use keyholder_model::clock::Timestamp;
use keyholder_model::digest::Digest;
use keyholder_model::grant::ScopeSet;
use keyholder_model::risk::{Labels, Tier};
use keyholder_model::server::{Account, ServerName};
use std::time::Duration;

/// Everything a rule may look at, for one request.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The person whose machine it is: `Person::"<person>"`, parent of the app.
    pub person: &'a str,
    /// The app that a person recognises: `App::"<app>"`, a hint and no proof.
    pub app: &'a str,
    /// The app's executable, where known: `principal.path`.
    pub app_path: Option<&'a str>,
    /// The app's very process, such as `4312@998877`: `principal.instance`.
    pub instance: &'a str,
    /// The names of the processes from the bridge up: `principal.processes`.
    pub processes: &'a [String],
    /// Who signed the app's executable, where the signature is valid: `principal.signer`.
    pub signer: Option<&'a str>,
    /// The person's name of the server: `Server::"<server>"`.
    pub server: &'a ServerName,
    /// The host of its address: `resource.host`.
    pub host: &'a str,
    /// The group that the person put the server into: `Group::"<group>"`, parent of the server.
    pub group: Option<&'a str>,
    /// The account at that server: `resource.account`.
    pub account: &'a Account,
    /// What would happen.
    pub action: Action<'a>,
    /// What is so at this moment.
    pub situation: &'a Situation,
    /// The digest of the exact request. A permit is good for nothing else.
    pub request: Digest,
}

/// What would happen. Each has a twin `…_unattended` in the rules.
#[derive(Clone, Copy, Debug)]
pub enum Action<'a> {
    /// A definition that is new, or changed since the person agreed to it, would be shown to the host: `admit`, on the tool.
    Admit {
        /// The tool's name.
        tool: &'a str,
        /// Which of the two: `context.change`.
        change: Change,
        /// Whether something about it is odd: `context.suspicious`.
        suspicious: bool,
    },
    /// The server asks back (elicitation, sampling, roots): `answer`, on the server.
    Answer {
        /// The MCP method: `context.kind`.
        kind: &'a str,
    },
    /// `tools/call`: `call`, on `Tool::"<server>/<tool>"`.
    Call {
        /// The tool's name: `resource.name`.
        tool: &'a str,
        /// The raw JSON object of the arguments; no bytes at all mean no arguments.
        arguments: &'a [u8],
        /// How much harm this call can do: `context.tier`.
        tier: Tier,
        /// What the tool does to a session: `resource.labels`.
        labels: Labels,
        /// The definition that the person agreed to, where there is one: `resource.pinned`.
        pinned: Option<Digest>,
    },
    /// Keyholder would sign in, or ask for a wider scope: `connect`, on the server.
    Connect {
        /// The authorization server, once it is known: `context.issuer`.
        issuer: Option<&'a str>,
        /// What would be asked for: `context.scopes`.
        scopes: &'a ScopeSet,
    },
    /// A resource or a prompt is read: `read`, on the server.
    Read {
        /// The MCP method: `context.method`.
        method: &'a str,
        /// The resource or the prompt's name: `context.uri`.
        uri: Option<&'a str>,
    },
}

/// How a definition differs from what the person agreed to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Change {
    /// It says something else than before.
    Changed,
    /// It was not there before.
    New,
}

/// What is so at the moment of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// The wall clock: `context.now`.
    pub at: Timestamp,
    /// The clock that nobody can turn; rules that end after a while end by it too.
    pub monotonic: Duration,
    /// The person's hour of the day, 0 to 23: `context.hour`.
    pub hour: u8,
    /// The person's day of the week, 1 (Monday) to 7: `context.weekday`.
    pub weekday: u8,
    /// Whether the screen is locked, where that is known: `context.screen_locked`.
    pub screen_locked: Option<bool>,
    /// How much the person wants to be asked: `context.mode`.
    pub mode: AskMode,
    /// Whether this app calls this tool for the first time: `context.first_use`.
    pub first_use: bool,
    /// What this app's session has done so far: `context.seen`.
    pub seen: Labels,
    /// This app's calls of this tool: `context.calls`.
    pub calls: Rates,
    /// Those of them that ran without a question since the person was last asked about the tool: `context.unasked`.
    pub unasked: Rates,
    /// This app's destroying calls of the last hour, whichever the tool, that nobody was asked about:
    /// `context.unasked_destroying`.
    pub unasked_destroying: u32,
    /// The same for calls that send outward: `context.unasked_sending`.
    pub unasked_sending: u32,
}

/// How often something happened lately.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Rates {
    /// In the last minute.
    pub minute: u32,
    /// In the last hour.
    pub hour: u32,
    /// In the last 24 hours.
    pub day: u32,
}

impl Situation {
    /// A moment of which only the time is known: nothing has happened before it.
    pub fn at(at: Timestamp, monotonic: Duration) -> Self {
        Self {
            at,
            monotonic,
            hour: 0,
            weekday: 1,
            screen_locked: None,
            mode: AskMode::default(),
            first_use: true,
            seen: Labels::NONE,
            calls: Rates::default(),
            unasked: Rates::default(),
            unasked_destroying: 0,
            unasked_sending: 0,
        }
    }
}

/// A conversation's own upkeep, of which no rule speaks. Closed, so that no call can be smuggled through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Upkeep {
    /// `notifications/cancelled`.
    Cancel,
    /// Ending the session (`DELETE`).
    End,
    /// `initialize`, `notifications/initialized`, `server/discover`.
    Handshake,
    /// `tools/list`, `prompts/list`, `resources/list`, `resources/templates/list` of a connected server.
    List,
    /// Opening the stream on which the server speaks by itself: `GET`, `subscriptions/listen`.
    Listen,
    /// The host's `notifications/progress`, `notifications/roots/list_changed`, and `logging/setLevel`.
    Notify,
    /// `ping`.
    Ping,
    /// The answer to a request of the server: whether there is one was decided as [`Action::Answer`].
    Respond,
}

impl Upkeep {
    /// Which upkeep a method is; none for every method that does something, and for every unknown one.
    pub fn of_method(method: &str) -> Option<Self> {
        Some(match method {
            "notifications/cancelled" => Self::Cancel,
            "initialize" | "notifications/initialized" | "server/discover" => Self::Handshake,
            "tools/list" | "prompts/list" | "resources/list" | "resources/templates/list" => Self::List,
            "subscriptions/listen" => Self::Listen,
            "notifications/progress" | "notifications/roots/list_changed" | "logging/setLevel" => Self::Notify,
            "ping" => Self::Ping,
            _ => return None,
        })
    }
}
