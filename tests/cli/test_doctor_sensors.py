"""``afterglow doctor``, a row for each sensor: what it reads, what it saw last, or why not."""

from __future__ import annotations

import json
import time
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import pytest

from afterglow.cli import doctor_sensors, places
from afterglow.core.model import Observation
from afterglow.loop.senses import sensors_of
from afterglow.sensors.watch import Watcher
from afterglow.store import sessions
from tests.cli.calling import call
from tests.support.gitbox import GitBox
from tests.support.sidecar import repository

REPORT = '<testsuite name="pytest" tests="1"><testcase classname="t" name="test_a"/></testsuite>'


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = repository(tmp_path / "basket")
    monkeypatch.chdir(made)
    monkeypatch.setenv("SHELL", "/bin/bash")
    return made


@pytest.fixture
def window(root: Path) -> None:
    """An editor window that has the repository open."""
    open_at(root)


def open_at(place: Path) -> None:
    """Open a window of this process there."""

    def work(connection: Connection) -> None:
        now = places.now()
        sessions.open_window(connection, f"w{place}", now)
        sessions.open_workspace(connection, str(place), now, 1_800_000)

    with places.database() as opened:
        opened.write(work)


def row(name: str, code: int = 0) -> dict[str, Any]:
    said = call("doctor", "--json")
    assert (said.code, said.err) == (code, "")
    found = [one for one in json.loads(said.out)["findings"] if one["name"] == name]
    assert len(found) == 1
    return dict(found[0])


def seen(root: Path, **more: Any) -> None:
    """Record one end of a job here, now."""
    fields: dict[str, Any] = {"source": "report", "label": "pytest", "status": "ok", **more}
    kind = fields.pop("kind", "job.finished")
    places.record(Observation(kind, str(root), at=places.now(), **fields))


def test_without_a_window_no_sensor_of_files_is_on(root: Path) -> None:
    (root / "junit.xml").write_text(REPORT)
    for name in ("git", "reports"):
        found = row(name)
        assert (found["on"], found["problem"]) == (False, None)
        assert found["sees"].startswith("begins with an editor window: ")
    assert "no window is open" in row("editor")["sees"]


def test_a_window_in_another_folder_watches_nothing_here(root: Path, tmp_path: Path) -> None:
    seen(root, data={"job": "test", "passed": 3})
    open_at(tmp_path / "other")
    git = row("git")
    assert not git["on"]
    assert git["sees"].startswith("no open window is known to have this folder: reads git's own logs in ")
    assert row("editor")["sees"] == "1 window open, and none is known to have this folder"
    open_at(root)
    assert row("git")["on"]
    assert row("editor")["sees"].startswith("2 windows open")


@pytest.mark.usefixtures("window")
def test_with_a_window_they_are(root: Path) -> None:
    (root / "junit.xml").write_text(REPORT)
    (root / "pom.xml").write_text("<project/>")
    git = row("git")
    assert git["on"]
    assert git["sees"].startswith("reads git's own logs in ")
    assert git["sees"].endswith("on main")
    reports = row("reports")
    assert (reports["on"], reports["sees"]) == (True, "1 test report in 1 folder")
    assert (row("editor")["on"], row("editor")["sees"][:13]) == (True, "1 window open")
    assert row("watches")["on"]


@pytest.mark.usefixtures("root", "window")
def test_where_there_is_nothing_yet_it_says_what_leaves_something() -> None:
    for name in ("reports", "caches", "builds", "quality"):
        found = row(name)
        assert (found["on"], found["problem"]) == (False, None)
        assert "no" in found["sees"].split()[0]
    assert row("reports")["mend"] == "pytest --junitxml=junit.xml"
    assert row("quality")["mend"] == "pytest --cov --cov-report=xml"
    text = call("doctor").out
    assert "no test report yet; this leaves one:\n                 pytest --junitxml=junit.xml\n" in text


