#!/usr/bin/env bash
# Renders the artwork (app.svg, app-small.svg, tray/*.svg) into the files that are installed. They are committed: only whoever
# changes the artwork needs rsvg-convert, ImageMagick and Python.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

draw() { rsvg-convert --width "$2" --height "$2" "$1" --output "$3"; }
# Below 48 pixels the fine strokes of the large one would blur.
app() { if [ "$1" -lt 48 ]; then draw app-small.svg "$1" "$2"; else draw app.svg "$1" "$2"; fi; }

mkdir -p app tray/png
for size in 16 24 32 48 64 128 256 512; do app "$size" "app/$size.png"; done

convert app/16.png app/24.png app/32.png app/48.png app/64.png app/256.png app/app.ico

# An ICNS file is a list of PNGs, each under the four letters of its size.
draw app.svg 1024 app/1024.png
python3 - app/app.icns ic11=32 ic12=64 ic07=128 ic13=256 ic08=256 ic14=512 ic09=512 ic10=1024 <<'PYTHON'
import struct, sys
target, *entries = sys.argv[1:]
body = b""
for entry in entries:
    kind, size = entry.split("=")
    png = open(f"app/{size}.png", "rb").read()
    body += kind.encode() + struct.pack(">I", len(png) + 8) + png
open(target, "wb").write(b"icns" + struct.pack(">I", len(body) + 8) + body)
PYTHON
rm app/1024.png

# Black with alpha: a template for macOS; elsewhere whoever shows them takes the alpha and the panel's own colour.
for drawing in tray/*.svg; do
  name=$(basename "$drawing" .svg)
  for size in 16 22 24 32 44 48; do draw "$drawing" "$size" "tray/png/$name-$size.png"; done
done

# What the broker puts into the tray of a Linux desktop: ARGB32 in network byte order. A panel may be light or dark and does not say
# which, so the shape is light with a dark rim.
for drawing in tray/*.svg; do
  name=$(basename "$drawing" .svg)
  for size in 22 44; do
    convert "tray/png/$name-$size.png" -alpha extract -depth 8 gray:- | python3 -c '
import sys
side = int(sys.argv[1])
ink = sys.stdin.buffer.read()
reach = max(1, side // 22)
out = bytearray()
for y in range(side):
    for x in range(side):
        near = [ink[v * side + u] for v in range(max(0, y - reach), min(side, y + reach + 1)) for u in range(max(0, x - reach), min(side, x + reach + 1))]
        shape, rim = ink[y * side + x], max(near) * 7 // 10
        alpha = max(shape, rim)
        light = 245 * shape // alpha if alpha else 0
        out += bytes([alpha, light, light, light])
sys.stdout.buffer.write(out)' "$size" >"tray/$name-$size.argb"
  done
done
