//! Keyholder in the desktop's tray: an icon that says how things stand, and a menu. It needs no window and no web view.
//!
//! Any program of the session can press its menu over D-Bus, so nothing in it raises authority: it lowers, or opens the window.

#[cfg(target_os = "linux")]
mod item;
#[cfg(target_os = "linux")]
mod look;

use keyholder_broker::{Broker, Windows};
use keyholder_console::news::Destination;
use keyholder_console::order::Order;
use std::sync::Arc;

/// What the person pressed.
#[derive(Clone, PartialEq, Eq, Debug)]
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only Linux has a tray of ours so far"))]
enum Press {
    Give(Order),
    Show(Destination),
}

/// Shows the tray for as long as the broker runs. A desktop without one gets one as soon as it has: the item waits for it.
#[cfg(target_os = "linux")]
pub(crate) fn attend(broker: Arc<Broker>, windows: Arc<dyn Windows>) {
    use keyholder_console::news::Subject;

    tokio::spawn(async move {
        let mut reader = broker.follow(&[Subject::Questions, Subject::Rules, Subject::Servers, Subject::Status]);
        let Some(look) = look_at(&broker).await else { return };
        let (presses, mut pressed) = tokio::sync::mpsc::unbounded_channel();
        let item = item::Item { look, presses };
        let service = ksni::TrayMethods::assume_sni_available(item, true);
        let handle = match service.spawn().await {
            Ok(handle) => handle,
            Err(why) => return tracing::info!(%why, "there is no tray"),
        };
        loop {
            tokio::select! {
                press = pressed.recv() => match press {
                    Some(press) => obey(&broker, &*windows, press).await,
                    None => return,
                },
                _ = reader.next() => {
                    if let Some(look) = look_at(&broker).await {
                        handle.update(|item| item.look = look).await;
                    }
                    // Several things change together, and nobody sees them one by one.
                    tokio::time::sleep(BETWEEN_LOOKS).await;
                }
            }
        }
    });
}

/// Elsewhere the tray is still to come.
#[cfg(not(target_os = "linux"))]
pub(crate) fn attend(_: Arc<Broker>, _: Arc<dyn Windows>) {}

#[cfg(target_os = "linux")]
const BETWEEN_LOOKS: std::time::Duration = std::time::Duration::from_millis(200);

#[cfg(target_os = "linux")]
async fn look_at(broker: &Arc<Broker>) -> Option<look::Look> {
    use keyholder_console::order::Answer;

    let Ok(Answer::Status(status)) = broker.obey(Order::Status).await else { return None };
    let servers = match broker.obey(Order::Servers).await {
        Ok(Answer::Servers(servers)) => servers,
        _ => Vec::new(),
    };
    Some(look::Look::of(&status, &servers))
}

#[cfg(target_os = "linux")]
async fn obey(broker: &Arc<Broker>, windows: &dyn Windows, press: Press) {
    let outcome = match press {
        Press::Give(order) => broker.obey(order).await.map(drop).map_err(|why| format!("{why:?}")),
        Press::Show(to) => windows.show(to),
    };
    if let Err(why) = outcome {
        tracing::warn!(%why, "what was pressed in the tray was not done");
    }
}
