#!/bin/sh
# Sets up .venv in this checkout: `setup.sh run` to run Afterglow, `setup.sh dev` for tests and checks too.
# Invariant: it does nothing when nothing has changed, and what goes wrong is one line that names the mend.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONPATH PYTHONHOME

want=${1:-dev}
venv=.venv
python=$venv/bin/python

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

recent_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
complete() { "$1" -c 'import ensurepip, sqlite3, venv' >/dev/null 2>&1; }
version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

# A version manager's stub exists and answers with an error, so a candidate counts only when it runs.
choose() {
    incomplete=
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3.14 python3.13 python3.12 python3.11 python3 python
    fi
    for candidate in "$@"; do
        recent_enough "$candidate" || continue
        if complete "$candidate"; then
            chosen=$candidate
            return
        fi
        incomplete=${incomplete:-$candidate}
    done
    if [ -z "$incomplete" ]; then
        fail "Python 3.11 or later is needed and none was found${PYTHON:+ at $PYTHON}; install one or name it: make PYTHON=/path/to/python3"
    fi
    if ! "$incomplete" -c 'import sqlite3' >/dev/null 2>&1; then
        fail "$incomplete was built without sqlite3; name another: make PYTHON=/path/to/python3"
    fi
    fail "$incomplete cannot make virtual environments (Debian and Ubuntu keep that apart): apt install python$(version "$incomplete")-venv, then run make again"
}

# An environment knows the folder and the Python it was made for; moved or upgraded, it is made anew.
place() { printf '%s\n%s\n' "$(pwd -P)" "$(version "$python")"; }
contents() { cat "$@" | cksum; }

# One that holds the development tools keeps them in step, whoever asks.
[ ! -f $venv/.ready-dev ] || want=dev

case $want in
run) files="requirements/run.txt requirements/build.txt pyproject.toml" pins="requirements/run.txt requirements/build.txt" ;;
dev) files="requirements/run.txt requirements/build.txt requirements/llm.txt requirements/dev.txt pyproject.toml" pins=requirements/dev.txt ;;
*) fail "say run or dev, not $want" ;;
esac
# shellcheck disable=SC2086  # a list of names without spaces
now=$(contents $files)

if [ -x "$python" ] && [ "$(cat $venv/.place 2>/dev/null)" = "$(place)" ]; then
    [ "$(cat "$venv/.ready-$want" 2>/dev/null)" != "$now" ] || exit 0
    say "installing what is missing in $venv"
else
    choose
    say "making $venv with Python $(version "$chosen"); this takes about half a minute, once"
    "$chosen" -m venv --clear $venv || fail "$chosen -m venv failed; the lines above say why"
    place >$venv/.place
fi

install() { "$python" -m pip install -qq --no-input --disable-pip-version-check "$@"; }
twice() { "$@" || { say "that failed, trying once more"; "$@"; } || fail "pip could not install; the lines above say why"; }

set --
for file in $pins; do set -- "$@" -r "$file"; done
twice install "$@"
twice install --no-deps --no-build-isolation -e .
printf '%s\n' "$now" >"$venv/.ready-$want"
