//! The floor: a window with a web view, and nothing behind it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use harness::{Screen, program, tethered};

/// An empty window, while this lives.
pub(crate) struct Empty {
    child: Child,
    /// From its start to its being painted.
    pub(crate) painted: Duration,
}

impl Empty {
    /// Opens one and waits until it is painted.
    pub(crate) fn open(screen: &Screen) -> Self {
        let start = Instant::now();
        let mut child = tethered(&program("examples/empty_view"))
            .env_clear()
            .envs(screen.environment().iter().cloned())
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it is built");
        let mut line = String::new();
        let said = child.stdout.take().expect("it is piped");
        BufReader::new(said).read_line(&mut line).expect("it says when it is painted");
        assert_eq!(line.trim(), "painted");
        Self { child, painted: start.elapsed() }
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Empty {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
