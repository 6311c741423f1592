//! What an authorization server says about itself (RFC 8414, OpenID Connect Discovery).

use crate::binding::ALGORITHM;
use crate::document::{self, Document, Era};
use crate::error::OauthError;
use crate::exchange;
use crate::resource_metadata::scopes;
use crate::settings::GrantKind;
use crate::strict_json::{self, Object};
use crate::vetted_url::{Loopback, VettedUrl};
use keyholder_http::{Address, Client};
use keyholder_model::grant::{Issuer, ScopeSet};
use url::Url;

/// A validated document. Endpoints are kept as published.
#[derive(Debug, Clone)]
pub(crate) struct ServerMetadata {
    pub(crate) issuer: Issuer,
    /// There is always one where a person is to sign in.
    authorization_endpoint: Option<String>,
    pub(crate) token_endpoint: String,
    pub(crate) registration_endpoint: Option<String>,
    pub(crate) revocation_endpoint: Option<String>,
    /// Where requests must be pushed to, if they must (RFC 9126 §5).
    pub(crate) pushed_authorization_request_endpoint: Option<String>,
    pub(crate) scopes_supported: Option<ScopeSet>,
    /// `None` where nothing is said.
    pub(crate) token_endpoint_auth_methods: Option<Vec<String>>,
    /// With which algorithms a client may sign; `None` where nothing is said.
    pub(crate) token_endpoint_auth_algorithms: Option<Vec<String>>,
    /// Whether it binds tokens to a key, with proofs of our kind (RFC 9449 §5.1).
    pub(crate) binds_tokens: bool,
    /// Whether redirects carry `iss` (RFC 9207 §3).
    pub(crate) sends_iss: bool,
    /// Whether a client id may be the URL of a metadata document.
    pub(crate) takes_metadata_documents: bool,
}

impl ServerMetadata {
    /// Where a person signs in.
    ///
    /// # Errors
    /// [`OauthError::ServerMetadata`] where nobody can.
    pub(crate) fn authorization_endpoint(&self) -> Result<&str, OauthError> {
        self.authorization_endpoint.as_deref().ok_or_else(|| OauthError::ServerMetadata {
            issuer: self.issuer.clone(),
            why: missing("authorization_endpoint"),
        })
    }
}

/// Finds the issuer's document in the order of MCP and validates it.
///
/// # Errors
/// [`OauthError::ServerMetadata`], [`OauthError::NoPkce`], and outages, which are no proof of absence.
pub(crate) async fn find(
    http: &Client,
    issuer: &Issuer,
    grant: GrantKind,
    loopback: Loopback,
) -> Result<ServerMetadata, OauthError> {
    find_in(http, issuer, &well_known(issuer)?, Era::Any, grant, loopback).await?.ok_or_else(|| {
        OauthError::ServerMetadata {
            issuer: issuer.clone(),
            why: "there is nothing at its well-known addresses".to_owned(),
        }
    })
}

/// What MCP 2025-03-26 assumed: the MCP server's origin is the authorization server; endpoints have default names where it
/// publishes nothing. The flag tells whether the names were assumed.
///
/// # Errors
/// As [`find`].
pub(crate) async fn find_older(
    http: &Client,
    issuer: &Issuer,
    grant: GrantKind,
    loopback: Loopback,
) -> Result<(ServerMetadata, bool), OauthError> {
    let address = Address::parse(&format!("{issuer}/.well-known/oauth-authorization-server"))?;
    if let Some(found) = find_in(http, issuer, &[address], Era::March2025, grant, loopback).await? {
        return Ok((found, false));
    }
    let assumed = ServerMetadata {
        issuer: issuer.clone(),
        authorization_endpoint: Some(format!("{issuer}/authorize")),
        token_endpoint: format!("{issuer}/token"),
        registration_endpoint: Some(format!("{issuer}/register")),
        revocation_endpoint: None,
        pushed_authorization_request_endpoint: None,
        scopes_supported: None,
        token_endpoint_auth_methods: None,
        token_endpoint_auth_algorithms: None,
        binds_tokens: false,
        sends_iss: false,
        takes_metadata_documents: false,
    };
    Ok((assumed, true))
}

async fn find_in(
    http: &Client,
    issuer: &Issuer,
    addresses: &[Address],
    era: Era,
    grant: GrantKind,
    loopback: Loopback,
) -> Result<Option<ServerMetadata>, OauthError> {
    let mut outage = None;
    let mut malformed = None;
    for address in addresses {
        match document::fetch(http, address, era).await {
            Ok(Document::Found(object)) => return parse(&object, issuer, grant, loopback).map(Some),
            Ok(Document::Malformed(why)) => malformed = Some(why),
            Ok(Document::Absent) => {}
            Err(why) if why.is_transient() => outage = Some(why),
            Err(why) => return Err(why),
        }
    }
    match (outage, malformed) {
        (Some(why), _) => Err(why),
        (None, Some(why)) => Err(OauthError::ServerMetadata { issuer: issuer.clone(), why }),
        (None, None) => Ok(None),
    }
}

