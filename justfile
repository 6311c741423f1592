# Every developer verb, for those who have `just`. The work is done by ./dev, which needs nothing but bash.

# Lists the verbs.
default:
    @just --list --unsorted

# Builds, and shows Keyholder's story with practice servers.
run *arguments:
    ./dev run {{ arguments }}

# Everything that must hold: format, lints, tests, conformance.
test:
    ./dev test

# The whole-house stories whose name contains a word.
story name:
    tests/conformance/with-keychain.sh cargo nextest run -p keyholder-stories {{ name }}

# Format, clippy, licences and bans.
lint:
    ./dev lint

# Rewrites the format of every file.
fmt:
    cargo fmt --all

# Real host apps through Keyholder to a real server; --write rewrites docs/hosts.md.
hosts *arguments:
    ./dev hosts {{ arguments }}

# Runs the official suite on every wire and rewrites docs/conformance.md.
conformance:
    ./dev conformance

# Measures against the floor (and other bridges with --peers) and rewrites docs/performance.md.
bench *arguments:
    ./dev bench {{ arguments }}

# Type-checks every crate but the desktop app for Windows and macOS.
check-platforms:
    ./dev check-platforms

# The documentation of the code, with broken links refused.
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items

# Installs what is missing on this machine.
setup:
    ./dev setup
