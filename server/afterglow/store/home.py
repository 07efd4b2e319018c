"""Where Afterglow keeps things, and how those places are made.

Invariant: nothing lies outside the folders named here, and never inside a workspace; folders are made
0700 and files 0600.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import warnings
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from attrs import frozen

NETWORK_FILESYSTEMS: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "9p", "afs", "ceph", "lustre", "gpfs", "beegfs"}
    | {"orangefs", "davfs", "fuse", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "drvfs", "fakeowner"}
)
LOCAL_FUSE: Final = frozenset({"fuse.fuse-overlayfs", "fuse.gocryptfs", "fuse.encfs", "fuse.cryfs"})
"""Of the file systems in user space most lead to another machine, or do not share memory."""
_ESCAPE: Final = re.compile(r"\\([0-7]{3})")
_NO_HOME: Final = "no home folder is known (HOME is no absolute path): set HOME or AFTERGLOW_HOME to a folder"


@frozen
class Home:
    """The places of one user. ``problem`` is set where no usable place was found: memory only."""

    data: Path
    config: Path
    logs: Path
    run: Path
    problem: str | None = None

    @property
    def database(self) -> Path:
        return self.data / "afterglow.db"

    @property
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def log_file(self) -> Path:
        return self.logs / "afterglow.log"

    @property
    def bell(self) -> Path:
        return self.run / "bell"

    @property
    def custom(self) -> Path:
        return self.data / "custom"

    @property
    def banks(self) -> Path:
        return self.data / "banks"


def find_home(environ: Mapping[str, str]) -> Home:
    """The folders for this user: below ``AFTERGLOW_HOME`` where it is set, else the platform's own.

    A relative or missing home folder gives a ``problem`` (what to mend, one line), never an error.
    """
    own = environ.get("AFTERGLOW_HOME")
    if own:
        try:
            root = Path(own).expanduser().absolute()
        except (OSError, RuntimeError):
            # ``~`` of an unknown user, or a current folder that was deleted.
            root = Path(own)
            problem = "AFTERGLOW_HOME names no folder that can be found: set it to an absolute path"
            return Home(root, root, root / "logs", root / "run", problem)
        return Home(root, root, root / "logs", root / "run")
    import platformdirs  # noqa: PLC0415 - not needed where AFTERGLOW_HOME is set

    dirs = platformdirs.PlatformDirs("afterglow", appauthor=False)
    with warnings.catch_warnings():
        # It warns, on standard error, of runtime folders that are not used here either.
        warnings.simplefilter("ignore")
        data, config = Path(dirs.user_data_dir), Path(dirs.user_config_dir)
        logs, run = Path(dirs.user_log_dir), Path(dirs.user_runtime_dir)
    if not _is_ours(run.parent):
        run = data / "run"
    # An empty HOME makes ``/.local/share`` of the data folder, or another user's, as versions go.
    lost = os.name == "posix" and not Path(environ.get("HOME", "/")).is_absolute()
    if lost or not all(place.is_absolute() for place in (data, config, logs, run)):
        return Home(data, config, logs, run, _NO_HOME)
    return Home(data, config, logs, run)


def _is_ours(folder: Path) -> bool:
    """Whether we can write there and nobody else can: ``/tmp`` holds names that anybody may take first."""
    try:
        found = folder.stat()
    except OSError:
        return False
    if not stat.S_ISDIR(found.st_mode) or not os.access(folder, os.W_OK | os.X_OK):
        return False
    return os.name != "posix" or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)


def make_private(folder: Path) -> None:
    """Make ``folder`` where it is missing, and what it lies in, all 0700. Raises OSError if it cannot."""
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_private(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))


def make_file(path: Path) -> None:
    """Make an empty file (0600) where none is; take from one of ours what others may do with it.

    Raises OSError where that cannot be done.
    """
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0), 0o600)
    try:
        found = os.fstat(handle)
        if os.name == "posix" and found.st_mode & 0o077 and found.st_uid == os.geteuid():
            os.fchmod(handle, 0o600)
    finally:
        os.close(handle)


def on_network(path: Path, mounts: Path = Path("/proc/self/mounts")) -> bool:
    """Whether ``path`` lies on a network file system, by the longest mount point that contains it.

    Linux only (elsewhere False): WAL needs shared memory, which such file systems do not give.
    """
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").split("\n")
        real = os.path.realpath(path)
    except OSError:
        return False
    best, kind = "", ""
    for line in lines:
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = _ESCAPE.sub(lambda code: chr(int(code[1], 8)), parts[1])
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, parts[2]
    return kind in NETWORK_FILESYSTEMS or (kind.startswith("fuse.") and kind not in LOCAL_FUSE)


def ring(home: Home) -> None:
    """Wake every server: open the bell for append and close it. A server that misses it loses nothing."""
    try:
        make_private(home.run)
        os.close(os.open(home.bell, os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600))
    except OSError:
        pass
