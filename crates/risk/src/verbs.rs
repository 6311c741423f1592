//! What a tool does, guessed from its name: the first word that is known decides.

use keyholder_model::risk::{Label, Labels};

/// What a verb does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Deed {
    Look,
    Change,
    Send,
    Destroy,
}

/// What a name tells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guess {
    pub(crate) deed: Option<Deed>,
    pub(crate) labels: Labels,
}

/// Reads a name. Words that destroy count wherever they stand: `get_and_delete` deletes.
pub(crate) fn guess(name: &str) -> Guess {
    let words = words_of(name);
    let has = |list: &[&str]| words.iter().any(|word| list.binary_search(&word.as_str()).is_ok());
    let verb = words.iter().find_map(|word| deed_of(word));
    let deed = if has(DESTROY) { Some(Deed::Destroy) } else { verb };
    let mut labels = Labels::NONE;
    if deed == Some(Deed::Destroy) {
        labels = labels.with(Label::Destroys);
    }
    // What is neither looked at nor otherwise known still returns something.
    let returns = matches!(deed, Some(Deed::Look) | None);
    if returns && has(PRIVATE) {
        labels = labels.with(Label::ReadsPrivate);
    }
    let is_web = has(WEB);
    // What is fetched comes from elsewhere, whatever it is.
    let is_fetched = words.iter().any(|word| word == "fetch");
    if (returns && has(UNTRUSTED)) || is_web || is_fetched {
        labels = labels.with(Label::SeesUntrusted);
    }
    let fetches = is_web && !words.iter().any(|word| word == "search");
    if deed == Some(Deed::Send) || fetches || (deed == Some(Deed::Change) && has(PUBLIC)) || verb == Some(Deed::Send) {
        labels = labels.with(Label::SendsOutward);
    }
    if labels.is_empty() && deed.is_none_or(|deed| deed == Deed::Look) {
        labels = labels.with(Label::SeesUntrusted);
    }
    Guess { deed, labels }
}

fn deed_of(word: &str) -> Option<Deed> {
    let is_in = |list: &[&str]| list.binary_search(&word).is_ok();
    if is_in(DESTROY) {
        Some(Deed::Destroy)
    } else if is_in(SEND) {
        Some(Deed::Send)
    } else if is_in(CHANGE) {
        Some(Deed::Change)
    } else if is_in(LOOK) {
        Some(Deed::Look)
    } else {
        None
    }
}

/// The words of a name in lower case, cut at separators and where lower case meets upper case. At most 16.
fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut before = ' ';
    let mut letters = name.chars().take(256).peekable();
    while let Some(letter) = letters.next() {
        let next_is_lower = letters.peek().is_some_and(char::is_ascii_lowercase);
        // `getURLFor` is get, url, for.
        let begins = letter.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || before.is_ascii_digit()
                || (before.is_ascii_uppercase() && next_is_lower));
        if (begins || !letter.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words.truncate(16);
    words
}

// Sorted: they are searched by halves.
const LOOK: &[&str] = &[
    "browse",
    "check",
    "count",
    "describe",
    "download",
    "fetch",
    "find",
    "get",
    "inspect",
    "list",
    "lookup",
    "query",
    "read",
    "retrieve",
    "search",
    "show",
    "summarize",
    "view",
    "whoami",
];

const CHANGE: &[&str] = &[
    "add",
    "append",
    "archive",
    "assign",
    "close",
    "copy",
    "create",
    "duplicate",
    "edit",
    "insert",
    "mark",
    "modify",
    "move",
    "new",
    "open",
    "patch",
    "put",
    "rename",
    "reopen",
    "save",
    "set",
    "star",
    "tag",
    "update",
    "upload",
    "upsert",
    "write",
];

const SEND: &[&str] = &[
    "approve", "buy", "call", "charge", "comment", "commit", "deploy", "email", "eval", "evaluate", "exec", "execute",
    "forward", "invite", "invoke", "mail", "merge", "notify", "order", "pay", "post", "publish", "purchase", "push",
    "release", "reply", "run", "send", "share", "submit", "transfer", "trigger", "tweet",
];

