"""New tags: names in ``refs/tags`` that were not there before and that no fetch brought.

Invariant: packing, moving and deleting a tag is no new tag. Names are remembered as hashes only.
"""

from __future__ import annotations

import json
import re
from typing import Final

from attrs import evolve, frozen

from afterglow.sensors.gitdir import PACKED_LIMIT, git_dirs, readable
from afterglow.sensors.gitlog import Mark
from afterglow.sensors.gitread import Below
from afterglow.sensors.reflog import short_hash

MOST: Final = 20_000
TOO_MANY: Final = "more than 20,000 tags: new tags are not looked for here"
_TAGS: Final = ("refs", "tags")
_FOLDERS: Final = 512
_AT_ONCE: Final = 20
"""Nobody makes more tags than this in one go: an import or a copy did."""
_DIGITS: Final = 10
_SETTLE_MS: Final = 700
"""A fetch writes its tags and then FETCH_HEAD: a tag this young may still turn out to be fetched."""
_FETCHING_MS: Final = 60_000
"""FETCH_HEAD is emptied when a fetch begins; one that stays empty longer belongs to a dead fetch."""
_FETCH_HEAD_LIMIT: Final = 4 * 1024 * 1024
_FETCHED: Final = re.compile(rb"^([0-9a-f]{40,64})\t[^\t\n]*\ttag '([^'\n]+)' of ", re.MULTILINE)
_VOLATILE_MS: Final = 2_000
_PACKED: Final = re.compile(rb"^([0-9a-f]{40,64}) refs/tags/(.+)$", re.MULTILINE)
_SHA: Final = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64})\s*")


@frozen
class Tag:
    """A new tag: its name, what the ref holds, and when it was made (ms), where that is known."""

    name: str
    sha: str
    made: int | None


@frozen
class _Found:
    sha: str
    made: int | None


@frozen
class _Fetch:
    brought: frozenset[tuple[str, str]] = frozenset()
    newest: int = 0
    running: bool = False


