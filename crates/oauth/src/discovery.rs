//! Who guards the server, and how it wants to be asked.

use crate::binding::Binding;
use crate::document::Era;
use crate::error::OauthError;
use crate::registration::Registration;
use crate::resource_metadata::{self, ResourceMetadata};
use crate::scope::Choice;
use crate::server_metadata::{self, ServerMetadata};
use crate::settings::{ClientSettings, OlderDiscovery, ResourceSetting, Wish};
use crate::token_response::{Kinds, Requested};
use crate::vetted_url::Loopback;
use crate::warning::{self, Warning};
use keyholder_http::Client;
use keyholder_model::grant::{Issuer, ScopeSet};
use keyholder_model::server::{ResourceUri, ServerUrl};
use keyholder_secret::credential;

/// All that is known before anybody is asked: shown to the person for consent, then used as it stands. Endpoints that change
/// later do not change an attempt.
#[derive(Debug)]
pub struct Discovery {
    pub(crate) metadata: ServerMetadata,
    pub(crate) resource: ResourceUri,
    pub(crate) sends_resource: bool,
    pub(crate) binding: Binding,
    pub(crate) scopes: Option<ScopeSet>,
    named: ScopeSet,
    pub(crate) registration: Registration,
    /// The client, where none has to be registered first.
    pub(crate) client: Option<credential::Client>,
    pub(crate) loopback: Loopback,
    name: Option<String>,
    warnings: Vec<Warning>,
}

/// What an MCP server says about who guards it: the first half of [`discover`], for those who look step by step.
#[derive(Debug)]
pub struct Located<'a> {
    wish: &'a Wish<'a>,
    published: Option<ResourceMetadata>,
    warnings: Vec<Warning>,
}

/// Finds the authorization server of an MCP server and validates what both publish. Sends no credential.
///
/// # Errors
/// Whatever is malformed, foreign or unsafe is refused with the variant that names it; [`OauthError::is_transient`] tells an
/// outage from an absence.
pub async fn discover(http: &Client, wish: &Wish<'_>) -> Result<Discovery, OauthError> {
    locate(http, wish).await?.examine(http).await
}

/// Asks an MCP server who guards it (RFC 9728). Sends no credential.
///
/// # Errors
/// [`OauthError::ResourceMetadata`], [`OauthError::ResourceMismatch`], and outages.
pub async fn locate<'a>(http: &Client, wish: &'a Wish<'a>) -> Result<Located<'a>, OauthError> {
    let mut warnings = Vec::new();
    let published = resource_metadata::find(http, wish.server, wish.challenge, &mut warnings).await?;
    Ok(Located { wish, published, warnings })
}

impl Located<'_> {
    /// The MCP server that was asked.
    pub fn server(&self) -> &ServerUrl {
        self.wish.server
    }

    /// Whether the server publishes it at all. Where it does not, only the settings or the older discovery can go on.
    pub fn is_published(&self) -> bool {
        self.published.is_some()
    }

    /// Asks the authorization server about itself (RFC 8414): the second half of [`discover`].
    ///
    /// # Errors
    /// As [`discover`].
    pub async fn examine(self, http: &Client) -> Result<Discovery, OauthError> {
        let Self { wish, published, mut warnings } = self;
        let loopback = Loopback::of(wish.server.url());
        let (metadata, era) = find_server(http, wish, published.as_ref(), loopback, &mut warnings).await?;
        let (resource, sends_resource) = select_resource(wish, published.as_ref(), era)?;
        let choice = Choice {
            challenged: wish.challenge.and_then(|challenge| challenge.scope.as_ref()),
            resource: published.as_ref().and_then(|published| published.scopes.as_ref()),
            server: metadata.scopes_supported.as_ref(),
            setting: wish.settings.scopes.as_ref(),
            held: wish.held,
        };
        let scopes = choice.select(&mut warnings);
        let named = choice.named();
        let binding = Binding::choose(published.as_ref(), wish.challenge, &metadata)?;
        let (registration, client) = crate::registration::choose(&metadata, wish.settings)?;
        warn_of_hosts(&metadata, wish.server.host(), &mut warnings);
        let name = published.and_then(|published| published.name);
        Ok(Discovery {
            metadata,
            resource,
            sends_resource,
            binding,
            scopes,
            named,
            registration,
            client,
            loopback,
            name,
            warnings,
        })
    }
}

