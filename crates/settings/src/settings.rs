//! The settings as the rest of Keyholder uses them.

use crate::config::{self, Config, Wrong};
use crate::edit;
use crate::error::SettingsError;
use crate::file;
use crate::options::{Options, Setting};
use crate::organisations::Organisation;
use crate::servers::Server;
use crate::store::Store;
use keyholder_model::server::{ServerName, ServerUrl};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use toml_edit::DocumentMut;

/// The settings: `config.toml` and `keyholder.db`. Shared by reference; every method may be called from any thread.
#[derive(Debug)]
pub struct Settings {
    path: PathBuf,
    config: RwLock<Config>,
    /// One change of the file at a time.
    change: Mutex<()>,
    pub(crate) store: Store,
}

impl Settings {
    /// Opens `config_dir/config.toml` and `data_dir/keyholder.db`. Missing files are fine (the database is made, mode 0600); the
    /// folders must exist.
    ///
    /// # Errors
    /// [`SettingsError::Config`] names the line of what is not understood; [`SettingsError::Damaged`],
    /// [`SettingsError::Newer`], [`SettingsError::Unsafe`] and [`SettingsError::File`] as they say. Nothing is changed then.
    pub fn open(config_dir: &Path, data_dir: &Path) -> Result<Self, SettingsError> {
        let path = config_dir.join("config.toml");
        let config = understand(&path, &file::read(&path)?)?;
        let store = Store::open(&data_dir.join("keyholder.db"))?;
        Ok(Self { path, config: RwLock::new(config), change: Mutex::new(()), store })
    }

    /// The servers, in the order of the file.
    pub fn servers(&self) -> Vec<Server> {
        self.look(|config| config.servers.clone())
    }

    /// The server of this name.
    pub fn server(&self, name: &ServerName) -> Option<Server> {
        self.look(|config| config.servers.iter().find(|server| server.name == *name).cloned())
    }

    /// The first server with exactly this address.
    pub fn server_by_url(&self, url: &ServerUrl) -> Option<Server> {
        self.look(|config| config.servers.iter().find(|server| server.url.as_str() == url.as_str()).cloned())
    }

    /// The settings that belong to no single server.
    pub fn options(&self) -> Options {
        self.look(|config| config.options.clone())
    }

    /// Changes one of the [`Options`] in `config.toml`. It is bounded by the very rules by which the file is read.
    ///
    /// # Errors
    /// [`SettingsError::Value`] says what it may be; else as [`Settings::add_server`], but for [`SettingsError::Exists`].
    pub fn set(&self, setting: &Setting) -> Result<(), SettingsError> {
        setting.check()?;
        self.change(|config, document| {
            edit::put_setting(document, setting).ok_or_else(|| uneditable(&self.path))?;
            setting.apply(&mut config.options);
            Ok(())
        })
    }

    /// Adds a server to `config.toml`.
    ///
    /// # Errors
    /// [`SettingsError::Exists`]; [`SettingsError::Config`] if the file on disk is broken by now; [`SettingsError::Busy`] if it
    /// goes on changing; [`SettingsError::File`]. The file is as it was then.
    pub fn add_server(&self, server: &Server) -> Result<(), SettingsError> {
        self.change(|config, document| {
            let is_taken = config.servers.iter().any(|there| there.name == server.name)
                || config.organisations.iter().any(|there| there.name == server.name);
            if is_taken {
                return Err(SettingsError::Exists(server.name.clone()));
            }
            put(document, server, &self.path)?;
            config.servers.push(server.clone());
            Ok(())
        })
    }

    /// Brings a server's section up to date.
    ///
    /// # Errors
    /// [`SettingsError::UnknownServer`]; else as [`Settings::add_server`].
    pub fn change_server(&self, server: &Server) -> Result<(), SettingsError> {
        self.change(|config, document| {
            let there = config.servers.iter_mut().find(|there| there.name == server.name);
            let there = there.ok_or_else(|| SettingsError::UnknownServer(server.name.clone()))?;
            put(document, server, &self.path)?;
            there.clone_from(server);
            Ok(())
        })
    }

    /// Removes a server from `config.toml`. Returns whether it was there.
    ///
    /// # Errors
    /// As [`Settings::add_server`].
    pub fn remove_server(&self, name: &ServerName) -> Result<bool, SettingsError> {
        let mut was_there = false;
        self.change(|config, document| {
            config.servers.retain(|server| server.name != *name);
            was_there = edit::remove(document, "servers", name);
            Ok(())
        })?;
        Ok(was_there)
    }

    /// The organisations, in the order of the file.
    pub fn organisations(&self) -> Vec<Organisation> {
        self.look(|config| config.organisations.clone())
    }

