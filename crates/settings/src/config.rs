//! Reading `config.toml`: strictly, with the place of every fault.

use crate::options::{Language, LetterKeys, Options};
use crate::organisations::Organisation;
use crate::servers::{AssertionSource, Grant, OlderDiscovery, Operation, ResourceParameter, SecretRef, Server};
use keyholder_model::server::{Refused, ServerName};
use std::fmt::Display;
use std::ops::Range;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use toml_edit::{Document, Item, TableLike, Value};

/// Everything in `config.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Config {
    pub(crate) servers: Vec<Server>,
    pub(crate) organisations: Vec<Organisation>,
    pub(crate) options: Options,
}

/// A fault and where it stands, in bytes.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) at: usize,
    pub(crate) what: String,
}

impl Wrong {
    fn new(at: Option<Range<usize>>, what: impl Into<String>) -> Self {
        Self { at: at.map_or(0, |range| range.start), what: what.into() }
    }

    /// Line and column of the fault, both from 1.
    pub(crate) fn place(&self, text: &str) -> (usize, usize) {
        let before = &text[..text.floor_char_boundary(self.at.min(text.len()))];
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }
}

/// Reads the whole text, or says what is wrong with it.
pub(crate) fn parse(text: &str) -> Result<Config, Wrong> {
    // The parser's own sentence is used without its excerpt: the line may hold something that does not belong into a log.
    let document = Document::parse(text).map_err(|why| Wrong::new(why.span(), why.message().replace('\n', ", ")))?;
    let root = Section { table: document.as_table(), name: String::new() };
    root.only(&["servers", "organisations", "broker", "approval", "client", "network", "window", "$schema"])?;
    let mut config = Config::default();
    if let Some(broker) = root.section("broker")? {
        broker.only(&["idle_exit_seconds"])?;
        config.options.idle_exit = broker.whole("idle_exit_seconds", 1..=31_536_000)?.map(Duration::from_secs);
    }
    if let Some(approval) = root.section("approval")? {
        approval.only(&["deadline_seconds", "guard_ms"])?;
        if let Some(deadline) = approval.whole("deadline_seconds", 1..=3600)? {
            config.options.approval_deadline = Duration::from_secs(deadline);
        }
        if let Some(guard) = approval.whole("guard_ms", 250..=2000)? {
            config.options.guard = Duration::from_millis(guard);
        }
    }
    if let Some(client) = root.section("client")? {
        client.only(&["metadata_document"])?;
        config.options.metadata_document = client.parsed::<DocumentUrl>("metadata_document")?.map(|url| url.0);
    }
    if let Some(network) = root.section("network")? {
        network.only(&["extra_ca"])?;
        config.options.extra_ca = network.paths("extra_ca")?;
    }
    if let Some(window) = root.section("window")? {
        window.only(&["language", "look", "letter_keys"])?;
        config.options.language = window.parsed::<Language>("language")?.map(|language| language.0);
        config.options.look = window.parsed("look")?.unwrap_or_default();
        config.options.letter_keys = match window.flag("letter_keys")? {
            Some(false) => LetterKeys::Off,
            Some(true) | None => LetterKeys::On,
        };
    }
    if let Some(servers) = root.section("servers")? {
        for (name, _) in servers.table.iter() {
            let parsed: ServerName =
                name.parse().map_err(|why: Refused| Wrong::new(servers.key(name), why.to_string()))?;
            let Some(section) = servers.section(name)? else { continue };
            config.servers.push(server(parsed, &section, servers.key(name))?);
        }
    }
    if let Some(organisations) = root.section("organisations")? {
        for (name, _) in organisations.table.iter() {
            let at = || organisations.key(name);
            let parsed: ServerName = name.parse().map_err(|why: Refused| Wrong::new(at(), why.to_string()))?;
            if config.servers.iter().any(|server| server.name == parsed) {
                return Err(Wrong::new(at(), format!("{parsed} is the name of a server already")));
            }
            let Some(section) = organisations.section(name)? else { continue };
            config.organisations.push(organisation(parsed, &section, at().as_ref())?);
        }
    }
    for server in &config.servers {
        if let Grant::Organisation(wanted) = &server.grant
            && !config.organisations.iter().any(|organisation| organisation.name == *wanted)
        {
            let at = root.section("servers")?.and_then(|servers| servers.section(server.name.as_str()).ok().flatten());
            let at = at.and_then(|section| section.value("organisation"));
            return Err(Wrong::new(at, format!("there is no organisation named {wanted}")));
        }
    }
    Ok(config)
}

