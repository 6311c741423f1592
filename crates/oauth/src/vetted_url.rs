//! Web addresses that may be opened in the person's browser.
//!
//! Authorization servers name the page to open, and a bridge before this one handed that text to a shell (CVE-2025-6514). A
//! [`VettedUrl`] is parsed, restricted to the web and written out anew; whoever opens it passes it as one argument to a
//! function of the operating system, never to a shell.

use keyholder_model::server::is_loopback;
use std::fmt;
use url::Url;

/// Longest address that is opened, in bytes.
const LONGEST: usize = 8 << 10;

/// Whether an address on this machine is acceptable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Loopback {
    /// `http` and `https` to this machine are acceptable: the MCP server itself is here.
    Allowed,
    /// Nothing on this machine is acceptable: a server elsewhere must not lead the browser to it.
    Refused,
}

impl Loopback {
    /// What the server's own place allows.
    pub(crate) fn of(server: &Url) -> Self {
        if is_loopback(server) { Self::Allowed } else { Self::Refused }
    }
}

/// Why an address is not opened. Names the scheme or the fault, never more of the address than its first characters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Keyholder does not open \u{201c}{shown}\u{201d}: {why}")]
pub struct UnsafeUrl {
    shown: String,
    why: String,
}

/// An absolute `https` address (or `http` on loopback), written out by the parser that checked it.
#[derive(Clone, PartialEq, Eq)]
pub struct VettedUrl(Url);

impl VettedUrl {
    /// Checks an address that is meant to be opened.
    ///
    /// # Errors
    /// [`UnsafeUrl`] for every other scheme, for user info, a fragment, a missing host, white space, control characters, quotes,
    /// backticks and backslashes, and for more than 8 KiB (S-050, S-052; catalogue cases 22, 24).
    pub fn vet(text: &str, loopback: Loopback) -> Result<Self, UnsafeUrl> {
        let refuse = |why: &str| UnsafeUrl {
            shown: crate::untrusted::clip(text).chars().take(60).collect(),
            why: why.to_owned(),
        };
        if text.len() > LONGEST {
            return Err(refuse("it is longer than 8 KiB"));
        }
        if let Some(bad) = text.chars().find(|c| is_unsafe(*c)) {
            return Err(refuse(&format!("it contains {bad:?}")));
        }
        let url = Url::parse(text).map_err(|why| refuse(&format!("it is not a web address ({why})")))?;
        match url.scheme() {
            "https" if loopback == Loopback::Refused && is_loopback(&url) => {
                return Err(refuse("it leads to this machine"));
            }
            "https" => {}
            "http" if loopback == Loopback::Allowed && is_loopback(&url) => {}
            "http" => return Err(refuse("it is not protected: https is needed")),
            other => return Err(refuse(&format!("it begins with {other}:"))),
        }
        // The parser forgives `https:host` and `https:///host`; whoever reads the text next may not.
        let authority = text.get(url.scheme().len()..).and_then(|rest| rest.strip_prefix("://"));
        if authority.is_none_or(|rest| rest.starts_with('/')) || url.host_str().is_none_or(str::is_empty) {
            return Err(refuse("it has no host name"));
        }
        if !url.username().is_empty() || url.password().is_some() || authority.is_some_and(has_user_info) {
            return Err(refuse("it contains a user name or password"));
        }
        if url.fragment().is_some() {
            return Err(refuse("it contains a \u{201c}#\u{201d} part"));
        }
        if url.as_str().len() > LONGEST {
            return Err(refuse("it is longer than 8 KiB"));
        }
        Ok(Self(url))
    }

    /// The address as the parser wrote it. Holds `state` and the challenge: for the browser and the person, not for logs.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host; a name of other letters stands here in its ASCII form (`xn--…`).
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    pub(crate) fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for VettedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&keyholder_model::server::mask_query(&self.0))
    }
}

/// `https://@host` has empty user info, which the parser drops silently.
fn has_user_info(authority_and_rest: &str) -> bool {
    authority_and_rest.split(['/', '?']).next().is_some_and(|authority| authority.contains('@'))
}

fn is_unsafe(c: char) -> bool {
    c.is_control() || c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '^' | '|' | '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web_is_opened() {
        // Catalogue cases 22 and 24.
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "vbscript:x",
            "ms-msdt:/id",
            "ms-settings:privacy",
            "smb://h/s",
            "search-ms:query=x",
            "\\\\host\\share",
            "-a Calculator",
            "-a=evil",
            "--upload-pack=x",
            "https://x/`id`",
            "https://x/\"&calc&\"",
            "https://x/a\nb",
            "https://x/a b",
            "https:evil",
            "https:\\\\evil",
            " https://x/",
            "https:///as",
            "https://user:pass@as/",
            "https://@as/",
            "https://as/#fragment",
            "http://as.example/",
            "http://127.0.0.1.example/",
            "http:$(calc)",
            "https://127.0.0.1/",
            "https://localhost./",
            "https://a.localhost./",
            "http://localhost/",
            "",
        ] {
            assert!(VettedUrl::vet(bad, Loopback::Refused).is_err(), "{bad:?}");
        }
        assert!(VettedUrl::vet(&format!("https://x/{}", "a".repeat(9000)), Loopback::Refused).is_err());
    }

    #[test]
    fn what_is_opened_was_written_by_the_parser() {
        let opened = |text| VettedUrl::vet(text, Loopback::Refused).unwrap().as_str().to_owned();
        assert_eq!(opened("HTTPS://AS.example:443/a/../b?x=1"), "https://as.example/b?x=1");
        assert_eq!(opened("https://x/$(calc)"), "https://x/$(calc)");
        assert_eq!(opened("https://\u{430}uth.example/"), "https://xn--uth-5cd.example/");
        assert!(VettedUrl::vet("http://127.0.0.1:9/authorize", Loopback::Allowed).is_ok());
        assert!(VettedUrl::vet("http://as.example/", Loopback::Allowed).is_err());
    }

    #[test]
    fn the_refusal_names_the_scheme_and_debug_hides_values() {
        let why = VettedUrl::vet("javascript:alert(1)", Loopback::Refused).unwrap_err().to_string();
        assert!(why.contains("javascript:"), "{why}");
        let vetted = VettedUrl::vet("https://as.example/?state=KHCANARY", Loopback::Refused).unwrap();
        assert!(!format!("{vetted:?}").contains("KHCANARY"));
    }
}
