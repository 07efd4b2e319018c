"""Tables of command lines: one to a line of a block."""

from __future__ import annotations


def lines(block: str) -> list[str]:
    return [line.strip() for line in block.strip().splitlines()]
