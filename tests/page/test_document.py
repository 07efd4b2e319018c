"""The page as a document: whole, in order, inert, and in words that hold for anybody."""

from __future__ import annotations

import hashlib
import json
import re
from itertools import pairwise
from typing import Any

import pytest

from afterglow.page import telling
from afterglow.page.charts import green_gist
from afterglow.page.document import GENERATOR, data
from afterglow.store.activity_reds import Red
from afterglow.store.database import Database
from tests.page.made import NOW, Page, at, ended, happened, hashed, page, read, show, silent, write
from tests.support.rawclient import ROOT

MINUTE = 60_000
VENDOR = ROOT / "server" / "afterglow" / "page" / "vendor"
HOSTILE = (
    "</script><script>document.title='owned'</script>",
    '"><img src=x onerror=alert(1)>',
    "\x1b[31mred\x1b[0m \x1b]0;title\x07",
    "\u202egnp.exe \u2066x\u2069 a\u200bb",
    "$(zap) [x](command:workbench.action.quit)",
    "<!-- --!> &lt;b&gt; &#x3c;",
    "line\nbreak\r\n\x00nul",
    "\udc80 lone",
    "😀👩\u200d💻 fine",
    "a" * 10_000,
)


@pytest.fixture
def busy(database: Database) -> Database:
    """A week with something of everything."""
    begin = at("2027-03-25", "09:00")
    write(
        database,
        happened("commit", at("2027-03-23", "10:00")),
        happened("commit", begin),
        ended(at("2027-03-23", "11:00")),
        ended(begin + MINUTE, "fail"),
        ended(begin + 20 * MINUTE),
        ended(begin + 30 * MINUTE, "cancelled"),
        ended(begin + 40 * MINUTE, job="build", label="make"),
    )
    show(database, {"response": "142 passed in 38 s", "news": "142 passed in 38 s", "event": {"id": "e"}})
    silent(database, "no news")
    return database


# -- the policy ------------------------------------------------------------------------------------------


def test_every_script_and_style_is_named_by_its_hash_and_nothing_else_may_run(busy: Database) -> None:
    found = page(busy)
    rules = dict(rule.strip().split(" ", 1) for rule in found.policy.split(";"))
    programs = [source for kind, source in found.scripts if kind != "application/json"]
    assert len(programs) == 2
    assert rules == {
        "default-src": "'none'",
        "script-src": " ".join(map(hashed, programs)),
        "style-src": hashed(found.styles[0]),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert len(found.styles) == 1
    first = next(index for index, (name, _) in enumerate(found.tags) if name in ("script", "style", "link"))
    (policy,) = [index for index, (_, told) in enumerate(found.tags) if "http-equiv" in told]
    assert policy < first, "what stands before the policy is not held by it"


def test_no_attribute_runs_or_fetches_anything(busy: Database) -> None:
    found = page(busy)
    for name, attributes in found.tags:
        assert not [key for key in attributes if key.startswith("on") or key in ("style", "src")], (
            name,
            attributes,
        )
    links = [attributes["href"] or "" for _, attributes in found.tags if "href" in attributes]
    assert [link.partition(",")[0] for link in links if not link.startswith("#")] == ["data:image/svg+xml"]


def test_the_document_survives_any_encoding(busy: Database) -> None:
    show(busy, {"response": "grün in 3 s, schön"}, NOW)
    found = page(busy)
    assert found.source.isascii() and "\r" not in found.source
    assert "grün in 3 s, schön" in found.text
    assert GENERATOR in found.source[:4096]


def test_the_library_is_the_published_build() -> None:
    library = VENDOR / "chart.umd.min.js"
    known = (VENDOR / "chart.umd.min.js.sha256").read_text().split()
    assert known == [hashlib.sha256(library.read_bytes()).hexdigest(), library.name]
    assert "MIT License" in (VENDOR / "chart.LICENSE.txt").read_text()
    script = (ROOT / "scripts" / "vendor_chart.sh").read_text()
    (version,) = re.findall(r"^version=(.*)$", script, re.MULTILINE)
    assert f"Chart.js v{version}" in library.read_text()[:200]


# -- hostile text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_text(database: Database, text: str) -> None:
    place = f"/home/dev/{text[:60]}".replace("\x00", "")
    safe = place.encode("utf-8", "replace").decode()
    event: dict[str, Any] = {"kind": text, "label": text, "data": {"job": text}}
    token = {"response": text, "banter": text, "news": text, "source": text, "event": event}
    show(database, token, workspace=safe, record={"token": token, "event": event})
    silent(database, text.encode("utf-8", "replace").decode())
    label = text[:60].encode("utf-8", "replace").decode().replace("\x00", "")
    write(database, ended(NOW - 9 * MINUTE, "fail", label=label, workspace=safe), ended(NOW, label=label))
    clean, found = page(database), page(database, problems=(text,))
    for one in (clean, found):
        assert not one.unclosed
        assert len(one.scripts) == 3 and len(one.named("img")) == 0
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069]", one.text)
        assert "$(" not in one.text and "](" not in one.text
    for kind, source in found.scripts:
        if kind == "application/json":
            assert "<" not in source
            json.loads(source)


