//! In which order open questions are shown.

use crate::question::Question;

/// An open question and its place in the queue of its app.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Queued {
    /// The question.
    pub question: Question,
    /// Its place among the questions of its app, from 1.
    pub position: usize,
    /// How many questions of its app are open.
    pub of: usize,
}

/// Puts questions, which come oldest first, in the order in which they are shown: the first of each app, then the second of each,
/// and so on, the oldest first among equals. An app that asks a lot keeps no other waiting, and a new question never comes before
/// the one at the head.
pub(crate) fn queued(questions: &[&Question]) -> Vec<Queued> {
    let mut queue: Vec<Queued> = Vec::new();
    for &question in questions {
        let position = 1 + queue.iter().filter(|earlier| earlier.question.app == question.app).count();
        let of = questions.iter().filter(|other| other.app == question.app).count();
        queue.push(Queued { question: question.clone(), position, of });
    }
    // Stable: equals stay oldest first.
    queue.sort_by_key(|queued| queued.position);
    queue
}
