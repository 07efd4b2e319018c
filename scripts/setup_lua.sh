#!/bin/sh
# Puts the pinned formatter of Lua into .venv-editors/lua and sees that luacheck is there; prints that folder.
# Invariant: it does nothing when nothing has changed, several at once do no harm, nothing of the user's is
# touched, and what goes wrong is one line that names the mend.
set -eu
cd "$(dirname "$0")/.."

home=.venv-editors
lua=$home/lua
from=tests/lua

say() { printf 'setup_lua: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

bin=$(sh scripts/setup_node.sh)
PATH=$bin:$PATH
export PATH

want=$(cat "$from/package.json" "$from/package-lock.json" | cksum)
ready() { [ "$(cat "$lua/.ready" 2>/dev/null)" = "$want" ]; }
if ! ready; then
    say "fetching the formatter of Lua into $lua; 2 MB, once"
    new=$home/lua.$$
    trap 'rm -rf "$new"' EXIT
    install() {
        rm -rf "$new"
        mkdir -p "$new"
        cp "$from/package.json" "$from/package-lock.json" "$from/.npmrc" "$new"
        (cd "$new" && npm ci --silent --ignore-scripts --no-update-notifier >/dev/null)
    }
    install || { say "that failed, trying once more"; install; } ||
        fail "npm could not fetch what $from/package-lock.json names; the lines above say why"
    printf '%s\n' "$want" >"$new/.ready"
    # Another one may have been quicker: then its folder stays.
    if ! ready; then
        rm -rf "$lua"
        mv "$new" "$lua"
    fi
fi

if ! command -v luacheck >/dev/null 2>&1; then
    command -v apt-get >/dev/null 2>&1 || fail "luacheck is not installed, and there is no apt here; install it by hand"
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        fail "luacheck is not installed, and that takes root; run: sudo apt-get install lua-check"
    fi
    DEBIAN_FRONTEND=noninteractive
    export DEBIAN_FRONTEND
    get() { $as_root apt-get -o DPkg::Lock::Timeout=120 install -qq -y --no-install-recommends lua-check; }
    log=$(mktemp)
    get >"$log" 2>&1 || { $as_root apt-get update -qq && get; } >"$log" 2>&1 || {
        why=$(grep '^E:' "$log" | head -n 1)
        rm -f "$log"
        fail "apt could not install lua-check: $why"
    }
    rm -f "$log"
fi
printf '%s\n' "$PWD/$lua"
