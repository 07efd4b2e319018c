"""Commits inside git's pack files, found through their index: no program, no map of the whole file.

Invariant: every read has a limit and every chain of deltas a length; whatever does not fit (damaged, too
big, another version, a base that is not there) is None, never an exception.
"""

from __future__ import annotations

import os
import struct
import zlib
from typing import Final

from attrs import frozen

COMMIT: Final = 1
OFFSET_DELTA: Final = 6
REF_DELTA: Final = 7
MOST_BYTES: Final = 256 * 1024
"""A commit, or a delta of one, that is larger is not read."""
MAX_CHAIN: Final = 60
_MAGIC: Final = b"\xfftOc\x00\x00\x00\x02"
_FANOUT: Final = 8
_TABLE: Final = _FANOUT + 256 * 4
_HEAD: Final = 32
_BIG: Final = 1 << 31
_MOST_OBJECTS: Final = 50_000_000
_PIECE: Final = 4 * 1024


@frozen
class Pack:
    """One pack: handles of its index and its data (the opener closes them), and how many objects it holds.

    ``width``: bytes of a hash, 20 or 32.
    """

    index: int
    data: int
    width: int
    count: int


def open_pack(index: int, data: int, width: int) -> Pack | None:
    """The pack behind two open files; None where the index is none of version 2."""
    head = _at(index, 0, _TABLE)
    if len(head) < _TABLE or not head.startswith(_MAGIC):
        return None
    (count,) = struct.unpack(">I", head[-4:])
    return Pack(index, data, width, count) if count <= _MOST_OBJECTS else None


def commit_in(pack: Pack, sha: bytes) -> bytes | None:
    """The contents of a commit by its hash; None where it is not here or is something else."""
    offset = _find(pack, sha)
    return None if offset is None else _commit_at(pack, offset)


def _find(pack: Pack, sha: bytes) -> int | None:
    """Where the object begins in the pack's data."""
    first = sha[0]
    fanout = _at(pack.index, _FANOUT + max(0, first - 1) * 4, 8)
    if len(fanout) < 8:
        return None
    lower, upper = struct.unpack(">II", fanout)
    if first == 0:
        lower, upper = 0, lower
    if not lower <= upper <= pack.count:
        return None
    while lower < upper:
        middle = (lower + upper) // 2
        found = _at(pack.index, _TABLE + middle * pack.width, pack.width)
        if found == sha:
            return _offset_of(pack, middle)
        if len(found) < pack.width:
            return None
        if found < sha:
            lower = middle + 1
        else:
            upper = middle
    return None


def _offset_of(pack: Pack, position: int) -> int | None:
    small = _TABLE + pack.count * (pack.width + 4)
    word = _at(pack.index, small + position * 4, 4)
    if len(word) < 4:
        return None
    (offset,) = struct.unpack(">I", word)
    if offset < _BIG:
        return int(offset)
    wide = _at(pack.index, small + pack.count * 4 + (offset - _BIG) * 8, 8)
    return int(struct.unpack(">Q", wide)[0]) if len(wide) == 8 else None


def _commit_at(pack: Pack, offset: int) -> bytes | None:
    """Follows the chain of deltas from ``offset`` down to a whole commit, and builds it up again."""
    deltas: list[bytes] = []
    for _ in range(MAX_CHAIN):
        entry = _entry(pack, offset)
        if entry is None:
            return None
        kind, body, below = entry
        if kind == COMMIT:
            return _built(body, deltas)
        if below is None:
            return None
        deltas.append(body)
        offset = below
    return None


