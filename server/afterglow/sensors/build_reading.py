"""What the files of build tools say, from their bytes alone.

Invariant: pure, and nothing raises for what it is given; what is not proven gives None. The proofs are
those of the table in ``build_table``.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

from afterglow.core.model import Status

_ERROR: Final = 1
"""TypeScript's category of a diagnosis that fails a build; the others only advise."""
_HONEST_TSC: Final = (5, 6)
"""Before this version a build info looks clean after errors of syntax or of settings."""
_VERSION: Final = re.compile(r"(\d{1,4})\.(\d{1,4})")
_EDGE: Final = re.compile(rb"(\d{1,12})\t(\d{1,12})\t\d{1,20}\t[^\t\n]+\t[0-9a-f]{1,16}")
_LONGEST_MS: Final = 7 * 24 * 60 * 60 * 1000
_STALE_MS: Final = 60 * 60 * 1000
_ZIP_END: Final = b"PK\x05\x06"
_ZIP_END_SIZE: Final = 22
_ZIP_FIRST: Final = b"PK\x01\x02"


@frozen
class Left:
    """A file as a build left it. ``data``: what was read of it, its end where that is not all.
    ``size`` in bytes; ``mtime`` in ms. ``known``: its size when it was looked at last and 0 for a new
    file, None where another file has taken its place."""

    name: str
    data: bytes
    size: int
    mtime: int
    known: int | None = 0


@frozen
class Verdict:
    """What is proven. ``part``: what alone an ``ok`` is about, in words. ``made``: an artefact, which
    has no other outcome. ``at``, ``started_at`` and ``duration_ms`` only where the file tells them."""

    status: Status
    label: str
    job: str = "build"
    part: str | None = None
    made: bool = False
    at: int | None = None
    started_at: int | None = None
    duration_ms: float | None = None
    data: Mapping[str, int] = field(factory=dict)


def tsc(left: Left) -> Verdict | None:
    """TypeScript's build info: whether the files of one ``tsconfig`` have errors."""
    info = _object(left.data)
    version = _VERSION.match(str(info.get("version"))) if info else None
    if version is None or (int(version[1]), int(version[2])) < _HONEST_TSC or "root" not in info:
        return None
    pending = bool(info.get("affectedFilesPendingEmit"))
    options = info.get("options")
    held_back = isinstance(options, dict) and options.get("noEmitOnError") is True
    job = "typecheck" if pending and not held_back else "build"
    found = _diagnoses(info.get("semanticDiagnosticsPerFile")) + _diagnoses(
        info.get("emitDiagnosticsPerFile")
    )
    if info.get("errors") is True or _ERROR in found:
        return Verdict("fail", "tsc", job)
    # A file that is listed without diagnoses was not checked.
    unchecked = any(
        info.get(name)
        for name in ("semanticDiagnosticsPerFile", "emitDiagnosticsPerFile", "changeFileSet", "checkPending")
    )
    if unchecked or (pending and held_back):
        return None
    return Verdict("ok", "tsc", job, part="TypeScript")


def _diagnoses(per_file: Any) -> list[int]:
    """The categories of all diagnoses of ``[[file, [diagnosis, ...]] | file, ...]``."""
    if not isinstance(per_file, list):
        return []
    lists = [
        entry[1]
        for entry in per_file
        if isinstance(entry, list) and len(entry) > 1 and isinstance(entry[1], list)
    ]
    return [
        one["category"] for found in lists for one in found if isinstance(one, dict) and "category" in one
    ]


def webpack(left: Left) -> Verdict | None:
    """webpack's statistics: whether one compilation had errors, when it ended, how long it took."""
    stats = _object(left.data)
    ended, took, errors = _number(stats.get("builtAt")), _number(stats.get("time")), stats.get("errors")
    if ended is None or took is None or not isinstance(errors, list) or "hash" not in stats:
        return None
    if not 0 <= took <= _LONGEST_MS or abs(left.mtime - ended) > _STALE_MS:
        return None
    children = stats.get("children")
    for child in children if isinstance(children, list) else ():
        below = child.get("errors") if isinstance(child, dict) else None
        errors = errors + (below if isinstance(below, list) else [])
    at = min(ended, left.mtime)
    if errors:
        return Verdict("fail", "webpack", at=at, started_at=at - took, duration_ms=took)
    return Verdict("ok", "webpack", part="webpack", at=at, started_at=at - took, duration_ms=took)


def ninja(left: Left) -> Verdict | None:
    """ninja's log: that edges ended, and when their run began. Only what was added is news: ninja writes
    the whole log anew now and then, in no order. Its last edge may not be the build's, so that there is
    no duration."""
    if left.known is None or left.known >= left.size:
        return None
    added = left.data[-(left.size - left.known) :]
    edges = 0
    last = latest = -1
    for line in reversed(added.split(b"\n")[:-1]):
        found = _EDGE.fullmatch(line)
        ended = int(found[2]) if found is not None else -1
        if found is None or (edges and ended > latest):
            break
        latest = ended
        last = max(last, ended)
        edges += 1
    if not edges or last > _LONGEST_MS:
        return None
    return Verdict("unknown", "ninja", started_at=left.mtime - last, data={"edges": edges})


def wheel(left: Left) -> Verdict | None:
    """A wheel that is whole."""
    return Verdict("ok", "wheel", part="wheel", made=True) if zip_is_whole(left) else None


def jar(left: Left) -> Verdict | None:
    """A jar or war that is whole."""
    kind = "war" if left.name.endswith(".war") else "jar"
    return Verdict("ok", kind, part=kind, made=True) if zip_is_whole(left) else None


def zip_is_whole(left: Left) -> bool:
    """Whether a zip file ends with the directory that is written last, and this fills it to its end."""
    place = left.data.rfind(_ZIP_END)
    if place < 0 or len(left.data) - place < _ZIP_END_SIZE:
        return False
    _, disk, start_disk, here, entries, length, offset, comment = struct.unpack_from(
        "<4s4H2LH", left.data, place
    )
    begins = left.size - len(left.data) + place
    whole = begins + _ZIP_END_SIZE + comment == left.size and offset + length == begins
    first = place - length
    signed = first < 0 or left.data[first : first + 4] == _ZIP_FIRST
    return bool(whole and signed and entries and here == entries and disk == start_disk == 0)


def linked(left: Left) -> Verdict | None:
    """A program or library that cargo linked into place, which it does once it is whole."""
    if not left.size:
        return None
    kind = "library" if left.name.endswith((".rlib", ".a")) else "binary"
    return Verdict("ok", kind, part=kind, made=True)


def vite_manifest(left: Left) -> Verdict | None:
    """vite's manifest: which file each entry became."""
    rows = _object(left.data).values()
    if not rows or not all(isinstance(row, dict) and isinstance(row.get("file"), str) for row in rows):
        return None
    return Verdict("ok", "bundle", part="bundle", made=True)


def metafile(left: Left) -> Verdict | None:
    """esbuild's metafile: what went into each output."""
    found = _object(left.data)
    outputs = found.get("outputs")
    if set(found) != {"inputs", "outputs"} or not isinstance(outputs, dict) or not outputs:
        return None
    whole = all(isinstance(output, dict) and "bytes" in output for output in outputs.values())
    return Verdict("ok", "bundle", part="bundle", made=True) if whole else None


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
