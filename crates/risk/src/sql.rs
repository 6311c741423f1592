//! Database statements, judged by their words: enough to raise a question, no parser.

use keyholder_model::risk::Tier;

/// How dangerous a text is if it is SQL: nothing for what is none, or only reads. Linear in the text.
pub(crate) fn tier(text: &str) -> Option<Tier> {
    // Most texts are no SQL: their first letter tells.
    let first = text.trim_ascii_start().bytes().next()?;
    if !(first.is_ascii_alphabetic() || matches!(first, b'/' | b'-' | b'(' | b';' | b'#')) {
        return None;
    }
    let mut worst = None;
    let mut statement = Statement::default();
    let mut rest = text;
    while let Some(token) = next(&mut rest) {
        match token {
            Token::Word(word) => {
                statement.word(word);
                // Prose, and no further statement behind it.
                if statement.count == 1 && statement.first.is_none() && !rest.contains(';') {
                    return worst;
                }
            }
            Token::End => {
                worst = worst.max(statement.tier());
                statement = Statement::default();
            }
        }
    }
    worst.max(statement.tier())
}

enum Token<'a> {
    End,
    Word(&'a str),
}

/// The next word or `;` outside of strings and comments. The content of `/*!…*/` is run by `MySQL` and counts.
fn next<'a>(rest: &mut &'a str) -> Option<Token<'a>> {
    loop {
        let text = *rest;
        let bytes = text.as_bytes();
        let skip_to = |needle: &str, from: usize| {
            text.get(from..).and_then(|text| text.find(needle)).map(|at| from + at + needle.len())
        };
        let end = match bytes.first()? {
            b'\'' => skip_to("'", 1).unwrap_or(text.len()),
            b'-' if text.starts_with("--") => skip_to("\n", 2).unwrap_or(text.len()),
            b'/' if text.starts_with("/*") && !text.starts_with("/*!") => skip_to("*/", 2).unwrap_or(text.len()),
            b';' => {
                *rest = &text[1..];
                return Some(Token::End);
            }
            byte if byte.is_ascii_alphabetic() || *byte == b'_' => {
                let end =
                    bytes.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_').unwrap_or(text.len());
                *rest = &text[end..];
                return Some(Token::Word(&text[..end]));
            }
            _ => text.chars().next().map_or(1, char::len_utf8),
        };
        *rest = &text[end..];
    }
}

/// What is remembered of a statement: which of the words that matter it has.
#[derive(Default)]
struct Statement {
    count: usize,
    first: Option<usize>,
    has: u64,
    object_follows: bool,
}

impl Statement {
    fn word(&mut self, word: &str) {
        // What does not begin like a statement is none: the rest of it need not be looked up.
        if self.count > 0 && self.first.is_none() {
            return;
        }
        let place = WORDS.iter().position(|known| known.len() == word.len() && known.eq_ignore_ascii_case(word));
        if self.count == 0 {
            self.first = place;
        }
        // `EXPLAIN ANALYZE DELETE` deletes, and `WITH x AS (DELETE …)` too: the verb may come later.
        if matches!(self.first.map(|at| WORDS[at]), Some("EXPLAIN" | "BEGIN" | "DO"))
            && place.is_some_and(|at| at < VERBS)
        {
            self.first = place;
        }
        if let Some(at) = place {
            self.has |= 1 << at;
            self.object_follows |= at >= OBJECTS && self.count == 1;
        }
        self.count += 1;
    }

    fn has(&self, word: &str) -> bool {
        WORDS.iter().position(|known| *known == word).is_some_and(|at| self.has & (1 << at) != 0)
    }

