"""What the session before left: noted at the next opening, told while it is still true."""

from __future__ import annotations

import sqlite3
from datetime import UTC
from typing import Any

import pytest

from afterglow.core.local_time import Clock
from afterglow.core.model import Event, Session
from afterglow.store import notes, previous, queue, sessions, streaks
from afterglow.store.notes import Note
from afterglow.store.previous import Seen
from tests.store.making import GAP, NOW, PLACE, count, happening, job, record
from tests.store.queueing import USER, claim
from tests.store.test_queue_plans import plans, traced

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
CLOCK = Clock(NOW, UTC)
BEGAN = 26 * HOUR
"""The session before began so long ago, and its work was done within two hours."""


def begin(connection: sqlite3.Connection, ago: int = BEGAN, file: str | None = f"{PLACE}/auth.py") -> Session:
    session = sessions.open_workspace(connection, PLACE, NOW - ago, GAP).session
    if file is not None:
        sessions.touch(connection, PLACE, NOW - ago, file)
    return session


def ran(connection: sqlite3.Connection, minutes: int, status: Any, *tests: str, **more: Any) -> Event:
    """A job that ended so many minutes into the session before, which went on until then."""
    data = {"failing": list(tests), "failed": len(tests)} if tests else {}
    ago = BEGAN - minutes * MINUTE
    for earlier in range(minutes % 20, minutes, 20):
        sessions.touch(connection, PLACE, NOW - BEGAN + earlier * MINUTE, gap_ms=2 * HOUR)
    return record(connection, job(status=status, ago=ago, data=data, **more), NOW - ago).event


def reopen(
    connection: sqlite3.Connection, branch: str | None = "main", **more: Any
) -> tuple[Session, dict[str, Note]]:
    session = sessions.open_workspace(connection, PLACE, NOW, GAP).session
    seen = Seen(branch, **more)
    made = previous.remember(connection, user_id=USER, workspace=PLACE, session=session, now=NOW, seen=seen)
    return session, {note.kind: note for note in made}


def told(
    connection: sqlite3.Connection, session: Session, branch: str | None = "main"
) -> tuple[dict[str, str], tuple[str, ...]]:
    return previous.reminder_slots(
        connection, user_id=USER, workspace=PLACE, session=session, now=NOW, clock=CLOCK, branch=branch
    )


def leave(connection: sqlite3.Connection, text: str, session: str | None = None, at: int = NOW) -> None:
    notes.write(connection, USER, PLACE, session, "text", {"text": text}, at)


def said(connection: sqlite3.Connection, session: Session, **more: Any) -> list[str]:
    drafts = previous.lines(connection, user_id=USER, workspace=PLACE, session=session, **more)
    return [draft.banter for draft in drafts]


def test_the_first_session_has_nothing_to_tell(connection: sqlite3.Connection) -> None:
    session, made = reopen(connection)
    assert made == {}
    assert told(connection, session) == ({}, ())
    assert said(connection, session) == []


def test_where_was_i(connection: sqlite3.Connection) -> None:
    begin(connection)
    commit = record(connection, happening("commit", ago=BEGAN, data={"branch": "main"}), NOW - BEGAN).event
    ran(connection, 5, "ok")
    first = ran(connection, 10, "fail", "test_expiry")
    last = ran(connection, 22, "fail", "tests/test_auth.py::test_expiry", "test_other")
    session, made = reopen(connection)
    assert made.keys() == {"branch", "file", "failing"}
    assert made["branch"].event_ids == (commit.id,)
    assert made["failing"].event_ids == (last.id, first.id)
    assert made["failing"].data == {
        "tests": ["tests/test_auth.py::test_expiry", "test_other"],
        "count": 2,
        "job": "test",
        "label": "pytest",
        "at": last.at,
        "runs": 2,
        "red_for_ms": 12 * MINUTE,
    }
    slots, proofs = told(connection, session)
    active = NOW - BEGAN + 22 * MINUTE
    assert slots == {
        "project_name": "project",
        "branch": "main",
        "file": "auth.py",
        "test": "test_expiry",
        "failing": "2",
        "runs": "2",
        "red_for": "12 min",
        "red_when": CLOCK.when(last.at),
        "bug_type": "the test run",
        "when": CLOCK.when(active),
        "age": "26 h",
        "recent_activity": "pytest",
    }
    assert proofs == (commit.id, last.id, first.id)


