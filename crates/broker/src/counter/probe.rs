//! Looks at an address before anything is configured: whether it answers, speaks MCP, and says how to sign in.
//!
//! No credential is sent, and nothing is left behind: no site, no remembered era, no registration, no grant. What is found out is
//! found out by the rooms that would connect later, `upstream` and `oauth`; here are only their order and their words.

use super::Giver;
use super::wish::Wish;
use crate::admission;
use crate::broker::Broker;
use crate::introduction::kind;
use crate::line::CLIENT_INFO;
use keyholder_console::error::ConsoleError;
use keyholder_console::order::Answer;
use keyholder_console::servers::{ProbeCheck, ProbeStep, ProbeView, ScopeView};
use keyholder_console::status::CheckState;
use keyholder_excerpt::sign;
use keyholder_http::{Address, Client, HttpError, Proxy, Reach, Setup, Whereabouts};
use keyholder_model::digest::Digest;
use keyholder_model::grant::ScopeSet;
use keyholder_model::server::{Account, Refused, ServerUrl, is_loopback};
use keyholder_oauth::{
    Challenge, ClientSettings, Discovery, Located, OauthError, OlderDiscovery, Preregistered, Registration, Warning,
};
use keyholder_policy::Upkeep;
use keyholder_upstream::{Endpoint, Era, Hello, Link, UpstreamError};
use serde_json::value::RawValue;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long a look may take in all: somebody sits before it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Scopes that are shown.
const MOST_SCOPES: usize = 300;

/// Looks at an address, after a yes where a program asks for it: it makes the broker visit a place that the program chose.
pub(super) async fn probe(broker: &Arc<Broker>, giver: Giver<'_>, text: &str) -> Result<Answer, ConsoleError> {
    let url = match read(text) {
        Ok(url) => url,
        Err(why) => return Ok(Answer::Probe(Box::new(no_address(text, &why)))),
    };
    let headline = format!("Look at an address: Keyholder visits {}, without any credential", url.host());
    let lines = [url.as_str().to_owned(), "nothing is configured by this".to_owned()];
    let wish = Wish::order("probe", &headline, &lines, &[url.as_str().as_bytes()]);
    wish.warning(oddities(&url)).agree(broker, giver).await?;
    let mut look = Look::of(broker, &url);
    look.through(broker, &url).await;
    Ok(Answer::Probe(Box::new(look.view)))
}

/// An address as people write it down: with white space around it, without its beginning.
fn read(text: &str) -> Result<ServerUrl, Refused> {
    let text = text.trim();
    if text.contains("://") || text.is_empty() { text.parse() } else { format!("https://{text}").parse() }
}

fn no_address(text: &str, why: &Refused) -> ProbeView {
    let check = ProbeCheck { step: ProbeStep::Address, state: CheckState::Fail, detail: Some(why.to_string()) };
    ProbeView { url: text.trim().to_owned(), checks: vec![check], ..nothing() }
}

fn nothing() -> ProbeView {
    ProbeView {
        url: String::new(),
        host: String::new(),
        name: String::new(),
        known_as: None,
        checks: Vec::new(),
        warnings: Vec::new(),
        issuer: None,
        authorization_host: None,
        scopes: Vec::new(),
        older_discovery: false,
    }
}

/// What is odd about an address by itself, before anything is asked.
fn oddities(url: &ServerUrl) -> Vec<String> {
    let mut odd = Vec::new();
    if let Some(sign::Guise { letters, mixes_scripts }) = sign::guise(url.host()) {
        let mixed = if mixes_scripts { ", in letters of several scripts" } else { "" };
        odd.push(format!("{letters} is really {}: its letters may imitate another name{mixed}", url.host()));
    }
    let parsed = url.url();
    if !matches!(parsed.host(), Some(url::Host::Domain(_))) && !is_loopback(parsed) {
        odd.push(format!("{} is a bare address: no name says whose it is", url.host()));
    }
    if parsed.scheme() == "http" {
        odd.push("it is on this machine, and what is sent there is not encrypted".to_owned());
    }
    odd
}

