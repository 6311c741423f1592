//! Which scopes are asked for (MCP "Scope Selection Strategy"; ).

use crate::warning::Warning;
use keyholder_model::grant::ScopeSet;

/// What there is to choose from.
pub(crate) struct Choice<'a> {
    /// The challenge's scopes: authoritative for what was attempted.
    pub(crate) challenged: Option<&'a ScopeSet>,
    /// `scopes_supported` of the resource.
    pub(crate) resource: Option<&'a ScopeSet>,
    /// `scopes_supported` of the authorization server; decides about `offline_access` alone.
    pub(crate) server: Option<&'a ScopeSet>,
    /// The person's own setting.
    pub(crate) setting: Option<&'a ScopeSet>,
    /// What is granted already.
    pub(crate) held: &'a ScopeSet,
}

impl Choice<'_> {
    /// The scopes to ask for; `None` where nobody named any, and then the parameter is left out.
    ///
    /// Identity scopes (`openid`, `profile`, `email`) are never added; `offline_access` is what keeps a person signed in, and is
    /// added where the authorization server lists it and scopes are asked for at all.
    pub(crate) fn select(&self, warnings: &mut Vec<Warning>) -> Option<ScopeSet> {
        let proposed = self.challenged.or(self.resource);
        let selected = match (self.setting, proposed) {
            (Some(setting), _) => {
                let left_out = proposed.map(|scopes| scopes.without(setting)).unwrap_or_default();
                if !left_out.is_empty() {
                    warnings.push(Warning::ScopesLeftOut { scopes: left_out });
                }
                setting.clone()
            }
            (None, Some(proposed)) => self.offline(&proposed.union(self.held)),
            (None, None) => return None,
        };
        let broad = broad(&selected);
        if !broad.is_empty() {
            warnings.push(Warning::BroadScopes { scopes: broad });
        }
        (!selected.is_empty()).then_some(selected)
    }

    /// What the server itself names, whether or not it is asked for.
    pub(crate) fn named(&self) -> ScopeSet {
        let all = self.challenged.into_iter().chain(self.resource);
        all.fold(ScopeSet::default(), |all, scopes| all.union(scopes))
    }

    fn offline(&self, scopes: &ScopeSet) -> ScopeSet {
        let offline = offline_access();
        let challenged = self.challenged.is_some_and(|scopes| scopes.covers(&offline));
        if self.server.is_some_and(|listed| listed.covers(&offline)) {
            scopes.union(&offline)
        } else if challenged {
            scopes.clone()
        } else {
            scopes.without(&offline)
        }
    }
}

/// `offline_access` (OpenID Connect Core §11).
pub(crate) fn offline_access() -> ScopeSet {
    // The word is a legal scope, so this never falls back to the empty set.
    "offline_access".parse().unwrap_or_default()
}

/// Scopes that promise everything (S-081): a wildcard, or one of these words between separators.
fn broad(scopes: &ScopeSet) -> ScopeSet {
    let is_broad = |scope: &&str| {
        let lower = scope.to_ascii_lowercase();
        lower.contains('*')
            || lower.contains("full-access")
            || lower.contains("full_access")
            || lower
                .split([':', '.', '/', '-', '_'])
                .any(|word| matches!(word, "admin" | "all" | "everything" | "root" | "full" | "superuser"))
    };
    let words: Vec<&str> = scopes.iter().filter(is_broad).collect();
    words.join(" ").parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(text: &str) -> ScopeSet {
        text.parse().unwrap()
    }

    fn select(
        challenged: Option<&str>,
        resource: Option<&str>,
        server: Option<&str>,
        setting: Option<&str>,
        held: &str,
    ) -> (Option<String>, usize) {
        let (challenged, resource, server, setting) =
            (challenged.map(scopes), resource.map(scopes), server.map(scopes), setting.map(scopes));
        let mut warnings = Vec::new();
        let choice = Choice {
            challenged: challenged.as_ref(),
            resource: resource.as_ref(),
            server: server.as_ref(),
            setting: setting.as_ref(),
            held: &scopes(held),
        };
        (choice.select(&mut warnings).map(|scopes| scopes.to_string()), warnings.len())
    }

    #[test]
    fn the_challenge_goes_before_the_resource_and_nobody_means_none() {
        assert_eq!(select(Some("a"), Some("b"), Some("c"), None, "").0.as_deref(), Some("a"));
        assert_eq!(select(None, Some("b c"), None, None, "").0.as_deref(), Some("b c"));
        assert_eq!(select(None, None, Some("openid offline_access email"), None, "").0, None);
    }

    #[test]
    fn a_step_up_asks_for_old_and_new() {
        assert_eq!(select(Some("write"), None, None, None, "read").0.as_deref(), Some("read write"));
    }

    #[test]
    fn offline_access_is_asked_for_where_it_is_offered_only() {
        assert_eq!(select(None, Some("a"), Some("offline_access"), None, "").0.as_deref(), Some("a offline_access"));
        assert_eq!(select(None, Some("a offline_access"), Some("a"), None, "").0.as_deref(), Some("a"));
        assert_eq!(select(Some("offline_access"), None, None, None, "").0.as_deref(), Some("offline_access"));
    }

    #[test]
    fn the_persons_setting_is_exactly_what_is_asked_for() {
        assert_eq!(select(Some("a b"), None, Some("offline_access"), Some("a"), "b"), (Some("a".to_owned()), 1));
        assert_eq!(select(Some("a"), None, None, Some(""), "").0, None);
    }

    #[test]
    fn broad_words_are_marked() {
        // Catalogue case 51.
        assert_eq!(
            broad(&scopes("admin:org files:* repo read.all allow full-access")).to_string(),
            "admin:org files:* full-access read.all"
        );
    }
}
