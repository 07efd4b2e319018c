"""What builds leave behind becomes observations: once each, of a part, and never of a run that failed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from afterglow.core.model import Observation
from afterglow.sensors.builds import LIVE_MS, PATIENCE_MS, RECENT_MS, SETTLED_MS, TOGETHER_MS, BuildSensor
from afterglow.sensors.scanning import Seen
from tests.support.clock import now

DATA = Path(__file__).parent.parent / "data" / "builds"
INFOS = [json.loads(line) for line in (DATA / "tsc.jsonl").read_text().splitlines()]


class Looking:
    """A sensor with a clock of its own, that stands where the test puts it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.now = now()
        self.sensor = BuildSensor(str(root))

    def first(self) -> tuple[Observation, ...]:
        return self.sensor.scan(self.now, live=False).observations

    def after(self, ms: int) -> tuple[Observation, ...]:
        """What a look gives now, and what the looks that it asks for give until ``ms`` have passed."""
        self.now = max(self.now, now())
        end = self.now + ms
        found: list[Observation] = []
        while True:
            seen = self.sensor.scan(self.now, live=True)
            assert seen.problem is None
            found += seen.observations
            if seen.again_after_ms is None or self.now + seen.again_after_ms > end:
                self.now = end
                return tuple(found)
            self.now += seen.again_after_ms


@pytest.fixture
def looking(root: Path) -> Looking:
    looking = Looking(root)
    assert looking.first() == ()
    return looking


