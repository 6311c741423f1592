//! Words as a shell hands them over: their quotes are gone, and each word is an argument of its own.

use keyholder_console::activity::words::{KEYS, Words};

/// The words as the broker reads them; none where there are none.
pub(super) fn read(arguments: &[String]) -> Result<Option<String>, String> {
    let text = arguments.iter().map(|argument| term(argument)).collect::<Vec<_>>().join(" ");
    if text.trim().is_empty() {
        return Ok(None);
    }
    text.parse::<Words>().map(|_| Some(text)).map_err(|why| why.to_string())
}

/// One argument. Whoever typed `app:"Claude Desktop"` or `"two words"` meant one word; whoever put a whole search in quotes, all of
/// its words.
fn term(argument: &str) -> String {
    let mut rest = argument.split_whitespace().skip(1).peekable();
    let is_search = argument.contains('"') || rest.peek().is_none() || rest.any(|word| key_of(word).is_some());
    if is_search {
        return argument.to_owned();
    }
    let (key, value) = match key_of(argument) {
        Some(key) => argument.split_at(key.len() + 1),
        None => ("", argument),
    };
    format!("{key}\"{}\"", value.replace('\\', "\\\\"))
}

fn key_of(word: &str) -> Option<&str> {
    let (key, _) = word.split_once(':')?;
    KEYS.iter().any(|known| known.eq_ignore_ascii_case(key)).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::{read, term};

    #[test]
    fn what_the_shell_kept_together_stays_together() {
        for (argument, words) in [
            ("server:slack", "server:slack"),
            ("app:Claude Desktop", "app:\"Claude Desktop\""),
            ("two words", "\"two words\""),
            ("a\\b c", "\"a\\\\b c\""),
            ("server:slack decision:denied", "server:slack decision:denied"),
            ("app:\"Claude Desktop\" x", "app:\"Claude Desktop\" x"),
            ("https://x.example y", "\"https://x.example y\""),
            (" x ", " x "),
            ("", ""),
        ] {
            assert_eq!(term(argument), words, "{argument}");
        }
    }

    #[test]
    fn words_are_refused_before_a_broker_is_asked() {
        let read = |arguments: &[&str]| read(&arguments.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
        assert_eq!(read(&["server:slack", "two words"]), Ok(Some("server:slack \"two words\"".to_owned())));
        assert_eq!(read(&[]), Ok(None));
        assert!(read(&["server:slack", "colour:red"]).unwrap_err().contains("colour:red"));
    }
}
