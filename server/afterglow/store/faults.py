"""What an error of the disk means, for the program and for a person.

Invariant: every sentence is one line, says how to mend it, and names no path, no SQL and no row.
"""

from __future__ import annotations

import os
import re
import sqlite3
from typing import Final, Literal

Verdict = Literal["damaged", "unusable", "busy", "fault"]
"""``damaged``: the file may be broken. ``unusable``: the place is. ``busy``: somebody holds it too long.
``fault``: the mistake is the program's own."""

_UNUSABLE: Final = {
    sqlite3.SQLITE_FULL: "the disk is full: free some space",
    sqlite3.SQLITE_READONLY: "the data folder cannot be written: check its permissions",
    sqlite3.SQLITE_CANTOPEN: "the data folder cannot be opened: check that it exists and is yours",
    sqlite3.SQLITE_IOERR: "the disk reports errors: check it, and the space that is left",
    sqlite3.SQLITE_PERM: "the data folder is not yours: check its permissions",
    sqlite3.SQLITE_NOLFS: "the disk cannot hold the file: free some space",
    sqlite3.SQLITE_AUTH: "the data folder is not yours: check its permissions",
}
_BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
_BROKEN: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT)
_SCHEMA_GONE: Final = re.compile(
    "no such (table|column)|table .* has no column|malformed database schema|unsupported file format"
)


class Unavailable(Exception):
    """The database on disk cannot be used now. The message is one line: what, and how to mend it."""


class Strange(OSError):
    """Something that is not a file lies where the database belongs."""


def code_of(error: Exception) -> int:
    """SQLite's primary result code, 0 where something else raised the error."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def judge(error: Exception) -> Verdict:
    """Which of the four an error is, before anybody had a second look at the file."""
    # Python raises this for an error whose message quotes damaged text of the schema.
    if isinstance(error, UnicodeDecodeError | Strange):
        return "damaged"
    if not isinstance(error, sqlite3.Error):
        return "fault"
    code = code_of(error)
    if code in _BROKEN or schema_gone(error):
        return "damaged"
    if code in _BUSY:
        return "busy"
    return "unusable" if code in _UNUSABLE else "fault"


def schema_gone(error: Exception) -> bool:
    """Damage that leaves the pages intact, or a mistake in a query: only a look at the file tells."""
    return isinstance(error, sqlite3.DatabaseError) and _SCHEMA_GONE.match(str(error)) is not None


def explain(error: Exception) -> str:
    """One line for a person: what is wrong with the place, and the mend. No path, no SQL."""
    if isinstance(error, Unavailable):
        return str(error)
    if isinstance(error, sqlite3.Error | UnicodeDecodeError):
        code = code_of(error)
        if code in _UNUSABLE:
            return _UNUSABLE[code]
        if code in _BUSY:
            return "another program holds the database: close it, or try again"
        return "the database is damaged and could not be set aside: move the data folder away"
    if isinstance(error, OSError):
        reason = os.strerror(error.errno).lower() if error.errno else "something else is in its place"
        return f"the data folder cannot be used ({reason}): check its permissions"
    return "the database cannot be used: check the data folder"
