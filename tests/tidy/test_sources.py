"""What every source file keeps to, so that a reader finds small rooms and tests that can be trusted."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.tidy.checkout import ROOT, files, named, sources

MOST_LINES = 400
VAGUE = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|raise NotImplementedError)\b")
HIDING = {"skip", "skipif", "xfail", "importorskip"}
TIMERS = {"sleep"}
MAY_POLL = "tests/support/"
"""Only here may a test wait for time to pass: one polling loop with a deadline, used by all."""


def names_used(code: str, wanted: set[str]) -> Iterator[tuple[int, str]]:
    """Line and name of each use of ``anything.name``, imported or called by itself."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Attribute) and node.attr in wanted:
            yield node.lineno, node.attr
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name in wanted:
                    yield node.lineno, alias.name


def test_no_module_is_too_long_to_read() -> None:
    lengths = {
        path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources("server", "tests")
    }
    assert {named(path): lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_source_of_a_client_is_too_long_either() -> None:
    kinds = {".ts", ".lua", ".vim", ".el", ".sh", ".mjs"}
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in files() if path.suffix in kinds}
    assert lengths
    assert {named(path): lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_a_module_is_named_for_what_it_holds() -> None:
    assert [named(path) for path in sources("server", "tests") if path.stem in VAGUE] == []


def test_nothing_is_left_for_later() -> None:
    places = ("server", "editors", "vscode-extension")
    left = [
        f"{named(path)}:{number}"
        for path in files()
        if path.relative_to(ROOT).parts[0] in places
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert left == []


def test_no_test_hides_from_the_run() -> None:
    hidden = [
        f"{named(path)}:{line}: {name}"
        for path in sources("tests")
        for line, name in names_used(path.read_text(encoding="utf-8"), HIDING)
    ]
    assert hidden == []


def test_no_test_sleeps() -> None:
    sleeping = [
        f"{named(path)}:{line}"
        for path in sources("tests")
        if not named(path).startswith(MAY_POLL)
        for line, _ in names_used(path.read_text(encoding="utf-8"), TIMERS)
    ]
    assert sleeping == []


def test_names_used_sees_every_way_to_write_it() -> None:
    code = "import time, pytest\nfrom asyncio import sleep\ntime.sleep(1)\n@pytest.mark.skip\ndef f(): ...\n"
    assert sorted(names_used(code, TIMERS | HIDING)) == [(2, "sleep"), (3, "sleep"), (4, "skip")]
