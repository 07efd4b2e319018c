"""The hint at the place of an outcome: where it stands, in whose hands, what it answers, when it goes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.support.editors import EDITORS, Editor
from tests.support.patience import wait_until
from tests.support.sidecar import OPTED_IN, QUICK, Sidecar, repository

SOURCE = "import math\n\n\ndef test_calm(): ...\n\n\ndef test_sum(): ...\n\n\n# the end"
LINE = 6
END_OF_LINE = 2_147_483_647
REPORT = """\
<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="{suite}" tests="2" failures="{failures}"
 errors="0" skipped="0" time="2.5"><testcase classname="test_numbers" name="test_calm" time="0.5"/><testcase
 classname="test_numbers" name="test_sum" time="2">{failure}</testcase></testsuite></testsuites>
"""
NEWS = "2 passed in 2.5 s, first green after 1 failed run"
PLAIN = {**QUICK, "mode": "quiet"}
LINK = re.compile(r"\[([^\]]*)\]\(command:([\w.]+)\?([^)]*)\)")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = repository(tmp_path / "project")
    (root / "test_numbers.py").write_text(SOURCE)
    return root


def write_report(root: Path, failures: int, name: str = "report.xml", suite: str = "pytest") -> None:
    """As a runner that wrote it at once."""
    draft = root / "draft"
    failure = "<failure/>" if failures else ""
    draft.write_text(REPORT.format(failures=failures, failure=failure, suite=suite))
    draft.replace(root / name)


def go_green(client: Sidecar, root: Path, **report: str) -> None:
    """A red run and a green one, as their reports tell."""
    write_report(root, 1, **report)
    wait_until(lambda: client.ask("afterglow/snapshot")["red"], 15.0)
    write_report(root, 0, **report)


def ask(client: Sidecar, root: Path, first: int = 0, last: int = 9, column: int = 9) -> list[dict[str, Any]]:
    """The hints of these lines of the source."""
    asked = {
        "textDocument": {"uri": (root / "test_numbers.py").as_uri()},
        "range": {"start": {"line": first, "character": 0}, "end": {"line": last, "character": column}},
    }
    hints: list[dict[str, Any]] = client.ask("textDocument/inlayHint", asked)
    return hints


def hinted(client: Sidecar, root: Path) -> dict[str, Any]:
    """The one hint, as soon as it is there."""
    wait_until(lambda: ask(client, root), 15.0)
    [hint] = ask(client, root)
    return hint


def open_source(client: Sidecar, root: Path) -> None:
    document = {"uri": (root / "test_numbers.py").as_uri(), "languageId": "python", "version": 1}
    client.notify("textDocument/didOpen", {"textDocument": {**document, "text": SOURCE}})


def edit(client: Sidecar, root: Path, text: str, *, line: int | None = None, column: int = 0) -> None:
    """Type ``text`` at a place, or replace everything by it."""
    change: dict[str, Any] = {"text": text}
    if line is not None:
        place = {"line": line, "character": column}
        change["range"] = {"start": place, "end": place}
    document = {"uri": (root / "test_numbers.py").as_uri(), "version": 2}
    client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})


@pytest.mark.parametrize("editor", EDITORS.values(), ids=EDITORS)
def test_each_kind_of_editor_gets_what_it_can_show(root: Path, editor: Editor) -> None:
    with Sidecar(root, capabilities=editor.capabilities, options=PLAIN) as client:
        client.listen()
        go_green(client, root)
        hint = hinted(client, root)
        assert hint["label"] == NEWS
        assert hint["position"] == {"line": LINE, "character": END_OF_LINE}
        shown = client.notification(editor.line)
        assert (shown["value"]["title"] if editor.line == "$/progress" else shown["message"]) == NEWS
        tooltip = client.ask("inlayHint/resolve", hint)["tooltip"]
        text = tooltip["value"] if editor.links else tooltip
        assert bool(LINK.search(text)) == editor.links
        for said in ("Why: first green after 1 failed run", "pytest", "2 passed in 2", "Quiet for an hour"):
            assert said in text.replace("\\", "")
        # The answer to a refresh comes after it was sent, so that what was not sent by now never is.
        client.ask("afterglow/snapshot")
        assert bool(client.notifications("workspace/inlayHint/refresh")) == editor.refreshed
        assert client.notifications("window/showMessage") == client.tokens == []


def test_a_hint_stands_inside_the_range_that_is_asked_for(root: Path) -> None:
    with Sidecar(root, options=PLAIN) as client:
        client.listen()
        go_green(client, root)
        hinted(client, root)
        for asked, character in (
            ((0, 9, 9), END_OF_LINE),
            ((LINE, 9, 0), END_OF_LINE),
            ((0, LINE, 21), 21),
            ((LINE, LINE, 3), 3),
            ((0, LINE, 0), None),
            ((0, LINE - 1, 5), None),
            ((LINE + 1, 9, 9), None),
        ):
            found = [hint["position"] for hint in ask(client, root, *asked)]
            assert found == ([] if character is None else [{"line": LINE, "character": character}]), asked


def test_edits_above_move_it_and_edits_on_its_line_remove_it(root: Path) -> None:
    with Sidecar(root, options=PLAIN) as client:
        client.listen()
        open_source(client, root)
        go_green(client, root)
        hinted(client, root)
        before = len(client.notifications("workspace/inlayHint/refresh"))
        edit(client, root, "one\ntwo\n", line=2)
        edit(client, root, "below", line=LINE + 3)
        edit(client, root, "x", line=3, column=4)
        assert [hint["position"]["line"] for hint in ask(client, root)] == [LINE + 2]
        client.wait(
            lambda: len(client.notifications("workspace/inlayHint/refresh")) > before,
            "no refresh",
        )
        edit(client, root, "x", line=LINE + 2, column=8)
        assert ask(client, root) == []


def test_a_document_that_is_replaced_has_no_hint_any_more(root: Path) -> None:
    with Sidecar(root, options=PLAIN) as client:
        client.listen()
        open_source(client, root)
        go_green(client, root)
        hinted(client, root)
        edit(client, root, SOURCE)
        assert ask(client, root) == []


def test_it_goes_when_it_has_had_its_time(root: Path) -> None:
    with Sidecar(root, options={**PLAIN, "tokenTtlMs": 700}) as client:
        client.listen()
        go_green(client, root)
        hint = hinted(client, root)
        wait_until(lambda: not ask(client, root), 15.0)
        client.wait(
            lambda: len(client.notifications("workspace/inlayHint/refresh")) >= 2, "no refresh at its end"
        )
        # Whoever still shows it may ask what it was.
        assert "tooltip" in client.ask("inlayHint/resolve", hint)


def test_an_outcome_without_a_place_has_no_hint(root: Path) -> None:
    with Sidecar(root, options=PLAIN) as client:
        client.listen()
        client.report("job.finished", label="make", exitCode=0, durationMs=12_000, data={"job": "build"})
        assert client.token(1)["anchor"] is None
        assert ask(client, root) == []
        assert client.notifications("workspace/inlayHint/refresh") == []


def test_the_links_of_the_tooltip_are_commands_that_work(root: Path) -> None:
    capabilities = {**EDITORS["VS Code"].capabilities, "experimental": OPTED_IN["experimental"]}
    with Sidecar(root, capabilities=capabilities, options=PLAIN) as client:
        client.listen()
        go_green(client, root)
        resolved = client.ask("inlayHint/resolve", hinted(client, root))
        assert resolved["tooltip"]["kind"] == "markdown"
        links = [
            (text, command, json.loads(unquote(arguments)))
            for text, command, arguments in LINK.findall(resolved["tooltip"]["value"])
        ]
        assert [text for text, _command, _arguments in links] == [
            "1",
            "2",
            "3",
            "4",
            "5",
            "Quiet for an hour",
        ]
        known = client.result["capabilities"]["executeCommandProvider"]["commands"]
        answers: Mapping[str, Any] = {}
        for text, command, arguments in links:
            assert command in known
            asked = {"command": command, "arguments": arguments}
            answers = {**answers, text: client.ask("workspace/executeCommand", asked)}
        assert answers["Quiet for an hour"]["until"]
        figures = client.ask("workspace/executeCommand", {"command": "afterglow.report", "arguments": []})
        assert figures["ratings"] == 1
        first = client.ask("afterglow/explain")["event"]["id"]
        go_green(client, root)

        def again() -> bool:
            event = client.ask("afterglow/explain")["event"]
            return bool(event["status"] == "ok" and event["id"] != first)

        wait_until(again, 15.0)
        turn = client.ask("afterglow/explain")
        assert (turn["token"], turn["reason"].partition(" until")[0]) == (None, "do not disturb")


def test_without_commands_the_tooltip_is_plain(root: Path) -> None:
    options = {**PLAIN, "commands": False}
    with Sidecar(root, capabilities=EDITORS["VS Code"].capabilities, options=options) as client:
        client.listen()
        go_green(client, root)
        tooltip = client.ask("inlayHint/resolve", hinted(client, root))["tooltip"]
        assert isinstance(tooltip, str)
        assert "command:" not in tooltip


def test_a_name_from_outside_is_no_link(root: Path) -> None:
    with Sidecar(root, capabilities=EDITORS["VS Code"].capabilities, options=PLAIN) as client:
        client.listen()
        name = "[x](command:evil) $(sync) <b> **a** `b`.xml"
        go_green(client, root, name=name, suite="mine")
        text = client.ask("inlayHint/resolve", hinted(client, root))["tooltip"]["value"]
        assert len(LINK.findall(text)) == text.count("](") == 6
        assert not re.search(r"(?<!\\)[<`*$]", text)


def test_a_hint_that_is_not_ours_comes_back_as_it_was(root: Path) -> None:
    with Sidecar(root, options=PLAIN) as client:
        for params in ({}, {"data": None}, {"data": {"token": 7}}, {"data": {"token": "gone"}}):
            assert client.ask("inlayHint/resolve", params) == params
        assert client.request("inlayHint/resolve", [1])["error"]["code"] == -32602


@pytest.mark.parametrize(
    ("opted_in", "display", "silent"),
    [
        (False, {"inlayHints": False}, ("workspace/inlayHint/refresh",)),
        (False, {"progress": False}, ("window/workDoneProgress/create", "$/progress")),
        (
            True,
            {"statusBar": False},
            ("afterglow/token", "window/workDoneProgress/create", "window/logMessage"),
        ),
    ],
)
def test_what_is_turned_off_is_not_sent(
    root: Path, opted_in: bool, display: dict[str, bool], silent: tuple[str, ...]
) -> None:
    capabilities = dict(EDITORS["VS Code"].capabilities)
    if opted_in:
        capabilities["experimental"] = OPTED_IN["experimental"]
    with Sidecar(root, capabilities=capabilities, options={**PLAIN, "display": display}) as client:
        client.listen()
        go_green(client, root)
        wait_until(lambda: client.ask("afterglow/explain")["token"], 15.0)
        assert client.ask("afterglow/explain")["token"]["response"] == NEWS
        assert bool(ask(client, root)) == display.get("inlayHints", True)
        assert [method for method in silent if client.notifications(method)] == []


def test_a_hint_is_placed_in_the_text_that_was_not_saved(root: Path) -> None:
    with Sidecar(root, options=PLAIN) as client:
        client.listen()
        open_source(client, root)
        edit(client, root, "one\ntwo\n", line=2)
        go_green(client, root)
        assert hinted(client, root)["position"]["line"] == LINE + 2


def test_a_hint_goes_with_the_next_red_run(root: Path) -> None:
    with Sidecar(root, options=PLAIN) as client:
        client.listen()
        go_green(client, root)
        hinted(client, root)
        write_report(root, 1)
        wait_until(lambda: not ask(client, root), 15.0)


def test_a_hint_without_an_end_stays(root: Path) -> None:
    with Sidecar(root, options={**PLAIN, "tokenTtlMs": 0}) as client:
        client.listen()
        go_green(client, root)
        assert hinted(client, root)["label"] == NEWS


def test_turning_hints_off_takes_the_one_that_shows_away(root: Path) -> None:
    with Sidecar(root, options=PLAIN) as client:
        client.listen()
        go_green(client, root)
        hinted(client, root)
        seen = len(client.notifications("workspace/inlayHint/refresh"))
        off = {**PLAIN, "display": {"inlayHints": False}}
        client.notify("workspace/didChangeConfiguration", {"settings": {"afterglow": off}})
        assert ask(client, root) == []
        client.wait(
            lambda: len(client.notifications("workspace/inlayHint/refresh")) > seen,
            "no refresh",
        )
