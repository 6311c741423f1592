//! What is wrong with the rules as they were found.

use std::fmt;

/// One thing that is wrong with the rules. Kept, not thrown: loading never fails, it closes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The file or directory, or `remembered rule <id>`.
    pub file: String,
    /// The line, counted from 1; none where the whole file or directory is meant.
    pub line: Option<usize>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What follows from it.
    pub weight: Weight,
}

/// What follows from a [`Problem`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weight {
    /// Everything is denied until it is mended.
    Closes,
    /// The rule in question has no effect; all others have.
    Ignores,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}", self.message)
    }
}
