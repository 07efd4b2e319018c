"""``report --html``: the page as one file, or on standard output for whoever shows it.

Invariant: a file that is no page of ours is never replaced, a page is whole or not there at all, and only
the user can read it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import sys
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final

from afterglow.cli import No, Usage, output, places
from afterglow.loop import report_days
from afterglow.loop.config import load
from afterglow.page.document import GENERATOR, document

_HEAD_BYTES: Final = 4096


def page(target: str, days: int, now: int, zone: tzinfo, *, json: bool = False) -> int:
    """Make the page of so many days and write it to ``target``; ``-`` prints it. Raises Usage and No."""
    if target == "-" and json:
        raise Usage("report: --html -: it prints the page and nothing else; leave out --json")
    if target != "-":
        _check(target)
    loaded = load(places.home(), os.environ)
    with places.database() as opened:
        found = opened.read(
            lambda connection: report_days.figures(connection, loaded.settings, now, days, zone)
        )
    try:
        made = document(found, loaded.problems)
    except (OSError, ValueError) as error:
        raise No(
            "report: --html: a file of Afterglow itself is missing or damaged; install it anew"
        ) from error
    if target == "-":
        _print(made)
        return 0
    _write(target, made)
    if json:
        output.put({"file": str(Path(target).absolute()), "days": days})
    else:
        output.say(f"written to {output.plain(target, output.PROBLEM)}: open it in any browser")
    return 0


def _print(made: str) -> None:
    """ASCII, byte for byte: a changed line end would be another script than the policy names."""
    stream: Any = getattr(sys.stdout, "buffer", None)
    if stream is None:
        output.say(made)
        return
    output.finish()
    stream.write(made.encode("ascii") + b"\n")
    stream.flush()


def _check(target: str) -> None:
    """Raises Usage where something stands there that is no page of ours, or cannot be told."""
    try:
        found = os.lstat(target)
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise _cannot(target, error) from None
    if not stat.S_ISREG(found.st_mode):
        raise Usage(f"report: {target} is no ordinary file; name another one")
    try:
        handle = os.open(target, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            ours = GENERATOR.encode() in file.read(_HEAD_BYTES)
    except OSError as error:
        raise _cannot(target, error) from None
    if found.st_size and not ours:
        raise Usage(f"report: {target} exists already and is no report of Afterglow; name another file")


def _write(target: str, made: str) -> None:
    """Beside it first, then in its place (0600). Raises Usage."""
    new = f"{target}.{secrets.token_hex(4)}.new"
    try:
        handle = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(made.encode("ascii") + b"\n")
            Path(new).replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(new).unlink()
            raise
    except (OSError, ValueError) as error:
        raise _cannot(target, error) from None


def _cannot(target: str, error: Exception) -> Usage:
    reason = (getattr(error, "strerror", None) or "not a name of a file").lower()
    return Usage(f"report: {target} cannot be written ({reason}); name another place")