@pytest.mark.parametrize("label", ["pytest", "unit"])
def test_what_is_green_again_is_not_told(connection: sqlite3.Connection, label: str) -> None:
    begin(connection)
    failed = ran(connection, 10, "fail", "test_expiry")
    # The report of the same run, under another label.
    record(connection, job("report", status="fail", ago=NOW - failed.at, label="unit"), failed.at)
    ran(connection, 12, "ok", label=label)
    _, made = reopen(connection)
    assert "failing" not in made


def test_what_turns_green_after_it_was_noted_is_not_told(connection: sqlite3.Connection) -> None:
    begin(connection)
    ran(connection, 10, "fail", "test_expiry")
    session, made = reopen(connection)
    assert "failing" in made
    assert "test" in told(connection, session)[0]
    record(connection, job(status="unknown"))
    assert "test" in told(connection, session)[0], "an outcome that is not known proves nothing"
    record(connection, job())
    slots, _ = told(connection, session)
    assert slots["file"] == "auth.py"
    assert not {"test", "failing", "red_when", "bug_type", "runs"} & slots.keys()


def test_what_the_user_erased_is_not_told(connection: sqlite3.Connection) -> None:
    begin(connection)
    ran(connection, 10, "fail", "test_expiry")
    session, _ = reopen(connection)
    connection.execute("DELETE FROM events")
    assert "test" not in told(connection, session)[0]


def test_tests_go_before_other_failures(connection: sqlite3.Connection) -> None:
    begin(connection)
    ran(connection, 10, "fail", "test_expiry")
    ran(connection, 30, "fail", kind="build", label="make")
    ran(connection, 31, "fail", kind="task", label="grep")
    _, made = reopen(connection)
    assert made["failing"].data["job"] == "test"


@pytest.mark.parametrize(
    ("switches", "now_on", "is_told"),
    [
        ((), "main", True),
        ((), None, True),
        ((("main", "other"),), "other", False),
        ((("main", "other"), ("other", "main")), "main", True),
        ((("main", "other"),), None, False),
    ],
)
def test_what_was_red_on_another_branch_is_not_told(
    connection: sqlite3.Connection, switches: tuple[tuple[str, str], ...], now_on: str | None, is_told: bool
) -> None:
    begin(connection)
    ran(connection, 10, "fail", "test_expiry")
    for step, (start, goal) in enumerate(switches):
        ago = BEGAN - (20 + step) * MINUTE
        record(connection, happening("branch.switch", ago=ago, data={"from": start, "to": goal}), NOW - ago)
    session, _ = reopen(connection, now_on)
    slots, _ = told(connection, session, now_on)
    assert ("test" in slots) == is_told
    assert slots.get("branch") == now_on


def test_a_run_from_the_future_leaves_nothing_proven(connection: sqlite3.Connection) -> None:
    begin(connection)
    ran(connection, 10, "fail", "test_expiry")
    record(connection, job(ago=-HOUR), NOW + HOUR)
    assert streaks.newest_proven(connection, PLACE, "test", "pytest", NOW) is None
    assert "failing" not in reopen(connection)[1]


def test_a_glance_in_between_does_not_hide_what_was_left(connection: sqlite3.Connection) -> None:
    first = begin(connection)
    ran(connection, 10, "fail", "test_expiry")
    glance = sessions.open_workspace(connection, PLACE, NOW - 3 * HOUR, GAP).session
    previous.remember(
        connection,
        user_id=USER,
        workspace=PLACE,
        session=glance,
        now=NOW - 3 * HOUR,
        seen=Seen("main"),
    )
    session, made = reopen(connection)
    assert {note.session_id for note in made.values()} == {first.id}, "noted anew, as it is now"
    slots, _ = told(connection, session)
    assert slots["test"] == "test_expiry"
    assert slots["when"] == CLOCK.when(NOW - BEGAN + 10 * MINUTE), "of the session that left it"
    assert count(connection, "notes", f"session_id <> '{first.id}'") == 0


