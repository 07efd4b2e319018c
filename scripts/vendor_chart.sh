#!/bin/sh
# Fetches the chart library of the report page anew: the published build of Chart.js and its licence, unchanged,
# into server/afterglow/page/vendor. A new version: change `version`, run this with --accept, which also writes
# the hash beside it, and name the version in NOTICE.
# Invariant: without --accept nothing but the build with the known hash is ever put there.
set -eu
cd "$(dirname "$0")/.."

version=4.6.1
vendor=server/afterglow/page/vendor
known=$vendor/chart.umd.min.js.sha256

say() { printf 'vendor_chart: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

bin=$(sh scripts/setup_node.sh) || exit 1
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
fetch() {
    (cd "$new" && PATH=$bin:$PATH npm pack --silent --no-update-notifier "chart.js@$version" >/dev/null 2>"$new/log")
}
fetch || { say "that failed, trying once more"; fetch; } ||
    fail "npm could not fetch chart.js@$version: $(grep -m 1 'npm error' "$new/log" || echo 'is the registry in reach?')"
tar -xzf "$new/chart.js-$version.tgz" -C "$new"

found=$(sha256sum "$new/package/dist/chart.umd.min.js" | cut -d ' ' -f 1)
if [ "${1:-}" = --accept ]; then
    printf '%s  chart.umd.min.js\n' "$found" >"$known"
elif [ "$found" != "$(cut -d ' ' -f 1 "$known")" ]; then
    fail "chart.js@$version has another hash than $known names: look at what changed before --accept"
fi
cp "$new/package/dist/chart.umd.min.js" "$vendor/chart.umd.min.js"
cp "$new/package/LICENSE.md" "$vendor/chart.LICENSE.txt"
chmod 644 "$vendor"/*
say "chart.js $version, $found"
