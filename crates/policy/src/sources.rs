//! Where rules come from: three layers and the shipped one, read with bounds.

use crate::error::{Problem, Weight};
use crate::life::Life;
use crate::parse::{self, Names, Rule};
use crate::rule::{Confirmed, ConfirmedRule, Effect, Origin, Standing};
use keyholder_model::untrusted;
use std::collections::HashSet;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Where rules come from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The person's directory, `config/policies`. That it does not exist is no fault.
    pub person: PathBuf,
    /// Which of the person's rules they confirmed.
    pub confirmed: Confirmed,
    /// The organisation's directory, `/etc/keyholder/policies`. It may only tighten: what it permits is ignored.
    pub managed: Option<PathBuf>,
    /// Why what the person decided is not known yet, in one sentence: until it is, everything is denied.
    pub unknown: Option<String>,
    /// Answers that the person gave for more than one call.
    pub remembered: Vec<Remembered>,
    /// Texts that stand in for files of the person's, confirmed as they are: for trying out what rules would say.
    pub extra: Vec<Extra>,
    /// The name of a file of the person's that is left out, with all that was confirmed of it.
    pub without: Option<String>,
}

/// A text that stands in for a file of the person's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Extra {
    /// The file's name.
    pub name: String,
    /// The rules in Cedar.
    pub text: String,
}

/// One answer that the person gave for more than one call, as a written rule.
#[derive(Clone, Debug)]
pub struct Remembered {
    /// Its id.
    pub id: String,
    /// Its text in Cedar.
    pub text: String,
    /// How long it lives.
    pub life: Arc<Life>,
}

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The rules in force, the strongest layer first.
    pub(crate) rules: Vec<Rule>,
    /// Rules of the person's files that allow more than the person confirmed: not in force.
    pub(crate) pending: Vec<Rule>,
    /// The person's rules as their files have them now.
    pub(crate) written: Vec<ConfirmedRule>,
    /// What is wrong.
    pub(crate) problems: Vec<Problem>,
    names: Names,
}

impl Found {
    fn parse(&mut self, text: &str, place: &str, file: &str, origin: &Origin) {
        parse::parse(text, place, file, origin, &mut self.names, &mut self.rules, &mut self.problems);
    }
}

/// All rules of all layers, and what is wrong with them.
pub(crate) fn read(sources: &Sources) -> Found {
    with_stack(|| read_here(sources))
        .unwrap_or_else(|why| Found { problems: vec![closes(&sources.person, why)], ..Found::default() })
}

/// Reads rules on a thread of their own: Cedar's parser needs tens of kilobytes of stack for each bracket within a bracket, more
/// than a worker thread may have left.
pub(crate) fn with_stack<T: Send>(read: impl FnOnce() -> T + Send) -> Result<T, String> {
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().name("rules".to_owned()).stack_size(READER_STACK);
        match reader.spawn_scoped(scope, read) {
            Ok(reader) => reader.join().map_err(|_| "the rules could not be read: the reader failed".to_owned()),
            Err(why) => Err(format!("the rules could not be read: {why}")),
        }
    })
}

fn read_here(sources: &Sources) -> Found {
    let mut found = Found::default();
    if let Some(managed) = &sources.managed {
        read_managed(managed, &mut found);
    }
    read_persons(sources, &mut found);
    for remembered in &sources.remembered {
        let before = found.rules.len();
        let place = format!("remembered {}", remembered.id);
        let file = format!("remembered rule {}", remembered.id);
        let origin = Origin::Remembered(remembered.id.clone());
        found.parse(&remembered.text, &place, &file, &origin);
        found.rules.iter_mut().skip(before).for_each(|rule| rule.life = Some(Arc::clone(&remembered.life)));
    }
    found.rules.extend(shipped().rules.iter().cloned());
    found.problems.extend(shipped().problems.iter().cloned());
    if found.rules.len() > MOST_RULES {
        found.problems.push(closes(&sources.person, format!("there are more than {MOST_RULES} rules")));
    }
    found
}

/// The shipped rules, parsed once. No rule of a file can have the name of one of them: its own begins with the file's.
fn shipped() -> &'static Found {
    static FOUND: OnceLock<Found> = OnceLock::new();
    FOUND.get_or_init(|| {
        let mut found = Found::default();
        for (place, text) in SHIPPED {
            found.parse(text, place, &format!("{place}.cedar"), &Origin::Shipped);
        }
        found
    })
}

fn read_managed(directory: &Path, found: &mut Found) {
    let place = Place { directory, prefix: "managed ", origin: Origin::Managed, without: None };
    let rules = read_directory(&place, found);
    let (permits, forbids) = rules.into_iter().partition::<Vec<_>, _>(|rule| rule.effect() == Effect::Permit);
    found.problems.extend(permits.iter().map(|rule| Problem {
        file: managed_file(rule),
        line: rule.line,
        message: "the managed layer may only forbid; this permit is ignored".to_owned(),
        weight: Weight::Ignores,
    }));
    found.rules.extend(forbids);
}

