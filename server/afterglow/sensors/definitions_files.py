"""In which files a test may be defined, guessed from its class name where the report names no file.

Invariant: a few paths, each below the root; at most two folders are listed, and none is walked. Whether a
file is there, and whether the test is in it, is for the caller to see.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from afterglow.sensors.opening import WALKS, is_name, open_below, read_inside

MAX_FILES: Final = 96
"""So many paths are tried for one test; nearly all of them are not there."""
_MAX_PARTS: Final = 24
_MAX_LISTED: Final = 2_000
_MAX_IN_FOLDER: Final = 24
_MANIFEST_BYTES: Final = 64 * 1024
_GO_MODULE: Final = re.compile(rb"^module[ \t]+\"?([^\s\"]{1,300})", re.MULTILINE)
_SCRIPTS: Final = re.compile(r"\.(?:[cm]?[jt]sx?|vue|svelte|rb|php|py|exs)$")
_SCRIPT_FOLDERS: Final = ("", "tests", "test", "e2e", "spec", "src")
_JVM: Final = (
    ("src/test/java", ".java"),
    ("src/test/kotlin", ".kt"),
    ("src/test/java", ".kt"),
    ("src/test/groovy", ".groovy"),
    ("src/androidTest/java", ".kt"),
)
_DOTNET_FOLDERS: Final = ("", "tests", "test", "src")

Parts = tuple[str, ...]
_Rule = Callable[[str, str, str], Iterator[Parts]]


def candidates(root: str, classname: str, name: str) -> Iterator[Parts]:
    """Paths below ``root`` where the test may be, likeliest first, no more than ``MAX_FILES``."""
    seen: set[Parts] = set()
    found = (parts for rule in _RULES for parts in rule(root, classname, name))
    for parts in islice(found, MAX_FILES):
        if parts not in seen and len(parts) <= _MAX_PARTS and all(map(is_name, parts)):
            seen.add(parts)
            yield parts


def _as_path(_root: str, classname: str, _name: str) -> Iterator[Parts]:
    """Runners that give the file as the class: vitest from the root, Playwright from its own folder."""
    if _SCRIPTS.search(classname) is not None:
        for folder in _SCRIPT_FOLDERS:
            yield (*_split(folder), *_split(classname.replace("\\", "/")))


def _dotted(classname: str) -> Parts:
    """The parts of ``a.b.C``, inner classes (``C$D``, ``C+D``) left out; none for what has another shape."""
    parts = tuple(re.split(r"[$+]", classname, maxsplit=1)[0].split("."))
    return parts if len(parts) <= _MAX_PARTS and all(part.isidentifier() for part in parts) else ()


def _jvm(root: str, classname: str, _name: str) -> Iterator[Parts]:
    names = _dotted(classname)
    if not names or not names[-1][:1].isupper():
        return
    modules: list[Parts] = [()]
    if _there(root, ("settings.gradle", "settings.gradle.kts", "pom.xml")):
        modules += [
            (folder,) for folder in _listed(root, (), lambda entry: entry.is_dir(follow_symlinks=False))
        ]
    for module in modules[:_MAX_IN_FOLDER]:
        for folder, suffix in _JVM if not module else _JVM[:2]:
            yield (*module, *_split(folder), *names[:-1], names[-1] + suffix)


def _dotnet(_root: str, classname: str, _name: str) -> Iterator[Parts]:
    """``Shop.Tests.Cart.CartTests`` is in ``Shop.Tests/Cart/CartTests.cs``, or in some such folder."""
    names = _dotted(classname)
    if len(names) < 2 or not names[-1][:1].isupper():
        return
    for project in range(len(names) - 1, 0, -1):
        for folder in _DOTNET_FOLDERS:
            way = (*_split(folder), ".".join(names[:project]), *names[project:-1])
            yield (*way, names[-1] + ".cs")


def _ruby(_root: str, classname: str, _name: str) -> Iterator[Parts]:
    names = _dotted(classname)
    if names and names[-1].endswith(("_spec", "_test")):
        yield (*names[:-1], names[-1] + ".rb")


def _go(root: str, classname: str, name: str) -> Iterator[Parts]:
    """A package is a folder; the test is in one of its ``_test.go`` files."""
    if not name.startswith(("Test", "Example", "Fuzz", "Benchmark")):
        return
    manifest = read_inside(root, ("go.mod",), _MANIFEST_BYTES)
    match = None if manifest is None else _GO_MODULE.search(manifest)
    if match is None:
        return
    module = match[1].decode("utf-8", "replace")
    if classname == module or classname == module.rpartition("/")[2]:
        folder: Parts = ()
    elif classname.startswith(f"{module}/"):
        folder = _split(classname[len(module) + 1 :])
    else:
        folder = _split(classname)
    for file in _listed(root, folder, lambda entry: entry.name.endswith("_test.go")):
        yield (*folder, file)


def _rust(root: str, classname: str, name: str) -> Iterator[Parts]:
    """nextest: the crate, then the modules down to the function; a file of ``tests/`` counts as one."""
    modules = tuple(name.split("::")[:-1])
    if re.fullmatch(r"[\w-]{1,100}", classname) is None or not _there(root, ("Cargo.toml",)):
        return
    for home in ((), (classname,), ("crates", classname)):
        for depth in range(min(len(modules), 6), 0, -1):
            way = (*home, "src", *modules[:depth])
            yield from ((*way[:-1], f"{way[-1]}.rs"), (*way, "mod.rs"))
        yield from ((*home, "src", "lib.rs"), (*home, "src", "main.rs"))
        if modules:
            yield from ((*home, "tests", f"{modules[0]}.rs"), (*home, "tests", modules[0], "main.rs"))
    # The test runner of Rust itself names no crate: what comes first is a module.
    way = ("src", classname, *modules[:6])
    for depth in range(len(way), 1, -1):
        yield from ((*way[: depth - 1], f"{way[depth - 1]}.rs"), (*way[:depth], "mod.rs"))


_RULES: Final[tuple[_Rule, ...]] = (_as_path, _go, _rust, _ruby, _jvm, _dotnet)


def _split(path: str) -> Parts:
    return tuple(part for part in path.split("/") if part not in ("", "."))


def _there(root: str, names: Parts) -> bool:
    """Whether one of these files is in the root."""
    return any(read_inside(root, (name,), _MANIFEST_BYTES) is not None for name in names)


def _listed(root: str, folder: Parts, wanted: Callable[[os.DirEntry[str]], bool]) -> list[str]:
    """Names in a folder below the root, in order, at most ``_MAX_IN_FOLDER``; none where that fails."""
    handle = open_below(root, folder, folder=True) if WALKS else None
    if handle is None:
        return []
    try:
        with os.scandir(handle) as entries:
            some = islice(entries, _MAX_LISTED)
            found = [entry.name for entry in some if not entry.name.startswith(".") and wanted(entry)]
    except OSError:
        return []
    finally:
        os.close(handle)
    return sorted(found)[:_MAX_IN_FOLDER]
