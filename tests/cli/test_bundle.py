"""``afterglow doctor --bundle``: enough to find a bug, and none of five hundred things that are planted."""

from __future__ import annotations

import json
import platform
import re
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afterglow.cli import places
from afterglow.cli.redacting import Redactor
from afterglow.core.model import Anchor, Observation, Turn
from afterglow.store import events, sessions, turns
from tests.cli.calling import call
from tests.cli.planted import planted
from tests.store import queueing
from tests.store.making import token
from tests.support.gitbox import GitBox

SECTIONS = ["versions", "settings", "doctor", "events", "turns", "tables", "log"]
GAP = 30 * 60_000


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "Zorquil Customer"
    GitBox.create(made).commit("a.txt", "a\n", "begin")
    GitBox(made).run("switch", "-q", "-c", "feature/wumpdrexovi")
    monkeypatch.chdir(made)
    return made.resolve()


def bundle(target: str = "-") -> dict[str, Any]:
    said = call("doctor", "--bundle", target, "--json")
    assert (said.code, said.err) == (0, "")
    return dict(json.loads(said.out))


def told() -> str:
    """Both forms of it."""
    plain = call("doctor", "--bundle", "-")
    assert (plain.code, plain.err) == (0, "")
    return plain.out + json.dumps(bundle(), ensure_ascii=False)


def plant(root: Path, secrets: list[str]) -> None:
    """Put each of them into every place of the records that takes a text."""
    now = places.now()
    with places.database() as opened:
        for number, secret in enumerate(secrets):

            def work(connection: Any, secret: str = secret, number: int = number) -> None:
                observation = Observation(
                    "job.finished",
                    str(root) if number % 2 else f"{root}/{secret}",
                    "report",
                    now - number * 7_000_000,
                    label=secret,
                    status="fail" if number % 3 else "ok",
                    tags=(secret,),
                    key=secret,
                    anchor=Anchor(f"file://{secret}", 1),
                    data={
                        "job": "test",
                        "failing": [secret],
                        "branch": secret,
                        "sha": secret,
                        secret: secret,
                    },
                )
                made = events.record(connection, observation, now=now, session_gap_ms=GAP)
                assert made is not None
                connection.execute(
                    "UPDATE events SET state = 2, owner = 'w' WHERE seq = ?", (made.event.seq,)
                )
                session = sessions.current(connection, str(root), now, GAP)
                turn = Turn(token(f"{secret}{number}"), f"no line fits {secret} here", (), ())  # type: ignore[arg-type]
                record = {
                    "token": {"id": secret, "response": secret, "latencyMs": 1.25, "source": secret},
                    "reason": secret,
                    "event": {"kind": secret if number % 2 else "commit", "source": secret, "status": secret},
                    "gates": [
                        {"id": secret, "pass": False, "reason": secret},
                        {
                            "id": "T1.red",
                            "pass": False,
                            "reason": f"red: test ({secret}) since 14:10 {secret}",
                        },
                    ],
                }
                turns.settle(connection, turn, [made.event], made.event, session, "w", now, lambda _: record)
                queueing.add(connection, secret[:60], tags=[secret[:20]], source_id=secret[:60], now=now)
                connection.execute(
                    "INSERT INTO notes (id, user_id, workspace, session_id, kind, data, at)"
                    " VALUES (?, 'local', ?, 's', 'note', ?, ?)",
                    (f"n{number}", str(root), json.dumps({"text": secret}), now),
                )
                connection.execute(
                    "INSERT INTO marks VALUES (?, ?, 0, 0, 0, '[]', ?)", (str(root), secret, secret)
                )

            opened.write(work)


def log(secrets: list[str]) -> None:
    """Lines as ours, with a secret in each, and lines as nobody's."""
    path = places.home().log_file
    path.parent.mkdir(parents=True, exist_ok=True)
    ours = [f"2026-11-21 13:13:40,123 WARNING sensor: {secret}" for secret in secrets]
    path.write_text("\n".join([*ours[:150], *secrets[150:], *(f"{line}," for line in ours[-100:])]), "utf-8")


