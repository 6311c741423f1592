mod edits;

use super::*;
use crate::{
    AssertionSource, Grant, LetterKeys, Look, OlderDiscovery, Operation, Organisation, ResourceParameter, SecretRef,
};
use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;
use tempfile::TempDir;

const BY_HAND: &str = r#"# my servers
[approval]
deadline_seconds = 20 # short

# the one at work
[servers.work]
url = "https://mcp.example.com/mcp?team=a" # keep the team
scopes = "write read"

[servers.home] # mine
url = "http://127.0.0.1:8080/mcp"
paused = true
# the end
"#;

fn open(dir: &TempDir) -> Result<Settings, SettingsError> {
    Settings::open(dir.path(), dir.path())
}

fn with(text: &str) -> (TempDir, Result<Settings, SettingsError>) {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("config.toml"), text).unwrap();
    let settings = open(&dir);
    (dir, settings)
}

fn text(dir: &TempDir) -> String {
    fs::read_to_string(dir.path().join("config.toml")).unwrap()
}

fn name(text: &str) -> ServerName {
    text.parse().unwrap()
}

fn server(called: &str) -> Server {
    Server::new(name(called), "https://new.example.com/mcp".parse().unwrap())
}

fn organisation(called: &str) -> Organisation {
    Organisation {
        name: name(called),
        issuer: "https://id.example".parse().unwrap(),
        client_id: "keyholder".to_owned(),
        client_secret: Some(SecretRef::Keychain),
        client_key: None,
        client_key_id: None,
        id_token: AssertionSource::File("/run/sso/token".into()),
    }
}

/// The sentence about a text that must be refused.
fn refusal(toml: &str) -> String {
    let (dir, settings) = with(toml);
    let why = settings.expect_err(toml).to_string();
    assert_eq!(text(&dir), toml, "a refused file is left as it is");
    why
}

#[test]
fn missing_files_are_fine() {
    let dir = TempDir::new().unwrap();
    let settings = open(&dir).unwrap();
    assert!(settings.servers().is_empty());
    assert_eq!(settings.options().approval_deadline.as_secs(), 45);
    assert!(!dir.path().join("config.toml").exists(), "looking writes nothing");
}

#[test]
fn everything_that_can_be_said_is_understood() {
    let (_dir, settings) = with(
        r#"
        [servers."a.b"]
        url = "https://a.example/mcp"
        client_id = "abc"
        client_secret = "keychain"
        issuer = "https://as.example"
        metadata_document = "https://me.example/client.json"
        scopes = ["b", "a"]
        resource = "https://a.example/"
        older_discovery = true
        paused = true
        group = "Work_1-a"
        [servers.c]
        url = "https://c.example"
        resource = "omit"
        [broker]
        idle_exit_seconds = 600
        [client]
        metadata_document = "https://keyholder.example/client.json"
        [network]
        extra_ca = ["/etc/ca.pem"]
        [approval]
        guard_ms = 250
        [window]
        language = "pt-BR"
        look = "dark"
        letter_keys = false
        "#,
    );
    let settings = settings.unwrap();
    let [one, two] = settings.servers().try_into().unwrap();
    assert_eq!((one.client_id.as_deref(), one.client_secret), (Some("abc"), Some(SecretRef::Keychain)));
    assert_eq!(one.scopes, Some("a b".parse().unwrap()));
    assert_eq!(one.resource, ResourceParameter::Fixed("https://a.example/".parse().unwrap()));
    assert_eq!((one.older_discovery, one.paused), (OlderDiscovery::Allow, Operation::Paused));
    assert_eq!((one.group.as_deref(), two.group.as_deref()), (Some("Work_1-a"), None));
    assert_eq!((two.resource.clone(), two.older_discovery), (ResourceParameter::Omit, OlderDiscovery::Refuse));
    assert_eq!(settings.server_by_url(&two.url), Some(two));
    assert_eq!(settings.options().idle_exit.map(|idle| idle.as_secs()), Some(600));
    assert_eq!(settings.options().extra_ca.len(), 1);
    let options = settings.options();
    assert_eq!((options.guard.as_millis(), options.approval_deadline.as_secs()), (250, 45));
    assert_eq!((options.language.as_deref(), options.look), (Some("pt-BR"), Look::Dark));
    assert_eq!(options.letter_keys, LetterKeys::Off);
}

