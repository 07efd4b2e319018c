"""Sessions belong to a workspace and end with a gap; windows end with their process."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys

import pytest

from afterglow.store import sessions, turns
from afterglow.store.home import Home
from tests.store.conftest import Open
from tests.store.making import GAP, NOW, PLACE, happening, record, written
from tests.support.writers import Writer

YEARS = 10 * 365 * 24 * 3_600_000


def test_opening_within_the_gap_goes_on_and_after_it_begins_anew(connection: sqlite3.Connection) -> None:
    first = sessions.open_workspace(connection, PLACE, NOW, GAP)
    again = sessions.open_workspace(connection, PLACE, NOW + GAP, GAP)
    assert (first.new, again.new) == (True, False)
    assert again.session.id == first.session.id
    late = sessions.open_workspace(connection, PLACE, NOW + 2 * GAP + 1, GAP)
    assert late.new and late.session.id != first.session.id


def test_activity_carries_a_session_on(connection: sqlite3.Connection) -> None:
    first = sessions.current(connection, PLACE, NOW, GAP)
    for step in range(1, 6):
        assert sessions.current(connection, PLACE, NOW + step * GAP, GAP).id == first.id
    for step in range(6, 9):
        sessions.touch(connection, PLACE, NOW + step * GAP, gap_ms=GAP)
    assert sessions.current(connection, PLACE, NOW + 9 * GAP, GAP).id == first.id
    assert sessions.current(connection, PLACE, NOW + 10 * GAP + 1, GAP).id != first.id


def test_looking_is_no_activity(connection: sqlite3.Connection) -> None:
    first = sessions.current(connection, PLACE, NOW, GAP)
    found = sessions.latest(connection, PLACE, NOW + GAP, GAP)
    assert found is not None and found.id == first.id
    assert sessions.latest(connection, PLACE, NOW + GAP + 1, GAP) is None
    assert sessions.latest(connection, "/other", NOW, GAP) is None


def test_typing_after_a_gap_begins_a_new_session(connection: sqlite3.Connection) -> None:
    first = sessions.current(connection, PLACE, NOW, GAP)
    sessions.touch(connection, PLACE, NOW + GAP + 1, "/project/a.py", gap_ms=GAP)
    assert sessions.current(connection, PLACE, NOW + GAP + 2, GAP).id != first.id
    files = connection.execute("SELECT newest_file FROM sessions ORDER BY started_at").fetchall()
    assert [row[0] for row in files] == [None, "/project/a.py"]


def test_touching_what_was_never_opened_does_nothing(connection: sqlite3.Connection) -> None:
    sessions.touch(connection, PLACE, NOW)
    assert sessions.count(connection) == 0


def test_a_gap_of_none_makes_each_opening_a_new_session(connection: sqlite3.Connection) -> None:
    ids = [sessions.open_workspace(connection, PLACE, NOW, 0) for _ in range(3)]
    assert len({one.session.id for one in ids}) == 3 and all(one.new for one in ids)
    later = sessions.current(connection, PLACE, NOW + YEARS, 0)
    assert later.id == ids[-1].session.id, "only an opening ends it"
    sessions.touch(connection, PLACE, NOW + YEARS, gap_ms=0)
    assert sessions.count(connection) == 3


def test_windows_share_the_session_of_a_workspace(opened: Open) -> None:
    found = {
        opened().write(lambda connection: sessions.open_workspace(connection, PLACE, NOW, GAP)).session.id
        for _ in range(3)
    }
    assert len(found) == 1
    other = opened().write(lambda connection: sessions.open_workspace(connection, "/other", NOW, GAP))
    assert other.session.id not in found


@pytest.mark.parametrize("back", [1, GAP])
def test_a_clock_set_back_a_little_ends_no_session(connection: sqlite3.Connection, back: int) -> None:
    first = sessions.current(connection, PLACE, NOW, GAP)
    assert sessions.current(connection, PLACE, NOW - back, GAP).id == first.id


def test_a_clock_set_back_by_years_leaves_no_session_that_never_ends(connection: sqlite3.Connection) -> None:
    ahead = sessions.current(connection, PLACE, NOW + YEARS, GAP)
    first = sessions.current(connection, PLACE, NOW, GAP)
    assert first.id != ahead.id
    assert sessions.current(connection, PLACE, NOW + 1, GAP).id == first.id, "not one for each event"
    assert sessions.current(connection, PLACE, NOW + 2 * GAP, GAP).id != first.id


def test_a_clock_set_back_does_not_keep_an_activity_of_the_future(connection: sqlite3.Connection) -> None:
    sessions.current(connection, PLACE, NOW, GAP)
    sessions.touch(connection, PLACE, NOW - 5_000, gap_ms=GAP)
    stay = sessions.last_active(connection, PLACE, NOW, GAP)
    assert stay is not None and stay.active_at == NOW, "writes may come a little out of order"
    sessions.touch(connection, PLACE, NOW - GAP // 2, gap_ms=GAP)
    stay = sessions.last_active(connection, PLACE, NOW - GAP // 2, GAP)
    assert stay is not None and stay.active_at == NOW - GAP // 2


def test_only_an_opening_opens_a_session(connection: sqlite3.Connection) -> None:
    session = sessions.current(connection, PLACE, NOW, GAP)
    assert not sessions.was_opened(connection, PLACE, session.id)
    key = sessions.opening_key(session.id)
    record(connection, happening("session.open", source="editor", key=key))
    assert sessions.was_opened(connection, PLACE, session.id)
    assert not sessions.was_opened(connection, "/other", session.id)


def test_away_is_since_the_first_idle_after_the_last_return(connection: sqlite3.Connection) -> None:
    session = sessions.current(connection, PLACE, NOW, GAP)

    def came(kind: str, minutes: int) -> str:
        at = NOW + minutes * 60_000
        seen = happening(kind, ago=-minutes * 60_000, source="editor", data={"idleMs": 60_000})
        return record(connection, seen, at).event.id

    def away() -> tuple[str, int] | None:
        found = sessions.away(connection, PLACE, session.id, NOW + GAP)
        return None if found is None else (found.event_id, (found.began - NOW) // 60_000)

    assert away() is None
    first = came("idle", 2)
    came("idle", 5)
    assert away() == (first, 1)
    came("active", 6)
    assert away() is None
    again = came("idle", 9)
    assert away() == (again, 8)
    assert sessions.away(connection, PLACE, "another", NOW + GAP) is None


# -- windows -------------------------------------------------------------------------------------------


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-S", "-c", ""])
    process.wait()
    return process.pid


def host_of(connection: sqlite3.Connection, window: str) -> list[str]:
    return str(connection.execute("SELECT host FROM windows WHERE id = ?", (window,)).fetchone()[0]).split()


def test_a_living_window_is_not_closed(connection: sqlite3.Connection) -> None:
    sessions.open_window(connection, "a", NOW)
    assert sessions.close_dead_windows(connection, NOW) == 0
    assert sessions.open_windows(connection) == 1


def test_a_window_whose_process_is_gone_is_closed(connection: sqlite3.Connection) -> None:
    sessions.open_window(connection, "a", NOW)
    connection.execute("UPDATE windows SET pid = ?", (ended_process(),))
    assert sessions.close_dead_windows(connection, NOW) == 1
    assert sessions.open_windows(connection) == 0


@pytest.mark.parametrize("pid", [2**40, -1_000_000, 2**31 - 1])
def test_a_pid_that_cannot_be_is_dead(connection: sqlite3.Connection, pid: int) -> None:
    sessions.open_window(connection, "a", NOW)
    connection.execute("UPDATE windows SET pid = ?", (pid,))
    assert sessions.close_dead_windows(connection, NOW) == 1


@pytest.mark.parametrize(
    ("part", "dead"),
    [
        pytest.param(0, False, id="another machine or container with a name of its own"),
        pytest.param(1, True, id="before the last boot of this machine"),
        pytest.param(2, False, id="a container of the same name"),
        pytest.param(3, True, id="the pid belongs to another process by now"),
    ],
)
def test_a_pid_counts_only_where_it_means_something(
    connection: sqlite3.Connection, part: int, dead: bool
) -> None:
    sessions.open_window(connection, "a", NOW)
    host = host_of(connection, "a")
    assert len(host) == 4
    host[part] = "other"
    pid = os.getpid() if part in (1, 3) else ended_process()
    connection.execute("UPDATE windows SET host = ?, pid = ?", (" ".join(host), pid))
    assert sessions.close_dead_windows(connection, NOW) == int(dead)


def test_a_row_that_names_no_machine_is_left_alone(connection: sqlite3.Connection) -> None:
    sessions.open_window(connection, "a", NOW)
    connection.execute("UPDATE windows SET host = 'somewhere', pid = ?", (ended_process(),))
    assert sessions.close_dead_windows(connection, NOW) == 0


def test_what_a_killed_window_held_is_free_for_others(place: Home, opened: Open) -> None:
    database = opened()
    writer = Writer(place.data, "take", "killed")
    assert writer.first_line() == "open\n"
    writer.kill()
    [one, two] = written(database, happening("commit", key="1"), happening("commit", key="2"))

    def left_behind(connection: sqlite3.Connection) -> None:
        connection.execute(
            "UPDATE events SET state = 2, owner = 'killed', owned_at = ? WHERE seq = ?", (NOW, one.seq)
        )

    database.write(left_behind)
    assert database.write(lambda connection: turns.take(connection, "b", [one.seq, two.seq], NOW)) == [two]
    row = database.connection.execute("SELECT state, reason FROM events WHERE seq = ?", (one.seq,)).fetchone()
    assert tuple(row) == (3, "its window was closed"), "never shown late"


def test_record_makes_the_session_that_it_belongs_to(connection: sqlite3.Connection) -> None:
    event = record(connection, happening("commit")).event
    assert event.session_id == sessions.current(connection, PLACE, NOW, GAP).id