def test_data_cannot_end_its_element() -> None:
    value = {"a": "</script><!--&"}
    made = data(value)
    assert not set("<>&") & set(made)
    assert json.loads(made) == value


def test_a_damaged_row_costs_only_itself(busy: Database) -> None:
    damaged: tuple[dict[str, Any], ...] = (
        {},
        {"response": None, "event": 7},
        {"response": ["x"], "source": {}},
    )
    for step, line in enumerate(damaged):
        show(busy, line, NOW - step, record={"event": [1]})
    assert "142 passed in 38 s" in page(busy).text


# -- for those who cannot see it -------------------------------------------------------------------------


def test_headings_go_down_one_step_at_a_time(busy: Database) -> None:
    headings = page(busy).headings
    assert headings[0] == (1, "Today and the last 7 days")
    levels = [level for level, _ in headings]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert [name for level, name in headings if level == 2] == [
        "Today",
        "The last 7 days",
        "What ended",
        "Lines",
        "Why it kept quiet",
        "Budget and health",
    ]


def test_every_chart_has_its_gist_and_its_numbers_in_words(busy: Database) -> None:
    found = page(busy)
    charts = found.named("canvas")
    assert [chart["id"] for chart in charts] == ["tests", "green", "commits", "work"]
    for chart in charts:
        assert chart["role"] == "img"
        assert re.search(r", a bar chart\. \d.*\.$", chart["aria-label"] or "")
    assert len(found.named("details")) == len(found.named("summary")) == len(charts)
    assert "Thursday, 2027-03-25, today 1 1 1" in found.text
    assert "tests (pytest) Thu 09:01 Thu 09:20 1 19 min" in found.text


def test_tables_have_captions_and_scopes_and_ids_are_unique(busy: Database) -> None:
    found = page(busy)
    assert len(found.named("table")) == len(found.named("caption")) == 7
    assert all(head.get("scope") in ("col", "row") for head in found.named("th"))
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in found.tags:
        assert attributes.get("aria-labelledby") in {None, *ids}
    assert found.named("html") == [{"lang": "en"}]
    assert [name for name, _ in found.tags if name in ("header", "main", "footer")] == [
        "header",
        "main",
        "footer",
    ]


def test_the_skip_link_comes_first_and_leads_to_the_figures(busy: Database) -> None:
    found = page(busy)
    first = next(one for one in found.tags if "href" in one[1] and one[0] == "a")
    assert first[1]["href"] == "#main"
    assert [one["id"] for one in found.named("main")] == ["main"]


# -- words -----------------------------------------------------------------------------------------------


def test_before_anything_happened_it_says_so_and_draws_nothing(database: Database) -> None:
    found = page(database)
    assert "Nothing recorded yet" in found.text
    assert found.named("canvas") == [] and found.scripts == []
    assert "script-src 'none'" in found.policy
    assert "Warm lines today 0 of 12" in found.text


def test_a_chart_without_anything_in_it_is_a_sentence(database: Database) -> None:
    write(database, happened("commit", NOW - MINUTE))
    found = page(database)
    assert [chart["id"] for chart in found.named("canvas")] == ["commits"]
    assert "No test run was recorded." in found.text
    assert "Nothing was red." in found.text


def test_a_quiet_day_is_no_loss(database: Database) -> None:
    write(database, happened("commit", at("2027-03-23")))
    found = page(database)
    assert "Today Nothing recorded so far." in found.text
    for word in ("streak", "missed", "lost", "only", "should", "!", "better than", "average", "others"):
        assert word not in found.text.lower()


def test_one_day_alone_has_no_week(busy: Database) -> None:
    found = page(busy, days=1)
    assert found.headings[:2] == [(1, "Today"), (2, "Today")]
    assert found.named("canvas") == []


def test_it_says_what_is_left_and_what_needs_mending(database: Database) -> None:
    found = page(database, problems=("mode: write off, quiet, normal or chatty; normal is used",))
    assert "Mode normal" in found.text
    assert "Jokes today on request in this mode" in found.text
    assert "Health mode: write off, quiet, normal or chatty; normal is used" in found.text
    assert "nothing to mend" not in found.text
    assert "nothing to mend" in page(database).text


