//! What a protected resource says about itself (RFC 9728).

use crate::binding::ALGORITHM;
use crate::challenge::Challenge;
use crate::document::{self, Document, Era};
use crate::error::OauthError;
use crate::strict_json::{self, Object};
use crate::untrusted::clip;
use crate::vetted_url::Loopback;
use crate::warning::Warning;
use keyholder_http::{Address, Client};
use keyholder_model::grant::{Issuer, ScopeSet};
use keyholder_model::server::{ResourceUri, ServerUrl, is_loopback};
use url::Url;

/// At most so many authorization servers are looked at (catalogue case 36).
const MOST_ISSUERS: usize = 10;
/// At most so many scopes are taken over.
const MOST_SCOPES: usize = 300;
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// A validated document.
#[derive(Debug)]
pub(crate) struct ResourceMetadata {
    /// What to ask a token for, as published.
    pub(crate) resource: ResourceUri,
    /// Usable issuers in the published order; at least one.
    pub(crate) authorization_servers: Vec<Issuer>,
    /// `scopes_supported`, where there are any.
    pub(crate) scopes: Option<ScopeSet>,
    /// Whether it takes tokens that are bound to a key, with proofs of our kind.
    pub(crate) takes_dpop: bool,
    /// Whether it takes no others.
    pub(crate) requires_dpop: bool,
    /// `resource_name`: the server's own word for itself, clipped.
    pub(crate) name: Option<String>,
}

/// Finds the document: where the challenge says, else at the path's well-known address, else at the root's.
///
/// # Errors
/// [`OauthError::ResourceMetadata`], [`OauthError::ResourceMismatch`], and outages.
pub(crate) async fn find(
    http: &Client,
    server: &ServerUrl,
    challenge: Option<&Challenge>,
    warnings: &mut Vec<Warning>,
) -> Result<Option<ResourceMetadata>, OauthError> {
    let named = challenge.and_then(|challenge| challenge.resource_metadata.as_deref());
    let addresses = match named.map(|text| (text, vet_pointer(text, server))) {
        // What the challenge names is the only place; the others are not probed behind its back.
        Some((_, Some(address))) => vec![address],
        Some((text, None)) => {
            warnings.push(Warning::ForeignResourceMetadata { host: clip(&crate::warning::host_of(text)) });
            well_known(server)?
        }
        None => well_known(server)?,
    };
    let refuse = |why: String| OauthError::ResourceMetadata { host: server.host().to_owned(), why };
    let mut malformed = None;
    for address in &addresses {
        match document::fetch(http, address, Era::Any).await? {
            Document::Found(object) => return parse(&object, server).map(Some),
            Document::Malformed(why) => malformed = Some(why),
            Document::Absent => {}
        }
    }
    match malformed {
        Some(why) => Err(refuse(why)),
        None if named.is_some() && addresses.len() == 1 => {
            Err(refuse("it points to metadata that is not there".to_owned()))
        }
        None => Ok(None),
    }
}

/// The challenge's pointer is followed within the server's own origin only (RFC 9728 §7.7; catalogue cases 25, 31).
fn vet_pointer(text: &str, server: &ServerUrl) -> Option<Address> {
    let url: ServerUrl = text.parse().ok()?;
    (url.url().origin() == server.url().origin()).then(|| Address::from(&url))
}

/// RFC 9728 §3.1: between host and path; then the root. The query is no part of a well-known address.
fn well_known(server: &ServerUrl) -> Result<Vec<Address>, OauthError> {
    let origin = server.url().origin().ascii_serialization();
    let path = server.url().path();
    let root = format!("{origin}{WELL_KNOWN}");
    let candidates = if path == "/" { vec![root] } else { vec![format!("{root}{path}"), root] };
    candidates.iter().map(|text| Address::parse(text).map_err(OauthError::from)).collect()
}

fn parse(object: &Object, server: &ServerUrl) -> Result<ResourceMetadata, OauthError> {
    let refuse = |why: &str| OauthError::ResourceMetadata { host: server.host().to_owned(), why: why.to_owned() };
    let published =
        strict_json::text(object, "resource").ok_or_else(|| refuse("\u{201c}resource\u{201d} is missing"))?;
    let resource = identify(published, server)
        .ok_or_else(|| OauthError::ResourceMismatch { host: server.host().to_owned(), resource: clip(published) })?;
    if let Some(methods) = strict_json::texts(object, "bearer_methods_supported").map_err(|why| refuse(&why))?
        && !methods.is_empty()
        && !methods.iter().any(|method| method == "header")
    {
        return Err(refuse("it does not take tokens in the header (\u{201c}bearer_methods_supported\u{201d})"));
    }
    let authorization_servers = issuers(object, Loopback::of(server.url()));
    if authorization_servers.is_empty() {
        return Err(refuse("it names no usable authorization server"));
    }
    let dpop = strict_json::texts(object, "dpop_signing_alg_values_supported").map_err(|why| refuse(&why))?;
    Ok(ResourceMetadata {
        takes_dpop: dpop.is_some_and(|names| names.iter().any(|name| name == ALGORITHM.as_str())),
        requires_dpop: strict_json::is_true(object, "dpop_bound_access_tokens_required"),
        resource,
        authorization_servers,
        scopes: scopes(object, "scopes_supported"),
        name: strict_json::text(object, "resource_name").map(clip),
    })
}

