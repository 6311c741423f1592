//! The face's channel to the broker that started it: orders go out, replies and news come in. It has no name and no address, so
//! nobody else can speak on it.

use keyholder_console::error::{Code, ConsoleError};
use keyholder_console::news::News;
use keyholder_console::order::{Answer, Ask, Order, Reply};
use keyholder_wire::frame::{Header, Kind, read_frame, write_frame};
use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One end of it. Clones are the same end.
#[derive(Clone)]
pub struct Channel {
    ends: Arc<Ends>,
}

struct Ends {
    to: Mutex<Box<dyn Write + Send>>,
    under_way: Mutex<UnderWay>,
}

/// Orders that wait for their reply.
#[derive(Default)]
struct UnderWay {
    last: u64,
    has_ended: bool,
    waiting: HashMap<u64, Sender<Reply>>,
}

impl Channel {
    /// Begins to listen, on a thread of its own. `on_news` is called there, in the order in which news come: it returns soon and
    /// gives no orders. `on_end` is called once, when the broker closes its end or what it sends cannot be read.
    pub fn open(
        from: impl Read + Send + 'static,
        to: impl Write + Send + 'static,
        on_news: impl Fn(News) + Send + 'static,
        on_end: impl FnOnce() + Send + 'static,
    ) -> Self {
        let ends = Arc::new(Ends { to: Mutex::new(Box::new(to)), under_way: Mutex::default() });
        let listening = Arc::clone(&ends);
        std::thread::spawn(move || {
            match listening.listen(from, on_news) {
                Ok(()) => tracing::info!("the broker closed the channel"),
                Err(why) => tracing::error!("the channel to the broker cannot be read on: {why}"),
            }
            listening.end();
            on_end();
        });
        Self { ends }
    }

    /// Gives an order and waits for what comes of it. That may take as long as the person takes.
    ///
    /// # Errors
    /// What the broker says; [`Code::Invalid`] for an order that is too long to be sent; [`Code::Internal`] once the broker is
    /// gone.
    pub fn order(&self, order: Order) -> Result<Answer, ConsoleError> {
        let name = order.name();
        let unfit = |why: String| ConsoleError::new(Code::Invalid).about(name).because(why);
        let payload = serde_json::to_vec(&Ask::new(order)).map_err(|why| unfit(why.to_string()))?;
        let (reply, received) = mpsc::channel();
        let sequence = self.ends.enqueue(reply).ok_or_else(gone)?;
        let header = Header::of(Kind::Order, sequence, &payload).map_err(|why| {
            self.ends.forget(sequence);
            unfit(why.to_string())
        })?;
        if let Err(why) = write_frame(&mut *lock(&self.ends.to), header, &payload) {
            tracing::error!("the channel to the broker cannot be written to: {why}");
            // Part of a frame may be out: whatever followed it would be read as its rest.
            self.ends.end();
            return Err(gone());
        }
        received.recv().map_err(|_| gone())?.into()
    }
}

impl Ends {
    fn listen(&self, mut from: impl Read, on_news: impl Fn(News)) -> io::Result<()> {
        let mut payload = Vec::new();
        while let Some(Header { kind, sequence, .. }) = read_frame(&mut from, &mut payload)? {
            match kind {
                Kind::News if sequence == 0 => on_news(serde_json::from_slice(&payload)?),
                Kind::Result => {
                    let reply = serde_json::from_slice(&payload)?;
                    let waiting = self.forget(sequence).ok_or_else(|| out_of_step("a reply to no order"))?;
                    // Whoever gave the order waits for as long as it takes.
                    let _ = waiting.send(reply);
                }
                _ => return Err(out_of_step("a frame that does not belong here")),
            }
        }
        Ok(())
    }

    /// The order's sequence; none after the end.
    fn enqueue(&self, reply: Sender<Reply>) -> Option<u64> {
        let mut under_way = lock(&self.under_way);
        if under_way.has_ended {
            return None;
        }
        under_way.last += 1;
        let sequence = under_way.last;
        under_way.waiting.insert(sequence, reply);
        Some(sequence)
    }

    fn forget(&self, sequence: u64) -> Option<Sender<Reply>> {
        lock(&self.under_way).waiting.remove(&sequence)
    }

    /// Whoever still waits hears that the broker is gone.
    fn end(&self) {
        let mut under_way = lock(&self.under_way);
        under_way.has_ended = true;
        under_way.waiting.clear();
    }
}

fn gone() -> ConsoleError {
    ConsoleError::new(Code::Internal).because("the broker is gone")
}

fn out_of_step(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// No code that can fail runs while one of these is held.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