def settings(secrets: list[str]) -> None:
    """Every setting that takes a text, and an unknown one."""
    names = ("user_id", "user_name", "region", "seed", "time_zone", "locale")
    lines = [f"{name} = {json.dumps(secret)}" for name, secret in zip(names, secrets, strict=False)]
    lines.append(f"exclude_paths = {json.dumps(secrets[:150])}")
    lines.append('mode = "quiet"\nbanter_per_day = 7')
    lines.append(f"{json.dumps(secrets[20])} = 1")
    lines.append(f"[personal]\nbirthday = {json.dumps(secrets[7])}\nplace = {json.dumps(secrets[8])}")
    lines.append(f'[enrichment]\nmodel = {json.dumps(secrets[9])}\nbase_url = "https://{secrets[10]}/"')
    file = places.home().config_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines), "utf-8")


@pytest.fixture
def hidden(root: Path) -> list[str]:
    """What is planted everywhere."""
    secrets = planted()
    settings(secrets)
    plant(root, secrets)
    log(secrets)
    return secrets


def test_none_of_five_hundred_planted_things_gets_out(
    root: Path, hidden: list[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "thexadmin")
    monkeypatch.setenv("USER", "thexadmin")
    monkeypatch.setattr(socket, "gethostname", lambda: "glonbox")
    monkeypatch.setattr(platform, "node", lambda: "glonbox")
    text = told()
    found = [secret for secret in hidden if secret in text or json.dumps(secret)[1:-1] in text]
    assert found == []
    # Nor a telling part of one, which is what is left when a secret is cut in two.
    parts = {part for secret in hidden for part in re.findall(r"[A-Za-z]{6,}|[0-9]{7,}", secret)}
    common = {"PRIVATE", "password", "feature", "example", "postgres", "github", "BEGIN"}
    assert sorted(part for part in parts - common if part in text) == []
    for name in (
        str(root),
        "Zorquil",
        "wumpdrexovi",
        str(home),
        "Ada Tester",
        "ada@",
        "thexadmin",
        "glonbox",
    ):
        assert name not in text


@pytest.mark.usefixtures("hidden")
def test_it_still_tells_what_a_maintainer_asks_for() -> None:
    made = bundle()
    assert set(SECTIONS) <= set(made)
    assert {"afterglow", "python", "system", "sqlite", "pygls"} <= set(made["versions"])
    assert made["settings"]["mode"] == "quiet"
    assert made["settings"]["banterPerDay"] == 7
    assert made["settings"]["userName"] == made["settings"]["personal.birthday"] == "set"
    assert made["settings"]["excludePaths"] == "set (150)"
    rows = {one["name"]: one for one in made["doctor"]}
    assert rows["database"]["sees"].startswith("<database>, ")
    assert rows["settings"]["problem"] is not None
    assert sum(one["number"] for one in made["events"]) == made["tables"]["events"] > 0
    assert {one["kind"] for one in made["events"]} == {"job.finished"}
    assert {one["source"] for one in made["events"]} == {"report"}
    assert len({one["day"] for one in made["events"]}) == 15
    assert len(made["turns"]) == 50
    assert {one["kind"] for one in made["turns"]} == {"commit", "other"}
    assert made["turns"][0]["reason"] == "no line fits … here"
    assert made["turns"][0]["closed"][1]["id"] == "T1.red"
    assert made["turns"][0]["closed"][1]["reason"].startswith("red: test (…) since 14:10")
    assert made["turns"][0]["latency_ms"] == 1.2
    assert made["tables"]["banter_queue"] == 500
    assert made["log"][-1] == "2026-11-21 13:13:40 WARNING sensor: …"
    assert made["log_lines_left_out"] == 100
    text = call("doctor", "--bundle", "-").out
    for section in ("versions", "settings", "doctor", "events", "turns", "tables", "log"):
        assert f"\n## {section}" in text


def test_what_is_printed_is_what_is_written(root: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.txt"
    said = call("doctor", "--bundle", str(target))
    assert said.code == 0
    shown, _, last = said.out.rpartition("\n\n")
    assert target.read_text("utf-8") == shown + "\n"
    assert last == f"written to {target}: this and no more; read it before you send it\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    other = tmp_path / "report.json"
    said = call("doctor", "--json", "--bundle", str(other))
    assert json.loads(other.read_text("utf-8")) == json.loads(said.out)
    assert other.read_text("utf-8") == said.out
    assert root.is_dir()


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda path: path.write_text("mine"), "exists already; name a new file"),
        (lambda path: path.symlink_to("nowhere"), "exists already; name a new file"),
        (lambda path: path.mkdir(), "exists already; name a new file"),
    ],
)
def test_a_file_that_is_there_is_left_alone(make: Callable[[Path], Any], line: str, tmp_path: Path) -> None:
    target = tmp_path / "there"
    make(target)
    said = call("doctor", "--bundle", str(target))
    assert (said.code, said.out) == (2, "")
    assert said.err == f"afterglow: doctor: {target} {line}\n"
    assert not target.is_file() or target.read_text() == "mine"


