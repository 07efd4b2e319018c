"""What ``afterglow run`` reports, from a thread of its own: nothing here can harm or hold up the command.

Invariant: after ``PATIENCE_SECONDS`` the caller goes on, and no error ever reaches it. A database that is
busy or out of reach for so long costs the record, not the user's time.
"""

from __future__ import annotations

import contextlib
import threading
from typing import Any, Final

PATIENCE_SECONDS: Final = 3.0


class Reporter:
    """Makes itself ready at once, and records when it is told what.

    ``folder``: where the command was started; None where it is gone, and nothing is recorded then.
    ``proven``: data that we know of the command ourselves; in an event that anybody may send it would not
    be believed.
    """

    def __init__(self, folder: str | None, proven: dict[str, str]) -> None:
        self._folder = folder
        self._proven = proven
        self._event: dict[str, Any] = {}
        self._told = threading.Event()
        self._thread = threading.Thread(target=self._run, name="afterglow-report", daemon=True)
        with contextlib.suppress(RuntimeError):  # no thread can be had: nothing is reported
            self._thread.start()

    def report(self, event: dict[str, Any]) -> None:
        """Record one event, as clients send it; ``began`` is its ``startedAt`` in ms. At most once."""
        self._event = event
        self._told.set()
        with contextlib.suppress(RuntimeError):
            self._thread.join(PATIENCE_SECONDS)

    def _run(self) -> None:
        with contextlib.suppress(Exception):
            from afterglow.cli import places  # noqa: F401, PLC0415 - while the command runs already
            from afterglow.sensors.gitdir import find_root  # noqa: PLC0415

            # Before the command changes it; a folder that it has removed by now still lies in its root.
            workspace = None if self._folder is None else find_root(self._folder)
            self._told.wait()
            self._record(workspace)

    def _record(self, workspace: str | None) -> None:
        from attrs import evolve  # noqa: PLC0415 - see above

        from afterglow.cli import places  # noqa: PLC0415
        from afterglow.core.events import Problem, parse_event  # noqa: PLC0415
        from afterglow.core.local_time import format_iso  # noqa: PLC0415

        event = dict(self._event)
        began = event.pop("began", None)
        if began is not None:
            event["startedAt"] = format_iso(began)
        made = parse_event(
            event,
            default_workspace=workspace,
            now=places.now(),
            source="run",
            to_workspace=lambda folder: folder,
        )
        if not isinstance(made, Problem):
            places.record(evolve(made, data={**made.data, **self._proven}))