@pytest.mark.usefixtures("window")
@pytest.mark.parametrize(
    ("manifest", "command"),
    [("package.json", "vitest"), ("Cargo.toml", "nextest"), ("go.mod", "gotestsum"), ("pom.xml", "mvn")],
)
def test_the_command_is_one_of_the_project(root: Path, manifest: str, command: str) -> None:
    (root / manifest).write_text("{}")
    assert command in row("reports")["mend"]


@pytest.mark.usefixtures("window")
def test_what_lies_there_is_named_by_its_tool(root: Path) -> None:
    cache = root / ".pytest_cache" / "v" / "cache"
    cache.mkdir(parents=True)
    (cache / "lastfailed").write_text("{}")
    (root / "coverage.xml").write_text("<coverage/>")
    (root / "lizard.csv").write_text("")
    (root / "build").mkdir()
    (root / "build" / ".ninja_log").write_text("# ninja log v5\n")
    assert row("caches")["sees"] == "what pytest kept of the last failures"
    assert row("quality")["sees"] == "1 coverage report and 1 complexity or lint report"
    assert row("builds")["sees"] == "what ninja left"


@pytest.mark.usefixtures("window")
def test_paths_that_are_excluded_are_not_counted(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "junit.xml").write_text(REPORT)
    monkeypatch.setenv("AFTERGLOW_EXCLUDE_PATHS", "junit.xml")
    assert row("reports")["sees"].startswith("no test report yet")


@pytest.mark.usefixtures("window")
def test_each_row_tells_what_its_sensor_saw_last(root: Path) -> None:
    (root / "junit.xml").write_text(REPORT)
    seen(root, data={"job": "test", "passed": 142, "failed": 0, "total": 142})
    seen(root, source="cache", label="tox", status="fail", data={"job": "test", "failing": ["test_a"]})
    seen(root, source="cache", label="tsc", status="fail", data={"job": "build"})
    seen(root, label="ruff", data={"job": "lint", "metrics": {"complexity": 3.0}})
    seen(root, source="git", label=None, kind="commit", data={"sha": "a" * 40})
    seen(root, source="run", label="make", status="cancelled", data={"job": "deploy"})
    assert "; last pytest, 142 passed, today " in row("reports")["sees"]
    assert "; last tox, failed, today " in row("caches")["sees"]
    assert "; last tsc, failed, today " in row("builds")["sees"]
    assert "; last ruff, ok, today " in row("quality")["sees"]
    assert "; last commit, today " in row("git")["sees"]
    assert "; last make, was cancelled, today " in row("run, emit")["sees"]
    assert row("git")["last_seen"].startswith(time.strftime("%Y-", time.gmtime()))
    assert row("editor")["last_seen"] is None


@pytest.mark.usefixtures("window")
def test_a_last_time_stands_before_what_leaves_something(root: Path) -> None:
    seen(root, data={"job": "test", "passed": 2, "coverage": 87.3})
    assert row("reports")["sees"].startswith("no test report yet; last pytest, 2 passed, 87.3 % covered, ")
    assert row("reports")["sees"].endswith("; this leaves one:")
    assert "87.3 % covered" in row("quality")["sees"]


def test_what_happened_elsewhere_is_not_told_here(root: Path, tmp_path: Path) -> None:
    seen(tmp_path / "other", data={"job": "test", "passed": 3})
    seen(root, source="run", data={"job": "test", "passed": 4})
    assert row("reports")["last_seen"] is None


@pytest.mark.usefixtures("window")
def test_restricted_trust_reads_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / ".git" / "HEAD").unlink()
    monkeypatch.setenv("AFTERGLOW_TRUST", "restricted")
    monkeypatch.setattr(doctor_sensors, "_git", None)
    for name in ("git", "reports", "caches", "builds", "quality", "watches"):
        found = row(name)
        assert (found["on"], found["problem"]) == (False, None)
        assert found["sees"].startswith("off: restricted trust")
    assert row("run, emit")["on"]


