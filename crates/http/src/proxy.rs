//! Through which proxy.

use crate::address::Address;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use keyholder_model::server::is_loopback;
use std::sync::Arc;
use url::Url;

/// Whether the machine's proxy settings are obeyed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Proxy {
    /// Every connection is direct.
    Direct,
    /// What the operating system or the environment says. Loopback is always dialled directly.
    System,
}

/// The proxy settings as they were when the client was built.
#[derive(Clone)]
pub(crate) struct Routes {
    matcher: Option<Arc<Matcher>>,
    host: Option<Arc<str>>,
}

impl Routes {
    pub(crate) fn new(proxy: Proxy) -> Self {
        match proxy {
            Proxy::Direct => Self { matcher: None, host: None },
            Proxy::System => Self::from_matcher(Matcher::from_system()),
        }
    }

    pub(crate) fn from_matcher(matcher: Matcher) -> Self {
        // The settings name one proxy for https; asking for a host that no exception can name tells which.
        let probe = http::Uri::from_static("https://keyholder.invalid/");
        let host = matcher.intercept(&probe).and_then(|found| found.uri().host().map(Arc::from));
        Self { matcher: Some(Arc::new(matcher)), host }
    }

    /// The proxy's own host, which may be dialled although it is private.
    pub(crate) fn host(&self) -> Option<Arc<str>> {
        self.host.clone()
    }

    /// Whether a proxy stands between us and this address.
    pub(crate) fn is_proxied(&self, address: &Address) -> bool {
        self.through(address.url()).is_some()
    }

    /// Tells the client which proxy to take for a URL, with the credentials that the settings hold for it.
    pub(crate) fn into_reqwest(self) -> reqwest::Proxy {
        reqwest::Proxy::custom(move |url| self.through(url).and_then(|found| with_credentials(&found)))
    }

    fn through(&self, url: &Url) -> Option<Intercept> {
        let matcher = self.matcher.as_ref()?;
        if is_loopback(url) {
            return None;
        }
        matcher.intercept(&url.as_str().parse().ok()?)
    }
}

fn with_credentials(found: &Intercept) -> Option<Url> {
    let mut url = Url::parse(&found.uri().to_string()).ok()?;
    let pair = found
        .basic_auth()
        .and_then(|value| value.as_bytes().strip_prefix(b"Basic "))
        .and_then(|encoded| STANDARD.decode(encoded).ok())
        .and_then(|pair| String::from_utf8(pair).ok());
    if let Some((user, password)) = pair.as_deref().and_then(|pair| pair.split_once(':')) {
        url.set_username(user).ok()?;
        url.set_password(Some(password)).ok()?;
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes() -> Routes {
        Routes::from_matcher(Matcher::builder().all("http://me:s3cret@proxy.corp:3128").no("direct.example").build())
    }

    #[test]
    fn loopback_and_exceptions_are_dialled_directly() {
        let proxied = |text: &str| routes().is_proxied(&Address::parse(text).unwrap());
        assert!(proxied("https://mcp.example.com/"));
        for direct in ["http://127.0.0.1:9/", "http://localhost/", "http://[::1]/", "https://direct.example/"] {
            assert!(!proxied(direct), "{direct}");
        }
        assert_eq!(routes().host().as_deref(), Some("proxy.corp"));
        assert!(!Routes::new(Proxy::Direct).is_proxied(&Address::parse("https://mcp.example.com/").unwrap()));
    }

    #[test]
    fn the_proxy_gets_its_own_credentials() {
        let url = Url::parse("https://mcp.example.com/").unwrap();
        let to = routes().through(&url).and_then(|found| with_credentials(&found)).unwrap();
        assert_eq!((to.username(), to.password(), to.port()), ("me", Some("s3cret"), Some(3128)));
    }
}
