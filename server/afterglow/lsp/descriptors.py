"""The standard descriptors: kept for the protocol alone, so that a stray print cannot break a message.

Invariant: after ``claim`` descriptor 1 is stderr and descriptor 0 is the null device, for this process and
for every child, whatever language the code is written in that prints or reads.
"""

from __future__ import annotations

import os
import sys

if sys.platform == "win32":
    import msvcrt

_claimed: tuple[int, int] | None = None


def claim() -> tuple[int, int]:
    """Move stdin and stdout away; returns (input, output) descriptors that no child inherits.

    Call it as early as possible; later calls return the same pair. Raises OSError where the process
    was started without stdin or stdout.
    """
    global _claimed  # noqa: PLW0603 - there is one pair of standard descriptors in a process
    if _claimed is None:
        source, sink = os.dup(0), os.dup(1)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        try:
            os.fstat(2)
        except OSError:
            os.dup2(null, 2)
        os.dup2(2, 1)
        os.close(null)
        if sys.platform == "win32":
            msvcrt.setmode(source, os.O_BINARY)
            msvcrt.setmode(sink, os.O_BINARY)
        _claimed = (source, sink)
    return _claimed
