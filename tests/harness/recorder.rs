//! What went through a pipe, kept for later.

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::patience::eventually;

/// A growing record of bytes, shared with the thread that reads them.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    bytes: Arc<Mutex<Vec<u8>>>,
    ended: Arc<AtomicBool>,
}

impl Recorder {
    /// Reads `pipe` to its end on a thread of its own.
    pub fn follow(mut pipe: impl Read + Send + 'static) -> Self {
        let recorder = Self::default();
        let own = recorder.clone();
        std::thread::spawn(move || {
            let mut piece = [0; 4_096];
            while let Ok(read @ 1..) = pipe.read(&mut piece) {
                own.add(&piece[..read]);
            }
            own.ended.store(true, Ordering::Release);
        });
        recorder
    }

    /// Keeps more.
    pub fn add(&self, bytes: &[u8]) {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
    }

    /// Everything so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Everything, as text, once the pipe has ended.
    pub fn whole_text(&self) -> String {
        eventually("the pipe's end", || self.ended.load(Ordering::Acquire).then(|| self.text()))
    }

    /// Everything so far, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }
}
