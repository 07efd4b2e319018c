"""What ``afterglow doctor --test`` needs: a scratch workspace with a home of its own, and ears for sensors.

Invariant: all of it lies in one temporary folder that is gone afterwards, and every wait has an end.
"""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

from attrs import field, frozen, mutable

from afterglow.cli import No
from afterglow.cli.itself import itself
from afterglow.cli.scratch import isolated
from afterglow.core.model import Observation
from afterglow.loop.senses import Sensed
from afterglow.store.home import Home, find_home, make_private

PROGRAM_SECONDS: Final = 3.0
"""A program that is run may take so long."""
Fits = Callable[[tuple[Observation, ...], bool], bool]
"""Whether what a sensor told, at its first look or later, is what is waited for."""


@frozen
class Scratch:
    """A workspace and a home below one temporary folder. ``environ`` is for the programs that are run."""

    root: Path
    home: Home
    environ: dict[str, str]
    deadline: float

    def write(self, name: str, text: str) -> None:
        """A whole file at once, as tools that care leave one."""
        path = self.root / name
        fresh = path.with_name(f"{path.name}.new")
        fresh.write_text(text, "utf-8")
        fresh.replace(path)

    def git(self, *words: str) -> None:
        """Run git there. Raises OSError and subprocess.SubprocessError."""
        self._run("git", *words)

    def afterglow(self, *words: str) -> None:
        """Run one of our commands there. Raises OSError and subprocess.SubprocessError."""
        self._run(*itself(), *words)

    def _run(self, *words: str) -> None:
        subprocess.run(
            words,
            cwd=self.root,
            env=self.environ,
            check=True,
            timeout=max(0.1, min(PROGRAM_SECONDS, self.deadline - time.perf_counter())),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


@mutable
class Ears:
    """What the sensors told so far. ``troubles``: why some of it may go unseen."""

    deadline: float
    heard: SimpleQueue[tuple[float, str, tuple[Observation, ...], bool]] = field(factory=SimpleQueue)
    kept: list[tuple[float, str, tuple[Observation, ...], bool]] = field(factory=list)
    troubles: list[str] = field(factory=list)

    def tell(self, sensed: Sensed) -> None:
        """Called on the sensors' thread."""
        if sensed.problem is not None and not sensed.first:
            self.troubles.append(sensed.problem)
        self.heard.put((time.perf_counter(), sensed.sensor, sensed.observations, sensed.first))

    def ring(self) -> None:
        """The bell; called on the sensors' thread."""
        self.heard.put((time.perf_counter(), "bell", (), False))

    def wait(self, sensor: str, since: float, fits: Fits) -> float | None:
        """Seconds from ``since`` (perf_counter) until this sensor told what fits; None when time is up."""
        seen = 0
        while True:
            for at, name, observations, first in self.kept[seen:]:
                if name == sensor and at >= since and fits(observations, first):
                    return at - since
            seen = len(self.kept)
            try:
                self.kept.append(self.heard.get(timeout=max(0.0, self.deadline - time.perf_counter())))
            except Empty:
                return None


@contextlib.contextmanager
def scratch_at(deadline: float) -> Iterator[Scratch]:
    """A scratch workspace whose programs end by ``deadline`` (perf_counter). Raises No."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="afterglow-test-", ignore_cleanup_errors=True)
    except OSError as error:
        reason = (error.strerror or "").lower()
        raise No(f"doctor: --test needs a temporary folder ({reason}); set TMPDIR to one") from None
    with folder as made:
        top = Path(made).resolve()
        environ = isolated(top / "home")
        scratch = Scratch(top / "project", find_home(environ), environ, deadline)
        (scratch.root / "tests").mkdir(parents=True)
        (scratch.root / "tests" / "test_scratch.py").write_text("def test_it():\n    pass\n", "utf-8")
        (scratch.root / ".pytest_cache" / "v" / "cache").mkdir(parents=True)
        scratch.write(".pytest_cache/v/cache/lastfailed", "{}")
        make_private(scratch.home.run)
        yield scratch
