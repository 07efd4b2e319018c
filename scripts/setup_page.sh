#!/bin/sh
# Puts what the tests of the report page need into .venv-editors (a driver for chromium, and axe-core, which
# looks for what a screen reader would trip over) and prints two paths: the driver's folder, axe's script.
# Invariant: it does nothing when nothing has changed, several at once do no harm, nothing of the user's is
# touched, and what goes wrong is one line that names the mend.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONPATH PYTHONHOME

home=.venv-editors
axe=$home/axe
lock=tests/page/package-lock.json

say() { printf 'setup_page: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

sh scripts/setup_vscode.sh >/dev/null || exit 1
bin=$(sh scripts/setup_node.sh) || exit 1

want=$(cksum <"$lock")
ready() { [ "$(cat "$axe/.ready" 2>/dev/null)" = "$want" ]; }
if ! ready; then
    new=$home/axe.$$
    log=$home/axe.$$.log
    trap 'rm -rf "$new" "$log"' EXIT
    install() {
        rm -rf "$new"
        mkdir -p "$new" && cp tests/page/package.json "$lock" tests/page/.npmrc "$new/" || return 1
        PATH=$bin:$PATH npm ci --ignore-scripts --no-update-notifier --prefix "$new" >"$log" 2>&1 </dev/null
    }
    install || { say "that failed, trying once more"; install; } ||
        fail "npm could not fetch what $lock names: $(grep -m 1 'npm error' "$log" || echo 'is the registry in reach?')"
    printf '%s\n' "$want" >"$new/.ready"
    # Another one may have been quicker: then its folder stays.
    if ! ready; then
        rm -rf "$axe"
        mv "$new" "$axe"
    fi
fi
printf '%s\n%s\n' "$PWD/$home/workbench-lib" "$PWD/$axe/node_modules/axe-core/axe.min.js"
