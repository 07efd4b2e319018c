"""Commits read from the object database: as git itself tells them, and never more than a file can prove."""

from __future__ import annotations

import random
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.sensors.gitobjects import Objects, parsed, person
from afterglow.sensors.gitpack import MOST_BYTES, apply_delta
from afterglow.sensors.gitread import Below
from tests.support.gitbox import GitBox

PEOPLE = ("ada@example.org", "bo@example.org", "Cy@Example.org")


def run_git(root: Path, *args: str, env: dict[str, str] | None = None) -> str:
    return GitBox(root).run(*args, env=env)


def commit(root: Path, chance: random.Random, number: int) -> None:
    """A commit of some person, sometimes with a long message, so that it is worth a delta."""
    email = chance.choice(PEOPLE)
    message = f"change {number}\n\n" + "the same long story, told again\n" * chance.choice((0, 3, 40))
    who = {"GIT_AUTHOR_EMAIL": email, "GIT_AUTHOR_NAME": email.partition("@")[0]}
    run_git(root, "commit", "--quiet", "--allow-empty", "-m", message, env=who)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    run_git(root, "init", "--quiet", "-b", "main")
    return root


def told_by_git(root: Path) -> dict[str, tuple[tuple[str, ...], bytes, int]]:
    text = run_git(root, "log", "--all", "--format=%H|%P|%ae|%ct")
    rows = [line.split("|") for line in text.splitlines()]
    return {
        sha: (tuple(parents.split()), person(email.encode()), int(time)) for sha, parents, email, time in rows
    }


def told_by_us(root: Path, shas: list[str]) -> dict[str, tuple[tuple[str, ...], bytes, int]]:
    with Objects(Below(str(root / ".git"))) as objects:
        found = {sha: objects.commit(sha) for sha in shas}
    return {sha: (one.parents, one.author, one.time) for sha, one in found.items() if one is not None}


@pytest.mark.parametrize("packing", ["loose", "gc", "repack", "mixed", "two packs"])
def test_every_commit_is_read_as_git_tells_it(repository: Path, packing: str) -> None:
    chance = random.Random(packing)
    for number in range(25):
        commit(repository, chance, number)
        if number == 12:
            run_git(repository, "checkout", "--quiet", "-b", "side", "HEAD~3")
            if packing in ("mixed", "two packs"):
                run_git(repository, "repack", "-adf", "--depth=50", "--quiet")
    run_git(repository, "merge", "--quiet", "--no-edit", "main")
    if packing == "gc":
        run_git(repository, "gc", "--quiet")
    elif packing == "repack":
        run_git(repository, "repack", "-adf", "--depth=50", "--window=50", "--quiet")
    elif packing == "two packs":
        run_git(repository, "repack", "-d", "--quiet")
    expected = told_by_git(repository)
    assert len(expected) == 26
    assert told_by_us(repository, list(expected)) == expected


def test_what_is_no_commit_is_none(repository: Path) -> None:
    commit(repository, random.Random(0), 1)
    tree = run_git(repository, "rev-parse", "HEAD^{tree}").strip()
    run_git(repository, "tag", "-a", "v1", "-m", "one")
    tag = run_git(repository, "rev-parse", "v1").strip()
    asked = [tree, tag, "0" * 40, "f" * 40, "main", "../../HEAD", "", "a" * 64]
    assert told_by_us(repository, asked) == {}
    run_git(repository, "gc", "--quiet")
    assert told_by_us(repository, asked) == {}


def test_a_pack_that_is_damaged_anywhere_costs_its_commits_and_nothing_else(repository: Path) -> None:
    chance = random.Random(7)
    for number in range(15):
        commit(repository, chance, number)
    run_git(repository, "repack", "-adf", "--depth=50", "--quiet")
    expected = told_by_git(repository)
    files = [*(repository / ".git/objects/pack").glob("pack-*.pack")]
    files += [*(repository / ".git/objects/pack").glob("pack-*.idx")]
    for file in files:
        whole = file.read_bytes()
        file.chmod(0o600)
        for _ in range(150):
            damaged = bytearray(whole)
            for _ in range(chance.choice((1, 4, 30))):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            file.write_bytes(damaged[: chance.choice((len(whole), len(whole), chance.randrange(len(whole))))])
            told_by_us(repository, list(expected))
        file.write_bytes(whole)
    assert told_by_us(repository, list(expected)) == expected


def test_a_bomb_is_not_inflated(repository: Path) -> None:
    sha = "ab" + "c" * 38
    folder = repository / ".git/objects/ab"
    folder.mkdir()
    (folder / sha[2:]).write_bytes(zlib.compress(b"commit 1\0tree x\n" + b"\n" * 50_000_000, 9))
    assert told_by_us(repository, [sha]) == {}


@given(st.binary(max_size=400), st.binary(max_size=200))
def test_any_delta_gives_bytes_or_none(base: bytes, delta: bytes) -> None:
    made = apply_delta(base, delta)
    assert made is None or len(made) <= MOST_BYTES


@given(st.binary(max_size=400))
def test_any_contents_give_a_commit_or_none(data: bytes) -> None:
    parsed(b"tree 0\n" + data)