/// A look that is under way.
struct Look {
    view: ProbeView,
    until: Instant,
}

/// The look is over: what failed is among the checks.
struct Over;

impl Look {
    fn of(broker: &Broker, url: &ServerUrl) -> Self {
        let is_taken = |name: &_| broker.settings.server(name).is_some();
        let view = ProbeView {
            url: url.as_str().to_owned(),
            host: url.host().to_owned(),
            name: admission::name_to_offer(url, is_taken).map(|name| name.to_string()).unwrap_or_default(),
            known_as: broker.settings.server_by_url(url).map(|server| server.name.to_string()),
            warnings: oddities(url),
            ..nothing()
        };
        Self { view, until: Instant::now() + PATIENCE }
    }

    /// All checks in their order, up to the first that fails.
    async fn through(&mut self, broker: &Arc<Broker>, url: &ServerUrl) {
        // Where it ended stands in the checks.
        let _ended = self.checks(broker, url).await;
    }

    async fn checks(&mut self, broker: &Arc<Broker>, url: &ServerUrl) -> Result<(), Over> {
        let http = self.dialer(broker, url)?;
        if timeout_at(self.until, http.whereabouts(&Address::from(url))).await == Ok(Whereabouts::Private) {
            self.view.warnings.push("it is inside a private network".to_owned());
        }
        let state = if self.view.warnings.is_empty() { CheckState::Ok } else { CheckState::Warn };
        self.note(ProbeStep::Address, state, None);
        let wants = self.protocol(broker, url, &http).await?;
        let settings = introduction(broker, url);
        let (challenge, none) = (wants.challenge(), ScopeSet::default());
        let wish = keyholder_oauth::Wish { server: url, challenge, settings: &settings, held: &none, recorded: None };
        let located = self.resource_metadata(&http, &wish, &wants).await?;
        let found = self.server_metadata(&http, located).await?;
        self.describe(url, &found);
        self.registration(&found);
        Ok(())
    }

    fn dialer(&mut self, broker: &Broker, url: &ServerUrl) -> Result<Client, Over> {
        let setup =
            Setup { reach: Reach::for_server(url), extra_ca: broker.settings.options().extra_ca, proxy: Proxy::System };
        Client::build(&setup).map_err(|why| {
            self.note(ProbeStep::Address, CheckState::Ok, None);
            self.fail(ProbeStep::Answers, why.to_string())
        })
    }

    /// Whether something answers there, and whether it speaks MCP or wants a sign-in first.
    async fn protocol(&mut self, broker: &Arc<Broker>, url: &ServerUrl, http: &Client) -> Result<Wants, Over> {
        let greeted = timeout_at(self.until, greet(broker, url, http)).await;
        let greeted = greeted.unwrap_or_else(|_| Err(UpstreamError::Timeout(slow(url))));
        if let Err(why) = &greeted
            && !has_answered(why)
        {
            return Err(self.fail(ProbeStep::Answers, why.to_string()));
        }
        let how = if url.url().scheme() == "https" { "over TLS" } else { "without TLS, on this machine" };
        self.note(ProbeStep::Answers, CheckState::Ok, Some(how.to_owned()));
        match greeted {
            Ok(version) => {
                let said = format!("it speaks MCP {version} and wants no sign-in to begin with");
                self.note(ProbeStep::Protocol, CheckState::Ok, Some(said));
                Ok(Wants::Nothing)
            }
            Err(UpstreamError::Unauthorized { challenges } | UpstreamError::Forbidden { challenges })
                if Challenge::parse(&challenges).is_some() =>
            {
                self.note(ProbeStep::Protocol, CheckState::Ok, Some("it wants a sign-in first".to_owned()));
                Ok(Wants::SignIn(Challenge::parse(&challenges)))
            }
            Err(UpstreamError::Unauthorized { .. }) => {
                let said = "it wants a sign-in first, but does not say of which kind".to_owned();
                self.note(ProbeStep::Protocol, CheckState::Warn, Some(said));
                Ok(Wants::SignIn(None))
            }
            Err(UpstreamError::Forbidden { .. }) => {
                Err(self.fail(ProbeStep::Protocol, "it refuses to talk, and asks for no sign-in".to_owned()))
            }
            Err(why) => Err(self.fail(ProbeStep::Protocol, why.to_string())),
        }
    }

