//! An MCP server as the person configured it.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Why a text is not what it should be. Displayed as one sentence for a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(String);

impl Refused {
    /// One sentence that names the fault.
    pub fn because(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

/// The person's own short name of a server: 1 to 64 of `a-z A-Z 0-9 . _ -`, beginning with a letter or digit.
///
/// Hosts use it as a prefix of tool names and pass it on a command line, hence the narrow alphabet.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ServerName(String);

impl ServerName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ServerName {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if text.len() <= 64 && text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refused(format!(
                "\u{201c}{}\u{201d} is not a server name: use 1 to 64 letters, digits, \u{201c}.\u{201d}, \u{201c}_\u{201d} or \u{201c}-\u{201d}",
                text.escape_debug()
            )))
        }
    }
}

impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which account of a server is meant, in the person's own words; `default` where there is one only. Same alphabet as
/// [`ServerName`], plus `@` and `+`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Account(String);

impl Account {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Account {
    fn default() -> Self {
        Self("default".to_owned())
    }
}

impl FromStr for Account {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '+');
        if (1..=64).contains(&text.len()) && text.chars().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refused(format!("\u{201c}{}\u{201d} is not an account label", text.escape_debug())))
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The address of an MCP endpoint: absolute, `https`, or `http` on loopback only; no user info, no fragment.
///
/// The text is kept exactly as given, since a resource identifier is compared character by character (RFC 9728 §3.3).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ServerUrl {
    text: String,
    url: url::Url,
}

impl ServerUrl {
    /// The text as the person gave it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The parsed form, for dialling.
    pub fn url(&self) -> &url::Url {
        &self.url
    }

    /// The host name, for showing to a person.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The address with its query values hidden, for logs: a key may hide there (catalogue case 81).
    pub fn masked(&self) -> String {
        mask_query(&self.url)
    }
}

impl FromStr for ServerUrl {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let shown = text.chars().take(200).collect::<String>().escape_debug().to_string();
        if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') || text.len() > 8 << 10 {
            return Err(Refused(format!("\u{201c}{shown}\u{201d} is not a web address")));
        }
        let url = url::Url::parse(text)
            .map_err(|why| Refused(format!("\u{201c}{shown}\u{201d} is not a web address: {why}")))?;
        // The parser forgives `https:host` and `https:///host`; other parsers read those differently, so neither is let in.
        let authority = text.get(url.scheme().len()..).and_then(|rest| rest.strip_prefix("://"));
        if authority.is_none_or(|rest| rest.starts_with('/')) || url.host_str().is_none_or(str::is_empty) {
            return Err(Refused(format!("\u{201c}{shown}\u{201d} has no host name")));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused(
                "a server address must not contain a user name or password; sign in through Keyholder instead"
                    .to_owned(),
            ));
        }
        if url.fragment().is_some() {
            return Err(Refused(format!("\u{201c}{shown}\u{201d} must not contain a \u{201c}#\u{201d} part")));
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => {
                return Err(Refused(format!(
                    "{shown} would send your credentials unprotected: use https (http is allowed on this machine only)"
                )));
            }
            other => return Err(Refused(format!("a server address begins with https://, not with {other}:"))),
        }
        Ok(Self { text: text.to_owned(), url })
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// The identifier of a protected resource (RFC 8707, RFC 9728), kept and compared exactly as it was published.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ResourceUri(String);

impl ResourceUri {
    /// The text, as published.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ResourceUri {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        // The same rules as for the server's own address: it is that address, or a prefix of it.
        ServerUrl::from_str(text).map(|_| Self(text.to_owned()))
    }
}

impl fmt::Display for ResourceUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a URL's host is this machine: `localhost`, `*.localhost` (RFC 6761 §6.3), `127.0.0.0/8` or `[::1]`.
pub fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => {
            // A dot at the end says that the name is whole, and changes nothing (RFC 1034 §3.1).
            let name = name.strip_suffix('.').unwrap_or(name);
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(url::Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(url::Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

/// A URL as text whose query values are replaced by `…`.
pub fn mask_query(url: &url::Url) -> String {
    if url.query().is_none() {
        return url.as_str().to_owned();
    }
    let names: Vec<String> = url.query_pairs().map(|(name, _)| format!("{name}=\u{2026}")).collect();
    let mut bare = url.clone();
    bare.set_query(None);
    format!("{bare}?{}", names.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for good in [
            "https://mcp.example.com/mcp",
            "http://127.0.0.1:8080/mcp",
            "http://localhost/x",
            "http://[::1]:9/",
            "HTTPS://Mcp.Example.com",
        ] {
            assert_eq!(good.parse::<ServerUrl>().map(|u| u.as_str().to_owned()), Ok(good.to_owned()));
        }
        for bad in [
            "http://mcp.example.com/mcp",
            "http://127.0.0.1.example.com/",
            "ftp://example.com",
            "javascript:alert(1)",
            "https:example.com",
            "https:\\\\example.com",
            "https:///path",
            "https://user:pass@example.com/",
            "https://example.com/#x",
            " https://example.com",
            "https://example.com/a\nb",
            "",
        ] {
            assert!(bad.parse::<ServerUrl>().is_err(), "{bad:?} must be refused");
        }
    }

    #[test]
    fn query_values_are_not_shown() {
        let url: ServerUrl = "https://example.com/mcp?api_key=SECRET&v=2".parse().unwrap();
        assert!(!url.to_string().contains("SECRET"));
        assert_eq!(url.to_string(), "https://example.com/mcp?api_key=\u{2026}&v=\u{2026}");
    }

    #[test]
    fn names_are_safe_on_a_command_line() {
        assert!("github".parse::<ServerName>().is_ok());
        for bad in ["", "-x", "a b", "a/b", "a;b", "\u{430}bc", &"a".repeat(65)] {
            assert!(bad.parse::<ServerName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_resource_is_kept_character_by_character() {
        for text in ["https://mcp.example.com", "https://mcp.example.com/", "https://mcp.example.com/a%2Fb"] {
            assert_eq!(text.parse::<ResourceUri>().unwrap().as_str(), text);
        }
    }
}
