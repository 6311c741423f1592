//! JSON-RPC errors (JSON-RPC 2.0 §5.1; MCP "Error Codes").

use std::fmt;

/// A message that cannot be accepted, as the JSON-RPC error that answers it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// The error code.
    pub code: Code,
    /// One sentence; it goes to the host, so it names no secret and no rule.
    pub message: String,
}

impl Fault {
    /// A fault with its sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// The codes that Keyholder gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// Something failed on this side or behind it.
    Internal,
    /// The parameters do not fit.
    InvalidParams,
    /// It is JSON, and no JSON-RPC request.
    InvalidRequest,
    /// Nobody here knows this method.
    MethodNotFound,
    /// It is no JSON.
    Parse,
    /// The revision asked for is not spoken (MCP 2026-07-28).
    UnsupportedVersion,
}

impl Code {
    /// The number on the wire.
    pub const fn number(self) -> i32 {
        match self {
            Self::Internal => -32603,
            Self::InvalidParams => -32602,
            Self::InvalidRequest => -32600,
            Self::MethodNotFound => -32601,
            Self::Parse => -32700,
            Self::UnsupportedVersion => -32022,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number())
    }
}

/// The code of an upstream error that says "I do not speak this revision" (MCP 2026-07-28).
pub const UNSUPPORTED_PROTOCOL_VERSION: i64 = -32022;
