"""What decides among equals instead of chance: a hash, so that the same state gives the same line.

Invariant: pure; the same on every machine and in every run.
"""

from __future__ import annotations

import hashlib


def lot(key: str, name: str) -> int:
    """A number from 0 to 2**64 - 1 for ``name`` under ``key`` (a seed or session, and a turn)."""
    digest = hashlib.blake2b(f"{key}\n{name}".encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big")