def _entry(pack: Pack, offset: int) -> tuple[int, bytes, int | None] | None:
    """What stands at ``offset``: its kind, its bytes, and where the base of a delta is."""
    head = _at(pack.data, offset, _HEAD + pack.width)
    if not head:
        return None
    kind, size, used = (head[0] >> 4) & 7, head[0] & 15, 1
    shift, more = 4, head[0] & 128
    while more:
        if used >= len(head) or shift > 40:
            return None
        size |= (head[used] & 127) << shift
        more = head[used] & 128
        shift, used = shift + 7, used + 1
    if kind not in (COMMIT, OFFSET_DELTA, REF_DELTA) or size > MOST_BYTES:
        return None
    below: int | None = None
    if kind == OFFSET_DELTA:
        back, used = _back(head, used)
        below = offset - back if 0 < back < offset else None
    elif kind == REF_DELTA:
        below = _find(pack, head[used : used + pack.width])
        used += pack.width
    if kind != COMMIT and below is None:
        return None
    body = _inflate(pack.data, offset + used, size)
    return None if body is None else (kind, body, below)


def _back(head: bytes, used: int) -> tuple[int, int]:
    """How far before a delta its base begins, and the bytes used to say so; 0 where it is not said."""
    value = 0
    for first in range(10):
        if used >= len(head):
            return 0, used
        byte = head[used]
        value = byte & 127 if first == 0 else ((value + 1) << 7) | (byte & 127)
        used += 1
        if not byte & 128:
            return value, used
    return 0, used


def _inflate(handle: int, offset: int, size: int) -> bytes | None:
    """Exactly ``size`` bytes of what is deflated at ``offset``."""
    reader = zlib.decompressobj()
    found = bytearray()
    # Deflated data grows by a few bytes at most, so that more input than this is no object of that size.
    left = size + size // 1000 + 1024
    try:
        while not reader.eof and left > 0:
            piece = _at(handle, offset, min(_PIECE, left))
            if not piece:
                return None
            offset, left = offset + len(piece), left - len(piece)
            found += reader.decompress(piece, size + 1 - len(found))
            if len(found) > size or reader.unconsumed_tail:
                return None
    except zlib.error:
        return None
    return bytes(found) if reader.eof and len(found) == size else None


def _built(base: bytes, deltas: list[bytes]) -> bytes | None:
    """The deltas applied to ``base``, the last one first."""
    built: bytes | None = base
    for delta in reversed(deltas):
        built = None if built is None else apply_delta(built, delta)
    return built


def apply_delta(base: bytes, delta: bytes) -> bytes | None:
    """What ``delta`` makes of ``base``; None where it does not fit it."""
    length, at = _length(delta, 0)
    wanted, at = _length(delta, at)
    if length != len(base) or not 0 <= wanted <= MOST_BYTES:
        return None
    made = bytearray()
    while at < len(delta):
        code, at = delta[at], at + 1
        if code & 128:
            start, size, at = _copied(delta, code, at)
            piece = base[start : start + size]
        else:
            size = code
            piece, at = delta[at : at + size], at + size
        # A code of 0 is reserved; a piece that is too short points outside.
        if not size or len(piece) != size or len(made) + size > wanted:
            return None
        made += piece
    return bytes(made) if len(made) == wanted else None


def _copied(delta: bytes, code: int, at: int) -> tuple[int, int, int]:
    """Where in the base a copy begins, how much it copies, and where the delta goes on."""
    start = size = 0
    for bit in range(7):
        if code & (1 << bit):
            byte = delta[at] if at < len(delta) else 0
            at += 1
            if bit < 4:
                start |= byte << (8 * bit)
            else:
                size |= byte << (8 * (bit - 4))
    return start, size or 0x10000, at


def _length(delta: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(delta) and shift <= 42:
        byte = delta[at]
        at += 1
        value |= (byte & 127) << shift
        if not byte & 128:
            return value, at
        shift += 7
    return -1, at


def _at(handle: int, offset: int, size: int) -> bytes:
    """At most ``size`` bytes from ``offset``; fewer at the end of the file or where reading fails."""
    try:
        if hasattr(os, "pread"):
            return os.pread(handle, size, offset)
        os.lseek(handle, offset, os.SEEK_SET)
        return os.read(handle, size)
    except (OSError, OverflowError, ValueError):
        return b""