fn organisation(name: ServerName, section: &Section<'_>, at: Option<&Range<usize>>) -> Result<Organisation, Wrong> {
    section.only(&[
        "issuer",
        "client_id",
        "client_secret",
        "client_key",
        "client_key_id",
        "id_token_file",
        "id_token_command",
    ])?;
    let lacks = |what: &str| Wrong::new(at.cloned(), format!("the organisation {name} has no {what}"));
    let client = client(section)?;
    Ok(Organisation {
        issuer: section.parsed("issuer")?.ok_or_else(|| lacks("issuer"))?,
        client_id: client.id.ok_or_else(|| lacks("client_id"))?,
        client_secret: client.secret,
        client_key: client.key,
        client_key_id: client.key_id,
        id_token: source(section, "id_token")?.ok_or_else(|| lacks("id_token_file or id_token_command"))?,
        name,
    })
}

fn server(name: ServerName, section: &Section<'_>, at: Option<Range<usize>>) -> Result<Server, Wrong> {
    section.only(&[
        "url",
        "grant",
        "organisation",
        "assertion_file",
        "assertion_command",
        "client_id",
        "client_secret",
        "client_key",
        "client_key_id",
        "issuer",
        "metadata_document",
        "scopes",
        "resource",
        "older_discovery",
        "paused",
        "group",
    ])?;
    let Some(url) = section.parsed("url")? else {
        return Err(Wrong::new(at, format!("the server {name} has no url")));
    };
    let mut server = Server::new(name, url);
    let client = client(section)?;
    (server.client_id, server.client_secret) = (client.id, client.secret);
    (server.client_key, server.client_key_id) = (client.key, client.key_id);
    server.grant = grant(section)?;
    if server.grant != Grant::AuthorizationCode && server.client_id.is_none() {
        return Err(section.wrong("grant", "needs a client_id: nobody else can register such a client"));
    }
    if server.grant == Grant::ClientCredentials && server.client_secret.is_none() && server.client_key.is_none() {
        return Err(section.wrong("grant", "needs client_secret = \"keychain\" or client_key = \"keychain\""));
    }
    server.issuer = section.parsed("issuer")?;
    server.metadata_document = section.parsed::<DocumentUrl>("metadata_document")?.map(|url| url.0);
    server.scopes = section.scopes("scopes")?;
    server.resource = match section.text("resource")? {
        None => ResourceParameter::Discover,
        Some("omit") => ResourceParameter::Omit,
        Some(_) => section.parsed("resource")?.map_or(ResourceParameter::Discover, ResourceParameter::Fixed),
    };
    server.older_discovery = match section.flag("older_discovery")? {
        Some(true) => OlderDiscovery::Allow,
        Some(false) | None => OlderDiscovery::Refuse,
    };
    server.paused = match section.flag("paused")? {
        Some(true) => Operation::Paused,
        Some(false) | None => Operation::Running,
    };
    server.group = section.text("group")?.map(str::to_owned);
    if server.group.as_deref().is_some_and(|group| !is_group(group)) {
        return Err(section.wrong("group", "must be 1 to 64 letters, digits, - or _"));
    }
    Ok(server)
}

/// How Keyholder is known at an authorization server.
struct Client {
    id: Option<String>,
    secret: Option<SecretRef>,
    key: Option<SecretRef>,
    key_id: Option<String>,
}

fn client(section: &Section<'_>) -> Result<Client, Wrong> {
    let id = section.text("client_id")?;
    if id.is_some_and(|id| !is_visible(id, 2048)) {
        return Err(Wrong::new(section.value("client_id"), "client_id must be 1 to 2048 visible characters"));
    }
    let secret = kept_elsewhere(section, "client_secret", "a client secret")?;
    let key = kept_elsewhere(section, "client_key", "a private key")?;
    if secret.is_some() && key.is_some() {
        return Err(section.wrong("client_key", "cannot stand beside client_secret: a client proves itself in one way"));
    }
    let key_id = section.text("client_key_id")?;
    if key_id.is_some_and(|id| !is_visible(id, 256)) {
        return Err(section.wrong("client_key_id", "must be 1 to 256 visible characters"));
    }
    Ok(Client { id: id.map(str::to_owned), secret, key, key_id: key_id.map(str::to_owned) })
}

