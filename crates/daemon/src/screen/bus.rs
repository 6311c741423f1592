//! Asking the desktop over D-Bus, and listening from then on: no polling.
//!
//! Nothing is started by asking (`NO_AUTO_START`): a machine without a screen saver must not get one on our account.

use super::Told;
use futures_util::StreamExt as _;
use tokio::sync::watch::Sender;
use zbus::names::InterfaceName;
use zbus::proxy::{Builder, CacheProperties, MethodFlags};
use zbus::zvariant::{OwnedObjectPath, OwnedValue};
use zbus::{Connection, Proxy};

/// A screen saver on the session bus (freedesktop.org "Idle Inhibition", as far as desktops agree): `GetActive`, `ActiveChanged`.
pub(super) struct Saver {
    /// Its name on the bus, which is also its interface's.
    name: &'static str,
    path: &'static str,
    place: fn(&mut Told) -> &mut Option<bool>,
}

pub(super) const FREEDESKTOP: Saver = Saver {
    name: "org.freedesktop.ScreenSaver",
    path: "/org/freedesktop/ScreenSaver",
    place: |told| &mut told.freedesktop,
};

pub(super) const GNOME: Saver =
    Saver { name: "org.gnome.ScreenSaver", path: "/org/gnome/ScreenSaver", place: |told| &mut told.gnome };

/// Follows the screen savers of the session, until its bus ends.
pub(super) async fn follow_desktop(told: Sender<Told>) {
    let bus = match Connection::session().await {
        Ok(bus) => bus,
        Err(why) => return tracing::debug!("no session bus tells whether the screen is locked: {why}"),
    };
    tokio::join!(follow_saver(&bus, &FREEDESKTOP, &told), follow_saver(&bus, &GNOME, &told));
}

/// Follows the login session, until the system's bus ends.
pub(super) async fn follow_login(told: Sender<Told>) {
    match Connection::system().await {
        Ok(bus) => follow_login_on(&bus, &told).await,
        Err(why) => tracing::debug!("no system bus tells whether the screen is locked: {why}"),
    }
}

/// Follows one screen saver, also over its restarts.
pub(super) async fn follow_saver(bus: &Connection, saver: &Saver, told: &Sender<Told>) {
    let tell = |locked| told.send_modify(|told| *(saver.place)(told) = locked);
    if let Err(why) = hear_saver(bus, saver, &tell).await {
        tracing::debug!("{} does not tell whether the screen is locked: {why}", saver.name);
    }
    // What nobody renews is not known any more.
    tell(None);
}

async fn hear_saver(bus: &Connection, saver: &Saver, tell: &impl Fn(Option<bool>)) -> zbus::Result<()> {
    let proxy = proxy(bus, saver.name, saver.path, saver.name).await?;
    // Heard before asked: a change in between is then not lost.
    let mut changes = proxy.receive_signal("ActiveChanged").await?;
    let mut owners = proxy.receive_owner_changed().await?;
    tell(is_active(&proxy).await);
    loop {
        tokio::select! {
            // What it said before it went is heard first; after it came, it is asked anew.
            biased;
            change = changes.next() => match change {
                Some(change) => tell(change.body().deserialize().ok()),
                None => return Ok(()),
            },
            owner = owners.next() => match owner {
                Some(Some(_)) => tell(is_active(&proxy).await),
                Some(None) => tell(None),
                None => return Ok(()),
            },
        }
    }
}

/// What the screen saver says now; nothing where there is none, or one that only takes inhibitions (as GNOME's session does).
async fn is_active(proxy: &Proxy<'_>) -> Option<bool> {
    let asked: zbus::Result<Option<bool>> =
        proxy.call_with_flags("GetActive", MethodFlags::NoAutoStart.into(), &()).await;
    asked.ok().flatten()
}

/// Follows `LockedHint` of the session that this program belongs to (org.freedesktop.login1).
pub(super) async fn follow_login_on(bus: &Connection, told: &Sender<Told>) {
    let tell = |locked| told.send_modify(|told| told.login = locked);
    if let Err(why) = hear_login(bus, &tell).await {
        tracing::debug!("logind does not tell whether the screen is locked: {why}");
    }
    tell(None);
}

async fn hear_login(bus: &Connection, tell: &impl Fn(Option<bool>)) -> zbus::Result<()> {
    let manager = proxy(bus, LOGIN, "/org/freedesktop/login1", "org.freedesktop.login1.Manager").await?;
    // Signals come from the session's own path, so the path `…/session/auto` would not do.
    let asked: Option<OwnedObjectPath> =
        manager.call_with_flags("GetSession", MethodFlags::NoAutoStart.into(), &("auto",)).await?;
    let Some(path) = asked else { return Ok(()) };
    let properties = proxy(bus, LOGIN, path.as_str(), "org.freedesktop.DBus.Properties").await?;
    let mut changes = properties.receive_signal_with_args("PropertiesChanged", &[(0, SESSION)]).await?;
    let mut owners = properties.receive_owner_changed().await?;
    tell(locked_hint(&properties).await);
    loop {
        tokio::select! {
            biased;
            change = changes.next() => match change {
                // Whatever changed: asking is cheap, and a session changes seldom.
                Some(_) => tell(locked_hint(&properties).await),
                None => return Ok(()),
            },
            owner = owners.next() => match owner {
                Some(Some(_)) => tell(locked_hint(&properties).await),
                Some(None) => tell(None),
                None => return Ok(()),
            },
        }
    }
}

async fn locked_hint(properties: &Proxy<'_>) -> Option<bool> {
    let name = InterfaceName::from_static_str(SESSION).ok()?;
    let asked: zbus::Result<Option<OwnedValue>> =
        properties.call_with_flags("Get", MethodFlags::NoAutoStart.into(), &(name, "LockedHint")).await;
    asked.ok().flatten().and_then(|value| value.downcast_ref().ok())
}

async fn proxy<'a>(bus: &Connection, name: &'a str, path: &'a str, interface: &'a str) -> zbus::Result<Proxy<'a>> {
    Builder::new(bus)
        .destination(name)?
        .path(path)?
        .interface(interface)?
        // Else properties would be fetched that nobody asks for.
        .cache_properties(CacheProperties::No)
        .build()
        .await
}

const LOGIN: &str = "org.freedesktop.login1";
const SESSION: &str = "org.freedesktop.login1.Session";