const DESTROY: &[&str] = &[
    "admin",
    "ban",
    "cancel",
    "delete",
    "destroy",
    "disable",
    "drop",
    "erase",
    "force",
    "grant",
    "kill",
    "purge",
    "refund",
    "remove",
    "reset",
    "revoke",
    "rotate",
    "shutdown",
    "sudo",
    "terminate",
    "trash",
    "truncate",
    "uninstall",
    "unlock",
    "wipe",
];

const PRIVATE: &[&str] = &[
    "account",
    "accounts",
    "balance",
    "calendar",
    "calendars",
    "channel",
    "chat",
    "chats",
    "contact",
    "contacts",
    "conversation",
    "conversations",
    "credential",
    "credentials",
    "customer",
    "customers",
    "database",
    "databases",
    "db",
    "directory",
    "doc",
    "document",
    "documents",
    "drive",
    "email",
    "emails",
    "event",
    "events",
    "file",
    "files",
    "history",
    "inbox",
    "invoice",
    "invoices",
    "log",
    "logs",
    "mail",
    "mailbox",
    "me",
    "meeting",
    "meetings",
    "memory",
    "message",
    "messages",
    "note",
    "notes",
    "page",
    "pages",
    "patient",
    "payment",
    "payments",
    "photo",
    "photos",
    "profile",
    "record",
    "records",
    "rows",
    "secret",
    "secrets",
    "sql",
    "table",
    "tables",
    "thread",
    "threads",
    "transcript",
    "user",
    "users",
];

const UNTRUSTED: &[&str] = &[
    "channel",
    "comment",
    "comments",
    "conversation",
    "conversations",
    "discussion",
    "discussions",
    "email",
    "emails",
    "feed",
    "inbox",
    "issue",
    "issues",
    "mail",
    "message",
    "messages",
    "news",
    "pr",
    "pull",
    "review",
    "reviews",
    "thread",
    "threads",
    "ticket",
    "tickets",
    "transcript",
];

/// Of these the content comes from anywhere, and the address itself carries data out.
const WEB: &[&str] = &[
    "browse", "browser", "crawl", "curl", "http", "https", "internet", "navigate", "scrape", "uri", "url", "urls",
    "web", "webpage", "website",
];

/// Creating one of these is publishing.
const PUBLIC: &[&str] = &[
    "comment",
    "comments",
    "discussion",
    "email",
    "gist",
    "invitation",
    "issue",
    "message",
    "pr",
    "pull",
    "release",
    "reply",
    "review",
    "tweet",
    "webhook",
];

#[cfg(test)]
mod tests {
    use super::*;
    use Label::{Destroys, ReadsPrivate, SeesUntrusted, SendsOutward};

    #[test]
    fn the_lists_can_be_searched_by_halves() {
        for list in [LOOK, CHANGE, SEND, DESTROY, PRIVATE, UNTRUSTED, WEB, PUBLIC] {
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "{list:?}");
        }
    }

    #[test]
    fn a_name_is_read_however_it_is_spelt() {
        for (name, deed) in [
            ("get_issue", Deed::Look),
            ("listIssues", Deed::Look),
            ("notion-create-pages", Deed::Change),
            ("gmail.send_message", Deed::Send),
            ("repo/deleteBranch", Deed::Destroy),
            ("GETUrl", Deed::Look),
            ("get_and_delete", Deed::Destroy),
            ("git_push_force", Deed::Destroy),
        ] {
            assert_eq!(guess(name).deed, Some(deed), "{name}");
        }
        for name in ["", "frobnicate", "resolve-library-id", "getter", "___"] {
            assert_eq!(guess(name).deed, None, "{name}");
        }
    }

    #[test]
    fn labels_follow_what_is_read_and_where_it_goes() {
        for (name, labels) in [
            ("read_mail", vec![ReadsPrivate, SeesUntrusted]),
            ("search_files", vec![ReadsPrivate]),
            ("fetch_url", vec![SeesUntrusted, SendsOutward]),
            ("fetch_page", vec![ReadsPrivate, SeesUntrusted]),
            ("web_search", vec![SeesUntrusted]),
            ("list_issue_comments", vec![SeesUntrusted]),
            ("create_issue", vec![SendsOutward]),
            ("send_email", vec![SendsOutward]),
            ("delete_file", vec![Destroys]),
            ("update_settings", vec![]),
            ("frobnicate", vec![SeesUntrusted]),
        ] {
            let expected: Labels = labels.into_iter().collect();
            assert_eq!(guess(name).labels, expected, "{name}");
        }
    }
}
