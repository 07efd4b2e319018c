"""The banks: JSON lines on disk become frozen entries, once, at start; and whether a bank is any good.

Invariant: ``load`` never raises, a bad line costs only itself, and after it nothing reads the disk.
In a wheel the shipped ``*.jsonl`` lie in this very folder, beside the code; in a checkout in ``banks/``.
"""

from __future__ import annotations

from afterglow.banks.loading import Shelf, load, shipped
from afterglow.banks.reading import Problem

__all__ = ["Problem", "Shelf", "load", "shipped"]
