#!/bin/sh
# Builds a release into a folder, dist/ if none is named: wheel, source archive, VS Code extension, the bill
# of materials of all that, and SHA256SUMS.
# Invariant: the same sources give the same bytes, in any folder and at any hour; what an earlier run made for
# another version goes, and nothing else in the folder is touched.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONPATH PYTHONHOME

to=${1:-dist}
python=.venv/bin/python
# The time that hatchling gives by itself where none is said; said, so that nobody else's counts.
SOURCE_DATE_EPOCH=1580601600
export SOURCE_DATE_EPOCH

say() { printf 'dist: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

[ -x $python ] || fail ".venv is missing; run make setup first"
tools=$(sh scripts/setup_dist.sh) || exit 1
version=$($python scripts/version.py) || exit 1

mkdir -p "$to"
rm -f "$to"/afterglow*.whl "$to"/afterglow*.tar.gz "$to"/afterglow*.vsix "$to"/afterglow*.cdx.json "$to/SHA256SUMS"
told=$($python -m hatchling build -d "$to" 2>&1) || fail "hatchling could not build: $told"
VSIX_ANEW=1 sh scripts/build_vsix.sh "$to" >/dev/null || exit 1
"$tools/python" scripts/make_sbom.py "$to/afterglow-$version.cdx.json" || exit 1
cd "$to"
# Names without folders, so that `sha256sum -c SHA256SUMS` works wherever the files are taken.
sha256sum afterglow* >SHA256SUMS
cat SHA256SUMS
