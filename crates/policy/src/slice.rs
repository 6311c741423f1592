//! The part of the rules that can apply to one app, server, account and tool, made once and kept.
//!
//! Building Cedar's entities and walking rules that cannot match costs more than deciding. Both depend on who acts on what only,
//! not on the single call, so they are kept; where none of the rules that remain for an action reads the context, what they say
//! is kept too. Slices belong to one set of rules and go with it: a reload starts with none.

use crate::decide::Ruling;
use crate::entities::{Parties, Unbuildable};
use crate::facts::{Action, Facts};
use crate::index::Index;
use crate::life::Life;
use crate::parse::Rule;
use crate::reads::Reads;
use crate::rule::Effect;
use crate::scope;
use cedar_policy::{EntityUid, PolicySet};
use keyholder_model::digest::Digest;
use keyholder_model::risk::Labels;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// The rules that can apply to these parties.
#[derive(Debug)]
pub(crate) struct Slice {
    key: Key,
    pub(crate) parties: Parties,
    pub(crate) attended: Half,
    pub(crate) unattended: Half,
    /// Which facts of the moment its rules read.
    pub(crate) reads: Reads,
    /// The lifetimes of those of its rules that end.
    pub(crate) lives: Vec<Arc<Life>>,
}

/// The rules that can apply to one of the two actions.
#[derive(Debug)]
pub(crate) struct Half {
    pub(crate) action: EntityUid,
    pub(crate) rules: PolicySet,
    /// Whether none of them reads any fact of the moment.
    pub(crate) is_fixed: bool,
    /// What they say, where that is fixed.
    pub(crate) ruling: OnceLock<Ruling>,
}

impl Slice {
    /// `bare`: the place of the bare permit that is in force, if one is; the rules that sleep then are left out.
    pub(crate) fn of(
        rules: &[Rule],
        index: &Index,
        facts: &Facts<'_>,
        bare: Option<usize>,
    ) -> Result<Self, Unbuildable> {
        let parties = Parties::of(facts)?;
        let places = index.find(&parties);
        let (mut reads, mut lives) = (Reads::default(), Vec::new());
        let mut select = |action: &EntityUid| {
            let relevant = places.iter().filter_map(|place| Some((*place, rules.get(*place)?)));
            let relevant = relevant.filter(|(_, rule)| !(bare.is_some() && rule.sleeps_when_open));
            let relevant = relevant.filter(|(_, rule)| scope::can_match(&rule.policy, &parties, action));
            let relevant: Vec<(usize, &Rule)> = relevant.collect();
            lives.extend(relevant.iter().filter_map(|(_, rule)| rule.life.clone()));
            let selected = PolicySet::from_policies(relevant.iter().map(|(_, rule)| rule.policy.clone()));
            let half = Half {
                action: action.clone(),
                rules: selected.map_err(|_| Unbuildable)?,
                is_fixed: true,
                ruling: OnceLock::new(),
            };
            if let Some(place) = bare.filter(|place| prevails(*place, &relevant)) {
                let _ = half.ruling.set(Ruling::Permitted(place));
                return Ok(half);
            }
            let mut own = Reads::default();
            for (_, rule) in &relevant {
                own.join(&rule.reads);
            }
            reads.join(&own);
            Ok(Half { is_fixed: own.is_empty(), ..half })
        };
        let (attended, unattended) = (select(&parties.attended), select(&parties.unattended));
        Ok(Self { key: Key::of(facts), attended: attended?, unattended: unattended?, reads, lives, parties })
    }

    fn weight(&self) -> usize {
        1 + self.attended.rules.num_of_policies() + self.unattended.rules.num_of_policies()
    }
}

/// Whether the bare permit at this place decides whatever the moment: nothing forbids, and no permit goes before it.
fn prevails(place: usize, relevant: &[(usize, &Rule)]) -> bool {
    let first = relevant.iter().min_by_key(|(place, rule)| rule.weakness(*place));
    first.is_some_and(|(first, _)| *first == place) && relevant.iter().all(|(_, rule)| rule.effect() == Effect::Permit)
}

/// Slices that were made, found again by what they were made of.
#[derive(Debug, Default)]
pub(crate) struct Slices {
    hasher: RandomState,
    kept: RwLock<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    slices: HashMap<u64, Arc<Slice>>,
    weight: usize,
}

impl Slices {
    /// The slice for these facts; made where it is not kept.
    pub(crate) fn find(
        &self,
        rules: &[Rule],
        index: &Index,
        facts: &Facts<'_>,
        bare: Option<usize>,
    ) -> Result<Arc<Slice>, Unbuildable> {
        let hash = self.hasher.hash_one(parts(facts));
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner).slices.get(&hash).cloned();
        // Two keys may share a hash: the slice must say that it is the one.
        if let Some(slice) = kept.filter(|slice| slice.key.is_of(facts)) {
            return Ok(slice);
        }
        let slice = Arc::new(Slice::of(rules, index, facts, bare)?);
        self.keep(hash, &slice);
        Ok(slice)
    }

    fn keep(&self, hash: u64, slice: &Arc<Slice>) {
        if slice.key.size() > LONGEST_KEY {
            return;
        }
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        // A host may invent tool names without end. Beginning anew is rare and costs microseconds; keeping order would not pay.
        if kept.slices.len() >= MOST_SLICES || kept.weight >= MOST_RULES {
            *kept = Kept::default();
        }
        kept.weight += slice.weight();
        kept.slices.insert(hash, slice.clone());
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).slices.len()
    }
}

/// Everything that a slice depends on.
type Parts<'a> = (&'static str, [Option<&'a str>; 10], &'a [String], Labels, Option<Digest>);

fn parts<'a>(facts: &Facts<'a>) -> Parts<'a> {
    let (tool, labels, pinned) = match facts.action {
        Action::Admit { tool, .. } => (Some(tool), Labels::NONE, None),
        Action::Call { tool, labels, pinned, .. } => (Some(tool), labels, pinned),
        Action::Answer { .. } | Action::Connect { .. } | Action::Read { .. } => (None, Labels::NONE, None),
    };
    let texts = [
        Some(facts.person),
        Some(facts.app),
        facts.app_path,
        Some(facts.instance),
        facts.signer,
        Some(facts.server.as_str()),
        Some(facts.host),
        facts.group,
        Some(facts.account.as_str()),
        tool,
    ];
    (facts.action.name(), texts, facts.processes, labels, pinned)
}

/// The same, owned.
#[derive(Debug)]
struct Key {
    action: &'static str,
    texts: [Option<String>; 10],
    processes: Vec<String>,
    labels: Labels,
    pinned: Option<Digest>,
}

impl Key {
    fn of(facts: &Facts<'_>) -> Self {
        let (action, texts, processes, labels, pinned) = parts(facts);
        Self { action, texts: texts.map(|text| text.map(str::to_owned)), processes: processes.to_vec(), labels, pinned }
    }

    fn is_of(&self, facts: &Facts<'_>) -> bool {
        let (action, texts, processes, labels, pinned) = parts(facts);
        self.action == action
            && self.texts.iter().map(Option::as_deref).eq(texts)
            && self.processes == processes
            && self.labels == labels
            && self.pinned == pinned
    }

    fn size(&self) -> usize {
        self.texts.iter().flatten().chain(&self.processes).map(String::len).sum()
    }
}

const MOST_SLICES: usize = 1_024;
/// Rules in all slices together.
const MOST_RULES: usize = 100_000;
/// Bytes; a longer key is decided on, but not kept.
const LONGEST_KEY: usize = 8 << 10;
