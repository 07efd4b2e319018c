"""The bytes of git's index to its entries: versions 2, 3 and 4, for hashes of either length.

Invariant: pure, and total: any bytes give entries or None, never an exception. An index that needs more
than its own bytes to be understood (split, sparse, an extension that must be known) gives None.
"""

from __future__ import annotations

import struct
from hashlib import sha1, sha256
from typing import Final, NamedTuple

from attrs import frozen

MOST: Final = 20_000
"""More entries than this are not looked through."""
REGULAR: Final = 0o10
LINK: Final = 0o12
GITLINK: Final = 0o16
"""What an entry is: the upper bits of its mode."""

_HEADER: Final = struct.Struct(">4sII")
_STAT: Final = struct.Struct(">10I")
_SHORT: Final = struct.Struct(">H")
_SIZE: Final = struct.Struct(">I")
_FOLDER: Final = 0o04
_VERSIONS: Final = (2, 3, 4)
_LONG_NAME: Final = 0xFFF
_ASSUMED: Final = 0x8000
_EXTENDED: Final = 0x4000
_SKIPPED: Final = 0x4000
_TO_ADD: Final = 0x2000
_TREE_HEAD_BYTES: Final = 32


class Entry(NamedTuple):
    """One path (bytes, as git keeps it). Not attrs: there are thousands in every look.

    ``mtime``: (seconds, ns) of the file when git last knew it clean; ``size``: its bytes modulo 2^32 then,
    0 also where git did not trust it; ``kind``: ``REGULAR``, ``LINK`` or ``GITLINK``; ``stage``: 0, or
    1 to 3 in a conflict; ``passed_over``: git was told not to look at the file, or holds no content yet.
    """

    path: bytes
    mtime: tuple[int, int]
    size: int
    kind: int
    executable: bool
    oid: bytes
    stage: int
    passed_over: bool


@frozen
class Index:
    """``tree``: hash of the tree that these entries make, None where the index does not say."""

    entries: tuple[Entry, ...]
    tree: bytes | None = None


def parse_index(data: bytes, *, sha256_names: bool = False) -> Index | None:
    """The entries of an index; None for one that is damaged, too large or needs more than its bytes."""
    hashed = sha256 if sha256_names else sha1
    width = hashed().digest_size
    body, check = data[:-width], data[-width:]
    # Git may be told to leave the checksum out; it is all zeros then.
    if len(data) < _HEADER.size + width or (any(check) and hashed(body).digest() != check):
        return None
    try:
        return _parse(body, width)
    except (struct.error, ValueError, IndexError):
        return None


def _parse(body: bytes, width: int) -> Index | None:
    signature, version, count = _HEADER.unpack_from(body)
    if signature != b"DIRC" or version not in _VERSIONS or count > MOST:
        return None
    entries: list[Entry] = []
    at, path = _HEADER.size, b""
    for _ in range(count):
        start = at
        _, _, seconds, ns, _, _, mode, _, _, size = _STAT.unpack_from(body, at)
        at += _STAT.size
        oid = body[at : at + width]
        (flags,) = _SHORT.unpack_from(body, at + width)
        at += width + _SHORT.size
        more = 0
        if flags & _EXTENDED:
            if version == _VERSIONS[0]:
                return None
            (more,) = _SHORT.unpack_from(body, at)
            at += _SHORT.size
        kind = mode >> 12
        if kind == _FOLDER:
            return None
        if version == _VERSIONS[-1]:
            strip, at = _varint(body, at)
            if strip > len(path):
                return None
            end = body.index(b"\0", at)
            path = path[: len(path) - strip] + body[at:end]
            at = end + 1
        else:
            length = flags & _LONG_NAME
            end = body.index(b"\0", at) if length == _LONG_NAME else at + length
            path = body[at:end]
            at = start + (end - start + 8) // 8 * 8
        entries.append(
            Entry(
                path,
                (seconds, ns),
                size,
                kind,
                bool(mode & 0o100),
                oid,
                flags >> 12 & 3,
                bool(flags & _ASSUMED or more & (_SKIPPED | _TO_ADD)),
            )
        )
    return _with_extensions(tuple(entries), body, at, width)


def _with_extensions(entries: tuple[Entry, ...], body: bytes, at: int, width: int) -> Index | None:
    tree = None
    while at < len(body):
        name = body[at : at + 4]
        (size,) = _SIZE.unpack_from(body, at + 4)
        if name[:1].islower():
            # Lower case: whoever does not know this one misunderstands the rest.
            return None
        if name == b"TREE":
            tree = _root_tree(body[at + 8 : at + 8 + size], width)
        at += 8 + size
    return Index(entries, tree) if at == len(body) else None


def _root_tree(data: bytes, width: int) -> bytes | None:
    """The hash of the first (the root's) node of git's cached trees, where it is still valid."""
    name, _, rest = data.partition(b"\0")
    head, newline, after = rest[: _TREE_HEAD_BYTES + width].partition(b"\n")
    counts = head.split(b" ")
    if name or not newline or len(counts) != 2 or not counts[0].isdigit() or len(after) < width:
        return None
    return after[:width]


def _varint(body: bytes, at: int) -> tuple[int, int]:
    """Git's offset encoding, and where it ends. Raises IndexError."""
    byte = body[at]
    at += 1
    value = byte & 0x7F
    while byte & 0x80:
        byte = body[at]
        at += 1
        value = (value + 1 << 7) | (byte & 0x7F)
    return value, at
