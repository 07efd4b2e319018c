"""What a window lends to one turn: its state, its settings and what its sensors know, frozen.

Invariant: nothing heavy is imported here; a window is made of it before any turn is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import TYPE_CHECKING

from attrs import frozen

from afterglow.core.settings import Settings
from afterglow.core.window import WindowState
from afterglow.loop.clock import Clock

if TYPE_CHECKING:
    from afterglow.core.stock import Stock


@frozen
class GitKnowledge:
    """What the git sensor of a workspace knows beyond the records: see ``GitSensor.known``."""

    unresolved: tuple[str, ...] = ()
    known_since: int | None = None
    commits_before: tuple[int, ...] = ()


def nowhere(_workspace: str) -> None:
    """Where no file of the workspace may be read, its branch is not known, nor is what is uncommitted."""


def unseen(_workspace: str, _path: str) -> None:
    """Where no file of the workspace may be looked at, nothing is known of any."""


@frozen
class Looks:
    """What may be asked of a workspace's files, on the store's thread; None is "not known" or "may not".

    ``uncommitted``: how many files of a workspace are not committed, at least. Of a workspace and a path:
    ``remarks``: how much the file marks as still to be done; ``present``: whether it is there;
    ``package``: the folder of its package, below the workspace.
    """

    uncommitted: Callable[[str], int | None] = nowhere
    remarks: Callable[[str, str], int | None] = unseen
    present: Callable[[str, str], bool | None] = unseen
    package: Callable[[str, str], str | None] = unseen


@frozen
class Setting:
    """Everything of the window that one turn looks at, frozen when its waits were over.

    ``stock``: the banks, read when first asked for. ``head``: reads the branch of a workspace. Both are
    called on the store's thread.
    """

    window: str
    state: WindowState
    settings: Settings
    zone: tzinfo
    git: Mapping[str, GitKnowledge]
    clock: Clock
    stock: Callable[[], Stock] | None = None
    head: Callable[[str], str | None] = nowhere
