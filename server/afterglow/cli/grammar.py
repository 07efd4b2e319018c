"""Which commands there are, what each takes, and the help.

Invariant: only the parser of the command at hand is built, and no option may be shortened: a script
must not break when an option is added.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, NoReturn

from afterglow import __version__
from afterglow.cli import Usage, output

LATER: Final = (*("remember", "recall", "worker", "enrich", "code", "import", "mcp", "serve"),)
"""Commands that belong to the design and are not built yet: they say so."""

_ABOUT: Final = """\
Says one short true line when one is welcome, and is silent otherwise."""
_TIMES: Final = "ISO 8601, or a span back from now: 30m, 2h, 7d, 4w"


class Entry(NamedTuple):
    """One command. ``function``: module and name below this package. A tuple, not an attrs class: ``run``
    starts its command before anything heavier is imported."""

    name: str
    function: str
    help: str
    group: str
    arguments: Callable[[argparse.ArgumentParser], None] | None = None
    json: bool = True
    more: str | None = None


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


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number") from None


def _lsp(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--stdio", action="store_true", help="speak on stdio: the default; some clients say it"
    )
    parser.add_argument("--tcp", metavar="HOST:PORT", help="listen there instead, for debugging")


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fast", action="store_true", help="shorter waits before each line")


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--label", metavar="L", help="what to call it (default: the program's name)")
    parser.add_argument(
        "--job",
        metavar="J",
        help="test, build, lint, typecheck, deploy, migration, training, agent, debug or task"
        " (default: what the command is known for, else task)",
    )
    parser.add_argument("--tags", metavar="a,b", help="words, separated by commas")


def _emit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "kind", metavar="KIND", help="such as job.finished, milestone, review.done, pr.merged"
    )
    parser.add_argument("--label", metavar="L", help="what to call it, such as nightly")
    parser.add_argument("--status", metavar="S", help="ok, fail, cancelled or unknown")
    parser.add_argument("--exit-code", type=_whole, metavar="N", help="speaks where no status is given")
    parser.add_argument("--duration-ms", type=_number, metavar="MS", help="how long it took")
    parser.add_argument("--tags", metavar="a,b", help="words, separated by commas")
    parser.add_argument(
        "--data",
        metavar="JSON",
        help='an object, such as {"job": "test", "passed": 12}; - reads it from standard input',
    )
    parser.add_argument(
        "--workspace", metavar="DIR", help="default: the git root of this folder, else the folder"
    )
    parser.add_argument("--dedupe-key", metavar="KEY", help="the same key within 24 h is the same event")
    parser.add_argument(
        "--source", choices=("emit", "hook"), default="emit", help="who reports it (default: emit)"
    )


def _hook(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", nargs="?", metavar="SHELL", help="bash, zsh or fish")
    parser.add_argument("--uninstall", action="store_true", help="print what takes it out again")


def _mode(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("mode", nargs="?", metavar="MODE", help="off, quiet, normal or chatty; none shows it")


def _dnd(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "minutes", nargs="?", metavar="MINUTES", help="how long (default: 60), or off to end it"
    )


def _say(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="+", metavar="TEXT", help="what you say; it is answered and forgotten")


def _feedback(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="of a line, as afterglow last and queue list show it")
    parser.add_argument("score", metavar="SCORE", help="1 (spare me) to 5 (more of these)")


def _queue(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("add", "next", "list", "stats"), metavar="add|next|list|stats")
    parser.add_argument("text", nargs="*", default=[], metavar="TEXT", help="with add: the line that waits")
    parser.add_argument(
        "--source", metavar="S", help="who says it, such as job, recipe or team (default: job)"
    )
    parser.add_argument("--source-id", metavar="ID", help="what it came from, in the words of its source")
    parser.add_argument(
        "--tags",
        metavar="a,b",
        help="with add: what the line is about; with next: what it should be about",
    )
    parser.add_argument("--confidence", type=_number, metavar="0..1", help="default: by source, job 0.95")
    parser.add_argument("--category", metavar="C", help="for one occasion only, such as GREETING or CLOSING")
    parser.add_argument("--level", type=_whole, metavar="1..3", help="how close it comes (default: 1)")
    parser.add_argument("--warmth", type=_whole, metavar="1..5", help="how warm it is (default: by level)")
    parser.add_argument(
        "--expires-in-turns", type=_whole, metavar="N", help="default: by source, job 5; 24 h at most"
    )
    parser.add_argument("--ttl", type=_number, metavar="SECONDS", help="counts seconds instead; 24 h at most")
    parser.add_argument("--until-used", action="store_true", help="it waits for as long as it takes")
    parser.add_argument("--workspace", metavar="DIR", help="for this workspace only (default: any)")
    parser.add_argument("--all", action="store_true", help="with list: also what was used or ran out")


def _recipe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("list", "start", "finish"), metavar="list|start|finish")
    parser.add_argument("name", nargs="?", metavar="NAME", help="which one, as recipe list has it")


def _note(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="+", metavar="TEXT", help="one line, 200 columns at most")


def _report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--days", type=_whole, default=7, metavar="N", help="how many, today the last (default: 7)"
    )
    parser.add_argument("--html", metavar="FILE", help="write a page to look at instead; - prints it")


def _events(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="TIME", help=_TIMES)
    parser.add_argument("--kind", metavar="K", help="one kind only, such as commit or job.finished")
    parser.add_argument("--workspace", metavar="DIR", help="one workspace only")
    parser.add_argument("--follow", action="store_true", help="go on as more is recorded; Ctrl-C ends it")


def _last(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", nargs="?", metavar="N", help="how many (default: 10)")


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "id", nargs="?", metavar="ID", help="of a line or an event (default: the newest occasion)"
    )


def _status(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ledger", action="store_true", help=argparse.SUPPRESS)


def _doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--test", action="store_true", help="try every sensor on a scratch repository (a few seconds)"
    )
    parser.add_argument(
        "--bundle",
        metavar="FILE",
        help="print what a report of a bug needs and write it to a new file; - only prints",
    )


def _banks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("list", "check"), metavar="list|check")
    parser.add_argument("files", nargs="*", metavar="FILE", help="to check (default: the shipped banks)")
    parser.add_argument("--stale", action="store_true", help="with list: only what is due for a review")


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a new file, or - for standard output")


def _forget(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="everything that is stored, and the logs")
    parser.add_argument("--personal", action="store_true", help="what you told about yourself")
    parser.add_argument("--before", metavar="TIME", help=f"what is older than this: {_TIMES}")


_RUN_MORE: Final = """\
The terminal is the command's own, and so is the exit code: 128 + N where signal N ended it, 126 where it
cannot be run, 127 where there is none. Nothing of the command line is kept but the program's name.

  afterglow run -- pytest -q --junitxml=report.xml
  afterglow run --job deploy --label staging -- ./deploy.sh --all"""
_EMIT_MORE: Final = """\
  afterglow emit job.finished --status ok --label nightly --data '{"job": "test", "passed": 142}'
  afterglow emit milestone --data '{"name": "1000 stars"}'"""
_HOOK_MORE: Final = """\
A command that takes minJobSeconds or longer is reported with its exit code, and so is one of a second or
more that looks like a test or a build. Its program and kind are kept; the line itself is dropped, and one
that begins with a space, where your shell keeps those out of its history, is not looked at.

  eval "$(afterglow hook bash)"     in ~/.bashrc
  eval "$(afterglow hook zsh)"      in ~/.zshrc
  afterglow hook fish | source      in ~/.config/fish/config.fish"""
_SAY_MORE: Final = """\
  afterglow say "that took all day"

