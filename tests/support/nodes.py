"""Things in a folder that are no files."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def make_socket(path: Path) -> None:
    """A Unix socket's node, which stays when nobody listens any more."""
    # A socket's address is short, wherever the test's folder is.
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(here)
