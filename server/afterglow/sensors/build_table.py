"""The build tools that leave something to read: where it lies, how much of it is read, what it proves.

Invariant: a row proves a part at most. No file of a build tells that the run which wrote it ended well,
so that an ``ok`` of this table names its part and never the build.

What was found by running the tools, good and broken code by turns:

| tool | what it leaves | proves |
|---|---|---|
| ninja 1.11, 1.13 | `.ninja_log`: a line for each edge that ended well, none for a failure | edges ran |
| tsc 5.6 to 7.0 | a build info: the errors of types, syntax, settings and emit | both outcomes |
| tsc before 5.6 | the same, but it looks clean after errors of syntax or settings | nothing |
| webpack 5 | statistics where asked for, also by a run that failed: errors, end, duration | both outcomes |
| vite 8 | a manifest where asked for; a run that fails leaves the old one | the bundle |
| esbuild 0.28 | a metafile where asked for; a run that fails leaves the old one | the bundle |
| rollup 4, parcel 2 | bundles only, one by one and without an end | nothing |
| cargo 1.95 | programs in `target/debug`, linked there once whole; a failure leaves the old | it |
| build, hatchling | wheels, moved to `dist` once they are whole | the wheel |
| the same | sdists, whose end only unpacking would show | nothing |
| maven, gradle (not run) | jars, written in place, with their directory last | the jar |
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final, Literal

from attrs import frozen

from afterglow.sensors import build_reading
from afterglow.sensors.build_reading import Left, Verdict
from afterglow.sensors.watch_plan import Filter, Names

Path = tuple[str, ...]
"""The names of the way down from the workspace's root; none is the root itself."""
TAIL_BYTES: Final = 64 * 1024
WHOLE_BYTES: Final = 1 << 20
_LINKED: Final = (".exe", ".rlib", ".so", ".dll", ".dylib", ".a")
_BESIDE: Final = ("-sources.jar", "-javadoc.jar", "-tests.jar", "-plain.jar")


@frozen
class Row:
    """``folders``: where it may lie. ``names``: which names there matter, None for all of them.
    ``read``: the whole file (up to ``WHOLE_BYTES``), its tail, or nothing of it. ``judge``: what is proven.
    """

    tool: str
    folders: tuple[Path, ...]
    names: Filter
    read: Literal["whole", "tail", "none"]
    judge: Callable[[Left], Verdict | None]
    fits: Callable[[str, Collection[str]], bool] | None = None

    def matches(self, name: str, beside: Collection[str]) -> bool:
        """Whether a file of this name is meant, in a folder that holds ``beside``."""
        if isinstance(self.names, Names) and not self.names.match(name):
            return False
        return self.fits is None or self.fits(name, beside)


def _plain_jar(name: str, _: Collection[str]) -> bool:
    return not name.endswith(_BESIDE) and not name.startswith("original-")


def _linked(name: str, beside: Collection[str]) -> bool:
    """Cargo writes what a program was made from beside it: ``app`` and ``app.d``."""
    stem = next((name.removesuffix(end) for end in _LINKED if name.endswith(end)), name)
    return not name.startswith(".") and f"{stem}.d" in beside and name != f"{stem}.d"


def _exact(*names: str) -> Names:
    return Names(exact=frozenset(names))


ROOT: Final[Path] = ()
MODULES_TMP: Final[Path] = ("node_modules", ".tmp")
"""Where vite's templates put build infos. Only watched where it is there: `node_modules` is a busy place."""
NINJA_FOLDERS: Final[tuple[Path, ...]] = (ROOT, ("build",), ("builddir",), ("out",))
ANY_OUT: Final[Path] = ("out",)
"""Below it each configuration has a folder of its own: the newest of those with a log are looked at."""

ROWS: Final = (
    Row(
        "tsc",
        (ROOT, ("dist",), ("build",), ("out",), MODULES_TMP),
        Names(suffixes=(".tsbuildinfo",)),
        "whole",
        build_reading.tsc,
    ),
    Row("webpack", (ROOT, ("dist",), ("build",)), _exact("stats.json"), "whole", build_reading.webpack),
    Row("ninja", NINJA_FOLDERS, _exact(".ninja_log"), "tail", build_reading.ninja),
    Row("wheel", (("dist",),), Names(suffixes=(".whl",)), "tail", build_reading.wheel),
    Row(
        "cargo",
        (("target", "debug"), ("target", "release")),
        None,
        "none",
        build_reading.linked,
        fits=_linked,
    ),
    Row(
        "jar",
        (("build", "libs"), ("target",)),
        Names(suffixes=(".jar", ".war")),
        "tail",
        build_reading.jar,
        fits=_plain_jar,
    ),
    Row(
        "vite", (("dist", ".vite"), ("dist",)), _exact("manifest.json"), "whole", build_reading.vite_manifest
    ),
    Row(
        "esbuild",
        (ROOT, ("dist",)),
        _exact("meta.json", "metafile.json", "esbuild-meta.json"),
        "whole",
        build_reading.metafile,
    ),
)

FOLDERS: Final[tuple[Path, ...]] = (
    ROOT,
    ("dist",),
    ("build",),
    ("target",),
    ("target", "debug"),
    ("build", "libs"),
    ("target", "release"),
    MODULES_TMP,
    ("dist", ".vite"),
    ("builddir",),
    ("out",),
)
"""Which folders are looked at, the first ones where not all can be."""


def rows_in(folder: Path) -> tuple[Row, ...]:
    """The rows that look into a folder."""
    home = ANY_OUT if folder[:1] == ANY_OUT else folder
    return tuple(row for row in ROWS if home in row.folders)


def names_in(folder: Path) -> Filter:
    """Which names matter in a folder, for the watcher; none where it is watched for its sub-folders only."""
    exact: set[str] = set()
    suffixes: list[str] = []
    for row in rows_in(folder):
        if not isinstance(row.names, Names):
            return None
        exact |= row.names.exact
        suffixes += row.names.suffixes
    return Names(frozenset(exact), tuple(suffixes))
