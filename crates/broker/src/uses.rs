//! How often rules that came from answers decided: counted where they decide, written down now and then.

use crate::broker::Broker;
use keyholder_model::clock::Timestamp;
use keyholder_model::id::RuleId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How many uses of each rule stand in the settings already, of those since the broker started.
#[derive(Default)]
pub(crate) struct Counted(Mutex<HashMap<RuleId, u64>>);

impl Counted {
    /// The uses that are not written down yet.
    fn left(&self, id: RuleId, used: u64) -> u64 {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        used.saturating_sub(counted.get(&id).copied().unwrap_or(0))
    }

    fn note(&self, id: RuleId, uses: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_insert(0) += uses;
    }
}

impl Broker {
    /// Writes down how often rules decided since this was last done.
    pub(crate) fn write_down_counts(&self) {
        for answer in &self.known_book().answers {
            let Some(life) = self.life_of(answer.id) else { continue };
            let left = self.shelf.counted.left(answer.id, life.used());
            if left == 0 {
                continue;
            }
            match self.settings.count_uses(&answer.id.to_string(), left, life.last_used()) {
                Ok(()) => self.shelf.counted.note(answer.id, left),
                Err(why) => tracing::warn!(%why, "the uses of a rule could not be counted"),
            }
        }
    }

    /// How often each kept rule decided, ever, and when it last did. Only for showing: anybody can write into the settings.
    pub(crate) fn uses_of_rules(&self) -> HashMap<String, (u64, Option<Timestamp>)> {
        let written = self.settings.uses().unwrap_or_default().into_iter();
        let mut uses: HashMap<_, _> = written.map(|rule| (rule.id, (rule.uses, Some(rule.last_used)))).collect();
        for answer in &self.known_book().answers {
            let Some(life) = self.life_of(answer.id).filter(|life| life.used() > 0) else { continue };
            let left = self.shelf.counted.left(answer.id, life.used());
            let entry = uses.entry(answer.id.to_string()).or_insert((0, None));
            *entry = (entry.0.saturating_add(left), entry.1.max(Some(life.last_used())));
        }
        uses
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyholder_model::clock::{FakeClock, FakeRng};

    #[test]
    fn no_use_is_written_down_twice() {
        let id = RuleId::make(&FakeClock::at(Timestamp::from_millis(1)), &FakeRng::default());
        let counted = Counted::default();
        assert_eq!(counted.left(id, 3), 3);
        counted.note(id, 3);
        assert_eq!((counted.left(id, 3), counted.left(id, 5)), (0, 2));
        counted.note(id, 2);
        assert_eq!(counted.left(id, 5), 0);
    }
}
