//! A condition of the small world: its text, and when it holds.

use super::event::{ACCOUNTS, ARGUMENTS, Arguments, Event, GROUPS, HOSTS, INSTANCES, Kind, START, Value, pin};
use super::rule::quoted;
use keyholder_model::asking::AskMode;
use keyholder_model::bound::BoundTo;
use keyholder_model::clock::Timestamp;
use keyholder_model::risk::Label;
use keyholder_policy::canonical_digest;
use std::time::Duration;

#[derive(Clone, PartialEq, Debug)]
pub enum Condition {
    Account(usize),
    Always,
    Answers,
    /// So many ten minutes after the beginning.
    Before(usize),
    Bound(&'static str, BoundTo),
    CallsMinute(u32),
    Change,
    Destroying(u32),
    Digest(usize),
    Does(Label),
    FirstUse,
    Group(usize),
    HasN,
    Host(usize),
    HourFrom(u8),
    Instance(usize),
    Issuer,
    KnownLocked,
    Locked,
    Method,
    Mode(AskMode),
    NAbove(i64),
    NIs(i64),
    Open,
    Path,
    Pinned(usize),
    PLike,
    Scope,
    Seen(Label),
    Sending(u32),
    Shell,
    Signed,
    Suspicious,
    TierFrom(u32),
    TierIs(u32),
    UnaskedHour(u32),
    Uninspectable,
    Uri,
    Weekend,
}

impl Condition {
    pub fn text(&self) -> String {
        match self {
            Self::Account(place) => format!("resource.account == {}", quoted(ACCOUNTS[*place])),
            Self::Always => "true".to_owned(),
            Self::Answers => "context.kind == \"sampling/createMessage\"".to_owned(),
            Self::Before(tens) => format!("context.now < datetime(\"{}\")", moment(*tens)),
            Self::Bound(..) => "only a draft has bounds".to_owned(),
            Self::CallsMinute(count) => format!("context.calls.minute >= {count}"),
            Self::Change => "context.change == \"new\"".to_owned(),
            Self::Destroying(count) => format!("context.unasked_destroying >= {count}"),
            Self::Digest(place) => format!("context.arguments_digest == \"{}\"", digest_of(*place)),
            Self::Does(label) => format!("resource.labels.contains(\"{label}\")"),
            Self::FirstUse => "context.first_use".to_owned(),
            Self::Group(place) => format!("resource has group && resource.group == {}", quoted(GROUPS[*place])),
            Self::HasN => "context has arguments && context.arguments has n".to_owned(),
            Self::Host(place) => format!("resource.host == {}", quoted(HOSTS[*place])),
            Self::HourFrom(hour) => format!("context.hour >= {hour}"),
            Self::Instance(place) => format!("principal.instance == {}", quoted(INSTANCES[*place])),
            Self::Issuer => "context has issuer && context.issuer == \"https://as.example\"".to_owned(),
            Self::KnownLocked => "context has screen_locked && context.screen_locked".to_owned(),
            Self::Locked => "context.screen_locked".to_owned(),
            Self::Method => "context.method == \"prompts/get\"".to_owned(),
            Self::Mode(mode) => format!("context.mode == \"{mode}\""),
            Self::NAbove(number) => format!("context.arguments.n > {number}"),
            Self::NIs(number) => format!("context[\"arguments\"][\"n\"] == {number}"),
            Self::Open => "context.open".to_owned(),
            Self::Path => "principal.path == \"/p\"".to_owned(),
            Self::Pinned(place) => format!("resource has pinned && resource.pinned == \"{}\"", pin(*place)),
            Self::PLike => "context.arguments.p like \"/srv/*\"".to_owned(),
            Self::Scope => "context.scopes.contains(\"write\")".to_owned(),
            Self::Seen(label) => format!("context.seen.contains(\"{label}\")"),
            Self::Sending(count) => format!("context.unasked_sending >= {count}"),
            Self::Shell => "principal.processes.contains(\"bash\")".to_owned(),
            Self::Signed => "principal has signer && principal.signer == \"Signer\"".to_owned(),
            Self::Suspicious => "context.suspicious".to_owned(),
            Self::TierFrom(tier) => format!("context.tier >= {tier}"),
            Self::TierIs(tier) => format!("context.tier == {tier}"),
            Self::UnaskedHour(count) => format!("context.unasked.hour >= {count}"),
            Self::Uninspectable => "context.uninspectable".to_owned(),
            Self::Uri => "context has uri && context.uri like \"file:*\"".to_owned(),
            Self::Weekend => "context.weekday >= 6".to_owned(),
        }
    }

