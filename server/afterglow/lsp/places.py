"""Which workspaces a client opens. Invariant: what is no folder here is left out."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

from afterglow.core.model import Json
from afterglow.loop.uris import to_path
from afterglow.sensors.gitdir import find_root


@lru_cache(maxsize=256)
def workspace_of(uri: str) -> str | None:
    """The canonical workspace of a folder that a client names; None where it is no folder here."""
    path = to_path(uri)
    if path is None or not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        return None
    return find_root(path)


def folders_of(params: dict[str, Any]) -> list[str]:
    """The folder URIs that an ``initialize`` names, the first one first."""
    uris = uris_in(params.get("workspaceFolders"))
    if not uris:
        uris = [place for name in ("rootUri", "rootPath") if isinstance(place := params.get(name), str)][:1]
    return uris


def uris_in(folders: Json) -> list[str]:
    """The URIs of a list of workspace folders; anything odd in it is passed over."""
    listed = folders if isinstance(folders, list) else ()
    named = (folder.get("uri") for folder in listed if isinstance(folder, dict))
    return [uri for uri in named if isinstance(uri, str)]
