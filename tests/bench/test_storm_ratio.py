"""F39, F40: what a storm of files costs a server that watches, beside what the storm itself costs.

Run with ``-m bench -s``. The ratio is of CPU seconds, the server's to the storm's, in one run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import figures
from tests.support.patience import wait_until
from tests.support.sidecar import Sidecar
from tests.support.storms import INSTALL, cpu_of, kernel_watches, python_storm, with_branch_of

pytestmark = pytest.mark.bench

CHECKOUT_FILES = 20_000
INSTALL_FILES = 50_000
MOST_SHARE = 0.02
MOST_WATCHES = 10 + 32


def measured(client: Sidecar, storm: Callable[[], float], what: str) -> float:
    """The server's share of CPU while ``storm`` raged and until it answers after it."""
    pid = client.process.pid
    before = figures.cpu_seconds(pid)
    cost = storm()
    client.ask("afterglow/snapshot")
    spent = figures.cpu_seconds(pid) - before
    sys.stdout.write(f"\n{what}: {spent:.3f} s of CPU beside {cost:.2f} s, {spent / cost:.4f}\n")
    return spent / cost


def there_and_back(root: Path) -> float:
    """Both ways: the price of recording a switch is the same whether files are written or deleted."""
    return sum(cpu_of(["git", "checkout", "-q", branch], root) for branch in ("full", "main"))


def test_a_checkout_and_an_installation_cost_next_to_nothing(tmp_path: Path) -> None:
    root = (tmp_path / "project").resolve()
    box = with_branch_of(root, CHECKOUT_FILES)
    with Sidecar(root) as client:
        client.listen()
        memory = figures.memory_kb(client.process.pid, "VmRSS")
        out = measured(client, lambda: there_and_back(root), "checkout of 20,000 files, and back")
        many = measured(client, lambda: python_storm(INSTALL, root, INSTALL_FILES), "installation of 50,000")
        counted = client.ask("afterglow/snapshot")["counts"]["events"]
        box.commit("b.txt", "b\n", "after the storm")
        wait_until(lambda: client.ask("afterglow/snapshot")["counts"]["events"] > counted, 30)
        watches = kernel_watches(client.process.pid)
        grown = figures.memory_kb(client.process.pid, "VmRSS") - memory
    sys.stdout.write(f"{watches} watches, {grown} kB more memory\n")
    assert max(out, many) < MOST_SHARE
    assert watches <= MOST_WATCHES