@pytest.mark.usefixtures("root")
def test_a_place_that_takes_no_file_is_one_line() -> None:
    said = call("doctor", "--bundle", "/no/such/folder/x")
    assert said.code == 2
    assert said.err.startswith("afterglow: doctor: /no/such/folder/x cannot be written (no such file")


@pytest.mark.usefixtures("root")
def test_without_a_database_the_rest_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AFTERGLOW_HOME", str(tmp_path / "file"))
    made = bundle()
    assert "permissions" in made["database"]
    assert str(tmp_path) not in json.dumps(made)
    assert made["events"] == made["turns"] == []
    assert made["versions"]["afterglow"]


@pytest.mark.usefixtures("root")
def test_a_damaged_record_costs_its_own_line_only() -> None:
    with places.database() as opened:
        for record in (
            "",
            "[]",
            '{"gates": 3, "event": [], "token": "x"}',
            '{"gates": [1, {"pass": false}]}',
        ):
            opened.write(
                lambda connection, record=record: connection.execute(  # type: ignore[misc]
                    "INSERT INTO turns (workspace, session_id, window_id, turn, at, reason, record)"
                    " VALUES ('w', 's', 'w', 1, ?, 'no line fits', ?)",
                    (places.now(), record),
                )
            )
    assert [one["reason"] for one in bundle()["turns"]] == ["no line fits"] * 4


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("red: test (nightly) since 14:10", "red: test … since 14:10"),
        ("budget: one warm line in 300 s", "budget: one warm line in 300 s"),
        ("sensor: PermissionError", "sensor: PermissionError"),
        ("store: OperationalError (Requests.snapshot.<locals>.work)", None),
        ("<workspace>/secret plans.txt", "<workspace>/… …"),
        ("/here/place/inner is gone", "<workspace>/… is gone"),
        ("4111 1111 1111 1111", "…"),
        ("hunter2 hunter3", "…"),
        ("$(curl http://x)", "…"),
        ("", ""),
    ],
)
def test_only_our_own_words_are_kept(text: str, kept: str | None) -> None:
    redactor = Redactor({"/here/place": "<workspace>", "/": "<root>"})
    assert redactor.text(text) == (text if kept is None else kept)


def test_a_reason_names_no_job_not_even_one_that_is_a_word_of_ours() -> None:
    redactor = Redactor({})
    assert redactor.text("red: test (window) since 14:10") == "red: test (window) since 14:10"
    assert redactor.reason("red: test (window) since 14:10") == "red: test (…) since 14:10"


@pytest.mark.parametrize(("label", "kept"), [("pytest", "pytest"), ("window", "…"), ("the window", "…")])
def test_a_label_is_kept_only_where_it_is_a_runners_name(root: Path, label: str, kept: str) -> None:
    data = {"job": "test", "passed": 3}
    places.record(Observation("job.finished", str(root), "report", places.now(), label, "ok", data=data))
    reports = next(one for one in bundle()["doctor"] if one["name"] == "reports")
    assert reports["sees"].startswith(f"no test report yet; last {kept}, 3 passed, today ") or (
        kept == "…" and reports["sees"].startswith("no test report yet; last … 3 passed, today ")
    )


def test_a_branch_that_is_a_word_of_ours_is_left_out(root: Path) -> None:
    GitBox(root).run("switch", "-q", "-c", "window")
    git = next(one for one in bundle()["doctor"] if one["name"] == "git")
    assert git["sees"].startswith("begins with an editor window: reads git's own logs in ")
    assert git["sees"].endswith(", on …")
