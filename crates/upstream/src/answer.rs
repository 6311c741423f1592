//! Judging what a server answered, by status and content type (catalogue case 122).

use crate::error::{UpstreamError, excerpt};
use crate::presented::Presented;
use crate::reply::{Reply, Way};
use crate::wire::Wire;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use keyholder_http::{Limits, Opened};
use keyholder_mcp::{members, reply as compose};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// The reply to a POST. `id` is the request's own id; a notification or a response has none and expects none.
pub(crate) async fn judge(
    wire: &Arc<Wire>,
    opened: Opened,
    id: Option<String>,
    presented: Option<&Arc<Presented>>,
) -> Result<Reply, UpstreamError> {
    let status = opened.status.as_u16();
    if !matches!(status, 200..=205 | 207..=299) {
        return failed(wire, opened, id).await;
    }
    // T-046: whatever success is said about a notification, nothing is expected with it.
    let Some(id) = id else { return Ok(Reply::nothing()) };
    match media_type(&opened.headers).as_deref() {
        Some("text/event-stream") => Ok(Reply::stream(Way::new(wire, presented, Some(id)), opened.body)),
        Some(json) if json == "application/json" || json.ends_with("+json") => {
            let body = opened.body.collect(Limits::MESSAGE.body).await?;
            if body.is_empty() {
                return Err(UpstreamError::NoAnswer { status });
            }
            Reply::body(Way::new(wire, None, Some(id)), body)
        }
        None if matches!(status, 201..=205) || opened.body.announced() == Some(0) => {
            Err(UpstreamError::NoAnswer { status })
        }
        other => Err(not_mcp(wire, status, other)),
    }
}

/// The answer to a GET for the server's own stream (T-105); `None` if it has none.
pub(crate) async fn listening(
    wire: &Arc<Wire>,
    opened: Opened,
    presented: Option<&Arc<Presented>>,
) -> Result<Option<Reply>, UpstreamError> {
    let streams = media_type(&opened.headers).as_deref() == Some("text/event-stream");
    match opened.status.as_u16() {
        200 if streams => Ok(Some(Reply::stream(Way::new(wire, presented, None), opened.body))),
        // Whoever answers otherwise does not know this use of GET: 405 is what the specification says, others are seen.
        200..=299 | 400 | 405 | 406 | 501 => Ok(None),
        404 if wire.session.is_none() => Ok(None),
        _ => failed(wire, opened, None).await.map(|_| None),
    }
}

async fn failed(wire: &Arc<Wire>, opened: Opened, id: Option<String>) -> Result<Reply, UpstreamError> {
    let status = opened.status.as_u16();
    match status {
        401 => return Err(UpstreamError::Unauthorized { challenges: challenges(&opened.headers) }),
        403 => return Err(UpstreamError::Forbidden { challenges: challenges(&opened.headers) }),
        404 if wire.session.is_some() => return Err(UpstreamError::SessionLost),
        _ => {}
    }
    let retry_after = opened.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let is_page = media_type(&opened.headers).is_some_and(|kind| kind.contains("html"));
    // What an error says is a courtesy: if it cannot be read, the status stands alone.
    let body = opened.body.collect(LARGEST_ERROR).await.unwrap_or_default();
    // A gateway's word about an outage is not the server's answer, whatever it is wrapped in.
    if let Some(id) = id.filter(|_| !matches!(status, 429 | 502 | 503 | 504))
        && let Some(message) = error_answer(&body, &id)
    {
        return Reply::body(Way::new(wire, None, Some(id)), message);
    }
    Err(UpstreamError::Status {
        status,
        retry_after: retry_after.map(|seconds: u64| Duration::from_secs(seconds).min(LONGEST_RETRY_AFTER)),
        excerpt: if is_page { String::new() } else { excerpt(&body) },
    })
}

/// A JSON-RPC error as the answer to request `id`: as it is, or, where the server could not read the id, with the id put in and
/// the error itself untouched.
pub(crate) fn error_answer(body: &Bytes, id: &str) -> Option<Bytes> {
    #[derive(serde::Deserialize)]
    struct Loose<'a> {
        #[serde(borrow, default)]
        id: Option<&'a RawValue>,
        #[serde(borrow)]
        error: &'a RawValue,
    }
    let loose: Loose<'_> = serde_json::from_slice(body).ok()?;
    if !loose.error.get().starts_with('{') {
        return None;
    }
    match loose.id {
        Some(theirs) if is_id(theirs, id) => Some(body.clone()),
        Some(theirs) if theirs.get() != "null" => None,
        _ => Some(compose::error_as_given(&members::quote(id), loose.error.get()).into()),
    }
}

/// Whether a raw JSON id is the string `id`.
pub(crate) fn is_id(raw: &RawValue, id: &str) -> bool {
    raw.get().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) == Some(id)
        || serde_json::from_str::<Cow<'_, str>>(raw.get()).is_ok_and(|text| text == id)
}

/// The content type without its parameters, in lower case.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

pub(crate) fn not_mcp(wire: &Wire, status: u16, content_type: Option<&str>) -> UpstreamError {
    let content_type = content_type.map_or_else(|| "none".to_owned(), |text| excerpt(text.as_bytes()));
    UpstreamError::NotMcp { url: wire.url.to_string(), status, content_type }
}

fn challenges(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
    values.take(MOST_CHALLENGES).map(str::to_owned).collect()
}

const LARGEST_ERROR: usize = 256 << 10;
const LONGEST_RETRY_AFTER: Duration = Duration::from_hours(24);
const MOST_CHALLENGES: usize = 16;
