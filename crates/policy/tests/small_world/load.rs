//! A small world's rules, put where rules come from and loaded as the broker does.

use super::event::START;
use super::rule::Simple;
use keyholder_policy::{Confirmed, Life, Limits, Policy, Remembered, Sources};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// All rules of all layers but the shipped one.
#[derive(Clone, Debug, Default)]
pub struct World {
    pub managed: Vec<Simple>,
    pub person: Vec<Filed>,
    /// Whether the person's files are held against what was confirmed of them.
    pub is_pinned: bool,
    pub remembered: Vec<Kept>,
}

/// A rule of the person's files.
#[derive(Clone, Debug)]
pub struct Filed {
    pub rule: Simple,
    /// Whether it stands in its file now.
    pub is_written: bool,
    /// Whether it stood there when the person last confirmed the files.
    pub is_confirmed: bool,
}

/// A remembered answer.
#[derive(Clone, Debug)]
pub struct Kept {
    pub rule: Simple,
    pub limits: Limits,
}

/// A world on disk.
#[derive(Debug)]
pub struct Place {
    directory: TempDir,
    pub sources: Sources,
}

impl World {
    pub fn len(&self) -> usize {
        self.managed.len() + self.person.len() + self.remembered.len()
    }

    /// The world with one rule less.
    #[must_use]
    pub fn without(&self, place: usize) -> Self {
        let mut smaller = self.clone();
        if place < self.managed.len() {
            smaller.managed.remove(place);
        } else if place < self.managed.len() + self.person.len() {
            smaller.person.remove(place - self.managed.len());
        } else {
            smaller.remembered.remove(place - self.managed.len() - self.person.len());
        }
        smaller
    }

    /// Its rules, where rules are read.
    pub fn settle(&self) -> Place {
        let directory = tempfile::tempdir().expect("a directory");
        let (managed, person) = (directory.path().join("managed"), directory.path().join("person"));
        let managed_rules: Vec<_> = self.managed.iter().enumerate().collect();
        write(&managed, &[("m.cedar", managed_rules)]);
        let confirmed = if self.is_pinned {
            write(&person, &self.files(|filed| filed.is_confirmed));
            Confirmed::Only(Policy::load(&Sources { person: person.clone(), ..Sources::default() }).written())
        } else {
            Confirmed::Everything
        };
        write(&person, &self.files(|filed| filed.is_written));
        let life = |kept: &Kept| Arc::new(Life::new(kept.limits, START));
        let remembered = |(place, kept): (usize, &Kept)| Remembered {
            id: place.to_string(),
            text: kept.rule.text(),
            life: life(kept),
        };
        let remembered = self.remembered.iter().enumerate().map(remembered).collect();
        Place {
            sources: Sources { person, confirmed, managed: Some(managed), remembered, ..Sources::default() },
            directory,
        }
    }

    /// The person's two files: even places stand in one, odd ones in the other.
    fn files(&self, chosen: impl Fn(&Filed) -> bool) -> [(&'static str, Vec<(usize, &Simple)>); 2] {
        let (even, odd) = self
            .person
            .iter()
            .enumerate()
            .filter(|(_, filed)| chosen(filed))
            .map(|(place, filed)| (place, &filed.rule))
            .partition(|(place, _)| place % 2 == 0);
        [("even.cedar", even), ("odd.cedar", odd)]
    }
}

impl Place {
    pub fn path(&self) -> &Path {
        self.directory.path()
    }
}

fn write(directory: &Path, files: &[(&str, Vec<(usize, &Simple)>)]) {
    std::fs::create_dir_all(directory).expect("a directory");
    for (name, rules) in files {
        let text =
            rules.iter().map(|(place, rule)| format!("@id(\"r{place}\") {}", rule.text())).collect::<Vec<_>>().concat();
        std::fs::write(directory.join(name), text).expect("a file");
    }
}
