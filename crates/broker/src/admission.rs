//! Which server a bridge was started for, and how to introduce oneself there.

use crate::broker::Broker;
use crate::introduction::{self, Introduction, KnownClient, Proof};
use crate::site::{self, Site, Standing};
use keyholder_http::{Client, Proxy, Reach, Setup};
use keyholder_model::digest::Digest;
use keyholder_model::server::{Account, ServerName, ServerUrl};
use keyholder_model::untrusted;
use keyholder_oauth::{OlderDiscovery, ResourceSetting};
use keyholder_settings::{self as settings, Grant, Server};
use keyholder_wire::hello::{BridgeOptions, Hello, Target};
use std::path::PathBuf;
use std::sync::Arc;

impl Broker {
    /// The site that a bridge asks for.
    ///
    /// # Errors
    /// One sentence for the bridge: an unknown name, an address that must not be used, an unreadable file.
    pub(crate) fn site_for(&self, hello: &Hello) -> Result<Arc<Site>, String> {
        let (server, account, standing) = match &hello.target {
            Target::Name { name, account } => {
                let name: ServerName = name.parse().map_err(|why: keyholder_model::server::Refused| why.to_string())?;
                let server = self.settings.server(&name).ok_or_else(|| unknown_server(&name))?;
                (server, read_account(account.as_deref())?, Standing::Configured)
            }
            Target::Url { url } => {
                let url: ServerUrl = url.parse().map_err(|why: keyholder_model::server::Refused| why.to_string())?;
                match self.settings.server_by_url(&url) {
                    Some(server) => (server, Account::default(), Standing::Configured),
                    None => (Server::new(name_for(&url)?, url), Account::default(), Standing::Unknown),
                }
            }
        };
        self.site(&server, &account, standing, &hello.options)
    }

    /// The site of a configured server.
    ///
    /// # Errors
    /// One sentence.
    pub(crate) fn site_of(&self, server: &Server, account: &Account) -> Result<Arc<Site>, String> {
        self.site(server, account, Standing::Configured, &BridgeOptions::default())
    }

    fn site(
        &self,
        server: &Server,
        account: &Account,
        standing: Standing,
        options: &BridgeOptions,
    ) -> Result<Arc<Site>, String> {
        let introduction = self.introduction(server, options)?;
        // Another address, account or introduction is another site: a token never moves between them (cases 66 to 68).
        let key = format!("{}\n{account}\n{}\n{options:?}", server.name, server.url.as_str());
        let access = self.registry.access_to(format!("{}\n{account}\n{}", server.name, server.url.as_str()));
        let site = self.registry.site_or(key, || {
            let http = self.client_toward(&server.url)?;
            Ok(Site::new(
                server.name.clone(),
                account.clone(),
                server.url.clone(),
                http,
                introduction,
                access,
                standing,
            ))
        })?;
        site.set_paused(server.paused == settings::Operation::Paused);
        Ok(site)
    }

    /// A client for whoever stands at this address, with connections of its own (T-055).
    ///
    /// # Errors
    /// One sentence.
    pub(crate) fn client_toward(&self, address: &ServerUrl) -> Result<Client, String> {
        let setup = Setup {
            reach: Reach::for_server(address),
            extra_ca: self.settings.options().extra_ca,
            proxy: Proxy::System,
        };
        Client::build(&setup).map_err(|why| why.to_string())
    }