def test_remembering_twice_leaves_one_note_of_each(connection: sqlite3.Connection) -> None:
    begin(connection)
    ran(connection, 10, "fail", "test_expiry")
    session, made = reopen(connection)
    previous.remember(connection, user_id=USER, workspace=PLACE, session=session, now=NOW, seen=Seen("main"))
    assert count(connection, "notes") == len(made)


@pytest.mark.parametrize("path", [f"{PLACE}/.env", "/home/ada/.ssh/id_ed25519"])
def test_no_secret_file_is_noted(connection: sqlite3.Connection, path: str) -> None:
    begin(connection, file=path)
    session, made = reopen(connection)
    assert made.keys() == {"branch"}
    assert "file" not in told(connection, session)[0]


def test_a_branch_that_is_not_known_is_not_told(connection: sqlite3.Connection) -> None:
    begin(connection)
    session, made = reopen(connection, None)
    assert made.keys() == {"file"}
    assert "branch" not in told(connection, session, None)[0]


def test_the_users_own_note_as_it_was_written(connection: sqlite3.Connection) -> None:
    last = begin(connection)
    leave(connection, "old", last.id, NOW - BEGAN)
    leave(connection, "mock the clock {first}!", None, NOW - BEGAN + HOUR)
    session, _ = reopen(connection)
    assert told(connection, session)[0]["note"] == "mock the clock {first}!"
    assert said(connection, session) == [
        "Your note from last time: mock the clock {first}!",
        "Your note from last time: old.",
    ]
    assert said(connection, session, reminded=True) == ["Your note from last time: old."]


def test_a_long_note_is_cut_to_a_line(connection: sqlite3.Connection) -> None:
    begin(connection)
    for text in ("word " * 40, "x" * 300, "y " * 24):
        leave(connection, text)
    session, _ = reopen(connection)
    assert told(connection, session)[0]["note"].endswith("y…")
    assert len(said(connection, session)) == previous.MAX_LINES


@pytest.mark.parametrize(
    ("green", "line"),
    [
        (True, "Last time the test run took 1 h 20 and 3 failed runs to turn green. Today starts there."),
        (False, "Last time the test run was red for 1 h 10, 3 failed runs. A list of what it was not."),
    ],
)
def test_a_long_red(connection: sqlite3.Connection, green: bool, line: str) -> None:
    begin(connection)
    for minutes in (5, 40, 75):
        ran(connection, minutes, "fail", "test_expiry")
    if green:
        ran(connection, 85, "ok")
    session, made = reopen(connection)
    assert made["debugging"].data["ms"] == (80 if green else 70) * MINUTE
    assert len(made["debugging"].event_ids) == 2
    [draft] = previous.lines(connection, user_id=USER, workspace=PLACE, session=session)
    assert (draft.banter, draft.source, draft.workspace) == (line, "previous_session", PLACE)
    assert (draft.level, draft.expires_in_turns, draft.confidence) == (2, 3, 0.85)
    assert "testing" in draft.tags
    queue.add(connection, draft, NOW)
    got = claim(connection, workspace=PLACE, tags=("testing",))
    assert got is not None
    assert got.banter == line


def test_time_in_the_debugger_counts_once(connection: sqlite3.Connection) -> None:
    begin(connection)
    for minutes, took in ((50, 40), (60, 45)):
        ran(connection, minutes, "ok", kind="debug", label=f"debug {minutes}", duration_ms=took * MINUTE)
    assert "debugging" not in reopen(connection)[1], "50 min, twice over"
    ran(connection, 90, "ok", kind="debug", label="debug 90", duration_ms=20 * MINUTE)
    session, made = reopen(connection)
    assert made["debugging"].data["ms"] == 70 * MINUTE
    assert said(connection, session) == ["1 h 10 in the debugger last time. The breakpoints know you by now."]


def test_a_note_and_a_struggle_make_two_lines(connection: sqlite3.Connection) -> None:
    last = begin(connection)
    for minutes in (5, 40, 75):
        ran(connection, minutes, "fail", "test_expiry")
    for text in ("one", "two"):
        leave(connection, text, last.id)
    session, _ = reopen(connection)
    lines = said(connection, session)
    assert len(lines) == previous.MAX_LINES
    assert lines[0] == "Your note from last time: two."
    assert "1 h 10" in lines[1]


