//! What a program is called, from its file and its command line. Only where the system tells both.

use std::path::Path;

/// What a person would call a program: its file name; for an interpreter, the script or package it runs. A process can choose
/// its own command line, so this is a name to recognise and no proof.
pub(super) fn of(executable: Option<&Path>, words: &[String]) -> Option<String> {
    let file = executable?.file_name()?.to_string_lossy().into_owned();
    let file = file.strip_suffix(" (deleted)").unwrap_or(&file);
    let file = file.strip_suffix(".exe").unwrap_or(file).to_owned();
    if !is_interpreter(&file) {
        return Some(file);
    }
    let title = words.first().map(String::as_str).unwrap_or_default();
    if !title.is_empty() && !title.contains('/') && !is_interpreter(title) {
        return Some(clip(title));
    }
    let Some(script) = words.iter().skip(1).find(|word| !word.starts_with('-')) else { return Some(file) };
    Some(clip(&script_name(Path::new(script))))
}

fn is_interpreter(name: &str) -> bool {
    ["node", "python", "deno", "bun", "ruby", "perl"].iter().any(|known| name.starts_with(known))
}

/// `…/@anthropic-ai/claude-code/cli.js` is `claude-code`; `…/server.py` is `server.py`.
fn script_name(script: &Path) -> String {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let file = name(script).unwrap_or_default();
    let is_generic = ["cli", "index", "main", "bin", "__main__"].contains(&file.split('.').next().unwrap_or_default());
    let package = script
        .ancestors()
        .skip(1)
        .filter_map(name)
        .find(|folder| !matches!(folder.as_str(), "bin" | "dist" | "lib" | "build" | "src"));
    if is_generic { package.unwrap_or(file) } else { file }
}

fn clip(text: &str) -> String {
    text.chars().take(64).filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_behind_an_interpreter_is_named() {
        let name = |exe: &str, words: &[&str]| {
            of(Some(Path::new(exe)), &words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).unwrap()
        };
        assert_eq!(name("/usr/bin/claude", &["claude"]), "claude");
        assert_eq!(name("/opt/claude-code/claude.exe", &["claude"]), "claude");
        assert_eq!(name("/usr/bin/node", &["claude"]), "claude");
        assert_eq!(
            name("/usr/bin/node", &["node", "--x", "/usr/lib/node_modules/@anthropic-ai/claude-code/cli.js"]),
            "claude-code"
        );
        assert_eq!(name("/usr/bin/node", &["node", "/x/inspector/dist/index.js"]), "inspector");
        assert_eq!(name("/usr/bin/python3.11", &["python3", "/srv/agent.py"]), "agent.py");
        assert_eq!(name("/usr/bin/node", &["node"]), "node");
        assert_eq!(name("/opt/App/app (deleted)", &["app"]), "app");
    }
}
