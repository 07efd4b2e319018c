"""A client's event: taken, bounded and cleaned, or refused with one line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.events import Problem, parse_event, uri_of
from afterglow.core.kinds import KINDS
from afterglow.core.model import Observation
from tests.core.build import MINUTE, NOW

SECRET = "hunter2"


def parse(raw: Any, default: str | None = "/w") -> Observation | Problem:
    return parse_event(
        raw,
        default_workspace=default,
        now=NOW,
        source="editor",
        to_workspace=lambda uri: uri.removeprefix("file://") if uri.startswith("file:///") else None,
    )


def taken(raw: Any) -> Observation:
    found = parse(raw)
    assert isinstance(found, Observation), found
    return found


def refused(raw: Any) -> str:
    found = parse(raw)
    assert isinstance(found, Problem), found
    return str(found)


@pytest.mark.parametrize(
    ("given_status", "code", "status"),
    [
        (None, 0, "ok"),
        (None, 1, "fail"),
        (None, 2, "fail"),
        (None, 137, "fail"),
        (None, -9, "fail"),
        (None, 130, "cancelled"),
        (None, 143, "cancelled"),
        (None, None, "unknown"),
        ("ok", None, "ok"),
        ("ok", 0, "ok"),
        ("ok", 1, "fail"),
        ("ok", 130, "fail"),
        ("fail", 0, "fail"),
        ("cancelled", 1, "cancelled"),
        ("unknown", 0, "unknown"),
    ],
)
def test_the_outcome_of_a_job(given_status: str | None, code: int | None, status: str) -> None:
    raw = {"kind": "job.finished", "status": given_status, "exitCode": code}
    assert taken(raw).status == status


def test_a_git_event_without_an_outcome_has_none() -> None:
    assert taken({"kind": "commit"}).status is None
    assert taken({"kind": "commit", "exitCode": 1}).status == "fail"


@pytest.mark.parametrize(
    ("said", "status"),
    [("success", "ok"), ("failure", "fail"), ("Cancelled", "cancelled"), ("odd", "unknown")],
)
def test_a_ci_run_may_say_its_outcome_in_its_data(said: str, status: str) -> None:
    assert taken({"kind": "ci.finished", "data": {"status": said}}).status == status


def test_a_whole_job() -> None:
    seen = taken(
        {
            "kind": "job.finished",
            "label": "unit\x1b[31m tests",
            "status": "ok",
            "exitCode": 0,
            "durationMs": 38_000,
            "tags": ["python", "python", "", "ci"],
            "workspace": "file:///p",
            "dedupeKey": "k1",
            "data": {
                "job": "test",
                "passed": 142,
                "failed": 0,
                "coverage": 93.5,
                "failing": ["a\nb"],
                "metrics": {"x": 1.5},
                "other": 1,
            },
        }
    )
    assert seen == Observation(
        kind="job.finished",
        workspace="/p",
        source="editor",
        at=NOW,
        label="unit tests",
        status="ok",
        exit_code=0,
        duration_ms=38_000.0,
        tags=("python", "ci"),
        data={
            "job": "test",
            "passed": 142,
            "failed": 0,
            "coverage": 93.5,
            "failing": ["a b"],
            "metrics": {"x": 1.5},
        },
        key="k1",
    )


def test_a_job_without_a_kind_is_a_task() -> None:
    assert taken({"kind": "job.finished"}).job == "task"


def test_a_job_that_began_and_lasted_ended_then() -> None:
    raw = {"kind": "job.finished", "startedAt": "2026-03-12T16:00:00Z", "durationMs": 60_000}
    seen = taken(raw)
    assert seen.started_at == NOW - 64 * MINUTE
    assert seen.at == NOW - 63 * MINUTE


def test_nothing_ends_in_the_future() -> None:
    raw = {"kind": "job.finished", "startedAt": "2026-03-12T17:03:59Z", "durationMs": 60_000}
    assert taken(raw).at == NOW


@pytest.mark.parametrize("where", ["top", "data", "both"])
def test_a_command_is_recognised_and_its_line_dropped(where: str) -> None:
    line = {"commandLine": f"pytest -k {SECRET}", "exitCode": 0}
    wrong = {"commandLine": "make", "exitCode": 1}
    raw = {
        "top": {"kind": "command", **line},
        "data": {"kind": "command", "data": line},
        "both": {"kind": "command", **line, "data": wrong},
    }[where]
    seen = taken(raw)
    assert seen.data == {"program": "pytest", "job": "test"}
    assert (seen.label, seen.status, seen.exit_code) == ("pytest", "ok", 0)
    assert SECRET not in repr(seen)


def test_a_command_labelled_with_its_own_line_does_not_keep_it() -> None:
    line = f"curl -H {SECRET} https://example.org"
    seen = taken({"kind": "command", "label": line, "commandLine": line, "exitCode": 0})
    assert seen.label == "curl"
    assert SECRET not in repr(seen)


def test_a_hazard_is_noted_when_it_begins_and_when_it_ends() -> None:
    for kind in ("command", "command.started"):
        seen = taken({"kind": kind, "commandLine": "git push --force"})
        assert seen.data == {"program": "git", "hazard": "destructive"}


@pytest.mark.parametrize(
    ("line", "code", "status"),
    [
        ("pytest | tee log", 0, "unknown"),
        ("pytest || true", 0, "unknown"),
        ("make && pytest", 0, "ok"),
        ("make && pytest", 1, "unknown"),
        ("pytest", 1, "fail"),
        ("grep x y", 1, "fail"),
    ],
)
def test_an_exit_code_that_is_not_the_jobs_proves_nothing(line: str, code: int, status: str) -> None:
    assert taken({"kind": "command", "commandLine": line, "exitCode": code}).status == status


def test_a_commit_subject_is_not_kept() -> None:
    seen = taken({"kind": "commit", "data": {"sha": "abc", "branch": "main", "subject": SECRET}})
    assert seen.data == {"sha": "abc", "branch": "main"}


def test_a_tag_is_named_by_its_label() -> None:
    assert taken({"kind": "tag", "label": "v2.0"}).data == {"name": "v2.0"}


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ([], "event: must be an object"),
        (None, "event: must be an object"),
        ({}, "kind: is missing"),
        ({"kind": 3}, "kind: must be a text"),
        ({"kind": "comit"}, 'kind: "comit" is not a kind of event; did you mean commit?'),
        ({"kind": "commit", "label": 3}, "label: must be a text"),
        ({"kind": "commit", "tags": "a"}, "tags: must be a list of texts"),
        ({"kind": "commit", "tags": [1]}, "tags: must be a list of texts"),
        ({"kind": "commit", "status": "good"}, "status: must be one of ok, fail, cancelled, unknown"),
        ({"kind": "commit", "status": []}, "status: must be one of ok, fail, cancelled, unknown"),
        ({"kind": "commit", "exitCode": "0"}, "exitCode: must be a whole number"),
        ({"kind": "commit", "exitCode": 1.5}, "exitCode: must be a whole number"),
        ({"kind": "commit", "exitCode": True}, "exitCode: must be a whole number"),
        ({"kind": "commit", "data": []}, "data: must be an object"),
        ({"kind": "command", "data": []}, "data: must be an object"),
        ({"kind": "command", "commandLine": 3}, "commandLine: must be a text"),
        (
            {"kind": "commit", "startedAt": "soon"},
            "startedAt: must be an ISO 8601 time such as 2026-01-31T09:30:00Z",
        ),
        ({"kind": "commit", "startedAt": "2026-03-14T09:30:00Z"}, "startedAt: lies in the future"),
        ({"kind": "commit", "workspace": "nowhere"}, "workspace: must be the uri of a folder"),
        ({"kind": "commit", "dedupeKey": "x" * 201}, "dedupeKey: must be a text of at most 200 characters"),
        ({"kind": "job.finished", "data": {"job": "tests"}}, "data.job: must be one of "),
        ({"kind": "job.finished", "data": {"passed": "1"}}, "data.passed: must be a whole number from 0"),
        (
            {"kind": "job.finished", "data": {"metrics": {"a": "b"}}},
            "data.metrics.a: must be a finite number",
        ),
        ({"kind": "focus", "data": {"focused": 1}}, "data.focused: must be true or false"),
        ({"kind": "file.saved", "data": {"uri": 3}}, "data.uri: must be a text"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(raw: Any, problem: str) -> None:
    assert refused(raw).startswith(problem)


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), 10**400, 10**12, "1", True, [1]])
def test_durations_are_bounded(value: Any) -> None:
    assert refused({"kind": "job.finished", "durationMs": value}).startswith("durationMs: ")


@pytest.mark.parametrize("value", [-1, float("nan"), 10**400, 1.5, False])
def test_counts_are_bounded(value: Any) -> None:
    assert refused({"kind": "job.finished", "data": {"passed": value}}).startswith("data.passed: ")


def test_amounts_are_bounded() -> None:
    seen = taken(
        {
            "kind": "job.finished",
            "label": "x" * 500,
            "tags": [f"{i}" + "y" * 100 for i in range(100)],
            "data": {
                "failing": ["z" * 500] * 500,
                "metrics": {f"m{i}": i for i in range(100)},
            },
        }
    )
    assert len(seen.label or "") == 80
    assert len(seen.tags) == 16
    assert all(len(tag) <= 40 for tag in seen.tags)
    assert len(seen.data["failing"]) == 50
    assert all(len(name) <= 200 for name in seen.data["failing"])
    assert len(seen.data["metrics"]) == 16


def test_no_folder_is_a_problem() -> None:
    assert str(parse({"kind": "commit"}, default=None)) == "workspace: no workspace is open"


def test_the_file_that_an_event_is_about() -> None:
    assert uri_of({"data": {"uri": "file:///a"}}) == "file:///a"
    nothing: list[Any] = [None, [], {}, {"data": []}, {"data": {"uri": 3}}]
    assert [uri_of(raw) for raw in nothing] == [None] * 5


NAMES = [
    "kind",
    "label",
    "status",
    "exitCode",
    "durationMs",
    "startedAt",
    "tags",
    "workspace",
    "data",
    "dedupeKey",
]
DATA_NAMES = [
    "job",
    "passed",
    "failing",
    "metrics",
    "coverage",
    "commandLine",
    "exitCode",
    "uri",
    "name",
    "status",
]
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(DATA_NAMES), st.text(max_size=5)), inner, max_size=4),
    ),
    max_leaves=10,
)


@given(
    st.sampled_from(sorted(KINDS)),
    st.dictionaries(st.sampled_from([*NAMES, "commandLine"]), JSON, max_size=6),
)
def test_any_event_is_taken_or_refused(kind: str, raw: dict[str, Any]) -> None:
    found = parse({**raw, "kind": kind})
    if isinstance(found, Problem):
        assert "\n" not in str(found)
        return
    json.dumps(dict(found.data), allow_nan=False).encode()
    assert found.at <= NOW
    assert "\n" not in (found.label or "")
    assert set(found.data) <= {*DATA_NAMES, "program", "hazard"} - {"commandLine", "exitCode"}


def test_now_is_all_that_time_comes_from() -> None:
    assert taken({"kind": "commit"}).at == NOW
    assert taken({"kind": "commit", "startedAt": "2026-03-12T18:00:00Z"}).started_at == NOW + 56 * MINUTE
