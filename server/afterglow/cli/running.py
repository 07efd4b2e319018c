"""``afterglow run``: a command with the terminal untouched, and its end reported.

Invariant: the command runs and its exit code is passed on whatever happens to Afterglow, and its end is
held up for ``PATIENCE_SECONDS`` at most. What is needed to report is imported while the command runs.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shlex
import subprocess
import time
from collections.abc import Sequence
from typing import Any, Final

from afterglow.cli import Usage, output
from afterglow.cli.passing import Passing
from afterglow.cli.reporter import Reporter

NOT_FOUND: Final = 127
NOT_RUN: Final = 126


def run(options: argparse.Namespace) -> int:
    """Run the words; the command's own exit code, or 126 or 127 as shells give them. Raises Usage."""
    words: list[str] = options.words
    if not words:
        raise Usage("run: name a command, as in: afterglow run -- pytest -q")
    _check_job(options.job)
    recognised = _recognised(words)
    folder = _here()
    proven = {name: recognised[name] for name in ("program", "hazard") if "hazard" in recognised}
    if proven:
        # Before it runs: no window may speak while it does.
        Reporter(folder, proven).report({"kind": "command.started"})
    began, ticks = time.time_ns() // 1_000_000, time.monotonic()
    with Passing() as passing:
        try:
            child = subprocess.Popen(words, close_fds=False)
        except (OSError, ValueError) as error:
            return _not_run(words[0], error)
        passing.to(child)
        reporter = Reporter(folder, proven)
        code = passing.wait(child)
        took_ms = (time.monotonic() - ticks) * 1000
        code = 128 - code if code < 0 else code
        reporter.report(_event(options, recognised, code, began, took_ms))
    return code


def _here() -> str | None:
    try:
        return os.getcwd()  # noqa: PTH109 - pathlib would be imported for this alone
    except OSError:
        return None


def _check_job(job: str | None) -> None:
    if job is not None:
        from afterglow.core.kinds import JOBS  # noqa: PLC0415 - only where a job is named

        if job not in JOBS:
            raise Usage(f"run: --job: {job!r} is none of {', '.join(JOBS)}")


def _not_run(name: str, error: Exception) -> int:
    """Nothing ran, so nothing is reported but to the user."""
    if not name or isinstance(error, FileNotFoundError):
        missing = "the program that should run it was not found" if _exists(name) else "command not found"
        output.complain(f"run: {name}: {missing}")
        return NOT_FOUND
    reason = (getattr(error, "strerror", None) or "no name of a program").lower()
    output.complain(f"run: {name}: cannot be run ({reason})")
    return NOT_RUN


def _exists(name: str) -> bool:
    return "/" in name and os.path.exists(name)  # noqa: PTH110 - pathlib would be imported for this alone


def _recognised(words: Sequence[str]) -> dict[str, str]:
    """``program``, ``job``, ``label`` and ``hazard`` of a command, as far as they are known."""
    with contextlib.suppress(Exception):
        from afterglow.core.commands import recognise  # noqa: PLC0415 - a broken install runs it all the same

        found = recognise(shlex.join(words))
        named = {"program": found.program, "job": found.job, "label": found.label, "hazard": found.hazard}
        return {name: value for name, value in named.items() if value}
    return {}


def _event(
    options: argparse.Namespace, recognised: dict[str, str], code: int, began: int, took_ms: float
) -> dict[str, Any]:
    event: dict[str, Any] = {
        "kind": "job.finished",
        "label": options.label or recognised.get("label") or recognised.get("program"),
        "exitCode": code,
        "durationMs": round(took_ms, 1),
        "began": began,
        "data": {"job": options.job or recognised.get("job") or "task"},
    }
    if options.tags:
        event["tags"] = [tag.strip() for tag in options.tags.split(",") if tag.strip()]
    return event
