//! The settings that belong to no single server: shown, and changed in `config.toml`.

use super::wish::Wish;
use super::{Giver, done, refused, said, unsettled};
use crate::broker::Broker;
use keyholder_approval::Guard;
use keyholder_audit::{Event, Note};
use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::order::Answer;
use keyholder_console::settings::{Look as ShownLook, Setting as Ordered, SettingsView};
use keyholder_http::{Client, Proxy, Reach, Setup};
use keyholder_settings::{LetterKeys, Look, Setting};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What they say, and where everything lies.
pub(super) fn view(broker: &Broker) -> SettingsView {
    let options = broker.settings.options();
    let whole = |number: u128| u32::try_from(number).unwrap_or(u32::MAX);
    SettingsView {
        config_file: broker.places.config_file().display().to_string(),
        policies: broker.places.policies().display().to_string(),
        audit_file: broker.places.audit_file().display().to_string(),
        answer_deadline_s: whole(options.approval_deadline.as_secs().into()),
        idle_exit_s: broker.idle_exit().map(|limit| whole(limit.as_secs().into())),
        managed: crate::upkeep::managed_policies().is_some(),
        guard_ms: whole(options.guard.as_millis()),
        extra_ca: options.extra_ca.iter().map(|file| file.display().to_string()).collect(),
        metadata_document: options.metadata_document,
        language: options.language,
        look: match options.look {
            Look::Dark => ShownLook::Dark,
            Look::FollowSystem => ShownLook::FollowSystem,
            Look::Light => ShownLook::Light,
        },
        letter_keys: options.letter_keys == LetterKeys::On,
    }
}

/// Changes one of them, after a yes where a program says so.
pub(super) async fn set(broker: &Arc<Broker>, giver: Giver<'_>, ordered: Ordered) -> Result<Answer, ConsoleError> {
    let setting = read(ordered);
    // What cannot be is nothing to ask about.
    setting.check().map_err(|why| unsettled(&why))?;
    if let Setting::ExtraCa(files) = &setting {
        check_certificates(files.clone()).await?;
    }
    let before = setting.within(&broker.settings.options());
    let text = setting.to_string();
    let lines = [text.clone(), format!("until now {before}")];
    Wish::order("set", "Change a setting", &lines, &[text.as_bytes()])
        .warning(dangers(&setting))
        .agree(broker, giver)
        .await?;
    // Without a log nothing is changed that could allow more.
    broker.log().map_err(|refusal| refused(&refusal, "log"))?;
    broker.settings.set(&setting).map_err(|why| unsettled(&why))?;
    // What was typed into the file meanwhile counts from now on as well.
    broker.desk.set_guard(Guard::near(broker.settings.options().guard));
    let _ = broker.note(&Note { decision: Some("set"), reason: Some(&text), ..Note::of(Event::ChangeSetting) });
    Ok(note(broker, &setting).map_or_else(done, said))
}

fn read(ordered: Ordered) -> Setting {
    let seconds = |number: u32| Duration::from_secs(number.into());
    match ordered {
        Ordered::AnswerDeadline(number) => Setting::ApprovalDeadline(seconds(number)),
        Ordered::ExtraCa(files) => Setting::ExtraCa(files.into_iter().map(PathBuf::from).collect()),
        Ordered::Guard(number) => Setting::Guard(Duration::from_millis(number.into())),
        Ordered::IdleExit(number) => Setting::IdleExit(number.map(seconds)),
        Ordered::Language(text) => Setting::Language(text),
        Ordered::LetterKeys(true) => Setting::LetterKeys(LetterKeys::On),
        Ordered::LetterKeys(false) => Setting::LetterKeys(LetterKeys::Off),
        Ordered::Look(ShownLook::Dark) => Setting::Look(Look::Dark),
        Ordered::Look(ShownLook::FollowSystem) => Setting::Look(Look::FollowSystem),
        Ordered::Look(ShownLook::Light) => Setting::Look(Look::Light),
        Ordered::MetadataDocument(text) => Setting::MetadataDocument(text),
    }
}

/// A file that holds no certificate would keep every server out from the next connection on.
async fn check_certificates(files: Vec<PathBuf>) -> Result<(), ConsoleError> {
    let check = move || {
        let odd = files.iter().find(|file| !file.is_file());
        if let Some(odd) = odd {
            return Err(format!("{} is not a file", odd.display()));
        }
        let setup = Setup { reach: Reach::public(), extra_ca: files, proxy: Proxy::System };
        Client::build(&setup).map(drop).map_err(|why| why.to_string())
    };
    let checked = tokio::task::spawn_blocking(check).await.map_err(|_| ConsoleError::new(Code::Internal))?;
    checked.map_err(|why| ConsoleError::new(Code::Invalid).because(why))
}

fn dangers(setting: &Setting) -> Vec<String> {
    match setting {
        Setting::ExtraCa(files) if !files.is_empty() => {
            vec!["Whoever holds the key to such a certificate can read what is sent to every server.".to_owned()]
        }
        _ => Vec::new(),
    }
}

