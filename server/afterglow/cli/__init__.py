"""The command line: arguments to one function each.

Invariant: nothing heavy is imported before the command that needs it, and no command ends in a
traceback. Exit codes: 0 done; 1 done, and the answer is no; 2 wrong use or bad input; ``run`` passes on
the command's own; 130 after Ctrl-C. With 1 and 2 comes at most one line on stderr.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from afterglow.cli import output


class Usage(Exception):
    """Wrong use or bad input; the message is one line that says what and how to mend it."""


class No(Exception):
    """The command is done and the answer is no; the message, if any, is one line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    output.prepare()
    try:
        code = _run(words)
        output.finish()
        return code
    except Usage as error:
        output.complain(str(error))
        return 2
    except No as error:
        output.complain(str(error))
        return 1
    except BrokenPipeError:
        # The reader went away (``afterglow events | head``): nothing is wrong, nothing is said.
        output.abandon()
        return 0
    except KeyboardInterrupt:
        output.abandon()
        return 130
    except OSError as error:
        output.abandon()
        output.complain(f"{_named(words)}{(error.strerror or type(error).__name__).lower()}")
        return 1
    except Exception as error:  # noqa: BLE001 - the last resort: nobody who types a command sees a traceback
        output.abandon()
        output.complain(f"{_named(words)}this went wrong inside Afterglow, please report it: {_place(error)}")
        return 1


def _run(words: Sequence[str]) -> int:
    from afterglow.cli import grammar  # noqa: PLC0415 - it imports the exceptions above

    entry, options = grammar.understand(words)
    if entry is None or options is None:
        return 0
    room, _, name = entry.function.partition(":")
    command = getattr(import_module(f"afterglow.cli.{room}"), name)
    return int(command(options))


def _named(words: Sequence[str]) -> str:
    return f"{words[0]}: " if words and words[0].isalpha() else ""


def _place(error: BaseException) -> str:
    """The kind of an error and where it came from, without its text: that may hold what is private."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    file = trace.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/")[2]
    return f"{type(error).__name__} in {file}, line {trace.tb_lineno}"
