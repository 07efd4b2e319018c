"""Coverage and complexity reports, as the real tools wrote them, and what is told of them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from afterglow.core.model import Observation
from afterglow.sensors import complexity, coverage
from afterglow.sensors.quality import AGAIN_MS, QualitySensor
from afterglow.sensors.scanning import Seen
from tests.sensors.reporting import MINUTE
from tests.support.clock import now

DATA = Path(__file__).parent.parent / "data" / "quality"


@pytest.fixture
def quality(root: Path) -> QualitySensor:
    """A sensor that has had its first look at the empty root."""
    sensor = QualitySensor(str(root))
    assert sensor.scan(now(), live=False) == Seen()
    return sensor


def put(root: Path, sample: str, path: str | None = None) -> Path:
    target = root / (path or sample)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(DATA / sample, target)
    return target


def only(seen: Seen) -> Observation:
    (observation,) = seen.observations
    return observation


@pytest.mark.parametrize(
    ("sample", "path", "percent"),
    [
        ("coverage.xml", "coverage.xml", 35.7),
        ("coverage.xml", "build/reports/coverage.xml", 35.7),
        ("cobertura-coverage.xml", "coverage/cobertura-coverage.xml", 87.5),
        ("coverage.json", "reports/coverage.json", 35.7),
        ("coverage_branch.json", "coverage.json", 27.1),
        ("lcov.info", "coverage/lcov.info", 35.7),
        ("lcov.info", ".reports/shop.lcov", 35.7),
    ],
)
def test_coverage_fills_in_a_test_run(
    root: Path, quality: QualitySensor, sample: str, path: str, percent: float
) -> None:
    target = put(root, sample, path)
    found = only(quality.scan(now(), live=True))
    assert (found.kind, found.job, found.fills, found.source) == ("job.finished", "test", True, "report")
    assert found.data == {"job": "test", "coverage": percent}
    assert (found.label, found.status, found.silent) == (None, None, False)
    assert found.at == target.stat().st_mtime_ns // 1_000_000


def test_coverage_that_comes_before_its_run_is_told_again_and_is_still_one(
    root: Path, quality: QualitySensor
) -> None:
    put(root, "coverage.xml")
    at = now()
    first = quality.scan(at, live=True)
    assert first.again_after_ms == AGAIN_MS[0]
    told = [only(first), *(only(quality.scan(at + after, live=True)) for after in AGAIN_MS)]
    assert len({seen.key for seen in told}) == 1
    assert quality.scan(at + 60_000, live=True) == Seen()


@pytest.mark.parametrize(
    ("sample", "label", "status", "metrics"),
    [
        ("radon.json", "radon", "ok", {"complexity": 5.0, "most complex": 13, "function length": 18}),
        ("lizard.csv", "lizard", "ok", {"complexity": 4.5, "most complex": 13, "function length": 18}),
        ("lizard.xml", "lizard", "ok", {"complexity": 4.5, "most complex": 13}),
        ("ruff.json", "ruff", "ok", None),
        ("ruff_found.json", "ruff", "fail", {"most complex": 9}),
        ("eslint.json", "eslint", "fail", {"most complex": 5, "function length": 9}),
        ("eslint_fine.json", "eslint", "ok", None),
    ],
)
def test_complexity_and_what_a_linter_found(
    root: Path,
    quality: QualitySensor,
    sample: str,
    label: str,
    status: str,
    metrics: dict[str, float] | None,
) -> None:
    put(root, sample, f"reports/{sample}")
    found = only(quality.scan(now(), live=True))
    assert (found.label, found.status, found.job, found.fills) == (label, status, "lint", False)
    assert found.data.get("metrics") == metrics
    assert quality.scan(now(), live=True) == Seen()


def test_a_file_is_told_once_for_each_state_and_named_after_it(root: Path, quality: QualitySensor) -> None:
    keys = set()
    for number in range(2):
        path = put(root, "radon.json")
        os.utime(path, ns=(now() * 1_000_000 + number,) * 2)
        keys.add(only(quality.scan(now(), live=True)).key)
        assert quality.scan(now(), live=True) == Seen()
    assert len(keys) == 2


def test_what_is_old_or_was_missed_is_not_shown(root: Path) -> None:
    at = now()
    os.utime(put(root, "radon.json"), ns=((at - 119 * MINUTE) * 1_000_000,) * 2)
    os.utime(put(root, "ruff.json"), ns=((at - 121 * MINUTE) * 1_000_000,) * 2)
    sensor = QualitySensor(str(root))
    found = only(sensor.scan(at, live=False))
    assert (found.label, found.silent) == ("radon", True)
    assert sensor.scan(at, live=True) == Seen()


def test_a_file_being_written_is_waited_for_and_one_that_stays_cut_says_nothing(
    root: Path, quality: QualitySensor
) -> None:
    whole, at = (DATA / "coverage.xml").read_bytes(), now()
    (root / "coverage.xml").write_bytes(whole[:900])
    (root / "ruff.json").write_bytes(b'[{"code": "E501", ')
    assert quality.scan(at, live=True) == Seen(again_after_ms=500)
    (root / "coverage.xml").write_bytes(whole)
    assert only(quality.scan(at + 500, live=True)).data["coverage"] == 35.7
    assert quality.scan(at + 1_600, live=True).observations == ()
    assert quality.scan(at + 60_000, live=True).again_after_ms is None


def test_other_files_are_left_alone(root: Path, quality: QualitySensor) -> None:
    (root / "package.json").write_text("[]")
    (root / "below").mkdir()
    put(root, "coverage.xml", "below/coverage.xml")
    put(root, "ruff.json", "ruff.txt")
    assert quality.scan(now(), live=True) == Seen()


@pytest.mark.parametrize(("late", "told"), [(0, False), (4_000, False), (-1_000, True), (9_000, True)])
def test_a_lint_report_that_git_wrote_is_no_news(
    root: Path, quality: QualitySensor, late: int, told: bool
) -> None:
    written = put(root, "ruff.json").stat().st_mtime_ns // 1_000_000
    (root / ".git").mkdir()
    (root / ".git" / "index").touch()
    os.utime(root / ".git" / "index", ns=((written + late) * 1_000_000,) * 2)
    assert bool(quality.scan(now(), live=True).observations) is told


def test_what_is_excluded_is_neither_watched_nor_read(root: Path) -> None:
    put(root, "radon.json")
    put(root, "lizard.csv", "reports/lizard.csv")
    put(root, "ruff.json")
    sensor = QualitySensor(str(root), exclude=("reports/*", "ruff.json"))
    assert only(sensor.scan(now(), live=True)).label == "radon"
    assert str(root / "reports") not in sensor.folders()


def test_the_root_and_at_most_six_folders_are_watched(root: Path, quality: QualitySensor) -> None:
    for name in ("reports", ".reports", "build/reports", "coverage"):
        (root / name).mkdir(parents=True)
    folders = quality.folders()
    assert len(folders) <= 7
    assert {str(root), str(root / "build" / "reports"), str(root / ".reports")} <= set(folders)


@pytest.mark.parametrize(
    ("covered", "shown"), [(99.96, 99.9), (99.999999, 99.9), (100, 100.0), (0, 0.0), (87.26, 87.3)]
)
def test_what_is_not_whole_is_never_rounded_up_to_a_hundred(covered: float, shown: float) -> None:
    assert coverage.percentage(covered) == shown
    assert coverage.percentage(covered + 101) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"end_of_record",
        b"SF:a\nLF:10\nLH:11\nend_of_record\n",
        b"SF:a\nLF:0\nLH:0\nend_of_record\n",
        b"SF:a\nLF:10\nLH:9\n",
        b"SF:a\nLF:10\nLH:9\nend_of_record\nSF:a\nLF:10\nLH:1\nend_of_record\n",
    ],
)
def test_a_tracefile_that_proves_no_share_gives_none(data: bytes) -> None:
    assert coverage.of_lcov(data) is None


@pytest.mark.parametrize(
    "text",
    [
        '<coverage generated="1" clover="3.2.0"></coverage>',
        '<coverage line-rate="2"></coverage>',
        '<coverage line-rate="nan"></coverage>',
        '<coverage line-rate="1" lines-valid="0"></coverage>',
        '<coverage line-rate="0.5"><packages>',
        '<!DOCTYPE coverage [<!ENTITY a "0.5">]><coverage line-rate="&a;"></coverage>',
        '<report line-rate="0.5"/></coverage>',
    ],
)
def test_a_cobertura_file_that_proves_no_share_gives_none(text: str) -> None:
    assert coverage.of_cobertura(text.encode(), text.encode()) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"totals": {"percent_covered": 50, "num_statements": 2}}',
        '{"meta": 1, "totals": {"percent_covered": "50", "num_statements": 2}}',
        '{"meta": 1, "totals": {"percent_covered": 50, "num_statements": 0}}',
        '{"meta": 1, "totals": {"percent_covered": 50, "num_statements": 2',
        '{"meta": 1, "totals": [' + "[" * 10_000,
    ],
)
def test_a_json_file_that_proves_no_share_gives_none(text: str) -> None:
    assert coverage.of_json(text.encode(), text.encode()) is None


@pytest.mark.parametrize("reader", [reader for _, reader in complexity.READERS.values()])
@pytest.mark.parametrize(
    "data", [b"", b"{", b"null", b"7", b'{"a": 1}', b"[1]", b"[[]]", b"a,b\n", b"<a/>", b"\xff\xfe"]
)
def test_what_is_no_report_of_the_tool_says_nothing(reader: object, data: bytes) -> None:
    assert callable(reader)
    assert reader(data) is None


def test_a_file_that_radon_could_not_read_makes_no_average() -> None:
    assert complexity.of_radon((DATA / "radon_broken.json").read_bytes()) is None


def test_warnings_alone_and_no_files_at_all_are_no_verdict() -> None:
    warned = b'[{"messages": [], "errorCount": 0, "warningCount": 1}]'
    for data in (warned, b"[]"):
        found = complexity.of_eslint(data)
        assert found is not None
        assert found.status == "unknown"
