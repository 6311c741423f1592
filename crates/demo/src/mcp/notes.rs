//! A few notes, in memory.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Notes that are kept.
const MOST_NOTES: usize = 1_000;

/// The notes, by number.
#[derive(Debug)]
pub(crate) struct Notes {
    notes: BTreeMap<u64, Note>,
    next: u64,
}

#[derive(Debug)]
struct Note {
    title: String,
    text: String,
}

impl Default for Notes {
    fn default() -> Self {
        let mut notes = Self { notes: BTreeMap::new(), next: 1 };
        notes.add("Shopping", "Oats, pears, a new padlock.");
        notes.add("Spare key", "It is with the neighbour, not under the mat.");
        notes
    }
}

impl Notes {
    /// Adds a note and tells its number; none where there are too many.
    pub(super) fn add(&mut self, title: &str, text: &str) -> Option<u64> {
        if self.notes.len() >= MOST_NOTES {
            return None;
        }
        let id = self.next;
        self.next += 1;
        self.notes.insert(id, Note { title: title.to_owned(), text: text.to_owned() });
        Some(id)
    }

    pub(super) fn delete(&mut self, id: u64) -> bool {
        self.notes.remove(&id).is_some()
    }

    /// Title and text.
    pub(super) fn read(&self, id: u64) -> Option<(&str, &str)> {
        self.notes.get(&id).map(|note| (note.title.as_str(), note.text.as_str()))
    }

    pub(super) fn list(&self) -> Value {
        self.notes.iter().map(|(id, note)| json!({ "id": id, "title": note.title })).collect()
    }

    /// As `resources/list` shows them.
    pub(super) fn resources(&self) -> Value {
        let resource = |(id, note): (&u64, &Note)| json!({ "uri": format!("note:///{id}"), "name": note.title, "mimeType": "text/plain" });
        self.notes.iter().map(resource).collect()
    }
}
