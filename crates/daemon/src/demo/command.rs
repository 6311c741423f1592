//! The `keyholder` command, run for real against the demo's broker.

use serde::de::DeserializeOwned;
use std::path::PathBuf;
use std::process::Stdio;
use tokio::process::Command;

/// `keyholder`, beside this program, with the demo's home.
#[derive(Clone, Debug)]
pub(super) struct Keyholder {
    program: PathBuf,
    home: PathBuf,
}

impl Keyholder {
    /// Finds it.
    ///
    /// # Errors
    /// One sentence if it does not stand beside this program.
    pub(super) fn beside_us(home: PathBuf) -> Result<Self, String> {
        let name = format!("keyholder{}", std::env::consts::EXE_SUFFIX);
        let own =
            std::env::current_exe().map_err(|why| format!("this program does not know where it stands: {why}"))?;
        let program = own.parent().map(|folder| folder.join(&name)).filter(|program| program.is_file());
        let program = program
            .ok_or_else(|| format!("{name} does not stand beside keyholderd; build or install both together"))?;
        Ok(Self { program, home })
    }

    /// `keyholder ARGUMENTS…`, not started yet; it ends when it is dropped.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).env("KEYHOLDER_HOME", &self.home).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Runs it and gives what it printed.
    ///
    /// # Errors
    /// One sentence if it failed.
    pub(super) async fn run(&self, arguments: &[&str]) -> Result<String, String> {
        let shown = arguments.join(" ");
        let output = self
            .command(arguments)
            .output()
            .await
            .map_err(|why| format!("keyholder {shown} cannot be started: {why}"))?;
        if !output.status.success() {
            return Err(format!("keyholder {shown} failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs it with `--json` and reads its answer.
    ///
    /// # Errors
    /// One sentence if it failed or answered something else.
    pub(super) async fn read<T: DeserializeOwned>(&self, arguments: &[&str]) -> Result<T, String> {
        let text = self.run(&[&["--json"], arguments].concat()).await?;
        serde_json::from_str(&text)
            .map_err(|why| format!("keyholder {} answered unexpectedly: {why}", arguments.join(" ")))
    }
}
