//! A desktop that is played on a bus of its own. As in the vault's tests, each test starts this program again inside
//! `dbus-run-session` for one inner test, so that the person's own bus is never spoken to.

use super::{Screen, Told, bus};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinSet;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{ObjectPath, OwnedObjectPath};
use zbus::{Connection, connection};

/// A bus that starts no program by itself.
const BARE_BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;

/// Runs one inner test on a bus of its own.
fn run_inside(inner: &str) {
    let home = TempDir::new().unwrap();
    let bus = home.path().join("bus.conf");
    std::fs::write(&bus, BARE_BUS).unwrap();
    let output = Command::new("dbus-run-session")
        .arg(format!("--config-file={}", bus.display()))
        .arg("--")
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", &format!("screen::tests::inner::{inner}"), "--nocapture"])
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        // No system bus either: a test must not depend on the machine's.
        .env("DBUS_SYSTEM_BUS_ADDRESS", format!("unix:path={}", home.path().join("none").display()))
        .env("KEYHOLDER_INNER", "1")
        .stdin(Stdio::null())
        .output()
        .expect("dbus-run-session runs");
    let text = [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat();
    assert!(output.status.success() && text.contains("1 passed"), "{inner}: {}\n{text}", output.status);
}

#[test]
fn the_screen_is_as_locked_as_the_screen_saver_says() {
    run_inside("saver");
}

#[test]
fn a_screen_saver_that_cannot_tell_leaves_it_unknown() {
    run_inside("mute");
}

#[test]
fn the_login_session_tells_too() {
    run_inside("login");
}

#[test]
fn anyone_who_says_locked_is_believed() {
    let told = |freedesktop, gnome, login| Told { freedesktop, gnome, login }.is_locked();
    assert_eq!(told(None, None, None), None);
    assert_eq!(told(Some(false), None, Some(true)), Some(true));
    assert_eq!(told(None, Some(false), None), Some(false));
}

/// Waits until it is so; the time is only there for a test that fails.
async fn until(told: &mut watch::Receiver<Told>, locked: Option<bool>) {
    let so = told.wait_for(|told| told.is_locked() == locked);
    let so = tokio::time::timeout(Duration::from_secs(20), so).await;
    so.unwrap_or_else(|_| panic!("never became {locked:?}")).expect("somebody follows");
}

struct Saver {
    active: bool,
}

#[zbus::interface(name = "org.freedesktop.ScreenSaver")]
impl Saver {
    fn get_active(&self) -> bool {
        self.active
    }

    #[zbus(signal)]
    async fn active_changed(emitter: &SignalEmitter<'_>, active: bool) -> zbus::Result<()>;
}

/// One that only takes inhibitions.
struct Mute {
    cookie: u32,
}

#[zbus::interface(name = "org.freedesktop.ScreenSaver")]
impl Mute {
    fn inhibit(&self) -> u32 {
        self.cookie
    }
}

struct Manager {
    session: &'static str,
}

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    fn get_session(&self, id: &str) -> OwnedObjectPath {
        assert_eq!(id, "auto");
        ObjectPath::from_static_str_unchecked(self.session).into()
    }
}

struct Session {
    locked: bool,
}

#[zbus::interface(name = "org.freedesktop.login1.Session")]
impl Session {
    #[zbus(property)]
    fn locked_hint(&self) -> bool {
        self.locked
    }
}

const PATH: &str = "/org/freedesktop/ScreenSaver";

async fn saver(active: bool) -> Connection {
    let desktop = connection::Builder::session().unwrap().serve_at(PATH, Saver { active }).unwrap();
    desktop.name("org.freedesktop.ScreenSaver").unwrap().build().await.unwrap()
}

mod inner {
    use super::*;
    use keyholder_broker::Screen as _;

    /// Whether this was started by its outer test.
    fn is_inside() -> bool {
        std::env::var_os("KEYHOLDER_INNER").is_some()
    }

    #[tokio::test]
    async fn saver() {
        if !is_inside() {
            return;
        }
        let screen = Screen::watch();
        assert_eq!(screen.is_locked(), None, "nobody has said anything");
        let mut told = screen.told.clone();
        let desktop = super::saver(true).await;
        until(&mut told, Some(true)).await;
        for active in [false, true, false] {
            let emitter = SignalEmitter::new(&desktop, PATH).unwrap();
            Saver::active_changed(&emitter, active).await.unwrap();
            until(&mut told, Some(active)).await;
            assert_eq!(screen.is_locked(), Some(active));
        }
        // Somebody else cannot speak for it.
        let stranger = Connection::session().await.unwrap();
        Saver::active_changed(&SignalEmitter::new(&stranger, PATH).unwrap(), true).await.unwrap();
        Saver::active_changed(&SignalEmitter::new(&desktop, PATH).unwrap(), false).await.unwrap();
        assert_eq!(screen.is_locked(), Some(false));
        // It goes, and another comes.
        desktop.close().await.unwrap();
        until(&mut told, None).await;
        let _desktop = super::saver(true).await;
        until(&mut told, Some(true)).await;
    }

    #[tokio::test]
    async fn mute() {
        if !is_inside() {
            return;
        }
        let desktop = connection::Builder::session().unwrap().serve_at(PATH, Mute { cookie: 7 }).unwrap();
        let desktop = desktop.name("org.freedesktop.ScreenSaver").unwrap().build().await.unwrap();
        let screen = Screen::watch();
        let mut told = screen.told.clone();
        // What it does not say, another may: then the first was asked.
        let gnome = desktop.object_server().at("/org/gnome/ScreenSaver", Gnome { active: true }).await.unwrap();
        assert!(gnome);
        desktop.request_name("org.gnome.ScreenSaver").await.unwrap();
        until(&mut told, Some(true)).await;
        assert_eq!(told.borrow().freedesktop, None);
    }

    struct Gnome {
        active: bool,
    }

    #[zbus::interface(name = "org.gnome.ScreenSaver")]
    impl Gnome {
        fn get_active(&self) -> bool {
            self.active
        }
    }

    #[tokio::test]
    async fn login() {
        if !is_inside() {
            return;
        }
        let path = "/org/freedesktop/login1/session/_32";
        let builder = connection::Builder::session().unwrap();
        let builder = builder.serve_at("/org/freedesktop/login1", Manager { session: path }).unwrap();
        let builder = builder.serve_at(path, Session { locked: false }).unwrap();
        let system = builder.name("org.freedesktop.login1").unwrap().build().await.unwrap();
        let (teller, mut told) = watch::channel(Told::default());
        let mut following = JoinSet::new();
        following.spawn(async move {
            let bus = Connection::session().await.unwrap();
            bus::follow_login_on(&bus, &teller).await;
        });
        until(&mut told, Some(false)).await;
        for locked in [true, false] {
            let session = system.object_server().interface::<_, Session>(path).await.unwrap();
            let mut state = session.get_mut().await;
            state.locked = locked;
            state.locked_hint_changed(session.signal_emitter()).await.unwrap();
            drop(state);
            until(&mut told, Some(locked)).await;
        }
        system.close().await.unwrap();
        until(&mut told, None).await;
    }
}