Silence is an answer, too, and exits with 1; afterglow explain tells why."""
_NEXT_MORE: Final = (
    "It asks for a line and skips the waits and the daily limits, not what keeps a bad moment quiet."
)
_FEEDBACK_MORE: Final = """\
Lines of its kind move up or down for it; a 1 or 2 also buys half an hour without warm lines. A kind whose
last five ratings average below 2 stays away for 30 days, and then one line of it tries again."""
_QUEUE_MORE: Final = """\
  afterglow queue add "Staging is on the new schema." --tags database --ttl 3600
  afterglow queue next --tags database

add prints the id; next takes the best line for this folder, and no turn shows it again."""
_RECIPE_MORE: Final = """\
A recipe is a handful of lines for one piece of work, such as a deploy; they come while it is under way.
Most begin by themselves, by a branch, a file or a command. Your own go into recipes.jsonl in the banks
folder; afterglow banks check FILE reads them over."""
_NOTE_MORE: Final = """\
The next session in this workspace brings it up. It is kept as you write it, so keep secrets out of it.

  afterglow note "retry is not tested yet\""""
_DOCTOR_MORE: Final = """\
ok does its work, off does nothing here and says why, LOOK needs mending. Exit code 1 where something does.

A bundle holds versions, settings without your texts, these rows, counts of events, reasons for silence,
and log lines; no name, path, label, line or command of yours. What is printed is what is written."""
_FORGET_MORE: Final = (
    "Settings that you wrote (config.toml) stay. There is no way back: see afterglow export."
)

