//! One logical connection to one server.

use crate::answer;
use crate::era::{self, Era, Greeting, Hello};
use crate::error::UpstreamError;
use crate::presented::Presented;
use crate::reply::Reply;
use crate::wire::Wire;
use keyholder_http::{Client, Limits};
use keyholder_mcp::outgoing::Outgoing;
use keyholder_model::permit::Permit;
use keyholder_model::server::ServerUrl;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Where a server is, and the client that belongs to it and to one authorization (T-055).
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The MCP endpoint.
    pub url: ServerUrl,
    /// The client, with its own connection pool.
    pub http: Client,
}

/// A request without an answer.
#[derive(Debug)]
pub struct Unsent {
    /// Why.
    pub why: UpstreamError,
    /// The permit, where the server said that it ran nothing for want of authorization: the same bytes may be sent again.
    pub permit: Option<Permit>,
}

impl From<UpstreamError> for Unsent {
    fn from(why: UpstreamError) -> Self {
        Self { why, permit: None }
    }
}

/// One logical connection of one bridge to one server under one authorization: in the legacy era, one session (T-110). Used
/// concurrently through `&self`.
#[derive(Debug)]
pub struct Link {
    wire: Arc<Wire>,
    never_listens: AtomicBool,
}

impl Link {
    /// Finds out what the server speaks (T-080), greets it, and hands back its own greeting. With a `prior` verdict for legacy
    /// the modern question is skipped; should that fail, it is asked after all (T-084).
    ///
    /// # Errors
    /// [`UpstreamError::Unauthorized`] and [`Forbidden`](UpstreamError::Forbidden) before any verdict (sign in, then connect
    /// again); [`NoCommonVersion`](UpstreamError::NoCommonVersion), [`NotMcp`](UpstreamError::NotMcp) or
    /// [`Refused`](UpstreamError::Refused) as the verdict; the others are outages and say nothing about the server.
    pub async fn connect(
        endpoint: Endpoint,
        hello: &Hello,
        presented: Option<&Arc<Presented>>,
        prior: Option<&Era>,
    ) -> Result<(Self, Greeting), UpstreamError> {
        let (wire, greeting) = era::greet(&endpoint, hello, presented, prior).await?;
        Ok((Self { wire: Arc::new(wire), never_listens: AtomicBool::new(false) }, greeting))
    }

    /// What the server speaks.
    pub fn era(&self) -> &Era {
        &self.wire.era
    }

    /// Sends one request, notification or (legacy) response, exactly once, and hands back what comes of it. Without a permit
    /// for these very bytes nothing leaves (invariant 3).
    ///
    /// # Errors
    /// [`Unsent`] with every variant that is not about connecting; after a 401 or 403 it gives the permit back, since the server
    /// has not run anything. [`UpstreamError::outcome_unknown`] says whether the server may have acted.
    pub async fn send(
        &self,
        outgoing: Outgoing,
        permit: Permit,
        presented: Option<&Arc<Presented>>,
    ) -> Result<Reply, Unsent> {
        let spent = permit.spend(&outgoing.digest).map_err(UpstreamError::from)?;
        let opened = self.wire.post(&outgoing, presented.map(Arc::as_ref), &Limits::MESSAGE).await?;
        match answer::judge(&self.wire, opened, outgoing.id, presented).await {
            Ok(reply) => Ok(reply.for_permit(spent)),
            Err(why @ (UpstreamError::Forbidden { .. } | UpstreamError::Unauthorized { .. })) => {
                Err(Unsent { why, permit: Some(spent.refund()) })
            }
            Err(why) => Err(why.into()),
        }
    }

    /// Legacy: the stream on which the server speaks by itself (T-105). `None` if it has none, which is remembered, and in the
    /// modern era. It carries no message of ours, so it needs no permit.
    ///
    /// # Errors
    /// Network and authorization errors; [`UpstreamError::SessionLost`].
    pub async fn listen(&self, presented: Option<&Arc<Presented>>) -> Result<Option<Reply>, UpstreamError> {
        if matches!(self.wire.era, Era::Modern { .. }) || self.never_listens.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let opened = self.wire.get(None, presented.map(Arc::as_ref), &Limits::STREAM).await?;
        let stream = answer::listening(&self.wire, opened, presented).await?;
        if stream.is_none() {
            self.never_listens.store(true, Ordering::Relaxed);
        }
        Ok(stream)
    }

    /// Legacy: tells the server that the session is over (T-104), waiting two seconds at most. Modern: nothing to tell.
    pub async fn close(&self, presented: Option<&Arc<Presented>>) {
        self.wire.delete_session(presented.map(Arc::as_ref)).await;
    }
}
