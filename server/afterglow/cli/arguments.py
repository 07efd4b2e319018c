"""What each command takes: one function a command, which fills its parser.

Invariant: an option means the same in every command that has it; help is one line.
"""

from __future__ import annotations

import argparse
from typing import Final

TIMES: Final = "ISO 8601, or a span back from now: 30m, 2h, 7d, 4w"


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


def lsp(parser: argparse.ArgumentParser) -> None:
    """``lsp``."""
    parser.add_argument(
        "--stdio", action="store_true", help="speak on stdio: the default; some clients say it"
    )
    parser.add_argument("--tcp", metavar="HOST:PORT", help="listen there instead, for debugging")


def demo(parser: argparse.ArgumentParser) -> None:
    """``demo``."""
    parser.add_argument("--fast", action="store_true", help="shorter waits before each line")


def run(parser: argparse.ArgumentParser) -> None:
    """``run``."""
    parser.add_argument("--label", metavar="L", help="what to call it (default: the program's name)")
    parser.add_argument(
        "--job",
        metavar="J",
        help="test, build, lint, typecheck, deploy, migration, training, agent, debug or task"
        " (default: what the command is known for, else task)",
    )
    parser.add_argument("--tags", metavar="a,b", help="words, separated by commas")


def emit(parser: argparse.ArgumentParser) -> None:
    """``emit``."""
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


def hook(parser: argparse.ArgumentParser) -> None:
    """``hook``."""
    parser.add_argument("shell", nargs="?", metavar="SHELL", help="bash, zsh or fish")
    parser.add_argument("--uninstall", action="store_true", help="print what takes it out again")


def mode(parser: argparse.ArgumentParser) -> None:
    """``mode``."""
    parser.add_argument("mode", nargs="?", metavar="MODE", help="off, quiet, normal or chatty; none shows it")


def dnd(parser: argparse.ArgumentParser) -> None:
    """``dnd``."""
    parser.add_argument(
        "minutes", nargs="?", metavar="MINUTES", help="how long (default: 60), or off to end it"
    )


def say(parser: argparse.ArgumentParser) -> None:
    """``say``."""
    parser.add_argument("text", nargs="+", metavar="TEXT", help="what you say; it is answered and forgotten")


def feedback(parser: argparse.ArgumentParser) -> None:
    """``feedback``."""
    parser.add_argument("id", metavar="ID", help="of a line, as afterglow last and queue list show it")
    parser.add_argument("score", metavar="SCORE", help="1 (spare me) to 5 (more of these)")


def queue(parser: argparse.ArgumentParser) -> None:
    """``queue``."""
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


def recipe(parser: argparse.ArgumentParser) -> None:
    """``recipe``."""
    parser.add_argument("action", choices=("list", "start", "finish"), metavar="list|start|finish")
    parser.add_argument("name", nargs="?", metavar="NAME", help="which one, as recipe list has it")


def note(parser: argparse.ArgumentParser) -> None:
    """``note``."""
    parser.add_argument("text", nargs="+", metavar="TEXT", help="one line, 200 columns at most")


def report(parser: argparse.ArgumentParser) -> None:
    """``report``."""
    parser.add_argument(
        "--days", type=_whole, default=7, metavar="N", help="how many, today the last (default: 7)"
    )
    parser.add_argument("--html", metavar="FILE", help="write a page to look at instead; - prints it")


def events(parser: argparse.ArgumentParser) -> None:
    """``events``."""
    parser.add_argument("--since", metavar="TIME", help=TIMES)
    parser.add_argument("--kind", metavar="K", help="one kind only, such as commit or job.finished")
    parser.add_argument("--workspace", metavar="DIR", help="one workspace only")
    parser.add_argument("--follow", action="store_true", help="go on as more is recorded; Ctrl-C ends it")


def last(parser: argparse.ArgumentParser) -> None:
    """``last``."""
    parser.add_argument("number", nargs="?", metavar="N", help="how many (default: 10)")


def explain(parser: argparse.ArgumentParser) -> None:
    """``explain``."""
    parser.add_argument(
        "id", nargs="?", metavar="ID", help="of a line or an event (default: the newest occasion)"
    )


def status(parser: argparse.ArgumentParser) -> None:
    """``status``."""
    parser.add_argument(
        "--ledger", action="store_true", help="what the language model was asked, and what it cost"
    )


def doctor(parser: argparse.ArgumentParser) -> None:
    """``doctor``."""
    parser.add_argument(
        "--test", action="store_true", help="try every sensor on a scratch repository (a few seconds)"
    )
    parser.add_argument(
        "--bundle",
        metavar="FILE",
        help="print what a report of a bug needs and write it to a new file; - only prints",
    )


def banks(parser: argparse.ArgumentParser) -> None:
    """``banks``."""
    parser.add_argument("action", choices=("list", "check"), metavar="list|check")
    parser.add_argument("files", nargs="*", metavar="FILE", help="to check (default: the shipped banks)")
    parser.add_argument("--stale", action="store_true", help="with list: only what is due for a review")


def export(parser: argparse.ArgumentParser) -> None:
    """``export``."""
    parser.add_argument("file", metavar="FILE", help="a new file, or - for standard output")


def forget(parser: argparse.ArgumentParser) -> None:
    """``forget``."""
    parser.add_argument("--all", action="store_true", help="everything that is stored, and the logs")
    parser.add_argument("--personal", action="store_true", help="what you told about yourself")
    parser.add_argument("--before", metavar="TIME", help=f"what is older than this: {TIMES}")


def worker(parser: argparse.ArgumentParser) -> None:
    """``worker``."""
    parser.add_argument("--once", action="store_true", help="do what is due, and end")


def enrich(parser: argparse.ArgumentParser) -> None:
    """``enrich``."""
    parser.add_argument("action", choices=("preview",), metavar="preview")
    parser.add_argument(
        "--as",
        dest="consent",
        choices=("counts", "text"),
        help="what it would be by the first consent (counts), or by both (text)",
    )
