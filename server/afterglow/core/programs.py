"""Which program a simple command really runs, behind ``sudo``, ``npx``, ``docker exec`` and the like.

Invariant: tables only; a wrapper that is not known is a program like any other.
"""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

_SUFFIX: Final = re.compile(r"\.(?:exe|cmd|bat|ps1|com)$", re.IGNORECASE)
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_PYTHON: Final = re.compile(r"(?:python|pypy)(?:\d+(?:\.\d+)*)?w?$|py$")
_MAX_WRAPPERS: Final = 8


def names(text: str) -> frozenset[str]:
    """A row of a table: the words of ``text``."""
    return frozenset(text.split())


@frozen
class Wrap:
    """How to get past a wrapper: options that take a value, arguments of its own that come before
    the command, and whether the command is one argument that is itself a line of shell."""

    valued: frozenset[str] = frozenset()
    own: int = 0
    shell: bool = False


def _wrap(valued: str = "", own: int = 0, shell: bool = False) -> Wrap:
    return Wrap(names(valued), own, shell)


_CONTAINER: Final = "-e --env -u --user -w --workdir --env-file --index --detach-keys"
_COMPOSE: Final = "-f --file -p --project-name --profile --env-file"

WRAPPERS: Final[dict[tuple[str, ...], Wrap]] = {
    ("sudo",): _wrap("-u -g -h -p -C -T -U -r -t -D -R"),
    ("doas",): _wrap("-u -C"),
    ("env",): _wrap("-u --unset -C --chdir"),
    ("time",): _wrap("-f -o"),
    ("nice",): _wrap("-n --adjustment"),
    ("ionice",): _wrap("-c -n -p"),
    ("chrt",): _wrap(own=1),
    ("taskset",): _wrap("-c", own=1),
    ("nohup",): _wrap(),
    ("setsid",): _wrap(),
    ("timeout",): _wrap("-s --signal -k --kill-after", own=1),
    ("gtimeout",): _wrap("-s --signal -k --kill-after", own=1),
    ("stdbuf",): _wrap("-i -o -e"),
    ("unbuffer",): _wrap(),
    ("xvfb-run",): _wrap("-s -n -e -f -w --server-args"),
    ("caffeinate",): _wrap("-t -w"),
    ("command",): _wrap(),
    ("builtin",): _wrap(),
    ("exec",): _wrap("-a"),
    ("xargs",): _wrap("-n -P -I -L -s -d -a -E"),
    ("parallel",): _wrap("-j --jobs -S"),
    ("watch",): _wrap("-n -d --interval"),
    ("eval",): _wrap(shell=True),
    ("ssh",): _wrap("-p -i -l -o -F -J -L -R -D -E -b -c -m", own=1, shell=True),
    ("npx",): _wrap("-p --package --node-options"),
    ("bunx",): _wrap("-p --package"),
    ("uvx",): _wrap("--from --with -p --python --index-url"),
    ("npm", "exec"): _wrap("-p --package"),
    ("pnpm", "exec"): _wrap(),
    ("pnpm", "dlx"): _wrap("--package"),
    ("yarn", "exec"): _wrap(),
    ("yarn", "dlx"): _wrap("-p --package"),
    ("bundle", "exec"): _wrap(),
    ("poetry", "run"): _wrap(),
    ("pipenv", "run"): _wrap(),
    ("pdm", "run"): _wrap("-p --project"),
    ("rye", "run"): _wrap(),
    ("pixi", "run"): _wrap("-e --environment --manifest-path"),
    ("uv", "run"): _wrap(
        "--with --with-editable --with-requirements -p --python --extra --group --project --directory"
        " --env-file --package --index-url"
    ),
    ("conda", "run"): _wrap("-n --name -p --prefix --cwd"),
    ("mamba", "run"): _wrap("-n --name -p --prefix --cwd"),
    ("coverage", "run"): _wrap("--source --omit --include --rcfile --data-file --context"),
    ("direnv", "exec"): _wrap(own=1),
    ("dotenv", "run"): _wrap("-f --file"),
    ("docker", "exec"): _wrap(_CONTAINER, own=1),
    ("podman", "exec"): _wrap(_CONTAINER, own=1),
    ("docker", "compose", "exec"): _wrap(_CONTAINER, own=1),
    ("docker", "compose", "run"): _wrap(_CONTAINER + " -v --volume -p --name --entrypoint", own=1),
    ("docker-compose", "exec"): _wrap(_CONTAINER, own=1),
    ("docker-compose", "run"): _wrap(_CONTAINER + " -v --volume -p --name --entrypoint", own=1),
    ("docker", "run"): _wrap(
        _CONTAINER + " -v --volume -p --publish --name --network --mount --entrypoint --platform -h"
        " --hostname -l --label -m --memory --cpus --gpus --add-host",
        own=1,
    ),
    ("kubectl", "exec"): _wrap("-n --namespace -c --container", own=1),
    ("afterglow", "run"): _wrap("--label --job --tags"),
}
_SHELLS: Final = names("sh bash zsh dash ksh fish ash")
_WATCHERS: Final = names("watch xargs parallel")