    /// None where Cedar cannot say.
    #[allow(clippy::too_many_lines, reason = "one line a condition")]
    pub fn holds(&self, event: &Event, is_open: bool) -> Option<bool> {
        let (party, moment_of) = (&event.party, &event.situation);
        let arguments = event.arguments();
        let member = |name: &str| {
            arguments.map(|some| some.members.iter().find(|(one, _)| *one == name).map(|(_, value)| *value))
        };
        let of_call = |holds: bool| arguments.map(|_| holds);
        let (tier, labels, pinned) = match event.kind {
            Kind::Call { tier, labels, pinned, .. } => (Some(u32::from(tier.as_number())), Some(labels), pinned),
            _ => (None, None, None),
        };
        match self {
            Self::Account(place) => Some(*place == party.account),
            Self::Always => Some(true),
            Self::Answers => {
                if let Kind::Answer { is_sampling } = event.kind {
                    Some(is_sampling)
                } else {
                    None
                }
            }
            Self::Before(tens) => Some(moment_of.at < moment(*tens)),
            Self::Bound(name, to) => match (member(name)?, to) {
                (None, _) => Some(false),
                (Some(value), BoundTo::Flag(flag)) => Some(value == Value::Flag(*flag)),
                (Some(value), BoundTo::Text(text)) => Some(matches!(value, Value::Text(one) if one == text)),
                (Some(value), BoundTo::Whole(number)) => Some(value == Value::Long(*number)),
                (Some(Value::Text(text)), BoundTo::Prefix(prefix)) => {
                    let strays = prefix.contains('/') && (text.contains("..") || text.to_lowercase().contains("%2e"));
                    Some(text.starts_with(prefix.as_str()) && !strays)
                }
                (Some(_), BoundTo::Prefix(_)) => None,
            },
            Self::CallsMinute(count) => of_call(moment_of.calls.minute >= *count),
            Self::Change => {
                if let Kind::Admit { is_new, .. } = event.kind {
                    Some(is_new)
                } else {
                    None
                }
            }
            Self::Destroying(count) => of_call(moment_of.unasked_destroying >= *count),
            Self::Digest(place) => {
                let is_same = |seen: &Arguments| seen.class == ARGUMENTS[*place].class;
                // What cannot be inspected has no digest, and is then the same as nothing that can.
                let both_unseen = |seen: &Arguments| seen.cedar.is_none() && ARGUMENTS[*place].cedar.is_none();
                arguments.map(|seen| is_same(seen) || both_unseen(seen))
            }
            Self::Does(label) => labels.map(|labels| labels.has(*label)),
            Self::FirstUse => of_call(moment_of.first_use),
            Self::Group(place) => Some(party.group == Some(*place)),
            Self::HasN => Some(member("n").flatten().is_some()),
            Self::Host(place) => Some(*place == party.host),
            Self::HourFrom(hour) => Some(moment_of.hour >= *hour),
            Self::Instance(place) => Some(*place == party.instance),
            Self::Issuer => Some(matches!(event.kind, Kind::Connect { has_issuer: true, .. })),
            Self::KnownLocked => Some(moment_of.screen_locked == Some(true)),
            Self::Locked => moment_of.screen_locked,
            Self::Method => {
                if let Kind::Read { is_prompt, .. } = event.kind {
                    Some(is_prompt)
                } else {
                    None
                }
            }
            Self::Mode(mode) => Some(moment_of.mode == *mode),
            Self::NAbove(number) => {
                if let Value::Long(n) = member("n")?? {
                    Some(n > *number)
                } else {
                    None
                }
            }
            Self::NIs(number) => Some(member("n")?? == Value::Long(*number)),
            Self::Open => Some(is_open),
            Self::Path => party.has_path.then_some(true),
            Self::Pinned(place) => Some(pinned == Some(*place)),
            Self::PLike => {
                if let Value::Text(text) = member("p")?? {
                    Some(text.starts_with("/srv/"))
                } else {
                    None
                }
            }
            Self::Scope => {
                if let Kind::Connect { is_wide, .. } = event.kind {
                    Some(is_wide)
                } else {
                    None
                }
            }
            Self::Seen(label) => Some(moment_of.seen.has(*label)),
            Self::Sending(count) => of_call(moment_of.unasked_sending >= *count),
            Self::Shell => Some(party.has_shell),
            Self::Signed => Some(party.is_signed),
            Self::Suspicious => {
                if let Kind::Admit { is_suspicious, .. } = event.kind {
                    Some(is_suspicious)
                } else {
                    None
                }
            }
            Self::TierFrom(least) => tier.map(|tier| tier >= *least),
            Self::TierIs(one) => tier.map(|tier| tier == *one),
            Self::UnaskedHour(count) => of_call(moment_of.unasked.hour >= *count),
            Self::Uninspectable => arguments.map(|seen| seen.cedar.is_none()),
            Self::Uri => Some(matches!(event.kind, Kind::Read { has_uri: true, .. })),
            Self::Weekend => Some(moment_of.weekday >= 6),
        }
    }
}

fn moment(tens: usize) -> Timestamp {
    START.plus(Duration::from_secs(600 * tens as u64))
}

/// The digest of these arguments; empty where they have none.
pub fn digest_of(place: usize) -> String {
    canonical_digest(ARGUMENTS[place].json.as_bytes()).unwrap_or_default()
}
