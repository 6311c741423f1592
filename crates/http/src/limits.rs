//! How long and how much.

use std::time::Duration;

/// What one request may cost. Reaching a limit ends the request with an error that names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// From the first step (resolving, dialling) to the end of the response's header. Dialling alone ends after 10 s.
    pub headers: Duration,
    /// Between two pieces of the body.
    pub idle: Duration,
    /// From the first step to the last byte; `None` for a stream that is meant to stay open.
    pub total: Option<Duration>,
    /// Bytes of the body, after decoding.
    pub body: usize,
}

impl Limits {
    /// Discovery documents (catalogue case 45): 256 KiB in 10 s.
    pub const METADATA: Self = Self {
        headers: Duration::from_secs(10),
        idle: Duration::from_secs(10),
        total: Some(Duration::from_secs(10)),
        body: 256 << 10,
    };

    /// Token, registration and revocation endpoints: 1 MiB in 30 s.
    pub const TOKEN: Self = Self {
        headers: Duration::from_secs(30),
        idle: Duration::from_secs(30),
        total: Some(Duration::from_secs(30)),
        body: 1 << 20,
    };

    /// One MCP request and its reply, which may be a stream with progress: 64 MiB, five silent minutes, one hour in all.
    ///
    /// The wait for the header is long on purpose: a server that answers with plain JSON sends its header when the tool is done.
    pub const MESSAGE: Self = Self {
        headers: Duration::from_mins(5),
        idle: Duration::from_mins(5),
        total: Some(Duration::from_hours(1)),
        body: 64 << 20,
    };

    /// A stream on which a server speaks when it has something to say: no end, and silence for a day at most.
    pub const STREAM: Self =
        Self { headers: Duration::from_secs(30), idle: Duration::from_hours(24), total: None, body: usize::MAX };
}
