"""Which kind of job a program's run is: the table of test runners, builders, linters and the rest.

Invariant: a program that is not in a table is no job. A run that only asks (``--help``,
``--collect-only``, a dry run) is none either, and nor is one that keeps watching.
"""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

from afterglow.core.programs import Program, base_name, is_python, names

_WHOLE: Final[dict[str, str]] = {
    program: job
    for job, programs in {
        "test": "pytest py.test unittest nose2 trial stestr behave robot green jest mocha ava tap jasmine"
        " vitest ctest rspec phpunit pest paratest bats busted prove nightwatch wdio testem gotestsum"
        " runtests pytest-xdist",
        "build": "ninja webpack rollup esbuild tsup parcel swc javac gcc g++ cc c++ clang clang++ rustc"
        " msbuild ant scons kotlinc scalac ghc mkdocs-build compileall",
        "lint": "flake8 pylint eslint stylelint rubocop shellcheck hadolint yamllint markdownlint"
        " markdownlint-cli2 golangci-lint staticcheck phpcs oxlint standard xo ktlint swiftlint tflint"
        " clang-tidy cppcheck credo bandit pydocstyle pycodestyle pyflakes djlint sqlfluff vale jshint",
        "typecheck": "mypy dmypy pyright basedpyright pytype pyre phpstan psalm vue-tsc flow steep",
        "deploy": "kamal-deploy ansible-playbook",
        "training": "torchrun deepspeed",
    }.items()
    for program in programs.split()
}

