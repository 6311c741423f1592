//! How the broker stands, as far as the windows go by it.

use crate::channel::Channel;
use crate::preferences::Preferences;
use keyholder_console::order::{Answer, Order};
use keyholder_console::status::StatusView;

/// What the windows go by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// What the person set about the windows.
    pub preferences: Preferences,
    /// Whether a question may come at any moment: an app is connected, or something waits already. A page that is ready for one
    /// takes as much memory as the window that the person looks at.
    pub expects_questions: bool,
}

impl Standing {
    /// As it is now; none where the broker does not say. Waits for the broker.
    pub fn ask(channel: &Channel) -> Option<Self> {
        match channel.order(Order::Status) {
            Ok(Answer::Status(status)) => Some(Self::of(&status)),
            Ok(_) => None,
            Err(error) => {
                tracing::warn!(?error, "how the windows are to look and speak is not known");
                None
            }
        }
    }

    fn of(status: &StatusView) -> Self {
        let expects_questions = !status.sessions.is_empty() || status.questions > 0;
        Self { preferences: Preferences::of(&status.settings), expects_questions }
    }
}

impl Default for Standing {
    /// Where nobody says: a window that is made for nothing is better than a question that comes late.
    fn default() -> Self {
        Self { preferences: Preferences::default(), expects_questions: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyholder_console::mode::AskMode;
    use keyholder_console::settings::SettingsView;
    use keyholder_console::status::{AuditView, FaceView, SessionView, VaultView};

    fn status() -> StatusView {
        StatusView {
            version: "1".to_owned(),
            pid: 1,
            uptime_s: 1,
            vault: VaultView { kind: "keychain".to_owned(), usable: true, detail: None },
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
    fn questions_come_from_apps_that_are_connected_or_wait_already() {
        assert!(!Standing::of(&status()).expects_questions);
        assert!(Standing::of(&StatusView { questions: 1, ..status() }).expects_questions);
        assert!(Standing::of(&StatusView { sessions: vec![session()], ..status() }).expects_questions);
        assert!(Standing::default().expects_questions, "nobody has said");
    }

    fn session() -> SessionView {
        SessionView {
            id: "1".to_owned(),
            app: "claude".to_owned(),
            ancestry: "claude (1)".to_owned(),
            server: "notes".to_owned(),
            account: "default".to_owned(),
            since: "2026-11-22T08:00:00Z".to_owned(),
            pending: 0,
        }
    }
}