/// The person's own files, against what the person confirmed of them: what denies more counts at once, what allows more waits.
fn read_persons(sources: &Sources, found: &mut Found) {
    let without = sources.without.as_deref();
    let place = Place { directory: &sources.person, prefix: "", origin: Origin::Person, without };
    let mut rules = read_directory(&place, found);
    found.written = rules.iter().map(written).collect();
    let in_files = rules.len();
    for Extra { name, text } in &sources.extra {
        let origin = Origin::Person(sources.person.join(name));
        parse::parse(text, &plain(name), name, &origin, &mut found.names, &mut rules, &mut found.problems);
    }
    let Confirmed::Only(confirmed) = &sources.confirmed else { return found.rules.extend(rules) };
    let known: HashSet<_> = confirmed.iter().map(|rule| (rule.effect == Effect::Permit, rule.meaning)).collect();
    let present: HashSet<_> = rules.iter().map(|rule| (rule.effect() == Effect::Permit, rule.meaning)).collect();
    for (place, mut rule) in rules.into_iter().enumerate() {
        if place >= in_files || rule.effect() == Effect::Forbid || known.contains(&(true, rule.meaning)) {
            found.rules.push(rule);
        } else {
            rule.view.standing = Standing::Pending;
            found.pending.push(rule);
        }
    }
    let is_withdrawn = |rule: &&ConfirmedRule| {
        rule.effect == Effect::Forbid && without != Some(&rule.file) && !present.contains(&(false, rule.meaning))
    };
    let withdrawn = confirmed.iter().filter(is_withdrawn);
    for (number, rule) in withdrawn.enumerate() {
        let before = found.rules.len();
        let origin = Origin::Person(sources.person.join(&rule.file));
        let place = format!("withdrawn {} {}", plain(&rule.file), number + 1);
        found.parse(&rule.text, &place, &place, &origin);
        let restored = found.rules.get(before..).unwrap_or_default();
        if !restored.iter().any(|one| one.effect() == Effect::Forbid && one.meaning == rule.meaning) {
            // The text no longer says what was confirmed (another version of the rules' language): better closed than open.
            let message = "a rule that you confirmed was taken out of its file and cannot be restored".to_owned();
            found.problems.push(closes(&sources.person.join(&rule.file), message));
        }
        found.rules.iter_mut().skip(before).for_each(|rule| rule.view.standing = Standing::Withdrawn);
    }
}

fn written(rule: &Rule) -> ConfirmedRule {
    let file = match &rule.view.origin {
        Origin::Person(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        _ => String::new(),
    };
    ConfirmedRule { meaning: rule.meaning, effect: rule.effect(), text: rule.view.text.clone(), file }
}

/// A directory with rules files.
struct Place<'a> {
    directory: &'a Path,
    /// What the names of its rules begin with.
    prefix: &'a str,
    origin: fn(PathBuf) -> Origin,
    /// The name of a file that is left out.
    without: Option<&'a str>,
}

/// The `.cedar` files of one directory, in the order of their names.
fn read_directory(place: &Place<'_>, found: &mut Found) -> Vec<Rule> {
    let Place { directory, prefix, origin, without } = *place;
    let is_left_out = |file: &PathBuf| without.is_some_and(|name| file.file_name().is_some_and(|known| known == name));
    let (mut rules, mut bytes) = (Vec::new(), 0);
    let files = match list(directory) {
        Ok(files) => files.into_iter().filter(|file| !is_left_out(file)).collect::<Vec<_>>(),
        Err(why) if why.kind() == ErrorKind::NotFound => return rules,
        Err(why) => {
            found.problems.push(closes(directory, format!("the directory cannot be read: {why}")));
            return rules;
        }
    };
    if files.len() > MOST_FILES {
        found.problems.push(closes(directory, format!("there are more than {MOST_FILES} rules files")));
        return rules;
    }
    for file in files {
        match read_file(&file) {
            Ok(text) => {
                bytes += text.len();
                if bytes > MOST_BYTES_OF_ALL || rules.len() > MOST_RULES {
                    found.problems.push(closes(directory, "there are more rules than can be read".to_owned()));
                    return rules;
                }
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                let place = format!("{prefix}{}", plain(&name));
                let shown = file.display().to_string();
                parse::parse(
                    &text,
                    &place,
                    &shown,
                    &origin(file.clone()),
                    &mut found.names,
                    &mut rules,
                    &mut found.problems,
                );
            }
            Err(why) => found.problems.push(closes(&file, format!("the file cannot be read: {why}"))),
        }
    }
    rules
}

/// A file's name as the first part of its rules' names, in which it can pass for nothing else: no other layer, no second line.
fn plain(name: &str) -> String {
    let shown = untrusted::visible(name);
    if shown.contains(' ') { format!("\u{201c}{shown}\u{201d}") } else { shown }
}

fn list(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("cedar")) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read_file(file: &Path) -> std::io::Result<String> {
    // A pipe or a device in this place would block the broker.
    if !std::fs::metadata(file)?.is_file() {
        return Err(std::io::Error::new(ErrorKind::InvalidInput, "it is not a regular file"));
    }
    let mut text = String::new();
    std::fs::File::open(file)?.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(std::io::Error::new(ErrorKind::InvalidInput, "it is larger than 1 MiB"));
    }
    Ok(text)
}

fn managed_file(rule: &Rule) -> String {
    match &rule.view.origin {
        Origin::Managed(path) => untrusted::visible(&path.display().to_string()),
        _ => rule.view.id.clone(),
    }
}

fn closes(place: &Path, message: String) -> Problem {
    Problem { file: untrusted::visible(&place.display().to_string()), line: None, message, weight: Weight::Closes }
}

/// The shipped rules, by the first word of their names; always in force.
const SHIPPED: [(&str, &str); 4] = [
    ("asking", include_str!("../../../policies/asking.cedar")),
    ("quantities", include_str!("../../../policies/quantities.cedar")),
    ("sequences", include_str!("../../../policies/sequences.cedar")),
    ("starter", include_str!("../../../policies/starter.cedar")),
];
pub(crate) const MOST_BYTES: u64 = 1 << 20;
/// Of one directory.
const MOST_BYTES_OF_ALL: usize = 16 << 20;
const MOST_FILES: usize = 500;
pub(crate) const MOST_RULES: usize = 10_000;
/// Reserved, not used: only what is touched takes memory.
const READER_STACK: usize = 32 << 20;

#[cfg(test)]
mod tests;
