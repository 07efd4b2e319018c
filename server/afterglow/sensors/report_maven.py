"""Whether a Maven test run is over and all there: Surefire and Failsafe write one file per class as they go.

Invariant: files that all passed prove nothing by themselves, because the next class may still be running.
A run is whole only when it wrote every class that was known, no class compiled since has yet to come, and
the folder that the plugins keep while they fork is gone; or when Failsafe's summary counts what we count.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterator
from typing import Final, Literal

from afterglow.sensors.opening import WALKS, open_below, read_inside
from afterglow.sensors.projects import Parts

State = Literal["running", "whole", "part"]

MAX_CLASSES: Final = 20_000
MAX_FOLDERS: Final = 2_000
SUMMARY: Final = "failsafe-summary.xml"
_SUMMARY_BYTES: Final = 64 * 1024
_TEST_CLASS: Final = re.compile(
    r"(?!Abstract|Base)(?:(?:Test|IT).*|.*(?:Tests?|TestCase|Specs?|Suite|IT|ITCase|Feature|Should))\.class"
)
"""What the plugins run by default, and what people ask them to run; nested classes have no file."""


def state_of(
    root: str, folder: Parts, ran: Collection[str], known: Collection[str], cases: int, since: int
) -> State:
    """What is known of a run whose files lie in ``folder`` (parts below ``root``).

    ``ran``: names of the files it wrote. ``known``: of the files that it should have written too.
    ``cases``: how many tests they hold. ``since``: when (ms) the run before wrote its last file, else 0.
    """
    target = folder[:-1]
    if _is_folder(root, (*target, "surefire")):
        return "running"
    if folder[-1] == "failsafe-reports":
        return "whole" if _summed(root, folder) == cases else "part"
    missing = [name for name in known if name not in ran]
    if any(_stands(root, target, name) for name in missing):
        return "part"
    for name, modified in _test_classes(root, (*target, "test-classes")):
        if name is None or (modified > since and f"TEST-{name}.xml" not in ran):
            return "part"
    return "whole"


def is_running(root: str, folder: Parts) -> bool:
    """Whether the plugins' own folder, gone at the end of a run, is there."""
    return _is_folder(root, (*folder[:-1], "surefire"))


def _summed(root: str, folder: Parts) -> int | None:
    data = read_inside(root, (*folder, SUMMARY), _SUMMARY_BYTES)
    if data is None or b"<!DOCTYPE" in data:
        return None
    found = re.search(rb"<completed>(\d{1,9})</completed>", data)
    return None if found is None else int(found[1])


def _stands(root: str, target: Parts, name: str) -> bool:
    """Whether the class of a report may still be run; not when its compiled file is gone."""
    way = name.removeprefix("TEST-").removesuffix(".xml").split(".")
    if not _is_folder(root, (*target, "test-classes")):
        return True
    path = os.path.join(root, *target, "test-classes", *way[:-1], f"{way[-1]}.class")  # noqa: PTH118
    return os.path.lexists(path)


def _test_classes(root: str, folder: Parts) -> Iterator[tuple[str | None, int]]:
    """(name, time in ms) of each compiled test class; a name of None where there are too many, or where
    they cannot be listed at all."""
    if not WALKS:
        yield None, 0
        return
    left: list[Parts] = [()]
    seen = 0
    for count, below in enumerate(_growing(left)):
        handle = open_below(root, (*folder, *below), folder=True)
        if handle is None or count >= MAX_FOLDERS:
            yield None, 0
            return
        try:
            with os.scandir(handle) as entries:
                for entry in entries:
                    seen += 1
                    if seen > MAX_CLASSES:
                        yield None, 0
                        return
                    if entry.is_dir(follow_symlinks=False):
                        left.append((*below, entry.name))
                    elif "$" not in entry.name and _TEST_CLASS.fullmatch(entry.name):
                        modified = entry.stat(follow_symlinks=False).st_mtime_ns // 1_000_000
                        yield ".".join((*below, entry.name.removesuffix(".class"))), modified
        except OSError:
            yield None, 0
            return
        finally:
            os.close(handle)


def _growing(folders: list[Parts]) -> Iterator[Parts]:
    while folders:
        yield folders.pop()


def _is_folder(root: str, parts: Parts) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(os.path.join(root, *parts)).st_mode)  # noqa: PTH118
    except (OSError, ValueError):
        return False
