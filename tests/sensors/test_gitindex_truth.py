"""T16: what is uncommitted is never more than git itself says, and rarely less."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import frozen

from afterglow.sensors.gitindex import Uncommitted, uncommitted
from tests.support.gitbox import GitBox

SEEDS = 24


@pytest.fixture(autouse=True)
def nobodys_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home without settings of git's."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


def look(box: GitBox) -> Uncommitted:
    found = uncommitted(str(box.path.resolve()), budget_ms=10_000)
    assert found is not None
    return found


@frozen
class Claims:
    """Paths that git calls modified, what it calls deleted, and what was found of both."""

    modified: set[str]
    deleted: int
    found: Uncommitted


def touch(path: Path, chance: random.Random) -> None:
    moment = time.time() + chance.choice((-3_600, 0, 3_600))
    os.utime(path, (moment, moment))


def same_size(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    if data:
        data[chance.randrange(len(data))] ^= 1
    path.write_bytes(data)


def longer(path: Path, chance: random.Random) -> None:
    with path.open("ab") as file:
        file.write(b"more\n" * chance.randint(1, 9))


def secretly(path: Path, chance: random.Random) -> None:
    """Changed, and its time set back, as some tools do."""
    before = path.stat().st_mtime_ns
    longer(path, chance)
    os.utime(path, ns=(before, before))


def line_ends(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def there_and_back(path: Path, chance: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(b"something else")
    path.write_bytes(data)


def executable(path: Path, chance: random.Random) -> None:
    path.chmod(path.stat().st_mode ^ 0o111)


def to_link(path: Path, chance: random.Random) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def to_folder(path: Path, chance: random.Random) -> None:
    path.unlink()
    path.mkdir()
    (path / "inside").touch()


CHANGES: tuple[Callable[[Path, random.Random], None], ...] = (
    touch,
    same_size,
    same_size,
    longer,
    longer,
    secretly,
    line_ends,
    there_and_back,
    executable,
    to_link,
    to_folder,
    lambda path, chance: path.unlink(),
)
ATTRIBUTES = ("", "", "* text=auto\n", "*.txt text eol=crlf\n", "*.md filter=lower\nsub/** ident\n")
NAMES = ("a", "b.txt", "c.md", "sub/d", "sub/e.txt", "sub/f.md", "sub/deep/g", "h i", "ä.txt", "z\n")


def random_worktree(folder: Path, chance: random.Random) -> GitBox:
    box = GitBox.create(folder, *chance.choice(((), (), ("--object-format=sha256",))))
    box.run("config", "core.autocrlf", chance.choice(("false", "false", "true", "input")))
    box.run("config", "filter.lower.clean", "tr A-Z a-z")
    box.run("config", "index.version", chance.choice(("2", "3", "4")))
    (folder / ".gitattributes").write_text(chance.choice(ATTRIBUTES))
    for name in NAMES:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        end = chance.choice((b"\n", b"\n", b"\r\n"))
        path.write_bytes(b"".join(b"Line %d%s" % (n, end) for n in range(chance.choice((0, 1, 5, 300)))))
    if chance.random() < 0.5:
        (folder / "link").symlink_to("a")
    box.run("add", "-A")
    box.run("commit", "-q", "-m", "x")
    if chance.random() < 0.5:
        old = time.time() - 100
        for name in NAMES:
            os.utime(folder / name, (old, old))
        box.run("status", "--porcelain")
    for name in chance.sample(NAMES, chance.randint(0, 8)):
        path = folder / name
        chance.choice(CHANGES)(path, chance)
        if chance.random() < 0.2:
            box.run("add", "-A", name)
            if path.is_file():
                chance.choice((touch, longer))(path, chance)
    for flag in ("--assume-unchanged", "--skip-worktree"):
        if chance.random() < 0.2:
            box.run("update-index", flag, chance.choice(NAMES), ok=False)
    if chance.random() < 0.2:
        (folder / "later").write_text("x")
        box.run("add", "-N", "later")
    return box


def compared(folder: Path, seed: int) -> Claims:
    chance = random.Random(seed)
    box = random_worktree(folder, chance)
    found = look(box)
    printed = box.run("--no-optional-locks", "status", "--porcelain", "-z", "--no-renames", "-uno")
    rows = [(row[1], row[3:]) for row in printed.split("\0") if row]
    modified = {name for sign, name in rows if sign in "MT"}
    return Claims(modified, sum(sign == "D" for sign, _ in rows), found)


def test_git_agrees_with_every_claim(tmp_path: Path) -> None:
    there = claimed = 0
    for seed in range(SEEDS):
        one = compared(tmp_path / str(seed), seed)
        assert set(one.found.names) <= one.modified, f"seed {seed}"
        assert one.found.modified <= len(one.modified), f"seed {seed}"
        assert one.found.deleted <= one.deleted, f"seed {seed}"
        if one.found.complete:
            assert (one.found.modified, one.found.deleted) == (len(one.modified), one.deleted), f"seed {seed}"
        there += len(one.modified)
        claimed += one.found.modified
    assert there > SEEDS


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_nearly_all_that_is_modified_is_found(tmp_path: Path, version: str) -> None:
    """Without filters and line ends nothing but luck of the clock may hide a change."""
    there = claimed = 0
    for seed in range(6):
        chance = random.Random(seed)
        box = GitBox.create(tmp_path / str(seed))
        box.run("config", "index.version", version)
        for name in NAMES:
            box.write(name, "one\ntwo\n" * chance.randint(1, 99))
        box.run("commit", "-q", "-m", "x")
        for name in NAMES[: seed + 4]:
            chance.choice((same_size, longer, secretly, executable))(box.path / name, chance)
        found = look(box)
        there += seed + 4
        claimed += found.modified
        assert found.complete
    assert claimed >= 0.95 * there


def test_a_large_index_is_looked_through_in_time(tmp_path: Path) -> None:
    box = GitBox.create(tmp_path / "large")
    for number in range(200):
        (box.path / f"d{number}").mkdir()
        for name in range(50):
            (box.path / f"d{number}/{name}").write_text(f"{number} {name}")
    box.run("add", "-A")
    box.run("commit", "-q", "-m", "x")
    (box.path / "d7/7").write_text("other")
    found = look(box)
    assert found.names in (("d7/7",), ())
    assert found.modified <= 1
