#!/usr/bin/env bash
# Installs the .deb on a Debian that has nothing, starts what was installed, and removes it again. Needs root and debootstrap.
#   in-a-clean-root.sh FILE.deb     prints a line for each thing that holds; the first that does not ends it
set -euo pipefail

deb=$(realpath "$1")
suite=${SUITE:-bookworm}
cache=${KEYHOLDER_ROOTS:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/target/roots}
mkdir -p "$cache"

say() { printf '==> %s\n' "$*"; }
fail() { printf 'package: %s\n' "$*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "a clean root is made by root"
command -v debootstrap >/dev/null || fail "debootstrap is missing"

# The machine's own mirror, settings and certificates, so that it works wherever this machine's apt does.
mirror=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -1)
[ -f "$cache/$suite.tar" ] || {
  say "a bare $suite (kept in $cache)"
  made=$(mktemp -d -p "$cache")
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$made" ${mirror:+"$mirror"} >/dev/null
  tar -C "$made" -cf "$cache/$suite.tar" .
  rm -rf "$made"
}

root=$(mktemp -d -p "$cache" clean.XXXX)
inside() { chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
mounted=()
leave() {
  # Nothing of the root may outlive it.
  for process in /proc/[0-9]*; do
    [ "$(readlink "$process/root" 2>/dev/null)" = "$root" ] && kill -9 "${process#/proc/}" 2>/dev/null
  done
  for mount in "${mounted[@]}"; do umount -l "$mount" || true; done
  rm -rf --one-file-system "$root"
}
trap leave EXIT
tar -C "$root" -xf "$cache/$suite.tar"
for place in proc sys dev dev/pts; do
  mount --bind "/$place" "$root/$place"
  mounted=("$root/$place" "${mounted[@]}")
done
cp /etc/resolv.conf /etc/hosts "$root/etc/"
if [ -f /etc/apt/sources.list.d/debian.sources ]; then
  cp /etc/apt/sources.list.d/debian.sources "$root/etc/apt/sources.list.d/"
  rm -f "$root/etc/apt/sources.list"
fi
cp -n /etc/apt/apt.conf.d/* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"

say "installing $(basename "$deb") with apt, and a desktop without a screen"
cp "$deb" "$root/root/keyholder.deb"
inside apt-get update -qq
before=$(inside find / -xdev -path /proc -prune -o -name '*keyholder*' -print | grep -v '^/root/' | sort || true)
inside apt-get install -y -qq --no-install-recommends /root/keyholder.deb >/dev/null
inside apt-get install -y -qq --no-install-recommends xvfb xauth openbox xdotool dbus-x11 gnome-keyring man-db bash-completion >/dev/null

say "what must be there"
version=$(inside keyholder --version)
for file in /usr/bin/keyholder /usr/bin/keyholderd /usr/bin/keyholder-desktop; do
  inside test -x "$file" || fail "$file is not installed"
done
for file in /usr/share/man/man1/keyholder.1.gz /usr/share/man/man1/keyholderd.1.gz /usr/share/bash-completion/completions/keyholder \
  /usr/share/zsh/vendor-completions/_keyholder /usr/share/fish/vendor_completions.d/keyholder.fish; do
  inside test -s "$file" || fail "$file is not installed"
done
inside sh -c 'ls /etc/xdg/autostart/*eyholder*.desktop /usr/share/applications/*eyholder*.desktop' || fail "no entry for autostart or the menu"
inside dpkg -V keyholder || fail "what is installed is not what was packed"
printf '%s, on the path, with manual pages, completions, autostart and menu entries\n' "$version"

say "starting it from the menu's command"
cat >"$root/root/try.sh" <<'TRY'
set -eu
openbox --sm-disable >/dev/null 2>&1 &
printf 'only for this' | gnome-keyring-daemon --unlock --components=secrets >/dev/null
export KEYHOLDER_HOME=$HOME/kh
mkdir -m 700 "$KEYHOLDER_HOME"
keyholder open
for _ in $(seq 600); do
  title=$(xdotool search --onlyvisible --class keyholder-desktop getwindowname 2>/dev/null | grep -m1 . || true)
  [ -n "$title" ] && break
  sleep 0.1
done
[ -n "$title" ] || { echo "no window came"; keyholder status || true; cat "$KEYHOLDER_HOME"/state/keyholderd.log 2>/dev/null; exit 1; }
echo "a window came: $title"
keyholder doctor || true
keyholder stop
for _ in $(seq 100); do
  pgrep -x keyholderd >/dev/null || pgrep -x keyholder-deskt >/dev/null || exit 0
  sleep 0.1
done
echo "something still runs"
exit 1
TRY
inside apt-get install -y -qq --no-install-recommends procps >/dev/null
inside xvfb-run --auto-servernum --server-args="-screen 0 1280x1024x24 -nolisten tcp" dbus-run-session -- bash /root/try.sh

say "the demo, as installed"
inside dbus-run-session -- sh -c 'printf x | gnome-keyring-daemon --unlock --components=secrets >/dev/null; keyholder demo </dev/null' | tail -3

say "removing it"
inside apt-get purge -y -qq keyholder >/dev/null
after=$(inside find / -xdev -path /proc -prune -o -name '*keyholder*' -print | grep -v '^/root/' | grep -v '^/var/\(cache\|lib\|log\)/' | sort || true)
[ "$before" = "$after" ] || fail "something was left: $after"
echo "nothing was left behind"
