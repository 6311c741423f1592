//! The practice servers, for stories that are not async.

use std::ops::Deref;
use std::sync::Arc;

use keyholder_demo::{Options, Practice};
use keyholder_model::clock::{SystemClock, SystemRng};
use tokio::runtime::Runtime;

/// Running practice servers. Everything of [`Practice`] can be called on it.
#[derive(Debug)]
pub struct Servers {
    practice: Practice,
    // Last: the servers are told to stop before their threads go.
    _runtime: Runtime,
}

impl Servers {
    /// Starts them; `change` sets what differs from [`Options::new`].
    pub fn start(change: impl FnOnce(&mut Options)) -> Self {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).enable_all().build().expect("the machine has threads");
        let mut options = Options::new(Arc::new(SystemClock::new()), Arc::new(SystemRng));
        change(&mut options);
        let practice = runtime.block_on(Practice::start(options)).expect("loopback has ports");
        Self { practice, _runtime: runtime }
    }
}

impl Deref for Servers {
    type Target = Practice;

    fn deref(&self) -> &Practice {
        &self.practice
    }
}
