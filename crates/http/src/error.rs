//! What can go wrong on the network.

use crate::address::Address;
use crate::resolver::Unresolved;
use http::StatusCode;
use std::error::Error;
use std::io;

/// What was under way when the time was up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Between two pieces of the body.
    Body,
    /// Resolving the name, dialling, agreeing on TLS.
    Connecting,
    /// Waiting for the response's header.
    Headers,
    /// The request as a whole.
    Total,
}

/// Why a request failed. No variant holds a header, a body or a query value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// Not an address that can be asked at all; the sentence says why.
    #[error("{0}")]
    Address(String),
    /// The answer broke off; the request may have been carried out.
    #[error("the connection to {host} broke: {why}")]
    Broken {
        /// Whose answer it was.
        host: String,
        /// The innermost cause.
        why: String,
    },
    /// No connection came about, so nothing was sent.
    #[error("{host} cannot be reached: {why}")]
    Connect {
        /// Who was dialled.
        host: String,
        /// The innermost cause.
        why: String,
    },
    /// The body has an encoding that was not asked for, or more than one (catalogue case 129).
    #[error("{host} answered in an encoding that Keyholder did not ask for")]
    Encoding {
        /// Who answered.
        host: String,
    },
    /// The guard forbids the address (SSRF, catalogue cases 25 to 28). Nothing was sent.
    #[error("Keyholder does not connect to {host}: {why}")]
    Forbidden {
        /// The host as it was written.
        host: String,
        /// Which rule forbids it.
        why: &'static str,
    },
    /// A redirect that may not be followed.
    #[error("{host} redirects (status {status}) to {to}, which Keyholder does not follow")]
    Redirected {
        /// Who redirects.
        host: String,
        /// Where to, without query; or that the target is missing.
        to: String,
        /// The status.
        status: StatusCode,
    },
    /// The client cannot be built: a certificate file, TLS.
    #[error("the network cannot be set up: {0}")]
    Setup(String),
    /// Time is up.
    #[error("{host} took too long ({})", match .phase { Phase::Body => "silence in the middle of its answer", Phase::Connecting => "connecting", Phase::Headers => "no answer", Phase::Total => "the answer did not end" })]
    Timeout {
        /// Who was asked.
        host: String,
        /// What was under way.
        phase: Phase,
    },
    /// The certificate was not accepted, or TLS failed otherwise. Nothing was sent. There is no way around it.
    #[error("the secure connection to {host} was refused: {why}")]
    Tls {
        /// Who was dialled.
        host: String,
        /// The verifier's reason.
        why: String,
    },
    /// The answer is larger than allowed.
    #[error("the answer of {host} is larger than the limit of {limit} bytes")]
    TooLarge {
        /// Who answered.
        host: String,
        /// The limit, in bytes after decoding.
        limit: usize,
    },
    /// The name has no address, or there is no network.
    #[error("{host} cannot be found: {why}")]
    Unresolved {
        /// The name.
        host: String,
        /// The resolver's reason.
        why: String,
    },
}

impl HttpError {
    /// Whether the server can have seen any byte of the request. Where it cannot, sending it again repeats nothing.
    pub fn may_have_been_sent(&self) -> bool {
        match self {
            Self::Address(_)
            | Self::Connect { .. }
            | Self::Forbidden { .. }
            | Self::Setup(_)
            | Self::Timeout { phase: Phase::Connecting, .. }
            | Self::Tls { .. }
            | Self::Unresolved { .. } => false,
            Self::Broken { .. }
            | Self::Encoding { .. }
            | Self::Redirected { .. }
            | Self::Timeout { .. }
            | Self::TooLarge { .. } => true,
        }
    }

    /// Sorts a failure that came instead of a response's header.
    pub(crate) fn of_sending(to: &Address, why: &reqwest::Error) -> Self {
        if let Some(unresolved) = causes(why).find_map(|cause| cause.downcast_ref::<Unresolved>()) {
            return Self::of_resolving(to, unresolved);
        }
        let host = to.host().to_owned();
        if !why.is_connect() {
            return Self::broken(to, why);
        }
        if why.is_timeout() {
            return Self::Timeout { host, phase: Phase::Connecting };
        }
        let tls = causes(why).find_map(|cause| tls_fault(cause));
        match tls {
            Some(fault) => Self::Tls { host, why: safe(&fault.to_string()) },
            None => Self::Connect { host, why: innermost(why) },
        }
    }

    pub(crate) fn of_resolving(to: &Address, why: &Unresolved) -> Self {
        let host = to.host().to_owned();
        match why {
            Unresolved::Forbidden(why) => Self::Forbidden { host, why },
            Unresolved::Unknown(why) => Self::Unresolved { host, why: safe(&why.to_string()) },
        }
    }

    pub(crate) fn broken(from: &Address, why: &reqwest::Error) -> Self {
        Self::Broken { host: from.host().to_owned(), why: innermost(why) }
    }
}

/// The TLS error in a cause. I/O errors hide what they wrap from the chain of causes, and may wrap one another.
fn tls_fault<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    match cause.downcast_ref::<io::Error>() {
        Some(outer) => tls_fault(outer.get_ref()?),
        None => cause.downcast_ref(),
    }
}

/// The first cause of all, as a short text without control characters. Outer errors may name the URL, whose query may hold a
/// key; the innermost does not.
pub(crate) fn innermost(why: &reqwest::Error) -> String {
    causes(why).last().map_or_else(|| "the request failed".to_owned(), |cause| safe(&cause.to_string()))
}

fn causes(why: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let mut next = why.source();
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}

fn safe(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}