_GLOBAL_VALUED: Final[dict[str, frozenset[str]]] = {
    name: names(options)
    for name, options in {
        "git": "-C -c --git-dir --work-tree --namespace",
        "make": "-C -f -j -l -I -o -W --directory --file",
        "gmake": "-C -f -j -l -I -o -W --directory --file",
        "ninja": "-C -f -j -k -l -d",
        "samu": "-C -f -j -k -l -d",
        "autoninja": "-C -f -j -k -l -d",
        "cargo": "--manifest-path --color --config -Z -C",
        "npm": "--prefix -w --workspace -C",
        "pnpm": "-C --dir -F --filter",
        "yarn": "--cwd",
        "bun": "--cwd",
        "kubectl": "-n --namespace --context --cluster --kubeconfig -f --filename -s --server -l",
        "oc": "-n --namespace --context -f --filename",
        "helm": "-n --namespace --kube-context --kubeconfig -f --values --set",
        "docker": "-H --host --context -c --config -l " + _COMPOSE,
        "docker-compose": _COMPOSE,
        "podman": "--url",
        "aws": "--profile --region --output --endpoint-url",
        "gcloud": "--project --account --configuration --format --zone --region",
        "az": "--subscription --resource-group -g -n --name -o --output",
        **dict.fromkeys(("mvn", "mvnw", "mvnd"), "-f -pl -P -s -T --projects --file"),
        **dict.fromkeys(
            ("gradle", "gradlew"),
            "-p -b -c -I -x --project-dir --exclude-task --tests --init-script --max-workers --console",
        ),
        "heroku": "-a --app -r --remote",
        "fly": "-a --app -c --config",
        "flyctl": "-a --app -c --config",
        "gh": "-R --repo",
        "just": "-f --justfile -d --working-directory",
        "tox": "-c -e -p --conf",
        "nox": "-f -s -e -k -p --noxfile --session",
        "redis-cli": "-h -p -a -n -u --user --pass",
        "alembic": "-c -n -x --config",
    }.items()
}


@frozen
class Program:
    """``name``: base name without ``.exe``; ``arguments``: as given. ``steady``: no wrapper runs it
    more than once or with an exit code of its own."""

    name: str
    arguments: tuple[str, ...]
    steady: bool = True

    @property
    def plain(self) -> tuple[str, ...]:
        """The arguments that are neither options nor their values, up to ``--``."""
        return positionals(self.arguments, _GLOBAL_VALUED.get(self.name, frozenset()))

    @property
    def flags(self) -> frozenset[str]:
        """Long options without their values, and every letter of short clusters as ``-x``."""
        found: set[str] = set()
        for word in self.arguments:
            if word == "--":
                break
            if word.startswith("--"):
                found.add(word.partition("=")[0])
            elif word.startswith("-") and len(word) > 1:
                found.add(word)
                found.update(f"-{letter}" for letter in word[1:] if letter.isalpha())
        return frozenset(found)


def base_name(word: str) -> str:
    """``/usr/bin/make`` -> ``make``, ``.venv\\Scripts\\pytest.exe`` -> ``pytest``."""
    return _SUFFIX.sub("", re.split(r"[/\\]", word.rstrip("/\\"))[-1])


def is_python(name: str) -> bool:
    """Whether ``name`` is a Python interpreter, by its name."""
    return _PYTHON.match(name) is not None


def positionals(arguments: tuple[str, ...], valued: frozenset[str]) -> tuple[str, ...]:
    """``arguments`` without options; those in ``valued`` take the next word with them."""
    found: list[str] = []
    skip = False
    for word in arguments:
        if skip:
            skip = False
        elif word == "--":
            break
        elif word.startswith("-") and len(word) > 1:
            skip = word in valued
        elif not (word.startswith("+") and not found):  # cargo +nightly, rustup toolchains
            found.append(word)
    return tuple(found)


def unwrap(words: tuple[str, ...]) -> tuple[Program | None, str | None]:
    """The program behind all wrappers, or None and the line of shell that a wrapper runs."""
    steady = True
    for _ in range(_MAX_WRAPPERS):
        words = _past_assignments(words)
        if not words:
            return None, None
        name, arguments = base_name(words[0]), words[1:]
        if is_python(name) and "-m" in arguments[:4]:
            words = arguments[arguments.index("-m") + 1 :]
            continue
        if name in _SHELLS and any(_is_command_flag(word) for word in arguments[:3]):
            place = next(i for i, word in enumerate(arguments) if _is_command_flag(word))
            return None, " ".join(arguments[place + 1 : place + 2])
        key = _wrapper_key(name, arguments)
        if key is None:
            return Program(name, arguments, steady), None
        steady = steady and name not in _WATCHERS
        wrap = WRAPPERS[key]
        rest = _past_options(_past_names(arguments, key[1:]), wrap)
        if not rest:
            return Program(name, arguments, steady), None
        if wrap.shell:
            return None, " ".join(rest)
        words = rest
    return None, None


def _is_command_flag(word: str) -> bool:
    return re.fullmatch(r"-[a-z]*c", word) is not None


def _wrapper_key(name: str, arguments: tuple[str, ...]) -> tuple[str, ...] | None:
    plain = positionals(arguments, _GLOBAL_VALUED.get(name, frozenset()))
    for length in (3, 2, 1):
        key = (name, *plain[: length - 1])
        if len(key) == length and key in WRAPPERS:
            return key
    return None


def _past_names(arguments: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        arguments = arguments[arguments.index(name) + 1 :]
    return arguments


def _past_options(arguments: tuple[str, ...], wrap: Wrap) -> tuple[str, ...]:
    own = wrap.own
    index = 0
    while index < len(arguments):
        word = arguments[index]
        if word == "--":
            return arguments[index + 1 :]
        if word.startswith("-") and len(word) > 1:
            index += 2 if word in wrap.valued else 1
        elif own:
            own -= 1
            index += 1
        else:
            return arguments[index:]
    return ()


def _past_assignments(words: tuple[str, ...]) -> tuple[str, ...]:
    start = 0
    while start < len(words) and _ASSIGNMENT.match(words[start]):
        start += 1
    return words[start:]
