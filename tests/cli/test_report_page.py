"""``report --html``: the page as a file of the user's own, or on standard output."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from afterglow.cli import paging
from tests.cli.calling import call, process
from tests.page.made import Page
from tests.support.rawclient import python
from tests.support.sidecar import repository


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = repository(tmp_path / "ledger")
    monkeypatch.chdir(made)
    call("emit", "commit")
    call("emit", "job.finished", "--status", "ok", "--label", "pytest", "--data", '{"job": "test"}')
    return made


def test_the_page_is_a_file_that_only_its_user_reads(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    old = os.umask(0)
    try:
        said = call("report", "--html", str(file))
    finally:
        os.umask(old)
    assert (said.code, said.err) == (0, "")
    assert said.out == f"written to {file}: open it in any browser\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = Page(file.read_text("ascii"))
    assert "1 commit." in found.text and "1 run." in found.text
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["page.html"]


def test_it_tells_a_script_where_it_is(root: Path) -> None:
    said = call("report", "--json", "--html", "page.html", "--days", "30")
    assert json.loads(said.out) == {"file": str(root / "page.html"), "days": 30}
    assert "the last 30 days" in (root / "page.html").read_text()


def test_on_standard_output_it_is_the_page_and_nothing_else(tmp_path: Path) -> None:
    # Whatever the locale: a changed byte would be another script than the policy names.
    made = process("report", "--html", "-", env={"LC_ALL": "C", "PYTHONIOENCODING": "utf-16"})
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.startswith("<!doctype html>\n") and made.stdout.endswith("</html>\n")
    file = tmp_path / "page.html"
    call("report", "--html", str(file))
    assert Page(made.stdout).policy == Page(file.read_text()).policy
    assert Page(call("report", "--html", "-").out).policy == Page(made.stdout).policy


def test_a_page_of_ours_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.touch(mode=0o644)
    assert call("report", "--html", str(file)).code == 0
    first, before = file.read_text(), file.stat().st_ino
    call("emit", "commit")
    assert call("report", "--html", str(file)).code == 0
    assert file.read_text() != first and file.stat().st_ino != before
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_is_no_page_of_ours_is_left_alone(tmp_path: Path) -> None:
    notes, page = tmp_path / "notes.html", tmp_path / "page.html"
    notes.write_text("<p>mine</p>")
    call("report", "--html", str(page))
    (tmp_path / "link.html").symlink_to(page)
    (tmp_path / "nowhere.html").symlink_to(tmp_path / "gone" / "x.html")
    os.mkfifo(tmp_path / "pipe.html")
    kept = page.read_bytes()
    for name, tells in {
        "notes.html": "exists already and is no report of Afterglow; name another file",
        "link.html": "is no ordinary file; name another one",
        "nowhere.html": "is no ordinary file; name another one",
        "pipe.html": "is no ordinary file; name another one",
        "ledger": "is no ordinary file; name another one",
    }.items():
        said = call("report", "--html", str(tmp_path / name))
        assert (said.code, said.out) == (2, "")
        assert said.err == f"afterglow: report: {tmp_path / name} {tells}\n"
    assert notes.read_text() == "<p>mine</p>" and page.read_bytes() == kept


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        (["--html", "gone/page.html"], "gone/page.html cannot be written (no such file or directory)"),
        (["--html", "a\0b"], "cannot be written (not a name of a file)"),
        (["--html", ""], "cannot be written"),
        (["--html", "-", "--json"], "it prints the page and nothing else; leave out --json"),
        (["--html", "x.html", "--days", "91"], "report: --days: write 1 to 90"),
        (["--html"], "report: argument --html: expected one argument"),
    ],
)
def test_wrong_use_gets_one_line_that_helps(root: Path, words: list[str], tells: str) -> None:
    said = call("report", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1 and tells in said.err
    assert not list(root.glob("*.html*"))


def test_a_write_that_fails_leaves_nothing_behind(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: str) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "replace", full)
    said = call("report", "--html", "page.html")
    assert said.err == (
        "afterglow: report: page.html cannot be written (no space left on device); name another place\n"
    )
    assert not list(root.glob("page*"))


def test_an_installation_that_is_not_whole_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> str:
        raise FileNotFoundError

    monkeypatch.setattr(paging, "document", gone)
    said = call("report", "--html", "-")
    assert (said.code, said.out) == (1, "")
    assert said.err == (
        "afterglow: report: --html: a file of Afterglow itself is missing or damaged; install it anew\n"
    )


def test_a_setting_that_is_wrong_is_named_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERGLOW_MODE", "loud")
    text = Page(call("report", "--html", "-").out).text
    assert "Health" in text and "nothing to mend" not in text
    assert "mode" in text.partition("Health")[2]


def test_the_server_never_loads_the_page() -> None:
    made = process("report", "--json")
    assert made.returncode == 0
    loads = "import afterglow.lsp.server, afterglow.loop.window, sys"
    code = f"{loads}; print([name for name in sys.modules if name.startswith('afterglow.page')])"
    seen = subprocess.run(python("-c", code), capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"
