"""What a git sensor remembers of one checkout between scans and over restarts, as small JSON.

Invariant: any text, a foreign one included, gives a memory; what is not understood is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

from afterglow.sensors.gitstate import ENDED_BY, Open
from afterglow.sensors.reflog import Episode

DAY_MS: Final = 24 * 60 * 60 * 1000
_COMMITS: Final = 2_000


@frozen
class Memory:
    """``base``: when this checkout was seen first. ``since``: from when on its commits are known
    without a gap, None where they are not. ``commits``: times of those between ``since`` and
    ``base``; they are no recorded events. All in ms. ``episode``: a rebase whose end is still to be
    read. ``reverting``: the revert that was unfinished at the last look, by identity.
    ``conflicts``: those that were reported as begun, by identity."""

    base: int
    since: int | None = None
    commits: tuple[int, ...] = ()
    episode: Episode | None = None
    reverting: str = ""
    conflicts: Mapping[str, Open] = field(factory=dict)


def dump(memory: Memory, now: int) -> str:
    """The memory as text. Commit times are of use for a day or two only and dropped then."""
    fresh = now - memory.base < 2 * DAY_MS
    episode = memory.episode
    return json.dumps(
        {
            "base": memory.base,
            "since": memory.since,
            "commits": memory.commits[-_COMMITS:] if fresh else (),
            "episode": [episode.verb, episode.old, episode.picked] if episode else None,
            "reverting": memory.reverting,
            "conflicts": {name: [one.operation, one.resolved] for name, one in memory.conflicts.items()},
        },
        separators=(",", ":"),
    )


def load(text: str, base: int) -> Memory:
    """What ``dump`` wrote; ``base`` is for what cannot be read."""
    try:
        found = json.loads(text)
    except ValueError:
        return Memory(base)
    if not isinstance(found, dict):
        return Memory(base)
    times = found.get("commits")
    return Memory(
        base=_whole(found.get("base"), base),
        since=_whole(found.get("since"), None),
        commits=tuple(time for time in times if _is_whole(time)) if isinstance(times, list) else (),
        episode=_episode(found.get("episode")),
        reverting=str(found.get("reverting") or ""),
        conflicts=_conflicts(found.get("conflicts")),
    )


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _whole(value: Any, otherwise: Any) -> Any:
    return value if _is_whole(value) else otherwise


def _episode(value: Any) -> Episode | None:
    match value:
        case [str(verb), str(old), int(picked)]:
            return Episode(verb, old, picked)
        case _:
            return None


def _conflicts(value: Any) -> dict[str, Open]:
    found: dict[str, Open] = {}
    for name, one in value.items() if isinstance(value, dict) else ():
        match one:
            case [str(operation), bool(resolved)] if operation in ENDED_BY:
                found[str(name)] = Open(operation, resolved)
            case _:
                pass
    return found
