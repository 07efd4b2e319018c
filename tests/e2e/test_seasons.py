"""The holidays of a region: who is asked, the process that stores them, and what it says when it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
import pytest

import afterglow
from afterglow.core.almanac import HOLIDAYS, season_applies
from afterglow.core.bank import SeasonRule
from afterglow.core.settings import Settings
from afterglow.loop import season_child
from afterglow.seasons import filling
from afterglow.store import calendar, seasonal
from afterglow.store.calendar import Holiday
from afterglow.store.database import Database
from afterglow.store.home import Home, find_home
from tests.support.patience import wait_until

PROGRAM = Path(afterglow.__file__).parent / "seasons" / "__main__.py"
USER = "local"
HOUR = 60 * 60_000


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def place() -> Home:
    """The home of this test, as the server and the child find it."""
    return find_home(os.environ)


@pytest.fixture
def database(place: Home) -> Iterator[Database]:
    opened = Database(place)
    yield opened
    opened.close()


def named(opened: Database, region: str, day: str) -> tuple[str, ...]:
    return opened.read(lambda connection: calendar.on(connection, region, day))


def years(opened: Database, when: str, region: str | None = "DE", zone: str = "UTC") -> tuple[int, ...]:
    return opened.read(lambda connection: season_child.needed(connection, region, ms(when), ZoneInfo(zone)))


def child(*words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """The program as the server starts it, but with its words to be read."""
    return subprocess.run(
        [sys.executable, "-I", str(PROGRAM), *words],
        env={**os.environ, **(env or {})},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


# -- the process ---------------------------------------------------------------------------------------


def test_the_process_stores_the_years_rings_and_leaves_nothing_behind(
    place: Home, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A server whose home was named by a relative path, and whose folder is not the child's.
    monkeypatch.chdir(place.data.parent)
    monkeypatch.setenv("AFTERGLOW_HOME", place.data.name)
    season_child.start("DE-BY", (2026, 2027), place)
    wait_until(lambda: years(database, "2026-12-01T12:00", "DE-BY") == (), 30.0)
    assert named(database, "DE-BY", "2026-12-25") == ("Christmas Day",)
    assert named(database, "DE-BY", "2027-03-29") == ("Easter Monday",)
    assert named(database, "DE-BY", "2027-01-06") == ("Epiphany",)
    assert named(database, "DE-HH", "2027-01-06") == ()
    wait_until(lambda: not psutil.Process().children(), 30.0)
    assert place.bell.exists()


def test_it_is_the_last_in_line_and_touches_nothing_for_a_wrong_call(place: Home) -> None:
    asking = (
        "import os, runpy, sys\n"
        "sys.argv[1:] = ['DE']\n"
        "try:\n"
        f"    runpy.run_path({str(PROGRAM)!r}, run_name='__main__')\n"
        "except SystemExit as end:\n"
        "    print(os.nice(0), end.code, 'holidays' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", asking], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["19", "2", "False"]
    assert not place.data.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "no region: name a country"),
        (("Bavaria", "2026"), "'Bavaria' is no region: name a country"),
        (("XX", "2026"), "does not know the region XX: name a country"),
        (("US-QQ", "2026"), "does not know the region US-QQ"),
        (("DE",), "name 1 to 10 years"),
        (("DE", "soon"), "name 1 to 10 years"),
        (("DE", "0042"), "name 1 to 10 years"),
        (("DE", *["2026"] * 11), "name 1 to 10 years"),
    ],
)
def test_what_is_no_region_or_year_is_one_line(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str], place: Home
) -> None:
    assert filling.main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert len(err.splitlines()) == 1
    assert not place.database.exists()


def test_without_the_library_it_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    assert filling.main(["DE", "2026"]) == 3
    assert 'pip install "afterglow-lsp[seasons]"' in capsys.readouterr().err


def test_a_database_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = child("DE", "2026", env={"AFTERGLOW_HOME": str(tmp_path / "file")})
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "check its permissions" in done.stderr


# -- what the library says, as lines have it -----------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "day", "expected"),
    [
        ("DE", "2026-01-01", "New Year's Day"),
        ("SG", "2026-02-17", "Lunar New Year"),
        ("CN", "2027-02-06", "Lunar New Year"),
        ("KR", "2026-02-17", "Lunar New Year"),
        ("GB-ENG", "2026-04-06", "Easter Monday"),
        ("FR", "2026-05-01", "May Day"),
        ("GB", "2026-05-04", "May Day"),
        ("FI", "2026-06-19", "Midsummer"),
        ("SE", "2026-06-20", "Midsummer"),
        ("US-CA", "2026-07-04", "Independence Day"),
        ("US", "2026-07-03", None),
        ("IN", "2026-08-15", None),
        ("US", "2026-09-07", "Labor Day"),
        ("CA", "2026-09-07", "Labor Day"),
        ("US", "2026-11-26", "Thanksgiving"),
        ("BR", "2026-12-25", "Christmas Day"),
        ("JP", "2026-12-25", None),
        ("NZ", "2026-12-26", "Boxing Day"),
        ("DE", "2026-12-26", None),
    ],
)
def test_real_holidays_are_the_ones_that_lines_are_about(
    region: str, day: str, expected: str | None, database: Database
) -> None:
    assert filling.main([region, day[:4]]) == 0
    known = named(database, region, day)
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC)
    true = [name for name in HOLIDAYS if season_applies(SeasonRule(holiday=name), noon, known)]
    assert true == ([] if expected is None else [expected])


# -- who is asked, and when ----------------------------------------------------------------------------


def test_the_next_year_is_needed_from_december_on(database: Database) -> None:
    assert years(database, "2026-11-30T12:00") == (2026,)
    assert years(database, "2026-12-01T12:00") == (2026, 2027)
    assert years(database, "2026-12-31T23:30", zone="Asia/Tokyo") == (2027,)
    assert years(database, "2026-12-01T12:00", None) == ()
    assert years(database, "2026-12-01T12:00", "Bavaria") == ()
    database.write(
        lambda connection: calendar.replace_year(connection, "DE", 2026, [Holiday("2026-10-03", "Unity")])
    )
    assert years(database, "2026-11-30T12:00", "de") == ()
    assert years(database, "2026-12-01T12:00") == (2027,)
    # Its country's days are not all of a part's.
    assert years(database, "2026-11-30T12:00", "DE-BY") == (2026,)


def test_they_are_asked_for_once_in_a_day(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    now = ms("2026-11-30T12:00")

    def due(at: int, region: str | None = "DE") -> tuple[int, ...]:
        return season_child.due(database, USER, region, at, UTC)

    monkeypatch.setattr(season_child, "LIBRARY", "no_such_library")
    assert due(now) == ()
    assert database.read(lambda connection: seasonal.asked_at(connection, USER, "DE")) is None
    monkeypatch.undo()
    assert due(now, None) == ()
    assert (due(now), due(now + HOUR), due(now + 24 * HOUR)) == ((2026,), (), (2026, 2027))


@pytest.mark.parametrize(
    ("settings", "environ", "region"),
    [
        (Settings(region="us_ca", locale="de-DE"), {}, "US-CA"),
        (Settings(region="Bavaria", locale="de-DE"), {"LANG": "de_DE.UTF-8"}, None),
        (Settings(locale="de-DE"), {"LANG": "fr_FR.UTF-8"}, "DE"),
        (Settings(locale="en"), {"LANG": "fr_FR.UTF-8"}, "FR"),
        (Settings(), {"LANG": "fr_FR.UTF-8", "LC_ALL": ""}, "FR"),
        (Settings(), {"LANG": "fr_FR.UTF-8", "LC_ALL": "C.UTF-8"}, None),
        (Settings(), {}, None),
    ],
)
def test_whose_holidays_count(settings: Settings, environ: dict[str, str], region: str | None) -> None:
    assert season_child.region_in_force(settings, environ) == region
