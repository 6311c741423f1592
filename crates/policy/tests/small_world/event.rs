//! What happens in the small world.

use keyholder_model::clock::Timestamp;
use keyholder_model::digest::Digest;
use keyholder_model::grant::ScopeSet;
use keyholder_model::risk::{Labels, Tier};
use keyholder_model::server::{Account, ServerName};
use keyholder_policy::{Action, Change, Facts, Situation};
use std::sync::LazyLock;

/// One request at one moment.
#[derive(Clone, Debug)]
pub struct Event {
    pub party: Party,
    pub kind: Kind,
    pub situation: Situation,
}

/// Who asks, and where; numbers are places in the lists below.
#[derive(Clone, Copy, Debug)]
pub struct Party {
    pub person: usize,
    pub app: usize,
    pub has_path: bool,
    pub instance: usize,
    pub is_signed: bool,
    pub has_shell: bool,
    pub server: usize,
    pub host: usize,
    pub account: usize,
    pub group: Option<usize>,
}

/// What would happen.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Admit { tool: usize, is_new: bool, is_suspicious: bool },
    Answer { is_sampling: bool },
    Call { tool: usize, arguments: usize, tier: Tier, labels: Labels, pinned: Option<usize> },
    Connect { has_issuer: bool, is_wide: bool },
    Read { is_prompt: bool, has_uri: bool },
}

pub const ACTIONS: [&str; 10] = [
    "call",
    "call_unattended",
    "read",
    "read_unattended",
    "connect",
    "connect_unattended",
    "admit",
    "admit_unattended",
    "answer",
    "answer_unattended",
];
pub const PERSONS: [&str; 2] = ["ana", "bo\u{202e}b"];
pub const APPS: [&str; 2] = ["claude", "a\"b\\\n"];
pub const INSTANCES: [&str; 2] = ["1@1", "2@2"];
pub const SERVERS: [&str; 2] = ["github", "github.x"];
pub const HOSTS: [&str; 2] = ["mcp.good.example", "mcp.evil.example"];
pub const ACCOUNTS: [&str; 2] = ["work", "home"];
pub const GROUPS: [&str; 2] = ["work", "github"];
pub const TOOLS: [&str; 2] = ["delete", "x/delete*\u{e9}"];
/// When the world begins.
pub const START: Timestamp = Timestamp::from_millis(1_795_262_400_000);

/// An argument's value, as a rule sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Value {
    Flag(bool),
    Long(i64),
    /// A set, a record or null.
    Other,
    Text(&'static str),
}

/// One JSON text: what a rule sees of it, in Cedar's JSON and by its members; which of these texts are the same arguments.
#[derive(Debug)]
pub struct Arguments {
    pub json: &'static str,
    /// None: uninspectable.
    pub cedar: Option<&'static str>,
    pub members: &'static [(&'static str, Value)],
    pub class: usize,
}

