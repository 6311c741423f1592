//! The client.

use crate::address::Address;
use crate::body::Body;
use crate::error::{HttpError, Phase};
use crate::guard::{Reach, Whereabouts};
use crate::limits::Limits;
use crate::proxy::{Proxy, Routes};
use crate::request::{Opened, Redirects, Request, Response};
use crate::resolver::{Lookup, Resolver, SystemLookup};
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, LOCATION};
use http::{HeaderMap, Method, StatusCode};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// How a client is built.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Which addresses may be dialled.
    pub reach: Reach,
    /// Files with further certificate authorities (PEM), next to the operating system's.
    pub extra_ca: Vec<PathBuf>,
    /// Through which proxy.
    pub proxy: Proxy,
}

/// The guarded client. Cheap to clone; all clones share one connection pool. Connections are never shared between servers or
/// authorizations (T-055): the broker builds one client for each.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    wire: reqwest::Client,
    reach: Arc<Reach>,
    resolver: Resolver,
    routes: Routes,
}

impl Client {
    /// Builds a client. Trust comes from the operating system's store and from `extra_ca`, and from nowhere else.
    ///
    /// # Errors
    /// [`HttpError::Setup`] if a certificate file cannot be read or TLS cannot be set up.
    pub fn build(setup: &Setup) -> Result<Self, HttpError> {
        Self::assemble(setup, Arc::new(SystemLookup), Routes::new(setup.proxy))
    }

    pub(crate) fn assemble(setup: &Setup, lookup: Arc<dyn Lookup>, routes: Routes) -> Result<Self, HttpError> {
        // Who installed a provider before us is either another client or a test; both install this one.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let certificates = read_certificates(&setup.extra_ca)?;
        let reach = Arc::new(setup.reach.clone());
        let resolver = Resolver::new(Arc::clone(&reach), lookup, routes.host());
        let configure = || configure(resolver.clone(), routes.clone());
        // A machine without any root certificates can still talk to its own loopback; every https server is then refused.
        let wire = configure()
            .tls_certs_merge(certificates.clone())
            .build()
            .or_else(|_| configure().tls_certs_only(certificates).build())
            .map_err(|why| HttpError::Setup(crate::error::innermost(&why)))?;
        Ok(Self(Arc::new(Inner { wire, reach, resolver, routes })))
    }

    /// Where a host is, for telling a person. It decides nothing: each request is judged by itself.
    pub async fn whereabouts(&self, url: &Address) -> Whereabouts {
        match url.url().host() {
            Some(url::Host::Domain(name)) => self.0.resolver.whereabouts(name).await,
            Some(url::Host::Ipv4(address)) => Whereabouts::of(&[address.into()]),
            Some(url::Host::Ipv6(address)) => Whereabouts::of(&[address.into()]),
            None => Whereabouts::Unknown,
        }
    }

    /// Sends a request and collects the whole answer.
    ///
    /// # Errors
    /// Every variant but [`HttpError::Setup`].
    pub async fn fetch(&self, request: Request, limits: &Limits) -> Result<Response, HttpError> {
        let Opened { status, headers, body } = self.open(request, limits).await?;
        let url = body.from.clone();
        Ok(Response { status, headers, body: body.collect(limits.body).await?, url })
    }

    /// Sends a request and hands back the header at once; the body is read as it comes.
    ///
    /// # Errors
    /// Every variant but [`HttpError::Setup`].
    pub async fn open(&self, request: Request, limits: &Limits) -> Result<Opened, HttpError> {
        let deadline = limits.total.map(|total| Instant::now() + total);
        let Request { method, mut url, headers, body, redirects } = request;
        if redirects == Redirects::Refuse || method != Method::GET {
            let opened = self.send(method, url, headers, body, limits, deadline).await?;
            return match redirect_target(&opened)? {
                None => Ok(opened),
                Some(to) => Err(redirected(&opened, &to)),
            };
        }
        for _ in 0..=MOST_HOPS {
            let opened = self.send(method.clone(), url, headers.clone(), body.clone(), limits, deadline).await?;
            match redirect_target(&opened)? {
                None => return Ok(opened),
                Some(to) if !to.same_origin(&opened.body.from) => return Err(redirected(&opened, &to)),
                Some(to) => url = to,
            }
        }
        Err(HttpError::Redirected { host: url.host().to_owned(), to: url.to_string(), status: StatusCode::FOUND })
    }

