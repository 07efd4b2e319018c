"""What somebody whose commits are known would have seen: real months through the real loop.

``python -m tests.support.replay FILE [--mode M] [--seed S] [--author A]`` reads ``git log --date=iso-strict``
(``--numstat`` or not) or JSON lines of {sha, parents, author, authored_at, subject}, plays the commits of one
author at their own times in their own zone, and prints each line shown with its time, and a summary.

Invented is only what must be: an editor that opens ten minutes before the first commit after a break of three
hours and closes after the last one before it, and a push then. Nothing is kept.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final, cast

from attrs import frozen

from afterglow.banks import load, shipped
from afterglow.core.model import MODES, Mode, Observation, WarmToken
from afterglow.core.stock import Stock, stock_of
from afterglow.core.subject import signs
from afterglow.loop.setting import GitKnowledge
from tests.support.played import Played, Stage

BREAK_MS: Final = 3 * 3_600_000
BEFORE_MS: Final = 10 * 60_000
PUSH_MS: Final = 4 * 60_000
LEFT_MS: Final = 5 * 60_000
HOUR_MS: Final = 3_600_000
PLACE: Final = "/home/dev/project"
_HEAD: Final = re.compile(r"commit ([0-9a-f]{7,64})\b")


@frozen
class Commit:
    """``at``: ms since the epoch; ``offset``: of its author's zone; ``parents``: 2 or more for a merge."""

    sha: str
    at: int
    offset: timedelta
    author: str
    subject: str
    parents: int = 1


class Offsets(tzinfo):
    """The zone of somebody whose offset is known at each commit: an hour before it holds already."""

    def __init__(self, commits: Sequence[Commit]) -> None:
        self._at = [one.at - HOUR_MS for one in commits]
        self._offset = [one.offset for one in commits]

    def utcoffset(self, moment: datetime | None) -> timedelta:
        # A local time is taken for UTC here: wrong by hours at most, on a day on which the zone changes.
        return self._offset[0] if moment is None else self._of(moment)

    def dst(self, moment: datetime | None) -> timedelta:
        return timedelta(0)

    def tzname(self, moment: datetime | None) -> str:
        return "author"

    def fromutc(self, moment: datetime) -> datetime:
        return moment + self._of(moment)

    def _of(self, moment: datetime) -> timedelta:
        at = moment.replace(tzinfo=UTC).timestamp() * 1000
        return self._offset[max(0, bisect_right(self._at, at) - 1)]


@frozen
class Replayed:
    """``tokens``: what was shown, in order. ``commits``: of the author; ``days``: on which there was one."""

    tokens: tuple[WarmToken, ...]
    commits: tuple[Commit, ...]
    zone: tzinfo

    def local(self, at: int) -> datetime:
        return datetime.fromtimestamp(at / 1000, self.zone)

    @property
    def days(self) -> list[date]:
        return sorted({self.local(one.at).date() for one in self.commits})

    def text(self) -> str:
        """Each line with its time, by day."""
        out: list[str] = []
        today: date | None = None
        for token in self.tokens:
            moment = self.local(token.created_at)
            if moment.date() != today:
                today = moment.date()
                out.append(f"\n{moment:%A, %d %B %Y}")
            out.append(f"{moment:%H:%M}  {token.response}   [{token.source}]")
        return "\n".join(out).strip()

    def summary(self) -> str:
        lines = Counter(self.local(token.created_at).date() for token in self.tokens)
        warm = [token for token in self.tokens if token.banter is not None]
        about = {token.event[0] for token in self.tokens if token.event and token.event[1] == "commit"}
        days, many = len(self.days) or 1, len(self.tokens)
        rows = (
            f"{len(self.commits)} commits on {days} days; {many} lines, {len(warm)} of them warm",
            f"lines a day: {many / days:.1f} on average, {max(lines.values(), default=0)} at most",
            f"warm lines a day: {len(warm) / days:.1f}; share of lines: {len(warm) / (many or 1):.0%}",
            f"commits that were answered with a line: {len(about) / (len(self.commits) or 1):.0%}",
            f"by kind: {dict(Counter(token.event[1] for token in self.tokens if token.event))}",
            f"by source: {dict(Counter(token.source for token in self.tokens))}",
        )
        return "\n".join(rows)


def commits_of(text: str) -> list[Commit]:
    """The commits of a log in either form, oldest first. Raises ValueError for a line that is neither."""
    found = list(_json(text) if text.lstrip().startswith("{") else _log(text))
    return sorted(found, key=lambda one: one.at)