/// `grant` and what belongs to it.
fn grant(section: &Section<'_>) -> Result<Grant, Wrong> {
    let assertion = source(section, "assertion")?;
    let organisation: Option<ServerName> = section.parsed("organisation")?;
    Ok(match (section.text("grant")?, assertion, organisation) {
        (None | Some("authorization_code"), None, None) => Grant::AuthorizationCode,
        (Some("client_credentials"), None, None) => Grant::ClientCredentials,
        (Some("jwt_bearer"), Some(assertion), None) => Grant::JwtBearer(assertion),
        (Some("organisation"), None, Some(organisation)) => Grant::Organisation(organisation),
        (Some("jwt_bearer"), None, _) => {
            return Err(section.wrong("grant", "needs either assertion_file or assertion_command"));
        }
        (Some("organisation"), _, None) => return Err(section.wrong("grant", "needs an organisation")),
        (None | Some("authorization_code" | "client_credentials" | "organisation"), Some(_), _) => {
            let key = if section.text("assertion_file")?.is_some() { "assertion_file" } else { "assertion_command" };
            return Err(section.wrong(key, "belongs to grant = \"jwt_bearer\""));
        }
        (None | Some("authorization_code" | "client_credentials" | "jwt_bearer"), _, Some(_)) => {
            return Err(section.wrong("organisation", "belongs to grant = \"organisation\""));
        }
        (Some(_), ..) => {
            return Err(
                section.wrong("grant", "must be authorization_code, client_credentials, jwt_bearer or organisation")
            );
        }
    })
}

/// A file or a program, as `WHAT_file` or `WHAT_command`.
fn source(section: &Section<'_>, what: &str) -> Result<Option<AssertionSource>, Wrong> {
    let (file, command) = (format!("{what}_file"), format!("{what}_command"));
    let words = section.texts(&command)?;
    if words.len() > MOST_WORDS || words.iter().any(|word| word.len() > LONGEST_PATH || word.contains('\0')) {
        return Err(section.wrong(&command, &format!("must be a program and at most {MOST_WORDS} arguments")));
    }
    match (section.path(&file)?, words.is_empty()) {
        (None, true) => Ok(None),
        (Some(path), true) => Ok(Some(AssertionSource::File(path))),
        (None, false) => Ok(Some(AssertionSource::Command(words))),
        (Some(_), false) => Err(section.wrong(&command, &format!("cannot stand beside {file}"))),
    }
}

/// A secret never stands in this file, only where it is. What stands there instead is not repeated: it is most likely the secret.
fn kept_elsewhere(section: &Section<'_>, key: &str, what: &str) -> Result<Option<SecretRef>, Wrong> {
    match section.text(key)? {
        None => Ok(None),
        Some("keychain") => Ok(Some(SecretRef::Keychain)),
        Some(_) => {
            let what = format!(
                "{what} must not stand in this file: write {key} = \"keychain\" and give it to Keyholder; then replace this one, since it may have been read"
            );
            Err(Wrong::new(section.value(key), what))
        }
    }
}

fn is_visible(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// Letters and digits of ASCII only: a group's name stands in rules, where a look-alike would be another group.
fn is_group(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Where a Client ID Metadata Document is: `https`, with a path, without dot segments, query-free or not, no fragment and no
/// user info.
struct DocumentUrl(String);

impl FromStr for DocumentUrl {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let url: keyholder_model::server::ServerUrl = text.parse()?;
        // The parser removes dot segments, so the text itself is looked at.
        let is_plain = !text
            .split(['/', '?'])
            .any(|part| matches!(part.to_ascii_lowercase().as_str(), "." | ".." | "%2e" | "%2e%2e"));
        if url.url().scheme() == "https" && url.url().path().len() > 1 && is_plain {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refused::because(
                "a client's metadata document is an https address with a path and without \u{201c}..\u{201d}",
            ))
        }
    }
}

/// Files that one setting may name, and the bytes of one name.
const MOST_PATHS: usize = 32;
const LONGEST_PATH: usize = 4 << 10;

/// Arguments of a program that a setting names.
const MOST_WORDS: usize = 64;

/// One table of the file.
struct Section<'a> {
    table: &'a dyn TableLike,
    name: String,
}

