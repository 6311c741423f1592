//! Giving back what is not needed any more (RFC 7009, RFC 7592).

use crate::client_proof::Prover;
use crate::form::{Form, LIMITS};
use crate::token_response::Refusal;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use keyholder_http::{Address, Client, HttpError, Redirects, Request};
use keyholder_model::clock::{Clock, Rng};
use keyholder_secret::credential::{Credential, Management};

/// What was given back, and what the authorization server said. The caller erases its own copy in any case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// What.
    pub what: Revoked,
    /// How it went.
    pub result: Returned,
}

/// What can be given back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Revoked {
    /// The access token.
    AccessToken,
    /// Keyholder's own registration at the authorization server.
    Registration,
    /// The refresh token.
    RefreshToken,
}

/// How giving back went.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Returned {
    /// The authorization server confirmed.
    Confirmed,
    /// It is not reachable or out of order: worth trying again later.
    Later {
        /// What happened.
        why: String,
    },
    /// It refused.
    Refused {
        /// Its words, clipped.
        why: String,
    },
    /// It was not asked.
    Skipped {
        /// Why not.
        why: &'static str,
    },
}

/// Gives back, in this order: the refresh token (with which most servers end the whole grant), the access token, the
/// registration. Each step is taken whatever became of the one before it; there is a receipt for each thing that existed.
pub async fn revoke(http: &Client, clock: &dyn Clock, rng: &dyn Rng, credential: &Credential) -> Vec<Receipt> {
    let prover = Prover { client: &credential.client, issuer: &credential.issuer, clock, rng };
    let mut receipts = Vec::new();
    if let Some(token) = &credential.tokens.refresh {
        // EXPOSE: into the body of a request to the revocation endpoint recorded with this very credential.
        let result = revoke_token(http, prover, credential, "refresh_token", token.expose()).await;
        receipts.push(Receipt { what: Revoked::RefreshToken, result });
    }
    // EXPOSE: into the body of a request to the revocation endpoint recorded with this very credential.
    let result = revoke_token(http, prover, credential, "access_token", credential.tokens.access.expose()).await;
    receipts.push(Receipt { what: Revoked::AccessToken, result });
    if let Some(management) = &credential.client.management {
        receipts.push(Receipt { what: Revoked::Registration, result: deregister(http, management).await });
    }
    receipts
}

/// RFC 7009 §2.1.
async fn revoke_token(http: &Client, prover: Prover<'_>, credential: &Credential, hint: &str, token: &str) -> Returned {
    let Some(endpoint) = &credential.revocation_endpoint else {
        return Returned::Skipped { why: "the authorization server offers no revocation" };
    };
    let form = Form::new().field("token", token).field("token_type_hint", hint);
    match form.post(http, endpoint, prover).await {
        Ok(response) => judge(response.status, &response.body),
        Err(why) => failed(&why),
    }
}

/// RFC 7592 §2.3. That the address belongs to the registration endpoint's origin was checked when it was registered.
async fn deregister(http: &Client, management: &Management) -> Returned {
    // EXPOSE: into the Authorization header of a request to the registration's own address; marked sensitive.
    let Ok(mut bearer) = HeaderValue::from_str(&format!("Bearer {}", management.token.expose())) else {
        return Returned::Skipped { why: "its token cannot stand in a header" };
    };
    bearer.set_sensitive(true);
    let Ok(url) = Address::parse(&management.uri) else {
        return Returned::Skipped { why: "its address cannot be used" };
    };
    let headers = HeaderMap::from_iter([(AUTHORIZATION, bearer)]);
    let request = Request { method: Method::DELETE, url, headers, body: Bytes::new(), redirects: Redirects::Refuse };
    match http.fetch(request, &LIMITS).await {
        Ok(response) => judge(response.status, &response.body),
        Err(why) => failed(&why),
    }
}

/// RFC 7009 §2.2: 200, also for a token that it does not know; 503 means later.
fn judge(status: StatusCode, body: &[u8]) -> Returned {
    match status.as_u16() {
        200..300 => Returned::Confirmed,
        408 | 429 | 500.. => Returned::Later { why: format!("status {}", status.as_u16()) },
        code => Returned::Refused {
            why: Refusal::read(body).map_or_else(|| format!("status {code}"), |refusal| refusal.describe()),
        },
    }
}

fn failed(why: &HttpError) -> Returned {
    match why {
        HttpError::Address(_) | HttpError::Forbidden { .. } | HttpError::Redirected { .. } => {
            Returned::Refused { why: why.to_string() }
        }
        _ => Returned::Later { why: why.to_string() },
    }
}
