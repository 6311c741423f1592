//! Where rules come from: three layers and the shipped one, read with bounds.

use crate::error::{Problem, Weight};
use crate::parse::{self, Rule};
use crate::rule::{Effect, Origin};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// Where rules come from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sources {
    /// The person's directory, `config/policies`. That it does not exist is no fault.
    pub person: PathBuf,
    /// The organisation's directory, `/etc/keyholder/policies`. It may only tighten: what it permits is ignored.
    pub managed: Option<PathBuf>,
    /// Answers that the person gave for good.
    pub remembered: Vec<Remembered>,
}

/// One answer that the person gave for good, as a written rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remembered {
    /// Its id.
    pub id: String,
    /// Its text in Cedar.
    pub text: String,
}

/// All rules of all layers, the strongest layer first, and what is wrong with them.
pub(crate) fn read(sources: &Sources) -> (Vec<Rule>, Vec<Problem>) {
    // Cedar's parser needs tens of kilobytes of stack for each bracket within a bracket: more than a worker thread may have left.
    let failed = |why: &str| (Vec::new(), vec![closes(&sources.person, why.to_owned())]);
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().name("rules".to_owned()).stack_size(READER_STACK);
        match reader.spawn_scoped(scope, || read_here(sources)) {
            Ok(reader) => reader.join().unwrap_or_else(|_| failed("the rules could not be read: the reader failed")),
            Err(why) => failed(&format!("the rules could not be read: {why}")),
        }
    })
}

fn read_here(sources: &Sources) -> (Vec<Rule>, Vec<Problem>) {
    let (mut rules, mut problems) = (Vec::new(), Vec::new());
    if let Some(managed) = &sources.managed {
        let mut found = Vec::new();
        read_directory(managed, "managed ", Origin::Managed, &mut found, &mut problems);
        found.retain(|rule| {
            if rule.effect() == Effect::Permit {
                problems.push(Problem {
                    file: managed_file(rule),
                    line: rule.line,
                    message: "the managed layer may only forbid; this permit is ignored".to_owned(),
                    weight: Weight::Ignores,
                });
            }
            rule.effect() == Effect::Forbid
        });
        rules.append(&mut found);
    }
    read_directory(&sources.person, "", Origin::Person, &mut rules, &mut problems);
    for remembered in &sources.remembered {
        let origin = Origin::Remembered(remembered.id.clone());
        let place = format!("remembered {}", remembered.id);
        parse::parse(
            &remembered.text,
            &place,
            &format!("remembered rule {}", remembered.id),
            &origin,
            &mut rules,
            &mut problems,
        );
    }
    parse::parse(STARTER, "starter", "starter.cedar", &Origin::Shipped, &mut rules, &mut problems);
    if rules.len() > MOST_RULES {
        problems.push(closes(&sources.person, format!("there are more than {MOST_RULES} rules")));
    }
    (rules, problems)
}

/// The `.cedar` files of one directory, in the order of their names.
fn read_directory(
    directory: &Path,
    prefix: &str,
    origin: fn(PathBuf) -> Origin,
    rules: &mut Vec<Rule>,
    problems: &mut Vec<Problem>,
) {
    let files = match list(directory) {
        Ok(files) => files,
        Err(why) if why.kind() == ErrorKind::NotFound => return,
        Err(why) => return problems.push(closes(directory, format!("the directory cannot be read: {why}"))),
    };
    if files.len() > MOST_FILES {
        return problems.push(closes(directory, format!("there are more than {MOST_FILES} rules files")));
    }
    for file in files {
        match read_file(&file) {
            Ok(text) => {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                let place = format!("{prefix}{name}");
                parse::parse(&text, &place, &file.display().to_string(), &origin(file.clone()), rules, problems);
            }
            Err(why) => problems.push(closes(&file, format!("the file cannot be read: {why}"))),
        }
    }
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
        Origin::Managed(path) => path.display().to_string(),
        _ => rule.view.id.clone(),
    }
}

fn closes(place: &Path, message: String) -> Problem {
    Problem { file: place.display().to_string(), line: None, message, weight: Weight::Closes }
}

/// The shipped rules; always in force.
const STARTER: &str = include_str!("../../../policies/starter.cedar");
const MOST_BYTES: u64 = 1 << 20;
const MOST_FILES: usize = 500;
const MOST_RULES: usize = 10_000;
/// Reserved, not used: only what is touched takes memory.
const READER_STACK: usize = 32 << 20;
