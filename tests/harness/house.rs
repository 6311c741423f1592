//! Everything together: servers, session, home, browser.

use std::process::{Command, Output};

use keyholder_demo::{Options, Person};
use keyholder_model::digest::Digest;

use crate::programs::program;
use crate::{Broker, Browser, Canary, Desktop, Finding, Home, Host, Markers, Mood, Servers, Terminal};

/// A rule for stories about calls in a signed-in session: connecting needs no question in them.
pub const CONNECTING_RUNS: &str = "permit(principal, action == Action::\"connect_unattended\", resource);\n";

/// A machine with Keyholder on it, and servers to use it with.
#[derive(Debug)]
pub struct House {
    /// The practice servers. Their person answers at the page, through the browser.
    pub servers: Servers,
    /// Keyholder's own folder. It stands before `desktop` so that its brokers end while they still have a bus.
    pub home: Home,
    /// The login session.
    pub desktop: Desktop,
    /// The person at the browser, who allows.
    pub browser: Browser,
}

impl House {
    /// With a keychain and servers of both eras.
    pub fn open() -> Self {
        Self::with(|_| {})
    }

    /// With a keychain, and servers as `change` has it.
    pub fn with(change: impl FnOnce(&mut Options)) -> Self {
        Self::on(Desktop::with_keychain(), change)
    }

    /// On a machine that has no keychain.
    pub fn without_keychain() -> Self {
        Self::on(Desktop::none(), |_| {})
    }

    fn on(desktop: Desktop, change: impl FnOnce(&mut Options)) -> Self {
        let servers = Servers::start(|options| {
            options.person = Person::Page;
            change(options);
        });
        Self { servers, home: Home::new(), desktop, browser: Browser::new(Mood::Allow) }
    }

    /// What every program of this house is started with, and nothing else.
    pub fn environment(&self) -> Vec<(String, String)> {
        let mut environment = Broker::environment(&self.desktop, &self.home);
        environment.push(("BROWSER".to_owned(), self.browser.program().display().to_string()));
        environment
    }

    /// A host with a bridge for the practice server; it wakes the broker.
    pub fn host(&self) -> Host {
        self.host_with(&[&self.servers.server_url()])
    }

    /// A host with `keyholder bridge ARGUMENTS…`.
    pub fn host_with(&self, arguments: &[&str]) -> Host {
        Host::start(&self.environment(), arguments)
    }

    /// A broker that the story holds; bridges then find it running.
    pub fn broker(&self, arguments: &[&str]) -> Broker {
        Broker::start(&self.home, &self.environment(), arguments)
    }

    /// A broker in a terminal of its own, with a person at it.
    pub fn terminal(&self) -> Terminal {
        Terminal::start(&self.home, &self.environment(), &[])
    }

    /// A person at a terminal, and a host that is signed in at `notes`, under these rules.
    pub fn with_a_person(&self, rules: &str) -> (Terminal, Host) {
        self.home.policy(rules);
        self.know_server("notes");
        let terminal = self.terminal();
        let mut host = self.host_with(&["notes"]);
        host.initialize();
        host.sign_in();
        (terminal, host)
    }

    /// These rules, and `notes` in the configuration, unless one was written before.
    pub(crate) fn know_notes(&self, rules: &str) {
        self.home.policy(rules);
        if !self.home.path().join("config/config.toml").exists() {
            self.know_server("notes");
        }
    }

    /// Puts the practice server into the configuration, as a person who has added it.
    pub fn know_server(&self, name: &str) {
        self.home.config(&format!("[servers.{name}]\nurl = \"{}\"\n", self.servers.server_url()));
    }

    /// Runs `keyholder ARGUMENTS…` to its end.
    pub fn keyholder(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(program("keyholder"));
        command.args(arguments).env_clear().envs(self.environment());
        command.output().expect("keyholder can be started")
    }

    /// Everything that the keychain holds for this home, secrets included.
    pub fn keychain(&self) -> String {
        // `dev.keyholder.` and the beginning of the home's digest: how the vault names a home's own items.
        let digest = Digest::of_parts(&[self.home.path().as_os_str().as_encoded_bytes()]).to_string();
        self.desktop.keychain_secrets(&format!("dev.keyholder.{}", &digest[..16]))
    }

    /// The access token that is live now, from the one place where it may lie.
    ///
    /// # Panics
    /// If there is none, or more than one.
    pub fn live_token(&self) -> String {
        let secrets = self.keychain();
        let marker = &Markers::default().0[0];
        let [_, token] = secrets.split(marker).collect::<Vec<_>>()[..] else {
            panic!("no single token in the keychain")
        };
        let end = token.find('"').expect("the item is JSON");
        format!("{marker}{}", &token[..end])
    }

    /// Every place of this house, and of this host, where a token was found although none may be.
    ///
    /// # Panics
    /// If a place cannot be searched: then nothing is proven.
    pub fn tokens_found(&self, host: &Host) -> Vec<Finding> {
        let canary = Canary::default();
        let mut findings = canary.search_files(self.home.path()).expect("the home can be searched");
        findings.extend(canary.search("the host's input", &host.received().bytes()));
        findings.extend(canary.search("the bridge's stderr", &host.stderr().bytes()));
        findings.extend(canary.search_process(host.pid()).expect("the bridge runs"));
        findings.extend(canary.search_memory(host.pid()).expect("the bridge's memory can be searched"));
        if let Some(broker) = self.home.broker_pid() {
            findings.extend(canary.search_process(broker).expect("the broker runs"));
        }
        findings.extend(canary.search("the browser's addresses", self.browser.visits().join("\n").as_bytes()));
        findings.extend(canary.search("the browser's pages", self.browser.landings().as_bytes()));
        findings
    }
}
