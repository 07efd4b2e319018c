"""``afterglow doctor --test``: each sensor proven on a scratch repository, by a real change that is seen.

Invariant: everything happens in one temporary folder, with a home of its own; all of it is gone afterwards,
every wait has an end, and git is the only program of the user's that is run.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from attrs import frozen

from afterglow.cli import output
from afterglow.cli.selftest_scratch import Ears, Fits, Scratch, scratch_at
from afterglow.core.model import Observation
from afterglow.loop.clock import SYSTEM
from afterglow.loop.senses import Senses
from afterglow.sensors.watch import Names, Watcher
from afterglow.store import query
from afterglow.store.database import Database, Unavailable

SECONDS: Final = 9.0
"""All of it takes at most so long; what was not seen by then is not seen."""
SENSORS: Final = ("git", "reports", "caches", "builds", "quality")
BUNDLE: Final = "afterglow doctor --bundle FILE gathers what a report of this needs"
_COLUMN: Final = 9
_TEST: Final = '<testcase classname="tests.test_scratch" name="test_it" time="0.1">{inside}</testcase>'
_SUITE: Final = (
    '<?xml version="1.0"?><testsuites><testsuite name="pytest" tests="1" errors="0" failures="{failures}"'
    ' skipped="0" time="0.1">{test}</testsuite></testsuites>'
)
_BUILD: Final = {
    "version": "5.9.2",
    "root": ["./a.ts"],
    "fileNames": ["./a.ts"],
    "semanticDiagnosticsPerFile": [["./a.ts", [{"start": 0, "length": 1, "code": 2322, "category": 1}]]],
}
_COVERAGE: Final = '<?xml version="1.0"?><coverage line-rate="0.5" lines-valid="2"><packages/></coverage>'


@frozen
class Proof:
    """One row. ``ms``: from the change to its being seen, None where it was not. ``skipped``: why nothing
    was tried. ``mend``: what to do about it."""

    name: str
    what: str
    ms: float | None = None
    mend: str | None = None
    skipped: str | None = None


def selftest(options: argparse.Namespace) -> int:
    """Try every sensor; 1 where one did not see what it should. Raises No."""
    began = time.perf_counter()
    proofs = prove(began + SECONDS)
    seconds = time.perf_counter() - began
    well = all(proof.ms is not None or proof.skipped for proof in proofs)
    if options.json:
        output.put({"ok": well, "seconds": round(seconds, 2), "proofs": [_json(proof) for proof in proofs]})
        return 0 if well else 1
    for proof in proofs:
        mark, said = _told(proof)
        output.say(f"{mark:<4}  {proof.name:<{_COLUMN}}  {said}")
        if proof.mend is not None:
            output.say(f"{'':<4}  {'':<{_COLUMN}}  {output.plain(proof.mend, output.PROBLEM)}")
    tried = sum(proof.skipped is None for proof in proofs)
    output.say(f"{sum(proof.ms is not None for proof in proofs)} of {tried} seen, in {seconds:.1f} s")
    return 0 if well else 1


def prove(deadline: float) -> list[Proof]:
    """Change what each sensor looks at, and wait until it was seen or the time is up (perf_counter).

    Raises No where there is no place for a scratch folder.
    """
    with scratch_at(deadline) as scratch:
        ears = Ears(deadline)
        senses = Senses(
            str(scratch.home.run), ears.tell, ears.ring, ears.troubles.append, lambda: None, SYSTEM.wall
        )
        senses.start()
        try:
            return _prove(scratch, senses, ears)
        finally:
            senses.stop()


def _prove(scratch: Scratch, senses: Senses, ears: Ears) -> list[Proof]:
    no_git = _begin_repository(scratch)
    begun = time.perf_counter()
    senses.add(str(scratch.root), ())
    for sensor in SENSORS:
        ears.wait(sensor, begun, lambda _, first: first)
    # The slow ones early: what their files say has to settle, and others are tried meanwhile.
    built = _changed(lambda: scratch.write("tsconfig.tsbuildinfo", json.dumps(_BUILD)))
    proofs = [_git(scratch, ears, no_git), *_reports(scratch, ears)]
    # Not before the reports: a test that fails here would take the green from them, as it should.
    cached = _changed(
        lambda: scratch.write(".pytest_cache/v/cache/lastfailed", '{"tests/test_scratch.py::test_it": true}')
    )
    proofs.append(_seen(ears, "caches", "a failing test in pytest's cache", cached, _says("fail")))
    proofs.append(_seen(ears, "builds", "a build that TypeScript says failed", built, _says("fail")))
    since = _changed(lambda: scratch.write("coverage.xml", _COVERAGE))
    proofs.append(_seen(ears, "quality", "a coverage report", since, _covers))
    words: tuple[str, ...] = ("emit", "command", "--source", "hook", "--status", "ok", "--label", "scratch")
    proofs.append(_recorded(scratch, ears, "hook", "a command that a shell reports", "hook", words))
    words = ("run", "--label", "scratch", "--", sys.executable, "-c", "")
    proofs.append(_recorded(scratch, ears, "run", "a command under afterglow run", "run", words))
    return [*proofs, _watch(scratch)]


def _git(scratch: Scratch, ears: Ears, no_git: str | None) -> Proof:
    what = "a commit"
    if no_git is not None:
        return Proof("git", what, skipped=no_git)
    since = time.perf_counter()
    try:
        scratch.git("commit", "--quiet", "--allow-empty", "--message", "a second one")
    except (OSError, subprocess.SubprocessError):
        return Proof("git", what, skipped="git made no commit in a scratch repository")
    return _seen(
        ears, "git", what, since, lambda observations, _: any(one.kind == "commit" for one in observations)
    )


def _reports(scratch: Scratch, ears: Ears) -> Iterator[Proof]:
    broken = _SUITE.format(failures=1, test=_TEST.format(inside='<failure message="no"/>'))
    since = _changed(lambda: scratch.write("junit.xml", broken))
    yield _seen(ears, "reports", "a test report with a failure", since, _says("fail"))
    since = _changed(
        lambda: scratch.write("junit.xml", _SUITE.format(failures=0, test=_TEST.format(inside="")))
    )
    yield _seen(ears, "reports", "the same test, passing again", since, _says("ok"))


def _recorded(
    scratch: Scratch, ears: Ears, name: str, what: str, source: str, words: tuple[str, ...]
) -> Proof:
    """Another process records, the bell wakes this one, and the record is there: the whole way."""
    since = time.perf_counter()
    mend = "run: afterglow emit command --label scratch (it says what is wrong)"
    try:
        scratch.afterglow(*words)
    except (OSError, subprocess.SubprocessError):
        return Proof(name, what, mend=mend)
    took = ears.wait("bell", since, lambda *_: True)
    try:
        opened = Database(scratch.home, fallback=False)
    except Unavailable as error:
        return Proof(name, what, mend=str(error))
    try:
        found = opened.read(lambda connection: query.newest(connection, str(scratch.root), 10))
    finally:
        opened.close()
    if not any(event.source == source for event in found):
        return Proof(name, what, mend=mend)
    return _proof(ears, name, what, took)


def _watch(scratch: Scratch) -> Proof:
    """The watcher alone: how long the system takes to tell that a file was written."""
    woken, troubles = threading.Event(), list[str]()
    watcher = Watcher(lambda _: woken.set(), troubles.append)
    try:
        watcher.set("test", {str(scratch.root / "tests"): Names(exact=frozenset({"watched"}))})
        since = _changed(lambda: scratch.write("tests/watched", ""))
        seen = woken.wait(max(0.0, scratch.deadline - since))
        took = (time.perf_counter() - since) * 1000
    finally:
        watcher.stop()
    mend = None if seen else next(iter(troubles), BUNDLE)
    return Proof("watches", "a file that is written", took if seen else None, mend)


def _begin_repository(scratch: Scratch) -> str | None:
    """Make it a repository with one commit; why there is none, where that cannot be done."""
    if shutil.which("git", path=scratch.environ.get("PATH")) is None:
        return "there is no git program here to make a commit with"
    try:
        scratch.git("init", "--quiet")
        scratch.git("commit", "--quiet", "--allow-empty", "--message", "a first one")
    except (OSError, subprocess.SubprocessError):
        return "git made no commit in a scratch repository"
    return None


def _changed(change: Callable[[], None]) -> float:
    """Make a change; when it began (perf_counter)."""
    since = time.perf_counter()
    change()
    return since


def _seen(ears: Ears, name: str, what: str, since: float, fits: Fits) -> Proof:
    return _proof(ears, name, what, ears.wait(name, since, fits))


def _proof(ears: Ears, name: str, what: str, took: float | None) -> Proof:
    if took is not None:
        return Proof(name, what, took * 1000)
    told = next(iter(ears.troubles), None)
    return Proof(
        name, what, mend=told or "afterglow doctor --bundle FILE gathers what a report of this needs"
    )


def _says(status: str) -> Fits:
    return lambda observations, _: any(one.status == status for one in observations)


def _covers(observations: tuple[Observation, ...], _: bool) -> bool:
    return any("coverage" in one.data for one in observations)


def _told(proof: Proof) -> tuple[str, str]:
    if proof.skipped is not None:
        return "off", f"not tried: {proof.skipped}"
    if proof.ms is None:
        return "LOOK", f"{proof.what}: not seen"
    return "ok", f"{proof.what}: seen in {_span(proof.ms)}"


def _span(ms: float) -> str:
    return f"{max(1, round(ms))} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


def _json(proof: Proof) -> dict[str, Any]:
    return {
        "name": proof.name,
        "what": proof.what,
        "seen": proof.ms is not None,
        "ms": None if proof.ms is None else round(proof.ms, 1),
        "skipped": proof.skipped,
        "mend": proof.mend,
    }
