//! A real authorization server and a real protected MCP server, as `tests/lab` has them, and a person at a browser who signs in.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use tempfile::TempDir;

use crate::patience::{LONG, within};
use crate::programs::tethered;
use crate::recorder::Recorder;

/// The servers. They end with it.
#[derive(Debug)]
pub struct Lab {
    /// Where the MCP server is.
    pub url: String,
    /// Where people sign in.
    pub issuer: String,
    /// What opens web pages, signs in and agrees: `BROWSER` points to it.
    pub browser: PathBuf,
    servers: Vec<Child>,
    _folder: TempDir,
}

impl Lab {
    /// Starts both.
    ///
    /// # Panics
    /// If Node or the packages of `tests/lab` are not installed (`./dev setup`).
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// Starts both with these settings (the heads of `tests/lab/*.mjs` say which there are).
    ///
    /// # Panics
    /// As [`Self::start`].
    pub fn with(settings: &[(&str, &str)]) -> Self {
        let (issuer, authorization) = serve("as-oidc-provider.mjs", &[], settings);
        Self::behind(&issuer, issuer.clone(), authorization, settings)
    }

    /// Starts an organisation, an authorization server that takes its word, and the MCP server behind that. The organisation's
    /// issuer is then [`Self::issuer`].
    ///
    /// # Panics
    /// As [`Self::start`].
    pub fn of_an_organisation(settings: &[(&str, &str)]) -> Self {
        let (base, both) = serve("as-enterprise.mjs", &[], settings);
        Self::behind(&format!("{base}/ras"), format!("{base}/idp"), both, settings)
    }

    fn behind(authorization_server: &str, issuer: String, authorization: Child, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::Builder::new().prefix("khl-").tempdir_in("/tmp").expect("/tmp takes a folder");
        let (server, mcp) = serve("mcp-server-2026.mjs", &[authorization_server], settings);
        let browser = folder.path().join("browser");
        let program = tests().join("conformance/fake-browser.mjs");
        let script = format!(
            "#!/bin/sh\nFAKE_BROWSER_DELAY=0 FAKE_BROWSER_LOG={}/log exec {} {} \"$@\"\n",
            folder.path().display(),
            node().display(),
            program.display()
        );
        fs::write(&browser, script).expect("the folder is ours");
        fs::set_permissions(&browser, fs::Permissions::from_mode(0o700)).expect("and the file");
        Self { url: format!("{server}/mcp"), issuer, browser, servers: vec![authorization, mcp], _folder: folder }
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for mut server in self.servers.drain(..) {
            // It may have ended; there is nobody left to tell.
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

/// Starts a program of the lab on a free port, and waits until it says that it is ready.
fn serve(script: &str, more: &[&str], settings: &[(&str, &str)]) -> (String, Child) {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("loopback has ports").port();
    let mut command = tethered(&node());
    command.arg(tests().join("lab").join(script)).arg(port.to_string()).args(more).envs(settings.iter().copied());
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("Node is installed");
    // Followed to its end: a program that finds nobody to hear it dies of it.
    let said = Recorder::follow(child.stdout.take().expect("its stdout is piped"));
    let ready = within(LONG, || said.text().contains(" ready http").then_some(()));
    assert!(ready.is_some(), "{script} does not start: is tests/lab installed (./dev setup)?");
    (format!("http://127.0.0.1:{port}"), child)
}

/// The Node that `./dev` found or brought.
fn node() -> PathBuf {
    std::env::var_os("NODE").map_or_else(|| PathBuf::from("node"), PathBuf::from)
}

fn tests() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
