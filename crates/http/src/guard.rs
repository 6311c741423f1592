//! Which addresses may be dialled.
//!
//! Text is never judged here: the URL parser has already turned every spelling of a number (`0x7f.1`, `2130706433`, full-width
//! digits) into an address, and a name is judged by what it resolves to at the moment of dialling.

use crate::address::Address;
use crate::error::HttpError;
use keyholder_model::server::{ServerUrl, is_loopback};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::Host;

/// How far a client may reach: public addresses, and the very hosts that the person named.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    named: Vec<Named>,
}

/// A host that the person named.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Named {
    /// This one address.
    Literal(IpAddr),
    /// This machine, on every port.
    Loopback,
    /// This name, which may resolve to a private address (an intranet), never to loopback.
    Name(String),
}

impl Reach {
    /// Public addresses only.
    pub fn public() -> Self {
        Self::default()
    }

    /// Public addresses, and the server that the person typed: that host may be private; if it is loopback, so may be every
    /// port of loopback. Everything else must be public, so that no server can lead Keyholder into the person's network (S-042).
    pub fn for_server(url: &ServerUrl) -> Self {
        Self::default().and(&Address::from(url))
    }

    /// Adds a host that the person confirmed, such as the issuer on an intranet.
    #[must_use]
    pub fn and(mut self, confirmed: &Address) -> Self {
        let url = confirmed.url();
        let named = match url.host() {
            _ if is_loopback(url) => Named::Loopback,
            Some(Host::Domain(name)) => Named::Name(name.to_owned()),
            Some(Host::Ipv4(address)) => Named::literal(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Named::literal(IpAddr::V6(address)),
            None => return self,
        };
        if !self.named.contains(&named) {
            self.named.push(named);
        }
        self
    }

    /// Judges everything that can be known before dialling: the scheme, and a host that is a literal address.
    pub(crate) fn check(&self, address: &Address) -> Result<(), HttpError> {
        let url = address.url();
        let verdict = match url.host() {
            _ if url.scheme() == "http" && !is_loopback(url) => Err("it is not protected by TLS (https)"),
            Some(Host::Domain(name)) if is_loopback_name(name) => self.judge_loopback(),
            Some(Host::Domain(_)) => Ok(()),
            Some(Host::Ipv4(literal)) => self.judge_literal(IpAddr::V4(literal)),
            Some(Host::Ipv6(literal)) => self.judge_literal(IpAddr::V6(literal)),
            None => Err("it has no host name"),
        };
        verdict.map_err(|why| HttpError::Forbidden { host: address.host().to_owned(), why })
    }

    /// Judges one address that a name resolved to.
    pub(crate) fn judge_resolved(&self, name: &str, address: IpAddr) -> Result<(), &'static str> {
        match class(address) {
            Class::Public => Ok(()),
            Class::Private if self.names(name) => Ok(()),
            Class::Loopback if is_loopback_name(name) => self.judge_loopback(),
            other => Err(other.reason()),
        }
    }

    fn judge_literal(&self, address: IpAddr) -> Result<(), &'static str> {
        match class(address) {
            Class::Public => Ok(()),
            Class::Loopback => self.judge_loopback(),
            Class::Private if self.named.contains(&Named::Literal(address.to_canonical())) => Ok(()),
            other => Err(other.reason()),
        }
    }

    fn judge_loopback(&self) -> Result<(), &'static str> {
        if self.named.contains(&Named::Loopback) { Ok(()) } else { Err(Class::Loopback.reason()) }
    }

    fn names(&self, name: &str) -> bool {
        self.named.iter().any(|named| matches!(named, Named::Name(known) if known == name))
    }
}

impl Named {
    fn literal(address: IpAddr) -> Self {
        let address = address.to_canonical();
        if class(address) == Class::Loopback { Self::Loopback } else { Self::Literal(address) }
    }
}

/// Where a host is, as far as this machine can tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whereabouts {
    /// It is this machine.
    Here,
    /// It is, or may be, inside a private network.
    Private,
    /// It is on the internet.
    Public,
    /// Its name leads nowhere, or only a proxy knows it.
    Unknown,
}

impl Whereabouts {
    /// Of these addresses of one host: the nearest, since any of them may be dialled.
    pub(crate) fn of(addresses: &[IpAddr]) -> Self {
        let is = |wanted| addresses.iter().any(|address| class(*address) == wanted);
        match () {
            () if is(Class::Loopback) => Self::Here,
            () if is(Class::Private) || is(Class::Never) => Self::Private,
            () if addresses.is_empty() => Self::Unknown,
            () => Self::Public,
        }
    }
}

/// What an address is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Class {
    /// This machine.
    Loopback,
    /// Nothing that a web server can have: link-local and cloud metadata, multicast, reserved, transition mechanisms.
    Never,
    /// A private network.
    Private,
    /// The internet.
    Public,
}

impl Class {
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Loopback => "it is an address of this machine, and you did not name it yourself",
            Self::Never => "it is not an address of a web server (link-local, metadata, multicast or reserved)",
            Self::Private => "it is an address inside a private network, and you did not name it yourself",
            Self::Public => "it is public",
        }
    }
}

/// Whether a name means this machine whatever a resolver says (RFC 6761 §6.3).
pub(crate) fn is_loopback_name(name: &str) -> bool {
    // A dot at the end says that the name is whole, and changes nothing (RFC 1034 §3.1).
    let name = name.strip_suffix('.').unwrap_or(name);
    name == "localhost" || name.ends_with(".localhost")
}

/// Sorts an address by the IANA special-purpose registries (RFC 6890 and its updates).
pub(crate) fn class(address: IpAddr) -> Class {
    match address.to_canonical() {
        IpAddr::V4(address) => class_v4(address),
        IpAddr::V6(address) => class_v6(address),
    }
}

fn class_v4(address: Ipv4Addr) -> Class {
    if METADATA_V4.contains(&address) {
        return Class::Never;
    }
    match address.octets() {
        [127, ..] => Class::Loopback,
        // RFC 1918, RFC 6598 (carriers, and overlay networks), RFC 2544 (which filtering software uses as placeholders).
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] | [198, 18 | 19, ..] => Class::Private,
        // "This network", link-local, IETF protocol assignments, documentation, 6to4 relays, multicast, reserved, broadcast.
        [0 | 224..=255, ..]
        | [169, 254, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Class::Never,
        _ => Class::Public,
    }
}

fn class_v6(address: Ipv6Addr) -> Class {
    if METADATA_V6.contains(&address) {
        return Class::Never;
    }
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => Class::Loopback,
        [0xfc00..=0xfdff, ..] => Class::Private,
        // NAT64 (RFC 6052): on networks without IPv4 every public server looks like this; what is embedded decides.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            if class_v4(Ipv4Addr::new(a, b, c, d)) == Class::Public { Class::Public } else { Class::Never }
        }
        // Teredo, ORCHID and other protocol assignments (2001::/23), documentation (two blocks), 6to4: no web server is there.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] | [0x2002, ..] => Class::Never,
        [0x2000..=0x3fff, ..] => Class::Public,
        // All else is unassigned, link-local, site-local, multicast or IPv4 in disguise.
        _ => Class::Never,
    }
}

/// Where clouds answer with credentials although the address looks public or merely private.
const METADATA_V4: [Ipv4Addr; 2] = [Ipv4Addr::new(168, 63, 129, 16), Ipv4Addr::new(100, 100, 100, 200)];
const METADATA_V6: [Ipv6Addr; 2] =
    [Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)];

#[cfg(test)]
pub(crate) mod tests;
