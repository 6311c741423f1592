//! Files that a call names: outside of the person's own, or such that hold keys.

use keyholder_excerpt::sign;
use keyholder_model::risk::Tier;

/// How dangerous a text is if it names a file. `is_named` says that the argument's name announces one.
pub(crate) fn tier(text: &str, is_named: bool) -> Option<Tier> {
    let looks = sign::is_path(text);
    if text.len() > 4096 || !(looks || is_named) {
        return None;
    }
    let path = text.strip_prefix("file://").unwrap_or(text);
    let mut worst = None;
    let mut first = None;
    for part in path.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".") {
        if KEYS.iter().any(|key| part.eq_ignore_ascii_case(key)) || part.starts_with(".env.") {
            return Some(Tier::Destroy);
        }
        if part == ".." {
            worst = Some(Tier::Send);
        }
        first = first.or(Some(part));
    }
    let is_absolute = path.starts_with('/') || path.starts_with("\\\\") || path.as_bytes().get(1) == Some(&b':');
    let Some(first) = first.filter(|_| is_absolute) else { return worst };
    let is_home = ["home", "Users", "tmp", "C:", "c:"].contains(&first);
    let is_system = SYSTEM.contains(&first) || (first.ends_with(':') && has_part(path, "windows"));
    if is_system || (is_named && !is_home) { Some(Tier::Send) } else { worst }
}

fn has_part(path: &str, wanted: &str) -> bool {
    path.split(['/', '\\']).any(|part| part.eq_ignore_ascii_case(wanted))
}

const KEYS: [&str; 32] = [
    ".aws",
    ".azure",
    ".bash_history",
    ".docker",
    ".env",
    ".git-credentials",
    ".gnupg",
    ".kube",
    ".mozilla",
    ".netrc",
    ".npmrc",
    ".password-store",
    ".pgpass",
    ".pypirc",
    ".ssh",
    ".vault-token",
    ".zsh_history",
    "_netrc",
    "authorized_keys",
    "credentials",
    "gcloud",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "id_rsa",
    "keychains",
    "keyrings",
    "Login Data",
    "passwd",
    "shadow",
    "sudoers",
    "wallet.dat",
];

const SYSTEM: [&str; 20] = [
    "Applications",
    "Library",
    "System",
    "bin",
    "boot",
    "dev",
    "etc",
    "lib",
    "lib64",
    "opt",
    "private",
    "proc",
    "root",
    "run",
    "sbin",
    "sys",
    "usr",
    "var",
    "Volumes",
    "mnt",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_hold_keys_are_the_worst() {
        for path in [
            "~/.ssh/id_rsa",
            "/home/me/.aws/credentials",
            "/etc/shadow",
            "C:\\Users\\me\\.ssh\\x",
            "file:///etc/passwd",
        ] {
            assert_eq!(tier(path, false), Some(Tier::Destroy), "{path}");
        }
        assert_eq!(tier("config/.env", true), Some(Tier::Destroy));
    }

    #[test]
    fn what_leaves_home_is_raised_and_what_stays_is_not() {
        for path in ["/etc/hosts", "/usr/bin/x", "../x", "/home/me/../x", "C:\\Windows\\x", "\\\\host\\share"] {
            assert_eq!(tier(path, true), Some(Tier::Send), "{path}");
        }
        for path in ["~/notes.txt", "/home/me/x", "src/main.rs", "README.md", "/", "", "/Users/me/x", "/tmp/x"] {
            assert_eq!(tier(path, true), None, "{path}");
        }
        assert_eq!(tier("/api/v1/users", false), None);
    }
}
