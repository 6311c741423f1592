//! Places on each platform; all of them can be checked on any.

use super::*;

fn find(os: &str, variables: &[(&str, &str)]) -> Result<Places, PlaceError> {
    Places::find_on(os, &|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value)))
}

#[test]
fn keyholder_home_holds_everything_on_every_platform() {
    for os in ["linux", "macos", "windows"] {
        let places =
            find(os, &[("KEYHOLDER_HOME", "/k"), ("HOME", "/h"), ("XDG_RUNTIME_DIR", "/r"), ("APPDATA", "/a")])
                .unwrap();
        assert_eq!(places, Places::under(Path::new("/k")));
        assert_eq!(places.run, Path::new("/k/run"));
        assert_eq!(places.config_file(), Path::new("/k/config/config.toml"));
    }
}

#[test]
fn linux_follows_xdg() {
    let places = find("linux", &[("HOME", "/h"), ("XDG_RUNTIME_DIR", "/run/user/1000")]).unwrap();
    assert_eq!(places.config, Path::new("/h/.config/keyholder"));
    assert_eq!(places.data, Path::new("/h/.local/share/keyholder"));
    assert_eq!(places.state, Path::new("/h/.local/state/keyholder"));
    assert_eq!(places.run, Path::new("/run/user/1000/keyholder"));
    let places = find(
        "linux",
        &[("HOME", "/h"), ("XDG_CONFIG_HOME", "/c"), ("XDG_STATE_HOME", "relative"), ("XDG_RUNTIME_DIR", "")],
    )
    .unwrap();
    assert_eq!(places.config, Path::new("/c/keyholder"));
    assert_eq!(places.run, Path::new("/h/.local/state/keyholder/run"), "relative and empty count as unset");
}

#[test]
fn macos_never_uses_a_shared_folder_for_sockets() {
    let places = find("macos", &[("HOME", "/Users/a"), ("TMPDIR", "/var/folders/x/T/")]).unwrap();
    assert_eq!(places.run, Path::new("/var/folders/x/T/keyholder"));
    let places = find("macos", &[("HOME", "/Users/a"), ("TMPDIR", "/tmp")]).unwrap();
    assert_eq!(places.run, Path::new("/Users/a/Library/Caches/keyholder"));
}

#[test]
fn without_a_home_the_sentence_says_what_to_set() {
    for os in ["linux", "macos", "windows"] {
        let error = find(os, &[]).unwrap_err();
        assert!(error.to_string().contains("KEYHOLDER_HOME"), "{error}");
    }
    assert!(matches!(find("linux", &[("KEYHOLDER_HOME", "k")]), Err(PlaceError::Relative { .. })));
    assert!(matches!(find("linux", &[("HOME", "h")]), Err(PlaceError::Relative { .. })));
}

#[test]
fn a_path_too_long_for_a_socket_is_refused_in_words() {
    let fits = format!("/{}", "x".repeat(MAX_SOCKET_PATH - "//run/console.sock".len()));
    assert!(find("linux", &[("KEYHOLDER_HOME", &fits)]).is_ok());
    let longer = format!("{fits}x");
    assert!(matches!(find("linux", &[("KEYHOLDER_HOME", &longer)]), Err(PlaceError::SocketPath(_))));
    assert!(find("windows", &[("KEYHOLDER_HOME", &longer)]).is_ok(), "named pipes have no such limit");
}
