#!/bin/sh
# Fetches the wheels that a list of requirements names by hash, and unpacks them: fetch_wheels.sh LIST FOLDER.
# Invariant: the folder is new, or nothing is there; what goes wrong is tried once more, then named in one line.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONPATH PYTHONHOME

list=$1
folder=$2

install() {
    rm -rf "$folder"
    .venv/bin/python -m pip install -qq --no-input --disable-pip-version-check --no-compile --only-binary :all: \
        --no-deps --require-hashes --target "$folder" -r "$list"
}
install || { echo "fetch_wheels: that failed, trying once more" >&2; install; } || {
    rm -rf "$folder"
    echo "fetch_wheels: pip could not fetch what $list names; the lines above say why" >&2
    exit 1
}
