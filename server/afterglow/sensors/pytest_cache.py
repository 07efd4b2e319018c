"""pytest's ids of tests: what they are called in reports, where they are, and why one may have left.

A test leaves ``lastfailed`` when it passed, and just as well when it was skipped or failed as expected
(``xfail``). Invariant: a test counts as passed only where nothing that its run loaded from the workspace can
skip or excuse it, nothing of that was changed since, and it is still defined; only files inside are opened.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from attrs import frozen

from afterglow.core.model import Anchor
from afterglow.sensors.definition import MAX_SOURCE_BYTES
from afterglow.sensors.junit_child import test_id
from afterglow.sensors.opening import is_name, read_inside, stat_regular

MAX_FILES: Final = 128
MAX_IMPORTS: Final = 500
"""Of one file. With more than this, or more files, nothing is proven."""
MAX_PARTS: Final = 24
MAX_ALIKE: Final = 20
_EXCUSES: Final = re.compile(
    rb"skip|xfail|expectedfailure|subtest|depend|incremental|benchmark", re.IGNORECASE
)
"""Words of pytest, unittest and the plugins that skip; a test whose subtests fail leaves the cache as well.
Said in another sense they cost a claim, no more."""
_TESTING: Final = re.compile(rb"pytest|unittest")
_IMPORT: Final = re.compile(
    rb"^[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^)]{0,2000}\)|[^\n]*)|import[ \t]+([^\n]*))",
    re.MULTILINE,
)
_QUOTED: Final = re.compile(rb"[\"']([\w.]+)[\"']")
_NAME: Final = re.compile(rb"[\w.]+")
_BREAK: Final = re.compile(r"\n")
_DEFINED: Final = re.compile(r"^([ \t]*)(?:async[ \t]+)?(def|class)[ \t]+(\w+)", re.MULTILINE)


@frozen
class TestName:
    """An id taken apart: the file's way from the root, the classes, the test with its parameters.

    ``name`` is None for what only holds tests: a folder or a module. A class cannot be told from a test.
    """

    __test__ = False

    parts: tuple[str, ...]
    classes: tuple[str, ...]
    name: str | None


def named(nodeid: str) -> TestName:
    """Take ``folder/test_x.py::Class::test[param]`` apart; parameters may hold anything."""
    path, colons, tail = nodeid.partition("::")
    parts = tuple(path.split("/"))
    if not colons:
        return TestName(parts, (), None)
    *classes, name = tail.partition("[")[0].split("::")
    return TestName(parts, tuple(classes), name + tail[len("::".join((*classes, name))) :])


def junit_id(nodeid: str) -> str:
    """The id of the same test in pytest's JUnit report, as ``junit_child.test_id`` makes it."""
    test = named(nodeid)
    module = re.sub(r"\.py$", "", ".".join(test.parts))
    if test.name is None:
        return test_id("", module)
    return test_id(".".join((module, *test.classes)), test.name)


def spoken(nodeid: str) -> str:
    """What a report calls the test by itself."""
    return junit_id(nodeid).partition("::")[2]


def holders(nodeid: str) -> frozenset[str]:
    """Everything that pytest may have found ``nodeid`` in: classes, the module, folders."""
    test = named(nodeid)
    found = {"", "."}
    for depth in range(1, len(test.parts)):
        folder = "/".join(test.parts[:depth])
        found |= {folder, f"{folder}/__init__.py"}
    if test.name is not None:
        path = "/".join(test.parts)
        found |= {"::".join((path, *test.classes[:depth])) for depth in range(len(test.classes) + 1)}
    return frozenset(found - {nodeid})


def is_gone(root: str, nodeid: str) -> bool:
    """Whether the file that held the test does not exist any more."""
    parts = named(nodeid).parts
    return all(map(is_name, parts)) and not _exists(root, parts)


