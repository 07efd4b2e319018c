"""What a build may leave that was not meant to be read: it costs little, says nothing, breaks nothing."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from afterglow.sensors import build_reading
from afterglow.sensors.build_folders import MAX_WATCHED
from afterglow.sensors.build_reading import Left
from afterglow.sensors.build_table import ROWS, TAIL_BYTES, WHOLE_BYTES, Row
from afterglow.sensors.builds import PATIENCE_MS, SETTLED_MS, BuildSensor
from afterglow.sensors.watch_plan import planned
from tests.sensors.test_builds import DATA, INFOS, Looking, archive, looking, write
from tests.support.nodes import make_socket

__all__ = ["looking"]
ENOUGH = PATIENCE_MS + SETTLED_MS
NAMES = (
    ".ninja_log",
    "tsconfig.tsbuildinfo",
    "meta.json",
    "dist/stats.json",
    "dist/manifest.json",
    "dist/p-1-py3-none-any.whl",
    "build/libs/a.jar",
    "target/debug/app",
)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The length of each piece that was read of any file."""
    pieces: list[int] = []
    genuine = os.read

    def counted(handle: int, length: int) -> bytes:
        piece = genuine(handle, length)
        pieces.append(len(piece))
        return piece

    monkeypatch.setattr("afterglow.sensors.opening.os.read", counted)
    return pieces


def sparse(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)


@pytest.mark.parametrize("name", [".ninja_log", "dist/p-1-py3-none-any.whl", "build/libs/a.jar"])
def test_of_ten_gigabytes_the_end_is_read(looking: Looking, read: list[int], name: str) -> None:
    sparse(looking.root / name, 10 << 30)
    assert looking.after(ENOUGH) == ()
    assert 0 < sum(read) <= TAIL_BYTES


def test_a_huge_log_that_ninja_adds_to_is_followed(looking: Looking, read: list[int]) -> None:
    log = looking.root / ".ninja_log"
    sparse(log, 1 << 30)
    looking.after(ENOUGH)
    with log.open("ab") as file:
        file.write(b"\n0\t100\t1795265108658227371\ta.o\tcfc141ee3d0f1211\n")
    assert [one.data["edges"] for one in looking.after(ENOUGH)] == [1]
    assert sum(read) <= 2 * TAIL_BYTES


@pytest.mark.parametrize("name", ["tsconfig.tsbuildinfo", "dist/stats.json", "meta.json"])
def test_json_that_is_too_big_is_not_parsed(looking: Looking, read: list[int], name: str) -> None:
    sparse(looking.root / name, 10 << 30)
    assert looking.after(ENOUGH) == ()
    assert sum(read) <= WHOLE_BYTES + 1


HOSTILE = (
    b"",
    b"\0" * 300,
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"{" + b'"version":"9.9","root":[1],' * 3 + b'"errors":tru',
    b'{"version":"' + b"9" * 9_000 + b'.1","root":[1]}',
    b'{"version":"9.9","root":1e999,"semanticDiagnosticsPerFile":{"a":1}}',
    b'{"version":"9.9","root":[],"semanticDiagnosticsPerFile":[[1],[2,3],[4,[5]],[6,[{"category":{}}]]]}',
    b'{"hash":1,"builtAt":1e999,"time":-1,"errors":[]}',
    b'{"hash":1,"builtAt":' + b"9" * 400 + b',"time":1,"errors":[]}',
    b'{"hash":1,"builtAt":true,"time":true,"errors":[],"children":[1,{"errors":3}]}',
    b'{"inputs":{},"outputs":{"a":1}}',
    b'{"inputs":{},"outputs":{}}',
    b'{"a":{"file":1}}',
    b'{"a":null}',
    b"\xff\xfe{}",
    b"9" * 12 + b"\t" + b"9" * 12 + b"\t1\ta\tff\n",
    b"0\t1\t1\ta\n",
    b"\n" * 60_000,
    b"0\t5\t1\t" + b"a" * 60_000 + b"\tff",
    b"PK\x05\x06" + b"\0" * 18,
    b"PK\x05\x06" + b"\xff" * 18,
    b"PK\x05\x06" * 16_000,
    b"PK\x05\x06",
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.tool)
def test_nothing_hostile_proves_anything(row: Row) -> None:
    for data in HOSTILE:
        for size in (len(data), 10 << 30):
            for known in (0, None, size, 1):
                began = time.monotonic()
                verdict = row.judge(Left("x.jar", data, size, 1_795_264_534_226, known))
                assert verdict is None or (row.tool == "cargo" and size > 0)
                assert time.monotonic() - began < 2


