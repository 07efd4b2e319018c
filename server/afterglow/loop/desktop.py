"""A word on the desktop, by the system's own program for that, for whoever asked for it.

Invariant: the text is one argument, never a part of a command; it makes no sound; and a desktop that does not
answer costs nothing but the word.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path
from typing import Final

SECONDS: Final = 10.0
_SCRIPT: Final = (
    "on run words",
    'display notification (item 1 of words) with title "Afterglow"',
    "end run",
)
_PROGRAMS: Final = {
    # The text is the summary: the body would be read as markup.
    "linux": (
        *("notify-send", "--app-name=Afterglow", "--urgency=low"),
        *("--hint=boolean:suppress-sound:true", "--hint=boolean:transient:true", "--"),
    ),
    "darwin": ("osascript", *(word for line in _SCRIPT for word in ("-e", line))),
}


def program(platform: str = sys.platform) -> tuple[str, ...] | None:
    """The program and its first arguments, the text goes last; None where there is none on this system."""
    name, *rest = _PROGRAMS.get(platform, ("",))
    found = shutil.which(name) if name else None
    # A relative entry of the PATH may lead into a repository.
    return (found, *rest) if found is not None and Path(found).is_absolute() else None


def problem() -> str | None:
    """Why there will be no word on the desktop, and the mend; None where there will."""
    if program() is not None:
        return None
    if sys.platform == "linux":
        return "display.desktop: notify-send is not on the PATH; install libnotify's tools, or turn it off"
    return "display.desktop: not available on this system; turn it off"


async def notify(text: str) -> None:
    """Show ``text``. Raises OSError where the program cannot be started; whoever calls lets that pass."""
    command = program()
    if command is None:
        return
    quiet = asyncio.subprocess.DEVNULL
    child = await asyncio.create_subprocess_exec(*command, text, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        async with asyncio.timeout(SECONDS):
            await child.wait()
    except TimeoutError:
        child.kill()
        await child.wait()