@pytest.mark.usefixtures("window")
def test_git_without_a_log_gets_the_mend(root: Path) -> None:
    (root / ".git" / "logs" / "HEAD").unlink()
    found = row("git", 1)
    assert not found["on"]
    assert "git config core.logAllRefUpdates true" in found["problem"]


def test_reftables_get_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = GitBox.create(tmp_path / "new")
    box.run("config", "core.repositoryformatversion", "1")
    box.run("config", "extensions.refStorage", "reftable", ok=False)
    monkeypatch.chdir(box.path)
    assert "reftable" in row("git", 1)["problem"]


def test_a_hook_is_known_by_the_start_file_of_the_shell(root: Path, home: Path) -> None:
    found = row("hook")
    assert (found["on"], found["mend"]) == (False, 'eval "$(afterglow hook bash)"')
    assert "not found in ~/.bashrc" in found["sees"]
    assert '\n                 eval "$(afterglow hook bash)"\n' in call("doctor").out
    (home / ".bashrc").write_text('# eval "$(afterglow hook bash)"\n')
    assert not row("hook")["on"]
    (home / ".bashrc").write_text('eval "$(afterglow hook bash)"\n')
    assert (row("hook")["on"], row("hook")["mend"]) == (True, None)
    assert root.is_dir()


@pytest.mark.parametrize(
    ("shell", "file", "line"),
    [("zsh", ".zshrc", "(afterglow hook zsh)"), ("fish", ".config/fish/config.fish", "hook fish | source")],
)
@pytest.mark.usefixtures("root")
def test_each_shell_has_a_start_file_of_its_own(
    shell: str, file: str, line: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELL", f"/usr/bin/{shell}")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("ZDOTDIR", raising=False)
    assert line in row("hook")["mend"]
    (home / file).parent.mkdir(parents=True, exist_ok=True)
    (home / file).write_text(f"afterglow hook {shell} | source\n")
    assert row("hook")["on"]


def test_a_hook_that_was_heard_is_installed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen(root, source="hook", kind="command", label="make")
    assert row("hook")["on"]
    assert "; last make, ok, today " in row("hook")["sees"]
    later = places.now() + 8 * 86_400_000
    monkeypatch.setattr(places, "now", lambda: later)
    assert not row("hook")["on"]


@pytest.mark.usefixtures("root")
def test_a_shell_without_a_hook_is_told_which_have_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    assert row("hook")["sees"] == "tcsh has no hook; bash, zsh and fish have one (afterglow hook)"
    monkeypatch.delenv("SHELL")
    assert row("hook")["sees"].startswith("no shell is known here")


@pytest.mark.usefixtures("root", "window")
def test_watches_that_are_refused_are_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(Watcher):
        def set(self, owner: str, folders: Any) -> None:
            self._problem("some changes go unseen: the limit is used up")
            super().set(owner, {})

    monkeypatch.setattr(doctor_sensors, "Watcher", Refusing)
    assert row("watches", 1)["problem"] == "some changes go unseen: the limit is used up"


@pytest.mark.usefixtures("root", "window")
def test_a_low_limit_of_watches_names_the_switch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = tmp_path / "limit"
    limit.write_text("50\n")
    monkeypatch.setattr(doctor_sensors, "_LIMIT", limit)
    assert "sysctl fs.inotify.max_user_watches=65536 (now 50)" in row("watches", 1)["problem"]
    limit.write_text("200000\n")
    assert "of 200000" in row("watches")["sees"]


@pytest.mark.usefixtures("root", "window")
def test_a_network_folder_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_sensors, "on_network", lambda _: True)
    assert "what other machines change there goes unseen" in row("watches")["sees"]


@pytest.mark.usefixtures("root", "window")
def test_a_sensor_without_a_text_of_its_own_has_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    known = sensors_of
    monkeypatch.setattr(doctor_sensors, "sensors_of", lambda *given: {"new": known(*given)["builds"]})
    assert row("new")["sees"] == "looks at this folder"
