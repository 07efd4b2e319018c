"""The caches of the other runners, files that mean harm, and what is watched."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from afterglow.sensors.caches import MAX_WATCHES, CacheSensor
from afterglow.sensors.ledger import Ledger
from afterglow.sensors.runner_states import MAX_NAMES
from afterglow.sensors.scanning import Seen
from afterglow.sensors.watch_plan import planned
from tests.support.clock import now
from tests.support.nodes import make_socket

PYTEST = ".pytest_cache/v/cache/lastfailed"
PLAYWRIGHT = "test-results/.last-run.json"
CTEST = "build/Testing/Temporary/LastTestsFailed.log"
CLION = "cmake-build-debug/Testing/Temporary/LastTestsFailed.log"
PHPUNIT = ".phpunit.cache/test-results"


def put(root: Path, name: str, data: str | bytes) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def sensor_of(root: Path) -> CacheSensor:
    (root / "CMakeLists.txt").touch()
    sensor = CacheSensor(str(root), Ledger(), wait_ms=0)
    assert sensor.scan(now(), live=False) == Seen()
    return sensor


def claims(sensor: CacheSensor) -> list[tuple[object, ...]]:
    return [
        (seen.label, seen.status, seen.data.get("failing", []))
        for seen in sensor.scan(now(), live=True).observations
    ]


def last_run(status: str, *failed: str) -> str:
    return json.dumps({"status": status, "failedTests": failed}, indent=2)


def defects(**found: int) -> str:
    return json.dumps({"version": 1, "defects": found, "times": dict.fromkeys(found, 0.1)})


@pytest.mark.parametrize(
    ("file", "before", "after", "claim"),
    [
        pytest.param(PLAYWRIGHT, None, last_run("passed"), ("playwright", "ok", []), id="passed"),
        pytest.param(
            PLAYWRIGHT,
            last_run("passed"),
            last_run("failed", "a1-b2"),
            ("playwright", "fail", []),
            id="failed",
        ),
        pytest.param(
            PLAYWRIGHT, None, last_run("interrupted", "a1"), ("playwright", "cancelled", []), id="interrupted"
        ),
        pytest.param(
            PLAYWRIGHT, None, last_run("timedout", "a1"), ("playwright", "unknown", []), id="timed out"
        ),
        pytest.param(PLAYWRIGHT, None, last_run("a new word"), ("playwright", "unknown", []), id="not known"),
        pytest.param(CTEST, None, "2:bad\n3:bad:two\n", ("ctest", "fail", ["bad", "bad:two"]), id="ctest"),
        pytest.param(CTEST, "2:bad\n", "2:bad\n", ("ctest", "fail", ["bad"]), id="ctest, the same again"),
        pytest.param(CLION, None, "2:bad\n", ("ctest", "fail", ["bad"]), id="ctest of an IDE"),
        pytest.param(PHPUNIT, None, defects(A=8, B=1, C=7), ("phpunit", "fail", ["A", "C"]), id="phpunit"),
        pytest.param(
            PHPUNIT, defects(A=8), defects(A=8, C=7), ("phpunit", "fail", ["C"]), id="phpunit, one more"
        ),
        pytest.param(PHPUNIT, defects(A=8), defects(A=8, C=1), None, id="phpunit, one is skipped"),
        pytest.param(PHPUNIT, defects(A=8), defects(), None, id="phpunit, one is missing"),
        pytest.param(PHPUNIT, None, defects(A=3, B=4), None, id="phpunit, numbers of an older one"),
        pytest.param(CTEST, "2:bad\n", "", None, id="ctest, empty"),
    ],
)
def test_what_each_file_proves(
    root: Path, file: str, before: str | None, after: str, claim: tuple[object, ...] | None
) -> None:
    if before is not None:
        put(root, file, before)
        os.utime(root / file, ns=((now() - 60_000) * 1_000_000,) * 2)
    sensor = sensor_of(root)
    put(root, file, after)
    assert claims(sensor) == ([] if claim is None else [claim])
    assert claims(sensor) == []


def test_a_playwright_run_does_not_talk_a_reported_failure_away(root: Path) -> None:
    ledger = Ledger()
    ledger.failed("playwright", ["login.spec.ts::signs in"], now())
    sensor = CacheSensor(str(root), ledger, wait_ms=0)
    put(root, PLAYWRIGHT, last_run("passed"))
    assert claims(sensor) == [("playwright", "unknown", [])]


def test_ctest_is_not_looked_for_in_other_projects(root: Path) -> None:
    sensor = CacheSensor(str(root), Ledger(), wait_ms=0)
    put(root, CTEST, "2:bad\n")
    assert claims(sensor) == []


# Files that mean harm, or were damaged.

HOSTILE = {
    "deep": b"[" * 500_000,
    "deep object": b'{"a":' * 100_000,
    "giant number": b'{"a": ' + b"9" * 500_000 + b"}",
    "too big": b'{"' + b"a" * (1 << 20) + b'": true}',
    "too many": json.dumps(dict.fromkeys(map(str, range(MAX_NAMES + 1)), True)).encode(),
    "a long name": json.dumps({"test_a.py::" + "x" * 5_000: True}).encode(),
    "a list": b'["test_a.py::test_x"]',
    "not text": bytes(range(256)) * 10,
    "wide text": '{"test_a.py::test_x": true}'.encode("utf-16"),
    "cut": b'{"test_a.py::test_x": tr',
    "empty": b"",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("file", [PYTEST, PLAYWRIGHT, PHPUNIT])
def test_what_is_not_a_cache_proves_nothing(root: Path, file: str, data: bytes) -> None:
    sensor = sensor_of(root)
    put(root, file, data)
    began = time.monotonic()
    assert claims(sensor) == []
    later = sensor.scan(now() + 10_000, live=True)
    assert time.monotonic() - began < 1
    assert later.observations == ()
    assert later.problem is not None, "and it is said, once it is sure"
    (root / file).unlink()
    assert sensor.scan(now(), live=True) == Seen()


NAMES = (
    "../../etc/passwd::test_x",
    "/etc/passwd::root",
    "a\0b.py::test_x",
    "\ud800.py::test_x",
    "",
    "::",
    "[",
    "::[",
    "x" * 900,
)


def test_odd_names_are_names(root: Path) -> None:
    sensor = sensor_of(root)
    put(root, PYTEST, json.dumps(dict.fromkeys(NAMES, True)))
    ((label, status, failing),) = claims(sensor)
    assert (label, status) == ("pytest", "fail")
    assert all(isinstance(name, str) and name.isprintable() and len(name) <= 200 for name in failing)  # type: ignore[attr-defined]
    put(root, PYTEST, "{}")
    assert claims(sensor) == [("pytest", "unknown", [])]


@pytest.mark.parametrize("kind", ["fifo", "socket", "link", "zero", "loop", "folder", "linked folder"])
def test_only_regular_files_inside_are_opened(root: Path, tmp_path: Path, kind: str) -> None:
    sensor = sensor_of(root)
    outside = tmp_path / "outside"
    put(outside, "lastfailed", '{"test_a.py::test_x": true}')
    path = root / PYTEST
    (path.parent.parent if kind == "linked folder" else path.parent).mkdir(parents=True)
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "socket":
        make_socket(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "linked folder":
        path.parent.symlink_to(outside)
    else:
        path.symlink_to({"link": str(outside / "lastfailed"), "zero": "/dev/zero", "loop": str(path)}[kind])
    began = time.monotonic()
    assert sensor.scan(now(), live=True) == Seen()
    assert time.monotonic() - began < 0.2


def test_many_names_and_sources_that_go_on_and_on_take_no_time(root: Path) -> None:
    sources = (
        b"from a import (\n" * 60_000,
        b"import " + b"a, " * 300_000,
        b"pytest_plugins = " + b'"a", ' * 200_000,
        b'"' * 1_000_000,
        b"def test_x(): pass\n" * 50_000,
    )
    for number, source in enumerate(sources):
        put(root, f"test_{number}.py", source)
    sensor = sensor_of(root)
    began = time.monotonic()
    for names in (range(4_000), range(2_000, 5_000), range(4_999, 5_000)):
        ids = (f"test_{number % 5}.py::TestA::TestB::test_x[{number}]" for number in names)
        put(root, PYTEST, json.dumps(dict.fromkeys(ids, True)))
        ((_, status, _),) = claims(sensor)
        assert status != "ok"
    assert time.monotonic() - began < 10


# What is watched.


@pytest.mark.parametrize(
    ("files", "watched"),
    [
        pytest.param([], set(), id="nothing yet"),
        pytest.param([PYTEST], {".pytest_cache/v/cache", ".pytest_cache/v"}, id="pytest"),
        pytest.param([PLAYWRIGHT], {"test-results"}, id="playwright"),
        pytest.param([CTEST], {"build/Testing/Temporary", "build/Testing"}, id="ctest"),
        pytest.param([PHPUNIT, PLAYWRIGHT], {".phpunit.cache", "test-results"}, id="two"),
        pytest.param(
            [PYTEST, PLAYWRIGHT, CTEST, CLION], {".pytest_cache/v/cache", ".pytest_cache/v"}, id="too many"
        ),
    ],
)
def test_few_folders_are_watched(root: Path, files: list[str], watched: set[str]) -> None:
    sensor = sensor_of(root)
    for file in files:
        put(root, file, "{}")
    plan = planned({"caches": sensor.folders()})
    held = {os.path.relpath(path, root) for path in plan.cares.keys() | plan.structure.keys()} - {".", ".."}
    assert held == watched
    assert len(held) <= MAX_WATCHES


def test_a_cache_that_comes_later_is_waited_for(root: Path) -> None:
    sensor = sensor_of(root)
    plan = planned({"caches": sensor.folders()})
    assert {".pytest_cache", "test-results", "build", ".phpunit.cache"} <= plan.structure[str(root)].keys()
