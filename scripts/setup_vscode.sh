#!/bin/sh
# Puts the real VS Code (code-server) and what drives a browser into .venv-editors, installs chromium where it is
# missing, and prints two paths: node, and VS Code's server-main.js.
# Of what VS Code's server needs only what these tests need is fetched (tests/workbench/package.json), and what
# speaks to services on the net is left out; two small native modules are compiled with Node's own headers.
# Invariant: it does nothing when nothing has changed, several at once wait for each other, nothing of the
# user's is touched, and what goes wrong is one line that names the mend.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONPATH PYTHONHOME

home=.venv-editors
code=$home/vscode
lib=$home/workbench-lib
list=requirements/workbench.txt
lock=tests/workbench/package-lock.json
python=.venv/bin/python
server=node_modules/code-server/lib/vscode

say() { printf 'setup_vscode: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

[ -x "$python" ] || fail ".venv is missing; run make setup first"
bin=$(sh scripts/setup_node.sh) || exit 1
mkdir -p "$home"
# The folder ignores itself, so that no list elsewhere has to know of it.
printf '*\n' >"$home/.gitignore"
# One at a time, where the system has the program for it.
if [ -z "${VSCODE_LOCKED:-}" ] && command -v flock >/dev/null 2>&1; then
    VSCODE_LOCKED=1 exec flock "$home/vscode.lock" sh scripts/setup_vscode.sh
fi

log=$home/vscode.log
twice() { "$@" >"$log" 2>&1 </dev/null || { say "that failed, trying once more"; "$@" >"$log" 2>&1 </dev/null; }; }
told() { grep -E '^(ERROR|npm error|.* error:)' "$log" | head -n 5 >&2; fail "$1; more stands in $log"; }
tools() {
    turn=${TMPDIR:-/tmp}/afterglow-setup-tools.lock
    if command -v flock >/dev/null 2>&1; then
        flock "$turn" sh scripts/setup_tools.sh "$@"
    else
        sh scripts/setup_tools.sh "$@"
    fi || exit 1
}

command -v chromium >/dev/null 2>&1 || say "installing chromium for the tests; about 100 MB, once"
tools chromium

want=$(cksum <"$list")
if [ "$(cat "$lib/.ready" 2>/dev/null)" != "$want" ]; then
    say "fetching what drives the browser into $lib; 50 MB, once"
    new=$home/workbench.new
    sh scripts/fetch_wheels.sh "$list" "$new" || exit 1
    printf '%s\n' "$want" >"$new/.ready"
    rm -rf "$lib"
    mv "$new" "$lib"
fi

want=$(cat "$lock" requirements/node.txt "$0" | cksum)
if [ "$(cat "$code/.ready" 2>/dev/null)" != "$want" ]; then
    say "fetching VS Code for the tests into $code; 60 MB and about a minute, once"
    tools make g++
    new=$home/vscode.new
    install() {
        rm -rf "$new"
        mkdir -p "$new" && cp tests/workbench/package.json "$lock" tests/workbench/.npmrc "$new/" || return 1
        npm ci --omit=dev --ignore-scripts --no-update-notifier --prefix "$new" || return 1
        npm rebuild --foreground-scripts --no-update-notifier --prefix "$new" \
            @vscode/spdlog @vscode/native-watchdog
    }
    # The headers come with Node, so nothing is fetched to compile; tests need no fast code.
    PATH=$bin:$PATH npm_config_nodedir=$(dirname "$bin") npm_config_python=$PWD/$python CXXFLAGS=-O0
    export PATH npm_config_nodedir npm_config_python CXXFLAGS
    twice install || told "npm could not fetch or build what tests/workbench/package-lock.json names"
    # VS Code's own packages are looked for beside it; ours lie in one folder.
    ln -s ../../.. "$new/$server/node_modules"
    for name in copilot github github-authentication microsoft-authentication tunnel-forwarding \
        ms-vscode.js-debug ms-vscode.js-debug-companion ms-vscode.vscode-js-profile-table \
        debug-auto-launch npm grunt gulp jake; do
        rm -rf "$new/$server/extensions/$name"
    done
    printf '%s\n' "$want" >"$new/.ready"
    rm -rf "$code"
    mv "$new" "$code"
fi
rm -f "$log"

"$bin/node" --version >/dev/null 2>&1 || fail "$bin/node does not run here; name one that does: NODE_HOME=/path/to/node"
printf '%s\n%s\n' "$bin/node" "$PWD/$code/$server/out/server-main.js"
