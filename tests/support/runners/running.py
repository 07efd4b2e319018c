"""Installs the runners once for all tests, and runs one of them in a folder.

Invariant: what is installed lies in a folder of its own below ``.venv``, made once under a lock and again
when a pin changes; a run itself reaches no network and sees the home of the test that starts it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from attrs import frozen

from tests.support.rawclient import ROOT
from tests.support.runners.node_projects import NODE_RUNNERS
from tests.support.runners.python_projects import python_runners
from tests.support.runners.shapes import OPERATOR, Counts, Runner
from tests.support.runners.system_projects import SYSTEM_RUNNERS

CACHE: Final = ROOT / ".venv" / "runners"
PINS: Final = ROOT / "requirements" / "runners.txt"
PACKAGES: Final = Path(__file__).parent
RECORDED: Final = ROOT / "tests" / "data" / "runners"
INSTALL_SECONDS: Final = 170
RUN_SECONDS: Final = 100
_OLDEST_NODE: Final = (20, 19)

_OWN: Final = dict(os.environ)
"""As this process was started: pip and npm install from where the developer has told them to."""
_SWAYING: Final = (
    "CI",
    "FORCE_COLOR",
    "GITHUB_ACTIONS",
    "NODE_OPTIONS",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "PIP_",
    "TOX_",
)
"""Beginnings of variables that would change what a runner prints, or where it looks."""

_pytest = re.search(r"^pytest==(\S+)", PINS.read_text(encoding="utf-8"), re.MULTILINE)
assert _pytest is not None, PINS
RUNNERS: Final[Mapping[str, Runner]] = {
    runner.name: runner for runner in (*python_runners(_pytest[1]), *NODE_RUNNERS, *SYSTEM_RUNNERS)
}
"""All of them, by name."""


class Lacking(AssertionError):
    """What this machine needs, in one line."""


@frozen
class Run:
    """One run: its exit code, all it printed, the lines that count, and what they come to."""

    code: int
    output: str
    summary: str
    counts: Counts


def named(kit: str) -> list[str]:
    """The runners of one kit."""
    return [name for name, runner in RUNNERS.items() if runner.kit == kit]


def lacking(runner: Runner) -> list[str]:
    """Programs and files that it needs and that are not there."""
    return [it for it in runner.needs if not (Path(it).exists() if "/" in it else shutil.which(it))]


def begin(runner: Runner, root: Path) -> None:
    """Writes the project, sum right, into ``root``, and links what its kit has installed."""
    absent = lacking(runner)
    if absent:
        raise Lacking(f"{runner.name} needs {', '.join(absent)}, which this machine does not have")
    place = installed(runner.kit)
    write(runner, root, "pass", everything=True)
    if runner.kit == "node":
        (root / "node_modules").symlink_to(place / "node_modules")


def write(runner: Runner, root: Path, state: str, *, everything: bool = False) -> None:
    """Makes the sum right or wrong."""
    for name, text in runner.texts(state).items():
        if everything or OPERATOR in runner.files[name]:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def run(runner: Runner, root: Path) -> Run:
    """A run of all its tests as they stand."""
    outputs: list[str] = []
    for command in runner.commands:
        done = subprocess.run(
            command,
            cwd=root,
            env=environment(runner),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=RUN_SECONDS,
            check=False,
        )
        outputs.append(done.stdout)
        if done.returncode and command is not runner.commands[-1]:
            raise AssertionError(f"{' '.join(command)}: {done.returncode}\n{done.stdout}")
    summary = runner.summary("".join(outputs))
    if not summary:
        raise AssertionError(
            f"{runner.name} told no counts (exit code {done.returncode}):\n{''.join(outputs)}"
        )
    return Run(done.returncode, "".join(outputs), summary, runner.counted(summary))


def environment(runner: Runner) -> dict[str, str]:
    """What a run sees: this test's world, the kit's programs first, no colours, no network for pip."""
    place = installed(runner.kit)
    programs = {"python": place / "bin", "node": place / "node_modules" / ".bin"}.get(runner.kit)
    env = {name: value for name, value in os.environ.items() if not name.startswith(_SWAYING)}
    env |= {"NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    if programs is not None:
        env["PATH"] = os.pathsep.join((str(programs), env["PATH"]))
    if runner.kit == "python":
        env |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(place / "wheels")}
    return env


def installed(kit: str) -> Path:
    """The folder of a kit, installed if it is not yet; raises ``Lacking`` where it cannot be."""
    place = CACHE / kit
    install = {"python": _install_python, "node": _install_node}.get(kit)
    if install is None:
        return place
    sources = [PINS] if kit == "python" else [PACKAGES / "package.json", PACKAGES / "package-lock.json"]
    marks = b"\0".join((os.fsencode(place), sys.version.encode(), *(path.read_bytes() for path in sources)))
    _once(place, hashlib.sha256(marks).hexdigest(), install)
    return place


def _once(place: Path, wanted: str, install: Callable[[Path], None]) -> None:
    stamp = place / ".complete"
    with _locked(place.parent / f"{place.name}.lock"):
        if stamp.exists() and stamp.read_text() == wanted:
            return
        shutil.rmtree(place, ignore_errors=True)
        install(place)
        stamp.write_text(wanted)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _install_python(place: Path) -> None:
    _call((sys.executable, "-m", "venv", str(place)), place.parent)
    pip = (str(place / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input")
    _call((*pip, "install", "-q", "--no-deps", "-r", str(PINS)), place)
    # tox and nox fill environments of their own; they find the wheels here instead of asking an index.
    wanted = (f"pytest=={_pytest[1]}", "-c", str(PINS)) if _pytest else ()
    _call((*pip, "download", "-q", "-d", str(place / "wheels"), *wanted), place)


def _install_node(place: Path) -> None:
    oldest = ".".join(map(str, _OLDEST_NODE))
    if shutil.which("npm") is None or _node_version() < _OLDEST_NODE:
        raise Lacking(f"the runners from npm need Node.js {oldest} or later with npm on the PATH: install it")
    place.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PACKAGES / name, place / name)
    _call(("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"), place)


def _node_version() -> tuple[int, ...]:
    if shutil.which("node") is None:
        return (0,)
    told = subprocess.run(("node", "--version"), capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in re.findall(r"\d+", told))


def _call(command: Sequence[str], cwd: Path) -> None:
    """Runs an installer, once more where it fails; its last words where it fails again."""
    for _ in range(2):
        done = subprocess.run(
            command, cwd=cwd, env=_OWN, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
        )
        if not done.returncode:
            return
    said = [
        line for line in (done.stderr or done.stdout).splitlines() if line.strip() and "log of" not in line
    ]
    last = said[-1] if said else "it said nothing"
    raise Lacking(f"{Path(command[0]).name} could not install the runners (is there a network?): {last}")
