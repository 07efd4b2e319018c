"""Which tests of a workspace failed and were not seen to pass since, by the name of their runner.

Invariant: only a test that is known to have passed, or to be gone, is struck off, so that a run of other
tests never proves these green. It outlives a restart as text, and forgets what is no longer red.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Final

from afterglow.core.kinds import RED_FOR_MS

MAX_KEPT: Final = 5_000
MAX_SAVED: Final = 500
"""Of more failing tests than this the rest is forgotten at a restart; one that stands keeps its label red."""
MAX_SAVED_CHARS: Final = 300


class Ledger:
    """Tests are named as in JUnit: ``class::name``, see ``junit_child.test_id``. Times in ms."""

    def __init__(self, memory: str = "") -> None:
        """``memory``: what ``memory()`` gave earlier; anything else counts as nothing."""
        self._failing: dict[str, dict[str, int]] = _loaded(memory)

    def failed(self, label: str, tests: Iterable[str], at: int) -> None:
        """These tests failed in a run that ended at ``at``."""
        failing = self._failing.setdefault(label, {})
        for test in tests:
            if test in failing:
                failing[test] = max(failing[test], at)
            elif len(failing) < MAX_KEPT:
                failing[test] = at

    def passed(self, label: str, tests: Collection[str], at: int | None = None) -> tuple[str, ...]:
        """These tests passed in a run that ended at ``at``; one that failed after that stays. Gives those
        of them that had failed, in the order they failed."""
        failing = self._failing.get(label, {})
        mended = tuple(
            test for test, failed in failing.items() if test in tests and (at is None or failed <= at)
        )
        for test in mended:
            del failing[test]
        return mended

    def gone(self, label: str, tests: Iterable[str]) -> None:
        """These tests do not exist any more, so that nothing can be wrong with them."""
        failing = self._failing.get(label, {})
        for test in tests:
            failing.pop(test, None)

    def standing(self, label: str, now: int) -> tuple[str, ...]:
        """The tests that failed less than two hours ago and were not seen to pass since."""
        self._forget(now)
        return tuple(self._failing.get(label, {}))

    def asked(self, now: int) -> frozenset[str]:
        """All of them, of every label: whose passing a new report should tell of."""
        self._forget(now)
        return frozenset(test for failing in self._failing.values() for test in failing)

    def memory(self) -> str:
        """The ledger as text, for ``__init__`` after a restart; empty when nothing stands.

        A name that holds a secret is kept without it, and so is not known again after a restart.
        """
        from afterglow.core.redact import safe  # noqa: PLC0415 - not where nothing failed

        kept: dict[str, dict[str, int]] = {}
        left = MAX_SAVED
        for label, failing in self._failing.items():
            saved = {
                safe(test): at for test, at in list(failing.items())[:left] if len(test) <= MAX_SAVED_CHARS
            }
            left -= len(saved)
            if saved:
                kept[label] = saved
        return json.dumps(kept, separators=(",", ":")) if kept else ""

    def _forget(self, now: int) -> None:
        for failing in self._failing.values():
            # Either way: a failure from before the clock was set back must not stay for years.
            for test in [test for test, at in failing.items() if abs(now - at) > RED_FOR_MS]:
                del failing[test]


def _loaded(memory: str) -> dict[str, dict[str, int]]:
    try:
        found = json.loads(memory) if memory else {}
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        label: {test: at for test, at in failing.items() if isinstance(at, int)}
        for label, failing in found.items()
        if isinstance(failing, dict)
    }
