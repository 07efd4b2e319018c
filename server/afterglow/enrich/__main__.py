"""``python -I afterglow/enrich/__main__.py --idle``: the process that a server starts at idle time.

By its path it works wherever the server does, and in a Python that somebody named for it: our package comes
from where the server has it, and so does what it stands on, if that Python has none; nothing else does, so
that no library of another Python stands in for one that is missing. What to do it reads as one line of
standard input. Without ``--idle`` somebody asked by hand, by a Python that has no client itself: it prints
what it did as one JSON object. Else it prints nothing; its exit code is 0.
Invariant: parses under any Python 3; until a job is held, a signal ends it at once.
"""

import json
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from typing import Any

# Whoever started us may have had it ignored; nothing is held yet, so that nothing need be given back.
signal.signal(signal.SIGTERM, signal.SIG_DFL)

IDLE = "--idle"
MOST_BYTES = 1 << 20


class _Ours:
    """Finds packages by the folders that the server has them from."""

    def __init__(self, found: "dict[str, str]") -> None:
        self._found = found

    def find_spec(self, name: str, path: object = None, target: object = None) -> "ModuleSpec | None":
        """What ``sys.meta_path`` asks."""
        if path is not None or name not in self._found:
            return None
        from importlib.machinery import PathFinder  # noqa: PLC0415 - only here

        return PathFinder.find_spec(name, [self._found[name]])


def main() -> None:
    """Do what is due, and end without a word, whatever happens."""
    idle = IDLE in sys.argv[1:]
    try:
        if idle:
            _lower()
        line = sys.stdin.buffer.readline(MOST_BYTES)
        if line:
            _work(json.loads(line), idle=idle)
    except BaseException as error:  # noqa: BLE001 - nobody is there to read it
        _note(error)
    if idle:
        # Nothing is left to do, and taking the client apart would cost a tenth of a second.
        os._exit(0)


def _lower() -> None:
    """Last in line for the processor and for the disk, before anything heavy begins."""
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(19)
    if sys.platform == "linux":
        with suppress(ImportError, OSError, AttributeError):
            import ctypes  # noqa: PLC0415 - only here

            number = {"x86_64": 251, "aarch64": 30}.get(os.uname().machine)
            if number is not None:
                # ioprio_set of this process to the class "idle".
                ctypes.CDLL(None).syscall(number, 1, 0, 3 << 13)


def _work(told: "dict[str, Any]", *, idle: bool) -> None:
    libs = dict(told["libs"])
    # Ours before another version that this Python may have; what we stand on only where it has none.
    sys.meta_path.insert(0, _Ours({"afterglow": libs.pop("afterglow")}))
    sys.meta_path.append(_Ours(libs))
    from pathlib import Path  # noqa: PLC0415 - after the path is set

    from afterglow.enrich import watching  # noqa: PLC0415 - the same
    from afterglow.loop.clock import SYSTEM  # noqa: PLC0415 - the same
    from afterglow.loop.worker_child import read_settings  # noqa: PLC0415 - the same
    from afterglow.store.home import Home  # noqa: PLC0415 - the same

    data, config, logs, run_at = (Path(told["home"][name]) for name in ("data", "config", "logs", "run"))
    home = Home(data, config, logs, run_at)
    stop = watching.Stop(told["owner"])
    if idle:
        watching.for_server(stop, home, SYSTEM, began=told["began"])
    watching.on_signals(stop)
    from afterglow.enrich.run import run  # noqa: PLC0415 - the heavy part, while somebody looks out

    made = run(home, read_settings(told["settings"]), stop, SYSTEM, idle=idle, environ=os.environ)
    if not idle:
        names = ("calls", "answered", "lines", "graded", "micros")
        sys.stdout.write(json.dumps({name: getattr(made, name) for name in names}))


def _note(error: BaseException) -> None:
    """The kind of what went wrong, for ``doctor`` and its bundle; never what it says."""
    with suppress(BaseException):
        import logging  # noqa: PLC0415 - rarely needed

        from afterglow.loop import logs  # noqa: PLC0415 - may be what failed
        from afterglow.store.home import find_home  # noqa: PLC0415 - the same

        logs.set_up(find_home(os.environ).log_file)
        logging.getLogger("afterglow").warning("worker: %s", type(error).__name__)


if __name__ == "__main__":
    main()
