"""The workflows say what they are meant to, as far as can be told without running them."""

from __future__ import annotations

import json
import re
from typing import Any, cast

import pytest

from tests.support import release
from tests.tidy.checkout import ROOT, project

pytestmark = pytest.mark.xdist_group("dist")

FOLDER = ROOT / ".github" / "workflows"
AS_JSON = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1], 'rb')), default=str))"
MAY = {
    ("ci", None): {"contents": "read"},
    ("release", None): {},
    ("release", "build"): {"contents": "read"},
    ("release", "attest"): {"contents": "read", "id-token": "write", "attestations": "write"},
    ("release", "github"): {"contents": "write"},
    ("release", "pypi"): {"id-token": "write"},
    ("release", "extension"): {"contents": "read"},
}
"""What each job may do; what is not named has no right of its own."""


def workflow(name: str) -> dict[str, Any]:
    """One workflow. YAML takes the word ``on`` for true."""
    python = release.tools() / "python"
    read: dict[str, Any] = json.loads(release.ran(python, "-c", AS_JSON, FOLDER / f"{name}.yml"))
    return read


def jobs(name: str) -> dict[str, dict[str, Any]]:
    return cast(dict[str, dict[str, Any]], workflow(name)["jobs"])


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in jobs(name).values() for step in job["steps"]]


def test_every_system_runs_with_every_python_that_is_promised() -> None:
    words = project()["project"]["classifiers"]
    promised = {word.rpartition(" ")[2] for word in words if re.search(r":: 3\.\d+$", word)}
    for job in ("linux", "elsewhere"):
        assert promised <= set(jobs("ci")[job]["strategy"]["matrix"]["python"])
    assert set(jobs("ci")["elsewhere"]["strategy"]["matrix"]["os"]) == {"macos-latest", "windows-latest"}
    assert any(step.get("run") == "bash .ci/run" for step in jobs("ci")["linux"]["steps"])
    assert "continue-on-error" not in jobs("ci")["linux"]


@pytest.mark.parametrize("name", ["ci", "release"])
def test_no_job_may_more_than_it_needs(name: str) -> None:
    given: dict[tuple[str, str | None], Any] = {(name, None): workflow(name).get("permissions")}
    given |= {(name, job): it["permissions"] for job, it in jobs(name).items() if "permissions" in it}
    assert given == {key: rights for key, rights in MAY.items() if key[0] == name}


@pytest.mark.parametrize("name", ["ci", "release"])
def test_no_checkout_leaves_its_token_behind_and_no_action_floats(name: str) -> None:
    for step in steps(name):
        uses = step.get("uses", "")
        assert not uses or re.search(r"@(v\d+|release/v\d+|[0-9a-f]{40})$", uses), uses
        if uses.startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("name", ["ci", "release"])
def test_no_script_has_an_expression_put_into_it(name: str) -> None:
    assert [step["run"] for step in steps(name) if "${{" in step.get("run", "")] == []


def test_nothing_is_published_that_was_not_built_tested_and_summed_here() -> None:
    made = jobs("release")
    assert made["build"].get("needs") is None
    assert made["attest"]["needs"] == "build"
    for job in ("github", "pypi", "extension"):
        assert made[job]["needs"] == "attest"
        assert any("sha256sum --check" in step.get("run", "") for step in made[job]["steps"])
    runs = [step.get("run", "") for step in made["build"]["steps"]]
    assert any("scripts/version.py" in run for run in runs)
    assert "bash .ci/run" in runs
    assert "make dist" in runs


def test_the_scripts_that_workflows_call_are_there() -> None:
    for name in ("ci", "release"):
        for step in steps(name):
            for script in re.findall(r"(?:scripts|\.ci)/[\w.]+", step.get("run", "")):
                assert (ROOT / script).is_file(), script
            for target in re.findall(r"\bmake ([\w-]+)", step.get("run", "")):
                assert re.search(rf"(?m)^{target}:", (ROOT / "Makefile").read_text("utf-8")), target
