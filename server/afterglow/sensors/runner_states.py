"""The files in which test runners keep what failed last, what each of them proves, and how one is read.

Invariant: only a regular file below the root is opened, at most ``MAX_BYTES`` of it; no bytes raise, and
what is not certain to be whole tells nothing. Reading leaves no trace where the system allows that.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from typing import Final

from attrs import frozen

from afterglow.core.model import Json, Status
from afterglow.sensors.opening import open_below, read_at

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

MAX_BYTES: Final = 1 << 20
MAX_NAMES: Final = 5_000
MAX_NAME_CHARS: Final = 1_000
END_NS: Final = 8_000_000
"""pytest reads its cache again right before it writes; a reading that close to the writing is that one."""


@frozen
class State:
    """``names``: the tests that the file calls failing, as the runner names them. ``status``: what the
    runner itself says of its last run, None where it says nothing."""

    names: tuple[str, ...] = ()
    status: Status | None = None


@frozen
class Runner:
    """A runner and its file.

    ``places``: the ways to the file, from the workspace; a part may end in ``*``. ``needs``: a file of the
    workspace without which nobody looks. ``fails``: which names of a newly written file failed in that
    run: those that are ``new`` in it, or ``every`` one. ``mends``: a name that left the file belongs to a
    test that ran again and did not fail.
    """

    label: str
    places: tuple[tuple[str, ...], ...]
    read: Callable[[bytes], State | None]
    fails: str
    mends: bool = False
    needs: str | None = None


def pytest_state(data: bytes) -> State | None:
    """``lastfailed``: an object with the ids of tests and of modules that could not be collected."""
    found = _object(data)
    return None if found is None else _named(found)


def playwright_state(data: bytes) -> State | None:
    """``.last-run.json``: the status of the run. The ids in it are opaque, and tests that were not reached
    may be among them, so none is kept. An interrupted run is no failure of the tests."""
    found = _object(data)
    status = found.get("status") if found is not None else None
    if not isinstance(status, str):
        return None
    return State(status=PLAYWRIGHT.get(status, "unknown"))


PLAYWRIGHT: Final[Mapping[str, Status]] = {"passed": "ok", "failed": "fail", "interrupted": "cancelled"}
"""``timedout`` is missing: the run as a whole took too long, which says nothing of a test."""


def ctest_state(data: bytes) -> State | None:
    """``LastTestsFailed.log``: a line ``number:name`` for each failure; written by failing runs alone."""
    text = data.decode("utf-8", "replace")
    if text and not text.endswith("\n"):
        return None
    names = {}
    for line in text.splitlines():
        number, colon, name = line.partition(":")
        if not (number.isascii() and number.isdigit() and colon and name):
            return None
        names[name] = True
    return _named(names)


def phpunit_state(data: bytes) -> State | None:
    """The result cache: failures and errors among its defects, by PHPUnit 10's numbers.

    PHPUnit 9 gave 3 and 4 another meaning under the same version, so those prove nothing. A defect may stay
    in the file though its test passes again.
    """
    found = _object(data)
    defects = found.get("defects") if found is not None else None
    if not isinstance(defects, dict):
        return State() if defects == [] else None
    return _named({name: True for name, status in defects.items() if status in (7, 8)})


RUNNERS: Final[tuple[Runner, ...]] = (
    Runner(
        "pytest",
        ((".pytest_cache", "v", "cache", "lastfailed"),),
        pytest_state,
        fails="new",
        mends=True,
    ),
    Runner("playwright", (("test-results", ".last-run.json"),), playwright_state, fails="every"),
    Runner(
        "ctest",
        tuple(
            (*folder, "Testing", "Temporary", "LastTestsFailed.log")
            for folder in (("build",), (), ("cmake-build-*",))
        ),
        ctest_state,
        fails="every",
        needs="CMakeLists.txt",
    ),
    Runner(
        "phpunit",
        ((".phpunit.cache", "test-results"), (".phpunit.result.cache",)),
        phpunit_state,
        fails="new",
    ),
)
"""The runners in the order in which they get the few watches that there are."""


def _object(data: bytes) -> dict[str, Json] | None:
    try:
        found = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _named(found: Mapping[str, object]) -> State | None:
    """None for more names than are kept: half of them would look as if the others had passed."""
    if len(found) > MAX_NAMES or any(len(name) > MAX_NAME_CHARS for name in found):
        return None
    return State(tuple(found))


@frozen
class Read:
    """A file as it was read. ``inode``, ``mtime_ns``, ``size``: which state of it. ``folder``: which state
    of its folder, so that a file made anew is told from one written again. ``atime_ns``: when it was last
    read by others, None where that is not known. ``told``: what it says, None for nothing usable."""

    inode: int
    mtime_ns: int
    size: int
    folder: tuple[int, int]
    atime_ns: int | None
    digest: str
    told: State | None

    @property
    def at(self) -> int:
        """When it was written, in ms."""
        return self.mtime_ns // 1_000_000

    @property
    def which(self) -> tuple[int, int, int, tuple[int, int]]:
        return self.inode, self.mtime_ns, self.size, self.folder

    def overlaps(self, before: Read) -> bool:
        """Whether the run that wrote this began before the state ``before`` was written.

        Such a run never read what another one found meanwhile, and wrote over it. pytest reads its cache
        when it starts; where nobody has read the state before until the very end, no run started from it.
        A disk that keeps no times of reading (``noatime``) tells nothing, and no run is doubted for that.
        """
        if self.atime_ns is None or self.atime_ns <= before.mtime_ns:
            return False
        return self.mtime_ns - END_NS <= self.atime_ns <= self.mtime_ns

    def key(self, path: str) -> str:
        """What names this state of the file at ``path`` in every window."""
        text = os.fsencode(path) + f"\0{self.inode}\0{self.mtime_ns}\0{self.size}\0{self.digest}".encode()
        return "cache:" + hashlib.sha256(text).hexdigest()[:32]


def read_state(
    root: str, parts: tuple[str, ...], runner: Runner, known: tuple[Read | None, ...]
) -> Read | None:
    """The file at ``parts`` below ``root`` as it is now: one of ``known`` where that still holds, None
    where there is no file that can be opened."""
    handle = open_below(root, parts)
    if handle is None:
        return None
    try:
        found = os.fstat(handle)
        folder = os.stat(os.path.join(root, *parts[:-1]), follow_symlinks=False)  # noqa: PTH116, PTH118
        which = (found.st_ino, found.st_mtime_ns, found.st_size, (folder.st_ino, folder.st_mtime_ns))
        same = next((one for one in known if one is not None and one.which == which), None)
        if same is not None:
            return same
        quiet = _leaves_no_trace(handle)
        data = read_at(handle, 0, MAX_BYTES + 1)
        after = os.fstat(handle)
    except OSError:
        return None
    finally:
        os.close(handle)
    steady = (found.st_mtime_ns, found.st_size) == (after.st_mtime_ns, after.st_size)
    told = runner.read(data) if steady and len(data) <= MAX_BYTES else None
    return Read(*which, found.st_atime_ns if quiet else None, hashlib.sha256(data).hexdigest()[:32], told)


def _leaves_no_trace(handle: int) -> bool:
    """Make reading through this handle leave the file's time of reading alone; False where it cannot."""
    silent = getattr(os, "O_NOATIME", 0)
    if fcntl is None or not silent:
        return False
    try:
        fcntl.fcntl(handle, fcntl.F_SETFL, fcntl.fcntl(handle, fcntl.F_GETFL) | silent)
    except OSError:
        return False
    return True