class Sources:
    """The workspace's source files as they are during one look: each is read and searched once."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._outlines: dict[tuple[str, ...], _Outline | None] = {}
        self._sure: dict[tuple[tuple[str, ...], int], bool] = {}
        self._known: dict[str, frozenset[str]] = {}

    def defined_at(self, nodeid: str) -> Anchor | None:
        """The place of a test's definition, of a class, or of a module's first test; None where it cannot
        be shown to be there."""
        test = named(nodeid)
        outline = self._outline(test.parts)
        line = None if outline is None else outline.line_of(test)
        return None if line is None else Anchor(Path(self._root, *test.parts).as_uri(), line)

    def is_undefined(self, nodeid: str, collected: str | None) -> bool:
        """Whether a test that had a definition in its file has lost it, and not to a test of another name.

        ``collected``: the ids that pytest has ever selected here, as its ``nodeids`` holds them. A test of
        the same file that is not among them may be this one under a new name, and nobody saw it pass.
        """
        test = named(nodeid)
        outline = self._outline(test.parts)
        if outline is None or collected is None or test.name is None or outline.line_of(test) is not None:
            return False
        path = nodeid.partition("::")[0]
        if path not in self._known:
            found = re.findall(rf'"{re.escape(path)}::(?:\w+::)*(\w+)', collected)
            self._known[path] = frozenset(found)
        return outline.tests <= self._known[path]

    def cannot_skip(self, nodeid: str, since: int) -> bool:
        """Whether a run that ended at ``since`` (ms) could only let the tests of this file pass or fail.

        Reads the file, the ``conftest.py`` of its folder and those above, and what these import from the
        workspace as long as it is about tests.
        """
        parts = named(nodeid).parts
        if (parts, since) not in self._sure:
            self._sure[parts, since] = _cannot_skip(self._root, parts, since)
        return self._sure[parts, since]

    def _outline(self, parts: tuple[str, ...]) -> _Outline | None:
        if parts not in self._outlines:
            data = read_inside(self._root, parts, MAX_SOURCE_BYTES) if parts[-1].endswith(".py") else None
            self._outlines[parts] = None if data is None else _Outline(data.decode("utf-8", "replace"))
        return self._outlines[parts]


class _Outline:
    """The classes and functions of one file, by name: (line from 0, whether it is indented)."""

    def __init__(self, text: str) -> None:
        self._found: dict[tuple[str, str], list[tuple[int, bool]]] = {}
        self.tests: set[str] = set()
        self._first: int | None = None
        line = end = 0
        for match in _DEFINED.finditer(text):
            line += len(_BREAK.findall(text, end, match.end(1)))
            end = match.end(1)
            indent, what, name = match.groups()
            places = self._found.setdefault((what, name), [])
            if len(places) < MAX_ALIKE:
                places.append((line, bool(indent)))
            if what == "def" and name.startswith("test"):
                self.tests.add(name)
                self._first = line if self._first is None else self._first

    def line_of(self, test: TestName) -> int | None:
        """The line of a test, of a class of that name, of the first test where there is no name at all."""
        if test.name is None:
            return self._first
        functions = self._found.get(("def", test.name.partition("[")[0]), [])
        if test.classes:
            opens = self._found.get(("class", test.classes[-1]))
            functions = [(line, inner) for line, inner in functions if opens and inner and line > opens[0][0]]
        outer = [line for line, inner in functions if not inner] or [line for line, _ in functions]
        if outer:
            return outer[0]
        return next((line for line, _ in self._found.get(("class", test.name), [])), None)


def _cannot_skip(root: str, parts: tuple[str, ...], since: int) -> bool:
    if len(parts) > MAX_PARTS or not all(map(is_name, parts)) or not parts[-1].endswith(".py"):
        return False
    waiting = [parts, *((*parts[:depth], "conftest.py") for depth in range(len(parts)))]
    seen: set[tuple[str, ...]] = set()
    while waiting:
        file = waiting.pop()
        if file in seen or not _exists(root, file):
            continue
        seen.add(file)
        data = _unchanged(root, file, since)
        if data is None or len(seen) > MAX_FILES:
            return False
        testing = file == parts or file[-1] == "conftest.py" or _TESTING.search(data) is not None
        if testing and _EXCUSES.search(data):
            return False
        if not testing and not _for_tests(file, parts):
            continue
        modules = list(islice(_modules(data), MAX_IMPORTS + 1))
        if len(modules) > MAX_IMPORTS:
            return False
        for module in modules:
            waiting.extend(_imported(root, file, module))
    return True


def _for_tests(file: tuple[str, ...], test: tuple[str, ...]) -> bool:
    """Whether a file is there for tests by where it is: one of many modules of a program hardly skips."""
    return file[: len(test) - 1] == test[:-1] or any("test" in part for part in file)


def _unchanged(root: str, parts: tuple[str, ...], since: int) -> bytes | None:
    found = stat_regular(os.path.join(root, *parts))  # noqa: PTH118
    if found is None or found.st_mtime_ns // 1_000_000 > since:
        return None
    return read_inside(root, parts, MAX_SOURCE_BYTES)


def _imported(root: str, file: tuple[str, ...], module: str) -> Iterator[tuple[str, ...]]:
    """The files of the workspace that ``file`` may load as ``module``, those of its packages included."""
    dots = len(module) - len(module.lstrip("."))
    names = tuple(part for part in module.split(".") if part)
    folder = file[:-1]
    if dots:
        bases = [folder[: len(folder) - dots + 1]] if dots <= len(folder) + 1 else []
    else:
        bases = [*(folder[:depth] for depth in range(len(folder), -1, -1)), ("src",), ("lib",)]
    for base in bases:
        for end in range(len(names) + 1):
            way = (*base, *names[:end])
            if end or dots:
                yield (*way, "__init__.py")
            if end:
                yield (*way[:-1], f"{way[-1]}.py")


def _modules(data: bytes) -> Iterator[str]:
    """Every module that may be imported (of ``from a import b``: a and a.b), every plugin that is named."""
    for taken, names, plain in _IMPORT.findall(data):
        if taken:
            module = taken.decode("utf-8", "replace")
            yield module
            yield from (
                f"{module.rstrip('.')}.{name}" if module.strip(".") else module + name
                for name in _names(names)
            )
        yield from _names(plain)
    if b"pytest_plugins" in data:
        for quoted in _QUOTED.findall(data):
            yield quoted.decode("utf-8", "replace")


def _names(text: bytes) -> Iterator[str]:
    for found in _NAME.findall(text.partition(b"#")[0] if not text.startswith(b"(") else text):
        yield found.decode("utf-8", "replace")


def _exists(root: str, parts: tuple[str, ...]) -> bool:
    try:
        return os.path.lexists(os.path.join(root, *parts))  # noqa: PTH118
    except ValueError:  # a name that no file can have
        return False
