"""A hostile repository, open in a real server under strace: no program of it runs, nothing outside it is
read for its sake; and where it is not trusted, nothing of it is read at all."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.hostile import OUTSIDE, hostile_repository
from tests.support.patience import wait_until
from tests.support.sidecar import QUICK, Sidecar
from tests.support.traced import opened, started, strace

SERVER = (sys.executable, "-P", "-m", "afterglow", "lsp")
"""As the installed command starts: the folder it is started in is no place to import from."""
REPORT = (
    '<testsuite name="pytest" tests="2"><testcase classname="a" name="b"/><testcase classname="a" name="{}"/>'
)


def work_in(root: Path, client: Sidecar) -> None:
    """A session as it happens: files open, are edited and saved, things end."""
    uri = (root / "json.py").as_uri()
    document = {"uri": uri, "languageId": "python", "version": 1, "text": "import os\n"}
    client.notify("textDocument/didOpen", {"textDocument": document})
    client.report("focus", data={"focused": True, "uri": uri})
    client.report("file.saved", data={"uri": uri})
    client.report("job.finished", label="make", exitCode=0, durationMs=12_000, data={"job": "build"})
    client.token(1)
    client.ask("afterglow/snapshot")
    client.ask("afterglow/next")


@pytest.mark.parametrize("trust", ["full", "restricted"])
def test_nothing_of_it_runs_and_nothing_outside_is_opened(tmp_path: Path, trust: str) -> None:
    outside = tmp_path / OUTSIDE
    root, marker = hostile_repository(tmp_path / "project", outside)
    log = tmp_path / "trace"
    options = {**QUICK, "trust": trust}
    with Sidecar(root, argv=(*strace(log), *SERVER), options=options) as client:
        if trust == "full":
            client.listen()
            (root / "junit.xml").write_text(REPORT.format("c") + "</testsuite>")
            (root / "big.xml").write_text(REPORT.format("c" * 400_000) + "</testsuite>")
            wait_until(lambda: client.ask("afterglow/snapshot")["counts"]["events"] >= 2, 30)
        work_in(root, client)
        shot = client.ask("afterglow/snapshot")
        status = client.notifications("afterglow/status")[-1]["params"]
    assert not marker.exists()
    assert status["mode"] == "normal"
    assert status["enrichment"]["enabled"] is False
    programs = [words for _, words in started(log)]
    assert all(str(Path(sys.executable).name) in words for words in programs), programs
    children = [words for words in programs[1:] if "-I" not in words]
    assert children == [], "a program besides the server and the children that read big reports"
    files = opened(log)
    assert files, "the trace shows what the server opened"
    assert [path for path in files if OUTSIDE in path] == []
    assert [path for path in files if path in ("/etc/passwd", "/dev/zero")] == []
    inside = [path for path in files if path.startswith(f"{root}/") or path == str(root)]
    planted = [path for path in inside if path.endswith(".py") and not path.endswith("json.py")]
    assert planted == []
    if trust == "restricted":
        assert inside == [], "nothing of a folder that is not trusted is opened"
        on = {row["name"] for row in shot["sensors"] if row["on"]}
        assert on == {"editor"}
    else:
        assert inside, "the sensors looked"
