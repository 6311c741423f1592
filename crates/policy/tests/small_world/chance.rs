//! Worlds and events by chance, the same for the same seed.

use super::condition::Condition;
use super::event::{ACTIONS, ARGUMENTS, Event, Kind, Party, START};
use super::load::{Filed, Kept, World};
use super::rule::{Simple, Where, Who};
use keyholder_model::asking::AskMode;
use keyholder_model::bound::BoundTo;
use keyholder_model::risk::{Label, Labels, Tier};
use keyholder_policy::{Limits, Rates, Situation};
use std::time::Duration;

/// `SplitMix64` (Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap_or(0)
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    fn labels(&mut self) -> Labels {
        let bits = self.next() & self.next();
        Label::ALL.into_iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1).map(|(_, label)| label).collect()
    }

    fn number(&mut self, end: u32) -> u32 {
        u32::try_from(self.below(end as usize)).unwrap_or(0)
    }

    pub fn condition(&mut self) -> Condition {
        match self.below(36) {
            0 | 1 => Condition::NIs(self.of(&[1, 5, 20])),
            2 => Condition::NAbove(self.of(&[0, 10])),
            3 => Condition::HasN,
            4 => Condition::PLike,
            5 => Condition::Digest(self.below(ARGUMENTS.len())),
            6 => Condition::Uninspectable,
            7 | 8 => Condition::TierFrom(self.number(4)),
            9 => Condition::TierIs(self.number(4)),
            10 => Condition::FirstUse,
            11 => Condition::CallsMinute(self.of(&[1, 5])),
            12 => Condition::UnaskedHour(200),
            13 => Condition::Destroying(10),
            14 => Condition::Sending(30),
            15 => Condition::Mode(self.of(&MODES)),
            16 => Condition::Seen(self.of(&Label::ALL)),
            17 => Condition::Open,
            18 => Condition::HourFrom(self.of(&[9, 18])),
            19 => Condition::Weekend,
            20 => Condition::Locked,
            21 => Condition::KnownLocked,
            22 => Condition::Before(self.below(30)),
            23 | 24 => Condition::Does(self.of(&Label::ALL)),
            25 => Condition::Path,
            26 => Condition::Signed,
            27 => Condition::Instance(self.below(2)),
            28 => Condition::Shell,
            29 => Condition::Account(self.below(2)),
            30 => Condition::Host(self.below(2)),
            31 => Condition::Group(self.below(2)),
            32 => Condition::Pinned(self.below(2)),
            33 => self.of(&[Condition::Method, Condition::Uri, Condition::Change, Condition::Suspicious]),
            34 => self.of(&[Condition::Answers, Condition::Issuer, Condition::Scope]),
            _ => Condition::Always,
        }
    }

    /// A rule as a person might write it. Half of them have no condition at all: they are what makes things happen.
    pub fn rule(&mut self) -> Simple {
        loop {
            let conditions = if self.once_in(2) { 0 } else { 1 + self.below(3) };
            let rule = Simple {
                forbids: self.once_in(3),
                who: match self.below(6) {
                    0 | 1 => Who::Anybody,
                    2 => Who::Apps,
                    3 => Who::PersonsApps(self.below(2)),
                    _ => Who::App(self.below(2)),
                },
                actions: match self.below(8) {
                    0 => None,
                    1 => Some(1 << self.below(10)),
                    2 | 3 => Some(2),
                    4 | 5 => Some(3),
                    _ => Some(u16::try_from(1 + self.below(1023)).unwrap_or(1)),
                },
                resource: match self.below(10) {
                    0 | 1 => Where::Anything,
                    2 => Where::Tools,
                    3 => Where::Servers,
                    4 => Where::Server(self.below(2)),
                    5 => Where::InServer(self.below(2)),
                    6 => Where::InGroup(self.below(2)),
                    _ => Where::Tool(self.below(2), self.below(2)),
                },
                conditions: (0..conditions).map(|_| (self.once_in(3), self.condition())).collect(),
                is_drafted: false,
            };
            if rule.can_match() {
                return rule;
            }
        }
    }

    /// A rule as an answer makes it.
    pub fn drafted(&mut self) -> Simple {
        let mut conditions = Vec::new();
        for (odds, condition) in [
            (4, Condition::Instance(self.below(2))),
            (3, Condition::Host(self.below(2))),
            (3, Condition::Account(self.below(2))),
            (3, Condition::Pinned(self.below(2))),
            (6, Condition::Digest(self.below(ARGUMENTS.len()))),
        ] {
            if self.once_in(odds) {
                conditions.push((false, condition));
            }
        }
        for _ in 0..self.below(3) {
            let bound = self.of(&[
                ("n", BoundTo::Whole(1)),
                ("n", BoundTo::Whole(20)),
                ("n", BoundTo::Text("1".to_owned())),
                ("p", BoundTo::Prefix("/srv/".to_owned())),
                ("p", BoundTo::Prefix("*".to_owned())),
                ("p", BoundTo::Text("/srv/a".to_owned())),
                ("f", BoundTo::Flag(true)),
            ]);
            conditions.push((false, Condition::Bound(bound.0, bound.1)));
        }
        let server = self.below(2);
        Simple {
            forbids: self.once_in(4),
            who: Who::App(self.below(2)),
            actions: Some(3),
            resource: if self.once_in(3) { Where::InServer(server) } else { Where::Tool(server, self.below(2)) },
            conditions,
            is_drafted: true,
        }
    }

    pub fn limits(&mut self) -> Limits {
        let mut minutes = |odds, most| {
            let some = self.once_in(odds).then(|| 1 + self.below(most));
            some.map(|minutes| Duration::from_secs(60 * minutes as u64))
        };
        let (expires, ends, idle) = (minutes(4, 40_000), minutes(4, 40_000), minutes(4, 3_000));
        let uses = self.once_in(3).then(|| self.number(60));
        Limits { expires: expires.map(|time| START.plus(time)), ends, idle, uses }
    }

    /// A world of about so many rules.
    pub fn world(&mut self, size: usize) -> World {
        let mut rules = |most: usize| self.below(most + 1);
        let (managed, person, remembered) = (rules(size / 4), rules(size), rules(size));
        World {
            managed: (0..managed).map(|_| self.rule()).collect(),
            person: (0..person)
                .map(|_| Filed { rule: self.rule(), is_written: !self.once_in(4), is_confirmed: !self.once_in(3) })
                .collect(),
            is_pinned: self.once_in(2),
            remembered: (0..remembered)
                .map(|_| {
                    let rule = if self.once_in(2) { self.rule() } else { self.drafted() };
                    Kept { rule, limits: if self.once_in(2) { self.limits() } else { Limits::default() } }
                })
                .collect(),
        }
    }

    pub fn party(&mut self) -> Party {
        Party {
            person: self.below(2),
            app: self.below(2),
            has_path: self.once_in(2),
            instance: self.below(2),
            is_signed: self.once_in(2),
            has_shell: self.once_in(2),
            server: self.below(2),
            host: self.below(2),
            account: self.below(2),
            group: self.of(&[None, Some(0), Some(1)]),
        }
    }

    /// What the events of a world are about. Few, so that what is kept of one decision is used by many; and most differ in one
    /// thing from another, so that what is kept of one would be wrong for the next.
    pub fn subjects(&mut self, count: usize) -> Vec<(Party, Kind)> {
        let mut subjects: Vec<_> = (0..count.div_ceil(4)).map(|_| self.subject()).collect();
        while subjects.len() < count {
            let (mut party, mut kind) = self.of(&subjects);
            match self.below(15) {
                0 => party.person = 1 - party.person,
                1 => party.app = 1 - party.app,
                2 => party.has_path = !party.has_path,
                3 => party.instance = 1 - party.instance,
                4 => party.is_signed = !party.is_signed,
                5 => party.has_shell = !party.has_shell,
                6 => party.server = 1 - party.server,
                7 => party.host = 1 - party.host,
                8 => party.account = 1 - party.account,
                9 => party.group = self.of(&[None, Some(0), Some(1)]),
                _ => kind = self.turned(kind),
            }
            subjects.push((party, kind));
        }
        subjects
    }

    /// The same with one thing changed.
    fn turned(&mut self, mut kind: Kind) -> Kind {
        match &mut kind {
            Kind::Admit { tool, .. } => *tool = 1 - *tool,
            Kind::Answer { is_sampling } => *is_sampling = !*is_sampling,
            Kind::Call { tool, tier, labels, pinned, .. } => match self.below(4) {
                0 => *tool = 1 - *tool,
                1 => *tier = self.of(&Tier::ALL),
                2 => *labels = self.labels(),
                _ => *pinned = self.of(&[None, Some(0), Some(1)]),
            },
            Kind::Connect { has_issuer, .. } => *has_issuer = !*has_issuer,
            Kind::Read { has_uri, .. } => *has_uri = !*has_uri,
        }
        kind
    }

    /// One thing that an event may be about.
    pub fn subject(&mut self) -> (Party, Kind) {
        let tool = self.below(2);
        let kind = match self.below(10) {
            0 => Kind::Read { is_prompt: self.once_in(2), has_uri: self.once_in(2) },
            1 => Kind::Connect { has_issuer: self.once_in(2), is_wide: self.once_in(2) },
            2 => Kind::Admit { tool, is_new: self.once_in(2), is_suspicious: self.once_in(2) },
            3 => Kind::Answer { is_sampling: self.once_in(2) },
            _ => {
                let (tier, labels, pinned) = (self.of(&Tier::ALL), self.labels(), self.of(&[None, Some(0), Some(1)]));
                Kind::Call { tool, arguments: 0, tier, labels, pinned }
            }
        };
        (self.party(), kind)
    }

    /// One of the subjects, at a moment after the one before.
    pub fn event(&mut self, subjects: &[(Party, Kind)], clocks: &mut Clocks) -> Event {
        let (party, mut kind) = self.of(subjects);
        if let Kind::Call { arguments, .. } = &mut kind {
            *arguments = self.below(ARGUMENTS.len());
        }
        clocks.go_on(self);
        let rates = |minute, hour| Rates { minute, hour, day: hour };
        let situation = Situation {
            at: clocks.at(),
            monotonic: Duration::from_millis(clocks.monotonic.unsigned_abs()),
            hour: self.of(&[3, 9, 12, 22]),
            weekday: self.of(&[1, 5, 6, 7]),
            screen_locked: self.of(&[None, Some(false), Some(true)]),
            mode: self.of(&MODES),
            first_use: self.once_in(2),
            seen: self.labels(),
            calls: rates(self.of(&[0, 4, 5]), 9),
            unasked: rates(0, self.of(&[0, 0, 199, 200])),
            unasked_destroying: self.of(&[0, 0, 9, 10]),
            unasked_sending: self.of(&[0, 0, 29, 30]),
        };
        Event { party, kind, situation }
    }
}

/// Both clocks, in milliseconds. The wall clock jumps now and then; the other one only grows.
#[derive(Clone, Debug, Default)]
pub struct Clocks {
    pub monotonic: i64,
    skew: i64,
    has_begun: bool,
}

impl Clocks {
    fn go_on(&mut self, chance: &mut Chance) {
        const HOUR: i64 = 3_600_000;
        if !std::mem::replace(&mut self.has_begun, true) {
            return;
        }
        self.monotonic += i64::from(chance.number(2 * 60_000));
        if chance.once_in(200) {
            self.skew = chance.of(&[0, 0, -24 * HOUR, -HOUR, HOUR, 20 * HOUR]);
        }
    }

    fn at(&self) -> keyholder_model::clock::Timestamp {
        keyholder_model::clock::Timestamp::from_millis(START.as_millis() + self.monotonic + self.skew)
    }
}

pub const MODES: [AskMode; 3] = [AskMode::Balanced, AskMode::Careful, AskMode::Learning];
const _: () = assert!(ACTIONS.len() == 10, "a set of actions is ten bits");
