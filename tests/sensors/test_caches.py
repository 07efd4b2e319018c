"""The runners' own caches: what each state of them gives, when, and what it does not prove."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from _pytest.junitxml import mangle_test_address

from afterglow.core.model import Anchor, Observation
from afterglow.sensors.caches import LIVE_MS, WAIT_MS, CacheSensor
from afterglow.sensors.ledger import Ledger
from afterglow.sensors.pytest_cache import junit_id
from afterglow.sensors.scanning import Seen
from tests.sensors.reporting import MINUTE
from tests.support.clock import now

SOURCE = """\
class TestCart:
    def test_total(self):
        pass

def test_other():
    pass
"""
TOTAL, OTHER = "test_shop.py::TestCart::test_total", "test_shop.py::test_other"


class Place:
    """A workspace with a pytest cache that a test writes as pytest would, at times of its own."""

    def __init__(self, root: Path, names: Iterable[str] | None = None) -> None:
        self.root = root
        self.clock = now() - 60 * MINUTE
        self.file = root / ".pytest_cache" / "v" / "cache" / "lastfailed"
        self.source("test_shop.py", SOURCE)
        if names is not None:
            self.write(names)
        self.ledger = Ledger()
        self.sensor = CacheSensor(str(root), self.ledger)
        assert self.sensor.scan(self.clock, live=False) == Seen()

    def source(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, ns=((self.clock - MINUTE) * 1_000_000,) * 2)

    def write(self, names: Iterable[str] | bytes, *, began: int = 1_000) -> None:
        """A run ends a minute later. It read the cache ``began`` ms before it wrote it again."""
        self.clock += MINUTE
        data = names if isinstance(names, bytes) else json.dumps(dict.fromkeys(names, True)).encode()
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_bytes(data)
        os.utime(self.file, ns=((self.clock - began) * 1_000_000, self.clock * 1_000_000))

    def told(self, live: bool = True) -> list[Observation]:
        """What is told once a report has been waited for."""
        first = self.sensor.scan(self.clock, live)
        assert first.observations == ()
        return list(self.sensor.scan(self.clock + WAIT_MS, live).observations)

    def one(self) -> Observation:
        (observation,) = self.told()
        return observation


def claim(observation: Observation) -> tuple[object, ...]:
    return observation.status, observation.data.get("failing", []), observation.data["mended"]


def test_a_failure_and_the_test_that_passes_again(root: Path) -> None:
    place = Place(root)
    place.write([TOTAL, OTHER])
    red = place.one()
    assert (red.kind, red.source, red.label, red.status) == ("job.finished", "cache", "pytest", "fail")
    assert red.data == {"job": "test", "failing": ["test_total", "test_other"], "mended": 0}
    assert (red.workspace, red.at, red.anchor, red.silent) == (str(root), place.clock, None, False)
    assert place.ledger.asked(place.clock) == {"test_shop.TestCart::test_total", "test_shop::test_other"}
    place.write([OTHER])
    assert claim(place.one()) == ("unknown", [], 1)
    place.write([])
    green = place.one()
    assert claim(green) == ("ok", [], 1)
    assert green.anchor == Anchor((root / "test_shop.py").as_uri(), 4)
    assert place.ledger.asked(place.clock) == frozenset()
    assert green.key != red.key


def test_a_change_waits_for_a_report_and_is_told_once(root: Path) -> None:
    place = Place(root)
    place.write([TOTAL])
    at = place.clock
    assert place.sensor.scan(at, live=True) == Seen(again_after_ms=WAIT_MS)
    assert place.ledger.standing("pytest", at) != (), "what failed is known at once"
    assert place.sensor.scan(at + 1_000, live=True) == Seen(again_after_ms=WAIT_MS - 1_000)
    assert len(place.sensor.scan(at + WAIT_MS, live=True).observations) == 1
    assert place.sensor.scan(at + 2 * WAIT_MS, live=True) == Seen()


def test_two_windows_give_one_state_one_key(root: Path) -> None:
    place = Place(root)
    other = CacheSensor(str(root), Ledger(), wait_ms=0)
    other.scan(place.clock, live=False)
    place.write([TOTAL])
    assert other.scan(place.clock, live=True).observations[0].key == place.one().key


def test_what_is_there_at_the_start_is_remembered_in_silence(root: Path) -> None:
    place = Place(root, [TOTAL, "test_gone.py::test_x"])
    assert place.ledger.asked(place.clock) == {"test_shop.TestCart::test_total"}
    place.write([])
    assert claim(place.one())[0] == "unknown", "two left it, and one of them cannot be looked at"


def test_what_failed_long_ago_is_not_remembered(root: Path) -> None:
    place = Place(root, [TOTAL])
    ledger = Ledger()
    CacheSensor(str(root), ledger).scan(place.clock + 121 * MINUTE, live=False)
    assert ledger.asked(place.clock + 121 * MINUTE) == frozenset()


def test_what_happened_long_before_it_was_seen_is_silent(root: Path) -> None:
    place = Place(root)
    place.write([TOTAL])
    place.clock += LIVE_MS + 1
    assert place.one().silent


def test_a_failure_that_only_a_report_knew_stands(root: Path) -> None:
    place = Place(root, [TOTAL])
    place.ledger.failed("pytest", ["test_shop::test_other"], place.clock)
    place.write([])
    assert claim(place.one()) == ("unknown", [], 1)


def test_a_report_of_another_name_counts_where_its_test_is_here(root: Path) -> None:
    for test, status in (("test_shop::test_other", "unknown"), ("Cart shows a total::in euros", "ok")):
        place = Place(root, [TOTAL])
        place.ledger.failed("nightly", [test], place.clock)
        place.write([])
        assert claim(place.one())[0] == status


def test_a_failure_after_the_run_that_mended_it_stands(root: Path) -> None:
    place = Place(root, [TOTAL])
    place.write([])
    place.sensor.scan(place.clock, live=True)
    place.ledger.failed("pytest", ["test_shop.TestCart::test_total"], place.clock + 500)
    (green,) = place.sensor.scan(place.clock + WAIT_MS, live=True).observations
    assert green.status == "unknown"
    assert place.ledger.standing("pytest", place.clock) == ("test_shop.TestCart::test_total",)


def test_a_failure_from_before_the_clock_was_set_back_does_not_stay_for_years(root: Path) -> None:
    place = Place(root, [TOTAL])
    place.ledger.failed("pytest", ["test_shop::test_other"], place.clock + 10 * 365 * 24 * 60 * MINUTE)
    place.write([])
    assert claim(place.one()) == ("ok", [], 1)


# What leaves the cache without a pass.


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("test_shop.py", SOURCE + "\n@pytest.mark.skip\ndef test_x(): pass\n", id="itself"),
        pytest.param(
            "conftest.py", "import pytest\n\ndef pytest_runtest_setup(item): pytest.skip()\n", id="conftest"
        ),
        pytest.param("help.py", "import unittest\nraise unittest.SkipTest\n", id="what it imports"),
        pytest.param("need.py", "import pytest\nskip = pytest.skip\n", id="what that imports"),
        pytest.param("far/plugin.py", "from _pytest.outcomes import xfail\n", id="a plugin that is named"),
    ],
)
def test_a_test_that_may_have_been_skipped_is_no_pass(root: Path, name: str, text: str) -> None:
    for skips in (False, True):
        place = Place(root, [TOTAL])
        place.source("test_shop.py", "import help\n" + SOURCE)
        place.source("conftest.py", "pytest_plugins = ['far.plugin']\n")
        place.source("help.py", "from need import *\n")
        place.source("need.py", "import app\n")
        place.source("app/__init__.py", "skip = 'a word of its own'\n")
        place.source("far/plugin.py", "import pytest\n")
        if skips:
            place.source(name, text)
        place.write([])
        assert claim(place.one()) == (("unknown", [], 0) if skips else ("ok", [], 1))


def test_a_file_changed_since_the_run_proves_nothing(root: Path) -> None:
    place = Place(root, [TOTAL])
    place.write([])
    os.utime(root / "test_shop.py", ns=((place.clock + 1) * 1_000_000,) * 2)
    assert claim(place.one()) == ("unknown", [], 0)


@pytest.mark.parametrize("text", [SOURCE.replace("test_total", "test_sum"), SOURCE.replace("Cart", "Basket")])
def test_a_test_that_is_not_defined_any_more_is_no_pass(root: Path, text: str) -> None:
    place = Place(root, [TOTAL])
    place.source("test_shop.py", text)
    place.write([])
    assert claim(place.one()) == ("unknown", [], 0)


def test_a_cache_that_was_made_anew_proves_no_pass(root: Path) -> None:
    place = Place(root, [TOTAL])
    place.file.unlink()
    place.write([OTHER])
    assert claim(place.one()) == ("fail", ["test_other"], 0)
    assert len(place.ledger.standing("pytest", place.clock)) == 2


def test_a_run_that_began_before_the_failure_proves_no_pass(root: Path) -> None:
    for began, mended in ((1, 0), (1_000, 1), (10 * MINUTE, 1)):
        place = Place(root, [TOTAL])
        place.write([], began=began)
        assert place.one().data["mended"] == mended, "the last: a disk that keeps no times of reading"


def test_a_name_that_is_still_there_is_no_news(root: Path) -> None:
    place = Place(root, [TOTAL])
    place.write([TOTAL])
    assert place.told() == []


def test_a_cache_half_written_is_waited_for(root: Path) -> None:
    place = Place(root, [TOTAL])
    place.write(b'{"test_sh')
    assert place.sensor.scan(place.clock, live=True) == Seen(again_after_ms=500)
    place.write([])
    assert claim(place.one()) == ("ok", [], 1)


def test_an_older_cache_put_back_is_no_run(root: Path) -> None:
    place = Place(root, [TOTAL])
    place.clock -= 10 * MINUTE
    place.write([OTHER])
    assert place.told() == []


@pytest.mark.parametrize(
    "nodeid",
    [
        TOTAL,
        "deep/er/test_a.py::test_x",
        "test_a.py::TestA::TestB::test_m[1-a::b/c.py]",
        "a.b/test-x.py::test_p[[x]]",
        "test_a.py::test_p[ä\u202e]",
        "sub/test_bad.py",
        "sub/__init__.py",
        "sub",
    ],
)
def test_ids_are_those_of_a_report(nodeid: str) -> None:
    names = mangle_test_address(nodeid)
    assert junit_id(nodeid) == f"{'.'.join(names[:-1])}::{names[-1]}"
