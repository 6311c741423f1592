//! How Keyholder is known at an authorization server: registered by hand, by metadata document, or dynamically (RFC 7591).

use crate::error::OauthError;
use crate::form::LIMITS;
use crate::server_metadata::ServerMetadata;
use crate::settings::{ClientSettings, GrantKind};
use crate::strict_json::{self, Object, parse_object};
use crate::token_response::Refusal;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use keyholder_http::{Address, Client, Request};
use keyholder_jose::SigningKey;
use keyholder_model::clock::Timestamp;
use keyholder_model::grant::{Issuer, ScopeSet};
use keyholder_secret::credential::{self, ClientAuthentication, ClientKey, Management};
use keyholder_secret::token::{ClientSecret, RegistrationToken};
use serde_json::{Value, json};

/// Longest client id that is taken, in bytes.
const LONGEST_ID: usize = 4 << 10;

/// The way to a client id, in the order of preference that MCP gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Registration {
    /// Registered by hand, at this issuer.
    Preregistered,
    /// The client id is the URL of a metadata document.
    MetadataDocument,
    /// Keyholder registers itself (RFC 7591).
    Dynamic,
    /// There is none: the person must bring a client id.
    Impossible,
}

/// Chooses the way, and gives the client where it exists already.
pub(crate) fn choose(
    metadata: &ServerMetadata,
    settings: &ClientSettings,
) -> Result<(Registration, Option<credential::Client>), OauthError> {
    if let Some(known) = &settings.preregistered {
        let id = check_id(&known.id).map_err(|why| OauthError::Setting { why })?;
        let secret = known.secret.as_ref().map(ClientSecret::duplicate);
        let key = known.key.as_ref().map(ClientKey::duplicate);
        let authentication = match (&key, &secret) {
            (Some(key), _) => signing(metadata, key)?,
            (None, Some(_)) => confidential(metadata)?,
            (None, None) => ClientAuthentication::None,
        };
        let client = credential::Client { id, secret, key, authentication, management: None };
        return Ok((Registration::Preregistered, Some(client)));
    }
    if settings.grant != GrantKind::AuthorizationCode {
        // Such a client is made known by whoever runs the authorization server.
        return Ok((Registration::Impossible, None));
    }
    if let Some(document) = settings.document()?.filter(|_| metadata.takes_metadata_documents) {
        let client = credential::Client {
            id: document.to_owned(),
            secret: None,
            key: None,
            authentication: ClientAuthentication::None,
            management: None,
        };
        return Ok((Registration::MetadataDocument, Some(client)));
    }
    let way = if metadata.registration_endpoint.is_some() { Registration::Dynamic } else { Registration::Impossible };
    Ok((way, None))
}

/// The method for a client with a secret; silence means Basic (RFC 8414 §2).
fn confidential(metadata: &ServerMetadata) -> Result<ClientAuthentication, OauthError> {
    let Some(offered) = &metadata.token_endpoint_auth_methods else {
        return Ok(ClientAuthentication::ClientSecretBasic);
    };
    [ClientAuthentication::ClientSecretBasic, ClientAuthentication::ClientSecretPost]
        .into_iter()
        .find(|method| offered.iter().any(|name| name == method.as_str()))
        .ok_or_else(|| no_method(&metadata.issuer))
}

/// A key signs where that is offered, with what it can sign with (RFC 8414 §2: silence offers neither).
fn signing(metadata: &ServerMetadata, key: &ClientKey) -> Result<ClientAuthentication, OauthError> {
    let signer = SigningKey::from_pem(&key.pem);
    let signer = signer.map_err(|why| OauthError::Setting { why: format!("the client\u{2019}s key: {why}") })?;
    let offers = |list: &Option<Vec<String>>, wanted: &str| list.iter().flatten().any(|name| name == wanted);
    let method = ClientAuthentication::PrivateKeyJwt;
    if !offers(&metadata.token_endpoint_auth_methods, method.as_str()) {
        return Err(no_method(&metadata.issuer));
    }
    let algorithm = signer.algorithm().as_str();
    if metadata.token_endpoint_auth_algorithms.is_some() && !offers(&metadata.token_endpoint_auth_algorithms, algorithm)
    {
        return Err(OauthError::ServerMetadata {
            issuer: metadata.issuer.clone(),
            why: format!("it takes no client that signs with {algorithm}, as the key does"),
        });
    }
    Ok(method)
}

/// The method to register with: none where that is offered or nothing is said, for a native app keeps no secret (RFC 8252 §8.4).
fn preferred(metadata: &ServerMetadata) -> Result<ClientAuthentication, OauthError> {
    match &metadata.token_endpoint_auth_methods {
        None => Ok(ClientAuthentication::None),
        Some(offered) if offered.iter().any(|name| name == "none") => Ok(ClientAuthentication::None),
        Some(_) => confidential(metadata),
    }
}

fn no_method(issuer: &Issuer) -> OauthError {
    OauthError::ServerMetadata {
        issuer: issuer.clone(),
        why: "it offers no way to authenticate that Keyholder knows (\u{201c}token_endpoint_auth_methods_supported\u{201d})".to_owned(),
    }
}

