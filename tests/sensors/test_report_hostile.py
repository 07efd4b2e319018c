"""Report folders that someone else filled: nothing outside the root is opened, nothing blocks or bursts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from afterglow.sensors.quality import QualitySensor
from afterglow.sensors.reports import ReportSensor
from afterglow.sensors.scanning import Seen
from tests.sensors.reporting import GREEN
from tests.support.clock import now
from tests.support.nodes import make_socket
from tests.support.rawclient import server_env

FOLDERS = ("", "reports", "target/surefire-reports", "build/test-results/test", "coverage")
NAMES = (
    "a.xml",
    "TEST-a.xml",
    "a.trx",
    "coverage.xml",
    "lcov.info",
    "radon.json",
    "eslint.json",
    "lizard.csv",
)


@pytest.fixture
def opened(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Where every handle led that was opened, as the kernel sees it."""
    found: list[str] = []
    real = os.open

    def recording(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        handle = real(path, flags, mode, dir_fd=dir_fd)
        found.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        return handle

    monkeypatch.setattr(os, "open", recording)
    yield found
    assert [path for path in found if path != str(root) and not path.startswith(f"{root}/")] == []


def outside(tmp_path: Path) -> Path:
    """A folder beside the root with good reports of every name."""
    folder = tmp_path / "outside"
    folder.mkdir(exist_ok=True)
    for name in NAMES:
        (folder / name).write_text(GREEN)
    return folder


def plant(folder: Path, name: str, kind: str, elsewhere: Path) -> None:
    path = folder / name
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        make_socket(path)
    else:
        targets: dict[str, Path | str] = {
            "link": elsewhere / name,
            "zero": "/dev/zero",
            "loop": path,
            "passwd": "/etc/passwd",
        }
        path.symlink_to(targets[kind])


@pytest.mark.parametrize("kind", ["link", "zero", "loop", "passwd", "fifo", "folder", "socket"])
def test_nodes_that_are_no_files_are_not_opened(
    root: Path, tmp_path: Path, opened: list[str], kind: str
) -> None:
    elsewhere = outside(tmp_path)
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            plant(root / folder, name, kind, elsewhere)
    began = time.monotonic()
    assert ReportSensor(str(root)).scan(now(), live=True) == Seen()
    assert QualitySensor(str(root)).scan(now(), live=True) == Seen()
    assert time.monotonic() - began < 0.4
    # A folder may be a project, whatever it is called.
    assert kind == "folder" or not any(path.endswith(NAMES) for path in opened)


@pytest.mark.parametrize("folder", ["reports", "target", "build", "coverage", "packages", "api"])
def test_folders_that_are_links_are_not_entered(
    root: Path, tmp_path: Path, opened: list[str], folder: str
) -> None:
    elsewhere = outside(tmp_path)
    for below in ("surefire-reports", "test-results/test", "reports", "web/reports"):
        (elsewhere / below).mkdir(parents=True)
        (elsewhere / below / "TEST-a.xml").write_text(GREEN)
        (elsewhere / below / "coverage.xml").write_text(GREEN)
    for manifest in ("package.json", "web/package.json"):
        (elsewhere / manifest).write_text("")
    (root / folder).symlink_to(elsewhere)
    reports, quality = ReportSensor(str(root)), QualitySensor(str(root))
    for sensor in (reports, quality):
        assert sensor.scan(now(), live=True) == Seen()
        assert all(Path(path).resolve().is_relative_to(root) for path in sensor.folders())
    assert opened


@pytest.mark.parametrize("what", ["a.xml", "TEST-a.xml", "coverage.xml", "radon.json", "reports"])
def test_what_is_swapped_for_a_link_between_two_steps_is_not_followed(
    root: Path, tmp_path: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    elsewhere = outside(tmp_path)
    reports = root / "reports"
    reports.mkdir()
    for name in NAMES:
        (reports / name).write_text(GREEN)
    target = reports if what == "reports" else reports / what
    recording = os.open
    swapped = 0

    def swapping(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        nonlocal swapped
        if path == what and not target.is_symlink():
            swapped += 1
            target.rename(tmp_path / f"was-{swapped}")
            target.symlink_to(elsewhere if what == "reports" else elsewhere / what)
        return recording(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", swapping)
    ReportSensor(str(root)).scan(now(), live=True)
    QualitySensor(str(root)).scan(now(), live=True)
    assert swapped == 1
    assert str(reports) in opened or what == "reports"


def test_odd_names_in_every_folder(root: Path) -> None:
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
        for name in (
            b"\xff.xml",
            b"TEST-\xff\n.xml",
            b"coverage\n.xml",
            b"radon\xff.json",
            b"TEST-" + b"x" * 245,
        ):
            Path(os.fsdecode(os.fsencode(root / folder) + b"/" + name)).write_text(GREEN)
    os.mkdir(os.fsencode(root) + b"/proj\xff\n")  # noqa: PTH102
    Path(os.fsdecode(os.fsencode(root) + b"/proj\xff\n/package.json")).touch()
    Path(os.fsdecode(os.fsencode(root) + b"/proj\xff\n/a.xml")).write_text(GREEN)
    found = ReportSensor(str(root)).scan(now(), live=True)
    labels = [seen.label for seen in found.observations]
    assert "a in proj" in labels
    assert all(label is not None and label.isprintable() for label in labels)
    QualitySensor(str(root)).scan(now(), live=True)


def test_giant_files_are_hardly_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heads = {"coverage.xml": '<coverage line-rate="0.5">', "coverage.json": '{"meta": {}, "totals": {'}
    for folder in ("", "reports", "build/test-results/test"):
        (root / folder).mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            path = root / folder / name
            path.write_text(heads.get(name, GREEN))
            with path.open("ab") as file:
                file.truncate(10 << 30)
    read = 0
    real = os.read

    def counting(handle: int, size: int) -> bytes:
        nonlocal read
        data = real(handle, size)
        read += len(data)
        return data

    monkeypatch.setattr(os, "read", counting)
    at = now()
    began = time.monotonic()
    for elapsed in (0, 2_000, 40_000):
        for sensor in (ReportSensor(str(root)), QualitySensor(str(root))):
            found = sensor.scan(at + elapsed, live=True)
            assert all(seen.status == "unknown" for seen in found.observations)
            assert not any(seen.fills for seen in found.observations)
    assert time.monotonic() - began < 2.0
    assert read <= 3 * 3 * 65_536


MB = 1 << 20
HOSTILE = {
    "empty lists": ("radon.json", b"[" + b"[]," * (2 * MB // 3 - 8) + b"[]]"),
    "small objects": ("ruff.json", b"[" + b'{"a":{}},' * (2 * MB // 9 - 8) + b"{}]"),
    "many violations": ("ruff.json", b"[" + b'{"code":1,"filename":2},' * 80_000 + b"{}]"),
    "depth": ("eslint.json", b"[" * (2 * MB)),
    "a huge number": ("radon.json", b'{"a": [{"type": "function", "complexity": ' + b"9" * (2 * MB - 99)),
    "a huge key": ("radon.json", b'{"' + b"x" * (2 * MB - 99) + b'": []}'),
    "a huge message": (
        "eslint.json",
        b'[{"messages": [{"ruleId": "complexity", "message": "' + b"a has " * 300_000 + b'"}]}]',
    ),
    "many commas": ("lizard.csv", b"," * (2 * MB)),
    "many quotes": ("lizard.csv", b'"' * (2 * MB)),
    "many lines": ("lizard.csv", b"\n" * (2 * MB)),
    "zeros": ("lizard.csv", b"\0" * (2 * MB)),
    "deep xml": ("lizard.xml", b"<cppncss>" * 200_000),
    "many values": ("lizard.xml", b"<cppncss><item>" + b"<value>" * 250_000),
    "entities": ("lizard.xml", b'<!DOCTYPE c [<!ENTITY a "b">]><cppncss>&a;</cppncss>'),
    "a huge attribute": ("coverage.xml", b'<coverage line-rate="' + b"1" * (8 * MB) + b'"></coverage>'),
    "a rate behind entities": ("coverage.xml", b'<!DOCTYPE c [<!ENTITY a "1">]><coverage line-rate="&a;"/>'),
    "deep totals": ("coverage.json", b'{"meta": {}, "totals": ' + b"[" * (8 * MB)),
    "many records": ("lcov.info", b"SF:a\nend_of_record\n" * 400_000),
    "many files": ("lcov.info", b"".join(b"SF:%d\n" % n for n in range(800_000)) + b"end_of_record"),
    "one long line": ("lcov.info", b"SF:" + b" " * (8 * MB - 64) + b"\nend_of_record"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_quality_reports_cost_at_most_2_s_and_150_mb_and_say_nothing(root: Path, name: str) -> None:
    file, data = HOSTILE[name]
    (root / file).write_bytes(data)
    # A process of its own, so that its peak can be read.
    script = (
        "import sys, time\n"
        "from afterglow.sensors.quality import QualitySensor\n"
        "sensor = QualitySensor(sys.argv[1])\n"
        "began = time.monotonic()\n"
        "seen = sensor.scan(time.time_ns() // 10**6, live=True)\n"
        "took = time.monotonic() - began\n"
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print(len(seen.observations), took, peak.split()[1])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(root)],
        stdout=subprocess.PIPE,
        check=True,
        env=server_env(),
        timeout=60,
    )
    told, took, peak = done.stdout.split()
    assert int(told) == 0
    assert float(took) <= 2.0
    assert int(peak) <= 150 * 1024
