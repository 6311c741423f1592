//! The authorization request (RFC 6749 §4.1.1, RFC 7636, RFC 8707, RFC 9126).

use crate::client_proof::Prover;
use crate::discovery::Discovery;
use crate::error::OauthError;
use crate::form::Form;
use crate::redirect::Expected;
use crate::scope::offline_access;
use crate::strict_json::{self, parse_object};
use crate::token_response::Refusal;
use crate::vetted_url::VettedUrl;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use keyholder_http::Client;
use keyholder_jose::SigningKey;
use keyholder_model::clock::Rng;
use keyholder_secret::credential;
use keyholder_secret::token::PkceVerifier;
use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope};
use url::Url;

/// Parameters that the endpoint's own query cannot set: ours would otherwise stand beside another value (RFC 6749 §3.1).
const OURS: [&str; 13] = [
    "response_type",
    "response_mode",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "resource",
    "dpop_jkt",
    "prompt",
    "request",
    "request_uri",
];

/// One request, ready to be opened; used once.
#[derive(Debug)]
pub(crate) struct AuthorizationRequest {
    pub(crate) url: VettedUrl,
    pub(crate) expected: Expected,
    /// Lives here and in the token request only; never stored.
    pub(crate) verifier: PkceVerifier,
}

/// 256 random bits as 43 characters of base64url (RFC 7636 §4.1).
fn make_token(rng: &dyn Rng) -> String {
    let mut bytes = [0; 32];
    rng.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

impl AuthorizationRequest {
    /// Makes state and verifier, and writes the address; pushes the request first where the server demands it.
    pub(crate) async fn make(
        http: &Client,
        discovery: &Discovery,
        prover: Prover<'_>,
        redirect_uri: &str,
        key: Option<&SigningKey>,
    ) -> Result<Self, OauthError> {
        let Prover { client, rng, .. } = prover;
        let state = make_token(rng);
        let verifier =
            PkceVerifier::new(make_token(rng)).map_err(|why| OauthError::Setting { why: why.to_string() })?;
        let url = write(discovery, client, redirect_uri, &state, &verifier, key)?;
        let url = match &discovery.metadata.pushed_authorization_request_endpoint {
            Some(endpoint) => push(http, discovery, prover, endpoint, &url).await?,
            None => url,
        };
        Ok(Self {
            url: VettedUrl::vet(url.as_str(), discovery.loopback)?,
            expected: Expected {
                state: Expected::digest(&state),
                issuer: discovery.metadata.issuer.clone(),
                sends_iss: discovery.metadata.sends_iss,
            },
            verifier,
        })
    }
}

/// The endpoint as a URL, its own query kept but for the parameters that are ours.
fn endpoint(discovery: &Discovery) -> Result<Url, OauthError> {
    let mut url = VettedUrl::vet(discovery.metadata.authorization_endpoint()?, discovery.loopback)?.url().clone();
    let kept: Vec<(String, String)> =
        url.query_pairs().into_owned().filter(|(name, _)| !OURS.contains(&name.as_str())).collect();
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    Ok(url)
}

fn write(
    discovery: &Discovery,
    client: &credential::Client,
    redirect_uri: &str,
    state: &str,
    verifier: &PkceVerifier,
    key: Option<&SigningKey>,
) -> Result<Url, OauthError> {
    let redirect =
        RedirectUrl::new(redirect_uri.to_owned()).map_err(|why| OauthError::Setting { why: why.to_string() })?;
    let oauth = BasicClient::new(ClientId::new(client.id.clone()))
        .set_auth_uri(AuthUrl::from_url(endpoint(discovery)?))
        .set_redirect_uri(redirect);
    // EXPOSE: into SHA-256 only; the address carries the digest (RFC 7636 §4.2).
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.expose().to_owned()));
    let scopes = discovery
        .scopes
        .iter()
        .flat_map(keyholder_model::grant::ScopeSet::iter)
        .map(|scope| Scope::new(scope.to_owned()));
    let state = CsrfToken::new(state.to_owned());
    let mut request = oauth.authorize_url(|| state).set_pkce_challenge(challenge).add_scopes(scopes);
    if discovery.sends_resource {
        request = request.add_extra_param("resource", discovery.resource.as_str());
    }
    // RFC 9449 §10: the code is good with this key only.
    if let Some(key) = key {
        request = request.add_extra_param("dpop_jkt", key.thumbprint());
    }
    // OpenID Connect Core §11: without it, servers of that family give no refresh token.
    if discovery.scopes.as_ref().is_some_and(|scopes| scopes.covers(&offline_access())) {
        request = request.add_extra_param("prompt", "consent");
    }
    Ok(request.url().0)
}

/// RFC 9126 §2: the parameters go to the server directly; the browser carries a reference to them.
async fn push(
    http: &Client,
    discovery: &Discovery,
    prover: Prover<'_>,
    to: &str,
    written: &Url,
) -> Result<Url, OauthError> {
    let issuer = &discovery.metadata.issuer;
    let in_header = prover.is_in_header();
    let form = written
        .query_pairs()
        // RFC 9126 §2.1: the client id stands in the form, once; with a proof in the form it comes along with that.
        .filter(|(name, _)| name != "client_id" || in_header)
        .fold(Form::new(), |form, (name, value)| form.field(&name, &value));
    let response = form.post(http, to, prover).await?;
    if response.status != StatusCode::CREATED && response.status != StatusCode::OK {
        let host = response.url.host().to_owned();
        return Err(match Refusal::read(&response.body) {
            Some(Refusal { code, detail }) if !response.status.is_server_error() => {
                OauthError::Refused { issuer: issuer.clone(), code, detail }
            }
            _ => OauthError::Outage { host, status: response.status.as_u16() },
        });
    }
    let refuse = |why: String| OauthError::ServerMetadata { issuer: issuer.clone(), why };
    let object =
        parse_object(&response.body).map_err(|why| refuse(format!("its answer to a pushed request: {why}")))?;
    let reference = strict_json::text(&object, "request_uri")
        .filter(|text| !text.is_empty() && text.len() <= 2048)
        .ok_or_else(|| refuse("its answer to a pushed request has no \u{201c}request_uri\u{201d}".to_owned()))?;
    let mut url = endpoint(discovery)?;
    url.query_pairs_mut().append_pair("client_id", &prover.client.id).append_pair("request_uri", reference);
    Ok(url)
}
