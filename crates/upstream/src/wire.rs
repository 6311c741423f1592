//! Requests as they go over the wire: the headers of each era.

use crate::era::Era;
use crate::error::UpstreamError;
use crate::presented::Presented;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use keyholder_http::{Address, Client, Limits, Opened, Redirects, Request};
use keyholder_mcp::outgoing::Outgoing;
use keyholder_secret::token::SessionToken;
use std::fmt;
use std::time::Duration;

/// A server, and how it is spoken to.
pub(crate) struct Wire {
    pub(crate) url: Address,
    pub(crate) http: Client,
    pub(crate) era: Era,
    pub(crate) session: Option<SessionToken>,
}

impl Wire {
    /// One message, one POST (T-040).
    pub(crate) async fn post(
        &self,
        outgoing: &Outgoing,
        presented: Option<&Presented>,
        limits: &Limits,
    ) -> Result<Opened, UpstreamError> {
        let mut headers = self.headers()?;
        headers.insert(CONTENT_TYPE, JSON);
        headers.insert(ACCEPT, JSON_OR_EVENTS);
        if matches!(self.era, Era::Modern { .. }) {
            headers.insert(MCP_METHOD, value(&outgoing.method, "method")?);
            if let Some(name) = &outgoing.name {
                headers.insert(MCP_NAME, value(name, "name")?);
            }
            for (name, given) in &outgoing.parameters {
                let name = HeaderName::try_from(name.as_str())
                    .map_err(|_| UpstreamError::Unsendable { what: "parameter header" })?;
                headers.insert(name, value(given, "parameter")?);
            }
        }
        self.open(Method::POST, headers, outgoing.body.clone(), presented, limits).await
    }

    /// Legacy: a stream of the server's messages, from after `last_event` if that is given (T-105, T-106).
    pub(crate) async fn get(
        &self,
        last_event: Option<&Bytes>,
        presented: Option<&Presented>,
        limits: &Limits,
    ) -> Result<Opened, UpstreamError> {
        let mut headers = self.headers()?;
        headers.insert(ACCEPT, EVENTS);
        if let Some(id) = last_event {
            let id = HeaderValue::from_maybe_shared(id.clone())
                .map_err(|_| UpstreamError::Unsendable { what: "event id" })?;
            headers.insert(LAST_EVENT_ID, id);
        }
        self.open(Method::GET, headers, Bytes::new(), presented, limits).await
    }

    /// Legacy: the end of the session; whatever comes of it (405 where a server does not care).
    pub(crate) async fn delete_session(&self, presented: Option<&Presented>) {
        if self.session.is_none() {
            return;
        }
        let Ok(headers) = self.headers() else { return };
        if let Err(why) = self.open(Method::DELETE, headers, Bytes::new(), presented, &FAREWELL).await {
            tracing::debug!(%why, "the session was not ended at the server");
        }
    }

    /// What stands in every request of this era (T-041, T-047, T-101, T-102).
    fn headers(&self) -> Result<HeaderMap, UpstreamError> {
        let mut headers = HeaderMap::with_capacity(10);
        if let Some(version) = self.era.header_version() {
            headers.insert(MCP_PROTOCOL_VERSION, value(version, "protocol version")?);
        }
        if let Some(session) = &self.session {
            // EXPOSE: into the header of a request to the server that issued it; marked so that nothing prints it.
            let mut session = value(session.expose(), "session id")?;
            session.set_sensitive(true);
            headers.insert(MCP_SESSION_ID, session);
        }
        Ok(headers)
    }

    async fn open(
        &self,
        method: Method,
        mut headers: HeaderMap,
        body: Bytes,
        presented: Option<&Presented>,
        limits: &Limits,
    ) -> Result<Opened, UpstreamError> {
        let Some(presented) = presented else { return self.once(method, headers, body, limits).await };
        presented.show(&mut headers, &method, self.url.url())?;
        let opened = self.once(method.clone(), headers.clone(), body.clone(), limits).await?;
        if !presented.learn(opened.status.as_u16(), &opened.headers) {
            return Ok(opened);
        }
        // RFC 9449 §9: refused before anything was done, for want of a nonce that is known now.
        presented.show(&mut headers, &method, self.url.url())?;
        let opened = self.once(method, headers, body, limits).await?;
        presented.learn(opened.status.as_u16(), &opened.headers);
        Ok(opened)
    }

    async fn once(
        &self,
        method: Method,
        headers: HeaderMap,
        body: Bytes,
        limits: &Limits,
    ) -> Result<Opened, UpstreamError> {
        // T-056: a redirect of the endpoint is an error to show, never followed.
        let request = Request { method, url: self.url.clone(), headers, body, redirects: Redirects::Refuse };
        Ok(self.http.open(request, limits).await?)
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("url", &self.url).field("era", &self.era).finish_non_exhaustive()
    }
}

fn value(text: &str, what: &'static str) -> Result<HeaderValue, UpstreamError> {
    HeaderValue::from_str(text).map_err(|_| UpstreamError::Unsendable { what })
}

/// The session header (MCP 2025-03-26 to 2025-11-25, "Session Management").
pub(crate) const MCP_SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");
const JSON_OR_EVENTS: HeaderValue = HeaderValue::from_static("application/json, text/event-stream");
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
const MCP_METHOD: HeaderName = HeaderName::from_static("mcp-method");
const MCP_NAME: HeaderName = HeaderName::from_static("mcp-name");
const MCP_PROTOCOL_VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const FAREWELL: Limits = Limits {
    headers: Duration::from_secs(2),
    idle: Duration::from_secs(2),
    total: Some(Duration::from_secs(2)),
    body: 64 << 10,
};
