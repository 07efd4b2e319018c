"""Storms of files in a workspace: few watches, every happening once, and the state after them."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.patience import wait_until
from tests.support.sidecar import Sidecar, recorded, repository
from tests.support.storms import INSTALL, REPORTS, kernel_watches, python_storm, with_branch_of

MOST_WATCHES = 10 + 32
REPORT = '<testsuite name="pytest" tests="1" time="1"><testcase classname="a" name="b"/></testsuite>'


def test_after_a_checkout_and_an_installation_the_next_commit_is_seen(tmp_path: Path) -> None:
    root = (tmp_path / "project").resolve()
    box = with_branch_of(root, 1_500)
    with Sidecar(root) as client:
        client.listen()
        box.run("checkout", "-q", "full")
        python_storm(INSTALL, root, 3_000)
        box.run("checkout", "-q", "main")
        box.commit("b.txt", "b\n", "after the storm")
        recorded("--kind", "commit")
        switches = recorded("--kind", "branch.switch", enough=lambda found: len(found) >= 2)
        assert [one["data"]["to"] for one in switches] == ["full", "main"]
        assert kernel_watches(client.process.pid) <= MOST_WATCHES
        assert client.notifications("window/showMessage") == []


def test_forty_packages_cost_no_more_watches_than_one_may(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    for number in range(40):
        for folder in ("target/surefire-reports", "build/test-results/test", "coverage", "test-results"):
            (root / "packages" / f"p{number}" / folder).mkdir(parents=True)
        (root / "packages" / f"p{number}" / "package.json").write_text("{}")
    (root / "node_modules").mkdir()
    for number in range(2_000):
        (root / "node_modules" / f"m{number}").mkdir()
    with Sidecar(root) as client:
        client.listen()
        assert kernel_watches(client.process.pid) <= MOST_WATCHES
        (root / "junit.xml").write_text(REPORT)
        found = recorded("--kind", "job.finished")
        assert found[0]["data"]["passed"] == 1


def test_a_report_written_without_end_is_told_as_it_stood_last(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    with Sidecar(root) as client:
        client.listen()
        python_storm(REPORTS, root, 400)
        (root / "junit.xml").write_text(REPORT)
        jobs = recorded(
            "--kind", "job.finished", enough=lambda found: any(one["data"]["passed"] == 1 for one in found)
        )
        assert jobs[-1]["data"]["passed"] == 1
        assert len(jobs) < 100, "reports that replaced each other within moments are one state"
        client.ask("afterglow/snapshot")


def test_report_folders_deleted_and_made_again_are_found_again(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    (root / "pom.xml").write_text("<project/>")
    folder = root / "build" / "test-results" / "test"
    (root / "build.gradle").write_text("")
    with Sidecar(root) as client:
        client.listen()
        for number in range(1, 11):
            folder.mkdir(parents=True)
            text = REPORT.replace('tests="1"', f'tests="1" id="{number}"')
            (folder / f"TEST-a{number}.xml").write_text(text)
            wait_until(
                lambda count=number: client.ask("afterglow/snapshot")["counts"]["events"] >= count + 1,  # type: ignore[misc]
                30,
            )
            shutil.rmtree(root / "build")
        assert kernel_watches(client.process.pid) <= MOST_WATCHES
