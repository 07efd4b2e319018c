"""``export`` and ``forget``: everything out, and everything gone, with servers open or not."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afterglow.store import archive
from tests.cli.calling import call, eventually, process, recorded
from tests.support.sidecar import Sidecar, git, repository

CANARY = "kanarienvogel"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / f"project-{CANARY}")


def use(client: Sidecar, root: Path) -> None:
    """Leave a trace in every table that is exported."""
    client.listen()
    client.report(
        "job.finished", label=CANARY, status="ok", durationMs=20_000, data={"job": "test", "passed": 3}
    )
    client.token(len(client.tokens) + 1)
    git(root, "commit", "--quiet", "--allow-empty", "-m", "x")
    eventually(lambda: recorded("--kind", "commit"))
    call("emit", "milestone", "--label", CANARY, "--dedupe-key", CANARY, "--workspace", str(root))
    process("run", "--label", CANARY, "--", "rm", "-rf", "/nonexistent/x", cwd=root)
    call("mode", "chatty")


def exported(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def stored(home: Path) -> dict[str, int]:
    """How many rows each table of the database has."""
    connection = sqlite3.connect(home / "afterglow" / "afterglow.db")
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    made = {
        name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
        for name in names
        if not name.startswith("sqlite_")
    }
    connection.close()
    return made


def traces(home: Path) -> list[str]:
    """The files of the home in which the canary can be found."""
    return [
        str(path)
        for path in home.rglob("*")
        if path.is_file() and (CANARY.encode() in path.read_bytes() or CANARY in path.name)
    ]


def test_an_export_holds_every_row_of_every_table(root: Path, tmp_path: Path, home: Path) -> None:
    with Sidecar(root) as client:
        use(client, root)
    target = tmp_path / "out.jsonl"
    said = call("export", str(target))
    rows = exported(target.read_text(encoding="utf-8"))
    assert said.out == f"{len(rows)} rows written to {target}\n"
    counted = Counter(row["table"] for row in rows)
    assert counted == {name: rows for name, rows in stored(home).items() if rows and name != "windows"}
    assert set(counted) >= {
        "meta",
        "sessions",
        "events",
        "labels",
        "keys",
        "turns",
        "shown",
        "marks",
        "hazards",
    }
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    events = [row for row in rows if row["table"] == "events"]
    assert {row["id"] for row in events} == {event["id"] for event in recorded()}
    shown = [json.loads(row["token"]) for row in rows if row["table"] == "shown"]
    assert shown == list(reversed(exported(call("last", "--json").out)))
    assert exported(call("export", "-").out) == rows == exported(call("export", "-", "--json").out)


def test_an_export_overwrites_nothing_and_leaves_no_half(tmp_path: Path) -> None:
    call("emit", "milestone", "--label", "x" * 80)
    kept = tmp_path / "kept"
    kept.write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name, tells in (
        (kept, "exists already; name a new file"),
        (tmp_path, "exists already"),
        (tmp_path / "link", "exists already"),
        ("/dev/null", "exists already"),
        (tmp_path / "no" / "such", "cannot be written (no such file or directory)"),
        ("", "cannot be written"),
        ("\0", "cannot be written"),
    ):
        said = call("export", str(name))
        assert (said.code, said.out) == (2, "")
        assert tells in said.err
    assert kept.read_text() == "mine"
    assert not (tmp_path / "elsewhere").exists()


def test_a_disk_that_fills_up_leaves_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rows(_connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
        yield {"table": "meta"}
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(archive, "rows", rows)
    said = call("export", str(tmp_path / "half"))
    assert (said.code, said.out) == (2, "")
    assert "cannot be written (no space left on device); name another place" in said.err
    assert not (tmp_path / "half").exists()


def test_an_export_as_json_says_where_and_how_much(tmp_path: Path) -> None:
    call("emit", "milestone")
    made = json.loads(call("export", str(tmp_path / "out"), "--json").out)
    assert made == {"file": str(tmp_path / "out"), "rows": len((tmp_path / "out").read_text().splitlines())}


def test_forgetting_all_leaves_nothing_to_find(root: Path, home: Path) -> None:
    with Sidecar(root) as client:
        use(client, root)
    (home / "afterglow" / "logs").mkdir(exist_ok=True)
    for name in ("logs/afterglow.log", "logs/afterglow.log.1", "afterglow.db.corrupt-1"):
        (home / "afterglow" / name).write_text(CANARY)
    assert traces(home)
    said = call("forget", "--all")
    assert said.code == 0
    assert "rows erased; the mode was chatty and is normal again" in said.out
    assert traces(home) == []
    assert not (home / "afterglow").exists()
    assert call("forget", "--all").out == "there was nothing to erase\n"


def test_what_the_user_wrote_stays(home: Path) -> None:
    own = home / "afterglow"
    (own / "banks").mkdir(parents=True)
    (own / "config.toml").write_text('mode = "quiet"\n')
    (own / "banks" / "mine.jsonl").write_text("{}\n")
    call("emit", "milestone")
    assert call("forget", "--all").out.endswith("; config.toml and banks of your own left as they are\n")
    assert sorted(path.name for path in own.rglob("*")) == ["banks", "config.toml", "mine.jsonl"]


def test_forgetting_all_while_a_server_is_open(root: Path, home: Path) -> None:
    with Sidecar(root) as client:
        use(client, root)
        before = len(client.tokens)
        assert call("forget", "--all", "--json").code == 0
        assert traces(home) == []
        assert call("events").out == ""
        # It goes on working, and what it records now is there.
        client.report("job.finished", label="after", status="ok", durationMs=30_000, data={"job": "build"})
        assert client.token(before + 1)["event"]["label"] == "after"
        assert [event["label"] for event in recorded("--kind", "job.finished")] == ["after"]
        git(root, "commit", "--quiet", "--allow-empty", "-m", "x")
        eventually(lambda: recorded("--kind", "commit"))
    assert traces(home) == [] or root.name not in "".join(traces(home))


def test_forgetting_what_is_older(tmp_path: Path, home: Path) -> None:
    call("emit", "milestone", "--label", CANARY)
    old = recorded()[0]["recorded_at"]
    while exported(call("emit", "milestone", "--label", "new", "--json").out)[0]["recorded_at"] == old:
        call("forget", "--before", "2000-01-01")
    said = call("forget", "--before", recorded()[-1]["at"])
    assert (said.code, said.out) == (0, "1 row erased\n")
    assert [event["label"] for event in recorded()] == ["new"]
    assert traces(home) == []
    assert json.loads(call("forget", "--before", "1h", "--json").out) == {"erased": 0}


def test_nothing_personal_is_stored() -> None:
    call("emit", "milestone")
    assert call("forget", "--personal").out == "nothing personal is stored\n"
    assert json.loads(call("forget", "--personal", "--json").out) == {"erased": 0}
    assert call("events").out != ""


def test_what_is_kept_is_for_its_owner_only(home: Path) -> None:
    before = os.umask(0)
    try:
        call("emit", "milestone")
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (home / "afterglow").rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in [home / "afterglow", home / "afterglow" / "run"]}
    assert (modes, folders) == ({0o600}, {0o700})