@pytest.mark.parametrize("data", ["{}", '{"tests": 7, "ms": "x"}', "no json", '{"text": "", "file": 3}'])
def test_damaged_notes_are_passed_over(connection: sqlite3.Connection, data: str) -> None:
    begin(connection)
    ran(connection, 10, "fail", "test_expiry")
    leave(connection, "one")
    session, _ = reopen(connection)
    connection.execute("UPDATE notes SET data = ?", (data,))
    slots, _ = told(connection, session)
    assert not {"note", "file", "test"} & slots.keys()
    assert said(connection, session) == []


def test_what_the_files_show_now(connection: sqlite3.Connection) -> None:
    begin(connection)
    asked: list[str] = []

    def remarks(path: str) -> int:
        asked.append(path)
        return 3

    session, made = reopen(connection, uncommitted=2, remarks=remarks, present=lambda _: True)
    assert asked == [f"{PLACE}/auth.py"]
    assert made["todo"].data == {"file": "auth.py", "count": 3}
    assert made["uncommitted"].data == {"count": 2}
    slots, _ = told(connection, session)
    assert (slots["todos"], slots["uncommitted"]) == ("3 todos", "2 files")


@pytest.mark.parametrize("count", [0, None])
def test_nothing_is_not_counted(connection: sqlite3.Connection, count: int | None) -> None:
    begin(connection)
    session, made = reopen(connection, uncommitted=count, remarks=lambda _: count)
    assert not {"todo", "uncommitted"} & made.keys()
    assert not {"todos", "uncommitted"} & told(connection, session)[0].keys()


def test_a_file_that_is_gone_is_not_noted(connection: sqlite3.Connection) -> None:
    begin(connection)
    session, made = reopen(connection, remarks=lambda _: 3, present=lambda _: False)
    assert made.keys() == {"branch"}
    assert not {"file", "todos"} & told(connection, session)[0].keys()


def test_what_went_since_the_last_opening_is_taken_back(connection: sqlite3.Connection) -> None:
    begin(connection)
    ran(connection, 10, "fail", "tests/test_auth.py::test_expiry")
    assert {"file", "failing"} <= reopen(connection)[1].keys()
    session, made = reopen(connection, present=lambda _: False)
    assert made.keys() == {"branch"}
    assert not {"file", "test", "failing"} & told(connection, session)[0].keys()


def test_a_test_whose_file_is_gone_is_not_told(connection: sqlite3.Connection) -> None:
    begin(connection)
    ran(connection, 10, "fail", "tests/test_old.py::test_a", "tests/test_new.py::test_b", "pkg.test_c")
    gone = "tests/test_old.py"
    session, made = reopen(connection, present=lambda path: path != gone)
    assert made["failing"].data["tests"] == ["tests/test_new.py::test_b", "pkg.test_c"]
    slots, _ = told(connection, session)
    assert slots["test"] == "test_b"
    assert "failing" not in slots, "one of them is none any more"


def test_a_session_of_jobs_alone_does_not_hide_what_was_left(connection: sqlite3.Connection) -> None:
    first = begin(connection)
    nightly = sessions.open_workspace(connection, PLACE, NOW - 6 * HOUR, GAP).session
    record(connection, job(status="fail", ago=6 * HOUR, data={"failing": ["test_night"]}), NOW - 6 * HOUR)
    session, made = reopen(connection)
    assert {note.session_id for note in made.values()} == {first.id}
    assert nightly.id != first.id
    slots, _ = told(connection, session)
    assert (slots["file"], slots["test"]) == ("auth.py", "test_night")


def test_the_span_of_a_struggle_ends_with_its_session(connection: sqlite3.Connection) -> None:
    begin(connection)
    ran(connection, 10, "fail", "test_expiry")
    record(connection, job(ago=3 * HOUR), NOW - 3 * HOUR)
    assert "debugging" not in reopen(connection)[1], "nobody fought with it all night"


def test_no_query_reads_its_way_through_the_records(connection: sqlite3.Connection) -> None:
    begin(connection)
    ran(connection, 10, "fail", "test_expiry")

    def work() -> None:
        session, _ = reopen(connection)
        told(connection, session)
        said(connection, session)

    steps = plans(connection, traced(connection, work))
    assert not [step for step in steps if "SCAN" in step[0] and "CONSTANT" not in step[0]]