def _json(text: str) -> Iterable[Commit]:
    for line in filter(None, text.splitlines()):
        row = json.loads(line)
        at, offset = _time(row["authored_at"])
        yield Commit(row["sha"], at, offset, row["author"], row["subject"], int(row.get("parents", 1)))


def _log(text: str) -> Iterable[Commit]:
    for block in re.split(r"^(?=commit [0-9a-f]{7})", text, flags=re.MULTILINE):
        head, lines = _HEAD.match(block), block.splitlines()
        if head is None:
            if block.strip():
                raise ValueError(f"this is no git log: {lines[0][:60]!r}")
            continue
        named = {
            name: rest.strip() for name, colon, rest in (one.partition(":") for one in lines[1:5]) if colon
        }
        subject = next((line.strip() for line in lines if line.startswith("    ") and line.strip()), "")
        at, offset = _time(named.get("AuthorDate") or named["Date"])
        parents = len(named["Merge"].split()) if "Merge" in named else 1
        yield Commit(head[1], at, offset, named["Author"], subject, parents)


def _time(text: str) -> tuple[int, timedelta]:
    moment = datetime.fromisoformat(text)
    return int(moment.timestamp() * 1000), moment.utcoffset() or timedelta(0)


def replay(
    folder: Path, commits: Sequence[Commit], mode: Mode, stock: Stock, *, seed: str = "1", author: str = ""
) -> Replayed:
    """Play the commits of ``author`` (default: who made most) in ``mode``."""
    who = author or Counter(one.author for one in commits).most_common(1)[0][0]
    mine = [one for one in commits if one.author == who]
    zone = Offsets(mine)
    start = mine[0].at - 2 * BEFORE_MS
    stage = Stage(folder, start=start, zone=zone)
    tokens: list[WarmToken] = []
    try:
        for block in _blocks(mine):
            tokens += _stay(stage, block, stock, mode, seed, start)
    finally:
        stage.close()
    return Replayed(tuple(tokens), tuple(mine), zone)


def _blocks(commits: Sequence[Commit]) -> Iterable[list[Commit]]:
    block: list[Commit] = []
    for one in commits:
        if block and one.at - block[-1].at >= BREAK_MS:
            yield block
            block = []
        block.append(one)
    if block:
        yield block


def _stay(
    stage: Stage, block: Sequence[Commit], stock: Stock, mode: Mode, seed: str, start: int
) -> list[WarmToken]:
    """One stay at the desk: the editor opens, the commits are made and pushed, the editor closes."""
    stage.run(block[0].at - BEFORE_MS - stage.start - stage.now)
    played = stage.window(PLACE, stock=lambda: stock, head=lambda _place: "main", mode=mode, seed=seed)
    played.window.focused(True)
    played.window.git[PLACE] = GitKnowledge((), start - 40 * 24 * HOUR_MS, ())
    for one in block:
        stage.run(one.at - stage.start - stage.now)
        kind = "merge" if one.parents > 1 else "commit"
        tags, glow = signs(one.subject) if kind == "commit" else ((), 0.0)
        _happens(played, kind, one.sha, tags, {"subject_glow": glow} if glow else {})
    stage.run(PUSH_MS)
    _happens(played, "push", f"push-{block[-1].sha}", (), {"remote": "origin"})
    stage.run(LEFT_MS)
    stage.shut(played)
    return played.tokens


def _happens(played: Played, kind: str, name: str, tags: Iterable[str], data: dict[str, object]) -> None:
    seen = Observation(
        kind,
        PLACE,
        "git",
        played.stage.clock.wall(),
        status="ok",
        tags=tuple(tags),
        data={"sha": name, "branch": "main", **data},
        key=f"git:{name}",
    )
    played.window.observe((seen,))


def main(argv: Sequence[str] | None = None) -> int:
    """Print what would have been shown."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.replay", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--mode", choices=MODES, default="normal")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--author", default="", help="as the log writes it; default: who made most commits")
    given = parser.parse_args(argv)
    commits = commits_of(given.file.read_text("utf-8", "replace"))
    stock = stock_of(load([shipped()])[0])
    with tempfile.TemporaryDirectory() as folder:
        made = replay(
            Path(folder), commits, cast("Mode", given.mode), stock, seed=given.seed, author=given.author
        )
    sys.stdout.write(f"{made.text()}\n\n{made.summary()}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