impl Discovery {
    /// The authorization server, byte for byte as published.
    pub fn issuer(&self) -> &Issuer {
        &self.metadata.issuer
    }

    /// What a request for tokens says, for judging the answer.
    pub(crate) fn requested(&self) -> Requested<'_> {
        Requested {
            scopes: self.scopes.as_ref(),
            resource: self.sends_resource.then_some(&self.resource),
            kinds: Kinds::of(self.binding),
        }
    }

    /// What a token is asked for.
    pub fn resource(&self) -> &ResourceUri {
        &self.resource
    }

    /// The scopes that will be asked for; `None`: the authorization server's own default.
    pub fn scopes(&self) -> Option<&ScopeSet> {
        self.scopes.as_ref()
    }

    /// The scopes that the server itself names, in its challenge and in its metadata; not all of them are asked for.
    pub fn named_scopes(&self) -> &ScopeSet {
        &self.named
    }

    /// Whether a client id metadata document would be taken there, if there were one.
    pub fn takes_metadata_documents(&self) -> bool {
        self.metadata.takes_metadata_documents
    }

    /// The host of the sign-in page; the one that gives the tokens, where nobody signs in.
    pub fn authorization_host(&self) -> String {
        warning::host_of(self.metadata.authorization_endpoint().unwrap_or(&self.metadata.token_endpoint))
    }

    /// The host that gives the tokens.
    pub fn token_host(&self) -> String {
        warning::host_of(&self.metadata.token_endpoint)
    }

    /// The client id, where it is known before anybody registers.
    pub fn client_id(&self) -> Option<&str> {
        self.client.as_ref().map(|client| client.id.as_str())
    }

    /// How Keyholder will be known there.
    pub fn registration(&self) -> Registration {
        self.registration
    }

    /// What the person should know before consenting.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The server's own name for itself, clipped. Untrusted: show it beside the host, never instead.
    pub fn resource_name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

async fn find_server(
    http: &Client,
    wish: &Wish<'_>,
    published: Option<&ResourceMetadata>,
    loopback: Loopback,
    warnings: &mut Vec<Warning>,
) -> Result<(ServerMetadata, Era), OauthError> {
    let grant = wish.settings.grant;
    let by_hand = wish.settings.preregistered.as_ref().and_then(|client| client.issuer.as_ref());
    if let Some(published) = published {
        let issuer = select_issuer(&published.authorization_servers, wish, warnings)?;
        return Ok((server_metadata::find(http, issuer, grant, loopback).await?, Era::Any));
    }
    if let Some(issuer) = by_hand {
        return Ok((server_metadata::find(http, issuer, grant, loopback).await?, Era::Any));
    }
    let nobody = || OauthError::NoAuthorizationServer { host: wish.server.host().to_owned() };
    if wish.settings.older_discovery == OlderDiscovery::Refused {
        return Err(nobody());
    }
    let issuer: Issuer = wish.server.url().origin().ascii_serialization().parse().map_err(|_| nobody())?;
    check_binding(&issuer, wish)?;
    let (metadata, assumed) = server_metadata::find_older(http, &issuer, grant, loopback).await?;
    if assumed {
        warnings.push(Warning::OlderDiscovery);
    }
    Ok((metadata, Era::March2025))
}