impl<'a> Section<'a> {
    /// Refuses every key but these (unknown fails closed).
    fn only(&self, known: &[&str]) -> Result<(), Wrong> {
        match self.table.iter().find(|(key, _)| !known.contains(key)) {
            None => Ok(()),
            Some((key, _)) => {
                Err(Wrong::new(self.key(key), format!("{} is no setting that Keyholder knows", self.shown(key))))
            }
        }
    }

    fn section(&self, key: &str) -> Result<Option<Section<'a>>, Wrong> {
        let Some(item) = self.table.get(key) else { return Ok(None) };
        match item.as_table_like() {
            Some(table) => Ok(Some(Section { table, name: self.shown(key) })),
            None => Err(self.wrong(key, "must be a section")),
        }
    }

    fn text(&self, key: &str) -> Result<Option<&'a str>, Wrong> {
        self.table.get(key).map(|item| item.as_str().ok_or_else(|| self.wrong(key, "must be a text"))).transpose()
    }

    fn flag(&self, key: &str) -> Result<Option<bool>, Wrong> {
        self.table
            .get(key)
            .map(|item| item.as_bool().ok_or_else(|| self.wrong(key, "must be true or false")))
            .transpose()
    }

    fn parsed<T: FromStr<Err: Display>>(&self, key: &str) -> Result<Option<T>, Wrong> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        text.parse().map(Some).map_err(|why| Wrong::new(self.value(key), format!("{}: {why}", self.shown(key))))
    }

    fn whole(&self, key: &str, range: std::ops::RangeInclusive<i64>) -> Result<Option<u64>, Wrong> {
        let Some(item) = self.table.get(key) else { return Ok(None) };
        match item.as_integer().filter(|number| range.contains(number)).and_then(|number| u64::try_from(number).ok()) {
            Some(number) => Ok(Some(number)),
            None => Err(self.wrong(key, &format!("must be a whole number from {} to {}", range.start(), range.end()))),
        }
    }

    fn texts(&self, key: &str) -> Result<Vec<String>, Wrong> {
        let Some(item) = self.table.get(key) else { return Ok(Vec::new()) };
        let list = item.as_array().and_then(|list| list.iter().map(Value::as_str).collect::<Option<Vec<_>>>());
        match list {
            Some(list) => Ok(list.into_iter().map(str::to_owned).collect()),
            None => Err(self.wrong(key, "must be a list of texts")),
        }
    }

    /// Files by their whole names: the broker stands in no particular folder.
    fn paths(&self, key: &str) -> Result<Vec<PathBuf>, Wrong> {
        let paths: Vec<PathBuf> = self.texts(key)?.into_iter().map(PathBuf::from).collect();
        let is_good = |path: &PathBuf| path.is_absolute() && path.as_os_str().len() <= LONGEST_PATH;
        if paths.len() > MOST_PATHS || !paths.iter().all(is_good) {
            return Err(self.wrong(key, &format!("must be a list of at most {MOST_PATHS} absolute paths")));
        }
        Ok(paths)
    }

    /// One file by its whole name.
    fn path(&self, key: &str) -> Result<Option<PathBuf>, Wrong> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let path = PathBuf::from(text);
        if !path.is_absolute() || text.len() > LONGEST_PATH {
            return Err(self.wrong(key, "must be an absolute path"));
        }
        Ok(Some(path))
    }

    /// A list of scopes, or one text with spaces between them.
    fn scopes(&self, key: &str) -> Result<Option<keyholder_model::grant::ScopeSet>, Wrong> {
        let text = match self.table.get(key) {
            None => return Ok(None),
            Some(item) if item.is_array() => self.texts(key)?.join(" "),
            Some(_) => self.text(key)?.unwrap_or_default().to_owned(),
        };
        text.parse()
            .map(Some)
            .map_err(|why: Refused| Wrong::new(self.value(key), format!("{}: {why}", self.shown(key))))
    }

    fn wrong(&self, key: &str, what: &str) -> Wrong {
        Wrong::new(self.value(key), format!("{} {what}", self.shown(key)))
    }

    fn key(&self, key: &str) -> Option<Range<usize>> {
        self.table.key(key).and_then(toml_edit::Key::span)
    }

    fn value(&self, key: &str) -> Option<Range<usize>> {
        self.table.get(key).and_then(Item::span).or_else(|| self.key(key))
    }

    fn shown(&self, key: &str) -> String {
        let key: String = key.chars().take(100).collect();
        if self.name.is_empty() {
            key.escape_debug().to_string()
        } else {
            format!("{}.{}", self.name, key.escape_debug())
        }
    }
}
