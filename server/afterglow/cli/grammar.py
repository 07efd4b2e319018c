"""Which commands there are, what each takes, and the help.

Invariant: only the parser of the command at hand is built, and no option may be shortened: a script
must not break when an option is added.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Final, NoReturn

from afterglow import __version__
from afterglow.cli import Usage, output
from afterglow.cli.commands import COMMANDS, LATER, Entry

_ABOUT: Final = """\
Says one short true line when one is welcome, and is silent otherwise."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Usage(f"{self.prog.partition(' ')[2]}: {message} (see: {self.prog} --help)")

    def print_help(self, file: object = None) -> None:
        # argparse's own hides that nobody could read it.
        output.say(self.format_help().rstrip())


def understand(words: Sequence[str]) -> tuple[Entry | None, argparse.Namespace | None]:
    """The command and its options; (None, None) where help or the version was asked for and printed.

    Raises Usage.
    """
    first, rest = (words[0], list(words[1:])) if words else ("--help", [])
    if first == "help" and rest:
        first, rest = rest[0], ["--help"]
    elif first == "--json" and rest:
        first, rest = rest[0], ["--json", *rest[1:]]
    if first in ("-h", "--help", "help"):
        output.say(overview())
        return None, None
    if first == "--version":
        output.say(f"afterglow {__version__}")
        return None, None
    if first in LATER:
        raise Usage(f"{first}: not available in this version")
    entry = COMMANDS.get(first)
    if entry is None:
        raise Usage(_unknown(first))
    try:
        return entry, _parse(entry, rest)
    except SystemExit:  # argparse has printed the help
        return None, None


def overview() -> str:
    """The help of the command as a whole."""
    width = max(len(name) for name in COMMANDS)
    lines = ["usage: afterglow COMMAND ...", "", _ABOUT]
    group = ""
    for entry in COMMANDS.values():
        if entry.group != group:
            group = entry.group
            lines += ["", f"{group}:"]
        lines.append(f"  {entry.name:<{width}}  {entry.help}")
    lines += ["", "afterglow COMMAND --help tells more; afterglow --version names the version."]
    return "\n".join(lines)


def _unknown(word: str) -> str:
    if word.startswith("-"):
        return f"{word}: no such option here; options follow the command (see: afterglow --help)"
    import difflib  # noqa: PLC0415 - only for the mistake

    near = difflib.get_close_matches(word[:40], COMMANDS, n=1)
    return f"{word}: no such command" + (f"; did you mean {near[0]}?" if near else " (see: afterglow --help)")


def _parse(entry: Entry, words: list[str]) -> argparse.Namespace:
    parser = _Parser(
        prog=f"afterglow {entry.name}",
        usage=_RUN_USAGE if entry.name == "run" else None,
        description=f"{entry.help[0].upper()}{entry.help[1:]}.",
        epilog=entry.more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    if entry.arguments is not None:
        entry.arguments(parser)
    if entry.json:
        parser.add_argument("--json", action="store_true", help="one JSON object, or JSON lines for lists")
    if entry.name != "run":
        # Intermixed: ``last --json 5`` is ``last 5 --json``.
        return parser.parse_intermixed_args(words)
    own, command = _cut(words)
    options = parser.parse_args(own)
    options.words = command
    return options


_RUN_USAGE: Final = "afterglow run [--label L] [--job J] [--tags a,b] [--] CMD ..."
_RUN_VALUES: Final = ("--label", "--job", "--tags")


def _cut(words: list[str]) -> tuple[list[str], list[str]]:
    """Our own options, and the command, of which not a word is looked at."""
    at = 0
    while at < len(words):
        word = words[at]
        if word == "--":
            return words[:at], words[at + 1 :]
        if not word.startswith("-"):
            break
        at += 2 if word in _RUN_VALUES else 1
    return words[:at], words[at:]