const fn seen(json: &'static str, members: &'static [(&'static str, Value)], class: usize) -> Arguments {
    Arguments { json, cedar: Some(json), members, class }
}

const fn seen_as(cedar: &'static str, mut of: Arguments) -> Arguments {
    of.cedar = Some(cedar);
    of
}

const fn unseen(json: &'static str, class: usize) -> Arguments {
    Arguments { json, cedar: None, members: &[], class }
}

pub static ARGUMENTS: [Arguments; 18] = [
    seen_as("{}", seen("", &[], 0)),
    seen("{}", &[], 0),
    seen(r#"{"n":1}"#, &[("n", Value::Long(1))], 1),
    seen_as(r#"{"n":20}"#, seen(r#"{"n":20e0}"#, &[("n", Value::Long(20))], 2)),
    seen(r#"{"n":20}"#, &[("n", Value::Long(20))], 3),
    seen(r#"{"n":"1"}"#, &[("n", Value::Text("1"))], 4),
    seen_as(r#"{"n":"1.5"}"#, seen(r#"{"n":1.5}"#, &[("n", Value::Text("1.5"))], 5)),
    seen(r#"{"p":"/srv/a","n":5}"#, &[("n", Value::Long(5)), ("p", Value::Text("/srv/a"))], 6),
    seen(r#"{ "n":5, "p":"\u002fsrv/a" }"#, &[("n", Value::Long(5)), ("p", Value::Text("/srv/a"))], 6),
    seen(r#"{"p":"/srv/../x","f":true}"#, &[("p", Value::Text("/srv/../x")), ("f", Value::Flag(true))], 7),
    seen(r#"{"p":"*b","n":1}"#, &[("p", Value::Text("*b")), ("n", Value::Long(1))], 8),
    seen(r#"{"f":true}"#, &[("f", Value::Flag(true))], 9),
    seen_as(
        r#"{"f":{"__entity":{"type":"Json","id":"null"}},"n":{"n":1}}"#,
        seen(r#"{"f":null,"n":{"n":1}}"#, &[("f", Value::Other), ("n", Value::Other)], 10),
    ),
    seen(r#"{"p":["/srv/a"],"f":false}"#, &[("p", Value::Other), ("f", Value::Flag(false))], 11),
    unseen(r#"{"n":1,"n":20}"#, 100),
    unseen("[1]", 101),
    unseen(r#"{"n":9007199254740993.0}"#, 102),
    unseen(r#"{"p":"/srv/a","n":1e999}"#, 103),
];

static SERVER_NAMES: LazyLock<[ServerName; 2]> = LazyLock::new(|| SERVERS.map(|name| name.parse().expect("a name")));
static ACCOUNT_NAMES: LazyLock<[Account; 2]> = LazyLock::new(|| ACCOUNTS.map(|name| name.parse().expect("a label")));
static SCOPES: LazyLock<[ScopeSet; 2]> =
    LazyLock::new(|| ["read", "read write"].map(|scopes| scopes.parse().expect("scopes")));
static SHELL: LazyLock<Vec<String>> = LazyLock::new(|| vec!["keyholder".to_owned(), "bash".to_owned()]);
static PINS: LazyLock<[Digest; 2]> = LazyLock::new(|| [Digest::of_parts(&[b"one"]), Digest::of_parts(&[b"two"])]);
static REQUEST: LazyLock<Digest> = LazyLock::new(|| Digest::of_parts(&[b"request"]));

pub fn server(place: usize) -> &'static ServerName {
    &SERVER_NAMES[place]
}

pub fn account(place: usize) -> &'static Account {
    &ACCOUNT_NAMES[place]
}

pub fn pin(place: usize) -> Digest {
    PINS[place]
}

impl Event {
    pub fn facts(&self) -> Facts<'_> {
        let party = &self.party;
        Facts {
            person: PERSONS[party.person],
            app: APPS[party.app],
            app_path: party.has_path.then_some("/p"),
            instance: INSTANCES[party.instance],
            processes: if party.has_shell { &SHELL } else { &[] },
            signer: party.is_signed.then_some("Signer"),
            server: server(party.server),
            host: HOSTS[party.host],
            group: party.group.map(|group| GROUPS[group]),
            account: account(party.account),
            action: self.kind.action(),
            situation: &self.situation,
            request: *REQUEST,
        }
    }

    /// The tool that it is about.
    pub fn tool(&self) -> Option<usize> {
        match self.kind {
            Kind::Admit { tool, .. } | Kind::Call { tool, .. } => Some(tool),
            Kind::Answer { .. } | Kind::Connect { .. } | Kind::Read { .. } => None,
        }
    }

    /// The arguments of a call.
    pub fn arguments(&self) -> Option<&'static Arguments> {
        match self.kind {
            Kind::Call { arguments, .. } => Some(&ARGUMENTS[arguments]),
            _ => None,
        }
    }
}

impl Kind {
    fn action(&self) -> Action<'static> {
        match *self {
            Self::Admit { tool, is_new, is_suspicious } => Action::Admit {
                tool: TOOLS[tool],
                change: if is_new { Change::New } else { Change::Changed },
                suspicious: is_suspicious,
            },
            Self::Answer { is_sampling } => {
                Action::Answer { kind: if is_sampling { "sampling/createMessage" } else { "elicitation/create" } }
            }
            Self::Call { tool, arguments, tier, labels, pinned } => Action::Call {
                tool: TOOLS[tool],
                arguments: ARGUMENTS[arguments].json.as_bytes(),
                tier,
                labels,
                pinned: pinned.map(pin),
            },
            Self::Connect { has_issuer, is_wide } => Action::Connect {
                issuer: has_issuer.then_some("https://as.example"),
                scopes: &SCOPES[usize::from(is_wide)],
            },
            Self::Read { is_prompt, has_uri } => Action::Read {
                method: if is_prompt { "prompts/get" } else { "resources/read" },
                uri: has_uri.then_some("file:///a"),
            },
        }
    }

    /// The place of the attended action in [`ACTIONS`].
    pub fn place(&self) -> usize {
        match self {
            Self::Call { .. } => 0,
            Self::Read { .. } => 2,
            Self::Connect { .. } => 4,
            Self::Admit { .. } => 6,
            Self::Answer { .. } => 8,
        }
    }
}
