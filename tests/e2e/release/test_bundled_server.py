"""The server that the extension carries: alone, in an account where nothing is installed (fault F43)."""

from __future__ import annotations

import ast
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from afterglow import __version__
from tests.support import release
from tests.support.patience import wait_until
from tests.support.rawclient import ROOT, RawClient
from tests.support.sidecar import JOB, OPTED_IN, QUICK, repository

pytestmark = pytest.mark.xdist_group("dist")

COMPILED = shutil.ignore_patterns("__pycache__")
HIJACK = "raise SystemExit('hijacked')\n"
"""What stands in every module that must not be imported."""


class Bundled(RawClient):
    """The server of a bundle, opened on a workspace, as the extension starts it."""

    def __init__(self, bundled: Path, home: Path, root: Path, **env: str) -> None:
        super().__init__(
            [*release.offline(), str(release.PYTHON), "-I", str(bundled / "tool" / "server.py"), "lsp"],
            env=release.bare_world(home) | env,
            cwd=root,
        )
        self.result = self.initialize(
            deadline=30.0,
            capabilities=OPTED_IN,
            rootUri=root.as_uri(),
            workspaceFolders=[{"uri": root.as_uri(), "name": root.name}],
            initializationOptions=QUICK,
        )


def ask(client: RawClient, method: str) -> Any:
    answer = client.request(method, {})
    assert "error" not in answer, answer
    return answer["result"]


def test_it_shows_a_line_without_anything_installed_and_without_a_network(
    bundled: Path, tmp_path: Path
) -> None:
    root = repository(tmp_path / "repository")
    with Bundled(bundled, tmp_path / "home", root) as client:
        assert client.result["serverInfo"] == {"name": "afterglow", "version": __version__}
        wait_until(lambda: all(it["on"] for it in ask(client, "afterglow/snapshot")["sensors"]), 30)
        client.notify("afterglow/event", {"kind": "job.finished", **JOB})
        token = client.notification("afterglow/token", 30)
        assert client.shut_down() == 0
        assert "build ok" in str(token)
        assert bytes(client.stderr) == b""
        assert client.errors == []


def test_nothing_of_a_workspace_or_the_environment_is_imported(bundled: Path, tmp_path: Path) -> None:
    root = repository(tmp_path / "repository")
    foreign = tmp_path / "foreign"
    for folder in (root, foreign):
        folder.mkdir(exist_ok=True)
        for name in ("json", "sitecustomize", "usercustomize", "afterglow", "pygls", "attrs", "typing", "os"):
            (folder / f"{name}.py").write_text(HIJACK)
    hostile = {"PYTHONPATH": str(foreign), "PYTHONSTARTUP": str(foreign / "os.py"), "PYTHONHOME": ""}
    with Bundled(bundled, tmp_path / "home", root, **hostile) as client:
        assert client.result["serverInfo"]["version"] == __version__
        assert client.shut_down() == 0


def test_it_writes_where_its_data_belong_and_nowhere_else(bundled: Path, tmp_path: Path) -> None:
    own = shutil.copytree(bundled, tmp_path / "bundled", ignore=COMPILED)
    before = release.below(own)
    root = repository(tmp_path / "repository")
    tracked = release.below(root)
    home = tmp_path / "home"
    with Bundled(own, home, root) as client:
        ask(client, "afterglow/snapshot")
        assert client.shut_down() == 0
    assert release.below(root) == tracked
    assert release.below(tmp_path / "tmp") == set()
    assert {name.split("/")[:3] != [".local", "share", "afterglow"] for name in release.below(home)} == {
        False
    }
    # Python keeps what it compiled beside the libraries, where it goes with the extension.
    added = release.below(own) - before
    assert added
    assert {name for name in added if "/__pycache__/" not in name} == set()


