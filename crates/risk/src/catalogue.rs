//! Well-known servers' tools, as we know them. To add one: a line in `servers`, in alphabetical order.

use keyholder_model::risk::{Labels, Tier};

mod servers;

/// A known tool.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub(crate) tool: &'static str,
    pub(crate) tier: Tier,
    pub(crate) labels: Labels,
    pub(crate) phrase: &'static str,
}

impl Entry {
    const fn new(tool: &'static str, tier: Tier, labels: Labels, phrase: &'static str) -> Self {
        Self { tool, tier, labels, phrase }
    }
}

/// The entry of a tool by its exact name, on a known host or below it. The host decides, not what the server calls itself
/// (catalogue case 166).
pub(crate) fn find(host: &str, tool: &str) -> Option<Entry> {
    let (_, entries) = servers::SERVERS.iter().find(|(suffix, _)| is_at(host, suffix))?;
    let at = entries.binary_search_by(|entry| entry.tool.cmp(tool)).ok()?;
    Some(entries[at])
}

/// Whether a host is the suffix, or ends with a dot and the suffix.
fn is_at(host: &str, suffix: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let Some(start) = host.len().checked_sub(suffix.len()) else { return false };
    host.is_char_boundary(start)
        && host[start..].eq_ignore_ascii_case(suffix)
        && (start == 0 || host.as_bytes()[start - 1] == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_counts_whole_or_behind_a_dot() {
        for host in ["mcp.linear.app", "MCP.linear.app", "mcp.linear.app.", "eu.mcp.linear.app"] {
            assert!(find(host, "get_issue").is_some(), "{host}");
        }
        for host in ["evilmcp.linear.app", "mcp.linear.app.evil.example", "linear.app", "", "\u{e9}", "mcp-linear.app"]
        {
            assert!(find(host, "get_issue").is_none(), "{host}");
        }
        assert!(find("mcp.linear.app", "Get_issue").is_none());
    }

    #[test]
    fn every_entry_can_be_found_and_is_told_apart() {
        let mut count = 0;
        for (host, entries) in servers::SERVERS {
            assert!(entries.windows(2).all(|pair| pair[0].tool < pair[1].tool), "{host}");
            for entry in *entries {
                assert_eq!(find(host, entry.tool), Some(*entry));
                assert!(!entry.phrase.is_empty() && entry.phrase.len() <= 60, "{}", entry.phrase);
                count += 1;
            }
        }
        assert!(count >= 150);
    }

    #[test]
    fn what_reads_never_stands_above_look_and_what_destroys_is_labelled() {
        use keyholder_model::risk::Label;
        for (host, entries) in servers::SERVERS {
            for entry in *entries {
                assert_eq!(entry.tier == Tier::Destroy, entry.labels.has(Label::Destroys), "{host} {}", entry.tool);
                assert!(entry.tier != Tier::Look || !entry.labels.has(Label::SendsOutward), "{host} {}", entry.tool);
            }
        }
    }
}
