"""Build tools on command lines: what builds, what only tests, serves, cleans or asks."""

from __future__ import annotations

import pytest

from afterglow.core.commands import recognise
from tests.core.command_lines import lines

TESTS = """
    cmake --build out --target test
    zig build test
    ./gradlew check -x lint
    npx jest --watchAll=false
    nx test web
    nx run-many --target=test
    yarn workspace web test
    deno task test
"""
BUILDS = """
    ninja
    ninja app
    ninja -j 4 all
    samu -C out
    autoninja -C out/Default chrome
    cargo b
    cargo rustc --release
    cargo package
    cargo test --no-run
    go test -c ./pkg
    mvnd package
    ./mvnw -DskipTests clean install
    mvn verify -DskipTests
    ./gradlew assemble
    ./gradlew build -x test
    gradlew.bat :app:assembleDebug
    gradle check -x test
    gradle build -Pname=test
    cmake --build out --target app
    make all
    make dist
    just build
    task build
    webpack
    webpack build --mode production
    npx webpack -c webpack.prod.js
    rollup -c
    rolldown -c
    esbuild a.ts --bundle --outfile=b.js
    parcel build index.html
    tsup src/index.ts
    tsdown
    rspack build
    turbo build
    turbo run build --filter=web
    nx build web
    nx run web:build
    nx run-many -t build
    nx affected --target=build
    npm run build --workspace=web
    yarn workspace web build
    yarn workspaces foreach -A run build
    deno task build
    react-scripts build
    python -m build --wheel
    pyproject-build
    pip wheel .
    python -m pip wheel . --no-deps
    uv build --wheel
    hatch -v build
    poetry build -f wheel
    pdm build
    flit build
    maturin build --release
    npm pack
    pnpm pack
    docker buildx build .
    docker buildx bake
    podman build .
    sphinx-build -b html docs out
    latexmk -pdf paper.tex
"""
NEIGHBOURS = """
    ninja clean
    ninja -t clean
    ninja -C out install
    cmake --build out --target clean
    cmake --install out
    cargo clean
    cargo run
    cargo doc
    tsc -b --clean
    tsc --init
    ./gradlew tasks
    ./gradlew bootRun
    gradle -t build
    gradle build -m
    mvn clean
    mvn dependency:tree
    mvn spring-boot:run
    vite
    vite preview
    vite build --watch
    webpack serve
    webpack watch
    webpack-dev-server
    rspack serve
    rollup -c -w
    rolldown -w
    esbuild a.ts --serve=8000
    parcel index.html
    parcel watch index.html
    tsup --watch
    swc src -w -d lib
    scons -c
    turbo run dev
    nx serve web
    nx graph
    npm run build -- --watch
    npm run build:watch
    npm pack --dry-run
    npm ci
    yarn workspace web start
    deno task dev
    react-scripts start
    pip install .
    pip download x
    uv sync
    hatch env create
    poetry install
    docker images
    docker compose up --build
    just --list
    task -l
    make install
"""


@pytest.mark.parametrize(
    ("job", "line"),
    [(job, line) for job, block in (("test", TESTS), ("build", BUILDS)) for line in lines(block)],
)
def test_what_builds_and_what_tests(job: str, line: str) -> None:
    command = recognise(line)
    assert command.job == job
    assert command.ok_proves


@pytest.mark.parametrize("line", lines(NEIGHBOURS))
def test_what_only_looks_like_a_build(line: str) -> None:
    assert recognise(line).job is None


@pytest.mark.parametrize(
    ("line", "program", "label"),
    [
        ("nx build web", "nx", "nx build"),
        ("npm pack", "npm", "npm pack"),
        ("yarn workspace web build", "yarn", "yarn build"),
        ("./gradlew build -x test", "gradlew", "gradlew build"),
        ("python -m build --wheel", "build", "build"),
    ],
)
def test_a_label_tells_runs_apart(line: str, program: str, label: str) -> None:
    command = recognise(line)
    assert (command.program, command.label) == (program, label)


@pytest.mark.parametrize("line", ["cargo test --no-run", "mvn verify -DskipTests", "gradle check -x test"])
def test_tests_that_were_left_out_are_never_told_as_passed(line: str) -> None:
    assert recognise(line).job == "build"
    assert (
        recognise(line.replace(" --no-run", "").replace(" -DskipTests", "").replace(" -x test", "")).job
        == "test"
    )
