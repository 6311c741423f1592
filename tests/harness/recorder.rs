//! What went through a pipe, kept for later.

use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};

/// A growing record of bytes, shared with the thread that reads them.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Arc<Mutex<Vec<u8>>>);

impl Recorder {
    /// Reads `pipe` to its end on a thread of its own.
    pub fn follow(mut pipe: impl Read + Send + 'static) -> Self {
        let recorder = Self::default();
        let own = recorder.clone();
        std::thread::spawn(move || {
            let mut piece = [0; 4_096];
            while let Ok(read) = pipe.read(&mut piece) {
                if read == 0 {
                    return;
                }
                own.add(&piece[..read]);
            }
        });
        recorder
    }

    /// Keeps more.
    pub fn add(&self, bytes: &[u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
    }

    /// Everything so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Everything so far, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }
}
