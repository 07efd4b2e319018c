"""``report``: some days in figures, on one screen or on a page.

Invariant: it counts and compares nobody with anybody, and a day without use is no loss.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any, Final

from afterglow.cli import Usage, output, places
from afterglow.cli.saying import zone_of
from afterglow.core import words
from afterglow.core.local_time import local
from afterglow.core.prices import MILLION
from afterglow.loop import report as reports
from afterglow.loop.report_twin import dollars, grouped

_JOBS: Final = {
    "test": ("test run", "test runs"),
    "build": ("build", "builds"),
    "lint": ("lint run", "lint runs"),
    "typecheck": ("type check", "type checks"),
    "deploy": ("deploy", "deploys"),
    "migration": ("migration", "migrations"),
    "training": ("training", "trainings"),
    "agent": ("agent's run", "agents' runs"),
    "debug": ("debug session", "debug sessions"),
    "task": ("other task", "other tasks"),
}
_SOURCES: Final = {
    "news": "news",
    "reminder": "where you were",
    "queue_hit": "from the queue",
    "cpu_glow": "for the occasion",
    "cpu_repo": "from the banks",
    "gift": "gifts",
    "compliment": "compliments",
}
_MOST_QUEUED: Final = 6


def report(options: argparse.Namespace) -> int:
    """Print the figures of the last days, over all workspaces."""
    days = options.days
    if not 1 <= days <= reports.MOST_DAYS:
        raise Usage(f"report: --days: write 1 to {reports.MOST_DAYS}; nothing is kept for longer")
    settings, now = places.settings(), places.now()
    zone = zone_of(settings)
    if options.html is not None:
        from afterglow.cli.paging import page  # noqa: PLC0415 - the figures alone need none of it

        return page(options.html, days, now, zone, json=options.json)
    with places.database() as opened:
        made = opened.read(lambda connection: reports.report(connection, settings.user_id, now, days, zone))
    if options.json:
        output.put(made)
        return 0
    first = local(reports.first_instant(now, days, zone), zone)
    output.say("Today" if days == 1 else f"The last {days} days, since {first:%A, %Y-%m-%d}")
    output.say()
    _tell(made)
    return 0


def _tell(made: Mapping[str, Any]) -> None:
    lines = made["lines_shown"]
    worked = f"{words.counted(made['sessions'], 'session')}"
    if made["workspaces"] > 1:
        worked += f" in {made['workspaces']} workspaces"
    _head("work", worked)
    for number, name in _work(made):
        _row(number, name)
    output.say()
    asked = words.counted(made["turns"], "occasion")
    _head("said", f"{words.counted(lines, 'line')} on {asked}" if made["turns"] else "nothing yet")
    for source, number in made["by_source"].items():
        by = made["queue_by_source"] if source == "queue_hit" else {}
        put_by = ", ".join(f"{name} {count}" for name, count in list(by.items())[:_MOST_QUEUED])
        _row(number, _SOURCES.get(source, output.plain(source, 40)) + (f": {put_by}" if put_by else ""))
    output.say()
    mean = made["mean_rating"]
    if lines:
        _head("queue", f"{words.percent(100 * made['queue_share'])} of the lines")
        _head("learned", f"{words.percent(100 * made['learned_share'])} of the lines")
    _head(
        "rated", "nothing" if mean is None else f"{words.counted(made['ratings'], 'line')}, {mean:.1f} of 5"
    )
    _head("rapport", f"{made['rapport']:.1f} of 10")
    _twin(made["twin"])


def _twin(did: Mapping[str, Any]) -> None:
    """The idle twin, where it did anything; who never switched it on reads nothing of it."""
    if not (did["calls"] or did["graded"]):
        return
    output.say()
    cost, tokens = dollars(round(did["usd"] * MILLION)), grouped(did["tokens"])
    _head("twin", f"{words.counted(did['calls'], 'call')}, {tokens} tokens, {cost}")
    if did["mean_grade"] is not None:
        _row(did["graded"], f"turns graded, {did['mean_grade']:.1f} of 5")
    _row(did["lines_kept"], "lines kept, ever")


def _work(made: Mapping[str, Any]) -> list[tuple[int, str]]:
    found = [(made["commits"], "commit" if made["commits"] == 1 else "commits")] if made["commits"] else []
    for job, (one, many) in _JOBS.items():
        row = made["jobs"].get(job)
        if row is not None:
            red = f", {row['failed']} red" if row["failed"] else ""
            found.append((row["ended"], (one if row["ended"] == 1 else many) + red))
    return found


def _head(name: str, text: str) -> None:
    output.say(f"{name:<7}  {text}")


def _row(number: int, text: str) -> None:
    output.say(f"{number:>7}  {text}")
