//! Where rules are found again: by the tool, the server or the app that their scope names.
//!
//! Five thousand answers are about five thousand tools; one call needs to look at the few that are about its own.

use crate::entities::Parties;
use crate::parse::Rule;
use cedar_policy::{EntityUid, PrincipalConstraint, ResourceConstraint};
use std::collections::HashMap;

/// The places of rules in their list, by the narrowest thing that each one's scope names.
#[derive(Debug, Default)]
pub(crate) struct Index {
    by_resource: HashMap<EntityUid, Vec<usize>>,
    by_principal: HashMap<EntityUid, Vec<usize>>,
    anywhere: Vec<usize>,
}

impl Index {
    pub(crate) fn of(rules: &[Rule]) -> Self {
        let mut index = Self::default();
        for (place, rule) in rules.iter().enumerate() {
            // The resource is nearly always the narrower of the two.
            if let Some(resource) = named_resource(&rule.policy.resource_constraint()) {
                index.by_resource.entry(resource).or_default().push(place);
            } else if let Some(principal) = named_principal(&rule.policy.principal_constraint()) {
                index.by_principal.entry(principal).or_default().push(place);
            } else {
                index.anywhere.push(place);
            }
        }
        index
    }

    /// The places of all rules whose scope can match these parties, in order; and of some that cannot.
    pub(crate) fn find(&self, parties: &Parties) -> Vec<usize> {
        let resources = [Some(&parties.resource), Some(&parties.server), parties.group.as_ref()];
        let mut named: Vec<_> = resources.into_iter().flatten().collect();
        // Where the server itself is the resource it is named twice.
        named.dedup();
        let principals = [&parties.principal, &parties.person];
        let mut places = self.anywhere.clone();
        places.extend(named.into_iter().filter_map(|one| self.by_resource.get(one)).flatten());
        places.extend(principals.into_iter().filter_map(|one| self.by_principal.get(one)).flatten());
        places.sort_unstable();
        places
    }
}

fn named_resource(constraint: &ResourceConstraint) -> Option<EntityUid> {
    match constraint {
        ResourceConstraint::Eq(one) | ResourceConstraint::In(one) | ResourceConstraint::IsIn(_, one) => {
            Some(one.clone())
        }
        ResourceConstraint::Any | ResourceConstraint::Is(_) => None,
    }
}

fn named_principal(constraint: &PrincipalConstraint) -> Option<EntityUid> {
    match constraint {
        PrincipalConstraint::Eq(one) | PrincipalConstraint::In(one) | PrincipalConstraint::IsIn(_, one) => {
            Some(one.clone())
        }
        PrincipalConstraint::Any | PrincipalConstraint::Is(_) => None,
    }
}
