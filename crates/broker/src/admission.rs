//! Which server a bridge was started for, and how to introduce oneself there.

use crate::broker::Broker;
use crate::site::{Site, Standing};
use keyholder_http::{Client, Proxy, Reach, Setup};
use keyholder_model::digest::Digest;
use keyholder_model::grant::Issuer;
use keyholder_model::server::{Account, ServerName, ServerUrl};
use keyholder_oauth::{ClientSettings, OlderDiscovery, Preregistered, ResourceSetting};
use keyholder_secret::token::ClientSecret;
use keyholder_settings::{self as settings, Server};
use keyholder_wire::hello::{BridgeOptions, Hello, Target};
use std::path::Path;
use std::sync::Arc;

/// A file with a client id and secret is small.
const MAX_CLIENT_FILE: u64 = 64 << 10;

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
        let client = self.client_settings(server, options)?;
        // Another address, account or introduction is another site: a token never moves between them (cases 66 to 68).
        let key = format!("{}\n{account}\n{}\n{options:?}", server.name, server.url.as_str());
        let site = self.site_or(key, || {
            let setup = Setup {
                reach: Reach::for_server(&server.url),
                extra_ca: self.settings.options().extra_ca,
                proxy: Proxy::System,
            };
            let http = Client::build(&setup).map_err(|why| why.to_string())?;
            Ok(Site::new(server.name.clone(), account.clone(), server.url.clone(), http, client, standing))
        })?;
        site.set_paused(server.paused == settings::Operation::Paused);
        Ok(site)
    }

    fn client_settings(&self, server: &Server, options: &BridgeOptions) -> Result<ClientSettings, String> {
        let general = self.settings.options().metadata_document;
        let preregistered = match &options.static_oauth_client_info_file {
            Some(file) => Some(read_client_file(Path::new(file))?),
            None => server.client_id.clone().map(|id| Preregistered { issuer: server.issuer.clone(), id, secret: None }),
        };
        let resource = match (&options.resource, &server.resource) {
            (Some(text), _) if text.is_empty() => ResourceSetting::Omitted,
            (Some(text), _) => ResourceSetting::Fixed(text.clone()),
            (None, settings::ResourceParameter::Discover) => ResourceSetting::AsPublished,
            (None, settings::ResourceParameter::Fixed(uri)) => ResourceSetting::Fixed(uri.as_str().to_owned()),
            (None, settings::ResourceParameter::Omit) => ResourceSetting::Omitted,
        };
        let allows_older =
            options.older_discovery == Some(true) || server.older_discovery == settings::OlderDiscovery::Allow;
        Ok(ClientSettings {
            preregistered,
            metadata_document: options.client_metadata_url.clone().or_else(|| server.metadata_document.clone()).or(general),
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
    format!("there is no server named \u{201c}{name}\u{201d}; add it with: keyholder add URL --name {name}")
}

fn read_account(account: Option<&str>) -> Result<Account, String> {
    account.map_or_else(|| Ok(Account::default()), |text| text.parse().map_err(|why: keyholder_model::server::Refused| why.to_string()))
}

/// A name for an address that nobody has named: its host, and enough of a digest to tell two of one host apart.
pub(crate) fn name_for(url: &ServerUrl) -> Result<ServerName, String> {
    let host: String = url.host().chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).take(48).collect();
    let digest = Digest::of_parts(&[url.as_str().as_bytes()]).to_string();
    let host = host.trim_start_matches(['.', '-']);
    format!("{}-{}", if host.is_empty() { "server" } else { host }, &digest[..8])
        .parse()
        .map_err(|why: keyholder_model::server::Refused| why.to_string())
}

/// Reads `{"client_id": …, "client_secret": …, "issuer": …}`. The broker reads it, so that the bridge never holds the secret.
pub(crate) fn read_client_file(path: &Path) -> Result<Preregistered, String> {
    #[derive(serde::Deserialize)]
    struct File {
        client_id: String,
        client_secret: Option<String>,
        issuer: Option<String>,
    }
    let unusable = |why: &dyn std::fmt::Display| format!("the client file {} cannot be used: {why}", path.display());
    let found = std::fs::metadata(path).map_err(|why| unusable(&why))?;
    if !found.is_file() || found.len() > MAX_CLIENT_FILE {
        return Err(unusable(&"it is no small file"));
    }
    let text = std::fs::read(path).map_err(|why| unusable(&why))?;
    // What is wrong is said without quoting the file: it may hold a secret.
    let file: File = serde_json::from_slice(&text).map_err(|_| unusable(&"it is no JSON object with a client_id"))?;
    let issuer: Option<Issuer> = file
        .issuer
        .map(|issuer| issuer.parse().map_err(|why: keyholder_model::server::Refused| unusable(&why)))
        .transpose()?;
    let secret = file.client_secret.map(ClientSecret::new).transpose().map_err(|why| unusable(&why))?;
    Ok(Preregistered { issuer, id: file.client_id, secret })
}

/// Reads a file that holds a client secret and nothing else.
///
/// # Errors
/// One sentence that does not quote the file.
pub(crate) fn read_secret_file(path: &Path) -> Result<ClientSecret, String> {
    let unusable = |why: &dyn std::fmt::Display| format!("the client secret file {} cannot be used: {why}", path.display());
    let found = std::fs::metadata(path).map_err(|why| unusable(&why))?;
    if !found.is_file() || found.len() > MAX_CLIENT_FILE {
        return Err(unusable(&"it is no small file"));
    }
    let text = std::fs::read_to_string(path).map_err(|why| unusable(&why))?;
    ClientSecret::new(text.trim_end_matches(['\r', '\n']).to_owned()).map_err(|why| unusable(&why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_addresses_of_one_host_have_two_names() {
        let name = |url: &str| name_for(&url.parse().unwrap()).unwrap().to_string();
        assert_ne!(name("https://mcp.example.com/a"), name("https://mcp.example.com/b"));
        assert!(name("https://mcp.example.com/a").starts_with("mcp.example.com-"));
        assert!(name("http://[::1]:9/mcp").starts_with("1-"));
    }
}
