//! What the tray shows of Keyholder at a moment: which icon, which words. Counts only: whoever looks over a shoulder learns no names
//! without opening the menu.

use keyholder_console::mode::AskMode;
use keyholder_console::servers::{ServerState, ServerView};
use keyholder_console::status::StatusView;

/// The icon; each has a shape of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Icon {
    Error,
    Locked,
    NeedsYou,
    Normal,
    Paused,
}

/// What is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Look {
    pub(super) icon: Icon,
    /// Questions that wait.
    pub(super) questions: u32,
    pub(super) locked: bool,
    pub(super) mode: AskMode,
    /// What is wrong, in one sentence.
    pub(super) trouble: Option<String>,
    pub(super) servers: Vec<Server>,
}

/// A server in the menu.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Server {
    pub(super) name: String,
    pub(super) paused: bool,
}

/// So many servers stand in the menu; the others in the window.
const MOST_SERVERS: usize = 12;

impl Look {
    pub(super) fn of(status: &StatusView, servers: &[ServerView]) -> Self {
        let trouble = trouble(status);
        let servers: Vec<_> = servers
            .iter()
            .map(|server| Server { name: server.name.clone(), paused: server.state == ServerState::Paused })
            .collect();
        let icon = if trouble.is_some() {
            Icon::Error
        } else if status.locked {
            Icon::Locked
        } else if status.questions > 0 {
            Icon::NeedsYou
        } else if servers.iter().any(|server| server.paused) {
            Icon::Paused
        } else {
            Icon::Normal
        };
        Self {
            icon,
            questions: status.questions,
            locked: status.locked,
            mode: status.mode,
            trouble,
            servers: servers.into_iter().take(MOST_SERVERS).collect(),
        }
    }

    /// The first line of the menu, and the tooltip.
    pub(super) fn headline(&self) -> String {
        if let Some(trouble) = &self.trouble {
            return trouble.clone();
        }
        match (self.locked, self.questions) {
            (true, _) => "Keyholder is locked".to_owned(),
            (false, 0) => "Keyholder: nothing waits".to_owned(),
            (false, 1) => "Keyholder: 1 question waits for you".to_owned(),
            (false, many) => format!("Keyholder: {many} questions wait for you"),
        }
    }
}

fn trouble(status: &StatusView) -> Option<String> {
    if status.audit.verified == Some(false) {
        return Some("Keyholder: the log was changed".to_owned());
    }
    if !status.vault.usable && !status.locked {
        return Some("Keyholder: the keychain cannot be used".to_owned());
    }
    if !status.policy_problems.is_empty() {
        return Some("Keyholder: a rules file cannot be read".to_owned());
    }
    status.wide_open.is_some().then(|| "Keyholder: a rule lets everything run".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyholder_console::servers::Origin;
    use keyholder_console::settings::SettingsView;
    use keyholder_console::status::{AuditView, FaceView, VaultView};

    fn status() -> StatusView {
        StatusView {
            version: "1".into(),
            pid: 1,
            uptime_s: 1,
            vault: VaultView { kind: "keychain".into(), usable: true, detail: None },
            locked: false,
            face: FaceView::Desktop,
            policy_problems: Vec::new(),
            wide_open: None,
            mode: AskMode::Balanced,
            reviews: 0,
            pending_rules: 0,
            sessions: Vec::new(),
            audit: AuditView { count: 0, verified: None },
            questions: 0,
            settings: SettingsView::default(),
        }
    }

    #[test]
    fn what_is_worst_is_shown() {
        let calm = Look::of(&status(), &[]);
        assert_eq!((calm.icon, calm.headline().as_str()), (Icon::Normal, "Keyholder: nothing waits"));
        let asked = Look::of(&StatusView { questions: 2, ..status() }, &[]);
        assert_eq!((asked.icon, asked.headline().as_str()), (Icon::NeedsYou, "Keyholder: 2 questions wait for you"));
        let locked = Look::of(&StatusView { questions: 2, locked: true, ..status() }, &[]);
        assert_eq!(locked.icon, Icon::Locked);
        let changed = StatusView { audit: AuditView { count: 9, verified: Some(false) }, locked: true, ..status() };
        assert_eq!(Look::of(&changed, &[]).icon, Icon::Error);
    }

    #[test]
    fn a_paused_server_is_shown_though_the_menu_has_no_room_for_it() {
        let server = |number: usize, state| ServerView {
            name: format!("server{number}"),
            url: "https://mcp.example".to_owned(),
            state,
            origin: Origin::Person,
            client_id: None,
            client_metadata_url: None,
            resource: None,
            grants: Vec::new(),
            bridges: 0,
            tools: Vec::new(),
        };
        let mut servers: Vec<_> = (0..MOST_SERVERS).map(|number| server(number, ServerState::Open)).collect();
        assert_eq!(Look::of(&status(), &servers).icon, Icon::Normal);
        servers.push(server(MOST_SERVERS, ServerState::Paused));
        let look = Look::of(&status(), &servers);
        assert_eq!((look.icon, look.servers.len()), (Icon::Paused, MOST_SERVERS));
    }

    #[test]
    fn a_locked_keychain_is_no_trouble_while_keyholder_itself_is_locked() {
        let vault = VaultView { kind: "keychain".into(), usable: false, detail: None };
        assert_eq!(Look::of(&StatusView { vault: vault.clone(), ..status() }, &[]).icon, Icon::Error);
        assert_eq!(Look::of(&StatusView { vault, locked: true, ..status() }, &[]).icon, Icon::Locked);
    }
}
