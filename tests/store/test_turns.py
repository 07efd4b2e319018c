"""Who speaks: one owner for each turn, and one transaction in which it is decided and written."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from afterglow.core.model import Event
from afterglow.store import choices, sessions, turns
from tests.store.conftest import Open
from tests.store.making import GAP, NOW, PLACE, count, happening, record, to_json, token, turn, written

WINDOWS = 6
ROUNDS = 15


def reason(connection: sqlite3.Connection, event: Event) -> tuple[int, str | None]:
    row = connection.execute("SELECT state, reason FROM events WHERE seq = ?", (event.seq,)).fetchone()
    return row["state"], row["reason"]


def commit(connection: sqlite3.Connection, name: str, workspace: str = PLACE) -> Event:
    return record(connection, happening("commit", key=name, workspace=workspace)).event


def test_of_many_windows_exactly_one_gets_an_event(opened: Open) -> None:
    first = opened()
    windows = {f"window-{number}": opened() for number in range(WINDOWS)}
    for name, database in windows.items():
        database.write(lambda connection, name=name: sessions.open_window(connection, name, NOW))  # type: ignore[misc]
    barrier = Barrier(WINDOWS, timeout=30)

    def reach(name: str, seqs: list[int]) -> list[int]:
        barrier.wait()
        mine = windows[name].write(lambda connection: turns.take(connection, name, seqs, NOW))
        return [event.seq for event in mine]

    with ThreadPoolExecutor(WINDOWS) as pool:
        for number in range(ROUNDS):
            made = written(first, *(happening("commit", key=f"{number}-{n}") for n in range(3)))
            seqs = [event.seq for event in made]
            taken = list(pool.map(reach, windows, [seqs] * WINDOWS))
            assert sorted(seq for mine in taken for seq in mine) == seqs
            assert sum(map(bool, taken)) == 1, "one burst is one turn"
            first.write(lambda connection, seqs=seqs: turns.finish(connection, seqs, "", NOW))  # type: ignore[misc]


def test_a_burst_of_another_living_window_is_left_to_it(connection: sqlite3.Connection) -> None:
    for window in ("a", "b"):
        sessions.open_window(connection, window, NOW)
    one, two, elsewhere = commit(connection, "1"), commit(connection, "2"), commit(connection, "3", "/other")
    assert turns.take(connection, "a", [one.seq], NOW)
    assert turns.take(connection, "b", [two.seq, elsewhere.seq], NOW) == [elsewhere]
    assert [event.seq for event in turns.take(connection, "a", [two.seq], NOW)] == [two.seq]
    turns.finish(connection, [one.seq, two.seq], "said", NOW)
    three = commit(connection, "4")
    assert turns.take(connection, "b", [three.seq], NOW)


@pytest.mark.parametrize("later", [turns.OWNED_MS, -turns.OWNED_MS - 1])
def test_an_owner_that_does_nothing_holds_a_burst_for_a_while_only(
    connection: sqlite3.Connection, later: int
) -> None:
    for window in ("a", "b"):
        sessions.open_window(connection, window, NOW)
    one, two = commit(connection, "1"), commit(connection, "2")
    turns.take(connection, "a", [one.seq], NOW)
    assert turns.take(connection, "b", [two.seq], NOW + later // 2) == []
    assert turns.take(connection, "b", [two.seq], NOW + later)


def test_an_owner_whose_window_is_not_known_counts_as_alive(connection: sqlite3.Connection) -> None:
    one, two = commit(connection, "1"), commit(connection, "2")
    turns.take(connection, "a", [one.seq], NOW)
    assert turns.take(connection, "b", [two.seq], NOW) == []


def test_a_closed_window_gives_back_what_it_held_and_never_shows_it(connection: sqlite3.Connection) -> None:
    sessions.open_window(connection, "a", NOW)
    one, two = commit(connection, "1"), commit(connection, "2")
    turns.take(connection, "a", [one.seq], NOW)
    sessions.close_window(connection, "a", NOW)
    assert reason(connection, one) == (3, "its window was closed")
    assert turns.take(connection, "b", [one.seq, two.seq], NOW) == [two]


def test_more_events_than_one_query_can_name(connection: sqlite3.Connection) -> None:
    made = [commit(connection, str(number)) for number in range(1_100)]
    assert turns.take(connection, "a", [event.seq for event in made], NOW) == made


# -- waiting -------------------------------------------------------------------------------------------


def test_waiting_are_the_free_events_of_these_workspaces_in_order(connection: sqlite3.Connection) -> None:
    made = [commit(connection, str(number)) for number in range(3)]
    commit(connection, "other", "/other")
    turns.take(connection, "a", [made[1].seq], NOW)
    assert turns.waiting(connection, [PLACE], NOW) == [made[0], made[2]]
    assert turns.waiting(connection, [], NOW) == []


@pytest.mark.parametrize("later", [turns.STALE_MS + 1, -turns.STALE_MS - 1])
def test_what_waited_too_long_is_dropped(connection: sqlite3.Connection, later: int) -> None:
    event = commit(connection, "1")
    assert turns.waiting(connection, [PLACE], NOW + later // 2) == [event]
    assert turns.waiting(connection, [PLACE], NOW + later) == []
    assert reason(connection, event) == (3, "stale: no window took it in time")


def test_what_was_missed_is_dropped_when_a_window_opens(connection: sqlite3.Connection) -> None:
    event, other = commit(connection, "1"), commit(connection, "2", "/other")
    turns.drop_missed(connection, PLACE, NOW + 2_000)
    assert reason(connection, event)[0] == 1, "what came a moment ago is not missed"
    turns.drop_missed(connection, PLACE, NOW + 2_001)
    assert reason(connection, event) == (3, "no window was open")
    assert reason(connection, other)[0] == 1


def test_a_kind_that_only_a_newer_program_knows_is_left_to_it(connection: sqlite3.Connection) -> None:
    commit(connection, "1")
    connection.execute("UPDATE events SET kind = 'something.new'")
    assert turns.waiting(connection, [PLACE], NOW) == []
    assert count(connection, "events", "state = 1") == 1


# -- settling ------------------------------------------------------------------------------------------


def settled(
    connection: sqlite3.Connection, name: str, *, says: bool = True, reached: bool = True, burst: int = 1
) -> Event:
    """One turn from the first event to the last row."""
    made = [commit(connection, f"{name}-{number}") for number in range(burst)]
    mine = turns.take(connection, "a", [event.seq for event in made], NOW)
    known = turns.know(connection, mine[0].workspace, mine[0], "normal", NOW, GAP)
    decided = turn(token(name) if says else None, reached)
    turns.settle(connection, decided, mine, mine[0], known.session, "a", NOW, to_json)
    return mine[0]


def test_settling_writes_once(connection: sqlite3.Connection) -> None:
    event = settled(connection, "t1", burst=3)
    assert reason(connection, event) == (3, "said")
    assert count(connection, "events", "reason = 'another event of the same burst spoke for it'") == 2
    assert (count(connection, "turns"), count(connection, "shown")) == (1, 1)
    session = sessions.current(connection, PLACE, NOW, GAP)
    with pytest.raises(turns.NotOwned):
        turns.settle(connection, turn(token("t2")), [event], event, session, "a", NOW, to_json)
    assert (count(connection, "turns"), count(connection, "shown")) == (1, 1)
    assert turns.last_tokens(connection, 5) == [{"id": "t1"}]


def test_what_another_window_owns_cannot_be_settled(connection: sqlite3.Connection) -> None:
    event = commit(connection, "1")
    turns.take(connection, "a", [event.seq], NOW)
    session = sessions.current(connection, PLACE, NOW, GAP)
    with pytest.raises(turns.NotOwned):
        turns.settle(connection, turn(token("t")), [event], event, session, "b", NOW, to_json)
    assert reason(connection, event)[0] == 2


def test_a_turn_counts_only_where_it_reached_the_budget(connection: sqlite3.Connection) -> None:
    numbers = []
    for name, says, reached in (
        ("a", True, True),
        ("b", False, False),
        ("c", False, True),
        ("d", True, True),
    ):
        settled(connection, name, says=says, reached=reached)
        numbers.append(connection.execute("SELECT turn FROM turns ORDER BY seq DESC").fetchone()[0])
    assert numbers == [1, 1, 2, 3]
    assert sessions.current(connection, PLACE, NOW, GAP).turn == 3
    assert count(connection, "shown") == 2


def test_no_entry_is_shown_twice_in_a_session(connection: sqlite3.Connection) -> None:
    session = sessions.current(connection, PLACE, NOW, GAP)
    for name in ("1", "2"):
        event = commit(connection, name)
        turns.take(connection, "a", [event.seq], NOW)
        decided = turn(token(name, session.id, "entry"))
        if name == "2":
            with pytest.raises(sqlite3.IntegrityError):
                turns.settle(connection, decided, [event], event, session, "a", NOW, to_json)
        else:
            turns.settle(connection, decided, [event], event, session, "a", NOW, to_json)


def test_a_failing_turn_leaves_nothing_behind(opened: Open) -> None:
    database = opened()
    [event] = written(database, happening("commit"))
    database.write(lambda connection: turns.take(connection, "a", [event.seq], NOW))

    def broken(connection: sqlite3.Connection) -> None:
        session = sessions.current(connection, PLACE, NOW, GAP)
        turns.settle(connection, turn(token("t")), [event], event, session, "a", NOW, lambda _: {})

    with pytest.raises(KeyError):
        database.write(broken)
    assert (count(database.connection, "turns"), count(database.connection, "shown")) == (0, 0)
    assert reason(database.connection, event)[0] == 2


# -- looking back --------------------------------------------------------------------------------------


def test_a_turn_is_found_by_token_by_event_and_as_the_newest(connection: sqlite3.Connection) -> None:
    first = settled(connection, "t1")
    settled(connection, "t2", says=False)
    assert turns.find_turn(connection, token_id="t1") == {"token": {"id": "t1"}, "reason": "said"}
    assert turns.find_turn(connection, event_id=first.id) == {"token": {"id": "t1"}, "reason": "said"}
    assert turns.find_turn(connection, window="a") == {"token": None, "reason": "nothing to say"}
    assert turns.find_turn(connection) == {"token": None, "reason": "nothing to say"}
    assert turns.find_turn(connection, token_id="none") is None
    assert turns.find_turn(connection, window="b") is None


def test_an_event_without_a_turn_says_why(connection: sqlite3.Connection) -> None:
    waits, stash = commit(connection, "1"), record(connection, happening("stash")).event
    assert turns.without_turn(connection, waits.id) == (waits, "it waits for its turn")
    assert turns.without_turn(connection, stash.id) == (stash, "an event of this kind never speaks")
    missed = record(connection, happening("commit", silent=True, key="2")).event
    assert turns.without_turn(connection, missed.id) == (missed, "happened while no window was open")
    assert turns.without_turn(connection, "none") is None


def test_last_tokens_are_newest_first_and_of_these_workspaces(connection: sqlite3.Connection) -> None:
    for number, workspace in enumerate((PLACE, "/other", PLACE)):
        event = commit(connection, str(number), workspace)
        turns.take(connection, "a", [event.seq], NOW)
        session = sessions.current(connection, workspace, NOW, GAP)
        turns.settle(
            connection, turn(token(f"t{number}")), [event], event, session, "a", NOW + number, to_json
        )
    assert [one["id"] for one in turns.last_tokens(connection, 2)] == ["t2", "t1"]
    assert [one["id"] for one in turns.last_tokens(connection, 9, [PLACE])] == ["t2", "t0"]


# -- what a turn looks at ------------------------------------------------------------------------------


def test_a_turn_reads_the_choices_of_that_instant(connection: sqlite3.Connection) -> None:
    event = commit(connection, "1")
    assert turns.know(connection, event.workspace, event, "quiet", NOW, GAP).mode == "quiet"
    choices.write_mode(connection, "chatty")
    choices.write_dnd(connection, NOW + 5)
    known = turns.know(connection, event.workspace, event, "quiet", NOW, GAP)
    assert (known.mode, known.dnd_until) == ("chatty", NOW + 5)