# program -> {first words: job}; several first words to one job are written together.
_SUB: Final[dict[str, dict[str, str]]] = {
    program: {words: job for job, all_words in jobs.items() for words in all_words.split("|")}
    for program, jobs in {
        "cargo": {
            "test": "test|t|nextest run|nextest",
            "build": "build|b|install",
            "typecheck": "check|c",
            "lint": "clippy|fmt --check",
            "deploy": "publish",
        },
        "go": {"test": "test", "build": "build|install", "lint": "vet"},
        "ruff": {"lint": "check|format --check"},
        "black": {"lint": "--check"},
        "isort": {"lint": "--check|--check-only"},
        "prettier": {"lint": "--check|-c"},
        "biome": {"lint": "check|lint|ci"},
        "pre-commit": {"lint": "run"},
        "prek": {"lint": "run"},
        "ty": {"typecheck": "check"},
        "pyrefly": {"typecheck": "check"},
        "srb": {"typecheck": "tc"},
        "playwright": {"test": "test"},
        "cypress": {"test": "run"},
        "detox": {"test": "test", "build": "build"},
        "karma": {"test": "start --single-run|run"},
        "deno": {"test": "test", "lint": "lint", "typecheck": "check", "build": "compile"},
        "dotnet": {"test": "test", "build": "build|publish|pack", "migration": "ef database update"},
        "mvn": {"test": "test|verify", "build": "package|install|compile", "deploy": "deploy"},
        "mvnw": {"test": "test|verify", "build": "package|install|compile", "deploy": "deploy"},
        "sbt": {"test": "test", "build": "compile|package|assembly"},
        "bazel": {"test": "test", "build": "build"},
        "bazelisk": {"test": "test", "build": "build"},
        "buck2": {"test": "test", "build": "build"},
        "meson": {"test": "test", "build": "compile"},
        "cmake": {"build": "--build"},
        "swift": {"test": "test", "build": "build"},
        "xcodebuild": {"test": "test", "build": "build|archive"},
        "zig": {"test": "test", "build": "build"},
        "stack": {"test": "test", "build": "build"},
        "cabal": {"test": "test", "build": "build"},
        "dune": {"test": "test|runtest", "build": "build"},
        "mix": {
            "test": "test",
            "build": "compile|release",
            "lint": "credo",
            "typecheck": "dialyzer",
            "migration": "ecto.migrate",
        },
        "rebar3": {"test": "eunit|ct", "build": "compile", "typecheck": "dialyzer"},
        "lein": {"test": "test", "build": "uberjar|compile"},
        "flutter": {"test": "test", "build": "build", "lint": "analyze"},
        "dart": {"test": "test", "build": "compile", "lint": "analyze"},
        "crystal": {"test": "spec", "build": "build"},
        "forge": {"test": "test", "build": "build"},
        "hatch": {"test": "test", "build": "build", "deploy": "publish", "lint": "fmt --check"},
        "poetry": {"build": "build", "deploy": "publish"},
        "uv": {"build": "build", "deploy": "publish"},
        "build": {"build": "|."},
        "tsc": {"build": "-b|--build"},
        "vite": {"build": "build"},
        "next": {"build": "build", "lint": "lint"},
        "nuxt": {"build": "build|generate", "typecheck": "typecheck"},
        "astro": {"build": "build", "typecheck": "check"},
        "svelte-check": {"typecheck": ""},
        "ng": {"test": "test", "build": "build", "lint": "lint", "deploy": "deploy"},
        "hugo": {"build": "|build"},
        "jekyll": {"build": "build"},
        "mkdocs": {"build": "build", "deploy": "gh-deploy"},
        "docker": {"build": "build|buildx build|buildx bake|compose build|image build"},
        "docker-compose": {"build": "build"},
        "podman": {"build": "build"},
        "buildah": {"build": "build|bud"},
        "rails": {"test": "test|spec", "migration": "db:migrate"},
        "rake": {"test": "|test|spec", "migration": "db:migrate", "lint": "rubocop"},
        "artisan": {"test": "test", "migration": "migrate"},
        "manage.py": {"test": "test", "migration": "migrate"},
        "django-admin": {"test": "test", "migration": "migrate"},
        "django": {"test": "test", "migration": "migrate"},
        "flask": {"migration": "db upgrade"},
        "alembic": {"migration": "upgrade|downgrade"},
        "flyway": {"migration": "migrate"},
        "liquibase": {"migration": "update"},
        "dbmate": {"migration": "up|migrate"},
        "goose": {"migration": "up|down", "agent": "run"},
        "atlas": {"migration": "migrate apply|schema apply"},
        "migrate": {"migration": "up|down"},
        "diesel": {"migration": "migration run"},
        "sqlx": {"migration": "migrate run"},
        "prisma": {"migration": "migrate deploy|migrate dev"},
        "knex": {"migration": "migrate:latest|migrate:up"},
        "sequelize": {"migration": "db:migrate"},
        "typeorm": {"migration": "migration:run"},
        "drizzle-kit": {"migration": "migrate"},
        "kubectl": {"deploy": "apply|rollout restart|set image"},
        "helm": {"deploy": "upgrade|install"},
        "helmfile": {"deploy": "apply|sync"},
        "skaffold": {"deploy": "run|deploy", "build": "build"},
        "argocd": {"deploy": "app sync"},
        "terraform": {"deploy": "apply"},
        "tofu": {"deploy": "apply"},
        "terragrunt": {"deploy": "apply|run-all apply"},
        "pulumi": {"deploy": "up"},
        "cdk": {"deploy": "deploy"},
        "sam": {"deploy": "deploy", "build": "build"},
        "serverless": {"deploy": "deploy"},
        "sls": {"deploy": "deploy"},
        "fly": {"deploy": "deploy"},
        "flyctl": {"deploy": "deploy"},
        "vercel": {"deploy": "deploy|--prod", "build": "build"},
        "netlify": {"deploy": "deploy", "build": "build"},
        "wrangler": {"deploy": "deploy|publish"},
        "firebase": {"deploy": "deploy"},
        "gcloud": {"deploy": "app deploy|run deploy|functions deploy", "build": "builds submit"},
        "eb": {"deploy": "deploy"},
        "copilot": {"deploy": "deploy|svc deploy"},
        "railway": {"deploy": "up"},
        "kamal": {"deploy": "deploy|redeploy"},
        "twine": {"deploy": "upload"},
        "accelerate": {"training": "launch"},
        "claude": {"agent": "-p|--print"},
        "codex": {"agent": "exec|e"},
        "gemini": {"agent": "-p|--prompt"},
        "aider": {"agent": "-m|--message|--message-file"},
        "opencode": {"agent": "run"},
        "cursor-agent": {"agent": "-p|--print"},
    }.items()
}

