"""An update or a removal of the extension while its server runs (fault F46)."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from afterglow import __version__
from tests.e2e.release.test_bundled_server import COMPILED, Bundled
from tests.support import release
from tests.support.sidecar import repository

pytestmark = pytest.mark.xdist_group("dist")

TIMES = 50
QUESTIONS = (
    "afterglow/snapshot",
    "afterglow/next",
    "afterglow/explain",
    "afterglow/say",
    "afterglow/unheard",
)


class Extension:
    """An extension's folder whose bundle is replaced as editors do it: old aside, new in its place."""

    def __init__(self, bundled: Path, folder: Path) -> None:
        self.source = bundled
        self.bundled = folder / "extension" / "bundled"
        self.bundled.parent.mkdir(parents=True)

    def put(self, version: str) -> None:
        new, old = (self.bundled.with_name(name) for name in ("new", "old"))
        shutil.copytree(self.source, new, ignore=COMPILED, copy_function=release.linked)
        names = new / "libs" / "afterglow" / "__init__.py"
        text = names.read_text("utf-8")
        names.unlink()
        names.write_text(text.replace(__version__, version), "utf-8")
        if self.bundled.exists():
            self.bundled.rename(old)
        new.rename(self.bundled)
        shutil.rmtree(old, ignore_errors=True)


def answered(client: Bundled, *methods: str) -> list[Any]:
    """The answers, a result or an error each: what matters is that each question has one."""
    return [client.request(method, {"text": "hello"}) for method in methods]


@pytest.fixture
def extension(bundled: Path, tmp_path: Path) -> Extension:
    made = Extension(bundled, tmp_path)
    made.put("0.0.0")
    return made


def test_a_running_server_lives_through_fifty_updates(extension: Extension, tmp_path: Path) -> None:
    root = repository(tmp_path / "repository")
    with Bundled(extension.bundled, tmp_path / "home", root) as client:
        assert client.result["serverInfo"]["version"] == "0.0.0"
        for number in range(1, TIMES + 1):
            extension.put(f"0.0.{number}")
            answered(client, QUESTIONS[number % len(QUESTIONS)])
        assert "error" not in answered(client, "afterglow/snapshot")[0]
        assert client.shut_down() == 0
        assert bytes(client.stderr) == b""


def test_each_start_after_an_update_is_the_new_version(extension: Extension, tmp_path: Path) -> None:
    root = repository(tmp_path / "repository")
    for number in range(1, 4):
        with Bundled(extension.bundled, tmp_path / "home", root) as client:
            extension.put(f"0.1.{number}")
            answered(client, *QUESTIONS)
            assert client.shut_down() == 0
        with Bundled(extension.bundled, tmp_path / "home", root) as client:
            assert client.result["serverInfo"]["version"] == f"0.1.{number}"
            assert client.shut_down() == 0


def test_a_server_whose_files_are_gone_answers_and_ends_in_order(
    extension: Extension, tmp_path: Path
) -> None:
    root = repository(tmp_path / "repository")
    with Bundled(extension.bundled, tmp_path / "home", root) as client:
        extension.bundled.rename(extension.bundled.with_name("gone"))
        answered(client, *QUESTIONS)
        assert client.shut_down() == 0
        assert b"Traceback" not in bytes(client.stderr)
    assert not extension.bundled.exists()
