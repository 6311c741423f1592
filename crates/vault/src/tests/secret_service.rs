//! The real Secret Service: gnome-keyring on a session bus of its own, in a home of its own.
//!
//! A test must not touch the keychain of the person who runs it. So each test here starts this test program again inside
//! `dbus-run-session`, with private folders, for one inner test; the inner tests do nothing when they are run directly.
//! Needs the programs `dbus-run-session`, `dbus-send` and `gnome-keyring-daemon`.

use super::{credential, grant, holds, keeps_its_promises, large, no_file_shows_a_secret, thick};
use crate::keychain::Keychain;
use crate::{Kind, Namespace, Vault, VaultError};
use keyholder_model::clock::SystemRng;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// Unlocks (and at first makes) the login keyring, then starts the service and waits until it has its name on the bus.
const WITH_SERVICE: &str = r#"
printf pw | gnome-keyring-daemon --foreground --unlock --components=secrets --control-directory="$XDG_RUNTIME_DIR" >/dev/null 2>&1 &
keyring=$!
tries=0
until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetNameOwner \
   string:org.freedesktop.secrets >/dev/null 2>&1
do tries=$((tries + 1)); [ $tries -lt 200 ] || { kill $keyring; exit 97; }; sleep 0.05; done
"$@"; code=$?
kill $keyring; wait $keyring
exit $code
"#;

/// Makes the keyring unlocked, locks it through the API, then runs the test.
const LOCKED: &str = r"
dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets org.freedesktop.Secret.Service.Lock \
   array:objpath:/org/freedesktop/secrets/collection/login >/dev/null || exit 96
";

/// A bus that starts no program by itself: else it would start the machine's own keychain service.
const BARE_BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;

/// Runs one inner test under a script, in the home; says what came of it.
fn run_inside(home: &TempDir, script: &str, inner: &str) -> Output {
    for folder in ["runtime", "xdg"] {
        let made = std::fs::DirBuilder::new().mode(0o700).recursive(true).create(home.path().join(folder));
        made.unwrap();
    }
    let test = std::env::current_exe().unwrap();
    let bus = home.path().join("bus.conf");
    std::fs::write(&bus, BARE_BUS).unwrap();
    let output = Command::new("dbus-run-session")
        .arg(format!("--config-file={}", bus.display()))
        .args(["--", "sh", "-c", script, "sh"])
        .arg(test)
        .args(["--exact", &format!("tests::secret_service::inner::{inner}"), "--nocapture"])
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path().join("runtime"))
        .env("XDG_DATA_HOME", home.path().join("xdg"))
        .env("XDG_CONFIG_HOME", home.path().join("xdg"))
        .env("XDG_CACHE_HOME", home.path().join("xdg"))
        .env("KEYHOLDER_INNER", "1")
        .stdin(Stdio::null())
        .output()
        .expect("dbus-run-session runs");
    let text = [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat();
    assert!(output.status.success() && text.contains("1 passed"), "{inner}: {}\n{text}", output.status);
    output
}

/// The home of an inner test; `None` when it was not started by its outer test.
fn home() -> Option<PathBuf> {
    std::env::var_os("KEYHOLDER_INNER")?;
    std::env::var_os("HOME").map(PathBuf::from)
}

async fn open(home: &Path) -> Result<Vault, VaultError> {
    Vault::open(Kind::Keychain, Namespace::of_home(home), home.join("sealed"), Arc::new(SystemRng)).await
}

#[test]
fn the_keychain_keeps_the_promises_and_survives_a_restart() {
    let home = TempDir::new().unwrap();
    run_inside(&home, WITH_SERVICE, "promises");
    run_inside(&home, WITH_SERVICE, "store");
    run_inside(&home, WITH_SERVICE, "find_again");
    no_file_shows_a_secret(home.path());
}

#[test]
fn a_bus_without_a_keychain_is_missing() {
    run_inside(&TempDir::new().unwrap(), r#"exec "$@""#, "missing");
}

#[test]
fn no_bus_is_missing() {
    let script = r#"DBUS_SESSION_BUS_ADDRESS="unix:path=$HOME/no-such-bus" exec "$@""#;
    run_inside(&TempDir::new().unwrap(), script, "missing");
}

#[test]
fn a_locked_keychain_answers_locked_in_time() {
    let home = TempDir::new().unwrap();
    let script = WITH_SERVICE.replace("\"$@\"; code", &format!("{LOCKED}\n\"$@\"; code"));
    run_inside(&home, &script, "locked");
}

mod inner {
    use super::*;

    #[tokio::test]
    async fn promises() {
        let Some(home) = home() else { return };
        let vault = open(&home).await.unwrap();
        assert_eq!(vault.kind_name(), "keychain");
        keeps_its_promises(&vault).await;

        let service = Namespace::of_home(&home);
        let keychain = tokio::task::spawn_blocking(move || Keychain::open(service.as_str()).map(|it| it.limited(2560)));
        let limited = Vault::over(Arc::new(keychain.await.unwrap().unwrap()), home.join("sealed"), Arc::new(SystemRng));
        let grant = grant();
        limited.put(grant, &large("1")).await.unwrap();
        assert!(home.join("sealed").join(format!("{grant}.sealed")).exists(), "too large for an item");
        assert!(holds(&limited, grant, &large("1")).await);

        let path = home.join("sealed").join("rule-book.sealed");
        vault.set_book(&thick("1")).await.unwrap();
        let older = std::fs::read(&path).unwrap();
        vault.set_book(&thick("2")).await.unwrap();
        assert_eq!(*open(&home).await.unwrap().book().await.unwrap().unwrap(), thick("2"), "by another connection");
        crate::disk::replace(&path, &older).unwrap();
        assert!(matches!(vault.book().await, Err(VaultError::Damaged { .. })));
        std::fs::remove_file(&path).unwrap();
        assert!(matches!(vault.book().await, Err(VaultError::Damaged { .. })));
    }

    #[tokio::test]
    async fn store() {
        let Some(home) = home() else { return };
        let grant = grant();
        open(&home).await.unwrap().put(grant, &credential("kept")).await.unwrap();
        std::fs::write(home.join("grant"), grant.to_string()).unwrap();
    }

    #[tokio::test]
    async fn find_again() {
        let Some(home) = home() else { return };
        let grant = std::fs::read_to_string(home.join("grant")).unwrap().parse().unwrap();
        assert!(holds(&open(&home).await.unwrap(), grant, &credential("kept")).await);
    }

    #[tokio::test]
    async fn missing() {
        let Some(home) = home() else { return };
        let refused = open(&home).await.unwrap_err();
        assert!(matches!(refused, VaultError::Missing { .. }), "{refused:?}");
    }

    #[tokio::test]
    async fn locked() {
        let Some(home) = home() else { return };
        let vault = open(&home).await.unwrap();
        let in_time = tokio::time::timeout(Duration::from_secs(2), vault.put(grant(), &credential("1"))).await;
        assert_eq!(in_time.expect("an answer within two seconds"), Err(VaultError::Locked));
        no_file_shows_a_secret(&home);
    }
}
