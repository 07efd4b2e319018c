"""What has to be watched for what owners want: the plan, and the few questions it asks the disk.

Invariant: nothing is opened and nothing is kept; the same owners and the same folders give one plan.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

from attrs import frozen


@frozen
class Names:
    """Which file names matter: these, and any that end so (``.xml``)."""

    exact: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = ()

    def match(self, name: str) -> bool:
        return name in self.exact or name.endswith(self.suffixes)


Filter = frozenset[str] | Names | None
"""Exact names, or names and suffixes, or any name at all."""
Folders = Mapping[str, Filter]


@frozen
class Plan:
    """What should be watched: real folder -> (owner, filter) of each who cares (none: a parent only).

    ``structure``: real folder -> names in it whose coming or going changes the plan, and whom it wakes.
    """

    cares: Mapping[str, tuple[tuple[str, Filter], ...]]
    structure: Mapping[str, Mapping[str, frozenset[str]]]


NOTHING: Final = Plan({}, {})


def planned(owners: Mapping[str, Folders]) -> Plan:
    """The plan for what each owner wants; a folder that is missing is sought in its nearest parent."""
    cares: dict[str, list[tuple[str, Filter]]] = {}
    structure: dict[str, dict[str, frozenset[str]]] = {}
    for owner, folders in owners.items():
        for folder, names in folders.items():
            real, missing = nearest(folder)
            if not missing:
                cares.setdefault(real, []).append((owner, names))
                real, missing = os.path.split(real)
            else:
                cares.setdefault(real, [])
            below = structure.setdefault(real, {})
            below[missing] = below.get(missing, frozenset()) | {owner}
    return Plan({path: tuple(who) for path, who in cares.items()}, structure)


def nearest(folder: str) -> tuple[str, str]:
    """The real path of a folder and "", or of its nearest existing parent and the name missing there."""
    path = os.path.abspath(folder)  # noqa: PTH100
    missing = ""
    while not os.path.isdir(path):  # noqa: PTH112
        path, name = os.path.split(path)
        if not name:
            break
        missing = name
    return os.path.realpath(path), missing


def identity(path: str) -> tuple[int, int] | None:
    """Device and inode of what is at a path, None if nothing can be seen there."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino
