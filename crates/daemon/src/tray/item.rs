//! The icon and its menu on the session bus (`StatusNotifierItem`, `com.canonical.dbusmenu`), drawn by the desktop and not by us.

use super::Press;
use super::look::{Icon, Look};
use keyholder_console::mode::AskMode;
use keyholder_console::news::{Destination, Place};
use keyholder_console::order::Order;
use ksni::menu::{MenuItem, StandardItem, SubMenu};
use tokio::sync::mpsc::UnboundedSender;

/// The item.
pub(super) struct Item {
    pub(super) look: Look,
    pub(super) presses: UnboundedSender<Press>,
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        "dev.keyholder.Keyholder".to_owned()
    }

    fn category(&self) -> ksni::Category {
        ksni::Category::ApplicationStatus
    }

    fn title(&self) -> String {
        "Keyholder".to_owned()
    }

    fn status(&self) -> ksni::Status {
        match self.look.icon {
            Icon::Error | Icon::NeedsYou => ksni::Status::NeedsAttention,
            Icon::Locked | Icon::Normal | Icon::Paused => ksni::Status::Active,
        }
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        pixmaps(self.look.icon)
    }

    fn attention_icon_pixmap(&self) -> Vec<ksni::Icon> {
        pixmaps(self.look.icon)
    }

    fn tool_tip(&self) -> ksni::ToolTip {
        ksni::ToolTip { title: self.look.headline(), ..ksni::ToolTip::default() }
    }

    fn activate(&mut self, _: i32, _: i32) {
        let place = if self.look.questions > 0 { Place::Questions } else { Place::Home };
        self.press(Press::Show(place.into()));
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let mut menu = vec![label(&self.look.headline())];
        if self.look.questions > 0 {
            menu.push(button("Review now\u{2026}", Press::Show(Place::Questions.into())));
        }
        menu.push(MenuItem::Separator);
        if !self.look.servers.is_empty() {
            menu.push(self.servers());
        }
        menu.push(self.modes());
        menu.push(MenuItem::Separator);
        menu.extend([
            button("Open Keyholder\u{2026}", Press::Show(Place::Home.into())),
            button("Connections\u{2026}", Press::Show(Place::Grants.into())),
            button("Activity\u{2026}", Press::Show(Place::Activity.into())),
            button("Settings\u{2026}", Press::Show(Place::Settings.into())),
            MenuItem::Separator,
        ]);
        menu.push(if self.look.locked {
            // Unlocking raises authority: the window does that, where no other program can press.
            button("Unlock\u{2026}", Press::Show(Place::Home.into()))
        } else {
            button("Lock now", Press::Give(Order::Lock))
        });
        menu.push(button("Quit Keyholder", Press::Give(Order::Stop)));
        menu
    }
}

impl Item {
    fn press(&self, press: Press) {
        // After the broker's end nobody listens, and nothing is left to press.
        let _ = self.presses.send(press);
    }

    fn servers(&self) -> MenuItem<Self> {
        let connection = |server: &super::look::Server| {
            Press::Show(Destination { place: Place::Grants, server: Some(server.name.clone()) })
        };
        let of_server = |server: &super::look::Server| {
            let go = if server.paused {
                button("Resume\u{2026}", connection(server))
            } else {
                button("Pause", Press::Give(Order::Pause { server: server.name.clone() }))
            };
            let name = if server.paused { format!("{} (paused)", server.name) } else { server.name.clone() };
            submenu(&name, vec![go, button("Connection\u{2026}", connection(server))])
        };
        submenu("Servers", self.look.servers.iter().map(of_server).collect())
    }

    fn modes(&self) -> MenuItem<Self> {
        let of_mode = |mode: AskMode| {
            let mark = if mode == self.look.mode { "\u{2713} " } else { "" };
            let press = match mode {
                // The only one that raises nothing.
                AskMode::Careful => Press::Give(Order::SetMode { mode }),
                AskMode::Balanced | AskMode::Learning => Press::Show(Place::Settings.into()),
            };
            button(&format!("{mark}{}", words(mode)), press)
        };
        submenu("Ask", AskMode::ALL.map(of_mode).into())
    }
}

fn words(mode: AskMode) -> &'static str {
    match mode {
        AskMode::Balanced => "Balanced: looking runs",
        AskMode::Careful => "Careful: everything asks",
        AskMode::Learning => "Learning",
    }
}

fn label(text: &str) -> MenuItem<Item> {
    MenuItem::Standard(StandardItem { label: escaped(text), enabled: false, ..StandardItem::default() })
}

