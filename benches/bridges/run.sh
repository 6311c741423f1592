#!/usr/bin/env bash
# Measures Keyholder against the floor, and with --peers against other bridges; writes docs/performance.md. ./dev bench calls it
# after a release build.   run.sh [--peers] [--rounds N] [--calls N]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
peers='' rounds=5 calls=2000
while [ $# -gt 0 ]; do
  case "$1" in
    --peers) peers=yes ;;
    --rounds) rounds=$2; shift ;;
    --calls) calls=$2; shift ;;
    *) echo "run.sh [--peers] [--rounds N] [--calls N]" >&2; exit 2 ;;
  esac
  shift
done
[ "$(uname -s)" = Linux ] || { echo "the bench counts memory through /proc: Linux only" >&2; exit 69; }
NODE=${NODE:-node}
bin=$PWD/target/release out=$PWD/target/bench log=$PWD/target/bench/install.log
mkdir -p "$out"

echo "==> the floor: the least that a bridge can do"
rustc -O --edition 2024 benches/bridges/floor-bridge.rs -o "$out/floor-bridge"
bridges=(floor="$out/floor-bridge {url}" keyholder="$bin/keyholder bridge {url}")

if [ -n "$peers" ]; then
  if [ ! -d target/peers/node_modules/mcp-remote ]; then
    echo "==> installing mcp-remote 0.15.1 (npm) into target/peers"
    mkdir -p target/peers
    printf '{"name":"peers","private":true}\n' >target/peers/package.json
    npm install --prefix target/peers --ignore-scripts --no-audit --no-fund mcp-remote@0.15.1 >>"$log" 2>&1 || { cat "$log" >&2; exit 1; }
  fi
  if [ ! -x target/peers/bin/hyper-mcp-remote ]; then
    echo "==> building hyper-mcp-remote 0.5.0 (crates.io) into target/peers: some minutes"
    cargo install --quiet --locked --root target/peers hyper-mcp-remote@0.5.0 >>"$log" 2>&1 || { tail -30 "$log" >&2; exit 1; }
  fi
  bridges+=(hyper-mcp-remote="$PWD/target/peers/bin/hyper-mcp-remote {url}"
    mcp-remote="$NODE $PWD/target/peers/node_modules/mcp-remote/dist/proxy.js {url} --allow-http --transport http-only")
fi

# A home for this run alone, whose policy lets everything run: what is timed still decides and records each call.
home=$(mktemp -d "${TMPDIR:-/tmp}/kb-XXXXXX")
trap 'rm -rf "$home"' EXIT
mkdir -p "$home/kh/config/policies" "$home/peer"
chmod 700 "$home" "$home/kh"
printf 'permit(principal, action, resource);\n' >"$home/kh/config/policies/everything.cedar"

echo "==> measuring: $rounds rounds of $calls calls, all bridges in turns"
KEYHOLDER_HOME=$home/kh MCP_REMOTE_CONFIG_DIR=$home/peer HYPER_MCP_REMOTE_LOG_PATH=$home/peer/log PATH=$(dirname "$NODE"):$PATH \
  tests/conformance/with-keychain.sh python3 benches/bridges/bridge-bench.py "${bridges[@]}" \
  --with-broker keyholder="$bin/keyholderd" --calls "$calls" --rounds "$rounds" --json "$out/bench.json" --page docs/performance.md
