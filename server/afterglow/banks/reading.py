"""A bank file as rows: found, opened and read to a bound, each line parsed by itself.

Invariant: nothing here raises; only regular files are read, in one go and never more than ``MOST_BYTES``;
what is wrong with a line is one clean line of text that names the file and the line.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from attrs import frozen

from afterglow.core.clean import one_line

MOST_BYTES: Final = 1 << 20
MOST_ROWS: Final = 10_000
MOST_FILES: Final = 64
"""Of one folder."""
MOST_PROBLEMS: Final = 20
"""Of one file; a file that is no bank at all would else fill a screen."""

_SAID: Final = 200
_FLAGS: Final = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)


@frozen
class Problem:
    """What is wrong, and where. ``line``: from 1; None for the file as a whole.

    ``costs``: whether the line is lost by it; else it is used all the same.
    """

    file: str
    line: int | None
    text: str
    costs: bool = True

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return one_line(f"{where}: {self.text}", _SAID)


@frozen
class Row:
    """One line that is a JSON object. ``doubled``: keys that stand in it more than once."""

    file: str
    line: int
    values: Mapping[str, Any]
    doubled: tuple[str, ...] = ()


def bank_files(folder: Path, *, follow: bool) -> tuple[list[str], Problem | None]:
    """The names of the ``*.jsonl`` of a folder, sorted; none where it is missing.

    ``follow`` False: a folder that is itself a link counts as missing.
    """
    try:
        if not follow and folder.is_symlink():
            return [], None
        with os.scandir(folder) as found:
            names = sorted(entry.name for entry in found if entry.name.endswith(".jsonl"))
    except (FileNotFoundError, NotADirectoryError):
        return [], None
    except (OSError, ValueError) as error:
        return [], Problem(str(folder), None, _reason(error))
    if len(names) > MOST_FILES:
        return names[:MOST_FILES], Problem(
            str(folder), None, f"{len(names)} files: only the first {MOST_FILES} are read"
        )
    return names, None


def read_rows(path: Path, shown: str, *, follow: bool) -> tuple[list[Row], list[Problem]]:
    """The rows of one file, and what is wrong with it. ``shown``: what problems call it."""
    data, reason = _read(path, follow=follow)
    if data is None:
        return [], [Problem(shown, None, reason)]
    rows: list[Row] = []
    problems: list[Problem] = []
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        if number > MOST_ROWS:
            problems.append(Problem(shown, number, f"more than {MOST_ROWS} lines: the rest is left out"))
            break
        try:
            rows.append(_row(shown, number, line))
        except ValueError as error:
            problems.append(Problem(shown, number, str(error)))
    return rows, problems


def fewer(problems: list[Problem]) -> list[Problem]:
    """At most ``MOST_PROBLEMS`` of one file, and how many more there are."""
    if len(problems) <= MOST_PROBLEMS:
        return problems
    rest = len(problems) - MOST_PROBLEMS
    return [*problems[:MOST_PROBLEMS], Problem(problems[0].file, None, f"{rest} more lines are wrong")]


def _row(shown: str, number: int, line: bytes) -> Row:
    """Raises ValueError whose text says what is wrong."""
    doubled: list[str] = []

    def keep(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in pairs:
            if key in made:
                doubled.append(key)
            made[key] = value
        return made

    try:
        values = json.loads(line.decode(), object_pairs_hook=keep, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise ValueError("no JSON: nested too deeply") from None
    if not isinstance(values, dict):
        raise ValueError("not a JSON object")
    return Row(shown, number, values, tuple(doubled))


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number here")


def _read(path: Path, *, follow: bool) -> tuple[bytes | None, str]:
    """The bytes of a regular file, or None and why not."""
    flags = _FLAGS if follow else _FLAGS | getattr(os, "O_NOFOLLOW", 0)
    try:
        # A device or a FIFO can do things when it is opened, so it is not even opened.
        found = path.stat() if follow else path.lstat()
        if not stat.S_ISREG(found.st_mode):
            return None, "no regular file"
        handle = os.open(path, flags)
    except (OSError, ValueError) as error:
        return None, _reason(error)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None, "no regular file"
        data = b"".join(_pieces(handle))
    except OSError as error:
        return None, _reason(error)
    finally:
        with contextlib.suppress(OSError):
            os.close(handle)
    if len(data) > MOST_BYTES:
        return None, f"larger than {MOST_BYTES} bytes: it is left out"
    return data, ""


def _pieces(handle: int) -> Iterator[bytes]:
    left = MOST_BYTES + 1
    while left > 0:
        piece = os.read(handle, left)
        if not piece:
            return
        left -= len(piece)
        yield piece


def _reason(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) else None
    return f"cannot be read: {(said or type(error).__name__).lower()}"
