//! The command that makes an app's own program take a server.

use crate::around::Platform;
use crate::catalogue::Program;
use crate::snippet::Entry;

/// One line for the platform's usual shell.
pub(crate) fn line(program: Program, entry: &Entry<'_>, platform: Platform) -> String {
    let started = [entry.program].into_iter().chain(entry.arguments);
    let json = entry.on_one_line();
    let words: Vec<&str> = match program {
        Program::Dashed(words) => words.iter().copied().chain([entry.key, "--"]).chain(started).collect(),
        Program::Json(program) => vec![program, "--add-mcp", &json],
        Program::Plain(words) => words.iter().copied().chain([entry.key]).chain(started).collect(),
    };
    let quoted = words.into_iter().map(|word| if platform == Platform::Windows { windows(word) } else { posix(word) });
    quoted.collect::<Vec<_>>().join(" ")
}

fn is_plain(word: &str, more: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:@".contains(c) || more.contains(c))
}

/// Within single quotes everything stands for itself (POSIX, "Shell Command Language", §2.2.2).
fn posix(word: &str) -> String {
    if is_plain(word, "") { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// As programs there read their command line: backslashes before a quotation mark, and those marks, are escaped.
fn windows(word: &str) -> String {
    if is_plain(word, "\\") {
        return word.to_owned();
    }
    let (mut quoted, mut slashes) = ("\"".to_owned(), 0);
    for c in word.chars() {
        match c {
            '\\' => slashes += 1,
            '"' => {
                quoted.push_str(&"\\".repeat(slashes + 1));
                slashes = 0;
            }
            _ => slashes = 0,
        }
        quoted.push(c);
    }
    quoted.push_str(&"\\".repeat(slashes));
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(program: Program, path: &str, platform: Platform) -> String {
        line(program, &Entry { key: "linear", program: path, arguments: ["bridge", "linear"] }, platform)
    }

    #[test]
    fn a_command_is_quoted_for_its_shell() {
        let claude = Program::Dashed(&["claude", "mcp", "add", "--scope", "user"]);
        assert_eq!(
            of(claude, "/usr/bin/keyholder", Platform::Linux),
            "claude mcp add --scope user linear -- /usr/bin/keyholder bridge linear"
        );
        assert_eq!(
            of(claude, "/Users/a b/it's/keyholder", Platform::Macos),
            r"claude mcp add --scope user linear -- '/Users/a b/it'\''s/keyholder' bridge linear"
        );
        assert_eq!(
            of(claude, r"C:\Program Files\keyholder.exe", Platform::Windows),
            r#"claude mcp add --scope user linear -- "C:\Program Files\keyholder.exe" bridge linear"#
        );
        assert_eq!(
            of(Program::Json("code"), r"C:\K\keyholder.exe", Platform::Windows),
            r#"code --add-mcp "{\"name\": \"linear\", \"command\": \"C:\\K\\keyholder.exe\", \"args\": [\"bridge\", \"linear\"]}""#
        );
        assert_eq!(
            of(Program::Plain(&["gemini", "mcp", "add"]), "/k", Platform::Linux),
            "gemini mcp add linear /k bridge linear"
        );
        assert_eq!(windows(r"a b\"), r#""a b\\""#);
        assert_eq!(windows(r#"a\"b"#), r#""a\\\"b""#);
    }
}
