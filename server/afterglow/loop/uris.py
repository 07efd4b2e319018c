"""Document URIs as paths. Invariant: what is no file URI is kept as it is."""

from __future__ import annotations

import os
import re
from urllib.parse import unquote, urlsplit

_DRIVE = re.compile(r"^/[A-Za-z]:")


def to_path(uri: str) -> str | None:
    """The path of a ``file:`` URI, or None for any other. Also takes an absolute path as it is."""
    if uri.startswith("/"):
        return uri
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file":
        return None
    path = unquote(parts.path)
    if "\0" in path:
        return None
    if os.name == "nt" and _DRIVE.match(path):
        path = path[1:]
    return path or None


def document_key(uri: str) -> str:
    """One name for a document however its URI is written: its real path, or the URI itself."""
    path = to_path(uri)
    return uri if path is None else os.path.realpath(path)
