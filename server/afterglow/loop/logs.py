"""The log file: one line a cause, rotated, opened when there is something to write.

Invariant: nothing is logged to stdout, and no line holds code, a path of the user's or a secret.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 1024 * 1024
KEPT: Final = 2
"""Older files kept beside the one in use: three in all."""


class LazyLog(logging.Handler):
    """Opens the rotating file with the first record, because most sessions have nothing to say."""

    def __init__(self, path: Path) -> None:
        super().__init__(logging.WARNING)
        self._path = path
        self._inner: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self._inner is None:
            self._inner = _open(self._path)
        self._inner.handle(record)

    def close(self) -> None:
        if self._inner is not None:
            self._inner.close()
        super().close()


class Safe(logging.Formatter):
    """A line as it is written: what looks like a secret is taken out of whatever got into it."""

    def format(self, record: logging.LogRecord) -> str:
        from afterglow.core.redact import safe  # noqa: PLC0415 - most sessions have nothing to say

        return safe(super().format(record))


def _open(path: Path) -> logging.Handler:
    from logging.handlers import RotatingFileHandler  # noqa: PLC0415 - imports sockets and pickle

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            path, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8", delay=True
        )
    except OSError:
        return logging.NullHandler()
    handler.setFormatter(Safe("%(asctime)s %(levelname)s %(message)s"))
    return handler


def set_up(path: Path) -> None:
    """Send the ``afterglow`` logger to the file, and nowhere else."""
    logger = logging.getLogger("afterglow")
    logger.propagate = False
    logger.handlers = [LazyLog(path)]
    # What the handler itself cannot write must not end on stderr as a traceback.
    logging.raiseExceptions = False