/// What does not count at once.
fn note(broker: &Broker, setting: &Setting) -> Option<String> {
    let note = match setting {
        Setting::ExtraCa(_) | Setting::MetadataDocument(_) => {
            "servers that were used since the broker started take note of it after its next start"
        }
        Setting::IdleExit(_) if broker.idle_exit.said.is_some() => {
            "this broker goes by its own command line; the setting counts after its next start"
        }
        Setting::IdleExit(None) if broker.idle_exit.otherwise.is_some() => {
            "a broker that an app woke leaves after a while all the same"
        }
        _ => return None,
    };
    Some(note.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::tests::House;
    use super::*;
    use crate::counter::carry_out;
    use keyholder_approval::Answer as Given;
    use keyholder_console::order::{Order, Receipt};
    use keyholder_settings::Options;

    async fn by_face(house: &House, setting: Ordered) -> Result<Answer, ConsoleError> {
        carry_out(&house.broker, Giver::Face, Order::Set(setting)).await
    }

    fn note_of(done: Result<Answer, ConsoleError>) -> Option<String> {
        match done.unwrap() {
            Answer::Done(Receipt { note }) => note,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn what_the_person_sets_counts_at_once_and_stands_in_the_file() {
        let house = House::new();
        for setting in [
            Ordered::AnswerDeadline(90),
            Ordered::Guard(700),
            Ordered::IdleExit(Some(300)),
            Ordered::Language(Some("de".to_owned())),
            Ordered::LetterKeys(false),
            Ordered::Look(ShownLook::Dark),
        ] {
            assert_eq!(note_of(by_face(&house, setting).await), None);
        }
        let view = view(&house.broker);
        assert_eq!((view.answer_deadline_s, view.guard_ms, view.idle_exit_s), (90, 700, Some(300)));
        assert_eq!((view.language.as_deref(), view.look, view.letter_keys), (Some("de"), ShownLook::Dark, false));
        assert_eq!(house.broker.approval_budget(), Duration::from_secs(90));
        assert_eq!(house.broker.idle_exit(), Some(Duration::from_mins(5)));
        let text = std::fs::read_to_string(&view.config_file).unwrap();
        assert!(text.contains("guard_ms = 700") && text.contains("[servers.notes]"), "{text}");
        assert!(
            note_of(by_face(&house, Ordered::MetadataDocument(None)).await)
                .is_some_and(|note| note.contains("next start"))
        );
    }

    #[tokio::test]
    async fn a_program_asks_and_a_no_changes_nothing() {
        let mut house = House::new();
        let (shown, done) = house.answered(Order::Set(Ordered::Guard(250)), Given::Deny).await;
        assert!(
            shown.contains("approval.guard_ms = 250") && shown.contains("until now approval.guard_ms = 400"),
            "{shown}"
        );
        assert_eq!(done.unwrap_err().code, Code::Denied);
        assert_eq!(house.broker.settings.options(), Options::default());
        let why = house.obeyed(Order::Set(Ordered::Guard(100))).await.unwrap_err();
        assert_eq!(why.code, Code::Invalid, "what cannot be is not asked about");
        house.answered(Order::Set(Ordered::Guard(250)), Given::AllowOnce).await.1.unwrap();
        assert_eq!(view(&house.broker).guard_ms, 250);
    }

    #[tokio::test]
    async fn what_cannot_be_is_refused_with_its_bounds() {
        let house = House::new();
        for (bad, words) in [
            (Ordered::Guard(100), "from 250 to 2000"),
            (Ordered::AnswerDeadline(0), "from 1 to 3600"),
            (Ordered::IdleExit(Some(0)), "idle_exit_seconds"),
            (Ordered::ExtraCa(vec!["ca.pem".to_owned()]), "absolute paths"),
            (Ordered::ExtraCa(vec!["/nowhere/ca.pem".to_owned()]), "not a file"),
            (Ordered::Language(Some("not a language".to_owned())), "tag"),
        ] {
            let why = by_face(&house, bad).await.unwrap_err();
            assert_eq!(why.code, Code::Invalid);
            assert!(why.detail.as_ref().is_some_and(|detail| detail.contains(words)), "{why:?}");
        }
        // A file without a certificate would keep every server out.
        let empty = house.broker.places.config_file().with_file_name("empty.pem");
        std::fs::write(&empty, "nothing").unwrap();
        let why = by_face(&house, Ordered::ExtraCa(vec![empty.display().to_string()])).await.unwrap_err();
        assert_eq!(why.code, Code::Invalid);
        assert_eq!(house.broker.settings.options(), Options::default());
    }

    #[tokio::test]
    async fn a_file_that_was_broken_by_hand_is_said_to_be_and_left_alone() {
        let house = House::new();
        let file = house.broker.places.config_file();
        std::fs::write(&file, "[approval]\nguard_ms = yes\n").unwrap();
        let why = by_face(&house, Ordered::Guard(300)).await.unwrap_err();
        assert_eq!(why.code, Code::ConfigInvalid);
        assert!(why.detail.is_some_and(|detail| detail.contains("line 2")));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "[approval]\nguard_ms = yes\n");
    }
}
