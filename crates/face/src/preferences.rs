//! What a page must know before anything is drawn: how it is to look and speak. The approval window has no order with which it
//! could read that, so it stands in the page's address.

use keyholder_console::settings::{Look, SettingsView};

/// What the person set about the windows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preferences {
    look: Look,
    /// A BCP 47 tag; none follows the system.
    language: Option<String>,
    letter_keys: bool,
}

impl Preferences {
    /// The page's address with these in it, as the pages read it (`ui/src/host/preferences.ts`). What is as the system has it is
    /// left out.
    pub fn address(&self, page: &str) -> String {
        let look = match self.look {
            Look::Dark => Some("look=dark".to_owned()),
            Look::FollowSystem => None,
            Look::Light => Some("look=light".to_owned()),
        };
        // Anything but a tag could say more in an address than a language.
        let language = self.language.as_deref().filter(|tag| is_tag(tag)).map(|tag| format!("language={tag}"));
        let letters = (!self.letter_keys).then(|| "letters=off".to_owned());
        let words: Vec<_> = [look, language, letters].into_iter().flatten().collect();
        if words.is_empty() { page.to_owned() } else { format!("{page}?{}", words.join("&")) }
    }

    pub(crate) fn of(settings: &SettingsView) -> Self {
        let SettingsView { look, language, letter_keys, .. } = settings;
        Self { look: *look, language: language.clone(), letter_keys: *letter_keys }
    }
}

impl Default for Preferences {
    /// Where nothing was set.
    fn default() -> Self {
        Self { look: Look::FollowSystem, language: None, letter_keys: true }
    }
}

fn is_tag(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "approval.html";

    #[test]
    fn what_was_set_stands_in_the_address_and_what_was_not_does_not() {
        assert_eq!(Preferences::default().address(PAGE), PAGE);
        let settings = SettingsView {
            look: Look::Dark,
            language: Some("pt-BR".to_owned()),
            letter_keys: false,
            ..SettingsView::default()
        };
        assert_eq!(Preferences::of(&settings).address(PAGE), "approval.html?look=dark&language=pt-BR&letters=off");
        let light = SettingsView { look: Look::Light, letter_keys: true, ..SettingsView::default() };
        assert_eq!(Preferences::of(&light).address(PAGE), "approval.html?look=light");
    }

    #[test]
    fn a_language_says_nothing_else_in_the_address() {
        let preferences = Preferences { language: Some("de&letters=off#x".to_owned()), ..Preferences::default() };
        assert_eq!(preferences.address(PAGE), PAGE);
    }
}
