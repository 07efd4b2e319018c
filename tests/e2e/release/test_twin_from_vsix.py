"""The idle twin of the server that the extension carries: its own files, in the Python that the user named.

The server runs in a Python without any library of ours; the one named in ``enrichment.interpreter`` has the
client. A model on loopback stands in for the service.
"""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
from contextlib import closing
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import frozen

from tests.support import release
from tests.support.model_server import ModelServer
from tests.support.patience import wait_until
from tests.support.rawclient import ROOT, RawClient
from tests.support.sidecar import OPTED_IN, QUICK, repository
from tests.support.twin import GREECE, SAID, Haiku

pytestmark = pytest.mark.xdist_group("dist")

CLIENT: Final = ("anthropic", "detect_secrets")
KEY: Final = "sk-ant-test-of-the-environment-0123456789"


@frozen
class Named:
    """A Python as a user names it, which notes what it was started with and every module that it read."""

    path: Path
    libraries: Path
    told: Path
    read: Path

    @property
    def started(self) -> bool:
        return self.told.is_file()

    def modules(self) -> set[str]:
        """The files that modules came from, sources or what was compiled of them."""
        text = self.read.read_text("utf-8", "replace")
        return set(re.findall(r"^# code object from '?(/[^'\n]+)", text, re.MULTILINE))


@pytest.fixture
def named(tmp_path: Path) -> Named:
    """A virtual environment with what the page says to install, and nothing of Afterglow."""
    folder = tmp_path / "twin"
    release.ran(release.PYTHON, "-m", "venv", "--without-pip", folder)
    (libraries,) = (folder / "lib").glob("python3.*/site-packages")
    pinned = re.findall(r"^([\w-]+)==", (ROOT / "requirements/llm.txt").read_text(), re.MULTILINE)
    for name in (*pinned, "typing_extensions"):
        installed = metadata.distribution(name)
        for top in {
            file.parts[0] for file in installed.files or () if file.parts[0] not in ("..", "__pycache__")
        }:
            if not (libraries / top).exists():
                (libraries / top).symlink_to(Path(str(installed.locate_file(top))))
    made = Named(folder / "bin" / "asked", libraries, tmp_path / "told", tmp_path / "read")
    python, told, read = (shlex.quote(str(path)) for path in (folder / "bin/python", made.told, made.read))
    made.path.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {told}\nexec {python} -v "$@" 2>> {read}\n')
    made.path.chmod(0o755)
    return made


def consent(model: ModelServer, named: Named, **more: Any) -> dict[str, Any]:
    """What the extension sends when the user's own settings say so."""
    return {
        **QUICK,
        "idleSeconds": 1,
        "mode": "chatty",
        "enrichment.enabled": True,
        "enrichment.shareText": True,
        "enrichment.baseUrl": model.url,
        "enrichment.interpreter": str(named.path),
        "trust": "full",
        **more,
    }


class Bundled(RawClient):
    """The server of a bundle as the extension starts it, with a network that has loopback alone to offer."""

    def __init__(self, bundled: Path, home: Path, root: Path, options: dict[str, Any]) -> None:
        super().__init__(
            [str(release.PYTHON), "-I", str(bundled / "tool" / "server.py"), "lsp"],
            env=release.bare_world(home) | {"ANTHROPIC_API_KEY": KEY},
            cwd=bundled / "tool",
        )
        self.initialize(
            deadline=30.0,
            capabilities=OPTED_IN,
            rootUri=root.as_uri(),
            workspaceFolders=[{"uri": root.as_uri(), "name": root.name}],
            initializationOptions=options,
        )
        self.notification("afterglow/status", 30)

    def ask(self, method: str, **params: Any) -> Any:
        answer = self.request(method, params, 30.0)
        assert "error" not in answer, answer
        return answer["result"]


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    (database,) = home.rglob("afterglow.db")
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def has(python: Path, module: str) -> bool:
    code = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
    return subprocess.run([str(python), "-I", "-c", code], check=False).returncode == 0