/// RFC 8414 §3.1 and §5: the path goes behind the well-known part; OpenID Connect also puts it in front.
fn well_known(issuer: &Issuer) -> Result<Vec<Address>, OauthError> {
    let refuse = |why: String| OauthError::ServerMetadata { issuer: issuer.clone(), why };
    let url = Url::parse(issuer.as_str()).map_err(|why| refuse(why.to_string()))?;
    let origin = url.origin().ascii_serialization();
    let path = url.path().trim_end_matches('/');
    let mut texts = vec![
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}/.well-known/openid-configuration{path}"),
    ];
    if !path.is_empty() {
        texts.push(format!("{origin}{path}/.well-known/openid-configuration"));
    }
    texts.iter().map(|text| Address::parse(text).map_err(OauthError::from)).collect()
}

fn parse(object: &Object, issuer: &Issuer, grant: GrantKind, loopback: Loopback) -> Result<ServerMetadata, OauthError> {
    let refuse = |why: String| OauthError::ServerMetadata { issuer: issuer.clone(), why };
    // RFC 8414 §3.3: identical, byte for byte. A document that fails this is not looked at any further.
    match strict_json::text(object, "issuer") {
        Some(published) if published == issuer.as_str() => {}
        Some(published) => {
            return Err(refuse(format!("it calls itself \u{201c}{}\u{201d}", crate::untrusted::clip(published))));
        }
        None => return Err(refuse("\u{201c}issuer\u{201d} is missing".to_owned())),
    }
    let list = |name: &str| strict_json::texts(object, name).map_err(refuse);
    let lacks = |name: &str, value: &str| {
        list(name).map(|found| found.is_some_and(|values| !values.iter().any(|offered| offered == value)))
    };
    let by_person = grant == GrantKind::AuthorizationCode;
    // Catalogue case 15: silence is a no (RFC 9700 §4.8.2, MCP "Authorization Code Protection").
    if by_person && !list("code_challenge_methods_supported")?.unwrap_or_default().iter().any(|method| method == "S256")
    {
        return Err(OauthError::NoPkce { issuer: issuer.clone() });
    }
    // Catalogue case 56: only the code flow with a redirect that carries a query.
    for (name, value, counts) in [
        ("response_types_supported", "code", by_person),
        ("response_modes_supported", "query", by_person),
        ("grant_types_supported", grant.as_str(), true),
    ] {
        if counts && lacks(name, value)? {
            return Err(refuse(format!("\u{201c}{name}\u{201d} does not offer \u{201c}{value}\u{201d}")));
        }
    }
    for (name, value, counts) in [
        ("authorization_grant_profiles_supported", exchange::PROFILE, grant == GrantKind::IdentityAssertion),
        ("identity_chaining_requested_token_types_supported", exchange::ID_JAG, grant == GrantKind::TokenExchange),
    ] {
        if counts && lacks(name, value)? {
            return Err(refuse(format!(
                "\u{201c}{name}\u{201d} does not offer \u{201c}{value}\u{201d}; ask your administrator"
            )));
        }
    }
    if by_person && strict_json::is_true(object, "require_signed_request_object") {
        return Err(refuse("it asks for signed requests (RFC 9101)".to_owned()));
    }
    let endpoint = |name: &'static str| match object.get(name) {
        None | Some(serde_json::Value::Null) => Ok::<_, OauthError>(None),
        Some(value) => {
            let text = value.as_str().ok_or_else(|| refuse(format!("\u{201c}{name}\u{201d} is not a text")))?;
            VettedUrl::vet(text, loopback).map_err(|why| refuse(format!("\u{201c}{name}\u{201d}: {why}")))?;
            Ok(Some(text.to_owned()))
        }
    };
    let required = |name: &'static str| endpoint(name)?.ok_or_else(|| refuse(missing(name)));
    let pushed = endpoint("pushed_authorization_request_endpoint")?;
    let must_push = strict_json::is_true(object, "require_pushed_authorization_requests");
    if must_push && pushed.is_none() {
        return Err(refuse("it wants requests to be pushed, but does not say where (RFC 9126)".to_owned()));
    }
    Ok(ServerMetadata {
        issuer: issuer.clone(),
        authorization_endpoint: if by_person { Some(required("authorization_endpoint")?) } else { None },
        token_endpoint: required("token_endpoint")?,
        registration_endpoint: endpoint("registration_endpoint")?,
        revocation_endpoint: endpoint("revocation_endpoint")?,
        pushed_authorization_request_endpoint: pushed.filter(|_| must_push),
        scopes_supported: scopes(object, "scopes_supported"),
        token_endpoint_auth_methods: list("token_endpoint_auth_methods_supported")?,
        token_endpoint_auth_algorithms: list("token_endpoint_auth_signing_alg_values_supported")?,
        binds_tokens: list("dpop_signing_alg_values_supported")?
            .is_some_and(|names| names.iter().any(|name| name == ALGORITHM.as_str())),
        sends_iss: strict_json::is_true(object, "authorization_response_iss_parameter_supported"),
        takes_metadata_documents: strict_json::is_true(object, "client_id_metadata_document_supported"),
    })
}

fn missing(name: &str) -> String {
    format!("\u{201c}{name}\u{201d} is missing")
}

#[cfg(test)]
mod tests;