/// Every setting once, with another value than the one that counts by itself.
fn every_setting() -> [Setting; 8] {
    [
        Setting::ApprovalDeadline(Duration::from_secs(90)),
        Setting::ExtraCa(vec!["/etc/ca.pem".into(), "/etc/ca two.pem".into()]),
        Setting::Guard(Duration::from_millis(700)),
        Setting::IdleExit(Some(Duration::from_mins(5))),
        Setting::Language(Some("de".to_owned())),
        Setting::LetterKeys(LetterKeys::Off),
        Setting::Look(Look::Light),
        Setting::MetadataDocument(Some("https://me.example/client.json".to_owned())),
    ]
}

#[test]
fn bad_toml_names_the_line() {
    let why = refusal("# one\n[approval]\ndeadline_seconds = = 3\n");
    assert!(why.contains("line 3, column 20"), "{why}");
    assert!(!why.contains('\n'), "one sentence: {why}");
    assert!(refusal("[servers.a]\nurl = 'https://a.example'\n[servers.a]\n").contains("line 3"));
}

#[test]
fn an_unknown_key_is_refused_with_its_name_and_line() {
    for (toml, place) in [
        ("\n[aproval]\ndeadline_seconds = 1\n", "line 2, column 2: aproval is no setting"),
        ("[approval]\ndeadline = 1\n", "line 2, column 1: approval.deadline is no setting"),
        (
            "[servers.a]\nurl = 'https://a.example'\n\n  isuer = 'https://b.example'\n",
            "line 4, column 3: servers.a.isuer",
        ),
        ("[servers.a]\nurl = 'https://a.example'\n[servers.a.more]\n", "servers.a.more is no setting"),
    ] {
        let why = refusal(toml);
        assert!(why.contains(place), "{why}");
    }
}

#[test]
fn a_value_of_the_wrong_kind_is_refused_with_its_line() {
    for (toml, part) in [
        ("servers = 3", "must be a section"),
        ("[servers.a]\n", "has no url"),
        ("[servers.a]\nurl = 3\n", "line 2, column 7: servers.a.url must be a text"),
        ("[servers.a]\nurl = 'http://a.example'\n", "unprotected"),
        ("[servers.a]\nurl = 'https://a.example'\npaused = 'no'\n", "line 3, column 10"),
        ("[servers.a]\nurl = 'https://a.example'\nmetadata_document = 'http://127.0.0.1/x'\n", "https address"),
        ("[servers.a]\nurl = 'https://a.example'\nmetadata_document = 'https://a.example/x/../y'\n", "https address"),
        ("[servers.a]\nurl = 'https://a.example'\nissuer = 'https://a.example?x'\n", "query"),
        ("[servers.a]\nurl = 'https://a.example'\nscopes = ['a', 3]\n", "list of texts"),
        ("[servers.a]\nurl = 'https://a.example'\ngroup = ''\n", "line 3, column 9: servers.a.group must be 1 to 64"),
        ("[servers.a]\nurl = 'https://a.example'\ngroup = 'a b'\n", "must be 1 to 64"),
        ("[servers.a]\nurl = 'https://a.example'\ngroup = 'w\u{43e}rk'\n", "must be 1 to 64"),
        ("[servers.'a b']\nurl = 'https://a.example'\n", "line 1, column 10"),
        ("[[servers]]\nurl = 'https://a.example'\n", "must be a section"),
        ("[approval]\ndeadline_seconds = 0\n", "from 1 to 3600"),
        ("[approval]\ndeadline_seconds = 1.5\n", "whole number"),
        ("[broker]\nidle_exit_seconds = -1\n", "whole number"),
        ("[network]\nextra_ca = 'x'\n", "list of texts"),
        (
            "[network]\nextra_ca = ['x']\n",
            "line 2, column 12: network.extra_ca must be a list of at most 32 absolute paths",
        ),
        (
            "[approval]\nguard_ms = 100\n",
            "line 2, column 12: approval.guard_ms must be a whole number from 250 to 2000",
        ),
        ("[window]\nlook = 'black'\n", "line 2, column 8: window.look: must be dark, follow_system or light"),
        ("[window]\nlanguage = 'x'\n", "language\u{2019}s tag"),
        ("[window]\nletter_keys = 'no'\n", "must be true or false"),
    ] {
        let why = refusal(toml);
        assert!(why.contains(part), "{toml}: {why}");
    }
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    let why = refusal("[servers.a]\nurl = 'https://a.example'\nclient_secret = 'KHCANARY-hunter2'\n");
    assert!(why.contains("line 3") && !why.contains("hunter2"), "{why}");
    let why = refusal("[servers.a]\nurl = 'https://a.example'\nclient_secret = 'KHCANARY-hunter2\n");
    assert!(!why.contains("hunter2"), "{why}");
}

