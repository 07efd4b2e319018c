"""What happens beside an editor while it is open: test runs, commits, and what the records say of them."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from pathlib import Path
from typing import Any

from tests.support import real_pytest
from tests.support.patience import wait_until
from tests.support.sidecar import afterglow, git, lines, recorded

TESTS = """\
import math


def test_calm() -> None:
    assert math.pi > 3


def test_sum() -> None:
    assert 1 + 1 == {}


def test_product() -> None:
    assert 3 * 4 == {}
"""
TEST_FILE = "test_numbers.py"
QUICK = {"AFTERGLOW_COALESCE_MS": "50", "AFTERGLOW_TYPING_PAUSE_MS": "0", "AFTERGLOW_MIN_JOB_SECONDS": "0"}
"""The environment of an editor in tests that are not about the waits."""
CHATTY = {**QUICK, "AFTERGLOW_MODE": "chatty", "AFTERGLOW_TOKEN_TTL_MS": "0"}
"""The same, and each commit has its line, which stays until the next."""
EACH_ANEW = {**CHATTY, "AFTERGLOW_SESSION_GAP_MINUTES": "0"}
"""The same, and each opening begins a new session."""
TRIES = 5


def began(number: int = 1) -> None:
    """Return when a server has opened the store: its session is on record."""
    recorded("--kind", "session.open", enough=lambda found: len(found) >= number)


def silent_turn(number: int, kind: str = "job.finished") -> dict[str, Any]:
    """What ``explain`` tells of the ``number``-th event of a kind, when its turn is over and said nothing."""
    found = recorded("--kind", kind, enough=lambda found: len(found) >= number)
    record = turn(found[number - 1]["id"])
    assert record["token"] is None, record
    return record


def red(root: Path, number: int = 1) -> None:
    """A run of pytest in which two tests fail; returns when its turn is over."""
    (root / TEST_FILE).write_text(TESTS.format(3, 13))
    assert real_pytest.run_pytest(root, report="report.xml") == 1
    silent_turn(number)


def green(root: Path) -> None:
    """The same tests, mended."""
    (root / TEST_FILE).write_text(TESTS.format(2, 12))
    assert real_pytest.run_pytest(root, report="report.xml") == 0


def commit(root: Path) -> dict[str, Any]:
    """Commit until a window has seen it: what comes before its first look is its past. The event."""
    before = len(lines(afterglow("events", "--json", "--kind", "commit").stdout))
    for number in range(TRIES):
        git(root, "commit", "--quiet", "--allow-empty", "-m", f"change {number}")
        try:
            wait = 3.0 if number < TRIES - 1 else 15.0
            found = recorded("--kind", "commit", enough=lambda found: len(found) > before, deadline=wait)
        except AssertionError:
            if number == TRIES - 1:
                raise
        else:
            return found[-1]
    raise AssertionError("not reached")


def mode() -> str:
    """The mode that counts, as the command line has it."""
    return afterglow("mode").stdout.strip()


def told(root: Path) -> dict[str, Any]:
    """Commit until a window says so: what comes while a server begins is recorded in silence. The event."""
    for _ in range(TRIES):
        event = commit(root)
        if turn(event["id"])["token"] is not None:
            return event
    raise AssertionError("no commit had its line")


def rated(folder: Path, score: int) -> None:
    """Return when the records hold just one rating, and it is this one. ``folder``: for an export."""
    file = folder / "export.jsonl"

    def noted() -> bool:
        file.unlink(missing_ok=True)
        afterglow("export", str(file))
        given = [row["score"] for row in lines(file.read_text()) if row["table"] == "ratings"]
        assert given in ([], [score]), given
        return bool(given)

    wait_until(noted, 20.0)


def last() -> list[dict[str, Any]]:
    """The lines that were shown, newest first."""
    return lines(afterglow("last", "--json", check=False).stdout)


def windows(number: int) -> None:
    """Return when so many windows are on record as open."""
    file = Path(os.environ["AFTERGLOW_HOME"], "afterglow.db")

    def there() -> bool:
        with contextlib.closing(sqlite3.connect(file)) as connection:
            row = connection.execute("SELECT count(*) FROM windows WHERE closed_at IS NULL").fetchone()
        return bool(row[0] >= number)

    wait_until(there, 20.0)


def turn(event_id: str) -> dict[str, Any]:
    """What ``explain`` tells of an event, when its turn is over."""
    record: dict[str, Any] = {}

    def over() -> bool:
        record.clear()
        record.update(json.loads(afterglow("explain", event_id, "--json", check=False).stdout))
        return "waits" not in str(record["reason"])

    wait_until(over)
    return record
