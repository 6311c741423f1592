//! Who is asking: the chain of processes that leads from the bridge up to the app a person recognises.

use std::path::{Path, PathBuf};

/// One process, as the kernel described it when the bridge connected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Process {
    /// Process id; meaningful together with `started` only.
    pub pid: u32,
    /// The executable; for an interpreter (`node`, `python`) that is the interpreter.
    pub executable: Option<PathBuf>,
    /// What a person would call it: the executable's file name, or an interpreter's script.
    pub name: String,
    /// When it started, in the kernel's own ticks: tells a reused pid apart.
    pub started: u64,
}

/// What is known of a program's code signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Signature {
    /// Signed, and broken.
    Invalid,
    /// Not looked at, or this platform has none.
    Unknown,
    /// Signed by this team.
    Valid(String),
}

/// The chain from the bridge (first) upward.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// The bridge first, then its parent, and so on; at most six.
    pub chain: Vec<Process>,
    /// The signature of the origin's executable.
    pub signature: Signature,
}

impl Caller {
    /// Keyholder itself: what the person did in its own windows.
    pub fn keyholder() -> Self {
        let own = |name: &str| Process { pid: 0, executable: None, name: name.to_owned(), started: 0 };
        Self { chain: vec![own("keyholder-desktop"), own("Keyholder")], signature: Signature::Unknown }
    }

    /// The app that a person recognises: the nearest ancestor of the bridge that is no shell and no helper; the outermost known
    /// process where all are. A hint for the person, never a proof: a program of the same user can imitate another.
    pub fn origin(&self) -> Option<&Process> {
        let ancestors = self.chain.get(1..).unwrap_or_default();
        ancestors.iter().find(|process| !is_go_between(&process.name)).or(ancestors.last())
    }

    /// The origin's name for prompts and rules; `unknown` where it cannot be told.
    pub fn app(&self) -> &str {
        self.origin().map_or("unknown", |process| process.name.as_str())
    }

    /// The origin's executable, where known.
    pub fn app_path(&self) -> Option<&Path> {
        self.origin().and_then(|process| process.executable.as_deref())
    }

    /// The ancestry in one line, bridge first.
    pub fn ancestry(&self) -> String {
        let names: Vec<String> =
            self.chain.iter().map(|process| format!("{} ({})", process.name, process.pid)).collect();
        names.join(" \u{2190} ")
    }
}

/// Shells and launchers stand between an app and its bridge; nobody would recognise them in a question.
fn is_go_between(name: &str) -> bool {
    matches!(
        name,
        "sh" | "bash"
            | "dash"
            | "zsh"
            | "fish"
            | "ksh"
            | "env"
            | "sudo"
            | "timeout"
            | "nice"
            | "setsid"
            | "npx"
            | "npm"
            | "cmd.exe"
            | "powershell.exe"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(names: &[&str]) -> Caller {
        let chain = names.iter().zip(1..).map(|(name, pid)| Process {
            pid,
            executable: None,
            name: (*name).to_owned(),
            started: 0,
        });
        Caller { chain: chain.collect(), signature: Signature::Unknown }
    }

    #[test]
    fn the_origin_is_the_app_behind_the_shell() {
        assert_eq!(chain(&["keyholder", "bash", "claude", "gnome-shell"]).app(), "claude");
        assert_eq!(chain(&["keyholder", "sh", "bash"]).app(), "bash");
        assert_eq!(chain(&["keyholder"]).app(), "unknown");
        assert_eq!(chain(&[]).app(), "unknown");
    }
}
