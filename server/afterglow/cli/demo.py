"""``afterglow demo``: the whole way from a real command to a line, on a scratch project.

Invariant: exit 0 only if each expected line came and no other did; the scratch folder is gone afterwards,
whatever ended the demo.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from afterglow.cli import No
from afterglow.cli.scratch import BUG, GOOD, Project, isolated
from afterglow.cli.talk import Gone, Talk
from afterglow.cli.telling import Outcome, Teller

# In ``chatty`` each commit is worth its number; a build of a second is news only without the limit.
OPTIONS: Final = {"mode": "chatty", "minJobSeconds": 0}
FAST: Final = {"coalesceMs": 100, "typingPauseMs": 100}
PATIENCE_SECONDS: Final = 30.0
QUIET_SECONDS: Final = {True: 0.5, False: 2.5}
"""How long to listen after the last step for what nobody expected; ``--fast`` or not."""
LOOK_SECONDS: Final = 0.02


@frozen
class Step:
    """``words``: what is run, as shown. ``kind`` and ``job`` name the event to wait for.

    ``speaks``: whether a line must come, or must not.
    """

    title: str
    words: str
    action: Callable[[], object]
    kind: str
    job: str | None
    speaks: bool


def demo(options: argparse.Namespace) -> int:
    """Play the demo; 0 if everything was said that should be, and nothing else."""
    if shutil.which("git") is None:
        raise No("demo: git is needed and was not found; install it, or add it to PATH")
    try:
        scratch = tempfile.TemporaryDirectory(prefix="afterglow-demo-", ignore_cleanup_errors=True)
    except OSError:
        raise No("demo: no temporary folder can be made; set TMPDIR to one that can be written") from None
    try:
        with scratch as folder:
            return asyncio.run(_until_stopped(Path(folder).resolve(), options))
    except Gone as gone:
        raise No(f"demo: the server {gone}; afterglow doctor may know why") from None
    except subprocess.CalledProcessError as error:
        said = (error.stderr or "").strip().splitlines()
        raise No("demo: git failed in the scratch repository" + (f": {said[-1]}" if said else "")) from None


async def _until_stopped(folder: Path, options: argparse.Namespace) -> int:
    """Play; a signal that asks to end cleans up first, as Ctrl-C does. 128 + its number then."""
    playing = asyncio.ensure_future(_play(folder, options))
    stopped: list[int] = []

    def stop(number: int) -> None:
        stopped.append(number)
        playing.cancel()

    for name in ("SIGTERM", "SIGHUP"):
        with contextlib.suppress(AttributeError, NotImplementedError, ValueError, RuntimeError):
            number = getattr(signal, name)
            asyncio.get_running_loop().add_signal_handler(number, stop, number)
    try:
        return await playing
    except asyncio.CancelledError:
        if not stopped:
            raise
        return 128 + stopped[0]


async def _play(folder: Path, options: argparse.Namespace) -> int:
    teller = Teller(json=options.json)
    environ = isolated(folder / "home")
    project = await asyncio.to_thread(Project, folder / "basket", environ)
    client = await Talk.start(environ, folder)
    good = True
    told: set[str] = set()
    try:
        await client.open(project.root, {**OPTIONS, **(FAST if options.fast else {})})
        await _ready(client)
        for step in _steps(project):
            outcome = await _take(client, step)
            teller.step(outcome)
            good = good and outcome.good
            if outcome.token is not None:
                told.add(outcome.token["id"])
        await asyncio.sleep(QUIET_SECONDS[options.fast])
        uninvited = [shown.token for shown in client.shown if shown.token.get("id") not in told]
        good = teller.end(uninvited, await asyncio.to_thread(project.untracked)) and good
    finally:
        code = await client.close()
    return 0 if good and code == 0 else 1


def _steps(project: Project) -> list[Step]:
    tests, build = "python run_tests.py", "python -m zipapp src -o basket.pyz"

    def run_tests() -> None:
        project.run("test", "unittest", "run_tests.py")

    def change(text: str) -> Callable[[], None]:
        def act() -> None:
            project.write(text)
            run_tests()

        return act

    def run_build() -> None:
        project.run("build", "zipapp", "-m", "zipapp", "src", "-o", "basket.pyz", "-m", "basket:main")

    def commit(subject: str) -> Callable[[], None]:
        def act() -> None:
            project.note(subject)
            project.commit(subject)

        return act

    return [
        Step("A build ends", build, run_build, "job.finished", "build", True),
        Step("A bug creeps in: tests fail", tests, change(BUG), "job.finished", "test", False),
        Step("Still red", tests, run_tests, "job.finished", "test", False),
        Step("A commit while red", "git commit -am wip", commit("wip"), "commit", None, False),
        Step("The bug is mended", tests, change(GOOD), "job.finished", "test", True),
        Step("A commit", "git commit -am discounts", commit("discounts"), "commit", None, True),
    ]


async def _ready(client: Talk) -> None:
    """Wait until the sensors are listening. Raises Gone."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        shot = await client.request("afterglow/snapshot", {})
        if {sensor["name"] for sensor in shot["sensors"] if sensor["on"]} >= {"git", "reports"}:
            return
        await asyncio.sleep(LOOK_SECONDS)
    raise Gone(f"did not begin to watch within {PATIENCE_SECONDS:.0f} s")


async def _take(client: Talk, step: Step) -> Outcome:
    """Run one step and wait for its turn to be over."""
    before = (await _newest(client)).get("id")
    began = time.monotonic()
    await asyncio.to_thread(step.action)
    ended = time.monotonic()
    record = await _turn_after(client, before, step)
    decided = time.monotonic()
    token = record.get("token") if record is not None else None
    shown = await client.showing(token["id"], PATIENCE_SECONDS) if token is not None else None
    came = shown.at if shown is not None else decided
    return Outcome(
        title=step.title,
        words=step.words,
        speaks=step.speaks,
        token=shown.token if shown is not None else None,
        reason=record["reason"] if record is not None else f"no turn came within {PATIENCE_SECONDS:.0f} s",
        took_ms=(ended - began) * 1000,
        after_ms=max(0.0, (came - ended) * 1000),
        good=record is not None and (shown is not None) == step.speaks == (token is not None),
    )


async def _newest(client: Talk) -> dict[str, Any]:
    record: dict[str, Any] = await client.request("afterglow/explain", {}) or {}
    return record.get("event") or {}


async def _turn_after(client: Talk, before: str | None, step: Step) -> dict[str, Any] | None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        record: dict[str, Any] = await client.request("afterglow/explain", {}) or {}
        event = record.get("event") or {}
        of_step = event.get("kind") == step.kind and step.job in (None, event.get("data", {}).get("job"))
        if of_step and event.get("id") != before:
            return record
        await asyncio.sleep(LOOK_SECONDS)
    return None
