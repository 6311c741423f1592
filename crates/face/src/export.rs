//! What the main window wants saved of the log. Secrets are hidden in the log already; nothing shows them here.

use keyholder_console::activity::LogQuery;
use keyholder_console::activity::export::ExportFormat;
use serde::Deserialize;

/// A part of the log, as a file for other programs.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct SaveRequest {
    /// What the file could be called.
    pub name: String,
    /// How it is written.
    pub format: ExportFormat,
    /// Which entries.
    pub query: LogQuery,
}

impl SaveRequest {
    /// A plain name with the format's ending and no path, whatever was suggested.
    pub fn file_name(&self) -> String {
        let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let name: String = self.name.chars().filter(is_plain).take(80).collect();
        let extension = self.format.extension();
        let stem = name.strip_suffix(&format!(".{extension}")).unwrap_or(&name).trim_matches('.');
        format!("{}.{extension}", if stem.is_empty() { "keyholder" } else { stem })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggested_name_is_a_name() {
        let name = |name: &str| {
            SaveRequest { name: name.to_owned(), format: ExportFormat::Csv, query: LogQuery::default() }.file_name()
        };
        assert_eq!(name("activity-2026-11-21.csv"), "activity-2026-11-21.csv");
        assert_eq!(name("activity"), "activity.csv");
        assert_eq!(name("../../etc/passwd"), "etcpasswd.csv");
        assert_eq!(name("..."), "keyholder.csv");
    }
}
