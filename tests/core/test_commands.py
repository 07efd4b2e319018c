"""Command lines: what job they are, and whether their exit code proves anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.commands import CREDENTIAL, DESTRUCTIVE, recognise
from afterglow.core.kinds import JOBS
from tests.core.command_lines import lines

JOB_LINES = {
    "test": """
        pytest -x tests
        python -m pytest -k "a and not b"
        python3.11 -I -m unittest discover
        .venv/bin/pytest
        C:\\venv\\Scripts\\pytest.exe -q
        tox
        tox -e py311
        nox -s tests
        npx jest --ci
        npx -y vitest run
        mocha
        npx playwright test
        go test ./...
        cargo test --workspace
        cargo nextest run
        cargo +nightly test
        mvn -q clean test
        ./gradlew :app:test
        gradle test
        ctest --output-on-failure
        bundle exec rspec
        vendor/bin/phpunit
        npm test
        npm run test:unit
        npm t
        yarn test
        pnpm run test
        make test
        make -j8 check
        make -C build test
        just test
        poetry run pytest
        uv run --with x pytest
        coverage run -m pytest
        env A=1 B=2 pytest
        A=1 B="x y" pytest
        sudo -u ci nice -n 5 time pytest
        timeout 30 pytest
        cd sub && pytest
        cd sub; export A=1; pytest -q
        (cd sub && pytest)
        pytest | tee log
        docker compose exec -T web pytest
        docker exec -e A=1 web pytest
        ssh ci 'cd x && pytest'
        bash -lc "pytest -x"
        python manage.py test
        make build && make test
        ninja -C out test
    """,
    "build": """
        make
        make -j 8
        make V=1
        ninja -C out
        cargo build --release
        go build ./cmd/x
        npm run build
        yarn build
        tsc
        tsc -b
        gradle build
        mvn clean package
        cmake --build out
        docker build -t x .
        docker compose build
        python -m build
        python setup.py bdist_wheel
        npx vite build
    """,
    "lint": """
        ruff check .
        ruff format --check .
        npx eslint src
        flake8
        pylint pkg
        cargo clippy -- -D warnings
        make lint
        npm run lint:fix
        tox -e lint
        go vet ./...
        pre-commit run --all-files
    """,
    "typecheck": """
        mypy --strict pkg
        npx pyright
        tsc --noEmit
        npm run type-check
        make typecheck
        cargo check
        python -m mypy .
    """,
    "migration": """
        alembic upgrade head
        python manage.py migrate
        ./manage.py migrate app
        flyway migrate
        rails db:migrate
        npx prisma migrate deploy
    """,
    "deploy": """
        kubectl apply -f k8s/
        kubectl -n prod apply -f x.yml
        helm upgrade --install a ./chart
        terraform apply -auto-approve
        serverless deploy
        npm run deploy
        make deploy
    """,
    "training": """
        python train.py --epochs 3
        python -m torch.distributed.launch_train || accelerate launch train.py
        torchrun --nproc 2 x.py
    """,
    "agent": """
        claude -p "fix it"
        codex exec "fix it"
    """,
}
NO_JOB = """
    ls -la
    git status
    git commit -m "pytest"
    vim pytest.ini
    grep pytest setup.cfg
    echo make test
    pytest --help
    pytest --collect-only
    make clean
    make -n
    npm install
    npm run dev
    npm run test:watch
    tsc --watch
    alembic current
    kubectl get pods
    terraform plan
    kubectl apply --dry-run=client -f x
    ruff format .
    ruff --version
    cmake -S . -B out
    python script.py
    claude
    cat Makefile
    latest
    contest
"""


@pytest.mark.parametrize(
    ("job", "line"), [(job, line) for job, block in JOB_LINES.items() for line in lines(block)]
)
def test_a_job_is_recognised(job: str, line: str) -> None:
    assert recognise(line).job == job


@pytest.mark.parametrize("line", lines(NO_JOB))
def test_what_is_no_job_is_none(line: str) -> None:
    command = recognise(line)
    assert command.job is None
    assert command.label is None


@pytest.mark.parametrize(
    ("line", "ok", "fail"),
    [
        ("pytest", True, True),
        ("cd x && pytest", True, True),
        ("pytest && echo done", True, True),
        ("sudo pytest", True, True),
        ("bash -c 'pytest -x'", True, True),
        ("make; pytest", True, True),
        ("make && pytest", True, False),
        ("pytest && git push", True, False),
        ("pytest | tee log", False, False),
        ("cat x | pytest", True, True),
        ("pytest; echo done", False, False),
        ("pytest || true", False, False),
        ("true || pytest", False, False),
        ("! pytest", False, False),
        ("pytest &", False, False),
        ("if pytest; then ls; fi", False, False),
        ("for v in 1 2; do pytest; done", False, False),
        ("bash -c 'pytest; true'", False, False),
        ("vitest", False, True),
        ("vitest run", True, True),
        ("ruff check --exit-zero", False, True),
        ("make -i test", False, True),
    ],
)
def test_only_an_exit_code_that_is_the_jobs_own_proves_its_end(line: str, ok: bool, fail: bool) -> None:
    command = recognise(line)
    assert (command.ok_proves, command.fail_proves) == (ok, fail)


@pytest.mark.parametrize(
    ("line", "program", "label"),
    [
        ("/usr/bin/make -j8 test", "make", "make test"),
        ("python -m pytest secret/path", "pytest", "pytest"),
        ("npm run build", "npm", "npm build"),
        ("git log | less", "git", None),
        ("cargo test", "cargo", "cargo test"),
        ("", "", None),
    ],
)
def test_program_and_label(line: str, program: str, label: str | None) -> None:
    command = recognise(line)
    assert (command.program, command.label) == (program, label)


SHELL_BITS = st.sampled_from(
    [
        "pytest",
        "rm",
        "-rf",
        "sudo",
        "&&",
        "||",
        ";",
        "|",
        "&",
        "(",
        ")",
        "'",
        '"',
        "`",
        "$(",
        "\\",
        "<<EOF",
        "EOF",
        "<",
        ">",
        "2>&1",
        "bash",
        "-c",
        "--",
        "-",
        "python",
        "-m",
        "ssh",
        "eval",
        "#",
        "{",
        "}",
        "A=1",
        "🙂",
        "\x00",
        "\n",
    ]
)


@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(SHELL_BITS, max_size=40).map(" ".join),
        st.lists(SHELL_BITS).map("".join),
    )
)
def test_any_text_gives_an_answer(line: str) -> None:
    command = recognise(line)
    assert command.job is None or command.job in JOBS
    assert command.hazard in (None, DESTRUCTIVE, CREDENTIAL)
    assert len(command.program) <= 40
    assert recognise(line) == command


def test_long_and_deep_lines_end() -> None:
    recognise("$(" * 5_000)
    recognise("bash -c '" * 1_000)
    recognise("a;" * 50_000)
    recognise("delete from x " * 5_000)
    assert recognise("x" * 100_000).program == "x" * 39 + "…"
