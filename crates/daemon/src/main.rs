//! `keyholderd`: the broker's program. One per user; started by the first bridge, at login, or by hand.
//!
//! Started in a terminal it asks there; else in Keyholder's own window, which is a program of its own; with neither, what needs a
//! person is refused. It links no window library: the process that holds tokens never draws a server's text.

mod browser;
mod demo;
mod face;
mod hardening;
mod journal;
mod layout;
mod notices;
mod screen;
mod terminal;
mod tray;
mod unattended;
mod user;
mod window;

use clap::{Parser, ValueEnum};
use face::{Face, Started};
use keyholder_broker::door::listener::{self, DoorError};
use keyholder_broker::{Broker, IdleExit, Parts, VaultChoice};
use keyholder_model::clock::{SystemClock, SystemRng};
use keyholder_wire::place::Places;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// A broker that a bridge woke leaves when nobody has come for this long.
const WOKEN_IDLE_EXIT: Duration = Duration::from_mins(10);

/// Keyholder's broker: holds the credentials, decides what may run, asks you, keeps the log.
#[derive(Parser, Debug)]
#[command(name = "keyholderd", version, after_help = EXAMPLES)]
struct Arguments {
    /// Leave after this many seconds without a bridge
    #[arg(long, value_name = "SECONDS")]
    idle_exit: Option<u64>,

    /// Where credentials are kept
    #[arg(long, value_enum, default_value_t = VaultKind::Keychain)]
    vault: VaultKind,

    /// Ask nobody: what needs you is refused
    #[arg(long)]
    no_ask: bool,

    /// Started by a bridge: detach, and leave when idle
    #[arg(long, hide = true)]
    woken: bool,

    /// Show what Keyholder does, with practice servers on this machine
    #[arg(long)]
    demo: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum VaultKind {
    /// The operating system's keychain
    Keychain,
    /// A file sealed with the passphrase in `KEYHOLDER_VAULT_PASSPHRASE_FILE`
    File,
}

const EXAMPLES: &str = "Examples:
  keyholderd                    ask in this terminal
  keyholderd --no-ask           ask nobody: only what your rules allow runs
  keyholderd --demo             sign-in, a question, the log and a revocation in one minute";

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    keyholder_wire::hardening::close_to_debuggers();
    if arguments.woken {
        hardening::leave_the_terminal();
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(why) => return complain(&format!("the system gives no event loop: {why}")),
    };
    let outcome = runtime.block_on(async { if arguments.demo { demo::show().await } else { serve(&arguments).await } });
    // A blocked keychain prompt must not keep the program alive.
    runtime.shutdown_timeout(Duration::from_secs(1));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => complain(&sentence),
    }
}

async fn serve(arguments: &Arguments) -> Result<(), String> {
    let places = Places::find(&|name| std::env::var_os(name)).map_err(|why| why.to_string())?;
    journal::open(&places, if arguments.woken { journal::Into::File } else { journal::Into::Terminal })?;
    let doors = match listener::open(&places) {
        Ok(doors) => doors,
        // Several bridges woke one each: the first has the work, the others have nothing to do.
        Err(DoorError::AlreadyRunning) if arguments.woken => return Ok(()),
        Err(why) => return Err(why.to_string()),
    };
    let clock = Arc::new(SystemClock::new());
    let face = match (arguments.no_ask, arguments.woken) {
        (true, _) => Face::nowhere("keyholderd was started with --no-ask."),
        (false, true) => Face::find(Started::Woken, &clock),
        (false, false) => Face::find(Started::ByHand, &clock),
    };
    let idle_exit = IdleExit {
        said: arguments.idle_exit.map(Duration::from_secs),
        otherwise: arguments.woken.then_some(WOKEN_IDLE_EXIT),
    };
    let screen = Arc::new(screen::Screen::watch());
    let broker = Broker::build(Parts {
        places,
        person: user::name(|variable| std::env::var(variable).ok()),
        screen: Arc::<screen::Screen>::clone(&screen),
        approver: face.approver(),
        windows: face.windows(),
        face: face.view(),
        browser: Arc::new(browser::Opener::find(&|name| std::env::var_os(name))),
        vault: vault(arguments)?,
        clock,
        rng: Arc::new(SystemRng),
        idle_exit,
    })
    .map_err(|why| why.to_string())?;
    face.attend(&broker, screen);
    if arguments.woken {
        hardening::close_standard_error();
    }
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "keyholderd is ready");
    broker.run(doors, until_told_to_stop()).await;
    Ok(())
}

fn vault(arguments: &Arguments) -> Result<VaultChoice, String> {
    match arguments.vault {
        VaultKind::Keychain => Ok(VaultChoice::Keychain),
        VaultKind::File => match std::env::var_os("KEYHOLDER_VAULT_PASSPHRASE_FILE") {
            Some(file) => Ok(VaultChoice::File { passphrase_file: PathBuf::from(file) }),
            None => Err("--vault file needs KEYHOLDER_VAULT_PASSPHRASE_FILE, the file with the passphrase".to_owned()),
        },
    }
}

/// SIGTERM, SIGINT or SIGHUP; Ctrl-C elsewhere.
async fn until_told_to_stop() {
    hardening::told_to_stop().await;
}

fn complain(sentence: &str) -> ExitCode {
    journal::complain(&format!("keyholderd: {sentence}"));
    ExitCode::FAILURE
}