def test_do_not_disturb_and_the_mode_are_told(database: Database) -> None:
    from afterglow.store import choices

    database.write(lambda connection: choices.write_mode(connection, "chatty"))
    database.write(lambda connection: choices.write_dnd(connection, NOW + 90 * MINUTE))
    found = page(database)
    assert (
        "Mode chatty Do not disturb until Thu 19:34 Warm lines today 0 of 40 Jokes today 0 of 6" in found.text
    )
    assert "Do not disturb" not in page(database, now=NOW + 91 * MINUTE).text


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("red: test (pytest) since 14:12", "something was red"),
        ("red: lint (ruff) since Friday and 1 more", "something was red"),
        ("budget: one warm line in 2700 s", "a warm line had been said not long before"),
        ("budget: 12 warm lines today", "the day's share of warm lines was used"),
        ("a reason of a newer version", "a reason of a newer version"),
    ],
)
def test_reasons_for_silence_are_told_without_names_and_times(reason: str, said: str) -> None:
    assert telling.silences({reason: 2}) == [(said, 2)]


def test_reasons_that_mean_the_same_are_counted_together() -> None:
    counted = {"red: test (pytest) since 14:12": 2, "no news": 3, "red: lint (ruff) since 9:00": 2}
    assert telling.silences(counted) == [("something was red", 4), ("nothing new to tell", 3)]


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ({"source": "cpu_repo", "banter": "x"}, "you asked for it; a line from the banks"),
        ({"event": {}, "source": "reminder"}, "you asked for it"),
        (
            {"event": {"id": "e"}, "source": "reminder", "news": "x"},
            "a session began, and the one before left this",
        ),
        ({"event": {"id": "e"}, "source": "news", "news": "x"}, "after test pytest"),
        (
            {"event": {"id": "e"}, "source": "gift", "banter": "x"},
            "a moment for a line without news, after test pytest; a gift",
        ),
    ],
)
def test_why_a_line_was_shown(token: dict[str, Any], said: str) -> None:
    record = {"event": {"kind": "job.finished", "label": "pytest", "data": {"job": "test"}}}
    assert telling.why(token, record).startswith(said)


def test_long_spans_name_their_days_by_date(busy: Database) -> None:
    found: Page = page(busy, days=90)
    assert found.headings[0] == (1, "Today and the last 90 days")
    (figures,) = [json.loads(source) for kind, source in found.scripts if kind]
    assert figures[0]["labels"][:2] == ["26 Dec", "27 Dec"]
    assert figures[0]["labels"][-1] == "today"
    assert len(read(busy, days=90).days) == 90


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (0, "under 1 min"),
        (59_999, "under 1 min"),
        (60_000, "1 min"),
        (60 * MINUTE, "1 h"),
        (200 * MINUTE, "3 h 20"),
        (1565 * MINUTE, "26 h 05"),
        (100 * 60 * MINUTE + 1, "100 h"),
    ],
)
def test_work_is_told_in_hours_not_in_days(ms: int, said: str) -> None:
    assert telling.span(ms) == said


def test_a_reason_says_after_what_a_line_came_and_once() -> None:
    def after(**event: object) -> dict[str, object]:
        return {"event": {"kind": "job.finished", **event}}

    told = {"event": {"id": "e"}, "news": "x", "source": "news"}
    assert telling.why(told, after(label="pytest", data={"job": "test"})) == "after test pytest"
    assert telling.why(told, after(label="deploy", data={"job": "deploy"})) == "after deploy"
    warm = {**told, "source": "compliment", "banter": "y"}
    assert telling.why(warm, {"event": {"kind": "commit"}}) == "after commit; a compliment that was due"
    assert telling.why({}, {}) == "you asked for it"
    begun = {"event": {"id": "e"}, "news": "x", "source": "reminder"}
    assert telling.why(begun, {}) == "a session began, and the one before left this"


@pytest.mark.parametrize(
    ("lasted", "said"),
    [
        ([], "Nothing was red."),
        ([None], "1 red spell; how long is not known."),
        ([4], "1 red spell; green after 4 min."),
        ([4, None], "2 red spells; green after 4 min, 1 could not be timed."),
        ([4, 8, 60], "3 red spells, half of them green within 8 min."),
        ([4, 8, None], "3 red spells; of the 2 that could be timed, half were green within 6 min."),
    ],
)
def test_what_is_said_of_red_spells_holds_for_those_that_were_timed(
    lasted: list[int | None], said: str
) -> None:
    spells = [
        Red("/w", "test", "pytest", 1, 0, 0, 1, None if one is None else one * MINUTE) for one in lasted
    ]
    assert green_gist(spells) == said
