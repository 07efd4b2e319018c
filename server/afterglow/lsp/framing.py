"""Bytes in, message bodies out: the header layer of the protocol, without any input or output.

Invariant: memory is bounded by one body limit plus what was fed last, whatever arrives; after any
damage the framer finds the next message by itself. That is possible because JSON text never holds a raw
newline inside a string, so ``Content-Length: N`` followed by a line end is never part of a valid body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from attrs import frozen

MAX_BODY: Final = 4 * 1024 * 1024
"""Bytes of the largest body that is kept; a larger one is counted through and thrown away."""
FATAL_LENGTH: Final = 1024 * 1024 * 1024
"""A header that promises more bytes than this cannot be waited out: the stream is lost."""

_HEAD_KEPT: Final = 1024
_LINE_LIMIT: Final = 8 * 1024
_SCAN_FROM: Final = 4 * 1024
_OVERLAP: Final = 320
_DIGITS: Final = 15

_PLAIN = re.compile(rb"Content-Length: (\d{1,7})\r\n\r\n")
_LENGTH_LINE = re.compile(rb"content-length[ \t]{0,8}:[ \t]{0,8}(\d{1,4000})[ \t]{0,8}\r?\n", re.IGNORECASE)
_EMBEDDED = re.compile(
    rb"(?:content-type[ \t]{0,8}:[^\n]{0,200}\n)?content-length[ \t]{0,8}:[ \t]{0,8}\d{1,20}[ \t]{0,8}\r?\n",
    re.IGNORECASE,
)


@frozen
class Oversize:
    """A body over the limit went by. ``head`` is its beginning, at most 1 KiB."""

    length: int
    head: bytes


@frozen
class Fatal:
    """Nothing after this can be understood; ``reason`` is fit for a log."""

    reason: str


FrameEvent = bytes | Oversize | Fatal


class Framer:
    """Feed it what was read, then iterate it for what is complete.

    A body is handed out as ``bytes``, not looked into. Whoever finds that a body is no JSON calls
    ``recover`` before asking for the next event.
    """

    def __init__(self, max_body: int = MAX_BODY, fatal_length: int = FATAL_LENGTH) -> None:
        self._max_body = max_body
        self._fatal_length = fatal_length
        self._buffer = bytearray()
        self._pos = 0
        self._length: int | None = None
        """The length that the header block being read has promised so far."""
        self._in_body = False
        self._scanned = 0
        """Up to where the unfinished body was searched for a header."""
        self._last_start = 0
        self._head: bytes | None = None
        """The beginning of the oversize body being thrown away, None while nothing is."""
        self._promised = 0
        self._dead = False

    def feed(self, data: bytes) -> None:
        if self._pos:
            del self._buffer[: self._pos]
            self._scanned = max(0, self._scanned - self._pos)
            self._pos = 0
        self._buffer += data

    def __iter__(self) -> Iterator[FrameEvent]:
        while (event := self.pull()) is not None:
            yield event

    @property
    def held(self) -> int:
        """Bytes in memory that are not handed out yet."""
        return len(self._buffer) - self._pos

    def pull(self) -> FrameEvent | None:
        """The next event, or None when more bytes are needed (or after ``Fatal``)."""
        while not self._dead:
            if not self._in_body:
                event = self._header()
                if event is not None:
                    return event
                if not self._in_body:
                    return None
            if self._head is not None:
                return self._discard()
            return self._body()
        return None

    def recover(self, body: bytes) -> bytes | None:
        """Take back the part of the last body that begins with another message's header.

        ``body`` is what the last event handed out. Returns what stood before that header (it may be
        a message whose length was given too long), or None when no header is inside.
        """
        found = _EMBEDDED.search(body) if b"\n" in body else None
        cut = found.start() if found else _cut_header(body)
        if cut is None:
            return None
        self._pos = self._last_start + cut
        self._restart()
        return body[:cut].rstrip()

    def _restart(self) -> None:
        self._in_body = False
        self._length = None
        self._head = None

    def _header(self) -> Fatal | None:
        """Read header lines up to the empty one; sets ``_in_body`` when a body begins."""
        buffer = self._buffer
        if self._length is None and (plain := _PLAIN.match(buffer, self._pos)):
            self._pos = plain.end()
            self._length = int(plain[1])
            self._begin_body()
            return None
        while (end := buffer.find(b"\n", self._pos)) >= 0:
            line = bytes(buffer[max(self._pos, end - _LINE_LIMIT) : end + 1])
            self._pos = end + 1
            if line in (b"\r\n", b"\n"):
                if self._length is not None:
                    self._begin_body()
                    return None
            elif found := _LENGTH_LINE.search(line):
                digits = found[1].lstrip(b"0")
                if len(digits) > _DIGITS or int(digits or b"0") > self._fatal_length:
                    self._dead = True
                    return Fatal("a message announced more than 1 GiB")
                self._length = int(digits or b"0")
        if len(buffer) - self._pos > _LINE_LIMIT:
            # No header line is this long: keep only what may be the beginning of a real one.
            self._pos = len(buffer) - _OVERLAP
        return None

    def _begin_body(self) -> None:
        self._in_body = True
        self._scanned = self._pos
        length = self._length or 0
        if length > self._max_body:
            self._promised = length
            self._head = bytes(self._buffer[self._pos : self._pos + min(_HEAD_KEPT, length)])

    def _body(self) -> bytes | None:
        start, length = self._pos, self._length or 0
        end = start + length
        complete = len(self._buffer) >= end
        cut = -1
        if not complete or length > _SCAN_FROM:
            cut = self._find_header(min(end, len(self._buffer)))
        self._last_start = start
        if cut >= 0:
            self._pos = cut
            self._restart()
            return bytes(self._buffer[start:cut]).rstrip()
        if not complete:
            return None
        self._pos = end
        self._restart()
        return bytes(self._buffer[start:end])

    def _discard(self) -> Oversize | None:
        """Throw away what has come of an oversize body; stop early where a header shows it is over."""
        length = self._length or 0
        head = self._head or b""
        if len(head) < _HEAD_KEPT:
            head = (head + bytes(self._buffer[self._pos + len(head) : self._pos + _HEAD_KEPT]))[:_HEAD_KEPT]
            self._head = head
        end = min(self._pos + length, len(self._buffer))
        if (cut := self._find_header(end)) >= 0:
            self._pos = cut
        elif end == self._pos + length:
            self._pos = end
        else:
            # What stays may be the first half of a header. It is counted again next time.
            gone = max(0, end - self._pos - _OVERLAP) if len(head) == _HEAD_KEPT else 0
            self._pos += gone
            self._length = length - gone
            return None
        self._restart()
        return Oversize(self._promised, head)

    def _find_header(self, end: int) -> int:
        """Where in the body, up to ``end``, another message's header begins; -1 where none does."""
        start = max(self._pos, self._scanned - _OVERLAP)
        self._scanned = end
        if self._buffer.find(b"\n", start, end) < 0:
            return -1
        found = _EMBEDDED.search(self._buffer, start, end)
        return found.start() if found else -1


def _cut_header(body: bytes) -> int | None:
    """Where the first part of a header stands at the very end of a body, as after ``}Content-Le``."""
    cut = body.rfind(b"}") + 1
    tail = body[cut:].lower()
    return cut if tail and len(tail) < _OVERLAP and tail.lstrip().startswith(b"c") else None
