"""How a child process of ours is started: by the same Python and the same copy of the package.

Invariant: nothing in the current folder is ever imported in its place.
"""

from __future__ import annotations

import sys
from pathlib import Path

import afterglow


def itself() -> tuple[str, ...]:
    """The words before a command such as ``lsp``.

    A copy that an editor's extension brought along lies in ``libs`` beside ``tool/server.py``; it is on the
    path of no Python, so its starter is named.
    """
    package = Path(afterglow.__file__).parent
    starter = package.parent.parent / "tool" / "server.py"
    if package.parent.name == "libs" and starter.is_file():
        return (sys.executable, "-I", str(starter))
    # -P: a folder called afterglow in the current one must not be taken for the package.
    return (sys.executable, "-P", "-m", "afterglow")