#[test]
fn the_published_schema_knows_exactly_the_keys_that_are_read() {
    let schema: serde_json::Value = serde_json::from_str(crate::SCHEMA).unwrap();
    let object = |at: &str| schema.pointer(at).and_then(serde_json::Value::as_object).unwrap().clone();
    // Every key of the schema is read: an impossible value is refused for its kind, never as unknown.
    for (section, entry) in object("/properties") {
        assert!(entry["type"] == "string" || entry["type"] == "object");
        if matches!(section.as_str(), "servers" | "organisations" | "$schema") {
            continue;
        }
        assert_eq!(entry["additionalProperties"], false, "{section}");
        for key in object(&format!("/properties/{section}/properties")).keys() {
            let why = refusal(&format!("[{section}]\n{key} = {{}}\n"));
            assert!(why.contains(" must be "), "{section}.{key}: {why}");
        }
    }
    for setting in every_setting() {
        let (section, key) = setting.place();
        assert!(object(&format!("/properties/{section}/properties")).contains_key(key), "{section}.{key}");
    }
    let keys = object("/properties/servers/additionalProperties/properties");
    for key in keys.keys().filter(|key| *key != "url") {
        let why = refusal(&format!("[servers.a]\nurl = 'https://a.example'\n{key} = {{}}\n"));
        assert!(why.contains(" must be "), "{key}: {why}");
    }
    for key in object("/properties/organisations/additionalProperties/properties").keys() {
        let why = refusal(&format!("[organisations.a]\n{key} = {{}}\n"));
        assert!(why.contains(" must be ") || why.contains(" has no "), "{key}: {why}");
    }
    // And every key that is read is in the schema: full servers, as they are written, have no others.
    let mut full = server("a");
    full.client_id = Some("a".to_owned());
    full.client_secret = Some(SecretRef::Keychain);
    full.issuer = Some("https://a.example".parse().unwrap());
    full.metadata_document = Some("https://a.example/x".to_owned());
    full.scopes = Some("a".parse().unwrap());
    full.resource = ResourceParameter::Omit;
    full.older_discovery = OlderDiscovery::Allow;
    full.paused = Operation::Paused;
    full.group = Some("work".to_owned());
    let mut signing = server("b");
    signing.client_id = Some("b".to_owned());
    signing.client_key = Some(SecretRef::Keychain);
    signing.client_key_id = Some("2026".to_owned());
    signing.grant = Grant::JwtBearer(AssertionSource::File("/run/token".into()));
    let mut running = server("c");
    running.client_id = Some("c".to_owned());
    running.grant = Grant::JwtBearer(AssertionSource::Command(vec!["token".to_owned(), "--for".to_owned()]));
    let mut employed = server("d");
    employed.client_id = Some("d".to_owned());
    employed.grant = Grant::Organisation(name("corp"));
    let (dir, settings) = with("");
    let settings = settings.unwrap();
    let organisations = [organisation("corp"), {
        let mut signing = organisation("school");
        (signing.client_secret, signing.client_key) = (None, Some(SecretRef::Keychain));
        signing.client_key_id = Some("k".to_owned());
        signing.id_token = AssertionSource::Command(vec!["token".to_owned()]);
        signing
    }];
    for organisation in &organisations {
        settings.add_organisation(organisation).unwrap();
    }
    for server in [&full, &signing, &running, &employed] {
        settings.add_server(server).unwrap();
    }
    let written: DocumentMut = text(&dir).parse().unwrap();
    let keys_of = |group: &str, names: &[&str]| -> BTreeSet<String> {
        let tables = names.iter().map(|name| written[group][*name].as_table().unwrap());
        tables.flat_map(|table| table.iter().map(|(key, _)| key.to_owned())).collect()
    };
    assert_eq!(keys_of("servers", &["a", "b", "c", "d"]), keys.keys().cloned().collect());
    let keys = object("/properties/organisations/additionalProperties/properties");
    assert_eq!(keys_of("organisations", &["corp", "school"]), keys.keys().cloned().collect());
    let again = open(&dir).unwrap();
    assert_eq!(
        (again.servers(), again.organisations()),
        (vec![full, signing, running, employed], organisations.to_vec())
    );
}

