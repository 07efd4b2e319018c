"""How recipes are recognised: the shipped ones by their own signs, and never by ordinary work beside them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.banks import load, shipped
from afterglow.core.bank import Detect, words_of
from afterglow.core.commands import recognise
from afterglow.core.model import Event
from afterglow.core.recipe_signs import COLUMNS, prepare, signs, work_in
from tests.core.build import event

SHIPPED = {recipe.name: recipe.detect for recipe in load([shipped()])[0].recipes}


def run_of(line: str, kind: str = "job.finished", **fields: Any) -> Event:
    """The event of a command line, with what is kept of it and no more."""
    found = recognise(line)
    data = {"program": found.program} if kind.startswith("command") else {}
    return event(
        kind,
        job=found.job,
        labels=(found.label or found.program,),
        **{"status": "ok", "data": data, **fields},
    )


def recognised(
    at_hand: Event | None = None, branch: str | None = None, file: str | None = None, say: str = ""
) -> dict[str, str]:
    """Which shipped recipes are recognised, and how."""
    found = {
        name: signs(detect, at_hand, branch=branch, file=file, said=words_of(say))
        for name, detect in SHIPPED.items()
    }
    return {name: sign for name, sign in found.items() if sign is not None}


@pytest.mark.parametrize(
    ("line", "name", "sign"),
    [
        ("kubectl apply -f web.yaml", "deploy-production", "job deploy"),
        ("sudo helm upgrade web ./chart", "deploy-production", "job deploy"),
        ("terraform apply", "deploy-production", "job deploy"),
        ("make deploy", "deploy-production", "job deploy"),
        ("python train.py --epochs 3", "model-training", "job training"),
        ("torchrun finetune.py", "model-training", "job training"),
        ("tensorboard --logdir runs", "model-training", "program tensorboard"),
        ("jira issue list", "bug-triage", "program jira"),
        ("rbt post", "code-review", "program rbt"),
        ("mkdocs build", "documentation", "program mkdocs"),
        ("python -m mkdocs serve", "documentation", "program mkdocs"),
        ("sphinx-build docs out", "documentation", "program sphinx-build"),
    ],
)
@pytest.mark.parametrize("kind", ["job.finished", "job.started", "command", "command.started"])
def test_a_command_is_a_sign(line: str, name: str, sign: str, kind: str) -> None:
    assert recognised(run_of(line, kind)) == {name: sign}


@pytest.mark.parametrize(
    "line",
    [
        *("kubectl get pods", "kubectl rollout status web", "helm list", "terraform plan", "vercel dev"),
        *(
            "pytest -q",
            "make",
            "npm run build",
            "git commit",
            "git rebase main",
            "gh pr list",
            "gh issue list",
        ),
        *(
            "python train_times.txt",
            "python -m http.server",
            "nvidia-smi",
            "make docs-clean",
            "cat mkdocs.yml",
        ),
    ],
)
def test_an_ordinary_command_is_none(line: str) -> None:
    assert recognised(run_of(line, "command")) == {}


@pytest.mark.parametrize(
    "fields",
    [{"status": "fail"}, {"status": "cancelled"}, {"data": {"rollback": True}}],
)
def test_what_went_wrong_is_no_sign(fields: dict[str, Any]) -> None:
    assert recognised(run_of("kubectl apply", **fields)) == {}


def test_only_jobs_and_commands_have_a_command() -> None:
    assert recognised(event("milestone", labels=("mkdocs",), data={"name": "mkdocs"})) == {}
    assert recognised(event("commit", labels=("mkdocs",), data={"program": "mkdocs"})) == {}


@pytest.mark.parametrize(
    ("branch", "name"),
    [
        ("release/2.0", "deploy-production"),
        ("Release/2.0/rc1", "deploy-production"),
        ("feature/oauth-refresh", "oauth"),
        ("oauth", "oauth"),
        ("feature/sso-login", "oauth"),
        ("train/bert-small", "model-training"),
        ("ann/finetune-2", "model-training"),
        ("triage/march", "bug-triage"),
        ("bugfix/1234-timeout", "bug-triage"),
        ("review/ann-parser", "code-review"),
        ("pr/412", "code-review"),
        ("pr/ann/412", "code-review"),
        ("docs/install", "documentation"),
    ],
)
def test_a_branch_is_a_sign(branch: str, name: str) -> None:
    assert recognised(branch=branch) == {name: f"branch {branch}"}


@pytest.mark.parametrize(
    "branch",
    [
        *(
            "main",
            "master",
            "develop",
            "HEAD",
            "",
            "feature/login",
            "fix/off-by-one",
            "hotfix/cache",
            "prerelease",
        ),
        *("feature/coauthors", "feature/processor", "feature/lesson-list", "constraint", "train-timetable"),
        *(
            "feature/restrain",
            "feature/pr-template",
            "project/4",
            "preview/ann",
            "feature/docstore",
            "mexico",
        ),
    ],
)
def test_an_ordinary_branch_is_none(branch: str) -> None:
    assert recognised(branch=branch) == {}


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("k8s/web.yaml", "deploy-production"),
        ("infra/k8s/prod/web.yml", "deploy-production"),
        ("src/auth/oauth_callback.py", "oauth"),
        ("lib/oauth/token.rb", "oauth"),
        ("src/OAuthClient.ts", "oauth"),
        ("train.py", "model-training"),
        ("ml/train_model_v2.py", "model-training"),
        ("docs/install.md", "documentation"),
        ("docs/guide/first/steps.rst", "documentation"),
        ("mkdocs.yml", "documentation"),
    ],
)
def test_a_file_is_a_sign(file: str, name: str) -> None:
    assert recognised(file=file) == {name: f"file {file}"}


@pytest.mark.parametrize(
    "file",
    [
        *("README.md", "CHANGELOG.md", "src/README.md", "notes.rst", "docs/conf.py", "docs/logo.png", ".md"),
        *(
            "main.tf",
            "k8s.py",
            "k8s/README.md",
            "helm.py",
            "deploy.sh",
            "src/coauthor.py",
            "src/auth/login.py",
        ),
        *("train_times.py", "constrain.py", "src/trains.py", "docs", "", "src/issue.py", "review.py"),
    ],
)
def test_an_ordinary_file_is_none(file: str) -> None:
    assert recognised(file=file) == {}


@pytest.mark.parametrize(
    ("say", "name"),
    [
        ("Off to deploy to production.", "deploy-production"),
        ("the refresh token again", "oauth"),
        ("Training run number three", "model-training"),
        ("bug triage until lunch", "bug-triage"),
        ("I can\u2019t reproduce it", "bug-triage"),
        ("doing code review", "code-review"),
        ("writing the docs for it", "documentation"),
        ("Planning our trip to Mexico!", "mexico-trip"),
    ],
)
def test_words_are_a_sign(say: str, name: str) -> None:
    assert list(recognised(say=say)) == [name]


@pytest.mark.parametrize(
    "say",
    [
        *(
            "the tests pass",
            "America/Mexico_City is off by an hour",
            "the train was late",
            "refresh the page",
        ),
        *("production is down", "the token expired", "fine tune the padding", "epoch seconds again", "a bug"),
    ],
)
def test_ordinary_words_are_none(say: str) -> None:
    assert recognised(say=say) == {}


def test_every_shipped_command_can_be_met_by_what_is_kept() -> None:
    for name, detect in SHIPPED.items():
        for command in detect.commands:
            work = work_in(run_of(" ".join(command), "command"))
            assert work is not None
            assert command in work.begins, name


def test_no_shipped_file_is_known_by_its_ending_alone() -> None:
    patterns = [pattern for detect in SHIPPED.values() for pattern in detect.files]
    assert [pattern for pattern in patterns if "/" not in pattern and pattern.startswith("*.")] == []


def test_a_users_own_two_words_are_met_where_they_were_kept() -> None:
    own = Detect(commands=(("kubectl", "apply"), ("gh", "issue")))
    met = signs(own, run_of("kubectl apply -f x"), branch=None, file=None)
    assert met == "command kubectl apply"
    for line in ("kubectl get pods", "gh issue list"):
        assert signs(own, run_of(line, "command"), branch=None, file=None) is None


def test_a_users_own_ending_is_met_and_a_pattern_for_everything_is_not() -> None:
    assert signs(Detect(files=("*.tex",)), None, branch=None, file="thesis/one.tex") == "file thesis/one.tex"
    everything = Detect(files=("*", "**", "**/*", "*.*"), branches=("*", "**"))
    assert signs(everything, None, branch="main", file="a.b") is None


@pytest.mark.parametrize(
    ("pattern", "file", "met"),
    [
        ("k8s/*", "k8s/a.yaml", True),
        ("k8s/*", "x/k8s/a.yaml", True),
        ("k8s/*", "k8s/a/b.yaml", False),
        ("k8s/*", "xk8s/a.yaml", False),
        ("k8s/**", "k8s/a/b.yaml", True),
        ("k8s/**", "x/k8s", True),
        ("a/**/b.c", "a/b.c", True),
        ("a/**/b.c", "z/a/x/y/b.c", True),
        ("a/**/b.c", "b.c", False),
        ("[ab].py", "A.py", True),
        ("[", "[", False),
    ],
)
def test_patterns_of_files(pattern: str, file: str, met: bool) -> None:
    assert (signs(Detect(files=(pattern,)), None, branch=None, file=file) is not None) is met


def test_a_job_is_ended_by_its_own_good_end_only() -> None:
    made = prepare(SHIPPED["deploy-production"])
    assert made.ended_by(work_in(run_of("kubectl apply")))
    assert made.ended_by(work_in(run_of("kubectl apply", "command")))
    others = (
        run_of("kubectl apply", "job.started", status=None),
        run_of("kubectl apply", status="unknown"),
        run_of("kubectl apply", status="fail"),
        run_of("kubectl apply", data={"rollback": True}),
        run_of("pytest"),
        event("commit"),
    )
    assert not any(made.ended_by(work_in(other)) for other in others)


def test_a_pattern_made_to_be_slow_is_not() -> None:
    slow = Detect(files=("*a" * 38 + "b",), branches=("*a" * 38 + "b",))
    assert signs(slow, None, branch="a" * 5_000, file="a" * 5_000) is None


@given(st.text(), st.text(), st.lists(st.text(), max_size=4), st.text())
def test_any_pattern_and_any_name_give_a_clean_sign_or_none(
    pattern: str, name: str, said: list[str], word: str
) -> None:
    detect = Detect(((word,),), frozenset({"deploy"}), (pattern,), (pattern,), ((word,),))
    at_hand = event("command", labels=(name,), data={"program": 3})
    for found in (
        signs(detect, at_hand, branch=name, file=None),
        signs(detect, None, branch=None, file=name, said=said),
    ):
        assert found is None or (len(found) <= COLUMNS and "\n" not in found)
