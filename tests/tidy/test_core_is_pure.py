"""The core is a function of what it is given: no call in it asks a clock, a disk, chance or the hash seed.

Its imports are held by the contracts in ``pyproject.toml``; here is what an allowed module could still do.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.tidy.checkout import named, sources

CLOCKS = {"now", "today", "utcnow"}
OUTSIDE = {"open", "print", "input", "exec", "eval", "__import__"}
BY_SEED = {"hash", "id"}
"""Of a string these differ from one process to the next, so the same turn would pick another line."""


def impure_calls(code: str) -> Iterator[tuple[int, str]]:
    """Line and name of each call that makes a result depend on something other than the arguments."""
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            yield node.lineno, node.func.attr
        elif isinstance(node.func, ast.Name) and node.func.id in OUTSIDE | BY_SEED:
            yield node.lineno, node.func.id


@pytest.mark.parametrize(
    "code",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "open('x')",
        "hash(seed)",
        "print(1)",
    ],
)
def test_an_impure_call_is_found(code: str) -> None:
    assert list(impure_calls(code))


def test_the_core_makes_no_impure_call() -> None:
    found = [
        f"{named(path)}:{line}: {name}()"
        for path in sources("server/afterglow/core")
        for line, name in impure_calls(path.read_text(encoding="utf-8"))
    ]
    assert found == []
