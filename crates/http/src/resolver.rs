//! Names to addresses, filtered at the moment of dialling.
//!
//! What passes here is what is connected to: there is no second look-up between the check and the connection, so a name that
//! answers differently the second time (DNS rebinding, catalogue case 27) is judged by the second answer.

use crate::guard::{Class, Reach, Whereabouts, class, is_loopback_name};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

/// The addresses of a name, unfiltered.
pub(crate) type Addresses = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Looks names up. The system does it; tests answer for themselves.
pub(crate) trait Lookup: Send + Sync {
    /// All addresses of `name`.
    fn lookup(&self, name: &str) -> Addresses;
}

/// The operating system's resolver, with its hosts file and search order.
pub(crate) struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, name: &str) -> Addresses {
        let name = name.to_owned();
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect()) })
    }
}

/// Why a name gave nothing to dial.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unresolved {
    #[error("{0}")]
    Forbidden(&'static str),
    #[error("{0}")]
    Unknown(io::Error),
}

/// The resolver that the client dials through.
#[derive(Clone)]
pub(crate) struct Resolver {
    reach: Arc<Reach>,
    lookup: Arc<dyn Lookup>,
    proxy: Option<Arc<str>>,
}

impl Resolver {
    /// A resolver within `reach`. `proxy` is the host of the person's proxy, which may be private as well.
    pub(crate) fn new(reach: Arc<Reach>, lookup: Arc<dyn Lookup>, proxy: Option<Arc<str>>) -> Self {
        Self { reach, lookup, proxy }
    }

    /// The addresses of `name` that may be dialled: never none.
    pub(crate) async fn dialable(&self, name: &str) -> Result<Vec<IpAddr>, Unresolved> {
        // RFC 6761 §6.3: never asked of a resolver, which could answer anything.
        let found = if is_loopback_name(name) {
            vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)]
        } else {
            self.lookup.lookup(name).await.map_err(Unresolved::Unknown)?
        };
        let mut refusal = None;
        let allowed: Vec<IpAddr> = found
            .into_iter()
            .filter(|address| {
                let verdict = self.judge(name, *address);
                refusal = refusal.or(verdict.err());
                verdict.is_ok()
            })
            .collect();
        match refusal {
            _ if !allowed.is_empty() => Ok(allowed),
            Some(why) => Err(Unresolved::Forbidden(why)),
            None => Err(Unresolved::Unknown(io::Error::other("the name has no address"))),
        }
    }

    /// Where a name leads, for showing: what is dialled is judged when it is dialled.
    pub(crate) async fn whereabouts(&self, name: &str) -> Whereabouts {
        if is_loopback_name(name) {
            return Whereabouts::Here;
        }
        match self.lookup.lookup(name).await {
            Ok(found) => Whereabouts::of(&found),
            Err(_) if is_local_name(name) => Whereabouts::Private,
            Err(_) => Whereabouts::Unknown,
        }
    }

    /// Before a proxy resolves a name for us: refuses it if it is known here and any of its addresses is forbidden. Where only
    /// the proxy knows outside names, the proxy's own rules are what is left.
    pub(crate) async fn vet_for_proxy(&self, name: &str) -> Result<(), Unresolved> {
        let found = match self.lookup.lookup(name).await {
            Ok(found) => found,
            Err(_) if is_local_name(name) => return Err(Unresolved::Forbidden(Class::Private.reason())),
            Err(_) => return Ok(()),
        };
        found
            .into_iter()
            .try_for_each(|address| self.reach.judge_resolved(name, address))
            .map_err(Unresolved::Forbidden)
    }

    fn judge(&self, name: &str, address: IpAddr) -> Result<(), &'static str> {
        match class(address) {
            Class::Loopback | Class::Private if self.proxy.as_deref() == Some(name) => Ok(()),
            _ => self.reach.judge_resolved(name, address),
        }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let addresses = resolver.dialable(name.as_str()).await?;
            // Port 0 is replaced by the port of the URL.
            Ok(Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

/// Names that exist inside a network only (RFC 6762, RFC 8375, ICANN's `internal`), or have no dot at all.
fn is_local_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    !name.contains('.') || [".local", ".internal", ".localhost", ".home.arpa"].iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests;
