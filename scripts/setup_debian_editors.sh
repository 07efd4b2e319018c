#!/bin/sh
# Puts a real editor of Debian 13 for the end-to-end tests into .venv-editors and prints the path of its program:
# setup_debian_editors.sh helix|emacs. HELIX=/path/to/hx and EMACS_PROGRAM=/path/to/emacs use those instead;
# DEBIAN_MIRROR=http://... fetches from another mirror than the one of this machine's apt.
# Invariant: it does nothing when nothing has changed, several at once do no harm, nothing of the system is
# changed (apt gets folders of its own), and what goes wrong is one line that names the mend.
set -eu
cd "$(dirname "$0")/.."

name=${1:-}
home=.venv-editors
list=requirements/debian.txt
# The mirror that this machine's own apt uses, unless another is named.
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    grep -v -e security -e backports | head -n 1)}
keys=/usr/share/keyrings/debian-archive-keyring.gpg

say() { printf 'setup_debian_editors: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

case $name in
helix) program=${HELIX:-} variable=HELIX megabytes=8 ;;
emacs) program=${EMACS_PROGRAM:-} variable=EMACS_PROGRAM megabytes=45 ;;
*) fail "name one editor: helix or emacs" ;;
esac
runs() { "$1" --version >/dev/null 2>&1 || fail "$1 does not run here; name one that does: $variable=/path/to/it"; }

if [ -n "$program" ]; then
    runs "$program"
    printf '%s\n' "$program"
    exit 0
fi

folder=$home/$name
program=$PWD/$folder/$name
want=$(cat "$list" "$0" | cksum)
ready() { [ "$(cat "$folder/.ready" 2>/dev/null)" = "$want" ]; }

private_apt() {
    command=$1
    shift
    apt-get -qq -o APT::Sandbox::User="$(id -un)" -o APT::Architecture=amd64 -o APT::Architectures::=amd64 \
        -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts="$apt/none" \
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts="$apt/none" \
        -o Dir::State="$apt/state" -o Dir::State::status="$apt/status" -o Dir::Cache="$apt/cache" \
        -o Acquire::Languages=none -o Acquire::GzipIndexes=true -o Acquire::Retries=1 "$command" "$@"
}

fetch() {
    [ -n "$mirror" ] || fail "apt names no mirror here; say one: DEBIAN_MIRROR=http://..."
    rm -rf "$new"
    mkdir -p "$apt/none" "$apt/state/lists/partial" "$apt/cache/archives/partial" "$new/debs" || return 1
    : >"$apt/status"
    printf 'deb [signed-by=%s] %s trixie main\n' "$keys" "$mirror" >"$apt/sources.list"
    private_apt update >&2 || return 1
    # shellcheck disable=SC2046  # words, not names with spaces
    (cd "$new/debs" && private_apt download $(sed -n "s/^$name: //p" "$here/$list")) >&2 || return 1
    for deb in "$new"/debs/*.deb; do
        dpkg-deb -x "$deb" "$new/files" || return 1
    done
    rm -rf "$apt" "$new/debs" "$new/files/usr/share/doc" "$new/files/usr/share/man" "$new/files/usr/share/locale"
}

# The program by its own loader and libraries. Unlike LD_LIBRARY_PATH that leaves alone what the editor starts.
wrapper() {
    cat <<'W'
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)/files/usr
lib=$here/lib/x86_64-linux-gnu
W
    case $name in
    helix) cat <<'W'
export HELIX_RUNTIME="$here/lib/hx/runtime"
exec "$lib/ld-linux-x86-64.so.2" --library-path "$lib" "$here/bin/hx" "$@"
W
    ;;
    emacs) cat <<'W'
share=$(echo "$here"/share/emacs/[0-9]*)
exec=$(echo "$here"/libexec/emacs/[0-9]*/*)
export EMACSLOADPATH="$share/lisp" EMACSDATA="$share/etc" EMACSDOC="$share/etc" EMACSPATH="$exec"
exec "$lib/ld-linux-x86-64.so.2" --library-path "$lib" --argv0 "$here/bin/emacs" "$here/bin/emacs-nox" \
    --dump-file="$(echo "$exec"/*.pdmp)" "$@"
W
    ;;
    esac
}

if ! ready; then
    [ "$(uname -sm)" = "Linux x86_64" ] || fail "no pinned $name for this machine; name one: $variable=/path/to/it"
    command -v dpkg-deb >/dev/null && command -v apt-get >/dev/null && [ -r "$keys" ] ||
        fail "no apt or no keys of Debian's archive here; name a $name of your own: $variable=/path/to/it"
    say "fetching $name for the tests into $folder; $megabytes MB, once"
    mkdir -p "$home"
    # The folder ignores itself, so that no list elsewhere has to know of it.
    printf '*\n' >"$home/.gitignore"
    here=$PWD
    new=$PWD/$home/$name.$$
    apt=$new/apt
    trap 'rm -rf "$new"' EXIT
    fetch || { say "that failed, trying once more"; fetch; } ||
        fail "apt could not fetch what $list names; the lines above say why"
    wrapper >"$new/$name"
    chmod 755 "$new/$name"
    printf '%s\n' "$want" >"$new/.ready"
    # Another one may have been quicker: then its folder stays.
    if ! ready; then
        rm -rf "$folder"
        mv "$new" "$folder" 2>/dev/null || ready || fail "$folder is in the way; remove it"
    fi
fi

runs "$program"
printf '%s\n' "$program"