class Tags:
    """The tags of one shared git directory. ``problem``: why they are not followed, if they are not."""

    def __init__(self, common: Below, mark: Mark | None) -> None:
        self._common = common
        self.mark = mark
        self.problem: str | None = None
        self._known = _unpack(mark.extra) if mark is not None else frozenset[str]()
        self._folders: list[tuple[str, ...]] = [_TAGS]
        self._signature: tuple[int, ...] = ()
        self._packed: dict[str, str] = {}
        self._packed_seen: tuple[int, ...] | None = None

    def scan(self, now: int, *, live: bool, adopt: bool) -> tuple[list[Tag], int | None]:
        """New tags, and after how many ms to ask again; afterwards ``mark`` is set. ``now`` in ms.

        ``adopt``: whatever is there is taken as known, as at first sight.
        """
        first = self.mark is None
        before = self._look()
        if before == self._signature:
            return [], None
        names, cut = self._names()
        if cut or len(names) > MOST:
            self.problem = TOO_MANY
            self._signature = before
            return [], None
        self.problem = None
        digests = {_digest(name): name for name in names}
        fresh = [] if first or adopt else sorted(digests.keys() - self._known)
        fetch = self._fetch(now) if fresh else _Fetch()
        tags: list[Tag] = []
        waiting: set[str] = set()
        for digest in fresh:
            name = digests[digest]
            made = names[name].made
            young = made is not None and 0 <= now - made < _SETTLE_MS
            if young or fetch.running:
                waiting.add(digest)
            elif not self._fetched((names[name].sha, name), fetch, live):
                tags.append(Tag(readable(name), names[name].sha, made))
        if len(tags) > _AT_ONCE:
            tags = []
        known = frozenset(digests) - waiting
        if first or known != self._known:
            self._known = known
            mark = self.mark or Mark(self._common.path(*_TAGS))
            self.mark = evolve(mark, last_time=now // 1000, extra=_pack(known))
        # What was touched just now may be touched again without its time telling: look again then.
        newest = max(before[1::2], default=0) // 10**6
        self._signature = () if waiting or newest > now - _VOLATILE_MS else before
        return tags, _SETTLE_MS if waiting else None

    def newest_folder(self) -> tuple[str, ...] | None:
        """The folder inside ``refs/tags`` that was touched last, if there is one."""
        nested = [
            (stat.st_mtime_ns, parts) for parts in self._folders[1:] if (stat := self._common.folder(*parts))
        ]
        return max(nested)[1] if nested else None

    def _look(self) -> tuple[int, ...]:
        stats = [self._common.stat("packed-refs"), *(self._common.stat(*parts) for parts in self._folders)]
        return tuple(part for stat in stats for part in ((stat.st_ino, stat.st_mtime_ns) if stat else (0, 0)))

    def _names(self) -> tuple[dict[str, _Found], bool]:
        """Loose tags first: packing writes the packed file before it removes the loose ones."""
        folders, cut = self._common.walk(*_TAGS, folders=_FOLDERS, files=MOST + 1)
        self._folders = [parts for parts, _ in folders] or [_TAGS]
        loose = {
            name: self._loose(name)
            for parts, names in folders
            for name in ("/".join((*parts[2:], last)) for last in names if not last.endswith(".lock"))
        }
        cut = self._read_packed() or cut
        found = {name: _Found(sha, None) for name, sha in self._packed.items()}
        # A loose one that could not be read was packed or deleted meanwhile, or never was a tag.
        found.update((name, one) for name, one in loose.items() if one is not None)
        return found, cut

    def _loose(self, name: str) -> _Found | None:
        parts = (*_TAGS, *name.split("/"))
        if _digest(name) in self._known:
            return _Found("", None)
        stat = self._common.file(*parts)
        sha = _SHA.fullmatch(self._common.read(*parts, limit=256) or b"")
        return _Found(sha[1].decode(), stat.st_mtime_ns // 10**6) if stat and sha else None

    def _read_packed(self) -> bool:
        """Read the packed names if the file has changed; whether it is too large to be read."""
        stat = self._common.file("packed-refs")
        seen = (stat.st_ino, stat.st_size, stat.st_mtime_ns) if stat else ()
        if seen == self._packed_seen:
            return False
        if stat is not None and stat.st_size > PACKED_LIMIT:
            return True
        data = self._common.read("packed-refs", limit=PACKED_LIMIT) or b""
        self._packed = {
            found[2].decode("utf-8", "surrogateescape"): found[1].decode() for found in _PACKED.finditer(data)
        }
        self._packed_seen = seen
        return False

    def _fetch(self, now: int) -> _Fetch:
        """What the last fetch of every checkout brought: FETCH_HEAD lists each tag."""
        brought: set[tuple[str, str]] = set()
        newest = 0
        running = False
        for own in git_dirs(self._common):
            stat = own.file("FETCH_HEAD")
            if stat is None:
                continue
            made = stat.st_mtime_ns // 10**6
            newest = max(newest, made)
            running = running or (stat.st_size == 0 and 0 <= now - made < _FETCHING_MS)
            data = own.read("FETCH_HEAD", limit=_FETCH_HEAD_LIMIT) or b""
            brought.update(
                (sha.decode(), name.decode("utf-8", "surrogateescape"))
                for sha, name in _FETCHED.findall(data)
            )
        return _Fetch(frozenset(brought), newest, running)

    def _fetched(self, tag: tuple[str, str], fetch: _Fetch, live: bool) -> bool:
        """Whether a fetch brought a tag, or may have while nobody looked: of several fetches only
        the last one left its list."""
        looked = self.mark.last_time * 1000 if self.mark is not None else 0
        return tag in fetch.brought or (not live and fetch.newest >= looked)


def _digest(name: str) -> str:
    return short_hash(name.encode("utf-8", "surrogateescape"), size=_DIGITS // 2)


def _pack(known: frozenset[str]) -> str:
    return json.dumps({"tags": "".join(sorted(known))})


def _unpack(extra: str) -> frozenset[str]:
    try:
        joined = json.loads(extra).get("tags", "")
    except (ValueError, AttributeError):
        return frozenset()
    if not isinstance(joined, str):
        return frozenset()
    return frozenset(joined[at : at + _DIGITS] for at in range(0, len(joined), _DIGITS))
