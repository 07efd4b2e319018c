"""Lines that the records have earned (spec S6, S7, S10): hours in a row, a week's commits, tests that became
faster, a language met for the first time, somebody new in the log. They wait in the queue for this turn.

Invariant: every number is counted from recorded sessions and events; each kind is told once for
what marks it, and one line a turn at most. Runs in the transaction at hand.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import timedelta, tzinfo
from hashlib import blake2b
from typing import Any, Final

from attrs import frozen

from afterglow.core import words
from afterglow.core.languages import language_of
from afterglow.core.local_time import local
from afterglow.core.model import Event, Session
from afterglow.core.queue_rules import Draft, check
from afterglow.store import sessions, voice
from afterglow.store.rows import load_list, load_object

MEMORY: Final = "earned"
LANGUAGES: Final = "languages"
TURNS: Final = 1
"""What was earned just now is told now or not at all."""
HOUR_MS: Final = 60 * 60 * 1000
DAY_MS: Final = 24 * HOUR_MS
WEEK_MS: Final = 7 * DAY_MS
HOURS: Final = (2, 4, 6)
PAUSE_MS: Final = 10 * 60 * 1000
"""Who was away for so long has paused."""
LATE_MS: Final = 20 * 60 * 1000
"""How long after a full number of hours it is still worth telling."""
WEEKLY: Final = (25, 50, 75, 100, 150, 200)
MORE_THAN: Final = 10
"""A week of fewer commits than these is nothing to be measured against."""
RUNS_NEEDED: Final = 5
RUNS_LOOKED_AT: Final = 200
FASTER: Final = 0.9
LEARN_SILENTLY_MS: Final = 7 * DAY_MS
"""In the first week everything is new, and nothing of it is news."""

IN_A_ROW: Final[dict[int, tuple[str, ...]]] = {
    2: (
        "Two hours in one go. The kettle has been patient.",
        "Two hours without a break in the records. The window is still there.",
    ),
    4: (
        "Four hours in one go. Even the tests get a teardown.",
        "Four hours straight. The chair would sign for a pause.",
    ),
    6: (
        "Six hours in one go. Somewhere a meal has noticed.",
        "Six hours without a break in the records. Tomorrow has hours too.",
    ),
}
THIS_WEEK: Final = (
    "{count} commits since Monday, in this project alone.",
    "{count} commits this week. The log is getting its money's worth.",
)
MORE_COMMITS: Final = (
    "{count} commits this week; the whole of last week had {last}.",
    "Commit {count} of the week, one past all of last week.",
)
FASTER_TESTS: Final = (
    "The tests take {now} this week; last week it was {then}.",
    "A usual run is {now} this week, {then} the week before. Somebody tuned something.",
)
FIRST_OF: Final = (
    "First {language} file in {days} days of records.",
    "{language}, for the first time in {days} days of records. New drawer.",
)
SOMEBODY_NEW: Final = (
    "One name in that pull is new to this history.",
    "Somebody in that pull had never been in this log before.",
)


@frozen
class Earned:
    """``kind`` and ``mark``: what was earned, told once each. ``source`` as in the queue."""

    kind: str
    mark: str
    source: str
    text: str
    tags: tuple[str, ...] = ()


@frozen
class Here:
    """What the rules look at."""

    connection: sqlite3.Connection
    user_id: str
    workspace: str
    session: Session
    event: Event
    now: int
    zone: tzinfo


def offer(here: Here) -> Draft | None:
    """A line for the queue behind the event at hand, None where it earned none."""
    spent = voice.read(here.connection, here.user_id, MEMORY)
    for rule in RULES:
        found = rule(here)
        if found is None or spent.get(f"{found.kind}:{here.workspace}") == found.mark:
            continue
        made = check(
            {
                "user_id": here.user_id,
                "workspace": here.workspace,
                "session_id": here.session.id,
                "banter": found.text,
                "source": found.source,
                "source_id": f"{MEMORY}:{found.kind}",
                "tags": list(found.tags),
                "expires_in_turns": TURNS,
            }
        )
        if isinstance(made, Draft):
            _remember(here, spent, found)
            return made
    return None


def _remember(here: Here, spent: Mapping[str, Any], found: Earned) -> None:
    kept = dict(list(spent.items())[-200:])
    kept[f"{found.kind}:{here.workspace}"] = found.mark
    voice.write(here.connection, here.user_id, MEMORY, kept)


def _hours(here: Here) -> Earned | None:
    """Two, four or six hours without a pause of ten minutes, while somebody is here."""
    if sessions.away(here.connection, here.workspace, here.session.id, here.now) is not None:
        return None
    row = here.connection.execute(
        "SELECT at, data FROM events WHERE workspace = ? AND kind = 'active' AND at > ? AND at <= ?"
        " ORDER BY at DESC LIMIT 200",
        (here.workspace, here.session.started_at, here.now),
    ).fetchall()
    back = next((one["at"] for one in row if _idle(one) >= PAUSE_MS), here.session.started_at)
    lasted = here.now - back
    reached = next((hours for hours in reversed(HOURS) if lasted >= hours * HOUR_MS), None)
    if reached is None or lasted > reached * HOUR_MS + LATE_MS:
        return None
    text = _one_of(IN_A_ROW[reached], here)
    return Earned("hours", f"{here.session.id}:{reached}", "stats", text)


def _idle(row: sqlite3.Row) -> float:
    idle = load_object(row["data"]).get("idleMs")
    return idle if isinstance(idle, int | float) else 0


def _week(here: Here) -> Earned | None:
    """A round number of commits since Monday, or more of them than in all of last week."""
    if here.event.kind != "commit":
        return None
    monday = _monday(here.now, here.zone)
    before = _monday(monday - DAY_MS, here.zone)
    count = _commits(here, monday, here.now)
    mark = str(monday)
    if count in WEEKLY:
        text = _one_of(THIS_WEEK, here).format(count=count)
        return Earned("week", f"{mark}:{count}", "stats", text)
    last = _commits(here, before, monday - 1)
    if last < MORE_THAN or count != last + 1 or _known_since(here) > before:
        return None
    text = _one_of(MORE_COMMITS, here).format(count=count, last=last)
    return Earned("week", f"{mark}:more", "stats", text)


def _monday(at: int, zone: tzinfo) -> int:
    moment = local(at, zone)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=moment.weekday())
    return int(day.timestamp() * 1000)


def _commits(here: Here, since: int, until: int) -> int:
    row = here.connection.execute(
        "SELECT count(*) FROM events WHERE workspace = ? AND kind = 'commit' AND at BETWEEN ? AND ?",
        (here.workspace, since, until),
    ).fetchone()
    return int(row[0])


def _known_since(here: Here) -> int:
    row = here.connection.execute(
        "SELECT min(started_at) FROM sessions WHERE workspace = ?", (here.workspace,)
    ).fetchone()
    return int(row[0]) if row[0] is not None else here.now


def _faster(here: Here) -> Earned | None:
    """The usual run of the tests took longer last week, and held no more tests."""
    event = here.event
    if event.job != "test" or event.status != "ok" or event.number("passed") is None:
        return None
    label = event.label or ""
    now_runs, then_runs = (
        _runs(here, label, here.now - start, here.now - end)
        for start, end in ((WEEK_MS, -1), (2 * WEEK_MS, WEEK_MS))
    )
    if min(len(now_runs), len(then_runs)) < RUNS_NEEDED:
        return None
    if max(passed for passed, _ in now_runs) < max(passed for passed, _ in then_runs):
        return None
    most = max(passed for passed, _ in then_runs)
    now_took, then_took = (
        _median([took for passed, took in runs if passed >= most]) for runs in (now_runs, then_runs)
    )
    if now_took is None or then_took is None or now_took > then_took * FASTER:
        return None
    said = {"now": words.duration(now_took), "then": words.duration(then_took)}
    if said["now"] == said["then"]:
        return None
    text = _one_of(FASTER_TESTS, here).format(**said)
    return Earned("faster", str(_monday(here.now, here.zone)), "stats", text, ("testing",))


def _runs(here: Here, label: str, since: int, until: int) -> list[tuple[int, float]]:
    """(passed, ms) of the runs under a label that ended ok with both known."""
    rows = here.connection.execute(
        "SELECT labels, data, duration_ms FROM events WHERE workspace = ? AND job = 'test' AND at > ?"
        " AND at <= ? AND status = 'ok' AND duration_ms IS NOT NULL ORDER BY at DESC LIMIT ?",
        (here.workspace, since, until, RUNS_LOOKED_AT),
    )
    found = []
    for row in rows:
        passed = load_object(row["data"]).get("passed")
        if isinstance(passed, int) and label in (load_list(row["labels"]) or ("",)):
            found.append((passed, float(row["duration_ms"])))
    return found


def _median(times: list[float]) -> float | None:
    if len(times) < RUNS_NEEDED:
        return None
    ordered, half = sorted(times), len(times) // 2
    return ordered[half] if len(times) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _language(here: Here) -> Earned | None:
    """The newest file saved in this session is in a language that was never seen before."""
    row = here.connection.execute(
        "SELECT newest_file FROM sessions WHERE id = ?", (here.session.id,)
    ).fetchone()
    language = language_of(row["newest_file"]) if row is not None and row["newest_file"] else None
    if language is None:
        return None
    known = voice.read(here.connection, here.user_id, LANGUAGES)
    if language in known:
        return None
    voice.write(here.connection, here.user_id, LANGUAGES, {**known, language: here.now})
    first = here.connection.execute("SELECT min(started_at) FROM sessions").fetchone()[0]
    if first is None or here.now - first < LEARN_SILENTLY_MS or not known:
        return None
    days = (here.now - first) // DAY_MS
    text = _one_of(FIRST_OF, here).format(language=language[0].upper() + language[1:], days=days)
    return Earned("language", language, "learning", text)


def _newcomer(here: Here) -> Earned | None:
    if here.event.kind not in ("pull", "merge") or here.event.number("newcomers") != 1:
        return None
    return Earned("newcomer", here.event.id, "team", _one_of(SOMEBODY_NEW, here))


RULES: Final[tuple[Callable[[Here], Earned | None], ...]] = (_newcomer, _language, _faster, _week, _hours)


def _one_of(texts: tuple[str, ...], here: Here) -> str:
    digest = blake2b(here.event.id.encode("utf-8", "replace"), digest_size=2).digest()
    return texts[int.from_bytes(digest, "big") % len(texts)]
