#!/bin/sh
# Puts what `make dist` and its tests need beside .venv into .venv-dist/tools and prints the folder of its
# programs; requirements/dist.txt says what that is.
# Invariant: it does nothing when nothing has changed, several at once do no harm, and what goes wrong is one
# line that names the mend.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONPATH PYTHONHOME

home=.venv-dist
tools=$home/tools
list=requirements/dist.txt
python=.venv/bin/python

say() { printf 'setup_dist: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

[ -x $python ] || fail ".venv is missing; run make setup first"
# An environment knows its folder and its Python: moved or upgraded, it is made anew.
place() { (cd $tools 2>/dev/null && pwd -P) || echo none; }
contents() { { cat $list; place; $python -c 'import sys; print(sys.version)'; } | cksum; }
ready() { [ "$(cat $tools/.ready 2>/dev/null)" = "$(contents)" ]; }

if ! ready; then
    mkdir -p $home
    # The folder ignores itself, so that no list elsewhere has to know of it.
    printf '*\n' >$home/.gitignore
    if [ -z "${DIST_LOCKED:-}" ] && command -v flock >/dev/null 2>&1; then
        DIST_LOCKED=1 exec flock $home/tools.lock sh scripts/setup_dist.sh
    fi
    say "fetching what packages are made and tried with into $tools; 30 MB, once"
    rm -rf $tools
    $python -m venv $tools || fail "$python -m venv failed; the lines above say why"
    install() {
        $tools/bin/python -m pip install -qq --no-input --disable-pip-version-check --only-binary :all: \
            --no-deps --require-hashes -r $list
    }
    install || { say "that failed, trying once more"; install; } ||
        fail "pip could not fetch what $list names; the lines above say why"
    contents >$tools/.ready
fi
printf '%s\n' "$PWD/$tools/bin"
