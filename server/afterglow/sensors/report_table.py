"""Test runners: where each leaves its reports, how they are told apart, what one file of them is.

Invariant: data and pure look-ups. A runner that is not in the table is read all the same, under the name
of its file; what a row adds is where to look, what to call it, and what proves that its run is over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase
from typing import Final, Literal

from attrs import frozen

Written = Literal["at the end", "class by class", "one per class, at the end"]
"""When a runner's files appear. ``class by class``: while the run still goes on, so that files that all
passed prove nothing by themselves."""


@frozen
class Runner:
    """One row. ``folders``: where its files lie, below a project's folder ("" is that folder); ``*`` is any
    one name, and goes into the label unless it is one of ``plain``. ``files``: what they are usually called.
    ``manifests``: which projects have it (none: any). ``signs``: how its XML is recognised: all patterns of
    one of these, see ``junit_child``. ``owns``: nobody else writes into its folders. ``by_file``: each
    program of tests has a file of its own, whose name goes into the label unless it is ``plain``. ``gives``:
    what a report of it holds beside outcomes, for people. ``line_base``: what its first line is called."""

    label: str
    title: str
    folders: tuple[str, ...]
    files: tuple[str, ...]
    manifests: tuple[str, ...]
    signs: tuple[tuple[str, ...], ...] = ()
    written: Written = "at the end"
    gives: str = "names, time"
    line_base: int = 1
    owns: bool = False
    by_file: bool = False
    plain: tuple[str, ...] = ()


_PYTHON: Final = ("pyproject.toml",)
_NODE: Final = ("package.json",)
_C: Final = ("CMakeLists.txt",)
_PLAIN: Final = ("junit", "report", "reports", "results", "test_detail", "test-results", "tests")

RUNNERS: Final[tuple[Runner, ...]] = (
    Runner(
        "pytest",
        "pytest, also inside tox and nox",
        ("", "reports", ".reports", "test-reports", "test-results"),
        ("junit*.xml", "*.xml"),
        _PYTHON,
        signs=(("name pytest",), ("name pytest tests",)),
        gives="names, time; file and line in the xunit1 family",
        line_base=0,
    ),
    Runner(
        "unittest",
        "unittest with xmlrunner",
        ("", "test-reports", "reports"),
        ("TEST-*.xml",),
        _PYTHON,
        signs=(("suite.file", "file *.py"), ("name *.*-" + "[0-9]" * 14,)),
        written="one per class, at the end",
        gives="names, time, file, line",
    ),
    Runner(
        "vitest",
        "Vitest",
        ("", "reports", "test-results", "coverage"),
        ("*.xml",),
        _NODE,
        signs=(("name vitest tests",),),
    ),
    Runner(
        "jest",
        "Jest with jest-junit",
        ("", "reports", "test-results", "coverage"),
        ("junit.xml",),
        _NODE,
        signs=(("name jest tests",),),
        gives="names, time, file where asked for",
    ),
    Runner(
        "mocha",
        "Mocha with mocha-junit-reporter, or its own xunit",
        ("", "reports", "test-results"),
        ("test-results.xml", "*.xml"),
        _NODE,
        signs=(("name mocha tests",),),
        gives="names, time, file",
    ),
    Runner(
        "playwright",
        "Playwright",
        ("", "test-results", "playwright-report"),
        ("results.xml", "junit.xml"),
        _NODE,
        signs=(("name playwright",), ("name playwright tests",), ("root testsuites", "suites.id")),
    ),
    Runner(
        "node",
        "node --test",
        ("", "reports", "test-results"),
        ("*.xml",),
        _NODE,
        signs=(("root testsuites", "class test"),),
        gives="names, time; file in newer versions",
    ),
    Runner(
        "go",
        "Go with gotestsum or go-junit-report",
        ("", "reports", "test-results"),
        ("*.xml",),
        ("go.mod",),
        signs=(("property go.version",), ("root testsuites", "class is suite", "case Test[A-Z]*")),
    ),
    Runner(
        "nextest",
        "Cargo nextest",
        ("target/nextest/*",),
        ("junit.xml",),
        ("Cargo.toml",),
        signs=(("name nextest-run",),),
        plain=("default",),
        owns=True,
    ),
    Runner(
        "surefire",
        "Maven Surefire",
        ("target/surefire-reports",),
        ("TEST-*.xml",),
        ("pom.xml",),
        signs=(("property surefire.*",), ("schema *surefire*",)),
        written="class by class",
        owns=True,
    ),
    Runner(
        "failsafe",
        "Maven Failsafe",
        ("target/failsafe-reports",),
        ("TEST-*.xml",),
        ("pom.xml",),
        written="class by class",
        owns=True,
    ),
    Runner(
        "gradle",
        "Gradle",
        ("build/test-results/*",),
        ("TEST-*.xml",),
        ("build.gradle", "build.gradle.kts"),
        written="one per class, at the end",
        plain=("test",),
        owns=True,
    ),
    Runner(
        "ctest",
        "CTest with --output-junit",
        ("build", ""),
        ("*.xml",),
        _C,
        signs=(("root testsuite", "suite.disabled"),),
    ),
    Runner(
        "googletest",
        "GoogleTest",
        ("build", "build/test-results", ""),
        ("*.xml",),
        _C,
        signs=(("name alltests",),),
        gives="names, time, file, line",
        by_file=True,
        plain=_PLAIN,
    ),
    Runner(
        "catch2",
        "Catch2",
        ("build", "build/test-results", ""),
        ("*.xml",),
        _C,
        signs=(("hostname tbd",), ("root testsuites", "class *.global")),
        by_file=True,
        plain=_PLAIN,
    ),
    Runner(
        "rspec",
        "RSpec with rspec_junit_formatter",
        ("", "reports", "test-results"),
        ("rspec*.xml", "*.xml"),
        ("Gemfile",),
        signs=(("name rspec*",),),
        gives="names, time, file",
    ),
    Runner(
        "phpunit",
        "PHPUnit",
        ("", "build", "build/logs", "reports"),
        ("junit.xml", "*.xml"),
        ("composer.json",),
        signs=(("suite.assertions",),),
        gives="names, time, file, line",
    ),
    Runner(
        "bats",
        "bats",
        ("", "reports"),
        ("report.xml",),
        (),
        signs=(("name *.bats",),),
    ),
    Runner(
        "dotnet test",
        ".NET's TRX (MSTest, NUnit, xUnit)",
        ("TestResults",),
        ("*.trx",),
        (".csproj",),
        signs=(("root testrun",),),
        gives="names, time",
        owns=True,
    ),
)
"""In the order in which the signs are tried, and in which folders are looked for."""

CLASS_FILE: Final = ("TEST-", ".xml")
"""How a file is called that holds one class of a run, whoever writes it."""
SUFFIXES: Final = (".xml", ".trx")
_BY_LABEL: Final = {runner.label: runner for runner in RUNNERS}


def recognised(signs: Collection[str]) -> Runner | None:
    """Whose report it is by what the file itself says; None where nothing tells."""
    for runner in RUNNERS:
        for patterns in runner.signs:
            if all(any(fnmatchcase(sign, pattern) for sign in signs) for pattern in patterns):
                return runner
    return None


def owner_of(folder: Sequence[str]) -> tuple[Runner, str] | None:
    """The only runner that writes into such a folder (parts below its project), and the label there.

    None for folders that many share (``reports``).
    """
    for runner in RUNNERS:
        for pattern in runner.folders if runner.owns else ():
            parts = tuple(pattern.split("/"))
            if len(parts) == len(folder) and all(map(fnmatchcase, folder, parts)):
                named = (name for name, part in zip(folder, parts, strict=True) if part == "*")
                extra = [name for name in named if name not in runner.plain]
                return runner, " ".join((runner.label, *extra))
    return None


def folders_of(manifests: Collection[str] | None) -> tuple[str, ...]:
    """Where to look in a project with these manifests (None: in any), most telling first, "" left out."""
    fitting = [
        runner
        for runner in RUNNERS
        if manifests is None or not runner.manifests or not set(runner.manifests).isdisjoint(manifests)
    ]
    fitting.sort(key=lambda runner: not runner.owns)
    return tuple(dict.fromkeys(folder for runner in fitting for folder in runner.folders if folder))


def label_of(runner: Runner, file: str) -> str:
    """What a run is called whose file is called ``file``. GoogleTest numbers files rather than write one
    again."""
    stem = re.sub(r"_\d{1,6}$", "", file.rpartition(".")[0])
    return f"{runner.label} {stem}" if runner.by_file and stem not in runner.plain else runner.label


def by_label(label: str) -> Runner | None:
    """The row of this name."""
    return _BY_LABEL.get(label)


def is_class_file(name: str) -> bool:
    """Whether a file of this name is one class of a run, not a run."""
    return name.startswith(CLASS_FILE[0]) and name.endswith(CLASS_FILE[1])
