//! What the two programs must never link (invariant 1): `keyholder` stands where hosts can reach it, and `keyholderd`, which
//! holds the tokens, must not draw what a server wrote.

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
    assert_eq!(linked("keyholder-cli", "keyholder-wire", &forbidden), [""; 0]);
}

#[test]
fn the_broker_links_no_window_library() {
    let forbidden = [
        "cef",
        "cocoa",
        "eframe",
        "egui",
        "gdk",
        "gtk",
        "iced",
        "objc2-app-kit",
        "objc2-web-kit",
        "sdl2",
        "slint",
        "softbuffer",
        "tao",
        "tauri",
        "wayland",
        "webkit",
        "webview",
        "wgpu",
        "winit",
        "wry",
        "x11",
        "xcb",
    ];
    assert_eq!(linked("keyholder-daemon", "keyholder-broker", &forbidden), [""; 0]);
}

/// The crates under a program, as built here, whose names begin with one of the words. `known` is one that must be there.
fn linked(program: &str, known: &str, words: &[&str]) -> Vec<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--package", program, "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs, since it runs this test");
    let text = String::from_utf8(tree.stdout).expect("names of crates are text");
    assert!(text.contains(known), "cargo tree said nothing of use: {}", String::from_utf8_lossy(&tree.stderr));
    let names = text.lines().map(|line| line.split(' ').next().unwrap_or_default());
    names.filter(|name| words.iter().any(|word| name.starts_with(word))).map(str::to_owned).collect()
}