COMMANDS: Final[dict[str, Entry]] = {
    entry.name: entry
    for entry in (
        Entry("demo", "demo:demo", "a scratch project, a real server, and what it says", "See it", _demo),
        Entry("lsp", "serving:lsp", "the language server, on stdio", "Use it", _lsp, json=False),
        Entry(
            "run", "running:run", "run a command as it is, and report how it ended", "Use it",
            _run, json=False, more=_RUN_MORE,
        ),
        Entry("emit", "emitting:emit", "report one event", "Use it", _emit, more=_EMIT_MORE),
        Entry(
            "hook", "hooking:hook", "what bash, zsh or fish reads to report its long commands", "Use it",
            _hook, json=False, more=_HOOK_MORE,
        ),
        Entry("say", "saying:say", "say a few words, and read one line", "Talk to it", _say, more=_SAY_MORE),
        Entry("next", "saying:next_line", "one more line, now", "Talk to it", more=_NEXT_MORE),
        Entry(
            "feedback", "saying:feedback", "rate a line, from 1 to 5", "Talk to it",
            _feedback, more=_FEEDBACK_MORE,
        ),
        Entry("note", "leaving:note", "what to remember for next time", "Talk to it", _note, more=_NOTE_MORE),
        Entry(
            "recipe", "leaving:recipe", "lines for a piece of work: list, begin or end one", "Talk to it",
            _recipe, more=_RECIPE_MORE,
        ),
        Entry(
            "queue", "queueing:queue_of_lines", "lines that wait for their moment", "Talk to it",
            _queue, more=_QUEUE_MORE,
        ),
        Entry("mode", "choosing:mode", "show or set how much is said, in every window", "Quieten it", _mode),
        Entry("dnd", "choosing:dnd", "say nothing for a while", "Quieten it", _dnd),
        Entry("last", "reading:last", "the last lines shown, newest first", "Look", _last),
        Entry("explain", "explaining:explain", "why a line was shown, or why none was", "Look", _explain),
        Entry("events", "reading:events", "what was recorded, oldest first", "Look", _events),
        Entry("report", "reporting:report", "the last days in figures", "Look", _report),
        Entry("status", "health:status", "health, mode, and today's figures", "Look", _status),
        Entry(
            "doctor", "doctor:doctor", "what each part sees here, or why not", "Look",
            _doctor, more=_DOCTOR_MORE,
        ),
        Entry("banks", "banks:banks", "the lines that are shipped, and yours; or check them", "Look", _banks),
        Entry("export", "keeping:export", "everything that is stored, as JSON lines", "Own it", _export),
        Entry("forget", "keeping:forget", "erase what is stored", "Own it", _forget, more=_FORGET_MORE),
    )
}  # fmt: skip