    fn tier(&self) -> Option<Tier> {
        match WORDS[self.first?] {
            "DELETE" if self.has("FROM") => Some(Tier::Destroy),
            "DROP" | "ALTER" if self.object_follows => Some(Tier::Destroy),
            "TRUNCATE" if self.object_follows || self.count <= 2 => Some(Tier::Destroy),
            "GRANT" | "REVOKE" if self.has("ON") || self.has("TO") || self.has("FROM") => Some(Tier::Destroy),
            "UPDATE" if self.has("SET") => Some(if self.has("WHERE") { Tier::Change } else { Tier::Destroy }),
            "INSERT" | "REPLACE" | "MERGE" if self.has("INTO") => Some(Tier::Change),
            "CREATE" if self.object_follows => Some(Tier::Change),
            "COPY" if self.has("PROGRAM") => Some(Tier::Destroy),
            "COPY" if self.has("TO") || self.has("FROM") => Some(Tier::Send),
            "EXEC" | "EXECUTE" if self.count <= 3 => Some(Tier::Send),
            "WITH" if self.has("DELETE") && self.has("FROM") => Some(Tier::Destroy),
            "WITH" if self.has("UPDATE") && self.has("SET") => Some(Tier::Destroy),
            "SELECT" if self.has("OUTFILE") => Some(Tier::Send),
            "DO" if self.has("BEGIN") => Some(Tier::Send),
            _ => None,
        }
    }
}

/// The first ones begin a statement, the last ones are what is dropped or altered.
const WORDS: [&str; 45] = [
    "DELETE",
    "DROP",
    "ALTER",
    "TRUNCATE",
    "GRANT",
    "REVOKE",
    "UPDATE",
    "INSERT",
    "REPLACE",
    "MERGE",
    "CREATE",
    "COPY",
    "EXEC",
    "EXECUTE",
    "CALL",
    "WITH",
    "SELECT",
    "EXPLAIN",
    "BEGIN",
    "DO",
    "FROM",
    "WHERE",
    "SET",
    "INTO",
    "TO",
    "ON",
    "PROGRAM",
    "OUTFILE",
    "COLUMN",
    "CONSTRAINT",
    "DATABASE",
    "EXTENSION",
    "FUNCTION",
    "INDEX",
    "POLICY",
    "PROCEDURE",
    "ROLE",
    "SCHEMA",
    "SEQUENCE",
    "SYSTEM",
    "TABLE",
    "TRIGGER",
    "TYPE",
    "USER",
    "VIEW",
];
const VERBS: usize = 17;
const OBJECTS: usize = 28;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_destroy_are_found() {
        for text in [
            "DELETE FROM users WHERE id = 1",
            "  drop table users",
            "select 1; DROP DATABASE x",
            "-- harmless\nTRUNCATE logs",
            "/* x */ alter table a add b int",
            "/*!50000 DELETE */ FROM users",
            "GRANT ALL ON x TO y",
            "UPDATE users SET admin = true",
            "update t set a = ' where '",
            "WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone",
            "EXPLAIN ANALYZE DELETE FROM t",
            "COPY t TO PROGRAM 'curl x'",
        ] {
            assert_eq!(tier(text), Some(Tier::Destroy), "{text}");
        }
        assert_eq!(tier("UPDATE t SET a = 1 WHERE id = 2"), Some(Tier::Change));
        assert_eq!(tier("insert into t values (';drop table t')"), Some(Tier::Change));
    }

    #[test]
    fn reading_and_prose_raise_nothing() {
        for text in [
            "SELECT * FROM t WHERE name = 'DROP TABLE t; DELETE FROM t'",
            "select delete_at from t",
            "Update the readme",
            "drop me a line",
            "Delete this",
            "truncate long lines in the output",
            "Grant application",
            "how to drop table in postgres",
            "with delete",
            "",
            "\u{e9}t\u{e9}",
        ] {
            assert_eq!(tier(text), None, "{text}");
        }
    }

    #[test]
    fn the_words_stand_where_their_numbers_say() {
        assert_eq!((WORDS[VERBS - 1], WORDS[OBJECTS]), ("SELECT", "COLUMN"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_answered(text: String) {
            let _ = tier(&text);
        }
    }
}
