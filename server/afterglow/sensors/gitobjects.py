"""Commits read from a repository's object database: who wrote what after what, without starting git.

Invariant: an author leaves this module as a salted hash only, no message and no name at all; everything
is bounded, and what cannot be read is None. Objects borrowed from another repository are not read.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import zlib
from typing import Final

from attrs import frozen

from afterglow.sensors.gitpack import MOST_BYTES, Pack, commit_in, open_pack
from afterglow.sensors.gitread import Below

MAX_PACKS: Final = 32
_SHA: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_HEADER: Final = 64 * 1024
_PEOPLE: Final = re.compile(rb"[^<>\n]*<([^<>\n]*)> (-?\d{1,12}) ")
_SALT: Final = os.urandom(16)
"""Of this process: the hash of an author means nothing elsewhere, or later."""


@frozen
class Commit:
    """``parents``: hashes, hex. ``author``: see ``person``. ``time``: of the commit, seconds."""

    parents: tuple[str, ...]
    author: bytes
    time: int


def person(email: bytes) -> bytes:
    """What stands for a person while this process lives."""
    return hashlib.blake2b(email.strip().lower(), digest_size=8, key=_SALT).digest()


class Objects:
    """The commits of one repository, as a context: packs stay open while it is entered."""

    def __init__(self, common: Below) -> None:
        self._common = common
        self._open = contextlib.ExitStack()
        self._packs: dict[int, list[Pack]] = {}

    def __enter__(self) -> Objects:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
        self._packs.clear()

    def commit(self, sha: str) -> Commit | None:
        """A commit by its hash in hex; None where it is not there, or is none."""
        if _SHA.fullmatch(sha) is None:
            return None
        data = self._loose(sha)
        if data is None:
            raw = bytes.fromhex(sha)
            data = next((found for pack in self._of(len(raw)) if (found := commit_in(pack, raw))), None)
        return None if data is None else parsed(data)

    def _loose(self, sha: str) -> bytes | None:
        packed = self._common.read("objects", sha[:2], sha[2:], limit=MOST_BYTES)
        if packed is None:
            return None
        try:
            found = zlib.decompressobj().decompress(packed, _HEADER)
        except zlib.error:
            return None
        kind, _, body = found.partition(b"\0")
        return body if kind.startswith(b"commit ") else None

    def _of(self, width: int) -> list[Pack]:
        if width not in self._packs:
            self._packs[width] = [pack for name in self._names() if (pack := self._pack(name, width))]
        return self._packs[width]

    def _names(self) -> list[str]:
        names = [name for name, folder in self._common.listing("objects", "pack", limit=4_096) if not folder]
        return [name[:-4] for name in sorted(names) if name.endswith(".idx")][:MAX_PACKS]

    def _pack(self, name: str, width: int) -> Pack | None:
        index = self._open.enter_context(self._common.opened("objects", "pack", f"{name}.idx"))
        data = self._open.enter_context(self._common.opened("objects", "pack", f"{name}.pack"))
        return None if index is None or data is None else open_pack(index, data, width)


def parsed(data: bytes) -> Commit | None:
    """What is kept of a commit's contents."""
    head = data.partition(b"\n\n")[0]
    if not head.startswith(b"tree "):
        return None
    parents: list[str] = []
    author: bytes | None = None
    time: int | None = None
    for line in head.split(b"\n")[1:]:
        word, _, rest = line.partition(b" ")
        if word == b"parent":
            parents.append(rest.decode("ascii", "replace"))
        elif word in (b"author", b"committer"):
            found = _PEOPLE.match(rest)
            if found is None:
                return None
            if word == b"author":
                author = person(found[1])
            else:
                time = int(found[2])
    if author is None or time is None or not all(_SHA.fullmatch(parent) for parent in parents):
        return None
    return Commit(tuple(parents), author, time)
