"""T16: what is uncommitted is counted where it can be proven, and nothing is said where it cannot."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from afterglow.sensors import gitindex
from afterglow.sensors.gitattrs import patterns
from afterglow.sensors.gitentries import parse_index
from afterglow.sensors.gitindex import Uncommitted, uncommitted
from tests.support.gitbox import GitBox

CLEAN = Uncommitted(0, 0, 0, staged_unknown=False)


@pytest.fixture(autouse=True)
def nobodys_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without settings of git's."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return home


@pytest.fixture
def box(tmp_path: Path) -> GitBox:
    box = GitBox.create(tmp_path / "box")
    for name in ("a", "deep/b", "deep/er/c"):
        (box.path / name).parent.mkdir(parents=True, exist_ok=True)
        (box.path / name).write_text(f"content of {name}\n")
        # Older than the index, so that their stats are believed.
        os.utime(box.path / name, (1_000_000, 1_000_000))
    box.run("add", "-A")
    box.run("commit", "-q", "-m", "x")
    return box


def look(box: GitBox) -> Uncommitted:
    found = uncommitted(str(box.path.resolve()), budget_ms=10_000)
    assert found is not None
    return found


def again(path: Path) -> None:
    """The same bytes, written later."""
    path.write_bytes(path.read_bytes())
    os.utime(path, (time.time() + 5, time.time() + 5))


def test_nothing_to_tell(box: GitBox) -> None:
    assert look(box) == CLEAN
    (box.path / "untracked").touch()
    again(box.path / "a")
    assert look(box) == CLEAN


def test_what_is_modified_gone_or_staged(box: GitBox) -> None:
    (box.path / "a").write_text("other\n")
    os.utime(box.path / "a", (1, 1))
    (box.path / "deep/er/c").write_text("CONTENT of deep/er/c\n")
    (box.path / "deep/b").unlink()
    found = look(box)
    assert found == Uncommitted(2, 1, 0, ("deep/er/c", "a"), staged_unknown=False)
    box.run("add", "-A")
    assert look(box) == Uncommitted(0, 0, 0)
    box.run("commit", "-q", "-m", "y")
    assert look(box) == CLEAN
    box.run("switch", "-q", "--detach")
    assert look(box) == CLEAN
    box.run("gc", "-q")
    assert look(box).staged_unknown
    (box.path / "deep/er/c").unlink()
    (box.path / "deep/er").rmdir()
    (box.path / "deep/er").touch()
    assert look(box).deleted == 1


def test_at_most_five_names(box: GitBox) -> None:
    for number in range(9):
        box.write(f"f{number}", "x")
    for number in range(9):
        (box.path / f"f{number}").write_text("other")
        os.utime(box.path / f"f{number}", (number, number))
    found = look(box)
    assert (found.modified, found.names) == (9, ("f8", "f7", "f6", "f5", "f4"))


def test_conflicts(box: GitBox) -> None:
    box.run("switch", "-q", "-c", "other")
    box.commit("a", "theirs\n")
    box.run("switch", "-q", "main")
    box.commit("a", "ours\n")
    box.run("merge", "-q", "other", ok=False)
    assert look(box) == Uncommitted(0, 0, 1)


def test_a_worktree_and_hashes_of_the_other_length(tmp_path: Path) -> None:
    box = GitBox.create(tmp_path / "wide", "--object-format=sha256")
    box.commit("a", "one\n")
    assert look(box) == CLEAN
    tree = box.worktree(tmp_path / "tree", "x")
    (tree.path / "a").write_text("two\n")
    assert look(tree) == Uncommitted(1, 0, 0, ("a",), staged_unknown=False)
    assert look(box) == CLEAN


def test_more_than_can_be_looked_at_is_a_least_number(box: GitBox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gitindex, "HASHED", 1)
    (box.path / "a").write_text("other\n")
    (box.path / "deep/b").write_text("other\n")
    found = look(box)
    assert (found.modified, found.complete) == (1, False)
    monkeypatch.setattr(gitindex, "FILE_LIMIT", 3)
    found = look(box)
    assert (found.modified, found.complete) == (0, False)
    assert uncommitted(str(box.path), budget_ms=-1) is None


def _spoil(git: Path) -> None:
    data = bytearray((git / "index").read_bytes())
    data[40] ^= 1
    (git / "index").write_bytes(data)


UNSAID: dict[str, Callable[[GitBox], object]] = {
    "no repository": lambda box: (box.path / ".git").rename(box.path / "was"),
    "no index": lambda box: (box.path / ".git/index").unlink(),
    "git at work": lambda box: (box.path / ".git/index.lock").touch(),
    "damaged": lambda box: _spoil(box.path / ".git"),
    "cut short": lambda box: os.truncate(box.path / ".git/index", 100),
    "empty": lambda box: os.truncate(box.path / ".git/index", 0),
    "huge": lambda box: os.truncate(box.path / ".git/index", 10**9),
    "split": lambda box: box.run("update-index", "--split-index"),
    "sparse": lambda box: box.run("sparse-checkout", "set", "--cone", "--sparse-index", "deep/er"),
    "a link": lambda box: _link(box.path / ".git/index"),
}


def _link(path: Path) -> None:
    path.rename(path.parent / "real")
    path.symlink_to("real")


@pytest.mark.parametrize("name", UNSAID)
def test_nothing_is_said_where_nothing_can_be_known(name: str, box: GitBox) -> None:
    box.write("wide/x", "x")
    box.run("commit", "-q", "-m", "x")
    assert uncommitted(str(box.path)) is not None
    UNSAID[name](box)
    assert uncommitted(str(box.path)) is None


def test_a_git_that_comes_by_meanwhile_takes_the_answer_away(
    box: GitBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_at = gitindex._look

    def slow(*args: object, **named: object) -> object:
        box.commit("a")
        return look_at(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(gitindex, "_look", slow)
    assert uncommitted(str(box.path)) is None


def test_no_link_is_followed(box: GitBox, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (box.path / "deep").rename(outside)
    (box.path / "deep").symlink_to(outside)
    (outside / "b").write_text("other\n")
    found = look(box)
    assert (found.modified, found.complete) == (0, False)


FILTERED = [
    ("* filter=x\n", True),
    ("a filter=x\n", True),
    ("*.bin filter=x\n", False),
    ("deep/** filter=x\n", False),
    ("/A ident\n", True),
    ("a working-tree-encoding=UTF-16\n", True),
    ('"a" filter=x\n', True),
    ("[attr]big filter=x\n", True),
    ("[ab] filter=x\n", True),
    ("\\a filter=x\n", True),
    ("# a filter=x\n", False),
    ("* text=auto eol=lf\n*.png binary\n*.py diff=python\n", False),
]


@pytest.mark.parametrize(("attributes", "doubted"), FILTERED)
@pytest.mark.parametrize(
    "where", [".gitattributes", ".git/info/attributes", "../home/.config/git/attributes"]
)
def test_bytes_that_git_may_change_prove_nothing(
    box: GitBox, where: str, attributes: str, doubted: bool
) -> None:
    path = box.path / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(attributes)
    (box.path / "a").write_text("other\n")
    found = look(box)
    assert (found.modified, found.complete) == ((0, False) if doubted else (1, True))


def test_settings_that_name_attributes(box: GitBox, nobodys_home: Path) -> None:
    (box.path / "a").write_text("other\n")
    (nobodys_home / "mine").write_text("* filter=x\n")
    assert look(box).modified == 1
    (nobodys_home / ".gitconfig").write_text("[core]\n\tattributesFile = ~/mine\n")
    assert look(box).modified == 0
    (nobodys_home / ".gitconfig").unlink()
    box.run("config", "core.attributesFile", "/dev/zero")
    assert look(box).modified == 0


def test_an_attributes_file_that_cannot_be_read_names_everything(box: GitBox) -> None:
    (box.path / "a").write_text("other\n")
    (box.path / ".gitattributes").symlink_to("/dev/zero")
    assert look(box).modified == 0
    assert patterns(None) == patterns(b"* ident\n")


def test_line_ends_are_not_a_change(box: GitBox) -> None:
    (box.path / "a").write_bytes(b"content of a\r\n")
    found = look(box)
    assert (found.modified, found.complete) == (0, False)
    (box.path / "a").write_bytes(b"other content of a\r\n")
    assert look(box).modified == 1


def test_any_bytes_are_an_index_or_none(box: GitBox) -> None:
    chance = random.Random(7)
    whole = (box.path / ".git/index").read_bytes()
    assert parse_index(whole) is not None
    for _ in range(2_000):
        # No checksum, as git may be told to write it, so that damage reaches the parser.
        data = bytearray(whole[:-20])
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        parse_index(bytes(data[: chance.randint(0, len(data)) or None]) + bytes(20))
