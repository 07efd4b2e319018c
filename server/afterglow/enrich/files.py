"""The files that the worker leaves in ``custom/``: rows are added at the end, and a full file is turned over.

Invariant: what ``append`` wrote is on the disk when it returns; a row that a crash tore is cut before the
next one is written; a file never holds more than ``MOST_LINES`` rows, and one older file of each is kept.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from afterglow.banks.learned import FILE, OLDER
from afterglow.core.local_time import parse_iso
from afterglow.store.home import make_file, make_private
from afterglow.store.rows import dump

LINES: Final = FILE
GRADES: Final = "llm-enrichment.jsonl"
PREDICTIONS: Final = "llm-predictions.jsonl"
REVIEWS: Final = "reviews.jsonl"
MOST_LINES: Final = 10_000


def older(name: str) -> str:
    """What a file is called once it is turned over."""
    return OLDER if name == FILE else name.replace(".jsonl", ".1.jsonl")


def append(folder: Path, name: str, rows: Sequence[Mapping[str, Any]], most: int = MOST_LINES) -> bool:
    """Add rows to a file of ``folder``, in one write; True where the full file was turned over first.

    Raises OSError where that cannot be done; then the file is as it was.
    """
    if not rows:
        return False
    make_private(folder)
    path = folder / name
    make_file(path)
    turned = _mend(path) + len(rows) > most
    if turned:
        path.replace(folder / older(name))
        make_file(path)
    data = "".join(dump(dict(row)) + "\n" for row in rows).encode("utf-8")
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | getattr(os, "O_BINARY", 0))
    try:
        size = os.fstat(handle).st_size
        try:
            _write(handle, data)
            os.fsync(handle)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(handle, size)
            raise
    finally:
        os.close(handle)
    _sync_folder(folder)
    return turned


def forget_before(folder: Path, before: int) -> int:
    """Take rows of before a time (ms) out of all files, and what cannot be read as a row; how many rows.

    Raises OSError where a file cannot be written anew; then it is as it was.
    """
    gone = 0
    for name in (LINES, GRADES, PREDICTIONS, REVIEWS):
        for path in (folder / name, folder / older(name)):
            try:
                lines = path.read_bytes().splitlines(keepends=True)
            except FileNotFoundError:
                continue
            kept = [line for line in lines if _at(line) >= before]
            gone += len(lines) - len(kept)
            if len(kept) == len(lines):
                continue
            if not kept:
                path.unlink()
                continue
            draft = path.with_name(f"{path.name}.new")
            make_file(draft)
            draft.write_bytes(b"".join(kept))
            draft.replace(path)
    return gone


def _at(line: bytes) -> int:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return 0
    at = row.get("at") if isinstance(row, dict) else None
    return (parse_iso(at) or 0) if isinstance(at, str) else 0


def _mend(path: Path) -> int:
    """Cut a torn row off the end of a file, or end a whole one that lacks its newline; how many lines it has.

    A user's editor may have left the newline away: what can be read stays.
    """
    with path.open("r+b") as file:
        data = file.read()
        if not data or data.endswith(b"\n"):
            return data.count(b"\n")
        last = data.rpartition(b"\n")[2]
        try:
            json.loads(last)
        except (ValueError, RecursionError):
            file.truncate(len(data) - len(last))
            return data.count(b"\n")
        file.write(b"\n")
        return data.count(b"\n") + 1


def _write(handle: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]


def _sync_folder(folder: Path) -> None:
    """A file that is new must be found after a power cut, too; where folders cannot be synced it is so."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
