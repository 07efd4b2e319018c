"""Reflog lines: any bytes, in any pieces, mean the same; each wording of git's is understood."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.sensors import reflog

ZERO = "0" * 40
A, B, C = ("a" * 40, "b" * 40, "c" * 40)


def raw(message: str, old: str = A, new: str = B, time: int = 1_700_000_000) -> bytes:
    return f"{old} {new} Ada <ada@example.org> {time} +0000\t{message}".encode()


def meaning(*messages: str | tuple[str, str, str], symbolic: bool = True) -> list[str]:
    lines = [raw(one) if isinstance(one, str) else raw(*one) for one in messages]
    parsed, _ = reflog.number(lines, ())
    happenings, _ = reflog.interpret(parsed, None, branch="main" if symbolic else None, symbolic=symbolic)
    return [happening.kind for happening in happenings]


@pytest.mark.parametrize(
    ("message", "kinds"),
    [
        ("commit: x", ["commit"]),
        ("commit (initial): x", ["commit"]),
        ("am: x", ["commit"]),
        ("commit (amend): x", ["amend"]),
        ("commit (merge): x", ["merge"]),
        ("merge topic: Fast-forward", ["merge"]),
        ("merge a-b/c: Merge made by the 'ort' strategy.", ["merge"]),
        ("cherry-pick: x", ["cherry-pick"]),
        ("cherry-pick: fast-forward", ["cherry-pick"]),
        ("commit (cherry-pick): x", ["cherry-pick"]),
        ('revert: Revert "x"', ["revert"]),
        ("reset: moving to HEAD~1", ["reset"]),
        ("reset --hard HEAD^: updating HEAD", ["reset"]),
        ("pull: Fast-forward", ["pull"]),
        ("pull --ff-only origin main:main: fast-forward", ["pull"]),
        ("initial pull", ["pull"]),
        ("rebase finished: returning to refs/heads/x", ["rebase"]),
        ("rebase (finish): returning to refs/heads/x", ["rebase"]),
        ("rebase -i (finish): returning to refs/heads/x", ["rebase"]),
        ("pull --rebase (finish): returning to refs/heads/x", ["pull"]),
        ("clone: from git@example.org:x", []),
        ("Branch: renamed refs/heads/a to refs/heads/b", []),
        ("rebase (pick): commit: x", []),
        ("rebase (abort): returning to refs/heads/x", []),
        ("checkout: moving from main to main", []),
        (f"checkout: moving from {A} to main", []),
        ("checkout: moving from a to main", ["branch.switch"]),
        ("commitment: x", []),
        ("commit", []),
        ("", []),
        (": x", []),
        ("update by push", []),
        ("fetch: fast-forward", []),
    ],
)
def test_what_a_line_means(message: str, kinds: list[str]) -> None:
    assert meaning(message) == kinds


@pytest.mark.parametrize(
    "verb",
    [
        "commit: x",
        "reset: moving to HEAD",
        "merge x: Fast-forward",
        "pull: Fast-forward",
        "commit (amend): x",
    ],
)
def test_a_line_that_moves_nothing_is_nothing(verb: str) -> None:
    assert meaning((verb, A, A)) == []


@pytest.mark.parametrize(
    ("messages", "kind", "count"),
    [
        (["rebase (start): checkout main", "rebase (pick): a", "rebase (fixup): b"], "rebase", 1),
        (["rebase -i (start): checkout main", "rebase -i (pick): a", "rebase -i (reword): b"], "rebase", 2),
        (["rebase: checkout main", "rebase: a", "rebase: b: c"], "rebase", 2),
        (["pull --rebase (start): checkout x", "pull --rebase (pick): a"], "pull", 1),
        (["pull --rebase (start): checkout x", "rebase (continue): a", "commit: b"], "pull", 2),
        (["rebase (start): checkout x", "rebase: fast-forward", "commit (amend): a"], "rebase", 0),
    ],
)
def test_a_rebase_is_one_happening(messages: list[str], kind: str, count: int) -> None:
    lines, _ = reflog.number(
        [raw(one) for one in [*messages, "rebase (finish): returning to refs/heads/x"]], ()
    )
    (one,), episode = reflog.interpret(lines, None, branch="x", symbolic=True)
    assert (one.kind, one.data["count"], episode) == (kind, count, None)


def test_a_rebase_that_changed_nothing_is_nothing() -> None:
    finish = ("rebase (finish): returning to refs/heads/x", A, A)
    assert meaning(("rebase (start): checkout y", A, B), ("rebase: fast-forward", B, A), finish) == []


def test_head_after_an_earlier_checkout_is_told_by_the_next_one() -> None:
    detached = f"checkout: moving from {A} to main"
    assert meaning("checkout: moving from main to v1", detached) == []
    assert meaning("checkout: moving from main to x", "checkout: moving from x to y") == ["branch.switch"] * 2
    assert meaning("checkout: moving from main to x", symbolic=False) == []


@pytest.mark.parametrize(
    "line",
    [b"", b"\xff" * 100, b"x" * 10**6, raw("x")[:-50], raw("x").replace(b"+0000", b"0000"), raw("x").upper()],
)
def test_what_is_no_line_is_skipped(line: bytes) -> None:
    assert reflog.parse(line) is None
    assert reflog.number([line], ())[0] == []


def test_lines_that_are_longer_hashes_or_no_utf8_are_lines() -> None:
    assert reflog.parse(raw("commit: x", "a" * 64, "b" * 64)) is not None
    assert reflog.parse(raw("commit: x") + b"\xff\xfe") is not None
    bare = f"{ZERO} {A} Ada <> 1700000000 +0000".encode()
    found = reflog.parse(bare)
    assert found is not None
    assert found.message == ""


def test_a_line_never_shows_its_message() -> None:
    line = reflog.parse(raw("commit: secret"))
    assert "secret" not in repr(line)


MESSAGES = st.sampled_from(
    [
        "commit: x",
        "commit (amend): x",
        "merge x: Fast-forward",
        "rebase (start): checkout x",
        "rebase (pick): x",
        "rebase (finish): returning to refs/heads/x",
        "rebase (abort): returning to refs/heads/x",
        "pull --rebase (start): checkout x",
        "pull --rebase (finish): x",
        "cherry-pick: x",
        "reset: moving to HEAD~1",
        "",
    ]
)
LINES = st.one_of(
    st.builds(
        raw,
        MESSAGES,
        st.sampled_from([A, B, C, ZERO]),
        st.sampled_from([A, B, C]),
        st.integers(1_700_000_000, 1_700_000_002),
    ),
    st.binary(max_size=120).map(lambda data: data.replace(b"\n", b" ")),
)


def whole(data: bytes, cuts: list[int]) -> list[tuple[str, str, int, object]]:
    """What is told when the log is read up to each of the cuts in turn, as a scan would."""
    told: list[tuple[str, str, int, object]] = []
    recent: tuple[str, ...] = ()
    episode: reflog.Episode | None = None
    offset = 0
    for cut in [*sorted(cuts), len(data)]:
        raws, used = reflog.split(data[offset:cut] if cut > offset else b"")
        offset += used
        lines, recent = reflog.number(raws, recent)
        found, episode = reflog.interpret(lines, episode, branch=None, symbolic=True)
        told += [(one.kind, one.line.identity, one.line.ordinal, one.data.get("count")) for one in found]
    return told


@given(st.lists(LINES, max_size=100), st.lists(st.integers(0, 15_000), max_size=8))
def test_any_pieces_mean_the_same(lines: list[bytes], cuts: list[int]) -> None:
    data = b"".join(line + b"\n" for line in lines)
    assert whole(data, [min(cut, len(data)) for cut in cuts]) == whole(data, [])


@given(st.binary(max_size=2_000))
def test_any_bytes_are_read(data: bytes) -> None:
    raws, used = reflog.split(data)
    assert data[:used] == b"".join(line + b"\n" for line in raws)
    lines, recent = reflog.number(raws, ())
    reflog.interpret(lines, None, branch=None, symbolic=False)
    assert len(recent) <= reflog.REMEMBERED


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from("uvwxyz")), max_size=12),
    st.lists(st.integers(0, 12), max_size=4),
)
def test_switches_do_not_depend_on_when_they_are_read(steps: list[tuple[bool, str]], cuts: list[int]) -> None:
    """HEAD moves between branches and bare commits; HEAD itself is asked at the end of each piece."""
    states = [(True, "main"), *steps]
    lines = [
        raw(f"checkout: moving from {before[1] if before[0] else A} to {after[1] if after[0] else 'v1'}")
        for before, after in pairwise(states)
    ]

    def told(ends: list[int]) -> list[str]:
        found: list[str] = []
        start = 0
        for end in [*sorted(ends), len(lines)]:
            parsed, _ = reflog.number(lines[start:end], ())
            symbolic, branch = states[end]
            happenings, _ = reflog.interpret(
                parsed, None, branch=branch if symbolic else None, symbolic=symbolic
            )
            found += [str(one.data["to"]) for one in happenings]
            start = end
        return found

    assert told([min(cut, len(lines)) for cut in cuts]) == told([])


@given(st.lists(st.sampled_from("abc"), max_size=30), st.lists(st.sampled_from("abcd"), max_size=30))
def test_a_rewritten_log_goes_on_behind_the_newest_known_line(old: list[str], new: list[str]) -> None:
    place = reflog.resume(new, tuple(old))
    if place is None:
        assert not set(old) & set(new)
    else:
        assert new[place - 1] in old
    if old:
        assert reflog.resume(old, tuple(old)) == len(old)
        assert reflog.resume([*old, "new"], tuple(old)) == len(old)
        assert reflog.resume(old[len(old) // 2 :], tuple(old)) == len(old) - len(old) // 2
