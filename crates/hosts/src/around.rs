//! What is around: the platform, the person's folders, and what exists in them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The platforms whose apps are known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Platform {
    /// Linux, and what is like it.
    Linux,
    /// macOS.
    Macos,
    /// Windows.
    Windows,
}

impl Platform {
    /// Of a name as in `std::env::consts::OS`.
    pub fn of(os: &str) -> Self {
        match os {
            "macos" => Self::Macos,
            "windows" => Self::Windows,
            _ => Self::Linux,
        }
    }
}

/// Where apps keep their files for one person.
pub struct Around<'a> {
    /// On which platform.
    pub platform: Platform,
    /// The environment: the value of a variable.
    pub lookup: &'a dyn Fn(&str) -> Option<OsString>,
    /// What exists.
    pub files: &'a dyn Files,
}

/// What exists. The disk says so; tests answer for themselves.
pub trait Files {
    /// Whether anything is at this path.
    fn exists(&self, path: &Path) -> bool;

    /// The entries of a folder whose names begin so, in order.
    fn beginning(&self, folder: &Path, with: &str) -> Vec<PathBuf>;
}

/// The disk itself.
#[derive(Clone, Copy, Debug)]
pub struct Disk;

impl Files for Disk {
    fn exists(&self, path: &Path) -> bool {
        path.exists()
    }

    fn beginning(&self, folder: &Path, with: &str) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().take(MOST_ENTRIES).filter_map(Result::ok);
        let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(with));
        let mut found: Vec<_> = named.map(|entry| entry.path()).collect();
        found.sort();
        found
    }
}

/// Entries of one folder that are looked at.
const MOST_ENTRIES: usize = 10_000;

/// A place that a template may mean.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Meant {
    pub(crate) path: PathBuf,
    /// Whether a folder with a name that is not known beforehand was found for it: then the app itself is there.
    pub(crate) is_matched: bool,
}

impl Around<'_> {
    /// The places that a template means here; none where a variable is not set or nothing has such a name.
    ///
    /// A template begins with `~` (the person's home), `{config}` (where the platform's apps keep their settings), `{xdg}`
    /// (`~/.config`, or what takes its place), `{local}` (Windows: what stays on this machine), `{NAME:…}` (an environment
    /// variable, or else another beginning) or `/`. One of its parts may end with `*`.
    pub(crate) fn expand(&self, template: &str) -> Vec<Meant> {
        let (beginning, rest) = match template.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some((name, rest)) => (self.beginning(name), rest),
            None => match template.strip_prefix('~') {
                Some(rest) => (self.home(), rest),
                None => (Some(PathBuf::from("/")), template),
            },
        };
        let Some(beginning) = beginning else { return Vec::new() };
        let mut meant = vec![Meant { path: beginning, is_matched: false }];
        // Part by part, so that each platform's own separator stands between them.
        for part in rest.split('/').filter(|part| !part.is_empty()) {
            meant = match part.strip_suffix('*') {
                None => meant.into_iter().map(|one| Meant { path: one.path.join(part), ..one }).collect(),
                Some(start) => {
                    let found = meant.iter().flat_map(|one| self.files.beginning(&one.path, start));
                    found.map(|path| Meant { path, is_matched: true }).collect()
                }
            };
        }
        meant
    }

    fn beginning(&self, name: &str) -> Option<PathBuf> {
        match name {
            "config" => match self.platform {
                Platform::Linux => self.xdg(),
                Platform::Macos => Some(self.home()?.join("Library").join("Application Support")),
                Platform::Windows => self.variable("APPDATA"),
            },
            "local" => self.variable("LOCALAPPDATA"),
            "xdg" => self.xdg(),
            _ => {
                let (variable, otherwise) = name.split_once(':')?;
                self.variable(variable).or_else(|| self.expand(otherwise).into_iter().next().map(|meant| meant.path))
            }
        }
    }

    fn xdg(&self) -> Option<PathBuf> {
        let set = (self.platform == Platform::Linux).then(|| self.variable("XDG_CONFIG_HOME")).flatten();
        set.or_else(|| Some(self.home()?.join(".config")))
    }

    fn home(&self) -> Option<PathBuf> {
        self.variable(if self.platform == Platform::Windows { "USERPROFILE" } else { "HOME" })
    }

    fn variable(&self, name: &str) -> Option<PathBuf> {
        (self.lookup)(name).filter(|value| !value.is_empty()).map(PathBuf::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::tests::Here;

    fn paths(here: &Here, template: &str) -> Vec<String> {
        let lookup = |name: &str| here.variable(name);
        let around = Around { platform: here.platform, lookup: &lookup, files: here };
        around.expand(template).into_iter().map(|meant| meant.path.display().to_string()).collect()
    }

    #[test]
    fn a_template_means_the_folders_of_its_platform() {
        let linux = Here::on(Platform::Linux, &[("HOME", "/home/a")], &[]);
        assert_eq!(paths(&linux, "~/.cursor/mcp.json"), ["/home/a/.cursor/mcp.json"]);
        assert_eq!(paths(&linux, "{config}/Code/User"), ["/home/a/.config/Code/User"]);
        assert_eq!(paths(&linux, "{CODEX_HOME:~/.codex}/config.toml"), ["/home/a/.codex/config.toml"]);
        assert_eq!(paths(&linux, "{local}/x"), Vec::<String>::new());
        assert_eq!(paths(&linux, "/Applications/X.app"), ["/Applications/X.app"]);
        let moved = [("HOME", "/home/a"), ("XDG_CONFIG_HOME", "/c"), ("CODEX_HOME", "/k")];
        let moved = Here::on(Platform::Linux, &moved, &[]);
        assert_eq!(paths(&moved, "{config}/Code"), ["/c/Code"]);
        assert_eq!(paths(&moved, "{CODEX_HOME:~/.codex}/config.toml"), ["/k/config.toml"]);
        let mac = Here::on(Platform::Macos, &[("HOME", "/Users/a"), ("XDG_CONFIG_HOME", "/c")], &[]);
        assert_eq!(paths(&mac, "{config}/Claude"), ["/Users/a/Library/Application Support/Claude"]);
        assert_eq!(paths(&mac, "{xdg}/zed"), ["/Users/a/.config/zed"]);
        let homeless = Here::on(Platform::Linux, &[("HOME", "")], &[]);
        assert_eq!(paths(&homeless, "~/.cursor"), Vec::<String>::new());
    }

    #[test]
    fn a_star_means_what_is_there() {
        let here = Here::on(
            Platform::Windows,
            &[("LOCALAPPDATA", "/l")],
            &["/l/Packages/Claude_b", "/l/Packages/Claude_a", "/l/Packages/X"],
        );
        assert_eq!(
            paths(&here, "{local}/Packages/Claude_*/x.json"),
            ["/l/Packages/Claude_a/x.json", "/l/Packages/Claude_b/x.json"]
        );
        assert_eq!(paths(&here, "{local}/Packages/None_*/x.json"), Vec::<String>::new());
    }

    #[test]
    fn the_disk_is_looked_at_and_not_read() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("Claude_x"), "").unwrap();
        assert_eq!(Disk.beginning(folder.path(), "Claude_"), [folder.path().join("Claude_x")]);
        assert!(Disk.beginning(&folder.path().join("none"), "").is_empty());
        assert!(Disk.exists(folder.path()) && !Disk.exists(&folder.path().join("none")));
    }
}
