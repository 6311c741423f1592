//! An assertion of the platform that Keyholder runs on (RFC 7521 §4), from where the person said that it comes.
//!
//! It is fetched anew for each request for tokens and kept nowhere: it lives for minutes, and may be good for one use only.

use crate::introduction::read_small;
use keyholder_secret::token::Assertion;
use keyholder_settings::AssertionSource;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use zeroize::Zeroizing;

/// How long a program may take over an assertion. Some ask a server of their own.
const PATIENCE: Duration = Duration::from_secs(20);

/// The largest assertion that is read, in bytes.
const LARGEST: u64 = 64 << 10;

/// Fetches it.
///
/// # Errors
/// One sentence that does not quote what came.
pub(crate) async fn fetch(source: &AssertionSource) -> Result<Assertion, String> {
    let text = match source {
        AssertionSource::File(path) => {
            read_small(path).map_err(|why| format!("the assertion in {} cannot be read: {why}", path.display()))?
        }
        AssertionSource::Command(words) => {
            run(words).await.map_err(|why| format!("{} gave no assertion: {why}", describe(source)))?
        }
    };
    let text = Zeroizing::new(text.trim_ascii().to_owned());
    Assertion::new(text).map_err(|why| format!("{}: the {why}", describe(source)))
}

/// Where it comes from, for a person.
pub(crate) fn describe(source: &AssertionSource) -> String {
    match source {
        AssertionSource::File(path) => format!("the file {}", path.display()),
        AssertionSource::Command(words) => format!("the program {}", words.join(" ")),
    }
}

/// What a program writes to its standard output. It has no terminal, and ends with this wait.
async fn run(words: &[String]) -> Result<Zeroizing<String>, String> {
    let (program, arguments) = words.split_first().ok_or("no program is named")?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|why| format!("it cannot be started: {why}"))?;
    let out = child.stdout.take().ok_or("it has no output")?;
    let mut text = Zeroizing::new(String::new());
    let all = async {
        out.take(LARGEST + 1).read_to_string(&mut text).await.map_err(|why| why.to_string())?;
        child.wait().await.map_err(|why| why.to_string())
    };
    let status = tokio::time::timeout(PATIENCE, all).await.map_err(|_| "it takes too long".to_owned())??;
    if !status.success() {
        return Err(format!("it ended with {status}"));
    }
    if u64::try_from(text.len()).unwrap_or(u64::MAX) > LARGEST {
        return Err("it writes too much".to_owned());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(words: &[&str]) -> AssertionSource {
        AssertionSource::Command(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[tokio::test]
    async fn it_comes_from_a_file_or_a_program_and_is_read_anew_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        let source = AssertionSource::File(file.clone());
        for text in ["a.b.c\n", "d.e.f"] {
            std::fs::write(&file, text).unwrap();
            assert!(fetch(&source).await.unwrap().matches(text.trim_end().as_bytes()));
        }
        assert!(fetch(&command(&["printf", "%s.%s\n", "a", "b"])).await.unwrap().matches(b"a.b"));
    }

    #[tokio::test]
    async fn what_is_no_assertion_is_refused_without_being_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "KHCANARY\nKHCANARY").unwrap();
        let source = AssertionSource::File(file);
        for source in [
            source,
            AssertionSource::File(folder.path().join("none")),
            command(&["sh", "-c", "echo KHCANARY; exit 3"]),
            command(&["sh", "-c", "echo KHCANARY KHCANARY; head -c 70000 /dev/zero | tr '\\0' x"]),
            command(&["true"]),
            command(&["/nowhere/at-all"]),
        ] {
            let why = fetch(&source).await.unwrap_err();
            assert!(!why.replace(&describe(&source), "").contains("KHCANARY"), "{why}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_program_that_does_not_end_is_ended() {
        let why = fetch(&command(&["sleep", "1000000"])).await.unwrap_err();
        assert!(why.contains("too long"), "{why}");
    }
}
