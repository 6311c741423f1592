//! A body that is still coming.

use crate::address::Address;
use crate::error::{HttpError, Phase};
use bytes::{Bytes, BytesMut};
use std::fmt;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// The rest of an answer. Dropping it closes the stream, and the connection where it cannot be used again.
pub struct Body {
    pub(crate) response: reqwest::Response,
    pub(crate) from: Address,
    pub(crate) idle: Duration,
    pub(crate) deadline: Option<Instant>,
    pub(crate) limit: usize,
    pub(crate) taken: usize,
}

impl Body {
    /// The next piece, decoded; `None` at the end.
    ///
    /// # Errors
    /// [`HttpError::Timeout`], [`HttpError::TooLarge`], [`HttpError::Broken`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, HttpError> {
        let (wait, phase) = match self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())) {
            Some(left) if left < self.idle => (left, Phase::Total),
            _ => (self.idle, Phase::Body),
        };
        let Ok(outcome) = timeout(wait, self.response.chunk()).await else {
            return Err(HttpError::Timeout { host: self.from.host().to_owned(), phase });
        };
        let piece = outcome.map_err(|why| HttpError::broken(&self.from, &why))?;
        if let Some(piece) = &piece {
            self.taken = self.taken.saturating_add(piece.len());
            if self.taken > self.limit {
                return Err(self.too_large(self.limit));
            }
        }
        Ok(piece)
    }

    /// All the rest, if it is at most `at_most` bytes and within the request's own limit. A body that arrives in one piece is
    /// handed on without a copy.
    ///
    /// # Errors
    /// As [`Body::chunk`].
    pub async fn collect(mut self, at_most: usize) -> Result<Bytes, HttpError> {
        let announced = self.response.content_length();
        if announced.is_some_and(|length| length > at_most as u64) {
            return Err(self.too_large(at_most));
        }
        let Some(first) = self.chunk().await? else { return Ok(Bytes::new()) };
        if first.len() > at_most {
            return Err(self.too_large(at_most));
        }
        if announced == Some(first.len() as u64) {
            return Ok(first);
        }
        let Some(second) = self.chunk().await? else { return Ok(first) };
        // An announced length is a claim: it sizes the first reservation, up to a megabyte, and nothing else.
        let expected = announced.and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
        let mut whole = BytesMut::with_capacity(
            expected.clamp(first.len() + second.len(), RESERVED.max(first.len() + second.len())),
        );
        whole.extend_from_slice(&first);
        let mut next = Some(second);
        while let Some(piece) = next {
            if whole.len().saturating_add(piece.len()) > at_most {
                return Err(self.too_large(at_most));
            }
            whole.extend_from_slice(&piece);
            next = self.chunk().await?;
        }
        Ok(whole.freeze())
    }

    /// How many bytes are announced, where that is known.
    pub fn announced(&self) -> Option<u64> {
        self.response.content_length()
    }

    fn too_large(&self, limit: usize) -> HttpError {
        HttpError::TooLarge { host: self.from.host().to_owned(), limit }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").field("from", &self.from).field("taken", &self.taken).finish_non_exhaustive()
    }
}

const RESERVED: usize = 1 << 20;
