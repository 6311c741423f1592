//! Whether a tool is kept from an app altogether, whatever it would be called with.

use crate::decide::RuleSet;
use crate::facts::Facts;
use crate::life::Vital;
use crate::policy::Policy;
use crate::rule::Effect;
use crate::scope;
use crate::slice::Slice;
use cedar_policy::{Authorizer, Context, PolicySet, Request};

impl Policy {
    /// Whether some rule forbids every call of this tool by this app, without a look at the arguments or the moment: then the host
    /// need not even see it. Where nothing can be read, nothing is hidden: the calls themselves are denied.
    pub fn hides(&self, facts: &Facts<'_>) -> bool {
        let state = self.now();
        state.closed.is_none() && state.set.hides(facts)
    }
}

impl RuleSet {
    fn hides(&self, facts: &Facts<'_>) -> bool {
        let Ok(slice) = Slice::of(&self.rules, &self.index, facts, None) else { return false };
        let moment = self.moment(facts);
        let parties = &slice.parties;
        let places = self.index.find(parties);
        let forbids = places.iter().filter_map(|place| self.rules.get(*place)).filter(|rule| {
            rule.effect() == Effect::Forbid
                && rule.reads.is_empty()
                && rule.life.as_ref().is_none_or(|life| life.vital(&moment) == Vital::Alive)
                && scope::can_match(&rule.policy, parties, &parties.attended)
        });
        let Ok(forbids) = PolicySet::from_policies(forbids.map(|rule| rule.policy.clone())) else { return false };
        let (principal, resource) = (parties.principal.clone(), parties.resource.clone());
        let request = Request::new(principal, parties.attended.clone(), resource, Context::empty(), None);
        let Ok(request) = request else { return false };
        let response = Authorizer::new().is_authorized(&request, &forbids, &parties.entities);
        response.diagnostics().reason().next().is_some()
    }
}
