//! Everything together: servers, session, home, browser.

use std::process::{Command, Output};

use keyholder_demo::{Options, Person};

use crate::programs::program;
use crate::{Broker, Browser, Canary, Desktop, Finding, Home, Host, Mood, Servers};

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

    /// Runs `keyholder ARGUMENTS…` to its end.
    pub fn keyholder(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(program("keyholder"));
        command.args(arguments).env_clear().envs(self.environment());
        command.output().expect("keyholder can be started")
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
