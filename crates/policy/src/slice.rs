//! The part of the rules that can apply to one app, server, account and tool, made once and kept.
//!
//! Building Cedar's entities and walking rules that cannot match costs more than deciding. Both depend on who acts on what only,
//! not on the single call, so they are kept; where none of the rules that remain reads the context, the decision itself is kept
//! too. Slices belong to one set of rules and go with it: a reload starts with none.

use crate::decide::Outcome;
use crate::entities::{Parties, Unbuildable};
use crate::facts::{Action, Facts};
use crate::parse::Rule;
use crate::scope;
use cedar_policy::PolicySet;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// The rules that can apply to these parties.
#[derive(Debug)]
pub(crate) struct Slice {
    key: Key,
    pub(crate) parties: Parties,
    pub(crate) attended: PolicySet,
    pub(crate) unattended: PolicySet,
    pub(crate) reads_context: bool,
    /// The decision, where no rule of the slice reads the context.
    pub(crate) outcome: OnceLock<Outcome>,
}

impl Slice {
    pub(crate) fn of(rules: &[Rule], facts: &Facts<'_>) -> Result<Self, Unbuildable> {
        let parties = Parties::of(facts)?;
        let mut reads_context = false;
        let mut select = |action| {
            let relevant = rules.iter().filter(|rule| scope::can_match(&rule.policy, &parties, action));
            PolicySet::from_policies(relevant.map(|rule| {
                reads_context |= rule.reads_context;
                rule.policy.clone()
            }))
            .map_err(|_| Unbuildable)
        };
        let (attended, unattended) = (select(&parties.attended), select(&parties.unattended));
        Ok(Self {
            key: Key::of(facts),
            attended: attended?,
            unattended: unattended?,
            reads_context,
            outcome: OnceLock::new(),
            parties,
        })
    }

    fn weight(&self) -> usize {
        1 + self.attended.num_of_policies() + self.unattended.num_of_policies()
    }
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
    pub(crate) fn find(&self, rules: &[Rule], facts: &Facts<'_>) -> Result<Arc<Slice>, Unbuildable> {
        let hash = self.hasher.hash_one(parts(facts));
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner).slices.get(&hash).cloned();
        // Two keys may share a hash: the slice must say that it is the one.
        if let Some(slice) = kept.filter(|slice| slice.key.is_of(facts)) {
            return Ok(slice);
        }
        let slice = Arc::new(Slice::of(rules, facts)?);
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
type Parts<'a> = (&'static str, &'a str, Option<&'a str>, &'a str, &'a str, &'a str, Option<&'a str>);

fn parts<'a>(facts: &Facts<'a>) -> Parts<'a> {
    let tool = match facts.action {
        Action::Call { tool, .. } => Some(tool),
        Action::Answer { .. } | Action::Connect { .. } | Action::Read { .. } => None,
    };
    (facts.action.name(), facts.app, facts.app_path, facts.server.as_str(), facts.host, facts.account.as_str(), tool)
}

/// The same, owned.
#[derive(Debug)]
struct Key {
    action: &'static str,
    app: String,
    app_path: Option<String>,
    server: String,
    host: String,
    account: String,
    tool: Option<String>,
}

impl Key {
    fn of(facts: &Facts<'_>) -> Self {
        let (action, app, app_path, server, host, account, tool) = parts(facts);
        Self {
            action,
            app: app.to_owned(),
            app_path: app_path.map(str::to_owned),
            server: server.to_owned(),
            host: host.to_owned(),
            account: account.to_owned(),
            tool: tool.map(str::to_owned),
        }
    }

    fn is_of(&self, facts: &Facts<'_>) -> bool {
        parts(facts)
            == (
                self.action,
                self.app.as_str(),
                self.app_path.as_deref(),
                self.server.as_str(),
                self.host.as_str(),
                self.account.as_str(),
                self.tool.as_deref(),
            )
    }

    fn size(&self) -> usize {
        let path = self.app_path.as_ref().map_or(0, String::len);
        let tool = self.tool.as_ref().map_or(0, String::len);
        self.app.len() + path + self.server.len() + self.host.len() + self.account.len() + tool
    }
}

const MOST_SLICES: usize = 1_024;
/// Rules in all slices together.
const MOST_RULES: usize = 100_000;
/// Bytes; a longer key is decided on, but not kept.
const LONGEST_KEY: usize = 8 << 10;
