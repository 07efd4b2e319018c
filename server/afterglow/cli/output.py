"""What the commands print, on any terminal, pipe or locale.

Invariant: a character that stdout cannot show never ends a command, and stderr gets one line at a time.
Imports are late where ``afterglow run`` would pay for them before its command starts.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping
from typing import Any, Final

from afterglow.core.clean import one_line

MINUTE: Final = "%Y-%m-%d %H:%M"
SECOND: Final = "%Y-%m-%d %H:%M:%S"
_COMPLAINT: Final = 300
TEXT: Final = 160
PROBLEM: Final = 1000


def prepare() -> None:
    """Let stdout show ``?`` for what its encoding lacks."""
    stream: Any = sys.stdout
    # In the C locale it is surrogateescape, which helps with odd file names and not with a narrow encoding.
    fails = ("strict",) if _wide() else ("strict", "surrogateescape")
    if getattr(stream, "errors", "") in fails and hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")


def put(value: Mapping[str, Any], *, flush: bool = False) -> None:
    """One JSON object on one line; ``flush`` for streams that somebody follows."""
    import json  # noqa: PLC0415

    print(json.dumps(value, ensure_ascii=not _wide()), flush=flush)


def say(text: str = "", *, flush: bool = False) -> None:
    """One line for a person."""
    print(text, flush=flush)


def rows(pairs: Mapping[str, str | None]) -> None:
    """Names and what belongs to them in two columns; what is None is left out."""
    width = max(len(name) for name in pairs)
    for name, text in pairs.items():
        if text is not None:
            say(f"{name:<{width}}  {text}")


def complain(message: str) -> None:
    """One line on stderr, nothing for an empty message."""
    if message and sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            print(f"afterglow: {one_line(message, _COMPLAINT)}", file=sys.stderr, flush=True)


def finish() -> None:
    """Write what is still held back. Raises OSError where nobody takes it."""
    if sys.stdout is not None:
        sys.stdout.flush()


def abandon() -> None:
    """Nobody reads any more: what is held back must not fail once again when the process ends."""
    try:
        finish()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _wide() -> bool:
    """Whether stdout can show every character."""
    return str(getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")


def plain(text: object, limit: int = TEXT) -> str:
    """Any text from the records as one clean line of at most ``limit`` columns."""
    return one_line(str(text), limit)


def local(at: int, form: str = MINUTE) -> str:
    """An instant (ms since the epoch) by the clock on the wall here."""
    from datetime import UTC, datetime  # noqa: PLC0415

    try:
        return datetime.fromtimestamp(at / 1000, UTC).astimezone().strftime(form)
    except (OverflowError, OSError, ValueError):
        return "at an unknown time"


def local_iso(text: object, form: str = MINUTE) -> str:
    """The same for an ISO 8601 text, which is given back as it is where it is none."""
    from datetime import datetime  # noqa: PLC0415

    try:
        return datetime.fromisoformat(str(text)).astimezone().strftime(form)
    except (OverflowError, OSError, ValueError):
        return plain(text)
