"""Files that others put there are opened safely or not at all (F29)."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from afterglow.sensors.opening import read_inside, read_regular, read_steady, stat_regular
from tests.support.figures import descriptors
from tests.support.nodes import make_socket


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with ``real/file`` in it and a secret beside it."""
    root = tmp_path.resolve() / "root"
    (root / "real").mkdir(parents=True)
    (root / "real" / "file").write_bytes(b"0123456789")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_bytes(b"secret")
    return root


def test_head_and_tail_are_bounded(root: Path) -> None:
    path = str(root / "real" / "file")
    assert read_regular(path, 4) == b"0123"
    assert read_regular(path, 4, tail=True) == b"6789"
    assert read_regular(path, 100, tail=True) == b"0123456789"
    assert read_regular(path, 0) == b""


def test_a_giant_file_is_read_only_as_far_as_asked(root: Path) -> None:
    log = root / "giant.log"
    with log.open("wb") as file:
        file.truncate(10 << 30)
    began = time.monotonic()
    assert read_regular(str(log), 65_536, tail=True) == bytes(65_536)
    assert time.monotonic() - began < 0.2


def test_only_regular_files_are_opened_and_nothing_blocks(root: Path, tmp_path: Path) -> None:
    os.mkfifo(root / "fifo")
    (root / "link").symlink_to(root / "real" / "file")
    (root / "out").symlink_to("/etc/passwd")
    (root / "zero").symlink_to("/dev/zero")
    (root / "loop").symlink_to(root / "loop")
    make_socket(root / "socket")
    odd = ["fifo", "link", "out", "zero", "loop", "socket", "real", "missing", "x" * 300, "n\0l", "/" * 5_000]
    began = time.monotonic()
    for name in odd:
        path = f"{root}/{name}" if not name.startswith("/") else name
        assert stat_regular(path) is None, name
        assert read_regular(path, 10) is None, name
    for device in ("/dev/zero", "/dev/tty", "/dev/null"):
        assert read_regular(device, 10) is None
    assert time.monotonic() - began < 0.2


def test_a_file_swapped_for_something_else_is_never_followed(root: Path, tmp_path: Path) -> None:
    victim = root / "victim"
    done = threading.Event()

    def swap() -> None:
        spare = root / "spare"
        while not done.is_set():
            spare.write_bytes(b"mine")
            spare.replace(victim)
            spare.symlink_to(tmp_path / "outside" / "secret")
            spare.replace(victim)
            os.mkfifo(spare)
            spare.replace(victim)

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        got = {read_regular(str(victim), 100) for _ in range(2_000)}
    finally:
        done.set()
        swapper.join()
    assert got <= {None, b"mine", b""}


def test_inside_means_through_real_folders_only(root: Path, tmp_path: Path) -> None:
    (root / "away").symlink_to(tmp_path / "outside")
    (root / "near").symlink_to(root / "real")
    where = str(root)
    assert read_inside(where, ("real", "file"), 10) == b"0123456789"
    for parts in (
        ("away", "secret"),
        ("near", "file"),
        ("..", "outside", "secret"),
        ("real", "..", "real", "file"),
        ("real/file",),
        ("", "real", "file"),
        ("real",),
        ("real", "file", "below"),
        ("real", "a\0b"),
        ("missing", "file"),
        (),
    ):
        assert read_inside(where, parts, 10) is None, parts
    assert read_inside(where, ("real", "file"), 9) is None


def test_a_file_that_grows_while_it_is_read_is_not_steady(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = root / "real" / "file"
    read = os.read

    def growing(handle: int, size: int) -> bytes:
        with path.open("ab") as file:
            file.write(b"x")
        return read(handle, size)

    steady = read_steady(str(path), 5)
    assert steady is not None
    assert steady[2]
    monkeypatch.setattr(os, "read", growing)
    moving = read_steady(str(path), 5)
    assert moving is not None
    assert not moving[2]


def test_no_descriptor_is_left_open(root: Path) -> None:
    before = descriptors()
    for _ in range(50):
        read_regular(str(root / "real" / "file"), 5)
        read_inside(str(root), ("real", "file"), 10)
        read_inside(str(root), ("real", "missing"), 10)
        read_inside(str(root), ("real", "file"), 1)
        read_inside(str(root), ("missing", "missing"), 1)
    assert descriptors() == before