_NPM: Final = names("npm yarn pnpm bun")
_NPM_DIRECT: Final = {"test": "test", "t": "test", "tst": "test", "publish": "deploy"}
_TARGETS: Final = names("make gmake ninja just task invoke inv gradle gradlew nx turbo lerna moon mage")
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
_BUILD_WITHOUT_TARGET: Final = frozenset({"make", "gmake", "ninja"})
_LAST_GOAL: Final = frozenset({"mvn", "mvnw", "xcodebuild", "sbt"})

_SETUP_PY: Final = {"test": "test", "build": "build", "bdist": "build", "sdist": "build"}

_ASKING: Final = names(
    "--help --version --collect-only --co --list --list-tests --listTests --dry-run --showConfig"
    " --show-config --fixtures --markers --watch --watchAll --watch-all --looponfail"
)
_ASKING_SHORT: Final[dict[str, frozenset[str]]] = {
    "make": frozenset({"-n", "-q", "-p", "-v", "-h"}),
    "ninja": frozenset({"-n", "-t"}),
    "tsc": frozenset({"-w", "-v", "-h", "--init"}),
    "webpack": frozenset({"-w"}),
    "rollup": frozenset({"-w"}),
    "mocha": frozenset({"-w"}),
    "alembic": frozenset({"--sql"}),
    "ctest": frozenset({"-N"}),
    "tox": frozenset({"-l"}),
    "nox": frozenset({"-l"}),
}
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
    if flags & _ASKING or flags & _ASKING_SHORT.get(name, frozenset()) or flags == {"-h"}:
        return None
    found = _from_targets(program) or _from_subcommand(program) or _from_script(program)
    if found is None and name in _WHOLE:
        found = Job(_WHOLE[name], name)
    if found is None:
        return None
    lenient = bool(flags & _LENIENT) and not (name not in ("make", "gmake") and "-i" in flags)
    watching = name == "vitest" and not ({"run"} & set(program.plain[:1]) or "--run" in flags)
    return Job(found.kind, found.label, strict=program.steady and not lenient and not watching)


def _from_subcommand(program: Program) -> Job | None:
    table = _SUB.get(program.name)
    if table is None:
        return _tsc(program)
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


def _tsc(program: Program) -> Job | None:
    if program.name != "tsc":
        return None
    return Job("typecheck" if "--noEmit" in program.flags else "build", "tsc")


def _from_targets(program: Program) -> Job | None:
    name, words = program.name, program.plain
    if name in _ENVIRONMENTS:
        return Job(_environment_job(program), name)
    if name in _NPM:
        return _npm(name, words)
    if name not in _TARGETS:
        return None
    if words and words[0] in _RUN_FIRST:
        words = words[1:]
    targets = [word for word in words if "=" not in word]
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
        return Job(_NPM_DIRECT[words[0]], f"{name} {_NPM_DIRECT[words[0]]}")
    runs = words[0] in _RUN_FIRST
    if name == "npm" and not runs:
        return None
    script = words[1] if runs and len(words) > 1 else words[0]
    job = target_job(script)
    return Job(job, f"{name} {script}") if job is not None else None


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
    if script in _SUB:
        rest = program.arguments[program.arguments.index(plain[0]) + 1 :]
        return _from_subcommand(Program(script, rest))
    return _train(plain[0])


def _train(script: str) -> Job | None:
    name = base_name(script)
    return Job("training", name) if _TRAIN_SCRIPT.match(name.lower()) else None
