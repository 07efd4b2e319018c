"""``afterglow doctor`` beside a real server, and its self-test as a user runs it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.patience import wait_until
from tests.support.rawclient import python, server_env
from tests.support.sidecar import JOB, Sidecar, afterglow, git, repository


def rows(root: Path) -> dict[str, dict[str, Any]]:
    made = json.loads(afterglow("doctor", "--json", cwd=root, check=False).stdout)
    return {one["name"]: one for one in made["findings"]}


def test_a_window_and_what_its_sensors_saw(tmp_path: Path) -> None:
    root = repository(tmp_path / "basket")
    with Sidecar(root) as client:
        client.listen()
        client.report("job.finished", **JOB)
        client.token(1)
        git(root, "commit", "-q", "--allow-empty", "-m", "second")
        found: dict[str, dict[str, Any]] = {}

        def seen() -> bool:
            found.update(rows(root))
            return "; last commit, today " in found["git"]["sees"]

        wait_until(seen, 30.0)
        assert (found["git"]["on"], found["git"]["problem"]) == (True, None)
        assert found["editor"]["on"]
        assert found["editor"]["sees"].startswith("1 window open")
        assert "; last make, ok, today " in found["editor"]["sees"]
    client.wait_exit()
    after = rows(root)
    assert (after["git"]["on"], after["editor"]["on"]) == (False, False)
    assert after["git"]["last_seen"] == found["git"]["last_seen"]


def test_looking_leaves_no_trace_in_the_workspace(tmp_path: Path) -> None:
    root = repository(tmp_path / "basket")
    (root / "junit.xml").write_text('<testsuite name="pytest" tests="1"><testcase name="a"/></testsuite>')

    def state() -> dict[str, int]:
        return {str(path): path.lstat().st_mtime_ns for path in sorted(root.rglob("*"))}

    before = state()
    rows(root)
    afterglow("doctor", "--bundle", "-", cwd=root)
    assert state() == before


def test_the_self_test_in_a_plain_environment(tmp_path: Path) -> None:
    """From a folder with a file that Python would import, with a narrow locale: all seen, nothing left."""
    place, scratch = tmp_path / "work", tmp_path / "scratch"
    place.mkdir()
    scratch.mkdir()
    (place / "afterglow.py").write_text("raise SystemExit('not this one')\n")
    environ = server_env({"TMPDIR": str(scratch), "LC_ALL": "C"})
    made = subprocess.run(
        (sys.executable, "-P", "-m", "afterglow", "doctor", "--test"),
        cwd=place,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (made.returncode, made.stderr) == (0, ""), made.stdout
    assert made.stdout.splitlines()[-1].startswith("9 of 9 seen, in ")
    assert list(scratch.iterdir()) == []
    home = Path(environ["AFTERGLOW_HOME"])
    assert not (home / "afterglow.db").exists()


def test_it_can_be_interrupted_and_leaves_nothing(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with subprocess.Popen(
        python("-m", "afterglow", "doctor", "--test"),
        env=server_env({"TMPDIR": str(scratch)}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        wait_until(lambda: any(scratch.glob("*/project/tsconfig.tsbuildinfo")), 30.0)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (130, b"")
    assert list(scratch.iterdir()) == []
