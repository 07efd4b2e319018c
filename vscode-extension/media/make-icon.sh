#!/bin/sh
# Draws icon.png from icon.svg with Debian's chromium; run it after a change of the drawing.
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
printf '<style>*{margin:0}</style>' >"$scratch/icon.html"
cat icon.svg >>"$scratch/icon.html"
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$scratch/profile" \
    --window-size=256,256 --default-background-color=00000000 --screenshot="$PWD/icon.png" \
    "file://$scratch/icon.html" >/dev/null 2>&1
