"""Starts the bundled Afterglow: ``python -I /abs/bundled/tool/server.py lsp``; words go to the command line.

Run with ``-I``, so that no file of a workspace and no variable of the environment is imported instead.
Invariant: it parses under any Python, so that a too old one is named in one line and ends with 3.
"""

import os
import sys

TOO_OLD = 3
# Not pathlib: a Python that is only to be told its age may have none.
HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
LIBS = os.path.join(os.path.dirname(HERE), "libs")  # noqa: PTH118, PTH120


def start():
    """Run the command line of the bundled package; its exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this is the line that tells the others
        sys.stderr.write(
            "afterglow: Python 3.11 or later is needed; %s is %d.%d. Name another in the setting "  # noqa: UP031
            "afterglow.interpreter.\n" % (sys.executable, sys.version_info[0], sys.version_info[1])
        )
        return TOO_OLD
    # First: what the interpreter has installed must not stand in for the pinned libraries.
    sys.path.insert(0, LIBS)
    from afterglow.cli import main  # noqa: PLC0415 - only a recent enough Python can read it

    return main()


if __name__ == "__main__":
    sys.exit(start())
