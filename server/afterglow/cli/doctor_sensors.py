"""The sensors of files as ``afterglow doctor`` sees them: what each reads here, or why not and the mend.

Invariant: a row is on only where its sensor does something now; looking writes nothing, and starts no
program of the user's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from afterglow.cli.doctor_finding import OFF, Finding, Here, with_last
from afterglow.cli.doctor_told import told_by_others
from afterglow.core import words
from afterglow.loop.senses import sensors_of
from afterglow.sensors import build_folders, quality, report_files, runner_states
from afterglow.sensors.git import NO_REPOSITORY, GitSensor, branch_of
from afterglow.sensors.ledger import Ledger
from afterglow.sensors.projects import Tree
from afterglow.sensors.scanning import Sensor
from afterglow.sensors.watch import Watcher
from afterglow.store.home import on_network

WATCHES_NEEDED: Final = 64
RESTRICTED: Final = "off: restricted trust reads nothing of a workspace (setting trust)"
WAITS: Final = "begins with an editor window: "
ELSEWHERE: Final = "no open window is known to have this folder: "
_LIMIT: Final = Path("/proc/sys/fs/inotify/max_user_watches")
_WRITERS: Final = (
    ("pyproject.toml", "pytest --junitxml=junit.xml"),
    ("package.json", "npx vitest run --reporter=junit --outputFile=junit.xml"),
    ("Cargo.toml", "cargo nextest run with [profile.default.junit] path in .config/nextest.toml"),
    ("go.mod", "gotestsum --junitfile junit.xml"),
    ("pom.xml", "mvn test"),
    ("build.gradle", "gradle test"),
    ("build.gradle.kts", "gradle test"),
    ("Gemfile", "rspec --format RspecJunitFormatter --out rspec.xml"),
    ("composer.json", "phpunit --log-junit junit.xml"),
    ("CMakeLists.txt", "ctest --output-junit junit.xml"),
)
"""What leaves a test report, by the manifest of the project; the first of them where there is none."""


@frozen
class Told:
    """Which files a sensor has to read here. ``there``: any at all; else ``mend`` leaves one, if given."""

    sees: str
    there: bool = True
    mend: str | None = None


def sensors(here: Here, environ: Mapping[str, str]) -> list[Finding]:
    """A row for each sensor, in the order in which they are told."""
    others = sensors_of(here.root, Ledger(), here.settings.exclude_paths)
    git = GitSensor(here.root, {})
    looks: dict[str, Callable[[], Finding]] = {"git": lambda: _git(here, git)}
    told = {"reports": _reports, "caches": _caches, "builds": _builds, "quality": _quality}
    for name in (*(name for name in told if name in others), *(name for name in others if name not in told)):
        looks[name] = lambda name=name: _files(  # type: ignore[misc]
            here, name, others[name], told.get(name, _nothing_known)
        )
    looks["watches"] = lambda: _watches(here, {"git": git, **others})
    found = [with_last(here, _allowed(here, name, look)) for name, look in looks.items()]
    return [*found[:-1], *told_by_others(here, environ), found[-1]]


def _allowed(here: Here, name: str, look: Callable[[], Finding]) -> Finding:
    """Looks, unless the mode or the trust forbid that; what waits for a window says so."""
    if here.mode == "off":
        return Finding(name, OFF, on=False)
    if here.settings.trust == "restricted":
        return Finding(name, RESTRICTED, on=False)
    found = look()
    if here.windows_here or not found.on or found.problem is not None or name == "watches":
        return found
    why = "" if here.windows is None else ELSEWHERE if here.windows else WAITS
    return evolve(found, sees=why + found.sees, on=False)


def _git(here: Here, sensor: GitSensor) -> Finding:
    scan = sensor.scan(here.clock.now, False)
    if scan.problem == NO_REPOSITORY:
        return Finding("git", "no git repository here, so no commits are seen", on=False)
    if scan.problem is not None:
        return Finding("git", "not seen, or not all of it", scan.problem)
    branch = branch_of(here.root)
    on = f", on {branch}" if branch else ""
    unfinished = f"; unfinished: {', '.join(scan.unresolved)}" if scan.unresolved else ""
    folders = words.counted(len(sensor.folders()), "folder")
    sees = f"reads git's own logs in {folders}{on}{unfinished}"
    return Finding("git", sees, names=(branch,) if branch else ())


def _files(here: Here, name: str, sensor: Sensor, tell: Callable[[Here], Told]) -> Finding:
    scan = sensor.scan(here.clock.now, False)
    if scan.problem is not None:
        return Finding(name, "not read, or not all of it", scan.problem)
    told = tell(here)
    return Finding(name, told.sees, on=told.there, mend=told.mend)


def _reports(here: Here) -> Told:
    tree = Tree(here.root)
    tree.begin(here.clock.now)
    exclude = here.settings.exclude_paths
    plan = report_files.plan_of(here.root, tree, exclude)
    found = [
        file
        for place in plan.places
        for file in (report_files.list_reports(here.root, place) or ([], False))[0]
        if not report_files.is_excluded(here.root, file.parts, exclude)
        and report_files.looks_like_report(here.root, file)
    ]
    if found:
        folders = words.counted(len({file.folder for file in found}), "folder")
        return Told(f"{words.counted(len(found), 'test report')} in {folders}")
    manifests = tree.listing(()).manifests
    command = next((text for name, text in _WRITERS if name in manifests), _WRITERS[0][1])
    return Told("no test report yet; this leaves one:", False, command)


def _caches(here: Here) -> Told:
    found = []
    for runner in runner_states.RUNNERS:
        for parts in runner.places:
            try:
                there = any(True for _ in Path(here.root).glob("/".join(parts)))
            except OSError:
                there = False
            if there and runner.label not in found:
                found.append(runner.label)
    if found:
        return Told(f"what {_listed(found)} kept of the last failures")
    sees = "no runner's cache here; pytest, playwright, ctest and phpunit leave one by themselves"
    return Told(sees, False)


def _builds(here: Here) -> Told:
    tools: dict[str, None] = {}
    for folder in build_folders.places(here.root):
        tools |= dict.fromkeys(file.row.tool for file in build_folders.files_in(here.root, folder))
    if tools:
        return Told(f"what {_listed(tools)} left")
    sees = "nothing of a build here; ninja, tsc --incremental, cargo, jars and wheels leave something"
    return Told(sees, False)


def _quality(here: Here) -> Told:
    found = [
        file.name
        for parts in quality.FOLDERS
        for file in report_files.list_named(here.root, parts, _is_quality, quality.MAX_FILES)
        if not report_files.is_excluded(here.root, file.parts, here.settings.exclude_paths)
    ]
    covers = sum(any(fnmatchcase(name, pattern) for pattern in quality.COVERAGE) for name in found)
    counts = [(covers, "coverage report"), (len(found) - covers, "complexity or lint report")]
    told = [words.counted(number, noun) for number, noun in counts if number]
    if told:
        return Told(_listed(told))
    sees = "no coverage or complexity report yet; this leaves one:"
    return Told(sees, False, "pytest --cov --cov-report=xml")


def _nothing_known(_: Here) -> Told:
    return Told("looks at this folder")


def _is_quality(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in quality.PATTERNS)


def _watches(here: Here, owners: Mapping[str, Sensor | GitSensor]) -> Finding:
    """Asks the kernel for every watch that a window would have here, and gives them back at once."""
    problems: list[str] = []
    watcher = Watcher(lambda _: None, problems.append)
    try:
        for name, sensor in owners.items():
            watcher.set(name, sensor.folders())
        count = watcher.count()
    finally:
        watcher.stop()
    sees = f"a window here needs {words.counted(count, 'watch', 'watches')}"
    if problems:
        return Finding("watches", "the system does not grant all that a window here needs", problems[0])
    allowed = _watch_limit()
    if allowed is not None and allowed < WATCHES_NEEDED:
        mend = f"raise it: sysctl fs.inotify.max_user_watches=65536 (now {allowed})"
        return Finding("watches", f"the kernel allows only {allowed}", mend)
    sees += ", and the system grants them" + (f" (of {allowed})" if allowed is not None else "")
    if on_network(Path(here.root)):
        sees += "; it is a network folder, so what other machines change there goes unseen"
    return Finding("watches", sees)


def _watch_limit() -> int | None:
    """How many watches this user may have, where a limit is known (Linux)."""
    try:
        return int(_LIMIT.read_text("ascii"))
    except (OSError, ValueError):
        return None


def _listed(names: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
