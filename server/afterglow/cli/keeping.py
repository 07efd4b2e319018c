"""``afterglow export`` and ``afterglow forget``: what is stored belongs to the user."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from afterglow.cli import No, Usage, output, places
from afterglow.store import archive, choices, sessions
from afterglow.store.database import Database
from afterglow.store.home import Home, ring


def export(options: argparse.Namespace) -> int:
    """Write every stored row as a JSON line; the file is readable by its owner only."""
    with places.database() as opened:
        if options.file == "-":
            for row in archive.rows(opened.connection):
                output.put(row)
            return 0
        with (
            _new_file(options.file) as handle,
            os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file,
        ):
            count = 0
            for row in archive.rows(opened.connection):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
    if options.json:
        output.put({"file": options.file, "rows": count})
    else:
        output.say(f"{count} {'row' if count == 1 else 'rows'} written to {options.file}")
    return 0


@contextlib.contextmanager
def _new_file(name: str) -> Iterator[int]:
    """A file (0600) that was not there before, and is gone again if it cannot be filled. Raises Usage."""
    try:
        handle = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise Usage(f"export: {name} exists already; name a new file") from None
    except (OSError, ValueError) as error:
        raise Usage(f"export: {name} cannot be written ({_reason(error)}); name another place") from None
    try:
        yield handle
    except BaseException as error:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        if isinstance(error, OSError):
            raise Usage(f"export: {name} cannot be written ({_reason(error)}); name another place") from None
        raise


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or "not a name of a file").lower()


def forget(options: argparse.Namespace) -> int:
    """Erase rows, and rewrite the files so that nothing of them is left."""
    if sum((options.all, options.personal, options.before is not None)) != 1:
        raise Usage(
            "forget: say what, with one of --all, --personal and --before TIME (see: afterglow forget --help)"
        )
    if options.personal:
        # Nothing personal is stored in this version: no setting or command writes any.
        return _told(options, 0, "nothing personal is stored")
    if options.before is not None:
        before = places.when(options.before, "forget: --before")
        with places.database() as opened:
            gone = opened.write(lambda connection: archive.forget_before(connection, before))
            archive.scrub(opened.connection)
        _forget_lines(places.home(), before)
        ring(places.home())
        return _told(options, gone, _erased(gone))
    return _forget_all(options)


def _forget_lines(home: Home, before: int) -> None:
    """The model's lines and grades of before that time; their rows are gone from the database already."""
    from afterglow.enrich.files import forget_before  # noqa: PLC0415 - the room of what wrote them

    try:
        forget_before(home.custom, before)
    except OSError as error:
        raise No(f"forget: a file in {home.custom} cannot be written ({_reason(error)})") from None


def _forget_all(options: argparse.Namespace) -> int:
    home = places.home()
    with places.database() as opened:
        chosen = opened.read(choices.read_mode)
        gone = opened.write(archive.forget_all)
        # Before anything that may fail.
        _erase(*home.logs.glob("afterglow.log*"), *home.data.glob("afterglow.db.corrupt-*"))
        _erase(*home.custom.glob("*.jsonl"), home.data / "salt")
        archive.scrub(opened.connection)
        alone = _alone(opened)
        if not alone:
            now = places.mode_of(opened)
    if alone:
        _erase(*home.data.glob("afterglow.db*"), home.bell, *home.run.glob("*.lock"))
        _remove_empty(home)
        now = places.settings().mode
    else:
        ring(home)
    text = _erased(gone)
    if chosen is not None and chosen != now:
        text += f"; the mode was {chosen} and is {now} again"
    own = [path.name for path in (home.config_file, home.banks) if path.exists()]
    if own:
        text += f"; {' and '.join(own)} of your own left as they are"
    return _told(options, gone, text)


def _alone(opened: Database) -> bool:
    """Whether no server is open, so that the database itself may go."""

    def work(connection: sqlite3.Connection) -> bool:
        sessions.close_dead_windows(connection, places.now())
        return sessions.open_windows(connection) == 0

    return opened.write(work)


def _erase(*doomed: Path) -> None:
    for path in doomed:
        with contextlib.suppress(OSError):
            path.unlink()


def _remove_empty(home: Home) -> None:
    """Only empty folders go: what the user put there stays."""
    for folder in (home.custom, home.logs, home.run, home.banks, home.config, home.data):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _erased(gone: int) -> str:
    return f"{gone} {'row' if gone == 1 else 'rows'} erased" if gone else "there was nothing to erase"


def _told(options: argparse.Namespace, gone: int, text: str) -> int:
    if options.json:
        output.put({"erased": gone})
    else:
        output.say(text)
    return 0