/// Registers Keyholder with exactly one redirect URI. Where the server dislikes the document, it is asked once more with the
/// bare minimum; never a third time (catalogue case 41).
pub(crate) async fn register(
    http: &Client,
    metadata: &ServerMetadata,
    redirect_uri: &str,
    scopes: Option<&ScopeSet>,
    now: Timestamp,
) -> Result<credential::Client, OauthError> {
    let issuer = &metadata.issuer;
    let endpoint = metadata
        .registration_endpoint
        .as_deref()
        .ok_or_else(|| OauthError::CannotRegister { issuer: issuer.clone() })?;
    let authentication = preferred(metadata)?;
    let minimum = json!({
        "client_name": "Keyholder",
        "application_type": "native",
        "redirect_uris": [redirect_uri],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": authentication.as_str(),
    });
    let mut full = minimum.clone();
    full["software_id"] = json!("dev.keyholder");
    full["software_version"] = json!(env!("CARGO_PKG_VERSION"));
    if let Some(scopes) = scopes {
        full["scope"] = json!(scopes.to_string());
    }
    let asked = Asked { issuer, endpoint, redirect_uri, authentication, now };
    match asked.post(http, &full).await {
        Err(OauthError::Refused { code, .. }) if code == "invalid_client_metadata" => asked.post(http, &minimum).await,
        answer => answer,
    }
}

struct Asked<'a> {
    issuer: &'a Issuer,
    endpoint: &'a str,
    redirect_uri: &'a str,
    authentication: ClientAuthentication,
    now: Timestamp,
}

impl Asked<'_> {
    async fn post(&self, http: &Client, document: &Value) -> Result<credential::Client, OauthError> {
        let endpoint = Address::parse(self.endpoint)?;
        let mut request = Request::post(endpoint, Bytes::from(document.to_string()));
        request.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let response = http.fetch(request, &LIMITS).await?;
        match response.status {
            // RFC 7591 §3.2.1 says 201; many answer 200.
            StatusCode::CREATED | StatusCode::OK => {
                let object = parse_object(&response.body).map_err(|why| self.refuse(why))?;
                self.read(object)
            }
            status => match Refusal::read(&response.body) {
                _ if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                    Err(OauthError::Outage { host: response.url.host().to_owned(), status: status.as_u16() })
                }
                Some(Refusal { code, detail }) => {
                    Err(OauthError::Refused { issuer: self.issuer.clone(), code, detail })
                }
                None => Err(self.refuse(format!("it answered with status {}", status.as_u16()))),
            },
        }
    }

    /// RFC 7591 §3.2.1: what the server returns holds, unless it is not what a redirect to this machine needs (case 39).
    fn read(&self, mut object: Object) -> Result<credential::Client, OauthError> {
        let id =
            check_id(strict_json::text(&object, "client_id").unwrap_or_default()).map_err(|why| self.refuse(why))?;
        let redirects = strict_json::texts(&object, "redirect_uris").map_err(|why| self.refuse(why))?;
        if redirects.is_some_and(|uris| uris != [self.redirect_uri]) {
            return Err(self.refuse("it was made for another redirect address".to_owned()));
        }
        let secret = match object.remove("client_secret") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(ClientSecret::new(text).map_err(|why| self.refuse(why.to_string()))?),
            Some(_) => return Err(self.refuse("\u{201c}client_secret\u{201d} is not a text".to_owned())),
        };
        let end = object.get("client_secret_expires_at").and_then(Value::as_i64).unwrap_or(0);
        if secret.is_some() && end != 0 && end.saturating_mul(1000) <= self.now.as_millis() {
            return Err(self.refuse("its secret has ended already".to_owned()));
        }
        let authentication = match strict_json::text(&object, "token_endpoint_auth_method") {
            None => self.authentication,
            Some("none") => ClientAuthentication::None,
            Some("client_secret_basic") => ClientAuthentication::ClientSecretBasic,
            Some("client_secret_post") => ClientAuthentication::ClientSecretPost,
            Some(_) => return Err(self.refuse("it wants a way to authenticate that was not asked for".to_owned())),
        };
        if secret.is_none() && authentication != ClientAuthentication::None {
            return Err(self.refuse("it wants a secret, but gave none".to_owned()));
        }
        let management = self.management(&mut object);
        Ok(credential::Client { id, secret, key: None, authentication, management })
    }

    /// RFC 7592 §3. An address of another origin than the registration endpoint's is dropped: it would be a way to make
    /// Keyholder call anywhere.
    fn management(&self, object: &mut Object) -> Option<Management> {
        let uri = strict_json::text(object, "registration_client_uri")?.to_owned();
        let same = Address::parse(&uri).ok()?.same_origin(&Address::parse(self.endpoint).ok()?);
        let Some(Value::String(token)) = object.remove("registration_access_token") else { return None };
        let token = RegistrationToken::new(token).ok()?;
        same.then_some(Management { uri, token })
    }

    fn refuse(&self, why: String) -> OauthError {
        OauthError::Registration { issuer: self.issuer.clone(), why }
    }
}

/// RFC 6749 appendix A.1: visible characters.
fn check_id(id: &str) -> Result<String, String> {
    if id.is_empty() {
        Err("the client id is missing".to_owned())
    } else if id.len() > LONGEST_ID || !id.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) {
        Err("the client id is too long, or holds characters that it must not hold".to_owned())
    } else {
        Ok(id.to_owned())
    }
}