def test_a_file_of_diagnoses_without_a_category_is_no_error_and_no_proof() -> None:
    data = b'{"version":"9.9","root":[1],"semanticDiagnosticsPerFile":[[6,[{"code":1}]]]}'
    assert build_reading.tsc(Left("x", data, 1, 1)) is None


@pytest.mark.parametrize("row", INFOS, ids=lambda row: f"{row['version']} {row['case']}")
def test_what_a_build_info_proves_is_how_tsc_ended(row: dict[str, object]) -> None:
    verdict = build_reading.tsc(Left("tsconfig.tsbuildinfo", json.dumps(row["info"]).encode(), 1, 1))
    unfit = str(row["version"]) < "5.6" or row["case"] == "noCheck"
    unsaid = str(row["version"]) < "7" and str(row["case"]).startswith(("syntax", "missing"))
    if unfit or unsaid:
        assert verdict is None
        return
    assert verdict is not None
    assert verdict.status == ("ok" if row["exit"] == 0 else "fail")
    assert verdict.job == ("typecheck" if str(row["case"]).endswith("--noEmit") else "build")


def test_what_is_no_file_is_passed_over(looking: Looking, tmp_path: Path) -> None:
    outside = archive(tmp_path / "outside/p-1-py3-none-any.whl")
    (tmp_path / "outside/.ninja_log").write_bytes((DATA / "ninja-1.11-ok.log").read_bytes())
    for place, name in enumerate(NAMES):
        path = looking.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if place % 4 == 0:
            os.mkfifo(path)
        elif place % 4 == 1:
            path.symlink_to(outside)
        elif place % 4 == 2:
            make_socket(path)
        else:
            path.mkdir()
    (looking.root / "target/debug/app.d").touch()
    (looking.root / "builddir").symlink_to(tmp_path / "outside")
    (looking.root / "out").symlink_to(tmp_path / "outside")
    assert looking.after(ENOUGH) == ()
    watched = planned({"builds": looking.sensor.folders()})
    assert not [folder for folder in watched.cares if not folder.startswith(str(looking.root))]


def test_a_root_that_is_gone_is_a_problem_and_comes_back(root: Path, looking: Looking) -> None:
    root.rmdir()
    assert looking.sensor.scan(looking.now, live=True).problem is not None
    assert set(planned({"builds": looking.sensor.folders()}).cares) == {str(root.parent)}
    archive(root / "dist/p-1-py3-none-any.whl")
    assert len(looking.after(ENOUGH)) == 1


def test_a_crowd_of_files_is_looked_at_bit_by_bit(looking: Looking, read: list[int]) -> None:
    for number in range(200):
        sparse(looking.root / f"dist/p{number}-1-py3-none-any.whl", 1 << 20)
    looking.after(SETTLED_MS)
    assert sum(read) <= 32 * TAIL_BYTES
    assert looking.after(ENOUGH) == ()


def test_no_more_than_eight_folders_are_watched(root: Path) -> None:
    everywhere = [*NAMES, "dist/.vite/x", "out/a/x", "out/b/x", "out/c/x", "builddir/x", "target/release/x"]
    for name in (*everywhere, "node_modules/.tmp/x", "src/x"):
        write(root / name, "")
    for thinned in ("", "node_modules", "dist", "target"):
        if thinned:
            (root / thinned).rename(root / f"was-{thinned}")
        sensor = BuildSensor(str(root))
        plan = planned({"builds": sensor.folders()})
        assert len((plan.cares.keys() | plan.structure.keys()) - {str(root.parent)}) <= MAX_WATCHED
    assert str(root / "out") in plan.cares


def test_an_empty_root_costs_one_watch(root: Path) -> None:
    plan = planned({"builds": BuildSensor(str(root)).folders()})
    assert set(plan.cares) | set(plan.structure) == {str(root), str(root.parent)}
    assert {"dist", "build", "target", "out", "builddir"} <= set(plan.structure[str(root)])
