"""``afterglow doctor``: each part, what it sees, and the mend where it does not."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from afterglow.cli import places
from afterglow.loop import season_child
from afterglow.seasons import filling
from afterglow.store import seasonal
from tests.cli.calling import call
from tests.support.sidecar import repository


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = repository(tmp_path / "basket")
    monkeypatch.chdir(made)
    return made


def examined(code: int = 0) -> dict[str, dict[str, Any]]:
    said = call("doctor", "--json")
    assert (said.code, said.err) == (code, "")
    made = json.loads(said.out)
    assert made["ok"] is (code == 0)
    for finding in made["findings"]:
        assert set(finding) == {"name", "on", "sees", "problem", "mend", "last_seen"}
    return {finding["name"]: finding for finding in made["findings"]}


def test_all_is_well_in_a_repository(root: Path, home: Path) -> None:
    found = examined()
    parts = ["database", "mode", "settings", "git", "reports", "caches", "builds", "quality", "hook"]
    parts += ["editor", "run, emit", "watches", "weather", "holidays", "banks", "idle twin"]
    assert list(found) == parts
    assert str(home / "afterglow" / "afterglow.db") in found["database"]["sees"]
    lines = call("doctor").out.splitlines()
    assert lines[0].endswith(f"looking at {root}")
    marks = {line[6:15].strip(): line[:4].strip() for line in lines[1:] if line[:4].strip()}
    assert marks == {name: "ok" if one["on"] else "off" for name, one in found.items()}


def test_weather_and_lines_of_ones_own(root: Path, home: Path) -> None:
    found = examined()
    assert "no weather event" in found["weather"]["sees"]
    assert not found["weather"]["on"]
    assert "shipped lines" in found["banks"]["sees"]
    assert call("emit", "weather", "--data", '{"temp_c": 31}').code == 0
    own = home / "afterglow" / "banks"
    own.mkdir(parents=True)
    (own / "jokes.jsonl").write_text("{\n")
    found = examined(1)
    assert (found["weather"]["on"], found["weather"]["problem"]) == (True, None)
    assert found["weather"]["sees"] == "known from an event of the last 3 h"
    assert "jokes.jsonl:1" in found["banks"]["problem"]


@pytest.mark.usefixtures("root")
def test_the_mode_off_is_a_choice_and_told() -> None:
    call("mode", "off")
    found = examined()
    assert found["mode"]["sees"] == "off, as chosen by command: nothing is recorded or shown"
    told = {name for name, one in found.items() if one["sees"].startswith("off with the mode")}
    assert told == {"git", "reports", "caches", "builds", "quality", "hook", "editor", "run, emit", "watches"}
    assert not any(found[name]["on"] for name in told)
    call("mode", "quiet")
    call("dnd", "5")
    assert examined()["mode"]["sees"].startswith("quiet, as chosen by command; quiet until ")


def test_what_is_wrong_is_named_with_its_mend(
    root: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "afterglow").mkdir()
    (home / "afterglow" / "config.toml").write_text('mode = "shout"\nbanterPerDy = 3\n')
    (root / ".git" / "HEAD").unlink()
    found = examined(1)
    assert "mode must be" in found["settings"]["problem"]
    assert "did you mean banterPerDay?" in found["settings"]["problem"]
    assert found["git"]["problem"]
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AFTERGLOW_HOME", str(tmp_path / "file"))
    found = examined(1)
    assert "check its permissions" in found["database"]["problem"]
    text = call("doctor").out
    assert "\nLOOK  database   not usable, so nothing is kept or read back\n" in text
    assert "check its permissions" in text


@pytest.mark.usefixtures("root")
def test_without_a_region_there_are_no_holidays(monkeypatch: pytest.MonkeyPatch) -> None:
    found = examined()["holidays"]
    assert (found["on"], found["problem"]) == (False, None)
    assert "set region, such as DE or US-CA" in found["sees"]
    monkeypatch.setenv("AFTERGLOW_REGION", "Bavaria")
    assert "region: Bavaria is none; set a country" in examined(1)["holidays"]["problem"]


@pytest.mark.usefixtures("root")
def test_the_holidays_of_the_locales_country(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert examined()["holidays"]["sees"].startswith("on for DE (none known yet")
    monkeypatch.setattr(season_child, "LIBRARY", "no_such_library")
    found = examined()["holidays"]
    assert (found["on"], found["problem"]) == (False, None)
    assert found["sees"] == 'off for DE: pip install "afterglow-lsp[seasons]" brings the calendar'
    year = time.strftime("%Y")
    assert filling.main(["DE", year]) == 0
    assert examined()["holidays"]["sees"] == f"on for DE (9 days known in {year})"


@pytest.mark.usefixtures("root")
def test_a_region_that_the_calendar_does_not_answer_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERGLOW_REGION", "XX")

    def ask(at: int) -> None:
        with places.database() as opened:
            opened.write(lambda connection: seasonal.ask(connection, "local", "XX", at))

    ask(places.now() - 2 * 60_000)
    assert "check the region XX" in examined(1)["holidays"]["problem"]
    ask(places.now() + 2 * 24 * 60 * 60_000)
    ask(places.now())
    assert examined()["holidays"]["on"] is True
