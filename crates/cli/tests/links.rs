//! What `keyholder` must never link: it stands where hosts can reach it (invariant 1).

use std::process::Command;

#[test]
fn the_bridge_links_no_network_keychain_database_or_async_library() {
    let forbidden = [
        "aws-lc",
        "async-",
        "curl",
        "futures",
        "hyper",
        "keyring",
        "keyholder-broker",
        "keyholder-http",
        "keyholder-oauth",
        "keyholder-secret",
        "keyholder-vault",
        "libsqlite3",
        "mio",
        "native-tls",
        "oauth2",
        "openssl",
        "reqwest",
        "ring",
        "rusqlite",
        "rustls",
        "secret-service",
        "security-framework",
        "smol",
        "tao",
        "tauri",
        "tokio",
        "ureq",
        "webkit",
        "wry",
        "zbus",
    ];
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--package",
            "keyholder-cli",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = String::from_utf8(tree.stdout).unwrap();
    assert!(
        text.contains("keyholder-wire"),
        "cargo tree said nothing of use: {}",
        String::from_utf8_lossy(&tree.stderr)
    );
    for line in text.lines() {
        let name = line.split(' ').next().unwrap_or_default();
        assert!(!forbidden.iter().any(|word| name.starts_with(word)), "{name} is linked");
    }
}
