"""What a runner of tests is to us: a tiny project, how it is run, where it reports, how it counts.

Invariant: every project has one sum that is right or wrong, so that one test of several fails; what is
expected of a run is read from the runner's own summary, never from its report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from attrs import frozen

OPERATOR: Final = "@OP@"
"""Stands in a project's files where the sum is made."""
STATES: Final[Mapping[str, str]] = {"pass": "+", "fail": "-", "fix": "+"}
"""The runs of a project in order, and the operator that each finds."""
_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@frozen
class Counts:
    """What one run came to. ``status``: ``ok`` or ``fail``."""

    passed: int
    failed: int
    skipped: int
    errors: int

    @property
    def status(self) -> str:
        return "fail" if self.failed or self.errors else "ok"

    def as_json(self) -> dict[str, int | str]:
        return {
            "passed": self.passed,
            "failed": self.failed,
            "skipped": self.skipped,
            "errors": self.errors,
            "status": self.status,
        }


@frozen
class Runner:
    """One runner.

    ``kit``: what brings it: ``python`` and ``node`` are installed for the tests, ``system`` must be there.
    ``files``: the project, text by relative path. ``commands``: run in order, programs by name.
    ``counts``: patterns with one group by what they count: passed, failed, skipped, errors, or total where
    the runner leaves the passed to be worked out. A pattern's numbers are summed over the output; where its
    group is empty, each line is one.
    ``reports``: patterns of the files it writes. ``needs``: programs beside the kit.
    """

    name: str
    kit: str
    commands: tuple[tuple[str, ...], ...]
    files: Mapping[str, str]
    counts: Mapping[str, str]
    reports: tuple[str, ...]
    needs: tuple[str, ...] = ()

    def texts(self, state: str) -> dict[str, str]:
        """The project's files as ``pass``, ``fail`` or ``fix`` finds them."""
        return {name: text.replace(OPERATOR, STATES[state]) for name, text in self.files.items()}

    def summary(self, output: str) -> str:
        """The lines of its output that count."""
        lines = (_COLOURS.sub("", line).rstrip() for line in output.splitlines())
        return "".join(
            f"{line}\n" for line in lines if any(re.search(it, line) for it in self.counts.values())
        )

    def counted(self, summary: str) -> Counts:
        """What the runner says it came to; fails where it says nothing."""
        found = {
            what: sum(int(number or 1) for number in re.findall(pattern, summary, re.MULTILINE))
            for what, pattern in self.counts.items()
        }
        rest = {what: found.get(what, 0) for what in ("failed", "skipped", "errors")}
        passed = found["passed"] if "passed" in found else found["total"] - sum(rest.values())
        counts = Counts(passed=passed, **rest)
        assert counts.passed, f"{self.name} printed no summary that is known:\n{summary}"
        return counts
