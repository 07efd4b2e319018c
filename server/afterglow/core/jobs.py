"""Which kind of job a program's run is: a test, a build, a lint and the rest, by its name, target or script.

Invariant: a program that is not in a table is no job. A run that only asks (``--help``,
``--collect-only``, a dry run) is none either, and nor is one that keeps watching.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from attrs import frozen

from afterglow.core.job_table import SUB, WHOLE
from afterglow.core.programs import Program, base_name, is_python, names

_NPM: Final = names("npm yarn pnpm bun")
_NPM_DIRECT: Final = {"test": "test", "t": "test", "tst": "test", "publish": "deploy", "pack": "build"}
_TARGETS: Final = names(
    "make gmake bmake ninja samu autoninja just task invoke inv gradle gradlew nx turbo lerna moon mage"
)
_RUN_FIRST: Final = frozenset({"run", "run-script", "exec", "run-many", "affected"})
_ENVIRONMENTS: Final = frozenset({"tox", "nox"})

_TARGET_WORDS: Final[dict[str, str]] = {
    word: job
    for job, words in {
        "test": "test tests unittest unit spec specs e2e integration pytest jest vitest coverage cov",
        "typecheck": "typecheck types type typing tsc mypy pyright typechecking",
        "lint": "lint linting eslint ruff flake8 pylint clippy style",
        "build": "build compile bundle assemble dist all package wheel jar bootjar",
        "deploy": "deploy release publish ship",
        "migration": "migrate migration migrations",
        "training": "train training",
    }.items()
    for word in words.split()
}
_NO_TARGET: Final = names("watch dev serve start clean run shell install help docs doc fmt")
_BUILD_WITHOUT_TARGET: Final = names("make gmake bmake ninja samu autoninja")
_LAST_GOAL: Final = names("mvn mvnw mvnd xcodebuild sbt")
_TARGET_FLAGS: Final = names("--target --targets -t")
_SERVING: Final = names("serve server s watch w dev start info configtest init help version")
_NOT_BUILT: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(("ninja", "samu", "autoninja"), names("clean cleandead install help")),
    **dict.fromkeys(("webpack", "rspack"), _SERVING),
}
"""First words with which a program of ``WHOLE`` or a runner of targets does not do its job."""
_WITHOUT_TESTS: Final = re.compile(
    r"--no-run|--build-only|-DskipTests(?:=true)?|-Dmaven\.test\.skip(?:=true)?|build-for-testing"
)
"""With these a run of tests only builds them."""

_SETUP_PY: Final = {"test": "test", "build": "build", "bdist": "build", "sdist": "build"}

_ASKING: Final = names(
    "--help --version --collect-only --co --list --list-tests --listTests --dry-run --showConfig"
    " --show-config --fixtures --markers --watch --watchAll --watch-all --looponfail"
)
_ASKING_SHORT: Final[dict[str, frozenset[str]]] = {
    "make": frozenset({"-n", "-q", "-p", "-v", "-h"}),
    "ninja": frozenset({"-n", "-t"}),
    "tsc": frozenset({"-w", "-v", "-h", "--init", "--clean", "--dry"}),
    "webpack": frozenset({"-w"}),
    "rspack": frozenset({"-w"}),
    "rollup": frozenset({"-w"}),
    "rolldown": frozenset({"-w"}),
    "esbuild": frozenset({"--serve"}),
    "swc": frozenset({"-w"}),
    "scons": frozenset({"-c", "--clean"}),
    "mocha": frozenset({"-w"}),
    "alembic": frozenset({"--sql"}),
    "ctest": frozenset({"-N"}),
    "tox": frozenset({"-l"}),
    "nox": frozenset({"-l"}),
}
_GRADLE: Final = names("gradle gradlew")
_GRADLE_ASKING: Final = names("-t --continuous -m")
_LENIENT: Final = frozenset({"--exit-zero", "-i", "--ignore-errors", "--passWithNoTests", "--keep-going"})
_TRAIN_SCRIPT: Final = re.compile(r"(?:.*[_-])?(?:train|training|finetune|fine_tune)(?:[_-].*)?\.py$")


@frozen
class Job:
    """``kind``: one of ``kinds.JOBS``. ``label``: program and what tells its runs apart.
    ``strict``: its exit code 0 means that it went well."""

    kind: str
    label: str
    strict: bool = True


def job_of(program: Program) -> Job | None:
    """The job that this run of a program is, or None."""
    name = program.name
    flags = program.flags
    if _asks(program) or set(program.plain[:1]) & _NOT_BUILT.get(name, frozenset()):
        return None
    found = _from_targets(program) or _from_subcommand(program) or _from_script(program)
    if found is None and name in WHOLE:
        found = Job(WHOLE[name], name)
    if found is None:
        return None
    lenient = bool(flags & _LENIENT) and not (name not in ("make", "gmake") and "-i" in flags)
    if found.kind == "test" and _leaves_tests_out(program):
        found = Job("build", found.label)
    watching = name == "vitest" and not ({"run"} & set(program.plain[:1]) or "--run" in flags)
    return Job(found.kind, found.label, strict=program.steady and not lenient and not watching)


def _asks(program: Program) -> bool:
    """Whether it only asks, only pretends, or keeps watching; what npm hands on to its script counts."""
    off = {word.partition("=")[0] for word in program.arguments if word.endswith("=false")}
    flags = program.flags - off
    handed_on = program.arguments if program.name in _NPM else ()
    short = _ASKING_SHORT.get(program.name, frozenset())
    # Gradle's short options stand alone: `-Pname` holds none of them.
    alone = _GRADLE_ASKING if program.name in _GRADLE else frozenset()
    asked = (
        flags & (_ASKING | short) or _ASKING.intersection(handed_on) or alone.intersection(program.arguments)
    )
    return bool(asked) or flags == {"-h"}


def _leaves_tests_out(program: Program) -> bool:
    words = program.arguments
    if program.name in _GRADLE:
        return any(
            pair[0] in ("-x", "--exclude-task") and pair[1].endswith("test") for pair in pairwise(words)
        )
    if program.name == "go":
        return "-c" in words
    return any(_WITHOUT_TESTS.fullmatch(word) for word in words)


def _from_subcommand(program: Program) -> Job | None:
    table = SUB.get(program.name)
    if table is None:
        return _cmake(program) if program.name == "cmake" else _tsc(program)
    words = program.plain
    for length in (3, 2, 1, 0):
        key = " ".join(words[:length])
        if len(words) >= length and key in table and not (length == 0 and words):
            return Job(table[key], f"{program.name} {key}".strip())
    for key, job in table.items():
        first, _, second = key.partition(" ")
        by_flag = first.startswith("-") and first in program.flags
        with_flag = second.startswith("-") and words[:1] == (first,) and second in program.flags
        if by_flag or with_flag:
            return Job(job, program.name)
    if program.name in _LAST_GOAL:
        goal = next((word for word in reversed(words) if word in table), None)
        return Job(table[goal], f"{program.name} {goal}") if goal is not None else None
    return _tsc(program)


def _cmake(program: Program) -> Job | None:
    """``cmake --build out --target test`` tests, ``--target clean`` is no job."""
    words = program.arguments
    if "--build" not in words:
        return None
    targets = [pair[1] for pair in pairwise(words) if pair[0] in ("--target", "-t")]
    if any(target in _NO_TARGET for target in targets):
        return None
    found = [job for job in map(target_job, targets) if job is not None]
    return Job(found[0], f"cmake {found[0]}") if found and found[0] != "build" else Job("build", "cmake")


def _tsc(program: Program) -> Job | None:
    if program.name != "tsc":
        return None
    return Job("typecheck" if "--noEmit" in program.flags else "build", "tsc")


def _from_targets(program: Program) -> Job | None:
    name, words = program.name, program.plain
    if name in _ENVIRONMENTS:
        return Job(_environment_job(program), name)
    if name in _NPM:
        return _npm(name, _in_workspace(words))
    if name == "deno" and words[:1] == ("task",):
        return _npm(name, ("run", *words[1:]))
    if name not in _TARGETS:
        return None
    if words and words[0] in _RUN_FIRST:
        words = words[1:]
    targets = [word for word in words if "=" not in word]
    if name == "nx":
        flags = [word.partition("=") for word in program.arguments if "=" in word]
        named = [value for flag, _, value in flags if flag in _TARGET_FLAGS]
        # `nx build app`: the project comes after what is done with it.
        targets = named or targets[1::-1]
    if not targets:
        return Job("build", name) if name in _BUILD_WITHOUT_TARGET else None
    if name in _BUILD_WITHOUT_TARGET and targets[-1] == "check":
        return Job("test", f"{name} check")
    job = next((found for found in map(target_job, reversed(targets)) if found is not None), None)
    if job is None and any(target == "check" for target in targets):
        job = "test"
    return Job(job, f"{name} {targets[-1]}") if job is not None else None


def _npm(name: str, words: tuple[str, ...]) -> Job | None:
    if not words:
        return None
    if words[0] in _NPM_DIRECT:
        direct = _NPM_DIRECT[words[0]]
        return Job(direct, f"{name} {'pack' if direct == 'build' else direct}")
    runs = words[0] in _RUN_FIRST
    if name == "npm" and not runs:
        return None
    script = words[1] if runs and len(words) > 1 else words[0]
    job = target_job(script)
    return Job(job, f"{name} {script}") if job is not None else None


def _in_workspace(words: tuple[str, ...]) -> tuple[str, ...]:
    """``yarn workspace web build`` and ``yarn workspaces foreach run build`` without what says where."""
    if words[:1] == ("workspace",):
        return words[2:]
    return words[words.index("run") :] if words[:1] == ("workspaces",) and "run" in words else words


def target_job(target: str) -> str | None:
    """The job that a make target, npm script or the like is by its name: ``lint:css`` -> lint."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", target)
    words = [word for word in re.split(r"[^A-Za-z0-9]+", spaced.lower()) if word]
    if any(word in _NO_TARGET for word in words):
        return None
    if words[:2] == ["type", "check"]:
        return "typecheck"
    return next((_TARGET_WORDS[word] for word in words if word in _TARGET_WORDS), None)


