//! Opens the person's own browser: never through a shell, never with anything but a vetted address, never from a relative path.

use keyholder_broker::Browser;
use keyholder_oauth::VettedUrl;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What opens pages on this machine.
pub(crate) struct Opener {
    program: Result<PathBuf, String>,
    arguments: Vec<OsString>,
}

impl Opener {
    /// `BROWSER` where it is set (first entry of a `:`-list), otherwise the platform's opener at its usual place: looking along
    /// PATH would let a program that shadows it see every sign-in (catalogue case 248).
    pub(crate) fn find(lookup: &dyn Fn(&str) -> Option<OsString>) -> Self {
        if let Some(chosen) = lookup("BROWSER").and_then(|list| std::env::split_paths(&list).next()) {
            if let Some(program) = absolute(&chosen, lookup) {
                return Self { program: Ok(program), arguments: Vec::new() };
            }
            let why = format!("BROWSER names {}, which is not a program here", chosen.display());
            return Self { program: Err(why), arguments: Vec::new() };
        }
        let (candidates, arguments): (&[&str], &[&str]) = match std::env::consts::OS {
            "macos" => (&["/usr/bin/open"], &[]),
            "windows" => (&[r"C:\Windows\System32\rundll32.exe"], &["url.dll,FileProtocolHandler"]),
            _ => (&["/usr/bin/xdg-open", "/usr/local/bin/xdg-open", "/bin/xdg-open"], &[]),
        };
        let found = candidates.iter().map(Path::new).find(|path| path.is_file());
        Self {
            program: found
                .map(Path::to_owned)
                .ok_or_else(|| "no program that opens web pages was found; set BROWSER".to_owned()),
            arguments: arguments.iter().map(OsString::from).collect(),
        }
    }
}

/// A program that the person named: an absolute path as it is, a bare name looked up along PATH, as everywhere else.
fn absolute(chosen: &Path, lookup: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    if chosen.is_absolute() {
        return chosen.is_file().then(|| chosen.to_owned());
    }
    if chosen.components().count() != 1 {
        return None;
    }
    let path = lookup("PATH")?;
    std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(chosen))
        .find(|program| program.is_file())
}

impl Browser for Opener {
    fn open(&self, url: &VettedUrl) -> Result<(), String> {
        let program = self.program.as_ref().map_err(Clone::clone)?;
        let mut child = Command::new(program)
            .args(&self.arguments)
            .arg(url.as_str())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|why| format!("{} could not be started: {why}", program.display()))?;
        // The opener ends when the browser has the page; waiting for it elsewhere leaves no zombie behind.
        std::thread::Builder::new()
            .name("browser".to_owned())
            .spawn(move || child.wait())
            .map(|_| ())
            .map_err(|why| format!("the browser cannot be waited for: {why}"))
    }

    fn name(&self) -> Result<String, String> {
        self.program.as_ref().map(|program| program.display().to_string()).map_err(Clone::clone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_never_looked_up_relative_to_where_we_stand() {
        let lookup = |name: &str| match name {
            "BROWSER" => Some(OsString::from("./evil")),
            "PATH" => Some(OsString::from(".:/usr/bin")),
            _ => None,
        };
        assert!(Opener::find(&lookup).name().is_err());
        let lookup = |name: &str| match name {
            "BROWSER" => Some(OsString::from("env")),
            "PATH" => Some(OsString::from(".:/usr/bin")),
            _ => None,
        };
        assert_eq!(Opener::find(&lookup).name().unwrap(), "/usr/bin/env");
    }
}
