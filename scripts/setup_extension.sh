#!/bin/sh
# Puts what the VS Code extension is built and checked with into vscode-extension/node_modules, as the lock file
# names it. Prints nothing when all is there.
# Invariant: it does nothing when nothing has changed, several at once do no harm, nothing of the user's is
# touched, and what goes wrong is one line that names the mend.
set -eu
cd "$(dirname "$0")/.."

home=vscode-extension
say() { printf 'setup_extension: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

bin=$(sh scripts/setup_node.sh) || exit 1
want=$(cat "$home/package-lock.json" "$home/.npmrc" | cksum)
mark=$home/node_modules/.afterglow-ready
ready() { [ "$(cat "$mark" 2>/dev/null)" = "$want" ]; }
ready && exit 0

# One at a time: the folder is the lock; one that its maker left behind counts for ten minutes.
mkdir -p .venv-editors
printf '*\n' >.venv-editors/.gitignore
lock=.venv-editors/extension-lock
tries=0
until mkdir "$lock" 2>/dev/null; do
    find "$lock" -maxdepth 0 -mmin +10 -exec rmdir {} \; 2>/dev/null || true
    tries=$((tries + 1))
    [ "$tries" -le 600 ] || fail "another one has been at it for ten minutes; remove $lock if that is not so"
    sleep 1
done
trap 'rmdir "$lock" 2>/dev/null || true' EXIT
trap 'exit 1' HUP INT TERM
ready && exit 0

say "fetching what $home/package-lock.json names; 60 MB, once"
log=$lock.log
install() {
    (cd "$home" && PATH=$bin:$PATH npm ci --no-audit --no-fund --loglevel=error --ignore-scripts) >"$log" 2>&1
}
install || { say "that failed, trying once more"; install; } || {
    why=$(grep -m 1 'npm error' "$log" || true)
    rm -f "$log"
    fail "npm could not fetch what $home/package-lock.json names; a registry must be reachable (npm config get registry). $why"
}
rm -f "$log"
# What esbuild's own script would do at this point is to look whether its program runs.
PATH=$bin:$PATH "$home/node_modules/.bin/esbuild" --version >/dev/null 2>&1 ||
    fail "esbuild does not run on this system; remove $home/node_modules and run make setup again"
printf '%s\n' "$want" >"$mark"
