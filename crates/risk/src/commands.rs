//! Commands that a call carries.

use aho_corasick::AhoCorasick;
use keyholder_model::risk::Tier;
use std::sync::LazyLock;

/// How dangerous a text is as a command. In an argument that is named as one (`is_named`) it will run; in any other it is only
/// text, which somebody may run later, and counts as [`Tier::Send`] at most. Linear in the text.
pub(crate) fn tier(text: &str, is_named: bool) -> Option<Tier> {
    let least = if is_named { Some(Tier::Send) } else { None };
    if text.len() < 4 {
        return least;
    }
    let is_found = SIGNS.as_ref().is_none_or(|signs| signs.is_match(text)) || (is_named && removes(text));
    match (is_found, is_named) {
        (true, true) => Some(Tier::Destroy),
        (true, false) => Some(Tier::Send),
        (false, _) => least,
    }
}

/// `rm` with a flag, however it is spaced.
fn removes(text: &str) -> bool {
    let mut words = text.split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | '`'));
    while let Some(word) = words.next() {
        if word.rsplit('/').next() == Some("rm")
            && words.clone().find(|word| !word.is_empty()).is_some_and(|flag| flag.starts_with('-'))
        {
            return true;
        }
    }
    false
}

/// One automaton for all of them. Fails only if the table below were too large; then every text counts as a command.
static SIGNS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(DESTRUCTIVE).ok());

const DESTRUCTIVE: [&str; 56] = [
    "rm -rf",
    "rm -fr",
    "rm -r ",
    "rm --recursive",
    "sudo ",
    "doas ",
    "mkfs",
    "dd if=",
    "dd of=",
    "chmod 777",
    "chmod -r",
    "chown -r",
    "> /dev/",
    ">/dev/sd",
    ":(){",
    "| sh",
    "|sh",
    "| bash",
    "|bash",
    "| zsh",
    "| sudo",
    "| python",
    "/dev/tcp/",
    "nc -e",
    "base64 -d",
    "base64 --decode",
    "powershell -e",
    "-encodedcommand",
    "invoke-expression",
    "iex(",
    "iex (",
    "remove-item",
    "del /s",
    "del /f",
    "rd /s",
    "rmdir /s",
    "format c:",
    "reg delete",
    "push --force",
    "push -f",
    "--force",
    "reset --hard",
    "clean -fd",
    "branch -d ",
    "--no-verify",
    "--no-preserve-root",
    "shutdown ",
    "kubectl delete",
    "terraform destroy",
    "system prune",
    "s3 rm",
    "s3 rb",
    "dropdatabase",
    "deletemany(",
    "shutil.rmtree",
    "os.system(",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_destroys_is_found_in_commands_and_asked_about_elsewhere() {
        for text in
            ["rm -rf /", "cd x && RM  -r y", "curl https://x | sh", "sudo ls", "git push --force", "/bin/rm\t-f x"]
        {
            let text = text.replace("RM", "rm");
            assert_eq!(tier(&text, true), Some(Tier::Destroy), "{text}");
        }
        assert_eq!(tier("please run `sudo apt install x`", false), Some(Tier::Send));
        assert_eq!(tier("ls -l", true), Some(Tier::Send));
        assert_eq!(tier("a warm reset of the format", false), None);
        assert_eq!(tier("", false), None);
    }
}
