"""From bytes to messages: the frames of one client, with damage repaired, handed to the dispatcher.

Invariant: nothing here raises, and after ``ended`` nothing more is handed on.
"""

from __future__ import annotations

from collections.abc import Callable

from afterglow.lsp.framing import Fatal, Framer, Oversize
from afterglow.lsp.log_limit import LogLimit
from afterglow.lsp.messages import Message, NotJson, Refused, parse, salvage


class Connection:
    """``receive`` gets every message, ``on_fatal`` is called when the stream cannot be followed."""

    def __init__(
        self, receive: Callable[[Message], None], on_fatal: Callable[[], None], log: LogLimit
    ) -> None:
        self._receive = receive
        self._on_fatal = on_fatal
        self._log = log
        self._framer = Framer()
        self._held = False
        self.ended = False

    def data(self, chunk: bytes) -> None:
        """Take what was read, and hand on the messages that are whole."""
        self._framer.feed(chunk)
        self._hand_on()

    def hold(self, held: bool) -> None:
        """Hand on nothing more, not even what has been read; or go on."""
        self._held = held
        if not held:
            self._hand_on()

    def _hand_on(self) -> None:
        framer = self._framer
        while not (self.ended or self._held) and (event := framer.pull()) is not None:
            try:
                if isinstance(event, bytes):
                    self._body(event)
                elif isinstance(event, Oversize):
                    self._oversize(event)
                else:
                    self._fatal(event)
            except Exception as error:  # noqa: BLE001 - one bad message costs only itself
                self._log.failed("reading a message", error)

    def _body(self, body: bytes) -> None:
        if not body.strip():
            return
        message = parse(body)
        if isinstance(message, NotJson):
            before = self._framer.recover(body)
            if before:
                message = parse(before)
            if isinstance(message, NotJson):
                message = salvage(before or body) or message
        self._receive(message)

    def _oversize(self, event: Oversize) -> None:
        self._log.note("dropped a message: it was larger than 4 MiB")
        refused = salvage(event.head)
        if refused is not None:
            self._receive(Refused(refused.id, refused.code, "the message is too large"))

    def _fatal(self, event: Fatal) -> None:
        self._log.note(f"the client's messages cannot be followed: {event.reason}")
        self.ended = True
        self._on_fatal()