    fn introduction(&self, server: &Server, options: &BridgeOptions) -> Result<Introduction, String> {
        let client = match (&options.static_oauth_client_info_file, &server.client_id) {
            (Some(file), _) => {
                let file = PathBuf::from(file);
                // A file that cannot be read is said at once, not at the first sign-in.
                introduction::read_client(&file)?;
                KnownClient::InFile(file)
            }
            (None, Some(id)) => KnownClient::Configured {
                id: id.clone(),
                issuer: server.issuer.clone(),
                proof: Proof::of(server.client_secret, server.client_key, server.client_key_id.as_ref()),
            },
            (None, None) => KnownClient::Nobody,
        };
        // A bridge's flags come from whoever wrote a host's configuration. A token for another resource than the server itself is
        // for the person to ask for, in their own configuration.
        if let Some(resource) = options.resource.as_deref().filter(|text| !text.is_empty())
            && !site::lies_below(&server.url, resource)
        {
            return Err(format!(
                "--resource {} is not the address of this server; if that is right, set \u{201c}resource\u{201d} for it in config.toml",
                untrusted::clip(resource, 200)
            ));
        }
        let resource = match (&options.resource, &server.resource) {
            (Some(text), _) if text.is_empty() => ResourceSetting::Omitted,
            (Some(text), _) => ResourceSetting::Fixed(text.clone()),
            (None, settings::ResourceParameter::Discover) => ResourceSetting::AsPublished,
            (None, settings::ResourceParameter::Fixed(uri)) => ResourceSetting::Fixed(uri.as_str().to_owned()),
            (None, settings::ResourceParameter::Omit) => ResourceSetting::Omitted,
        };
        let allows_older =
            options.older_discovery == Some(true) || server.older_discovery == settings::OlderDiscovery::Allow;
        let general = self.settings.options().metadata_document;
        let grant = match (&server.grant, options.client_credentials, &client) {
            (grant, false, _) => grant.clone(),
            (_, true, KnownClient::Nobody) => {
                return Err(
                    "--client-credentials needs --static-oauth-client-info @FILE, or a client_id in config.toml"
                        .to_owned(),
                );
            }
            (_, true, _) => Grant::ClientCredentials,
        };
        Ok(Introduction {
            client,
            grant,
            metadata_document: options
                .client_metadata_url
                .clone()
                .or_else(|| server.metadata_document.clone())
                .or(general),
            scopes: server.scopes.clone(),
            resource,
            older_discovery: if allows_older { OlderDiscovery::Allowed } else { OlderDiscovery::Refused },
        })
    }

    /// Keeps an address that the person agreed to.
    pub(crate) fn add_to_settings(&self, site: &Site) {
        if let Err(why) = self.settings.add_server(&Server::new(site.server.clone(), site.url.clone())) {
            tracing::warn!(%why, server = %site.server, "the server could not be kept in the configuration");
        }
    }
}

fn unknown_server(name: &ServerName) -> String {
    format!("there is no server named \u{201c}{name}\u{201d}; add it with: keyholder add {name} URL")
}

fn read_account(account: Option<&str>) -> Result<Account, String> {
    account.map_or_else(
        || Ok(Account::default()),
        |text| text.parse().map_err(|why: keyholder_model::server::Refused| why.to_string()),
    )
}

/// A name for an address that nobody has named: its host, and enough of a digest to tell two of one host apart.
pub(crate) fn name_for(url: &ServerUrl) -> Result<ServerName, String> {
    let host: String =
        url.host().chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).take(48).collect();
    let digest = Digest::of_parts(&[url.as_str().as_bytes()]).to_string();
    let host = host.trim_start_matches(['.', '-']);
    format!("{}-{}", if host.is_empty() { "server" } else { host }, &digest[..8])
        .parse()
        .map_err(|why: keyholder_model::server::Refused| why.to_string())
}

/// A name to offer for an address: its host, which claims nothing that is not so, without the word that nearly all of them begin
/// with; [`name_for`] where that is taken.
pub(crate) fn name_to_offer(url: &ServerUrl, is_taken: impl Fn(&ServerName) -> bool) -> Result<ServerName, String> {
    let host = url.host();
    let short = ["mcp.", "www."].iter().find_map(|word| host.strip_prefix(word)).filter(|rest| rest.contains('.'));
    match short.unwrap_or(host).parse() {
        Ok(name) if !is_taken(&name) => Ok(name),
        _ => name_for(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_is_offered_is_the_host_as_long_as_it_is_free() {
        let offered = |url: &str, taken: &[&str]| {
            let is_taken = |name: &ServerName| taken.contains(&name.as_str());
            name_to_offer(&url.parse().unwrap(), is_taken).unwrap().to_string()
        };
        assert_eq!(offered("https://mcp.linear.example/mcp", &[]), "linear.example");
        assert_eq!(
            offered("https://mcp.example/mcp", &[]),
            "mcp.example",
            "a single word would claim more than it says"
        );
        assert!(offered("https://mcp.linear.example/mcp", &["linear.example"]).starts_with("mcp.linear.example-"));
        assert_eq!(offered("http://127.0.0.1:8080/mcp", &[]), "127.0.0.1");
        assert!(offered("http://[::1]:9/mcp", &[]).starts_with("1-"));
    }

    #[test]
    fn two_addresses_of_one_host_have_two_names() {
        let name = |url: &str| name_for(&url.parse().unwrap()).unwrap().to_string();
        assert_ne!(name("https://mcp.example.com/a"), name("https://mcp.example.com/b"));
        assert!(name("https://mcp.example.com/a").starts_with("mcp.example.com-"));
        assert!(name("http://[::1]:9/mcp").starts_with("1-"));
    }
}
