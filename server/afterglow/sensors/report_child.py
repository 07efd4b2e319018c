"""The program that reads big reports: ``python -I -S report_child.py``, in a process that can be killed.

It reads one line of JSON, ``{"ask": [ids]}``, then the report's bytes on stdin, and writes one JSON object
(``junit_child.Found``) on stdout. Invariant: nothing is imported but the standard library and the two
readers, from the folder of this file, so that the workspace has no say.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Final

# The folder of our package, last: nothing in it can stand before the standard library.
sys.path.append(__file__.rpartition("afterglow")[0])

from afterglow.sensors import junit_child, trx

MEMORY_BYTES: Final = 512 * 1024 * 1024
CPU_SECONDS: Final = 3


def main() -> int:
    """The program: 0, or a traceback that nobody reads."""
    _limit()
    asked = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read(junit_child.MAX_BYTES + 1)
    found = (trx if trx.is_trx(data) else junit_child).scan(data, asked["ask"])
    sys.stdout.buffer.write(json.dumps(found).encode("ascii"))
    return 0


def _limit() -> None:
    """Makes this process one that cannot hurt: little memory, little time, last in line."""
    try:
        import resource  # noqa: PLC0415 - not every system has it
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (OSError, ValueError):
            continue
    try:
        os.nice(5)
    except OSError:
        return


if __name__ == "__main__":
    sys.exit(main())