    async fn resource_metadata<'a>(
        &mut self,
        http: &Client,
        wish: &'a keyholder_oauth::Wish<'a>,
        wants: &Wants,
    ) -> Result<Located<'a>, Over> {
        let located = match self.in_time(wish.server, keyholder_oauth::locate(http, wish)).await {
            Ok(located) => located,
            // Whoever wants no sign-in owes no description of one.
            Err(_) if matches!(wants, Wants::Nothing) => return Err(Over),
            Err(why) => return Err(self.fail(ProbeStep::ResourceMetadata, why.to_string())),
        };
        match (located.is_published(), wants) {
            (true, _) => self.note(ProbeStep::ResourceMetadata, CheckState::Ok, None),
            (false, Wants::Nothing) => return Err(Over),
            (false, Wants::SignIn(_)) => {
                self.view.older_discovery = true;
                let said = "it does not say who signs people in; servers of the first revision did not".to_owned();
                self.note(ProbeStep::ResourceMetadata, CheckState::Warn, Some(said));
            }
        }
        Ok(located)
    }

    async fn server_metadata(&mut self, http: &Client, located: Located<'_>) -> Result<Discovery, Over> {
        let server = located.server().clone();
        match self.in_time(&server, located.examine(http)).await {
            Ok(found) if found.warnings().contains(&Warning::OlderDiscovery) => {
                let said = "it describes no sign-in at all; only the addresses of the first revision are left to try";
                self.note(ProbeStep::ServerMetadata, CheckState::Warn, Some(said.to_owned()));
                Ok(found)
            }
            Ok(found) => {
                self.note(ProbeStep::ServerMetadata, CheckState::Ok, Some(found.authorization_host()));
                Ok(found)
            }
            Err(why @ OauthError::Setting { .. }) => {
                self.note(ProbeStep::ServerMetadata, CheckState::Ok, None);
                Err(self.fail(ProbeStep::Registration, why.to_string()))
            }
            Err(why) => Err(self.fail(ProbeStep::ServerMetadata, why.to_string())),
        }
    }

    /// Who signs the person in, and what they would be asked for.
    fn describe(&mut self, url: &ServerUrl, found: &Discovery) {
        self.view.issuer = Some(found.issuer().to_string());
        self.view.authorization_host = Some(found.authorization_host());
        let wanted = found.scopes().cloned().unwrap_or_default();
        let all = wanted.union(found.named_scopes());
        let is_wanted = |name: &str| wanted.iter().any(|scope| scope == name);
        let scopes = all.iter().take(MOST_SCOPES);
        self.view.scopes = scopes.map(|name| ScopeView { name: name.to_owned(), wanted: is_wanted(name) }).collect();
        // What is odd about the server's own host was said before anything was asked.
        let is_news = |warning: &&Warning| !matches!(warning, Warning::Punycode { host } if host == url.host());
        self.view.warnings.extend(found.warnings().iter().filter(is_news).map(|warning| match warning {
            Warning::Punycode { host } => sign::guise(host).map_or_else(
                || warning.to_string(),
                |guise| format!("{} is really {host}: its letters may imitate another name", guise.letters),
            ),
            _ => warning.to_string(),
        }));
    }

    fn registration(&mut self, found: &Discovery) {
        let document = if found.takes_metadata_documents() {
            "; a client id metadata document in the settings would do as well"
        } else {
            ""
        };
        let (state, said) = match found.registration() {
            Registration::Preregistered => (CheckState::Ok, "Keyholder is registered there by hand".to_owned()),
            Registration::MetadataDocument => {
                (CheckState::Ok, "Keyholder is known there by its client id metadata document".to_owned())
            }
            Registration::Dynamic if found.warnings().contains(&Warning::OlderDiscovery) => {
                (CheckState::Warn, "Keyholder will try to register itself when you sign in".to_owned())
            }
            Registration::Dynamic => (CheckState::Ok, "Keyholder registers itself there when you sign in".to_owned()),
            Registration::Impossible => {
                let said = format!(
                    "Keyholder cannot register itself there: ask its operator for a client id, and enter that{document}"
                );
                (CheckState::Fail, said)
            }
        };
        self.note(ProbeStep::Registration, state, Some(said));
    }

    /// What a room says, or that it took too long.
    async fn in_time<T>(
        &self,
        url: &ServerUrl,
        asking: impl Future<Output = Result<T, OauthError>>,
    ) -> Result<T, OauthError> {
        timeout_at(self.until, asking).await.unwrap_or_else(|_| Err(OauthError::Network(slow(url))))
    }

    fn note(&mut self, step: ProbeStep, state: CheckState, detail: Option<String>) {
        self.view.checks.push(ProbeCheck { step, state, detail });
    }

    fn fail(&mut self, step: ProbeStep, why: String) -> Over {
        self.note(step, CheckState::Fail, Some(why));
        Over
    }
}

