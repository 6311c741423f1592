#!/usr/bin/env bash
# Builds what is installed: packages with the app, the broker and the command in them. ./dev package calls it.
#   package.sh [FORMATS]     such as deb,rpm,appimage; without it, what can be built without the network
# An AppImage's own parts are downloaded by the bundler, and no lock file names them: it is built where somebody asks for it.
# They lie in target/release/bundle afterwards. Needs what the app needs (webkit2gtk's headers on Linux), npm, help2man.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

TAURI_CLI=2.12.5
TARGET=${CARGO_TARGET_DIR:-target}
STAGE=target/package
TOOLS=target/node-tauri

say() { printf '==> %s\n' "$*"; }
fail() { printf 'package: %s\n' "$*" >&2; exit 1; }

case "$(uname -s)" in
  Linux) formats=${1-deb,rpm} ;;
  Darwin) formats=${1-app,dmg} ;;
  *) formats=${1-nsis,msi} ;;
esac
exe=
triple=$(rustc --print host-tuple 2>/dev/null || rustc -vV | sed -n 's/^host: //p')
case "$triple" in *windows*) exe=.exe ;; esac

[ -f ui/dist/approval.html ] || { say "the pages (ui)"; npm --prefix ui ci --ignore-scripts --no-audit --no-fund; npm --prefix ui run build; }

say "keyholder and keyholderd (release)"
cargo build --locked --release -p keyholder-cli -p keyholder-daemon
rm -rf "$STAGE"
mkdir -p "$STAGE/bin" "$STAGE/completions" "$STAGE/man"
for program in keyholder keyholderd; do
  # The bundler wants the platform in the name, and takes it off again.
  cp "$TARGET/release/$program$exe" "$STAGE/bin/$program-$triple$exe"
done

say "completions and manual pages"
command="$TARGET/release/keyholder$exe"
"$command" completions bash >"$STAGE/completions/keyholder.bash"
"$command" completions zsh >"$STAGE/completions/_keyholder"
"$command" completions fish >"$STAGE/completions/keyholder.fish"
if command -v help2man >/dev/null; then
  for program in keyholder keyholderd; do
    help2man --no-info --section 1 --no-discard-stderr \
      --name "$([ "$program" = keyholder ] && echo 'lets AI agents use keys that they never hold' || echo "Keyholder's broker")" \
      "$TARGET/release/$program$exe" | gzip -9n >"$STAGE/man/$program.1.gz"
  done
elif [ "$(uname -s)" = Linux ]; then
  fail "help2man is missing, which writes the manual pages; install it and try again"
fi
{
  printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: Keyholder\n\n'
  printf 'Files: *\nCopyright: The Keyholder authors\nLicense: Apache-2.0 or Expat\n\n'
  printf 'License: Apache-2.0\n On Debian systems its text is in /usr/share/common-licenses/Apache-2.0.\n\nLicense: Expat\n'
  sed 's/^$/./; s/^/ /' LICENSE-MIT
} >"$STAGE/copyright"

if [ "$("$TOOLS/node_modules/.bin/tauri" --version 2>/dev/null)" != "tauri-cli $TAURI_CLI" ]; then
  say "the bundler ($TAURI_CLI) into $TOOLS"
  mkdir -p "$TOOLS"
  printf '{"name":"bundler","private":true}\n' >"$TOOLS/package.json"
  npm install --prefix "$TOOLS" --ignore-scripts --no-audit --no-fund --no-save "@tauri-apps/cli@$TAURI_CLI"
fi

say "the app and the packages ($formats)"
made=() missing=()
for format in ${formats//,/ }; do
  if (cd src-tauri && "../$TOOLS/node_modules/.bin/tauri" build --ci --config package.conf.json --bundles "$format"); then
    made+=("$format")
  else
    missing+=("$format")
  fi
done
find "$TARGET/release/bundle" -maxdepth 2 -type f \( -name '*.deb' -o -name '*.rpm' -o -name '*.AppImage' -o -name '*.dmg' -o -name '*.msi' -o -name '*-setup.exe' \) -exec ls -l {} +
[ ${#missing[@]} = 0 ] || fail "not built: ${missing[*]}"