def test_a_folder_that_cannot_be_written_does_no_harm(bundled: Path, tmp_path: Path) -> None:
    own = shutil.copytree(bundled, tmp_path / "bundled", ignore=COMPILED)
    # In the way of every compiled file; permissions alone would not stop root.
    for folder in [own / "libs", *(path for path in (own / "libs").rglob("*") if path.is_dir())]:
        (folder / "__pycache__").touch()
    before = release.below(own)
    with Bundled(own, tmp_path / "home", repository(tmp_path / "repository")) as client:
        assert client.result["serverInfo"]["version"] == __version__
        assert client.shut_down() == 0
        assert bytes(client.stderr) == b""
    assert release.below(own) == before


def test_the_bundle_is_what_its_manifest_names(checkout: Path, tmp_path: Path) -> None:
    own = release.bundle(checkout, tmp_path / "bundled")
    (own / "libs" / "extra.py").touch()
    (own / "libs" / "afterglow" / "core" / "step.py").unlink()
    release.bundle(checkout, own)
    assert not (own / "libs" / "extra.py").exists()
    assert (own / "libs" / "afterglow" / "core" / "step.py").is_file()


def test_the_bundle_is_the_same_every_time(bundled: Path, checkout: Path, tmp_path: Path) -> None:
    own = release.bundle(checkout, tmp_path / "bundled")
    assert (own / "manifest.json").read_bytes() == (bundled / "manifest.json").read_bytes()
    stats = [path.stat() for path in (own, *own.rglob("*"))]
    assert len({stat.st_mtime for stat in stats}) == 1
    assert {oct(stat.st_mode & 0o777) for stat in stats} == {"0o644", "0o755"}


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 6, 15), (2, 7, 18)])
def test_too_old_a_python_is_told_so_in_one_line(
    bundled: Path, tmp_path: Path, version: tuple[int, ...]
) -> None:
    starter = str(bundled / "tool" / "server.py")
    code = (
        f"import runpy, sys; sys.version_info = {version}; runpy.run_path({starter!r}, run_name='__main__')"
    )
    made = subprocess.run(
        [str(release.PYTHON), "-I", "-c", code],
        env=release.bare_world(tmp_path / "home"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 3
    assert made.stdout == ""
    assert made.stderr.count("\n") == 1
    assert "Python 3.11 or later is needed" in made.stderr
    assert f"is {version[0]}.{version[1]}" in made.stderr


def test_the_starter_has_no_syntax_that_an_old_python_would_stumble_over() -> None:
    text = (ROOT / "vscode-extension" / "python" / "server.py").read_text("utf-8")
    tree = ast.parse(text, feature_version=(3, 4))
    new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Match, ast.Await)
    assert [type(node).__name__ for node in ast.walk(tree) if isinstance(node, new)] == []
    assert all(node.returns is None for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    assert text.isascii()


def test_the_extension_unpacked_leaves_with_its_folder_and_with_forget(built: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(built / f"afterglow-{__version__}.vsix") as archive:
        archive.extractall(tmp_path / "unpacked")
    own = tmp_path / "unpacked" / "extension" / "bundled"
    home = tmp_path / "home"
    with Bundled(own, home, repository(tmp_path / "repository")) as client:
        assert client.result["serverInfo"]["version"] == __version__
        assert client.shut_down() == 0
    starter = (str(release.PYTHON), "-I", own / "tool" / "server.py")
    release.ran(*starter, "emit", "command", "--label", "make", cwd=tmp_path, env=release.bare_world(home))
    release.ran(*starter, "forget", "--all", cwd=tmp_path, env=release.bare_world(home))
    shutil.rmtree(tmp_path / "unpacked")
    assert {name for name in release.below(home) if (home / name).stat().st_size} == set()


@pytest.mark.parametrize("words", [("demo", "--fast"), ("doctor", "--test")], ids=" ".join)
def test_commands_that_start_others_start_this_same_copy(
    bundled: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    made = subprocess.run(
        [str(release.PYTHON), "-I", str(bundled / "tool" / "server.py"), *words],
        env=release.bare_world(tmp_path / "home"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
