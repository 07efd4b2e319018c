"""The one hint of a window: where it stands, how edits move it, when it may be seen.

Invariant: at most one hint; it is never on the line being edited, and gone after its time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import evolve, field, frozen

MOST_UNSAVED: Final = 400
"""Of a document with more edits than this since it was saved nobody knows any more which line is which."""


@frozen
class Hint:
    """``line`` from 0, in the document as it is now; ``until`` in ms since the epoch, None: the next one."""

    uri: str
    line: int
    text: str
    token_id: str
    until: int | None


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
    if hint is None or hint.uri != uri or not first <= hint.line <= last:
        return None
    return None if hint.until is not None and now >= hint.until else hint


@frozen
class Draft:
    """What an open document and its file differ by. ``edits``: since it was saved last, None for too many;
    ``saved_at``: when that was (ms), None for not since it was opened."""

    edits: tuple[Edit, ...] | None = ()
    saved_at: int | None = None


@frozen
class Drafts:
    """The documents that were edited or saved here. A place that was read from a file is placed in the
    document that the user sees by what was typed since."""

    by_uri: Mapping[str, Draft] = field(factory=dict)

    def edited(self, uri: str, edits: Iterable[Edit]) -> Drafts:
        """``uri`` was edited."""
        draft = self.by_uri.get(uri, Draft())
        if draft.edits is None:
            return self
        made = list(draft.edits)
        for edit in edits:
            # Typing goes on in one line, and moves none.
            if not made or made[-1] != edit or edit.added or edit.first != edit.last:
                made.append(edit)
        return self._with(uri, evolve(draft, edits=tuple(made) if len(made) <= MOST_UNSAVED else None))

    def saved(self, uri: str, now: int) -> Drafts:
        """``uri`` was saved at ``now`` (ms): its file is what the user sees."""
        return self._with(uri, Draft((), now))

    def closed(self, uri: str) -> Drafts:
        """``uri`` was closed, or opened afresh."""
        return evolve(self, by_uri={name: draft for name, draft in self.by_uri.items() if name != uri})

    def placed(self, hint: Hint, read_at: int) -> Hint | None:
        """The hint, whose line was read from the file at ``read_at`` (ms), in the document as it is now.

        None where its line was edited away, or where the file was saved since, so that nobody knows.
        """
        draft = self.by_uri.get(hint.uri)
        if draft is None:
            return hint
        if draft.edits is None or (draft.saved_at is not None and draft.saved_at > read_at):
            return None
        return moved(hint, hint.uri, draft.edits)

    def _with(self, uri: str, draft: Draft) -> Drafts:
        return evolve(self, by_uri={**self.by_uri, uri: draft})