def test_the_bundles_own_twin_runs_in_the_python_that_was_named(
    bundled: Path, named: Named, tmp_path: Path
) -> None:
    # What the server's Python does not have, its process cannot load.
    assert [name for name in CLIENT if has(release.PYTHON, name)] == []
    assert [name for name in ("afterglow", "attrs", "pygls") if has(named.path, name)] == []
    root, home = repository(tmp_path / "repository"), tmp_path / "home"
    with ModelServer(Haiku(GREECE)) as model, Bundled(bundled, home, root, consent(model, named)) as client:
        first = client.ask("afterglow/say", text=SAID[0])
        assert not first["byModel"]
        wait_until(lambda: rows(home, "SELECT 1 FROM twin_turns WHERE quality IS NOT NULL"), 30)
        second = client.ask("afterglow/say", text=SAID[1])
        assert second["byModel"]
        assert client.shut_down() == 0
        assert (bytes(client.stderr), client.errors) == (b"", [])
        request = model.messages[0]
        assert request.headers["authorization"] == f"Bearer {KEY}"
        assert KEY.encode() not in request.raw
    program = bundled / "libs" / "afterglow" / "enrich" / "__main__.py"
    assert named.told.read_text().splitlines() == ["-I", str(program), "--idle"]
    ours = {path for path in named.modules() if "/afterglow/" in path}
    assert {Path(path).name.partition(".")[0] for path in ours} >= {"run", "client", "save"}
    assert [path for path in ours if not path.startswith(f"{bundled}/")] == []


def test_another_afterglow_in_that_python_does_not_stand_in(
    bundled: Path, named: Named, tmp_path: Path
) -> None:
    """It may be of any version: who has the extra by ``afterglow-lsp[llm]`` has one there."""
    (named.libraries / "afterglow").mkdir()
    (named.libraries / "afterglow" / "__init__.py").write_text("raise SystemExit('another version')\n")
    root, home = repository(tmp_path / "repository"), tmp_path / "home"
    with ModelServer(Haiku(GREECE)) as model, Bundled(bundled, home, root, consent(model, named)) as client:
        client.ask("afterglow/say", text=SAID[0])
        wait_until(lambda: rows(home, "SELECT 1 FROM twin_turns WHERE quality IS NOT NULL"), 30)
        assert client.shut_down() == 0


def test_a_restricted_window_starts_nothing_with_every_consent_given(
    bundled: Path, named: Named, tmp_path: Path
) -> None:
    root, home = repository(tmp_path / "repository"), tmp_path / "home"
    with ModelServer(Haiku(GREECE)) as model:
        for trust in ("restricted", "full"):
            with Bundled(bundled, home, root, consent(model, named, trust=trust)) as client:
                client.ask("afterglow/say", text=SAID[0])
                wait_until(lambda: rows(home, "SELECT 1 FROM events WHERE kind = 'idle'"), 30)
                if trust == "full":
                    wait_until(lambda: named.started and model.messages, 30)
                else:
                    client.ask("afterglow/snapshot")
                    assert (named.started, model.requests) == (False, [])
                client.shut_down()


def test_a_python_inside_the_folder_is_not_run(bundled: Path, named: Named, tmp_path: Path) -> None:
    root, home = repository(tmp_path / "repository"), tmp_path / "home"
    inside = root / ".venv" / "bin" / "python"
    inside.parent.mkdir(parents=True)
    inside.write_bytes(named.path.read_bytes())
    inside.chmod(0o755)
    with ModelServer(Haiku(GREECE)) as model:
        options = consent(model, named, **{"enrichment.interpreter": str(inside)})
        with Bundled(bundled, home, root, options) as client:
            client.ask("afterglow/say", text=SAID[0])
            wait_until(lambda: rows(home, "SELECT 1 FROM events WHERE kind = 'idle'"), 30)
            client.ask("afterglow/snapshot")
            client.shut_down()
        assert (named.started, model.requests) == (False, [])