fn button(text: &str, press: Press) -> MenuItem<Item> {
    MenuItem::Standard(StandardItem {
        label: escaped(text),
        activate: Box::new(move |item: &mut Item| item.press(press.clone())),
        ..StandardItem::default()
    })
}

fn submenu(text: &str, submenu: Vec<MenuItem<Item>>) -> MenuItem<Item> {
    MenuItem::SubMenu(SubMenu { label: escaped(text), submenu, ..SubMenu::default() })
}

/// In a menu's label an underscore marks a letter to press.
fn escaped(text: &str) -> String {
    text.replace('_', "__")
}

/// 22 and 44 pixels, as `icons/make.sh` has drawn them: ARGB32 in network byte order.
fn pixmaps(icon: Icon) -> Vec<ksni::Icon> {
    let [small, large]: [&[u8]; 2] = match icon {
        Icon::Error => [
            include_bytes!("../../../../icons/tray/error-22.argb"),
            include_bytes!("../../../../icons/tray/error-44.argb"),
        ],
        Icon::Locked => [
            include_bytes!("../../../../icons/tray/locked-22.argb"),
            include_bytes!("../../../../icons/tray/locked-44.argb"),
        ],
        Icon::NeedsYou => [
            include_bytes!("../../../../icons/tray/needs-you-22.argb"),
            include_bytes!("../../../../icons/tray/needs-you-44.argb"),
        ],
        Icon::Normal => [
            include_bytes!("../../../../icons/tray/normal-22.argb"),
            include_bytes!("../../../../icons/tray/normal-44.argb"),
        ],
        Icon::Paused => [
            include_bytes!("../../../../icons/tray/paused-22.argb"),
            include_bytes!("../../../../icons/tray/paused-44.argb"),
        ],
    };
    [(22, small), (44, large)].map(|(side, data)| ksni::Icon { width: side, height: side, data: data.to_vec() }).into()
}

#[cfg(test)]
mod tests {
    use super::super::look::Server;
    use super::*;
    use ksni::Tray as _;
    use tokio::sync::mpsc::unbounded_channel;

    fn item(look: Look) -> (Item, tokio::sync::mpsc::UnboundedReceiver<Press>) {
        let (presses, pressed) = unbounded_channel();
        (Item { look, presses }, pressed)
    }

    fn look() -> Look {
        let server = |name: &str, paused| Server { name: name.to_owned(), paused };
        Look {
            icon: Icon::Normal,
            questions: 2,
            locked: false,
            mode: AskMode::Balanced,
            trouble: None,
            servers: vec![server("my_notes", false), server("mail", true)],
        }
    }

    /// Presses everything that can be pressed.
    fn press_all(item: &mut Item, menu: Vec<MenuItem<Item>>) {
        for entry in menu {
            match entry {
                MenuItem::Standard(entry) if entry.enabled => (entry.activate)(item),
                MenuItem::SubMenu(entry) => press_all(item, entry.submenu),
                _ => {}
            }
        }
    }

    #[test]
    fn nothing_in_the_menu_raises_authority() {
        // Any program of the session bus can press it.
        for locked in [false, true] {
            let (mut item, mut pressed) = item(Look { locked, ..look() });
            let menu = item.menu();
            press_all(&mut item, menu);
            item.activate(0, 0);
            let mut count = 0;
            while let Ok(press) = pressed.try_recv() {
                count += 1;
                if let Press::Give(order) = press {
                    assert_ne!(order.authority(), keyholder_console::order::Authority::Raises, "{order:?}");
                }
            }
            assert!(count > 10, "{count}");
        }
    }

    #[test]
    fn icons_are_as_large_as_they_say_and_differ_in_shape() {
        let mut shapes = Vec::new();
        for icon in [Icon::Error, Icon::Locked, Icon::NeedsYou, Icon::Normal, Icon::Paused] {
            for pixmap in pixmaps(icon) {
                assert_eq!(i32::try_from(pixmap.data.len()), Ok(pixmap.width * pixmap.height * 4));
                let shape: Vec<bool> = pixmap.data.chunks(4).map(|pixel| pixel[0] > 127).collect();
                assert!(shape.iter().any(|covered| *covered) && !shapes.contains(&shape), "{icon:?}");
                shapes.push(shape);
            }
        }
    }

    #[test]
    fn an_underscore_in_a_name_is_no_mnemonic() {
        let (item, _pressed) = item(look());
        let servers = item.servers();
        let MenuItem::SubMenu(servers) = servers else { panic!("a submenu") };
        let MenuItem::SubMenu(first) = &servers.submenu[0] else { panic!("a submenu") };
        assert_eq!(first.label, "my__notes");
    }
}