#[test]
fn an_organisation_goes_when_no_server_needs_it() {
    let (dir, settings) = with("");
    let settings = settings.unwrap();
    settings.add_organisation(&organisation("corp")).unwrap();
    let mut employed = server("d");
    employed.client_id = Some("d".to_owned());
    employed.grant = Grant::Organisation(name("corp"));
    settings.add_server(&employed).unwrap();
    for taken in ["corp", "d"] {
        assert!(matches!(settings.add_organisation(&organisation(taken)), Err(SettingsError::Exists(_))), "{taken}");
    }
    assert!(matches!(settings.add_server(&server("corp")), Err(SettingsError::Exists(_))));
    assert!(settings.remove_organisation(&name("corp")).is_err(), "a server names it");
    assert_eq!(settings.organisation(&name("corp")), Some(organisation("corp")));
    settings.remove_server(&name("d")).unwrap();
    assert!(settings.remove_organisation(&name("corp")).unwrap());
    assert!(!settings.remove_organisation(&name("corp")).unwrap());
    assert!(!text(&dir).contains("corp"));
}

#[test]
fn an_organisation_that_lacks_something_is_refused_with_its_place() {
    let good = "issuer = 'https://id.example'\nclient_id = 'k'\nid_token_file = '/t'\n";
    for (toml, part) in [
        (format!("[organisations.a]\n{}", good.replace("issuer", "# ")), "has no issuer"),
        (format!("[organisations.a]\n{}", good.replace("client_id", "# ")), "has no client_id"),
        (format!("[organisations.a]\n{}", good.replace("id_token_file", "# ")), "has no id_token_file"),
        (format!("[organisations.a]\n{good}id_token_command = ['a']\n"), "cannot stand beside id_token_file"),
        (format!("[organisations.a]\n{}", good.replace("https", "http")), "organisations.a.issuer"),
        (format!("[organisations.a]\n{good}[servers.a]\nurl = 'https://a.example'\n"), "the name of a server"),
        (
            "[servers.b]\nurl = 'https://a.example'\nclient_id = 'a'\ngrant = 'organisation'\norganisation = 'a'\n"
                .to_owned(),
            "no organisation named a",
        ),
        (
            "[servers.b]\nurl = 'https://a.example'\nclient_id = 'a'\ngrant = 'organisation'\n".to_owned(),
            "needs an organisation",
        ),
        ("[servers.b]\nurl = 'https://a.example'\norganisation = 'a'\n".to_owned(), "belongs to grant"),
    ] {
        let why = refusal(&toml);
        assert!(why.contains(part), "{toml}: {why}");
    }
}

#[test]
fn a_way_to_a_token_needs_all_that_belongs_to_it_and_nothing_else() {
    for (lines, part) in [
        ("grant = 'password'", "must be authorization_code"),
        ("grant = 'client_credentials'", "needs a client_id"),
        ("grant = 'client_credentials'\nclient_id = 'a'", "needs client_secret"),
        ("grant = 'jwt_bearer'\nclient_id = 'a'", "needs either"),
        (
            "grant = 'jwt_bearer'\nclient_id = 'a'\nassertion_file = '/a'\nassertion_command = ['b']",
            "cannot stand beside",
        ),
        ("grant = 'jwt_bearer'\nassertion_file = '/a'", "needs a client_id"),
        ("assertion_file = '/a'", "belongs to"),
        ("assertion_command = ['a']", "belongs to"),
        ("grant = 'jwt_bearer'\nclient_id = 'a'\nassertion_file = 'token'", "must be an absolute path"),
        ("client_id = 'a'\nclient_secret = 'keychain'\nclient_key = 'keychain'", "cannot stand beside"),
        ("client_key = '-----BEGIN PRIVATE KEY-----'", "must not stand in this file"),
        ("client_key_id = ''", "must be 1 to 256"),
    ] {
        let toml = format!("[servers.a]\nurl = 'https://a.example'\n{lines}\n");
        let why = refusal(&toml);
        assert!(why.contains(part), "{toml}: {why}");
    }
}

#[cfg(unix)]
#[test]
fn files_are_private_and_a_mode_or_a_link_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let dir = TempDir::new().unwrap();
    let settings = open(&dir).unwrap();
    settings.add_server(&server("a")).unwrap();
    let path = dir.path().join("config.toml");
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&dir.path().join("keyholder.db")), 0o600);

    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    settings.add_server(&server("b")).unwrap();
    assert_eq!(mode(&path), 0o640);

    let repository = dir.path().join("dotfiles.toml");
    fs::rename(&path, &repository).unwrap();
    std::os::unix::fs::symlink(&repository, &path).unwrap();
    settings.add_server(&server("c")).unwrap();
    assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
    assert!(fs::read_to_string(&repository).unwrap().contains("servers.c"));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text: String) {
        let _ = config::parse(&text).map_err(|wrong| wrong.place(&text));
    }
}
