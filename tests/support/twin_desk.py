"""A desk where a person, the command line and a model meet: the real commands in a home of their own.

Invariant: it knows nothing but commands, files and rows, and whatever it writes lies in the test's home.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final, Self

from attrs import field, frozen

from tests.cli.calling import process
from tests.support.rawclient import server_env
from tests.support.twin_zygote import Zygote

KEY: Final = "sk-ant-test-0123456789abcdefghijklmnop"
"""A key of the right shape that opens nothing."""


class Ear:
    """A port that somebody listens on and nobody answers: ``connections`` is how often it was called."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._socket.setblocking(False)
        self._held: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def connections(self) -> int:
        with contextlib.suppress(BlockingIOError):
            while True:
                self._held.append(self._socket.accept()[0])
        return len(self._held)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self._socket, *self._held):
            one.close()


def closed_port() -> str:
    """An address where nobody listens."""
    with Ear() as ear:
        return ear.url


@frozen
class Desk:
    """Commands of one user in one workspace. ``home``: the data folder; ``root``: where they are run.

    With a ``zygote`` each is a process that it forks; else one that is started as a shell would.
    """

    home: Path
    root: Path
    env: dict[str, str] = field(factory=dict)
    zygote: Zygote | None = None

    def consent(self, url: str | None, *, share: bool = True, enabled: bool = True, **more: Any) -> None:
        """Write ``config.toml``; ``more``: settings of ``enrichment`` by their names."""
        values = {"enabled": enabled, "shareText": share, **({} if url is None else {"baseUrl": url}), **more}
        self.configure({f"enrichment.{name}": value for name, value in values.items()})

    def configure(self, values: Mapping[str, Any]) -> None:
        """Write ``config.toml`` with these dotted settings and nothing else."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        rows = [f'"{name}" = {json.dumps(value)}\n' for name, value in values.items()]
        (self.home / "config.toml").write_text("".join(rows), "utf-8")

    @property
    def environment(self) -> dict[str, str]:
        return {"AFTERGLOW_HOME": str(self.home), **self.env}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command; its process."""
        start = process if self.zygote is None else self.zygote.run
        return start(*words, env=self.environment, cwd=self.root)

    def ask(self, *words: str) -> Any:
        """One command that must end well, its output read as JSON."""
        made = self.run(*words, "--json")
        assert (made.returncode, made.stderr) == (0, ""), (words, made.returncode, made.stdout, made.stderr)
        return json.loads(made.stdout)

    def say(self, text: str) -> dict[str, Any]:
        """The token that answers these words; silence fails the test."""
        token = self.ask("say", text)
        assert isinstance(token, dict), text
        return token

    def worker(self) -> dict[str, Any]:
        """What one ``worker --once`` did."""
        made = self.ask("worker", "--once")
        assert isinstance(made, dict)
        return made

    def status(self) -> dict[str, Any]:
        made = self.ask("status")
        assert isinstance(made, dict)
        return made

    @property
    def database(self) -> Path:
        return self.home / "afterglow.db"

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """What a query gives now."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def change(self, statement: str, *values: Any) -> None:
        """One statement, for what a test cannot wait for."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection, connection:
            connection.execute(statement, values)

    def one(self, query: str, *values: Any) -> Any:
        """The first value of the first row."""
        return next(iter(self.rows(query, *values)[0].values()))

    def grades(self) -> list[int]:
        """What the model thought of the turns, oldest first."""
        rows = self.rows("SELECT quality FROM twin_turns WHERE quality IS NOT NULL ORDER BY seq")
        return [row["quality"] for row in rows]

    def turn_of(self, token: Mapping[str, Any]) -> int:
        """The number of a token's turn on the clock of its workspace."""
        return int(self.one("SELECT turn FROM twin_turns WHERE token_id = ?", token["id"]))

    def learned(self) -> list[dict[str, Any]]:
        """The lines of ``custom/domain-content.jsonl``."""
        file = self.home / "custom" / "domain-content.jsonl"
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []

    def bytes_kept(self) -> bytes:
        """Everything below the data folder."""
        return b"".join(path.read_bytes() for path in sorted(self.home.rglob("*")) if path.is_file())


def desk(home: Path, root: Path, zygote: Zygote | None = None, **env: str) -> Desk:
    """A desk in the test's own home, without a key where none is named."""
    return Desk(home / "afterglow", root, env, zygote)


def without_library(person: Desk, folder: Path) -> Desk:
    """The same desk, in whose processes the model's library and what it stands on are not installed."""
    folder.mkdir()
    hide = (
        "import sys\n"
        "from importlib.machinery import PathFinder\n"
        f"_hidden = {('anthropic', 'httpx2', 'pydantic', 'detect_secrets')!r}\n"
        "_find = PathFinder.find_spec\n"
        "def find_spec(name, path=None, target=None):\n"
        "    return None if name.partition('.')[0] in _hidden else _find(name, path, target)\n"
        "PathFinder.find_spec = find_spec\n"
    )
    (folder / "sitecustomize.py").write_text(hide)
    path = os.pathsep.join((str(folder), server_env()["PYTHONPATH"]))
    return Desk(person.home, person.root, {**person.env, "PYTHONPATH": path})


def interpreter_without(folder: Path) -> Path:
    """A Python of its own that has no library at all. Linked, so that it costs no second to make."""
    home = Path(sys.executable).resolve()
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text(f"home = {home.parent}\ninclude-system-site-packages = false\n")
    (folder / "bin" / "python").symlink_to(home)
    return folder / "bin" / "python"
