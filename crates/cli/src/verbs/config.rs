//! `keyholder config`.

use crate::arguments::{ConfigKey, ConfigVerb};
use crate::exit::Exit;
use crate::output::{Output, cell, complain, maybe};
use crate::plain::escape;
use crate::side_door::{self, Waking};
use clap::ValueEnum as _;
use keyholder_console::envelope;
use keyholder_console::order::{Answer, Order};
use keyholder_console::settings::{Look, Setting, SettingsView};
use keyholder_wire::place::Places;

/// Carries one out. Only a change is an order of its own.
pub(super) fn run(verb: ConfigVerb, output: Output) -> Exit {
    match verb {
        ConfigVerb::Get { key } => get(key, output),
        ConfigVerb::Path => path(output),
        ConfigVerb::Set { key, values } => match setting(key, values) {
            Ok(setting) => super::give(Order::Set(setting), output),
            Err(sentence) => {
                complain(&sentence);
                Exit::Usage
            }
        },
    }
}

fn path(output: Output) -> Exit {
    match Places::find(&|name| std::env::var_os(name)) {
        Ok(places) => {
            output.line(&places.config_file().display().to_string());
            Exit::Ok
        }
        Err(why) => {
            complain(&why.to_string());
            Exit::General
        }
    }
}

fn get(key: Option<ConfigKey>, output: Output) -> Exit {
    let settings = match side_door::give(Order::Status, Waking::IfNeeded) {
        Ok(Answer::Status(status)) => status.settings,
        Ok(_) => return Exit::General,
        Err(failure) => return super::fail(&failure, output),
    };
    match key {
        _ if output.json => output.line(&envelope::of_settings(&settings).to_string()),
        Some(key) => value(&settings, key).iter().for_each(|value| output.line(&escape(value))),
        None => {
            let row = |key: &ConfigKey| {
                let values = value(&settings, *key);
                vec![cell(name(*key)), maybe((!values.is_empty()).then(|| values.join(" ")))]
            };
            let rows: Vec<_> = ConfigKey::value_variants().iter().map(row).collect();
            output.table(&["SETTING", "VALUE"], &rows);
        }
    }
    Exit::Ok
}

/// What it is set to; nothing where nothing is said.
fn value(settings: &SettingsView, key: ConfigKey) -> Vec<String> {
    match key {
        ConfigKey::Deadline => vec![settings.answer_deadline_s.to_string()],
        ConfigKey::ExtraCa => settings.extra_ca.clone(),
        ConfigKey::Guard => vec![settings.guard_ms.to_string()],
        ConfigKey::IdleExit => settings.idle_exit_s.iter().map(u32::to_string).collect(),
        ConfigKey::Language => settings.language.iter().cloned().collect(),
        ConfigKey::LetterKeys => vec![settings.letter_keys.to_string()],
        ConfigKey::Look => {
            let word = match settings.look {
                Look::Dark => "dark",
                Look::FollowSystem => "follow_system",
                Look::Light => "light",
            };
            vec![word.to_owned()]
        }
        ConfigKey::MetadataDocument => settings.metadata_document.iter().cloned().collect(),
    }
}

/// The setting that a command line says.
fn setting(key: ConfigKey, values: Vec<String>) -> Result<Setting, String> {
    if key == ConfigKey::ExtraCa {
        return Ok(Setting::ExtraCa(values));
    }
    let mut values = values.into_iter();
    let (value, None) = (values.next(), values.next()) else { return Err(format!("{} takes one value", name(key))) };
    let whole = |value: String| value.parse::<u32>().map_err(|_| format!("{value} is not a whole number"));
    let needed = |value: Option<String>| value.ok_or_else(|| format!("which value is {} to have?", name(key)));
    Ok(match key {
        ConfigKey::Deadline => Setting::AnswerDeadline(whole(needed(value)?)?),
        ConfigKey::ExtraCa => Setting::ExtraCa(Vec::new()),
        ConfigKey::Guard => Setting::Guard(whole(needed(value)?)?),
        ConfigKey::IdleExit => Setting::IdleExit(value.map(whole).transpose()?),
        ConfigKey::Language => Setting::Language(value),
        ConfigKey::LetterKeys => match needed(value)?.as_str() {
            "true" => Setting::LetterKeys(true),
            "false" => Setting::LetterKeys(false),
            other => return Err(format!("{other} is neither true nor false")),
        },
        ConfigKey::Look => match value.as_deref() {
            Some("dark") => Setting::Look(Look::Dark),
            Some("follow_system") | None => Setting::Look(Look::FollowSystem),
            Some("light") => Setting::Look(Look::Light),
            Some(other) => return Err(format!("{other} is no look: say dark, light or follow_system")),
        },
        ConfigKey::MetadataDocument => Setting::MetadataDocument(value),
    })
}

fn name(key: ConfigKey) -> String {
    key.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}
