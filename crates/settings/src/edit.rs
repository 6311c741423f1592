//! Changing `config.toml` without disturbing what stands around.

use crate::options::Setting;
use crate::organisations::Organisation;
use crate::servers::{AssertionSource, Grant, OlderDiscovery, Operation, ResourceParameter, SecretRef, Server};
use keyholder_model::server::ServerName;
use toml_edit::{DocumentMut, Item, Table, TableLike, Value, value};

/// Adds the server, or brings its section up to date; keys that stay as they are keep their place and comment.
pub(crate) fn put_server(document: &mut DocumentMut, server: &Server) -> Option<()> {
    write(section(document, "servers", &server.name)?, server);
    Some(())
}

/// Adds an organisation, or brings its section up to date.
pub(crate) fn put_organisation(document: &mut DocumentMut, organisation: &Organisation) -> Option<()> {
    let section = section(document, "organisations", &organisation.name)?;
    set(section, "issuer", Some(organisation.issuer.as_str().into()));
    set(section, "client_id", Some(organisation.client_id.as_str().into()));
    set_kept(section, "client_secret", organisation.client_secret);
    set_kept(section, "client_key", organisation.client_key);
    set(section, "client_key_id", organisation.client_key_id.as_deref().map(Into::into));
    set_source(section, "id_token", Some(&organisation.id_token));
    Some(())
}

/// The section `[GROUP.NAME]`, made where there is none.
fn section<'a>(document: &'a mut DocumentMut, group: &str, name: &ServerName) -> Option<&'a mut dyn TableLike> {
    let root = document.as_table_mut();
    let group = root.entry(group).or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    // Within an inline table (`servers = { … }`) a section is inline too.
    let is_inline = group.is_inline_table();
    let group = group.as_table_like_mut()?;
    if !group.contains_key(name.as_str()) {
        let section = Table::new();
        let section = if is_inline { value(section.into_inline_table()) } else { Item::Table(section) };
        group.insert(name.as_str(), section);
    }
    group.get_mut(name.as_str())?.as_table_like_mut()
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

/// Removes the section `[GROUP.NAME]` with the comments that belong to it.
pub(crate) fn remove(document: &mut DocumentMut, group: &str, name: &ServerName) -> bool {
    let group = document.as_table_mut().get_mut(group).and_then(Item::as_table_like_mut);
    group.is_some_and(|group| group.remove(name.as_str()).is_some())
}

fn write(section: &mut dyn TableLike, server: &Server) {
    set(section, "url", Some(server.url.as_str().into()));
    let grant =
        (server.grant != Grant::AuthorizationCode || section.contains_key("grant")).then(|| server.grant.as_str());
    set(section, "grant", grant.map(Into::into));
    let (assertion, organisation) = match &server.grant {
        Grant::JwtBearer(source) => (Some(source), None),
        Grant::Organisation(name) => (None, Some(name)),
        Grant::AuthorizationCode | Grant::ClientCredentials => (None, None),
    };
    set_source(section, "assertion", assertion);
    set(section, "organisation", organisation.map(|name| name.as_str().into()));
    set(section, "client_id", server.client_id.as_deref().map(Into::into));
    set_kept(section, "client_secret", server.client_secret);
    set_kept(section, "client_key", server.client_key);
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

fn set_kept(section: &mut dyn TableLike, key: &str, place: Option<SecretRef>) {
    set(section, key, place.map(|SecretRef::Keychain| "keychain".into()));
}

/// `WHAT_file` or `WHAT_command`.
fn set_source(section: &mut dyn TableLike, what: &str, source: Option<&AssertionSource>) {
    let (file, command) = match source {
        Some(AssertionSource::File(path)) => (path.to_str(), None),
        Some(AssertionSource::Command(words)) => (None, Some(words)),
        None => (None, None),
    };
    set(section, &format!("{what}_file"), file.map(Into::into));
    let command = command.map(|words| Value::Array(words.iter().map(String::as_str).collect()));
    set(section, &format!("{what}_command"), command);
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