/// The published identifier, if it is the server's address or a prefix of it at a segment boundary (RFC 9728 §3.3; A-012).
/// The parsed forms are compared; the text is kept.
fn identify(published: &str, server: &ServerUrl) -> Option<ResourceUri> {
    let resource: ServerUrl = published.parse().ok()?;
    let (claimed, asked): (&Url, &Url) = (resource.url(), server.url());
    let prefix = claimed.path().trim_end_matches('/');
    let covers = asked.path().strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let query = claimed.query().is_none() || claimed.query() == asked.query();
    if claimed.origin() == asked.origin() && covers && query { published.parse().ok() } else { None }
}

/// The server's own address as a resource identifier, where it publishes none: lower-case scheme and host, no default
/// port, no lone slash.
pub(crate) fn canonical(server: &ServerUrl) -> Result<ResourceUri, OauthError> {
    let mut text = server.url().as_str().to_owned();
    if server.url().path() == "/" && server.url().query().is_none() {
        text.truncate(text.trim_end_matches('/').len());
    }
    text.parse().map_err(|why| OauthError::ResourceMetadata { host: server.host().to_owned(), why: format!("{why}") })
}

/// The usable entries: texts that are issuers, each once, and on this machine only if the server is.
fn issuers(object: &Object, loopback: Loopback) -> Vec<Issuer> {
    let listed = object.get("authorization_servers").and_then(serde_json::Value::as_array);
    let mut usable: Vec<Issuer> = Vec::new();
    for issuer in
        listed.into_iter().flatten().take(MOST_ISSUERS).filter_map(|entry| entry.as_str()?.parse::<Issuer>().ok())
    {
        let here = Url::parse(issuer.as_str()).is_ok_and(|url| is_loopback(&url));
        if !usable.contains(&issuer) && (loopback == Loopback::Allowed || !here) {
            usable.push(issuer);
        }
    }
    usable
}

/// A list of scopes; entries that are none are left out. `None` where nothing is left.
pub(crate) fn scopes(object: &Object, name: &str) -> Option<ScopeSet> {
    let listed = object.get(name)?.as_array()?;
    let legal = listed.iter().take(MOST_SCOPES).filter_map(|entry| entry.as_str()?.parse::<ScopeSet>().ok());
    let all = legal.fold(ScopeSet::default(), |all, scopes| all.union(&scopes));
    (!all.is_empty()).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_the_server_or_lies_above_it() {
        // Catalogue case 32, A-012.
        let server: ServerUrl = "https://h.example/a/b".parse().unwrap();
        for good in [
            "https://h.example/a/b",
            "https://h.example/a",
            "https://h.example/a/",
            "https://h.example",
            "HTTPS://H.example:443/",
        ] {
            assert_eq!(identify(good, &server).map(|uri| uri.as_str().to_owned()).as_deref(), Some(good));
        }
        for bad in [
            "https://h.example/ab",
            "https://h.example/a/b/c",
            "https://evil.example/a/b",
            "https://h.example:8443/a/b",
            "https://h.example/a/b?x=1",
            "http://h.example/a/b",
            "h.example",
            "https://h.example.evil.net/a/b",
            "https://h.example@evil.net/a/b",
        ] {
            assert_eq!(identify(bad, &server), None, "{bad}");
        }
    }

    #[test]
    fn the_canonical_resource_has_no_lone_slash() {
        let canonical = |text: &str| canonical(&text.parse().unwrap()).unwrap().as_str().to_owned();
        assert_eq!(canonical("HTTPS://MCP.Example.com:443/"), "https://mcp.example.com");
        assert_eq!(canonical("https://mcp.example.com/Mcp/"), "https://mcp.example.com/Mcp/");
    }

    #[test]
    fn a_public_server_cannot_name_an_issuer_on_this_machine() {
        // Catalogue cases 25 and 36.
        let listed = serde_json::json!({ "authorization_servers": ["http://127.0.0.1:1/", "https://localhost/", 5, "http://as.example", "https://as.example?x", "https://as.example", "https://as.example"] });
        let object = listed.as_object().unwrap();
        let public: Vec<String> = issuers(object, Loopback::Refused).iter().map(Issuer::to_string).collect();
        assert_eq!(public, ["https://as.example"]);
        assert_eq!(issuers(object, Loopback::Allowed).len(), 3);
    }

    #[test]
    fn well_known_addresses_stand_between_host_and_path() {
        let texts = |server: &str| {
            well_known(&server.parse().unwrap()).unwrap().iter().map(|a| a.as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            texts("https://h/a/b?q=1"),
            ["https://h/.well-known/oauth-protected-resource/a/b", "https://h/.well-known/oauth-protected-resource"]
        );
        assert_eq!(texts("https://h:8443"), ["https://h:8443/.well-known/oauth-protected-resource"]);
    }
}
