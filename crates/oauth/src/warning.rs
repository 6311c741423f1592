//! What a person should know before consenting.

use keyholder_model::grant::{Issuer, ScopeSet};
use std::fmt;
use url::Url;

/// Something unusual that is no reason to stop by itself; shown in the consent window.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Warning {
    /// Scopes whose words promise more than one task needs (catalogue case 51).
    BroadScopes {
        /// Those.
        scopes: ScopeSet,
    },
    /// An endpoint is at another host than its issuer: legal (RFC 8414 §2), and how poisoned metadata looks (case 35).
    EndpointElsewhere {
        /// `authorization_endpoint`, `token_endpoint`, …
        endpoint: &'static str,
        /// Its host.
        host: String,
    },
    /// The challenge pointed to metadata of another origin, which was not fetched (case 31).
    ForeignResourceMetadata {
        /// The host it named, made safe to show.
        host: String,
    },
    /// The server names another authorization server than the one of the existing grant (case 37).
    IssuerChanged {
        /// The one of the grant.
        from: Issuer,
        /// The one that is named now.
        to: Issuer,
    },
    /// The authorization server belongs to another site than the MCP server.
    IssuerElsewhere {
        /// Its host.
        host: String,
    },
    /// The server publishes nothing; the endpoints are those of MCP 2025-03-26, and that S256 is honoured was not said.
    OlderDiscovery,
    /// A host is written with letters that imitate others (`xn--…`).
    Punycode {
        /// Its ASCII form.
        host: String,
    },
    /// The server asks for scopes that the person's own setting leaves out.
    ScopesLeftOut {
        /// Those.
        scopes: ScopeSet,
    },
    /// The server lists several authorization servers; the first usable one was taken.
    SeveralIssuers {
        /// All that were usable.
        issuers: Vec<Issuer>,
    },
}

impl fmt::Display for Warning {
    /// One sentence for the person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BroadScopes { scopes } => write!(f, "these scopes promise more than one task needs: {scopes}"),
            Self::EndpointElsewhere { endpoint, host } => write!(f, "the {endpoint} is on {host}, not where its issuer is"),
            Self::ForeignResourceMetadata { host } => {
                write!(f, "the server pointed to a description of itself on {host}, which was not used")
            }
            Self::IssuerChanged { from, to } => write!(f, "the server used to sign you in at {from} and now names {to}"),
            Self::IssuerElsewhere { host } => write!(f, "you will sign in at {host}, which belongs to another site than the server"),
            Self::OlderDiscovery => f.write_str(
                "the server describes no sign-in; the addresses of an older revision are assumed, and that the code is protected was not said",
            ),
            Self::Punycode { host } => write!(f, "{host} is written with letters that may imitate others"),
            Self::ScopesLeftOut { scopes } => write!(f, "your own setting leaves out what the server asks for: {scopes}"),
            Self::SeveralIssuers { issuers } => {
                let names: Vec<&str> = issuers.iter().map(Issuer::as_str).collect();
                write!(f, "the server names several places to sign in ({}); the first usable one is taken", names.join(", "))
            }
        }
    }
}

/// Whether two hosts plausibly belong to one owner: equal, one below the other, or the same registrable part by a cautious
/// rule without a public-suffix list (three labels under a two-letter country with a short second level).
pub(crate) fn same_site(one: &str, other: &str) -> bool {
    let below = |a: &str, b: &str| a.strip_suffix(b).is_some_and(|rest| rest.ends_with('.'));
    one == other
        || below(one, other)
        || below(other, one)
        || matches!((site(one), site(other)), (Some(a), Some(b)) if a == b)
}

fn site(host: &str) -> Option<&str> {
    // An address has no site; only the very same address is the same.
    if host.ends_with(|c: char| c.is_ascii_digit() || c == ']') {
        return None;
    }
    let labels: Vec<&str> = host.split('.').collect();
    let country = labels.len() >= 2 && labels[labels.len() - 1].len() == 2 && labels[labels.len() - 2].len() <= 3;
    let take = if country { 3 } else { 2 };
    if labels.len() < take {
        return None;
    }
    let tail: usize = labels[labels.len() - take..].iter().map(|label| label.len() + 1).sum::<usize>() - 1;
    host.get(host.len() - tail..)
}

/// Punycode labels of a host.
pub(crate) fn is_punycode(host: &str) -> bool {
    host.split('.').any(|label| label.starts_with("xn--"))
}

/// The host of an address that was vetted before.
pub(crate) fn host_of(text: &str) -> String {
    Url::parse(text).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::same_site;

    #[test]
    fn a_site_ends_where_registration_begins() {
        assert!(same_site("mcp.example.com", "auth.example.com"));
        assert!(same_site("example.com", "auth.example.com"));
        assert!(!same_site("good.co.uk", "evil.co.uk"));
        assert!(!same_site("mcp.example.com", "example.com.evil.net"));
        assert!(!same_site("10.0.0.1", "10.9.0.1"));
        assert!(!same_site("aexample.com", "example.com"));
    }
}
