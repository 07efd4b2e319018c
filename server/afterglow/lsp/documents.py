"""didChange as lines: which lines were replaced by how many. Invariant: no text is kept."""

from __future__ import annotations

from typing import Any

from afterglow.core.place import Edit

MOST_EDITS = 200
"""A change of more pieces than this (a formatter, a rename) is treated as a new document."""

_NEW_DOCUMENT = Edit(0, None, 0)


def uri_of(params: Any) -> str | None:
    """The document that a text document notification names."""
    document = params.get("textDocument") if isinstance(params, dict) else None
    uri = document.get("uri") if isinstance(document, dict) else None
    return uri if isinstance(uri, str) else None


def edits_of(params: Any) -> list[Edit]:
    """The edits of a didChange, in order; what cannot be understood is a change of everything."""
    changes = params.get("contentChanges")
    if not isinstance(changes, list):
        return [_NEW_DOCUMENT]
    if len(changes) > MOST_EDITS:
        return [_NEW_DOCUMENT]
    return [_edit(change) for change in changes]


def _edit(change: Any) -> Edit:
    try:
        start, end = change["range"]["start"], change["range"]["end"]
        text = change["text"]
        first, last = start["line"], end["line"]
        added = text.count("\n") if "\n" in text or "\r" not in text else text.count("\r")
        whole = start["character"] == 0 == end["character"] and (text == "" or text[-1] in "\r\n")
        if not (isinstance(first, int) and isinstance(last, int) and 0 <= first <= last):
            return _NEW_DOCUMENT
    except (KeyError, TypeError, AttributeError):
        return _NEW_DOCUMENT
    return Edit(first, last, added, whole)
