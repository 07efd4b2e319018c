"""What one editor window knows by itself: typing, focus, diagnostics, the hint.

Invariant: frozen; every change is a pure function that returns the next state. No text of a document is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import evolve, field, frozen

from afterglow.core.hazards import SILENCE_MS
from afterglow.core.place import Drafts, Edit, Hint, moved
from afterglow.core.secret_files import is_secret_file

SURGE_ERRORS: Final = 10
SURGE_MS: Final = 60_000

SAMPLES: Final = 64


@frozen
class WindowState:
    """``edited_at``: when a document last changed (monotonic ms), None before the first change.

    ``document``: the document opened, changed or focused last. ``errors``: (ms, error diagnostics) of
    the last minute; ``calm_errors``: the number to come back to while a surge lasts.
    """

    edited_at: int | None = None
    focused: bool = False
    document: str | None = None
    secret_until: int = 0
    errors: tuple[tuple[int, int], ...] = ()
    calm_errors: int | None = None
    hint: Hint | None = None
    drafts: Drafts = field(factory=Drafts)

    @property
    def error_surge(self) -> bool:
        return self.calm_errors is not None

    def secret(self, now: int) -> bool:
        """Whether a secret file is in front, or was edited in the last five minutes."""
        return now < self.secret_until or (self.document is not None and is_secret_file(self.document))


def edited(state: WindowState, uri: str, edits: Sequence[Edit], ticks: int, now: int) -> WindowState:
    """A document changed. ``ticks``: monotonic ms; ``now``: ms since the epoch."""
    until = now + SILENCE_MS["secret_file"] if is_secret_file(uri) else state.secret_until
    return evolve(
        state,
        edited_at=ticks,
        document=uri,
        secret_until=until,
        hint=moved(state.hint, uri, edits),
        drafts=state.drafts.edited(uri, edits),
    )


def saved(state: WindowState, uri: str, now: int) -> WindowState:
    """A document was saved at ``now`` (ms)."""
    return evolve(state, drafts=state.drafts.saved(uri, now))


def hinted(state: WindowState, hint: Hint | None, read_at: int) -> WindowState:
    """The hint of a new line, whose place was read from its file at ``read_at`` (ms), or none any more."""
    return evolve(state, hint=None if hint is None else state.drafts.placed(hint, read_at))


def fronted(state: WindowState, uri: str | None) -> WindowState:
    """Another document came to the front (opened, or focused)."""
    return evolve(state, document=uri) if uri != state.document else state


def closed(state: WindowState, uri: str) -> WindowState:
    """A document was closed, and its hint with it."""
    hint = None if state.hint is not None and state.hint.uri == uri else state.hint
    document = None if state.document == uri else state.document
    return evolve(state, document=document, hint=hint, drafts=state.drafts.closed(uri))


def focused(state: WindowState, yes: bool) -> WindowState:
    """The window came to the front, or left it."""
    return evolve(state, focused=yes) if yes != state.focused else state


def diagnosed(state: WindowState, errors: int, now: int) -> WindowState:
    """The client counts error diagnostics: a rise of ten within a minute is a surge until it is undone."""
    recent = tuple(item for item in state.errors if now - item[0] <= SURGE_MS)[-SAMPLES:]
    calm = state.calm_errors
    if calm is not None:
        calm = None if errors <= calm else calm
    elif recent and errors - min(count for _, count in recent) >= SURGE_ERRORS:
        calm = min(count for _, count in recent)
    return evolve(state, errors=(*recent, (now, errors)), calm_errors=calm)