    /// The organisation of this name.
    pub fn organisation(&self, name: &ServerName) -> Option<Organisation> {
        self.look(|config| config.organisations.iter().find(|organisation| organisation.name == *name).cloned())
    }

    /// Adds an organisation to `config.toml`.
    ///
    /// # Errors
    /// As [`Settings::add_server`]; [`SettingsError::Exists`] also where a server has that name.
    pub fn add_organisation(&self, organisation: &Organisation) -> Result<(), SettingsError> {
        self.change(|config, document| {
            let name = &organisation.name;
            let is_taken = config.organisations.iter().any(|there| there.name == *name)
                || config.servers.iter().any(|there| there.name == *name);
            if is_taken {
                return Err(SettingsError::Exists(name.clone()));
            }
            edit::put_organisation(document, organisation).ok_or_else(|| uneditable(&self.path))?;
            config.organisations.push(organisation.clone());
            Ok(())
        })
    }

    /// Removes an organisation from `config.toml`. Returns whether it was there.
    ///
    /// # Errors
    /// As [`Settings::add_server`]; [`SettingsError::Config`] as long as a server names it.
    pub fn remove_organisation(&self, name: &ServerName) -> Result<bool, SettingsError> {
        let mut was_there = false;
        self.change(|config, document| {
            config.organisations.retain(|organisation| organisation.name != *name);
            was_there = edit::remove(document, "organisations", name);
            Ok(())
        })?;
        Ok(was_there)
    }

    /// Reads `config.toml` anew. What was in force stays in force where that fails.
    ///
    /// # Errors
    /// [`SettingsError::Config`], [`SettingsError::File`], [`SettingsError::Unsafe`].
    pub fn reload(&self) -> Result<(), SettingsError> {
        let _one = self.one_change();
        let config = understand(&self.path, &file::read(&self.path)?)?;
        self.put_in_force(config);
        Ok(())
    }

    /// Where `config.toml` is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// One change: read what is on disk now, edit it, compare the result with what was meant, replace the file.
    ///
    /// A person may save the file meanwhile: then the change is made once more, to what they wrote.
    fn change(
        &self,
        mut edit: impl FnMut(&mut Config, &mut DocumentMut) -> Result<(), SettingsError>,
    ) -> Result<(), SettingsError> {
        let _one = self.one_change();
        for _ in 0..ATTEMPTS {
            let before = file::read(&self.path)?;
            let mut config = understand(&self.path, &before)?;
            let mut document: DocumentMut =
                before.parse().map_err(|_| SettingsError::Busy { path: self.path.clone() })?;
            edit(&mut config, &mut document)?;
            let after = document.to_string();
            // Invariant: what we write means what was meant, and nothing else changed.
            if !means_the_same(&understand(&self.path, &after)?, &config) {
                return Err(uneditable(&self.path));
            }
            if after == before {
                self.put_in_force(config);
                return Ok(());
            }
            match file::replace(&self.path, &before, &after) {
                Err(SettingsError::Busy { .. }) => {}
                Err(why) => return Err(why),
                Ok(()) => {
                    self.put_in_force(understand(&self.path, &file::read(&self.path)?)?);
                    return Ok(());
                }
            }
        }
        Err(SettingsError::Busy { path: self.path.clone() })
    }

    fn look<T>(&self, take: impl FnOnce(&Config) -> T) -> T {
        take(&self.config.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn put_in_force(&self, config: Config) {
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
    }

    fn one_change(&self) -> MutexGuard<'_, ()> {
        self.change.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn put(document: &mut DocumentMut, server: &Server, path: &Path) -> Result<(), SettingsError> {
    edit::put_server(document, server).ok_or_else(|| uneditable(path))
}

/// The same settings; the order of servers may differ (a section may be added in another place of the file).
fn means_the_same(one: &Config, other: &Config) -> bool {
    one.options == other.options
        && one.servers.len() == other.servers.len()
        && one.servers.iter().all(|server| other.servers.contains(server))
        && one.organisations.len() == other.organisations.len()
        && one.organisations.iter().all(|organisation| other.organisations.contains(organisation))
}

fn understand(path: &Path, text: &str) -> Result<Config, SettingsError> {
    config::parse(text).map_err(|wrong: Wrong| {
        let (line, column) = wrong.place(text);
        SettingsError::Config { path: path.to_owned(), line, column, what: wrong.what }
    })
}

fn uneditable(path: &Path) -> SettingsError {
    SettingsError::Config {
        path: path.to_owned(),
        line: 1,
        column: 1,
        what: "the change cannot be written in a way that keeps the rest of this file; please edit it by hand"
            .to_owned(),
    }
}

/// How often a change is begun again because the file changed meanwhile.
const ATTEMPTS: usize = 5;

#[cfg(test)]
mod tests;
