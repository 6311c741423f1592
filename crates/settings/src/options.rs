//! The settings that belong to no single server, and the change of one of them.

use crate::config;
use crate::edit;
use crate::error::SettingsError;
use keyholder_model::server::Refused;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use toml_edit::{DocumentMut, Value};

/// The settings that belong to no single server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// After how long without a bridge the broker ends itself; `None`: never. `[broker] idle_exit_seconds`.
    pub idle_exit: Option<Duration>,
    /// How long a question waits for the person. `[approval] deadline_seconds`, 1 to 3600; 45 where nothing is said.
    pub approval_deadline: Duration,
    /// For how long a question that came into view takes no answer. `[approval] guard_ms`, 250 to 2000; 400 where nothing is
    /// said.
    pub guard: Duration,
    /// The Client ID Metadata Document that Keyholder shows to authorization servers. `[client] metadata_document`.
    pub metadata_document: Option<String>,
    /// Files with further certificate authorities (PEM). `[network] extra_ca`.
    pub extra_ca: Vec<PathBuf>,
    /// The windows' language (BCP 47); `None`: the system's. `[window] language`.
    pub language: Option<String>,
    /// How the windows look. `[window] look`.
    pub look: Look,
    /// Whether single letters are shortcuts in a question (WCAG 2.1.4). `[window] letter_keys`; they are where nothing is said.
    pub letter_keys: LetterKeys,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            idle_exit: None,
            approval_deadline: Duration::from_secs(45),
            guard: Duration::from_millis(400),
            metadata_document: None,
            extra_ca: Vec::new(),
            language: None,
            look: Look::default(),
            letter_keys: LetterKeys::default(),
        }
    }
}

/// How the windows look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Look {
    /// Dark.
    Dark,
    /// As the system has it.
    #[default]
    FollowSystem,
    /// Light.
    Light,
}

impl Look {
    /// Its word in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::FollowSystem => "follow_system",
            Self::Light => "light",
        }
    }
}

impl FromStr for Look {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        [Self::Dark, Self::FollowSystem, Self::Light]
            .into_iter()
            .find(|look| look.as_str() == text)
            .ok_or_else(|| Refused::because("must be dark, follow_system or light"))
    }
}

/// Whether single letters do something in a question.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum LetterKeys {
    /// They do not.
    Off,
    /// They do.
    #[default]
    On,
}

/// A language's tag, as in BCP 47: plain enough to stand in an address.
pub(crate) struct Language(pub(crate) String);

impl FromStr for Language {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let mut parts = text.split('-');
        let primary = parts.next().unwrap_or_default();
        let is_primary = (2..=8).contains(&primary.len()) && primary.bytes().all(|byte| byte.is_ascii_alphabetic());
        let is_part =
            |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_primary && text.len() <= 35 && parts.all(is_part) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refused::because("must be a language\u{2019}s tag, such as en or pt-BR"))
        }
    }
}

/// One of the [`Options`], with its new value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Setting {
    /// [`Options::approval_deadline`], in whole seconds.
    ApprovalDeadline(Duration),
    /// [`Options::extra_ca`].
    ExtraCa(Vec<PathBuf>),
    /// [`Options::guard`], in whole milliseconds.
    Guard(Duration),
    /// [`Options::idle_exit`], in whole seconds.
    IdleExit(Option<Duration>),
    /// [`Options::language`].
    Language(Option<String>),
    /// [`Options::letter_keys`].
    LetterKeys(LetterKeys),
    /// [`Options::look`].
    Look(Look),
    /// [`Options::metadata_document`].
    MetadataDocument(Option<String>),
}

impl Setting {
    /// The section and the key under which it stands in the file.
    pub fn place(&self) -> (&'static str, &'static str) {
        match self {
            Self::ApprovalDeadline(_) => ("approval", "deadline_seconds"),
            Self::ExtraCa(_) => ("network", "extra_ca"),
            Self::Guard(_) => ("approval", "guard_ms"),
            Self::IdleExit(_) => ("broker", "idle_exit_seconds"),
            Self::Language(_) => ("window", "language"),
            Self::LetterKeys(_) => ("window", "letter_keys"),
            Self::Look(_) => ("window", "look"),
            Self::MetadataDocument(_) => ("client", "metadata_document"),
        }
    }

    /// The same setting with the value that it has among these.
    #[must_use]
    pub fn within(&self, options: &Options) -> Self {
        match self {
            Self::ApprovalDeadline(_) => Self::ApprovalDeadline(options.approval_deadline),
            Self::ExtraCa(_) => Self::ExtraCa(options.extra_ca.clone()),
            Self::Guard(_) => Self::Guard(options.guard),
            Self::IdleExit(_) => Self::IdleExit(options.idle_exit),
            Self::Language(_) => Self::Language(options.language.clone()),
            Self::LetterKeys(_) => Self::LetterKeys(options.letter_keys),
            Self::Look(_) => Self::Look(options.look),
            Self::MetadataDocument(_) => Self::MetadataDocument(options.metadata_document.clone()),
        }
    }

    /// Whether it can have this value, by the very rules by which the file is read.
    ///
    /// # Errors
    /// [`SettingsError::Value`] says what it may be.
    pub fn check(&self) -> Result<(), SettingsError> {
        let mut alone = DocumentMut::new();
        // An empty document takes every setting.
        let _ = edit::put_setting(&mut alone, self);
        config::parse(&alone.to_string()).map(drop).map_err(|wrong| SettingsError::Value(wrong.what))
    }

    /// What is written; nothing where the key is taken out.
    pub(crate) fn value(&self) -> Option<Value> {
        let whole = |number: u128| Value::from(i64::try_from(number).unwrap_or(i64::MAX));
        match self {
            Self::ApprovalDeadline(time) => Some(whole(time.as_secs().into())),
            Self::ExtraCa(files) => {
                let texts = files.iter().map(|file| file.to_string_lossy().into_owned());
                (!files.is_empty()).then(|| Value::Array(texts.collect()))
            }
            Self::Guard(time) => Some(whole(time.as_millis())),
            Self::IdleExit(time) => time.map(|time| whole(time.as_secs().into())),
            Self::Language(text) | Self::MetadataDocument(text) => text.as_deref().map(Value::from),
            Self::LetterKeys(keys) => Some((*keys == LetterKeys::On).into()),
            Self::Look(look) => Some(look.as_str().into()),
        }
    }

    /// Puts it among the others.
    pub(crate) fn apply(&self, options: &mut Options) {
        match self {
            Self::ApprovalDeadline(time) => options.approval_deadline = *time,
            Self::ExtraCa(files) => options.extra_ca.clone_from(files),
            Self::Guard(time) => options.guard = *time,
            Self::IdleExit(time) => options.idle_exit = *time,
            Self::Language(text) => options.language.clone_from(text),
            Self::LetterKeys(keys) => options.letter_keys = *keys,
            Self::Look(look) => options.look = *look,
            Self::MetadataDocument(text) => options.metadata_document.clone_from(text),
        }
    }
}

impl fmt::Display for Setting {
    /// As it stands in the file: `approval.guard_ms = 400`, or `window.language: not set`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (section, key) = self.place();
        match self.value() {
            Some(value) => write!(f, "{section}.{key} = {value}"),
            None => write!(f, "{section}.{key}: not set"),
        }
    }
}
