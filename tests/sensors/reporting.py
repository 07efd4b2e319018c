"""A suite that can be red or green, and what a look at its reports gave."""

from __future__ import annotations

from pathlib import Path

from afterglow.core.model import Observation
from afterglow.sensors.scanning import Seen

GREEN = '<testsuite name="unit" tests="2" time="1.5"><testcase name="a"/><testcase name="b"/></testsuite>'
MINUTE = 60_000

SUITE = """\
import os, signal, pytest

def test_first():
    pass

class TestCart:
    @pytest.mark.parametrize("n", [1, 2])
    def test_total(self, n):
        assert n != WRONG

def test_last():
    pass
"""


def one(scan: Seen) -> Observation:
    assert scan.problem is None
    assert scan.again_after_ms is None
    (observation,) = scan.observations
    return observation


def counts(observation: Observation) -> dict[str, object]:
    return {name: value for name, value in observation.data.items() if name not in ("job", "failing")}


def numbers(passed: int, failed: int, skipped: int = 0, errors: int = 0) -> dict[str, object]:
    total = passed + failed + skipped + errors
    return {"passed": passed, "failed": failed, "skipped": skipped, "errors": errors, "total": total}


def write_suite(root: Path, wrong: str) -> None:
    (root / "test_shop.py").write_text(SUITE.replace("WRONG", wrong))
