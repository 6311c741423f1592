//! What a name or a text of a call's arguments seems to be: a destination, a path, a command, an amount, a web address.
//!
//! Signs for a reader's eye, not proofs: a server may call a recipient `x7`.

use crate::preview::visible;
use unicode_security::MixedScript as _;

/// A name without case and separators, as the lists here spell names: `Repo-Name` is `reponame`. At most 64 characters.
#[derive(Clone, Copy, Debug)]
pub struct Plain {
    bytes: [u8; 64],
    length: usize,
}

impl Plain {
    /// Of an argument's name.
    pub fn of(name: &str) -> Self {
        let (mut bytes, mut length) = ([0; 64], 0);
        for byte in name.bytes().filter(u8::is_ascii_alphanumeric).take(64) {
            bytes[length] = byte.to_ascii_lowercase();
            length += 1;
        }
        Self { bytes, length }
    }

    /// The letters and digits, in lower case.
    pub fn as_str(&self) -> &str {
        // Only ASCII was put in.
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }

    fn is_in(self, list: &[&str]) -> bool {
        let name = &self.bytes[..self.length];
        // Lengths and first letters tell nearly all apart: faster than a search by halves.
        list.iter().any(|known| {
            known.len() == name.len() && known.as_bytes().first() == name.first() && known.as_bytes() == name
        })
    }

    /// An amount of money, or what money is counted in.
    pub fn is_amount(self) -> bool {
        self.is_in(AMOUNTS)
    }

    /// A command, a script or code that somebody will run.
    pub fn is_command(self) -> bool {
        self.is_in(COMMANDS)
    }

    /// Someone or somewhere that receives what is sent.
    pub fn is_destination(self) -> bool {
        self.is_recipient() || self.is_in(PLACES)
    }

    /// A person or number that is written to: no search is called so.
    pub fn is_recipient(self) -> bool {
        self.is_in(RECIPIENTS)
    }

    /// A file or folder.
    pub fn is_path(self) -> bool {
        self.is_in(PATHS) || self.as_str().ends_with("path")
    }

    /// A web address.
    pub fn is_url(self) -> bool {
        self.is_in(&["callback", "endpoint", "href", "link", "uri", "webhook"])
            || self.as_str().ends_with("url")
            || self.as_str().ends_with("uri")
    }
}

/// Whether a text is one path of a file, and nothing else.
pub fn is_path(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_drive =
        bytes.len() >= 3 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/');
    let starts = ["/", "~/", "./", "../", "\\\\", "file:"].iter().any(|start| text.starts_with(start))
        || text == "~"
        || text == "..";
    (is_drive || starts) && text.len() <= 4096 && !text.contains('\n')
}

/// Whether a text is an e-mail address, and nothing else.
pub fn is_email(text: &str) -> bool {
    text.len() <= 254
        && !text.contains(char::is_whitespace)
        && text
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('/'))
}

/// What is odd about a host's name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum HostWarning {
    /// Its letters come from several scripts.
    MixedScript,
    /// It is written in Punycode, or would be (RFC 3492): what it looks like is not what it says.
    Punycode,
}

/// A web address in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// Where a browser would go: the host as the WHATWG URL standard reads it, in its ASCII form, made visible; at most 255
    /// characters.
    pub host: String,
    /// What is odd about it.
    pub warning: Option<HostWarning>,
}

/// The web addresses in a text, each host once, at most `most`. Linear in the text.
pub fn addresses(text: &str, most: usize) -> Vec<Address> {
    let mut found: Vec<Address> = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("://") {
        let colon = from + at;
        let behind = colon + 3;
        from = behind;
        let scheme = text[..colon].bytes().rev().take(32).take_while(u8::is_ascii_alphanumeric).count();
        let end = text[behind..]
            .char_indices()
            .take(4096)
            .find(|(_, c)| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '`' | '/' | '?' | '#'))
            .map_or(text.len().min(text.floor_char_boundary(behind + 4096)), |(length, _)| behind + length);
        let Some(address) = address(&text[colon - scheme..end]) else { continue };
        if found.iter().all(|known| known.host != address.host) {
            found.push(address);
        }
        if found.len() == most {
            break;
        }
    }
    found
}

/// The host of one web address, given with its scheme.
pub fn address(text: &str) -> Option<Address> {
    let url = url::Url::parse(text).ok()?;
    let host = url.host_str().filter(|host| !host.is_empty())?;
    let as_written =
        text.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let warning = if as_written.split('.').any(|label| !label.is_single_script()) {
        Some(HostWarning::MixedScript)
    } else if host.split('.').any(|label| label.starts_with("xn--")) {
        Some(HostWarning::Punycode)
    } else {
        None
    };
    Some(Address { host: visible(host).chars().take(255).collect(), warning })
}

/// What a host that is written in Punycode (RFC 3492) would look like.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guise {
    /// The host in the letters that a person would see, made visible; at most 255 characters.
    pub letters: String,
    /// Whether letters of several scripts stand in one of its words, as in look-alikes (UTS 39).
    pub mixes_scripts: bool,
}