def _environment_job(program: Program) -> str:
    """``tox -e lint`` is a lint, ``tox`` and ``tox -e py311`` are tests."""
    words = program.arguments
    named = [words[i + 1] for i, word in enumerate(words[:-1]) if word in ("-e", "-s", "--session")]
    jobs = {target_job(name) for text in named for name in text.split(",")}
    only = jobs - {None}
    return next(iter(only)) or "test" if len(jobs) == 1 and only else "test"


def _from_script(program: Program) -> Job | None:
    """``python train.py``, ``python manage.py test``, ``php artisan migrate``, ``setup.py test``."""
    if program.name not in ("php", "node", "ruby") and not is_python(program.name):
        return _train(program.name)
    plain = program.plain
    if not plain:
        return None
    script = base_name(plain[0])
    if script == "setup.py":
        goals = [word.partition("_")[0] for word in plain[1:]]
        job = next((_SETUP_PY[goal] for goal in goals if goal in _SETUP_PY), None)
        return Job(job, "setup.py") if job else None
    if script in SUB:
        rest = program.arguments[program.arguments.index(plain[0]) + 1 :]
        return _from_subcommand(Program(script, rest))
    return _train(plain[0])


def _train(script: str) -> Job | None:
    name = base_name(script)
    return Job("training", name) if _TRAIN_SCRIPT.match(name.lower()) else None
