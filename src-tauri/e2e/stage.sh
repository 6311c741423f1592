#!/usr/bin/env bash
# Runs a command on a stage of its own: an X display that nobody sees, a session bus, a window manager, the accessibility bus.
# Needs xvfb, openbox, dbus-x11, at-spi2-core.   stage.sh COMMAND…
set -euo pipefail

if [ -z "${KEYHOLDER_STAGE-}" ]; then
  export KEYHOLDER_STAGE=1
  # No display of the person's own, and no session of theirs.
  unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS GDK_BACKEND
  exec xvfb-run --auto-servernum --server-args="-screen 0 1280x1024x24 -nolisten tcp" \
    dbus-run-session -- "$0" "$@"
fi

export LIBGL_ALWAYS_SOFTWARE=1 NO_AT_BRIDGE=0 XDG_SESSION_TYPE=x11
openbox --sm-disable >/dev/null 2>&1 &
WM=$!
/usr/libexec/at-spi-bus-launcher --launch-immediately >/dev/null 2>&1 &
BUS=$!
trap 'kill "$WM" "$BUS" 2>/dev/null || true' EXIT
"$@"