/// Whether a server wants a sign-in.
enum Wants {
    Nothing,
    SignIn(Option<Challenge>),
}

impl Wants {
    fn challenge(&self) -> Option<&Challenge> {
        match self {
            Self::Nothing => None,
            Self::SignIn(challenge) => challenge.as_ref(),
        }
    }
}

/// As whom Keyholder would come: as is configured where the address is known already, though without any secret.
fn introduction(broker: &Broker, url: &ServerUrl) -> ClientSettings {
    let general = broker.settings.options().metadata_document;
    let plain = ClientSettings {
        metadata_document: general,
        // Whether that is allowed is the person's to say when they add it.
        older_discovery: OlderDiscovery::Allowed,
        ..ClientSettings::default()
    };
    let Some(known) = broker.settings.server_by_url(url) else { return plain };
    let issuer = known.issuer;
    ClientSettings {
        grant: kind(&known.grant),
        preregistered: known.client_id.map(|id| Preregistered { issuer, id, secret: None, key: None }),
        metadata_document: known.metadata_document.or(plain.metadata_document),
        scopes: known.scopes,
        ..plain
    }
}

/// Greets without a credential, and takes leave. Gives the revision that the server speaks.
async fn greet(broker: &Arc<Broker>, url: &ServerUrl, http: &Client) -> Result<String, UpstreamError> {
    let raw = |text: &str| RawValue::from_string(text.to_owned()).unwrap_or_else(|_| RawValue::NULL.to_owned());
    let upkeep = Arc::clone(broker);
    let hello = Hello {
        server: url.host().to_owned(),
        account: Account::default().to_string(),
        client_info: raw(CLIENT_INFO),
        capabilities: raw("{}"),
        id_seed: "look".to_owned(),
        routine: Arc::new(move |digest: Digest| upkeep.policy.routine(digest, Upkeep::Handshake)),
    };
    let endpoint = Endpoint { url: url.clone(), http: http.clone() };
    let (link, greeting) = Link::connect(endpoint, &hello, None, None).await?;
    link.close(None).await;
    let (Era::Legacy { version } | Era::Modern { version }) = greeting.era;
    Ok(version)
}

/// Whether anything came back that a server said.
fn has_answered(why: &UpstreamError) -> bool {
    match why {
        UpstreamError::Network(why) | UpstreamError::Timeout(why) => {
            matches!(why, HttpError::Encoding { .. } | HttpError::Redirected { .. } | HttpError::TooLarge { .. })
        }
        UpstreamError::Permit(_) | UpstreamError::Unsendable { .. } => false,
        _ => true,
    }
}

fn slow(url: &ServerUrl) -> HttpError {
    HttpError::Timeout { host: url.host().to_owned(), phase: keyholder_http::Phase::Total }
}

#[cfg(test)]
mod tests;
