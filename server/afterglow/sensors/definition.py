"""Where a test is in the code: from what its report says, else by its definition.

Invariant: only regular files below the root are opened, through real folders, of at most 1 MiB each, and
no more of them than ``definitions_files`` names. What cannot be shown to be the test's place is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Final

from afterglow.core.model import Anchor
from afterglow.sensors.definitions_files import candidates
from afterglow.sensors.definitions_looks import find, look_of
from afterglow.sensors.junit import Place
from afterglow.sensors.opening import read_inside

MAX_SOURCE_BYTES: Final = 1 << 20
_MAX_PARTS: Final = 24
_BREAK: Final = re.compile(r"\r\n|\r|\n")


def anchor_of(root: str, test: str, place: Place | None) -> Anchor | None:
    """The anchor of a test ``class::name``, or None where it cannot be shown to exist.

    ``root``: canonical path of the workspace. The line of the definition is sought, nearest to the
    report's line, because decorators and edits since then move it; in languages that the table of looks
    does not know, and for names that it does not find, the report's line stands.
    """
    classname, _, name = test.partition("::")
    if place is not None:
        below = _below(root, place.file)
        # Told by a build folder or a container: only a definition proves that it is that file here.
        ways = [(end, None) for end in _ends(place.file)] if below is None else [(below, place.line)]
        for parts, line in ways:
            found = _in_file(root, parts, classname, _classes(classname, parts), name, line)
            if found is not None:
                return found
    for parts, classes in _candidates(classname):
        found = _in_file(root, parts, classname, classes, name, None)
        if found is not None:
            return found
    for parts in candidates(root, classname, name):
        found = _in_file(root, parts, classname, (), name, None)
        if found is not None:
            return found
    return None


def _in_file(
    root: str,
    parts: tuple[str, ...],
    classname: str,
    classes: tuple[str, ...],
    name: str,
    line: int | None,
) -> Anchor | None:
    data = read_inside(root, parts, MAX_SOURCE_BYTES)
    if data is None:
        return None
    # Lines as editors count them: str.splitlines also breaks at form feeds and the like.
    lines = _BREAK.split(data.decode("utf-8", "replace"))
    look = look_of(parts[-1])
    if parts[-1].endswith(".py"):
        line = find_definition(lines, name, classes, line)
    elif look is not None:
        found = find(lines, look, classname, name, line)
        line = line if found is None else found
    if line is None or line >= len(lines):
        return None
    return Anchor(Path(root, *parts).as_uri(), line)


def find_definition(
    lines: list[str], name: str, classes: tuple[str, ...] = (), near: int | None = None
) -> int | None:
    """The line (from 0) of ``def name``, a parametrised ``name[x]`` stripped; None if there is none.

    Of several the one nearest to ``near``, else the first one inside the innermost class.
    """
    name = name.partition("[")[0].strip()
    if not name.isidentifier():
        return None
    define = re.compile(rf"[ \t]*(?:async[ \t]+)?def[ \t]+{re.escape(name)}[ \t]*[(\[]")
    found = [number for number, line in enumerate(lines) if define.match(line)]
    if not found:
        return None
    if near is not None:
        return min(found, key=lambda number: abs(number - near))
    if classes:
        opens = re.compile(rf"[ \t]*class[ \t]+{re.escape(classes[-1])}\b")
        start = next((number for number, line in enumerate(lines) if opens.match(line)), None)
        if start is None:
            return None
        return next((number for number in found if number > start and lines[number][0] in " \t"), None)
    return next((number for number in found if lines[number][0] not in " \t"), found[0])


def _candidates(classname: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(file, classes) for every way to cut ``a.b.C`` into a module and its classes, longest first."""
    names = tuple(classname.split("."))
    if len(names) > _MAX_PARTS or not all(part.isidentifier() for part in names):
        return
    for cut in range(len(names), 0, -1):
        yield (*names[: cut - 1], f"{names[cut - 1]}.py"), names[cut:]


def _classes(classname: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    """What of ``classname`` follows the module's own name."""
    names = classname.split(".")
    module = parts[-1].removesuffix(".py")
    return tuple(names[names.index(module) + 1 :]) if module in names else ()


def _ends(file: str) -> Iterator[tuple[str, ...]]:
    """The ends of a path that leads elsewhere, longest first: ``../test/a.cc``, ``/repo/test/a.js``.

    A bare file name says too little, unless it is all there is.
    """
    parts = PurePath(file.replace("\\", "/")).parts
    if "\0" in file or len(parts) > _MAX_PARTS:
        return
    climbed = next((at for at, part in enumerate(parts) if part != ".."), len(parts))
    rest = parts[climbed:]
    if not rest or ".." in rest:
        return
    for start in range(1 if rest[0] == "/" else 0, max(len(rest) - 1, 1)):
        yield rest[start:]


def _below(root: str, file: str) -> tuple[str, ...] | None:
    """The names of the way from ``root`` to ``file``, None if that leads out of it."""
    if "\0" in file:
        return None
    path = PurePath(file.replace("\\", "/") if "/" not in file else file)
    if path.is_absolute():
        if not path.is_relative_to(root):
            return None
        path = path.relative_to(root)
    return None if ".." in path.parts or not path.parts else path.parts
