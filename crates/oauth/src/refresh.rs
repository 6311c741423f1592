//! Fresh tokens for an old grant (RFC 6749 §6).

use crate::client_proof::Prover;
use crate::error::RefreshError;
use crate::form::Form;
use crate::token_response::{self, Fault, Kinds, Refusal, Requested};
use http::StatusCode;
use http::header::RETRY_AFTER;
use keyholder_http::{Client, HttpError, Response};
use keyholder_jose::SigningKey;
use keyholder_model::clock::{Clock, Rng};
use keyholder_secret::credential::{Credential, Tokens};
use std::time::Duration;

/// The longest wait that a server can impose.
const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// Renews the tokens of a grant, at the token endpoint that was recorded when the person signed in and nowhere else (catalogue
/// cases 74, 75). No scope is sent, so the grant cannot grow.
///
/// The caller runs at most one of these per grant at a time (case 69) and stores the result before using it. `refresh` of the
/// result is `None` where the old refresh token stays valid (case 71).
///
/// # Errors
/// [`RefreshError::Ended`] and [`RefreshError::ClientUnknown`] end the grant; all others leave it as it is.
pub async fn refresh(
    http: &Client,
    clock: &dyn Clock,
    rng: &dyn Rng,
    credential: &Credential,
) -> Result<Tokens, RefreshError> {
    let token = credential.tokens.refresh.as_ref().ok_or(RefreshError::NotRenewable)?;
    let form = Form::new()
        .field("grant_type", "refresh_token")
        // EXPOSE: into the body of a request to the token endpoint recorded with this very credential; no redirect is followed.
        .field("refresh_token", token.expose())
        .optional("resource", credential.sends_resource.then(|| credential.resource.as_str()));
    renew(http, form, clock, rng, credential).await
}

/// Posts a form to the recorded token endpoint and reads what comes of it.
pub(crate) async fn renew(
    http: &Client,
    form: Form,
    clock: &dyn Clock,
    rng: &dyn Rng,
    credential: &Credential,
) -> Result<Tokens, RefreshError> {
    let prover = Prover { client: &credential.client, issuer: &credential.issuer, clock, rng };
    let key = credential.dpop_key.as_ref().map(SigningKey::from_pem).transpose();
    let key = key.map_err(|why| RefreshError::Unusable { why: format!("the grant\u{2019}s key: {why}") })?;
    let response = form.post_bound(http, &credential.token_endpoint, prover, key.as_ref()).await;
    let response = response.map_err(|why| judge_failure(&why))?;
    if response.status != StatusCode::OK {
        return Err(judge_status(&response));
    }
    // What was bound stays bound (RFC 9449 §5).
    let requested = Requested {
        scopes: Some(&credential.tokens.scopes),
        resource: credential.sends_resource.then_some(&credential.resource),
        kinds: if key.is_some() { Kinds::Bound } else { Kinds::Bearer },
    };
    let issued = token_response::parse(&response.body, clock.now(), requested);
    issued.map(|issued| issued.tokens).map_err(|fault| match fault {
        Fault::Refused(refusal) => judge_refusal(refusal),
        Fault::Unusable(why) => RefreshError::Unusable { why },
    })
}

/// A network that fails says nothing about the grant; an answer that must not be read is the server's fault.
fn judge_failure(why: &HttpError) -> RefreshError {
    match why {
        HttpError::Address(_)
        | HttpError::Encoding { .. }
        | HttpError::Redirected { .. }
        | HttpError::TooLarge { .. } => RefreshError::Unusable { why: why.to_string() },
        _ => RefreshError::Transient { retry_after: None, why: why.to_string() },
    }
}

fn judge_status(response: &Response) -> RefreshError {
    let status = response.status.as_u16();
    match status {
        408 | 429 | 500.. => RefreshError::Transient {
            retry_after: retry_after(response),
            why: format!("{} answered with status {status}", response.url.host()),
        },
        _ => match Refusal::read(&response.body) {
            Some(refusal) => judge_refusal(refusal),
            None => RefreshError::Unusable {
                why: format!("{} answered with status {status} and no reason", response.url.host()),
            },
        },
    }
}

/// RFC 6749 §5.2.
fn judge_refusal(refusal: Refusal) -> RefreshError {
    let why = refusal.describe();
    match refusal.code.as_str() {
        "invalid_grant" => RefreshError::Ended { why },
        "invalid_client" | "unauthorized_client" => RefreshError::ClientUnknown { why },
        "server_error" | "slow_down" | "temporarily_unavailable" => RefreshError::Transient { retry_after: None, why },
        _ => RefreshError::Refused { why: refusal.detail.unwrap_or_default(), code: refusal.code },
    }
}

/// RFC 9110 §10.2.3, as seconds; a date is not worth its parser here.
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds: u64 = response.headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}
