"""The one hint of a window: where it stands, how edits move it, when it may be seen.

Invariant: at most one hint; it is never on the line being edited, and gone after its time.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, frozen


@frozen
class Hint:
    """``line`` from 0, in the document as it is now; ``until`` in ms since the epoch."""

    uri: str
    line: int
    text: str
    token_id: str
    until: int


@frozen
class Edit:
    """One change of a document: lines ``first`` to ``last`` (from 0) were replaced by ``added`` + 1 lines.

    ``last`` None means that the whole document was replaced. ``whole``: the change begins and ends at
    the start of a line, so that line ``last`` itself kept its text.
    """

    first: int
    last: int | None
    added: int
    whole: bool = False


def moved(hint: Hint | None, uri: str, edits: Iterable[Edit]) -> Hint | None:
    """The hint after these edits of ``uri``, applied in order; None where its own line was edited away."""
    for edit in edits:
        if hint is None or hint.uri != uri:
            return hint
        if edit.last is None:
            return None
        touched = edit.last - 1 if edit.whole else edit.last
        if edit.first <= hint.line <= touched:
            # Typing on its line, or text pasted over it: what it spoke of is no longer there.
            return None
        if touched < hint.line:
            hint = evolve(hint, line=hint.line + edit.added - (edit.last - edit.first))
    return hint


def visible(hint: Hint | None, uri: str, first: int, last: int, now: int) -> Hint | None:
    """The hint if it is in lines ``first`` to ``last`` (inclusive) of ``uri`` and still fresh."""
    if hint is None or hint.uri != uri or not first <= hint.line <= last or now >= hint.until:
        return None
    return hint
