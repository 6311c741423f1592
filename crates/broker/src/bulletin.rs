//! What changed since somebody last looked: a number a subject, so that a thousand calls are one piece of news.

use keyholder_approval::{Approver, Ending, Paused, Question, Reachable};
use keyholder_audit::Event;
use keyholder_console::news::Subject;
use keyholder_model::id::QuestionId;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Notify;

const SUBJECTS: usize = Subject::ALL.len();

/// How often each subject has changed. Posting costs an addition while nobody waits.
#[derive(Default)]
pub(crate) struct Bulletin {
    changed: [AtomicU64; SUBJECTS],
    posted: Notify,
}

/// Somebody who follows some of the subjects.
pub struct Reader {
    bulletin: Arc<Bulletin>,
    wanted: Vec<Subject>,
    seen: [u64; SUBJECTS],
}

impl Bulletin {
    /// Something about this subject is no longer as it was shown.
    pub(crate) fn post(&self, subject: Subject) {
        if let Some(changed) = self.of(subject) {
            changed.fetch_add(1, Ordering::Relaxed);
            self.posted.notify_waiters();
        }
    }

    /// Everything may be old.
    pub(crate) fn post_all(&self) {
        for subject in Subject::ALL {
            self.post(subject);
        }
    }

    /// What a note in the log says about what is shown.
    pub(crate) fn post_event(&self, event: Event) {
        self.post(Subject::Activity);
        match event {
            Event::Admit | Event::Review => {
                self.post(Subject::Reviews);
                self.post(Subject::Servers);
            }
            Event::ChangeRule | Event::ConfirmRules => self.post(Subject::Rules),
            Event::Connect | Event::Disconnect | Event::Lock | Event::Mode | Event::Unlock => {
                self.post(Subject::Status);
            }
            // Whatever else happens may show in a list of servers: sign-ins, times of use.
            _ => self.post(Subject::Servers),
        }
    }

    /// Begins to follow these subjects.
    pub(crate) fn read(self: &Arc<Self>, wanted: &[Subject]) -> Reader {
        let mut reader = Reader { bulletin: Arc::clone(self), wanted: wanted.to_vec(), seen: [0; SUBJECTS] };
        reader.take();
        reader
    }

    fn of(&self, subject: Subject) -> Option<&AtomicU64> {
        let place = Subject::ALL.iter().position(|other| *other == subject)?;
        self.changed.get(place)
    }
}

impl Reader {
    /// Waits until some of the subjects changed, and says which.
    pub async fn next(&mut self) -> Vec<Subject> {
        loop {
            let bulletin = Arc::clone(&self.bulletin);
            let posted = bulletin.posted.notified();
            tokio::pin!(posted);
            // What is posted while we look must wake us.
            posted.as_mut().enable();
            let changed = self.take();
            if !changed.is_empty() {
                return changed;
            }
            posted.await;
        }
    }

    fn take(&mut self) -> Vec<Subject> {
        let wanted = &self.wanted;
        let numbers = Subject::ALL.into_iter().zip(&self.bulletin.changed).zip(&mut self.seen);
        let changed = numbers.filter_map(|((subject, now), seen)| {
            let now = now.load(Ordering::Relaxed);
            let is_new = std::mem::replace(seen, now) != now && wanted.contains(&subject);
            is_new.then_some(subject)
        });
        changed.collect()
    }
}

/// A face whose questions are posted too.
pub(crate) struct Posted {
    pub(crate) approver: Arc<dyn Approver>,
    pub(crate) bulletin: Arc<Bulletin>,
}

impl Approver for Posted {
    fn show(&self, question: &Question) {
        self.approver.show(question);
        self.bulletin.post(Subject::Questions);
    }

    fn withdraw(&self, id: QuestionId, ending: Ending) {
        self.approver.withdraw(id, ending);
        self.bulletin.post(Subject::Questions);
    }

    fn can_ask(&self) -> Reachable {
        self.approver.can_ask()
    }

    fn paused(&self, paused: &Paused) {
        self.approver.paused(paused);
        self.bulletin.post(Subject::Questions);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn many_changes_of_one_subject_are_one_piece_of_news_for_each_reader() {
        let bulletin = Arc::new(Bulletin::default());
        bulletin.post(Subject::Rules);
        let (mut all, mut some) = (bulletin.read(&Subject::ALL), bulletin.read(&[Subject::Status]));
        for _ in 0..1000 {
            bulletin.post(Subject::Activity);
        }
        bulletin.post(Subject::Status);
        assert_eq!(all.next().await, [Subject::Activity, Subject::Status], "what came before is not news");
        assert_eq!(some.next().await, [Subject::Status]);
        bulletin.post_all();
        assert_eq!(all.next().await, Subject::ALL);
    }

    #[tokio::test]
    async fn a_reader_that_waits_is_woken() {
        let bulletin = Arc::new(Bulletin::default());
        let mut reader = bulletin.read(&[Subject::Questions]);
        let waiting = tokio::spawn(async move { reader.next().await });
        while !waiting.is_finished() {
            bulletin.post(Subject::Activity);
            bulletin.post(Subject::Questions);
            tokio::task::yield_now().await;
        }
        assert_eq!(waiting.await.unwrap(), [Subject::Questions]);
    }
}
