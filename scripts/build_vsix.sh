#!/bin/sh
# Builds the VS Code extension with the server inside and prints the package's path: build_vsix.sh [FOLDER],
# else dist/. Where nothing it is made of has changed the last one is taken; VSIX_ANEW=1 builds all the same.
# Invariant: the same sources give the same bytes, wherever they lie; several at once wait for each other.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONPATH PYTHONHOME

to=${1:-dist}
python=.venv/bin/python

say() { printf 'build_vsix: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

[ -x $python ] || fail ".venv is missing; run make setup first"
bin=$(sh scripts/setup_node.sh) || exit 1
mkdir -p .venv-dist
printf '*\n' >.venv-dist/.gitignore
# One at a time, where the system has the program for it.
if [ -z "${VSIX_LOCKED:-}" ] && command -v flock >/dev/null 2>&1; then
    VSIX_LOCKED=1 exec flock .venv-dist/vsix.lock sh scripts/build_vsix.sh "$@"
fi
PATH=$bin:$PATH
export PATH

log=.venv-dist/vsix.log
quietly() { "$@" >$log 2>&1 </dev/null; }
told() { grep -v -e '^[[:space:]]*$' -e '^npm warn' $log | tail -n 12 >&2; fail "$*"; }

sh scripts/setup_extension.sh || exit 1
$python scripts/bundle_server.py || exit 1

made_of=$($python scripts/vsix.py made-of)
vsix=$to/$($python scripts/vsix.py name)
kept=.venv-dist/last.vsix
stage=.venv-dist/stage
if [ -n "${VSIX_ANEW:-}" ] || [ ! -f $kept ] || [ "$(cat $kept.made-of 2>/dev/null)" != "$made_of" ]; then
    rm -f $kept $kept.raw $kept.made-of
    $python scripts/vsix.py stage $stage || exit 1
    quietly npm --prefix $stage run build || told "the extension does not build; the lines above say why"
    packed() { (cd $stage && npx --no-install vsce package --no-dependencies --out ../last.vsix.raw); }
    quietly packed || told "vsce refuses the extension; the lines above say why"
    $python scripts/vsix.py settle $kept.raw $kept || exit 1
    rm -f $kept.raw
    printf '%s\n' "$made_of" >$kept.made-of
fi
mkdir -p "$to"
cp $kept "$vsix.$$"
mv "$vsix.$$" "$vsix"
printf '%s\n' "$vsix"
