#!/usr/bin/env bash
# Runs a command with a keychain of its own: a private session bus, and on it a gnome-keyring that is unlocked and empty.
#   with-keychain.sh COMMAND [ARGUMENTS]
# The bus address is passed on in DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR is private; both end with the command.
# Elsewhere than on Linux the platform's own keychain serves, and the command is simply run.
set -euo pipefail

if [ "$(uname -s)" != Linux ]; then exec "$@"; fi

if [ "${1-}" != --inside ]; then
  for program in dbus-run-session gnome-keyring-daemon; do
    command -v "$program" >/dev/null || { echo "with-keychain.sh: $program is missing (./dev setup installs it)" >&2; exit 69; }
  done
  runtime=$(mktemp -d "${TMPDIR:-/tmp}/kk-XXXXXX")
  chmod 700 "$runtime"
  trap 'rm -rf "$runtime"' EXIT
  # No display is passed on: a locked keychain must answer "locked" instead of opening a window that nobody sees.
  # The bus complains of limits that root in a container cannot set, so its own messages go to a file; ours go past it.
  code=0
  env -u DISPLAY -u WAYLAND_DISPLAY -u DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR="$runtime" XDG_DATA_HOME="$runtime/data" \
    dbus-run-session -- bash "$0" --inside "$@" 3>&2 2>"$runtime/bus.log" || code=$?
  [ -e "$runtime/started" ] || { echo "with-keychain.sh: the session bus did not start:" >&2; cat "$runtime/bus.log" >&2; }
  exit "$code"
fi
exec 2>&3 3>&-
shift
touch "$XDG_RUNTIME_DIR/started"

# The first password that an empty keyring is unlocked with becomes its own; the keyring is thrown away with $runtime.
printf 'keyholder-tests' >"$XDG_RUNTIME_DIR/password"
gnome-keyring-daemon --foreground --unlock --components=secrets <"$XDG_RUNTIME_DIR/password" >"$XDG_RUNTIME_DIR/keyring.log" 2>&1 &
keyring=$!
trap 'kill "$keyring" 2>/dev/null || true; wait "$keyring" 2>/dev/null || true' EXIT

# Ready when it owns its name on the bus; asking with --print-reply would wake an activatable one, so the list is read.
for _ in $(seq 200); do
  if dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.ListNames 2>/dev/null | grep -q '"org.freedesktop.secrets"'; then
    unset XDG_DATA_HOME
    code=0
    "$@" || code=$?
    exit "$code"
  fi
  kill -0 "$keyring" 2>/dev/null || break
  sleep 0.05
done
echo "with-keychain.sh: the keyring did not come up:" >&2
cat "$XDG_RUNTIME_DIR/keyring.log" >&2
exit 69
