//! Exit codes: part of the interface (`keyholder --help` lists them), so they never change their meaning.

use keyholder_console::error::Code;
use std::process::ExitCode;

/// How the command ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Exit {
    Ok = 0,
    General = 1,
    Usage = 2,
    NotFound = 3,
    SignInNeeded = 4,
    Denied = 5,
    TimedOut = 6,
    NotRunning = 7,
    Keychain = 8,
    Config = 9,
    Network = 10,
    Upstream = 11,
    Conflict = 12,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<Code> for Exit {
    fn from(code: Code) -> Self {
        match code {
            Code::Conflict => Self::Conflict,
            Code::ConfigInvalid => Self::Config,
            Code::Denied | Code::NoFace => Self::Denied,
            Code::Internal | Code::TooSoon | Code::Version => Self::General,
            Code::Invalid => Self::Usage,
            Code::Keychain | Code::Locked => Self::Keychain,
            Code::Network => Self::Network,
            Code::NotFound => Self::NotFound,
            Code::SignInNeeded => Self::SignInNeeded,
            Code::TimedOut => Self::TimedOut,
            Code::Upstream => Self::Upstream,
        }
    }
}

/// For `keyholder --help`.
pub(crate) const TABLE: &str = "\
Exit codes: 0 done, 1 general, 2 usage, 3 not found, 4 needs sign-in, 5 denied by you or a rule, 6 timed out,
7 not running, 8 keychain unavailable or locked, 9 configuration invalid, 10 network, 11 server error, 12 conflict";