/// Which of the listed authorization servers is asked: the one of the settings, else the one of the existing grant, else
/// the first. Credentials of one are never shown to another (A-080; catalogue cases 37, 38).
fn select_issuer<'a>(
    listed: &'a [Issuer],
    wish: &Wish<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<&'a Issuer, OauthError> {
    let by_hand = wish.settings.preregistered.as_ref().and_then(|client| client.issuer.as_ref());
    let wanted = by_hand.or(wish.recorded);
    let issuer = wanted
        .and_then(|wanted| listed.iter().find(|issuer| *issuer == wanted))
        .or(listed.first())
        .ok_or_else(|| OauthError::NoAuthorizationServer { host: wish.server.host().to_owned() })?;
    check_binding(issuer, wish)?;
    match wish.recorded {
        Some(recorded) if recorded != issuer => {
            warnings.push(Warning::IssuerChanged { from: recorded.clone(), to: issuer.clone() });
        }
        None if by_hand.is_none() && listed.len() > 1 => {
            warnings.push(Warning::SeveralIssuers { issuers: listed.to_vec() });
        }
        _ => {}
    }
    Ok(issuer)
}

/// A client that was registered by hand belongs to one issuer: the one of the settings, else the one it was used at before.
fn check_binding(issuer: &Issuer, wish: &Wish<'_>) -> Result<(), OauthError> {
    let bound = wish.settings.preregistered.as_ref().and_then(|client| client.issuer.as_ref().or(wish.recorded));
    match bound {
        Some(bound) if bound != issuer => {
            Err(OauthError::ForeignIssuer { configured: bound.clone(), published: issuer.clone() })
        }
        _ => Ok(()),
    }
}

/// RFC 8707 §2. MCP 2025-03-26 did not know the parameter.
fn select_resource(
    wish: &Wish<'_>,
    published: Option<&ResourceMetadata>,
    era: Era,
) -> Result<(ResourceUri, bool), OauthError> {
    let natural =
        || published.map_or_else(|| resource_metadata::canonical(wish.server), |found| Ok(found.resource.clone()));
    match &wish.settings.resource {
        ResourceSetting::AsPublished => Ok((natural()?, era == Era::Any)),
        ResourceSetting::Fixed(text) => {
            let fixed = text.parse().map_err(|why| OauthError::Setting { why: format!("the resource: {why}") })?;
            Ok((fixed, true))
        }
        ResourceSetting::Omitted => Ok((natural()?, false)),
    }
}

fn warn_of_hosts(metadata: &ServerMetadata, server: &str, warnings: &mut Vec<Warning>) {
    let issuer = metadata.issuer.host();
    if !warning::same_site(server, &issuer) {
        warnings.push(Warning::IssuerElsewhere { host: issuer.clone() });
    }
    let mut hosts = vec![server.to_owned(), issuer.clone()];
    for (endpoint, address) in [
        ("authorization_endpoint", metadata.authorization_endpoint().ok()),
        ("token_endpoint", Some(metadata.token_endpoint.as_str())),
        ("registration_endpoint", metadata.registration_endpoint.as_deref()),
        ("revocation_endpoint", metadata.revocation_endpoint.as_deref()),
        ("pushed_authorization_request_endpoint", metadata.pushed_authorization_request_endpoint.as_deref()),
    ] {
        let Some(host) = address.map(warning::host_of) else { continue };
        if host != issuer {
            warnings.push(Warning::EndpointElsewhere { endpoint, host: host.clone() });
        }
        hosts.push(host);
    }
    hosts.sort();
    hosts.dedup();
    warnings.extend(hosts.into_iter().filter(|host| warning::is_punycode(host)).map(|host| Warning::Punycode { host }));
}

/// What `settings` has to say is checked before anything is sent.
impl ClientSettings {
    /// The metadata document's URL, if it can be a client id.
    pub(crate) fn document(&self) -> Result<Option<&str>, OauthError> {
        let Some(text) = self.metadata_document.as_deref() else { return Ok(None) };
        let refuse =
            |why: &str| OauthError::Setting { why: format!("the client metadata document\u{2019}s address {why}") };
        let vetted =
            crate::vetted_url::VettedUrl::vet(text, Loopback::Refused).map_err(|_| refuse("is not an https URL"))?;
        let dotted = text.split(['/', '?']).any(|segment| segment == "." || segment == "..");
        if vetted.url().path() == "/" || dotted {
            return Err(refuse("has no proper path"));
        }
        Ok(Some(text))
    }
}