/// How a host in its ASCII form would look; none where it holds no Punycode.
pub fn guise(host: &str) -> Option<Guise> {
    if !host.split('.').any(|label| label.starts_with("xn--")) {
        return None;
    }
    // What cannot be decoded stays as it is, which is what a browser shows too.
    let (letters, _) = idna::domain_to_unicode(host);
    let mixes_scripts = letters.split('.').any(|label| !label.is_single_script());
    Some(Guise { letters: visible(&letters).chars().take(255).collect(), mixes_scripts })
}

// Sorted, in lower case, without separators.
const AMOUNTS: &[&str] = &[
    "amount",
    "amountcents",
    "bid",
    "budget",
    "cost",
    "currency",
    "donation",
    "fee",
    "payment",
    "price",
    "refundamount",
    "salary",
    "tip",
    "total",
    "unitamount",
];

const COMMANDS: &[&str] = &[
    "bash",
    "cmd",
    "code",
    "command",
    "commandline",
    "commands",
    "eval",
    "exec",
    "executable",
    "expression",
    "javascript",
    "program",
    "python",
    "script",
    "shell",
    "sql",
];

const RECIPIENTS: &[&str] = &[
    "attendees",
    "bcc",
    "cc",
    "guests",
    "invitee",
    "inviteemail",
    "invitees",
    "mailto",
    "phone",
    "phonenumber",
    "recipient",
    "recipientemail",
    "recipients",
    "replyto",
    "sendto",
    "shareto",
    "sharewith",
    "to",
    "toaddress",
    "toemail",
    "tonumber",
];

const PLACES: &[&str] = &[
    "address",
    "channel",
    "channelid",
    "channelname",
    "channels",
    "chat",
    "chatid",
    "contact",
    "conversation",
    "conversationid",
    "destination",
    "email",
    "emailaddress",
    "emails",
    "group",
    "iban",
    "room",
    "roomid",
    "target",
    "thread",
    "topic",
    "user",
    "userid",
    "username",
];

const PATHS: &[&str] = &[
    "cwd",
    "dest",
    "dir",
    "directory",
    "file",
    "filename",
    "files",
    "folder",
    "inputfile",
    "newname",
    "output",
    "outputfile",
    "paths",
    "root",
    "src",
    "workdir",
    "workspacefolder",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_spelt_as_names_are_compared() {
        for list in [AMOUNTS, COMMANDS, RECIPIENTS, PLACES, PATHS] {
            assert!(list.is_sorted() && list.iter().all(|name| Plain::of(name).as_str() == *name), "{list:?}");
        }
    }

    #[test]
    fn an_address_is_where_a_browser_would_go() {
        let host = |text: &str| addresses(text, 8).into_iter().map(|address| address.host).collect::<Vec<_>>();
        assert_eq!(
            host("see https://a.example/x and http://b.example:8080/?q=https://c.example"),
            ["a.example", "b.example", "c.example"]
        );
        assert_eq!(host("https://bank.example\\@evil.example/"), ["bank.example"]);
        assert_eq!(host("https://bank.example@evil.example/"), ["evil.example"]);
        assert_eq!(host("nothing here: //x"), Vec::<String>::new());
        assert_eq!(address("https://xn--e1awd7f.example/").unwrap().warning, Some(HostWarning::Punycode));
        assert_eq!(address("https://\u{43f}aypal.example/").unwrap().warning, Some(HostWarning::MixedScript));
        assert_eq!(address("https://m\u{fc}nchen.example/").unwrap().warning, Some(HostWarning::Punycode));
        assert_eq!(addresses(&"https://a.example ".repeat(1000), 8).len(), 1);
    }

    #[test]
    fn names_are_told_apart_however_they_are_spelt() {
        for name in ["to", "To", "reply_to", "channel-id", "phoneNumber", "BCC"] {
            assert!(Plain::of(name).is_destination(), "{name}");
        }
        assert!(!Plain::of("token").is_destination() && !Plain::of("title").is_destination());
        assert!(Plain::of("file_path").is_path() && Plain::of("callbackUrl").is_url());
        assert!(is_path("~/x") && is_path("C:\\x") && !is_path("a/b and c") && !is_path("hello"));
        assert!(is_email("a@b.example") && !is_email("a@b") && !is_email("see a@b.example"));
    }

    #[test]
    fn a_host_in_punycode_is_told_in_letters() {
        assert_eq!(guise("mcp.example.com"), None);
        let of = |host: &str| guise(host).map(|guise| (guise.letters, guise.mixes_scripts));
        assert_eq!(of("xn--mnchen-3ya.example"), Some(("m\u{fc}nchen.example".to_owned(), false)));
        // A Cyrillic letter among Latin ones.
        assert_eq!(of("xn--pple-43d.com"), Some(("\u{430}pple.com".to_owned(), true)));
        assert!(guise("xn--\u{202e}x.example").is_some_and(|guise| !guise.letters.contains('\u{202e}')));
        assert!(guise("xn--99999999999.example").is_some(), "what is no Punycode is no reason to panic");
    }
}
