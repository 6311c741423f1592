//! Changing `config.toml` without disturbing what stands around.

use crate::options::Setting;
use crate::servers::{AssertionSource, Grant, OlderDiscovery, Operation, ResourceParameter, SecretRef, Server};
use keyholder_model::server::ServerName;
use toml_edit::{DocumentMut, Item, Table, TableLike, Value, value};

/// Adds the server, or brings its section up to date; keys that stay as they are keep their place and comment.
pub(crate) fn put_server(document: &mut DocumentMut, server: &Server) -> Option<()> {
    let root = document.as_table_mut();
    let servers = root.entry("servers").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    // Within an inline table (`servers = { … }`) a section is inline too.
    let is_inline = servers.is_inline_table();
    let servers = servers.as_table_like_mut()?;
    if !servers.contains_key(server.name.as_str()) {
        let section = Table::new();
        let section = if is_inline { value(section.into_inline_table()) } else { Item::Table(section) };
        servers.insert(server.name.as_str(), section);
    }
    let section = servers.get_mut(server.name.as_str())?.as_table_like_mut()?;
    write(section, server);
    Some(())
}

/// Sets one key of one section, or takes it out.
pub(crate) fn put_setting(document: &mut DocumentMut, setting: &Setting) -> Option<()> {
    let (section, key) = setting.place();
    let (root, new) = (document.as_table_mut(), setting.value());
    if new.is_none() && !root.contains_key(section) {
        return Some(());
    }
    let section = root.entry(section).or_insert_with(|| Item::Table(Table::new()));
    set(section.as_table_like_mut()?, key, new);
    Some(())
}

/// Removes the server's section with the comments that belong to it.
pub(crate) fn remove_server(document: &mut DocumentMut, name: &ServerName) -> bool {
    let servers = document.as_table_mut().get_mut("servers").and_then(Item::as_table_like_mut);
    servers.is_some_and(|servers| servers.remove(name.as_str()).is_some())
}

fn write(section: &mut dyn TableLike, server: &Server) {
    set(section, "url", Some(server.url.as_str().into()));
    let grant =
        (server.grant != Grant::AuthorizationCode || section.contains_key("grant")).then(|| server.grant.as_str());
    set(section, "grant", grant.map(Into::into));
    let (file, command) = match &server.grant {
        Grant::JwtBearer(AssertionSource::File(path)) => (path.to_str(), None),
        Grant::JwtBearer(AssertionSource::Command(words)) => (None, Some(words)),
        Grant::AuthorizationCode | Grant::ClientCredentials => (None, None),
    };
    set(section, "assertion_file", file.map(Into::into));
    set(section, "assertion_command", command.map(|words| Value::Array(words.iter().map(String::as_str).collect())));
    set(section, "client_id", server.client_id.as_deref().map(Into::into));
    let kept = |place: Option<SecretRef>| place.map(|SecretRef::Keychain| "keychain".into());
    set(section, "client_secret", kept(server.client_secret));
    set(section, "client_key", kept(server.client_key));
    set(section, "client_key_id", server.client_key_id.as_deref().map(Into::into));
    set(section, "issuer", server.issuer.as_ref().map(|issuer| issuer.as_str().into()));
    set(section, "metadata_document", server.metadata_document.as_deref().map(Into::into));
    let scopes = server.scopes.as_ref().map(|scopes| Value::Array(scopes.iter().collect()));
    set_unless_same_scopes(section, scopes, server);
    let resource = match &server.resource {
        ResourceParameter::Discover => None,
        ResourceParameter::Fixed(uri) => Some(uri.as_str().into()),
        ResourceParameter::Omit => Some("omit".into()),
    };
    set(section, "resource", resource);
    // A default is written only over something else that stands there.
    for (key, on) in [
        ("older_discovery", server.older_discovery == OlderDiscovery::Allow),
        ("paused", server.paused == Operation::Paused),
    ] {
        let is_written = on || section.contains_key(key);
        set(section, key, is_written.then(|| on.into()));
    }
    set(section, "group", server.group.as_deref().map(Into::into));
}

/// Scopes may stand as a list or as one text: a text that says the same is left as the person wrote it.
fn set_unless_same_scopes(section: &mut dyn TableLike, scopes: Option<Value>, server: &Server) {
    let written = section.get("scopes").and_then(Item::as_str).and_then(|text| text.parse().ok());
    if written.is_none() || written != server.scopes {
        set(section, "scopes", scopes);
    }
}

/// Sets, changes or removes one key. The comment behind a changed value stays.
fn set(section: &mut dyn TableLike, key: &str, new: Option<Value>) {
    let Some(mut new) = new else {
        section.remove(key);
        return;
    };
    match section.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            if is_same(old, &new) {
                return;
            }
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        None => {
            section.insert(key, Item::Value(new));
        }
    }
}

fn is_same(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::String(old), Value::String(new)) => old.value() == new.value(),
        (Value::Integer(old), Value::Integer(new)) => old.value() == new.value(),
        (Value::Boolean(old), Value::Boolean(new)) => old.value() == new.value(),
        (Value::Array(old), Value::Array(new)) => {
            let texts =
                |list: &toml_edit::Array| list.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Vec<_>>();
            texts(old) == texts(new)
        }
        _ => false,
    }
}
