"""Where reports are looked for: the folders of the runners, in the root and in its projects."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from afterglow.sensors.report_table import RUNNERS, folders_of, owner_of
from afterglow.sensors.reports import ReportSensor
from afterglow.sensors.scanning import Seen
from afterglow.sensors.watch import Watcher
from tests.sensors.reporting import GREEN, one
from tests.support.clock import now


def put(root: Path, path: str, text: str = GREEN) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("junit.xml", "junit"),
        ("reports/unit.xml", "unit"),
        (".reports/junit.xml", "junit"),
        ("test-reports/junit.xml", "junit"),
        ("test-results/e2e.xml", "e2e"),
        ("build/tests.xml", "tests"),
        ("coverage/junit.xml", "junit"),
        ("target/nextest/default/junit.xml", "nextest"),
        ("target/nextest/ci/junit.xml", "nextest ci"),
        ("playwright-report/results.xml", "results"),
    ],
)
def test_a_report_in_a_runners_folder_is_seen(
    root: Path, sensor: ReportSensor, path: str, label: str
) -> None:
    put(root, path)
    assert one(sensor.scan(now(), live=True)).label == label


def test_a_trx_report_is_seen(root: Path, sensor: ReportSensor) -> None:
    result = '<UnitTestResult testName="A" outcome="Passed"/>'
    summary = '<ResultSummary outcome="Completed"><Counters total="1"/></ResultSummary>'
    put(root, "TestResults/me.trx", f"<TestRun><Results>{result}</Results>{summary}</TestRun>")
    found = one(sensor.scan(now(), live=True))
    assert (found.label, found.status) == ("dotnet test", "ok")


def test_projects_have_labels_of_their_own(root: Path, sensor: ReportSensor) -> None:
    pytest_like = GREEN.replace('name="unit"', 'name="pytest"')
    red = pytest_like.replace('<testcase name="a"/>', '<testcase name="a"><failure/></testcase>')
    put(root, "api/pyproject.toml", "")
    put(root, "packages/web/package.json", "")
    put(root, "api/junit.xml", red)
    assert one(sensor.scan(now(), live=True)).label == "pytest in api"
    put(root, "junit.xml", pytest_like)
    green = one(sensor.scan(now(), live=True))
    assert (green.label, green.status) == ("pytest", "ok"), "another project's tests are other tests"
    put(root, "packages/web/reports/junit.xml")
    assert one(sensor.scan(now(), live=True)).label == "junit in packages/web"


@pytest.mark.parametrize(("stamp", "silent"), [("", True), ("now", False)])
def test_a_report_that_git_wrote_is_no_news_unless_it_tells_when_it_ran(
    root: Path, sensor: ReportSensor, stamp: str, silent: bool
) -> None:
    stamp = datetime.now(UTC).isoformat() if stamp else ""
    (root / ".git").mkdir()
    (root / ".git" / "index.lock").touch()
    put(root, "junit.xml", GREEN.replace("<testsuite ", f'<testsuite timestamp="{stamp}" '))
    assert one(sensor.scan(now(), live=True)).silent is silent


def test_folders_that_no_runner_uses_are_not_looked_into(root: Path, sensor: ReportSensor) -> None:
    put(root, "node_modules/x/package.json", "")
    put(root, "node_modules/x/junit.xml")
    put(root, "src/junit.xml")
    put(root, ".hidden/junit.xml")
    put(root, "build/test-results/test/binary/junit.xml")
    assert sensor.scan(now(), live=True) == Seen()


def test_what_is_excluded_is_neither_watched_nor_read(root: Path) -> None:
    put(root, "api/pyproject.toml", "")
    put(root, "api/junit.xml")
    put(root, "reports/junit.xml")
    put(root, "secret.xml")
    sensor = ReportSensor(str(root), exclude=("api/**", str(root / "reports"), "secret*"))
    assert sensor.scan(now(), live=True) == Seen()
    assert not any("api" in folder.removeprefix(str(root)) for folder in sensor.folders())
    assert str(root / "reports") not in sensor.folders()


def test_at_most_sixteen_folders_are_watched_beside_the_root(root: Path) -> None:
    for number in range(7):
        for folder in (
            "target/surefire-reports",
            "target/failsafe-reports",
            "reports",
            "build/test-results/test",
        ):
            put(root, f"m{number}/{folder}/TEST-a.xml")
        put(root, f"m{number}/pom.xml", "")
        put(root, f"m{number}/build.gradle", "")
    for folder in ("reports", "test-reports", "build", "coverage", "TestResults", "target/nextest/ci"):
        put(root, f"{folder}/junit.xml")
    sensor = ReportSensor(str(root))
    sensor.scan(now(), live=False)
    problems: list[str] = []
    watcher = Watcher(lambda _owners: None, problems.append)
    try:
        watcher.set("reports", sensor.folders())
        assert 12 <= watcher.count() <= 17
    finally:
        watcher.stop()
    assert problems == []
    assert str(root / "reports") in sensor.folders(), "the root's own folders go first"


def test_folders_that_come_later_are_waited_for_at_their_nearest_parent(root: Path) -> None:
    (root / "pom.xml").touch()
    sensor = ReportSensor(str(root))
    problems: list[str] = []
    wakes: list[frozenset[str]] = []
    watcher = Watcher(wakes.append, problems.append)
    try:
        watcher.set("reports", sensor.folders())
        assert watcher.count() == 1
        assert str(root / "target" / "surefire-reports") in sensor.folders()
        (root / "target").mkdir()
        sensor.scan(now(), live=True)
        watcher.set("reports", sensor.folders())
        watcher.check()
        assert watcher.count() == 2
    finally:
        watcher.stop()
    assert problems == []


def test_a_link_where_a_report_folder_would_be_is_not_watched(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    put(outside, "junit.xml")
    (root / "reports").symlink_to(outside)
    (root / "target").symlink_to(outside)
    sensor = ReportSensor(str(root))
    assert sensor.scan(now(), live=True) == Seen()
    assert not any(Path(folder).resolve().is_relative_to(outside) for folder in sensor.folders())


def test_a_runner_that_owns_a_folder_is_known_by_it() -> None:
    assert [
        found and found[1]
        for found in map(
            owner_of,
            (
                ("target", "surefire-reports"),
                ("build", "test-results", "test"),
                ("build", "test-results", "integrationTest"),
                ("reports",),
                (),
            ),
        )
    ] == ["surefire", "gradle", "gradle integrationTest", None, None]


def test_the_table_is_whole() -> None:
    assert len({runner.label for runner in RUNNERS}) == len(RUNNERS)
    for runner in RUNNERS:
        assert runner.folders
        assert runner.files
        assert runner.signs or any(owner_of(tuple(folder.split("/"))) for folder in runner.folders)
    everywhere = set(folders_of(None))
    assert everywhere == {folder for runner in RUNNERS for folder in runner.folders} - {""}
    assert "target/surefire-reports" not in folders_of({"pyproject.toml"})
