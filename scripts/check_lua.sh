#!/bin/sh
# Checks the Lua of editors/nvim: its format (StyLua) and its sense (luacheck). check_lua.sh --format formats it.
# Invariant: without --format nothing is written, and each line says the file and what is wrong there.
set -eu
cd "$(dirname "$0")/.."

lua=$(sh scripts/setup_lua.sh)
node=$(sh scripts/setup_node.sh)/node
# File names of ours hold no blanks.
files=$(find editors/nvim tests/e2e -name '*.lua' -type f | LC_ALL=C sort)

if [ "${1:-}" = --format ]; then
    # shellcheck disable=SC2086
    exec "$node" tests/lua/format.mjs "$lua" editors/nvim/.stylua.toml $files
fi
failed=0
# shellcheck disable=SC2086
"$node" tests/lua/format.mjs "$lua" editors/nvim/.stylua.toml --check $files || failed=1
# shellcheck disable=SC2086
luacheck --config editors/nvim/.luacheckrc --no-color --codes -q $files || failed=1
exit "$failed"