def info(version: str, case: str) -> str:
    row = next(row for row in INFOS if (row["version"], row["case"]) == (version, case))
    return json.dumps(row["info"])


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def archive(path: Path, *names: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as made:
        for name in names or ("pkg/__init__.py",):
            made.writestr(name, "x" * 200)
    return path


def stats(root: Path, outcome: str, took: int = 521) -> Path:
    found = json.loads((DATA / f"webpack-{outcome}.json").read_text())
    return write(root / "dist/stats.json", json.dumps({**found, "builtAt": now(), "time": took}))


def brief(observations: tuple[Observation, ...]) -> list[tuple[str | None, str | None, str | None]]:
    return [(one.job, one.label, one.status) for one in observations]


# -- outcomes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["5.6", "5.9", "7.0"])
def test_tsc_that_failed_and_was_mended(looking: Looking, version: str) -> None:
    write(looking.root / "tsconfig.tsbuildinfo", info(version, "types"))
    (red,) = looking.after(SETTLED_MS)
    assert (red.kind, red.source, red.job, red.label, red.status) == (
        "job.finished",
        "cache",
        "build",
        "tsc",
        "fail",
    )
    assert "part" not in red.data
    assert not red.silent
    write(looking.root / "tsconfig.tsbuildinfo", info(version, "clean"))
    assert looking.after(SETTLED_MS) == ()
    (green,) = looking.after(TOGETHER_MS)
    assert (green.job, green.label, green.status) == ("build", "tsc", "ok")
    assert green.data == {"job": "build", "part": "TypeScript"}
    assert green.key != red.key
    assert looking.after(PATIENCE_MS) == ()


def test_clean_code_mends_the_kind_of_job_that_failed(looking: Looking) -> None:
    write(looking.root / "tsconfig.tsbuildinfo", info("7.0", "types --noEmit"))
    assert brief(looking.after(SETTLED_MS)) == [("typecheck", "tsc", "fail")]
    write(looking.root / "tsconfig.tsbuildinfo", info("7.0", "clean"))
    assert brief(looking.after(TOGETHER_MS)) == [("typecheck", "tsc", "ok")]


def test_one_project_that_is_clean_does_not_speak_for_another(looking: Looking) -> None:
    for name in ("tsconfig.app.tsbuildinfo", "tsconfig.node.tsbuildinfo"):
        write(looking.root / "node_modules/.tmp" / name, info("5.9", "types"))
    assert [one.status for one in looking.after(SETTLED_MS)] == ["fail", "fail"]
    write(looking.root / "node_modules/.tmp/tsconfig.app.tsbuildinfo", info("5.9", "clean"))
    assert looking.after(PATIENCE_MS) == ()
    write(looking.root / "node_modules/.tmp/tsconfig.node.tsbuildinfo", info("5.9", "clean"))
    assert brief(looking.after(PATIENCE_MS)) == [("build", "tsc", "ok")]


def test_tsc_that_was_clean_before_is_no_news(looking: Looking) -> None:
    write(looking.root / "tsconfig.tsbuildinfo", info("5.9", "clean"))
    assert looking.after(PATIENCE_MS) == ()


def test_webpack_tells_when_it_ended_and_how_long_it_took(looking: Looking) -> None:
    path = stats(looking.root, "ok", took=12_000)
    (green,) = looking.after(TOGETHER_MS)
    assert (green.label, green.status, green.duration_ms) == ("webpack", "ok", 12_000)
    assert green.data == {"job": "build", "part": "webpack"}
    assert green.started_at == green.at - 12_000
    assert green.at <= path.stat().st_mtime_ns // 1_000_000
    stats(looking.root, "fail")
    assert brief(looking.after(SETTLED_MS)) == [("build", "webpack", "fail")]
    stats(looking.root, "ok")
    assert brief(looking.after(TOGETHER_MS)) == [("build", "webpack", "ok")]
    # What is short and was green before waits for the run that it was a part of.
    stats(looking.root, "ok")
    assert looking.after(PATIENCE_MS - 1_000) == ()
    assert brief(looking.after(2_000)) == [("build", "webpack", "ok")]


def test_a_failure_that_is_mended_at_once_leaves_one_word_of_each(looking: Looking) -> None:
    write(looking.root / "tsconfig.tsbuildinfo", info("5.9", "types"))
    looking.after(SETTLED_MS)
    write(looking.root / "tsconfig.tsbuildinfo", info("5.9", "clean"))
    looking.after(SETTLED_MS)
    # Broken again before it was told: nothing says that it was clean.
    write(looking.root / "tsconfig.tsbuildinfo", info("5.9", "settings"))
    assert brief(looking.after(PATIENCE_MS)) == [("build", "tsc", "fail")]


# -- ninja ---------------------------------------------------------------------------------------------


def test_ninja_ran_is_all_that_its_log_proves(looking: Looking) -> None:
    log = write(looking.root / "build/.ninja_log", (DATA / "ninja-1.11-ok.log").read_bytes())
    assert looking.after(PATIENCE_MS - 1_000) == ()
    (ran,) = looking.after(2_000)
    assert (ran.job, ran.label, ran.status, ran.duration_ms) == ("build", "ninja", "unknown", None)
    assert ran.data == {"job": "build", "edges": 3}
    ended = log.stat().st_mtime_ns // 1_000_000
    assert (ran.at, ran.started_at) == (ended, ended - 157)


def test_a_ninja_run_that_failed_is_not_told_from_one_that_did_not(looking: Looking) -> None:
    write(looking.root / ".ninja_log", (DATA / "ninja-1.13-ok.log").read_bytes())
    assert [one.data["edges"] for one in looking.after(PATIENCE_MS)] == [3]
    # `ninja -k0` with one broken file: the edge that went well was added to the log.
    write(looking.root / ".ninja_log", (DATA / "ninja-1.13-then-failed.log").read_bytes())
    (ran,) = looking.after(PATIENCE_MS)
    assert (ran.status, ran.data["edges"]) == ("unknown", 1)


def test_three_hundred_edges_are_one_build(looking: Looking) -> None:
    log = looking.root / "out/Default/.ninja_log"
    write(log, "# ninja log v5\n")
    told: list[Observation] = []
    for edge in range(300):
        with log.open("a") as file:
            file.write(f"{edge * 40}\t{edge * 40 + 55}\t17952639437695086\tobj/{edge}.o\t551432a7ceccb825\n")
        told += looking.after(20)
    assert told == []
    (ran,) = looking.after(PATIENCE_MS)
    assert ran.data["edges"] == 300
    assert ran.started_at == ran.at - 299 * 40 - 55


def test_a_log_that_ninja_wrote_anew_tells_nothing(looking: Looking) -> None:
    log = write(looking.root / ".ninja_log", (DATA / "ninja-1.11-then-failed.log").read_bytes())
    assert len(looking.after(PATIENCE_MS)) == 1
    fresh = write(looking.root / ".ninja_log.recompact", (DATA / "ninja-1.11-ok.log").read_bytes())
    fresh.rename(log)
    assert looking.after(PATIENCE_MS) == ()
    with log.open("a") as file:
        file.write("0\t100\t1795265108658227371\ta.o\tcfc141ee3d0f1211\n")
    assert [one.data["edges"] for one in looking.after(PATIENCE_MS)] == [1]


# -- artefacts -----------------------------------------------------------------------------------------


def test_a_wheel_that_is_whole_was_made(looking: Looking) -> None:
    wheel = archive(looking.root / "dist/pkg-1.0-py3-none-any.whl")
    assert looking.after(PATIENCE_MS - 1_000) == ()
    (made,) = looking.after(2_000)
    assert (made.job, made.label, made.status, made.duration_ms) == ("build", "wheel", "ok", None)
    assert made.data == {"job": "build", "part": "wheel", "made": 1}
    assert made.at == wheel.stat().st_mtime_ns // 1_000_000
    assert not made.silent
    assert looking.after(PATIENCE_MS) == ()


def test_a_wheel_that_is_cut_short_or_empty_was_not(looking: Looking) -> None:
    whole = archive(looking.root / "dist/a-1.0-py3-none-any.whl", "a.py", "b.py").read_bytes()
    for number, cut in enumerate((1, 22, 60, len(whole) - 10, len(whole))):
        write(looking.root / f"dist/cut{number}-1.0-py3-none-any.whl", whole[:-cut])
    with zipfile.ZipFile(looking.root / "dist/none-1.0-py3-none-any.whl", "w"):
        pass
    write(looking.root / "dist/more-1.0-py3-none-any.whl", whole + b"\0")
    (made,) = looking.after(PATIENCE_MS + SETTLED_MS)
    assert made.data["made"] == 1


def test_what_one_build_made_is_one_happening(looking: Looking) -> None:
    base = now()
    for number in range(3):
        path = archive(looking.root / f"build/libs/part{number}.jar")
        os.utime(path, ns=(base * 10**6, (base + number * 3_000) * 10**6))
    archive(looking.root / "build/libs/part0-sources.jar")
    later = archive(looking.root / "target/app.war")
    os.utime(later, ns=(base * 10**6, (base + 30_000) * 10**6))
    looking.now += 40_000
    found = looking.after(PATIENCE_MS + SETTLED_MS)
    assert [(one.label, one.data["made"]) for one in found] == [("jar", 3), ("war", 1)]


def test_a_program_is_told_when_cargo_linked_it(looking: Looking) -> None:
    debug = looking.root / "target/debug"
    write(debug / "app", b"\x7fELF")
    write(debug / "app.d", "app: src/main.rs")
    write(debug / "notes", "not cargo's")
    write(debug / ".cargo-lock", "")
    (made,) = looking.after(PATIENCE_MS + SETTLED_MS)
    assert (made.label, made.status, made.data["made"]) == ("binary", "ok", 1)


def test_bundlers_tell_of_the_bundle(looking: Looking) -> None:
    manifest = {"index.html": {"file": "assets/index-CAUvuim5.js", "isEntry": True}}
    write(looking.root / "dist/.vite/manifest.json", json.dumps(manifest))
    write(looking.root / "meta.json", json.dumps({"inputs": {}, "outputs": {"dist/a.js": {"bytes": 43}}}))
    (made,) = looking.after(PATIENCE_MS + SETTLED_MS)
    assert (made.label, made.status, made.data) == (
        "bundle",
        "ok",
        {"job": "build", "part": "bundle", "made": 2},
    )


def test_a_make_that_broke_off_is_not_told_as_a_build(looking: Looking) -> None:
    archive(looking.root / "dist/half-1.0-py3-none-any.whl")
    (made,) = looking.after(PATIENCE_MS + SETTLED_MS)
    # What is said is about the wheel alone, see ``history.part_of``: no exit code is known.
    assert made.data["part"] == "wheel"
    assert made.exit_code is None


# -- the first look, and what is old -------------------------------------------------------------------


def test_what_was_there_before_is_recorded_in_silence_or_not_at_all(root: Path) -> None:
    archive(root / "dist/pkg-1.0-py3-none-any.whl")
    write(root / ".ninja_log", (DATA / "ninja-1.11-ok.log").read_bytes())
    write(root / "tsconfig.tsbuildinfo", info("5.9", "types"))
    looking = Looking(root)
    (red,) = looking.first()
    assert (red.label, red.status, red.silent) == ("tsc", "fail", True)
    assert looking.after(PATIENCE_MS) == ()
    write(root / "tsconfig.tsbuildinfo", info("5.9", "clean"))
    (green,) = looking.after(TOGETHER_MS)
    assert (green.status, green.silent) == ("ok", False)


def test_what_is_old_is_not_told_live(looking: Looking) -> None:
    copied = write(looking.root / "tsconfig.tsbuildinfo", info("5.9", "types"))
    for age, silent in ((LIVE_MS + 60_000, [True]), (RECENT_MS + 60_000, [])):
        then = (now() - age) * 10**6
        os.utime(copied, ns=(then, then))
        assert [one.silent for one in looking.after(SETTLED_MS)] == silent


def test_two_windows_give_one_key(root: Path, looking: Looking) -> None:
    other = Looking(root)
    other.first()
    archive(root / "dist/pkg-1.0-py3-none-any.whl")
    keys = [one.key for window in (looking, other) for one in window.after(PATIENCE_MS + SETTLED_MS)]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_a_writer_that_died_leaves_no_wheel(looking: Looking) -> None:
    (looking.root / "dist").mkdir()
    code = "import os, zipfile; z = zipfile.ZipFile('dist/q-1-py3-none-any.whl', 'w')"
    code += "; z.writestr('a', 'b' * 9999); z.fp.flush(); os._exit(1)"
    subprocess.run([sys.executable, "-I", "-c", code], cwd=looking.root, check=False)
    assert (looking.root / "dist/q-1-py3-none-any.whl").stat().st_size > 9_000
    assert looking.after(PATIENCE_MS + SETTLED_MS) == ()


def test_an_empty_workspace_has_nothing_to_say(looking: Looking) -> None:
    assert looking.sensor.scan(looking.now, live=True) == Seen()
