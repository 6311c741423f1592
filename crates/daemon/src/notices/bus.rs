//! The desktop's own notifications, over D-Bus (freedesktop.org Desktop Notifications Specification 1.3). The bus is spoken to
//! once there is something to say.

use futures_util::StreamExt as _;
use std::collections::HashMap;
use std::time::Duration;
use zbus::Connection;
use zbus::zvariant::Value;

/// A desktop that does not answer is not waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a notification says. None of it is markup.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Text {
    /// The line that is always shown.
    pub(super) summary: String,
    /// What may be shown below: a sentence of ours.
    pub(super) body: &'static str,
}

/// Of each there is one at most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Missed,
    Waiting,
}

/// What the desktop shows of ours.
#[derive(Default)]
pub(super) struct Bus {
    open: Option<Open>,
    missed: Slot,
    waiting: Slot,
}

/// One of our notifications.
#[derive(Default)]
struct Slot {
    /// What it was to say last, whether the desktop showed it or not.
    said: Option<Text>,
    /// Its number, while the desktop shows it.
    number: Option<u32>,
}

struct Open {
    desktop: DesktopProxy<'static>,
    pressed: ActionInvokedStream,
    closed: NotificationClosedStream,
}

#[zbus::proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications",
    gen_blocking = false
)]
trait Desktop {
    #[allow(clippy::too_many_arguments, reason = "the specification has them")]
    fn notify(
        &self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        summary: &str,
        body: &str,
        actions: &[&str],
        hints: HashMap<&str, Value<'_>>,
        expire_timeout: i32,
    ) -> zbus::Result<u32>;

    fn close_notification(&self, id: u32) -> zbus::Result<()>;

    #[zbus(signal)]
    fn action_invoked(&self, id: u32, action_key: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    fn notification_closed(&self, id: u32, reason: u32) -> zbus::Result<()>;
}

impl Bus {
    /// Says this, in place of what was said before; nothing takes it away. What the person has closed stays closed until there is
    /// something else to say.
    pub(super) async fn show(&mut self, kind: Kind, text: Option<Text>) {
        if self.slot(kind).said == text {
            return;
        }
        self.slot(kind).said.clone_from(&text);
        let done = tokio::time::timeout(PATIENCE, self.tell(kind, text)).await;
        match done {
            Ok(Ok(())) => {}
            Ok(Err(why)) => tracing::debug!(%why, "the desktop shows no notifications"),
            Err(_) => tracing::debug!("the desktop does not say whether it shows a notification"),
        }
    }

    async fn tell(&mut self, kind: Kind, text: Option<Text>) -> zbus::Result<()> {
        let number = self.slot(kind).number.take();
        let desktop = self.desktop().await?;
        match (text, number) {
            (Some(text), number) => {
                let hints = HashMap::from([
                    ("desktop-entry", Value::from("keyholder-desktop")),
                    // One that speaks of a question would outlive it in the desktop's list of old ones.
                    ("transient", Value::from(kind == Kind::Waiting)),
                ]);
                let actions = ["default", "Review", "review", "Review"];
                let icon = "keyholder-desktop";
                let shown = desktop.notify(
                    "Keyholder",
                    number.unwrap_or_default(),
                    icon,
                    &text.summary,
                    text.body,
                    &actions,
                    hints,
                    NEVER,
                );
                let shown = shown.await?;
                self.slot(kind).number = Some(shown);
                Ok(())
            }
            (None, Some(number)) => desktop.close_notification(number).await,
            (None, None) => Ok(()),
        }
    }

    /// Waits until the person presses one.
    pub(super) async fn pressed(&mut self) -> Kind {
        loop {
            let Some(open) = &mut self.open else { return std::future::pending().await };
            let (number, is_pressed) = tokio::select! {
                Some(signal) = open.pressed.next() => match signal.args() {
                    Ok(press) => (press.id, true),
                    Err(_) => continue,
                },
                Some(signal) = open.closed.next() => match signal.args() {
                    Ok(closed) => (closed.id, false),
                    Err(_) => continue,
                },
                else => {
                    self.open = None;
                    continue;
                }
            };
            // The desktop tells everybody of everybody's.
            let ours = [Kind::Waiting, Kind::Missed].into_iter().find(|kind| self.slot(*kind).number == Some(number));
            let Some(kind) = ours else { continue };
            if is_pressed {
                return kind;
            }
            self.slot(kind).number = None;
        }
    }

    fn slot(&mut self, kind: Kind) -> &mut Slot {
        match kind {
            Kind::Missed => &mut self.missed,
            Kind::Waiting => &mut self.waiting,
        }
    }

    async fn desktop(&mut self) -> zbus::Result<DesktopProxy<'static>> {
        if let Some(open) = &self.open {
            return Ok(open.desktop.clone());
        }
        let bus = Connection::session().await?;
        let desktop = DesktopProxy::new(&bus).await?;
        // Heard before anything is shown: no press is lost.
        let pressed = desktop.receive_action_invoked().await?;
        let closed = desktop.receive_notification_closed().await?;
        self.open = Some(Open { desktop: desktop.clone(), pressed, closed });
        Ok(desktop)
    }
}

/// It stands there until the person closes it, or we do.
const NEVER: i32 = 0;
