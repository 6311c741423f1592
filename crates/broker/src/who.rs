//! A caller in the words of the rules.

use keyholder_model::caller::{Caller, Signature};

/// Who asks, with everything that a rule may look at.
#[derive(Clone, Debug)]
pub(crate) struct Who {
    pub(crate) app: String,
    pub(crate) path: Option<String>,
    /// The app's very process: another start is another one, and so is a process that got the same number later.
    pub(crate) instance: String,
    pub(crate) processes: Vec<String>,
    pub(crate) signer: Option<String>,
}

impl Who {
    pub(crate) fn of(caller: &Caller) -> Self {
        let origin = caller.origin();
        Self {
            app: caller.app().to_owned(),
            path: caller.app_path().map(|path| path.to_string_lossy().into_owned()),
            instance: origin.map_or_else(String::new, |process| format!("{}@{}", process.pid, process.started)),
            processes: caller.chain.iter().map(|process| process.name.clone()).collect(),
            signer: match &caller.signature {
                Signature::Valid(team) => Some(team.clone()),
                Signature::Invalid | Signature::Unknown => None,
            },
        }
    }

    /// An app of which only the name is known: for "what if", and for calls of the past.
    pub(crate) fn named(app: &str) -> Self {
        Self { app: app.to_owned(), path: None, instance: String::new(), processes: Vec::new(), signer: None }
    }
}
