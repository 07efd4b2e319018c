"""``report``: the last days in figures that agree with what was recorded."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from afterglow.cli import places
from tests.cli.calling import call
from tests.page.made_twin import called, graded, kept
from tests.support.sidecar import repository


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = repository(tmp_path / "project-kanarienvogel")
    monkeypatch.chdir(made)
    return made


def figures(*words: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(call("report", "--json", *words).out)
    return made


def work(job: str, status: str, times: int = 1) -> None:
    for _ in range(times):
        call("emit", "job.finished", "--status", status, "--data", json.dumps({"job": job}))


def test_before_anything_happened_it_says_so() -> None:
    said = call("report")
    assert (said.code, said.err) == (0, "")
    assert "work     0 sessions" in said.out
    assert "said     nothing yet" in said.out
    assert "rapport  0.0 of 10" in said.out
    made = figures()
    assert (made["sessions"], made["turns"], made["lines_shown"], made["mean_rating"]) == (0, 0, 0, None)
    assert (made["queue_share"], made["learned_share"], made["rapport"]) == (0, 0, 0)


def test_work_is_counted_by_its_kind() -> None:
    work("build", "ok", 2)
    work("test", "ok")
    call("emit", "commit")
    work("test", "fail", 2)
    made = figures()
    assert made["jobs"] == {"test": {"ended": 3, "failed": 2}, "build": {"ended": 2, "failed": 0}}
    assert made["commits"] == 1
    text = call("report").out
    assert re.search(r"^ +1  commit$", text, re.MULTILINE)
    assert re.search(r"^ +3  test runs, 2 red$", text, re.MULTILINE)
    assert re.search(r"^ +2  builds$", text, re.MULTILINE)


def test_the_share_from_the_queue_and_of_what_was_learned() -> None:
    call("queue", "add", "One.", "--source", "llm_generated")
    call("queue", "add", "Two.", "--source", "team")
    tokens = [json.loads(call("next", "--json").out) for _ in range(4)]
    assert sum(token["source"] == "queue_hit" for token in tokens) == 2
    made = figures()
    assert (made["lines_shown"], made["turns"], made["sessions"]) == (4, 4, 1)
    assert made["by_source"]["queue_hit"] == 2
    assert sum(made["by_source"].values()) == 4
    assert made["queue_by_source"] == {"llm_generated": 1, "team": 1}
    assert (made["queue_share"], made["learned_share"]) == (0.5, 0.25)
    text = call("report").out
    assert "queue    50 % of the lines\n" in text
    assert "learned  25 % of the lines\n" in text
    assert "2  from the queue: llm_generated 1, team 1\n" in text


def test_ratings_and_rapport() -> None:
    for score in ("5", "4"):
        token = json.loads(call("next", "--json").out)
        call("feedback", token["id"], score)
    made = figures()
    assert (made["ratings"], made["mean_rating"]) == (2, 4.5)
    assert made["rapport"] > 0
    assert "rated    2 lines, 4.5 of 5\n" in call("report").out


def test_what_lies_before_the_span_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    work("build", "ok")
    call("next")
    later = 3 * 24 * 60 * 60 * 1000
    now = places.now()
    monkeypatch.setattr(places, "now", lambda: now + later)
    assert figures("--days", "1")["jobs"] == {}
    assert figures("--days", "1")["lines_shown"] == 0
    assert figures("--days", "5")["jobs"] == {"build": {"ended": 1, "failed": 0}}
    assert figures("--days", "5")["lines_shown"] == 1


def test_a_silent_occasion_is_one_too() -> None:
    work("test", "fail")
    assert call("next").code == 1
    assert (figures()["turns"], figures()["lines_shown"]) == (1, 0)
    assert "said     0 lines on 1 occasion\n" in call("report").out


def test_it_fits_one_screen_and_names_nothing_private(root: Path) -> None:
    for job in ("test", "build", "lint", "typecheck", "deploy", "migration", "training", "agent", "debug"):
        work(job, "ok")
    work("test", "fail")
    sources = ("job", "recipe", "team", "stats", "quality", "security", "learning", "personal", "seasonal")
    for source in sources:
        call("queue", "add", f"A line of {source}.", "--source", source)
    work("test", "ok")
    while json.loads(call("next", "--json").out)["source"] == "queue_hit":
        pass
    text = call("report", "--days", "90").out
    assert len(text.splitlines()) <= 40
    assert max(map(len, text.splitlines())) <= 110
    assert "kanarienvogel" not in text + call("report", "--json").out
    for word in ("streak", "!", "only", "should"):
        assert word not in text


@pytest.mark.parametrize("days", [1, 7, 90])
def test_the_span_begins_at_midnight_and_today_is_its_last_day(days: int) -> None:
    made = figures("--days", str(days))
    first, now = (datetime.fromisoformat(made[name]).astimezone() for name in ("since", "until"))
    assert (first.hour, first.minute, first.second) == (0, 0, 0)
    assert (now.date() - first.date()).days == days - 1


def test_today_alone() -> None:
    assert call("report", "--days", "1").out.startswith("Today\n")
    assert re.match(r"The last 7 days, since \w+, \d{4}-\d\d-\d\d\n", call("report").out)


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        (["--days", "0"], "report: --days: write 1 to 90; nothing is kept for longer"),
        (["--days", "91"], "report: --days: write 1 to 90"),
        (["--days", "week"], "'week' is no whole number"),
    ],
)
def test_wrong_use_gets_one_line_that_helps(words: list[str], tells: str) -> None:
    said = call("report", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert tells in said.err


def test_the_idle_twin_is_told_of_only_where_it_worked() -> None:
    work("build", "ok")
    assert "twin" not in call("report").out
    with places.database() as opened:
        called(opened, places.now(), micros=1_200)
        graded(opened, places.now(), 4)
        graded(opened, places.now(), 5)
        kept(opened, "a-line")
    text = call("report").out
    assert "twin     1 call, 1,000 tokens, $0.0012" in text
    assert re.search(r"^ +2  turns graded, 4\.5 of 5$", text, re.MULTILINE)
    assert re.search(r"^ +1  lines kept, ever$", text, re.MULTILINE)
    assert figures()["twin"]["usd"] == 0.0012