    /// One request, one answer, after the guard's word.
    async fn send(
        &self,
        method: Method,
        url: Address,
        headers: HeaderMap,
        body: Bytes,
        limits: &Limits,
        deadline: Option<Instant>,
    ) -> Result<Opened, HttpError> {
        self.vet(&url).await?;
        let mut request = reqwest::Request::new(method, url.url().clone());
        *request.headers_mut() = headers;
        if !body.is_empty() {
            *request.body_mut() = Some(body.into());
        }
        let left = deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(Instant::now()));
        let mut response = timeout(limits.headers.min(left), self.0.wire.execute(request))
            .await
            .map_err(|_| HttpError::Timeout { host: url.host().to_owned(), phase: Phase::Headers })?
            .map_err(|why| HttpError::of_sending(&url, &why))?;
        let headers = std::mem::take(response.headers_mut());
        // The one layer that we asked for is gone by now: what is still named was not asked for (catalogue case 129).
        if headers.get_all(CONTENT_ENCODING).iter().any(|encoding| encoding != "identity") {
            return Err(HttpError::Encoding { host: url.host().to_owned() });
        }
        let status = response.status();
        let body = Body { response, from: url, idle: limits.idle, deadline, limit: limits.body, taken: 0 };
        Ok(Opened { status, headers, body })
    }

    /// Everything that can be refused before anything is dialled. Names are judged again, finally, by the resolver.
    async fn vet(&self, url: &Address) -> Result<(), HttpError> {
        self.0.reach.check(url)?;
        if let Some(url::Host::Domain(name)) = url.url().host()
            && self.0.routes.is_proxied(url)
        {
            self.0.resolver.vet_for_proxy(name).await.map_err(|why| HttpError::of_resolving(url, &why))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("reach", &self.0.reach).finish_non_exhaustive()
    }
}

#[allow(clippy::disallowed_methods, reason = "the one place where the client is built")]
fn configure(resolver: Resolver, routes: Routes) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("keyholder/", env!("CARGO_PKG_VERSION")))
        .dns_resolver(resolver)
        .no_proxy()
        .proxy(routes.into_reqwest())
        .redirect(reqwest::redirect::Policy::none())
        // Even a retry that HTTP/2 declares safe would be a second tools/call that nobody permitted (invariant 5).
        .retry(reqwest::retry::never())
        .referer(false)
        .gzip(true)
        .connect_timeout(CONNECT)
        .tcp_nodelay(true)
        .pool_idle_timeout(Duration::from_secs(90))
        .http2_max_header_list_size(64 << 10)
        .http2_keep_alive_interval(Duration::from_secs(30))
        .http2_keep_alive_timeout(Duration::from_secs(10))
        .tls_version_min(reqwest::tls::Version::TLS_1_2)
        .tls_sslkeylogfile(false)
}

fn read_certificates(files: &[PathBuf]) -> Result<Vec<reqwest::Certificate>, HttpError> {
    let mut all = Vec::new();
    for file in files {
        let fault = |why: String| HttpError::Setup(format!("the certificate file {}: {why}", file.display()));
        let pem = read_bounded(file).map_err(|why| fault(why.to_string()))?;
        let found = reqwest::Certificate::from_pem_bundle(&pem).map_err(|why| fault(crate::error::innermost(&why)))?;
        if found.is_empty() {
            return Err(fault("it holds no certificate in PEM form".to_owned()));
        }
        all.extend(found);
    }
    Ok(all)
}

fn read_bounded(file: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut pem = Vec::new();
    std::fs::File::open(file)?.take(LARGEST_CERTIFICATE_FILE + 1).read_to_end(&mut pem)?;
    if pem.len() as u64 > LARGEST_CERTIFICATE_FILE {
        return Err(std::io::Error::other("it is larger than 4 MiB"));
    }
    Ok(pem)
}

/// Where an answer points to, if it is a redirect (RFC 9110 §15.4). One that cannot be followed at all is an error.
fn redirect_target(opened: &Opened) -> Result<Option<Address>, HttpError> {
    if !matches!(opened.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let from = &opened.body.from;
    let unusable = || HttpError::Redirected {
        host: from.host().to_owned(),
        to: "no usable address".to_owned(),
        status: opened.status,
    };
    let location = opened.headers.get(LOCATION).and_then(|value| value.to_str().ok()).ok_or_else(unusable)?;
    from.join(location).map(Some).map_err(|_| unusable())
}

fn redirected(opened: &Opened, to: &Address) -> HttpError {
    HttpError::Redirected { host: opened.body.from.host().to_owned(), to: to.to_string(), status: opened.status }
}

/// Resolving, dialling and agreeing on TLS end after this time.
const CONNECT: Duration = Duration::from_secs(10);
/// Catalogue case 28.
const MOST_HOPS: u8 = 3;
const LARGEST_CERTIFICATE_FILE: u64 = 4 << 20;

#[cfg(test)]
mod tests;
