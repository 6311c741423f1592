use super::*;
use crate::around::{Files, Platform};
use std::collections::{BTreeSet, HashSet};
use std::ffi::OsString;
use std::path::Path;

/// A machine with these variables and these files.
pub(crate) struct Here {
    pub(crate) platform: Platform,
    variables: Vec<(String, String)>,
    files: BTreeSet<PathBuf>,
}

impl Here {
    pub(crate) fn on(platform: Platform, variables: &[(&str, &str)], files: &[&str]) -> Self {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { platform, variables, files: files.iter().map(PathBuf::from).collect() }
    }

    pub(crate) fn variable(&self, name: &str) -> Option<OsString> {
        self.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.into())
    }

    fn hosts(&self, server: &str) -> Vec<Host> {
        let lookup = |name: &str| self.variable(name);
        let around = Around { platform: self.platform, lookup: &lookup, files: self };
        look(&around, Bridge { program: "/opt/keyholder", server: &server.parse().unwrap() })
    }

    fn host(&self, id: &str) -> Host {
        self.hosts("linear").into_iter().find(|host| host.id == id).unwrap()
    }
}

impl Files for Here {
    fn exists(&self, path: &Path) -> bool {
        self.files.iter().any(|file| file.starts_with(path))
    }

    fn beginning(&self, folder: &Path, with: &str) -> Vec<PathBuf> {
        let children = self.files.iter().filter_map(|file| {
            let name = file.strip_prefix(folder).ok()?.components().next()?;
            name.as_os_str().to_string_lossy().starts_with(with).then(|| folder.join(name))
        });
        children.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

fn machines() -> [Here; 3] {
    [
        Here::on(Platform::Linux, &[("HOME", "/home/a")], &[]),
        Here::on(Platform::Macos, &[("HOME", "/Users/a")], &[]),
        Here::on(Platform::Windows, &[("USERPROFILE", "/u"), ("APPDATA", "/u/r"), ("LOCALAPPDATA", "/u/l")], &[]),
    ]
}

#[test]
fn every_app_is_known_on_every_platform_and_none_is_found_where_there_is_none() {
    for machine in machines() {
        let hosts = machine.hosts("linear");
        let ids: HashSet<_> = hosts.iter().map(|host| host.id).collect();
        assert_eq!((hosts.len(), ids.len()), (APPS.len(), APPS.len()));
        for host in hosts {
            assert!(!host.found, "{host:?}");
            assert!(host.config_file.as_ref().is_some_and(|file| file.is_absolute()), "{host:?}");
            assert!(host.snippet.contains("/opt/keyholder") && host.snippet.contains("linear"), "{host:?}");
        }
    }
}

#[test]
fn an_app_is_found_by_its_file_or_its_folder_and_stands_first() {
    let files = ["/home/a/.cursor/extensions", "/home/a/.config/Code/User/settings.json", "/home/a/.claude.json"];
    let machine = Here::on(Platform::Linux, &[("HOME", "/home/a")], &files);
    let found: Vec<_> = machine.hosts("linear").into_iter().take_while(|host| host.found).map(|host| host.id).collect();
    assert_eq!(found, ["claude-code", "cursor", "vscode"]);
    assert_eq!(machine.host("cursor").config_file, Some("/home/a/.cursor/mcp.json".into()), "it does not exist yet");
    assert_eq!(
        machine.host("claude-code").command.as_deref(),
        Some("claude mcp add --scope user linear -- /opt/keyholder bridge linear")
    );
    assert!(machine.host("claude-desktop").restart && !machine.host("cursor").restart);
}

#[test]
fn the_packaged_claude_desktop_has_its_file_elsewhere() {
    let [_, _, bare] = machines();
    let old = "/u/r/Claude/claude_desktop_config.json";
    assert_eq!(bare.host("claude-desktop").config_file, Some(old.into()));
    let variables = [("USERPROFILE", "/u"), ("APPDATA", "/u/r"), ("LOCALAPPDATA", "/u/l")];
    let packaged = Here::on(Platform::Windows, &variables, &[old, "/u/l/Packages/Claude_pzs8/LocalState/x"]);
    let host = packaged.host("claude-desktop");
    let file = "/u/l/Packages/Claude_pzs8/LocalCache/Roaming/Claude/claude_desktop_config.json";
    assert_eq!((host.found, host.config_file), (true, Some(file.into())), "also where the older file is still there");
}

#[test]
fn of_several_places_the_one_that_is_there_is_meant() {
    let home = [("HOME", "/home/a")];
    let flatpak = "/home/a/.var/app/dev.zed.Zed/config/zed/settings.json";
    assert_eq!(Here::on(Platform::Linux, &home, &[flatpak]).host("zed").config_file, Some(flatpak.into()));
    let older = "/home/a/.cache/lm-studio/mcp.json";
    assert_eq!(Here::on(Platform::Linux, &home, &[older]).host("lm-studio").config_file, Some(older.into()));
}

#[test]
fn a_servers_name_is_written_as_every_app_takes_it() {
    let of = |name: &str| key(&name.parse().unwrap());
    assert_eq!(
        (of("linear"), of("Linear.App_2"), of("a..b--")),
        ("linear".into(), "linear-app-2".into(), "a-b".into())
    );
    let long = format!("{}-b", "a".repeat(39));
    assert_eq!(of(&long), "a".repeat(39));
    let machine = Here::on(Platform::Linux, &[("HOME", "/home/a")], &[]);
    let cursor = machine.hosts("Linear.App").into_iter().find(|host| host.id == "cursor").unwrap();
    assert!(
        cursor.snippet.contains("\"linear-app\"") && cursor.snippet.contains("\"Linear.App\""),
        "{}",
        cursor.snippet
    );
}
