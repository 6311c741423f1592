//! The table of cases names tests that exist.

use std::fs;
use std::path::{Path, PathBuf};

/// Every file of Rust below a folder, but for what was built.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the source can be read").flatten() {
        let path = entry.path();
        if path.is_dir() && entry.file_name() != "target" {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_test_that_the_table_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand in the workspace");
    let mut found = Vec::new();
    for folder in ["crates", "policies", "src-tauri", "tests"] {
        sources(&root.join(folder), &mut found);
    }
    let source: Vec<_> = found.iter().map(|path| fs::read_to_string(path).expect("a source is text")).collect();
    let source = source.join("\n");
    let table = fs::read_to_string(root.join("docs/cases.md")).expect("the table exists");
    let mut named = 0;
    for row in table.lines().filter(|line| line.starts_with("| ")) {
        // The names stand between grave accents, in the last cell.
        let tests = row.trim_end_matches(" |").rsplit('|').next().unwrap_or_default();
        for name in tests.split('`').skip(1).step_by(2) {
            assert!(source.contains(&format!("fn {name}(")), "{name}: {row}");
            named += 1;
        }
    }
    assert!(named > 0, "the table names tests");
}
