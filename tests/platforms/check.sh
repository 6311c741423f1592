#!/usr/bin/env bash
# Type-checks every crate but the stories, which use Linux's own things, for Windows and macOS, from Linux. ./dev check-platforms calls it.
# That proves that the code for those platforms compiles, not that it links or runs: said again at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# A directory of its own, so that the two targets do not crowd out (or wait for) the everyday build.
export CARGO_TARGET_DIR=$PWD/target/platforms
HERE=$PWD/tests/platforms
LOG=$CARGO_TARGET_DIR/install.log
mkdir -p "$CARGO_TARGET_DIR"
checked=() failed=() unchecked=()

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# The standard library for a target: there, or brought by rustup, or this target cannot be checked.
has_target() {
  [ -d "$(rustc --print sysroot)/lib/rustlib/$1/lib" ] && return
  echo "==> rustup target add $1"
  rustup target add "$1" >>"$LOG" 2>&1
}

# C for Windows (ring, SQLite): Debian's mingw. The -gnu target, because -msvc needs Microsoft's own librarian.
has_windows_c() {
  command -v x86_64-w64-mingw32-gcc >/dev/null && return
  command -v apt-get >/dev/null || return
  echo "==> installing gcc-mingw-w64-x86-64-win32 (system package)"
  { as_root apt-get update -qq && as_root apt-get install -y -qq --no-install-recommends gcc-mingw-w64-x86-64-win32; } >>"$LOG" 2>&1
}

# C for macOS: the machine's own on a Mac; elsewhere zig from PyPI, which carries the headers that C needs (not Apple's frameworks).
has_macos_c() {
  [ "$(uname -s)" = Darwin ] && return
  export ZIG_HOME=$CARGO_TARGET_DIR/zig
  if [ ! -x "$ZIG_HOME/ziglang/zig" ]; then
    echo "==> bringing zig 0.17.0 from PyPI into target/platforms/zig"
    python3 -m pip install --quiet --no-deps --target "$ZIG_HOME" ziglang==0.17.0 >>"$LOG" 2>&1 || return
  fi
  # cc-rs asks Xcode where the SDK is, unless it is told; zig needs none.
  export SDKROOT=/ CC_aarch64_apple_darwin=$HERE/zig-cc CFLAGS_aarch64_apple_darwin='' AR_aarch64_apple_darwin=$HERE/zig-ar
}

check() { # check TARGET NAME C-COMPILER-FUNCTION
  if ! has_target "$1"; then unchecked+=("$2: no standard library for $1 here, and rustup could not bring it"); return; fi
  if ! "$3"; then unchecked+=("$2: no C compiler for $1 here, and none could be installed (see $LOG)"); return; fi
  echo "==> cargo check for $2 ($1)"
  if cargo check --locked --workspace --exclude keyholder-stories --lib --bins --target "$1"; then checked+=("$2 ($1)"); else failed+=("$2 ($1)"); fi
}

check x86_64-pc-windows-gnu Windows has_windows_c
check aarch64-apple-darwin macOS has_macos_c

echo
for one in ${checked[@]+"${checked[@]}"}; do echo "type-checked: $one"; done
for one in ${unchecked[@]+"${unchecked[@]}"}; do echo "NOT CHECKED: $one"; done
for one in ${failed[@]+"${failed[@]}"}; do echo "FAILED: $one"; done
echo "Not checkable from here in any case: linking and running on Windows and macOS, their keychains' prompts, the -msvc target, signing."
[ ${#failed[@]} = 0 ]
