//! Which rules can match at all, by their scope alone.
//!
//! A rule's scope names a principal, actions and a resource. Where it cannot match, the rule has no say and is left out of the
//! slice that is evaluated; Cedar itself still checks the scope of those that stay, so keeping too many is only slow.

use crate::entities::Parties;
use cedar_policy::{ActionConstraint, EntityUid, Policy, PrincipalConstraint, ResourceConstraint};

/// Whether the rule's scope can match these parties under this action.
pub(crate) fn can_match(policy: &Policy, parties: &Parties, action: &EntityUid) -> bool {
    is_acted(&policy.action_constraint(), action)
        && is_principal(&policy.principal_constraint(), parties)
        && is_resource(&policy.resource_constraint(), parties)
}

/// Actions have no groups: `in` means one of the list.
fn is_acted(constraint: &ActionConstraint, action: &EntityUid) -> bool {
    match constraint {
        ActionConstraint::Any => true,
        ActionConstraint::In(actions) => actions.contains(action),
        ActionConstraint::Eq(one) => one == action,
    }
}

/// An app's one parent is its person.
fn is_principal(constraint: &PrincipalConstraint, parties: &Parties) -> bool {
    let principal = &parties.principal;
    let within = |one: &EntityUid| one == principal || *one == parties.person;
    match constraint {
        PrincipalConstraint::Any => true,
        PrincipalConstraint::Eq(one) => one == principal,
        PrincipalConstraint::In(one) => within(one),
        PrincipalConstraint::Is(kind) => kind == principal.type_name(),
        PrincipalConstraint::IsIn(kind, one) => kind == principal.type_name() && within(one),
    }
}

/// A tool's parent is its server, a server's its group.
fn is_resource(constraint: &ResourceConstraint, parties: &Parties) -> bool {
    let resource = &parties.resource;
    let within = |one: &EntityUid| one == resource || *one == parties.server || Some(one) == parties.group.as_ref();
    match constraint {
        ResourceConstraint::Any => true,
        ResourceConstraint::Eq(one) => one == resource,
        ResourceConstraint::In(one) => within(one),
        ResourceConstraint::Is(kind) => kind == resource.type_name(),
        ResourceConstraint::IsIn(kind, one) => kind == resource.type_name() && within(one),
    }
}
