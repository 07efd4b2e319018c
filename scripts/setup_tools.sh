#!/bin/sh
# Programs that end-to-end tests drive: setup_tools.sh NAME... installs with apt those that are missing
# (each name is the command's and the package's); does nothing where all are there. One line says what is
# needed where that cannot be done.
set -u

missing=
for tool in "$@"; do
    command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
[ -n "$missing" ] || exit 0

fail() { echo "setup_tools:$missing: $1" >&2; exit 1; }

command -v apt-get >/dev/null 2>&1 || fail "not installed, and there is no apt here; install by hand what is named"
if [ "$(id -u)" = 0 ]; then
    as_root=
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    fail "not installed, and that takes root; run: sudo apt-get install$missing"
fi

install() {
    # shellcheck disable=SC2086  # words, not names with spaces
    $as_root apt-get install -qq -y --no-install-recommends $missing
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
install >"$log" 2>&1 || { $as_root apt-get update -qq && install; } >"$log" 2>&1 ||
    fail "apt could not install: $(grep '^E:' "$log" | head -n 1)"
