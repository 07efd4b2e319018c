"""Reflog bytes to lines, lines to happenings: what git did, from what git wrote about it.

Invariant: pure, and total: any bytes give lines or nothing, never an exception; reading a log in
any number of pieces gives the same happenings as reading it at once. Messages are looked at and
hashed, never kept: only branch names, hashes and counts leave this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Final

from attrs import evolve, field, frozen

REMEMBERED: Final = 64
"""How many of the newest lines a reader remembers by hash, and how far back twins are counted."""

LONGEST_LINE: Final = 64 * 1024
_LINE: Final = re.compile(
    rb"([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) ([^\t]*)> (\d{1,12}) ([+-]\d{4})(?:\t(.*))?",
    re.DOTALL,
)
_SHA: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_CHECKOUT: Final = re.compile(r"checkout: moving from (\S+) to (.+)")
_NO_BRANCH: Final = re.compile(r"[~^:]|@\{|^(?:HEAD|@|[0-9a-f]{7,64})$")
_RENAMED: Final = re.compile(r"Branch: renamed refs/heads/(\S+) to refs/heads/(\S+)")
_PHASE: Final = re.compile(r"(rebase|pull)\b[^\n]*? \(([a-z-]+)\)(?::|$)")
_OLD_WORDINGS: Final = (
    (re.compile(r"(rebase|pull)(?: [^:\n]*)?: checkout "), "", "start"),
    (re.compile(r"rebase finished:"), "rebase", "finish"),
    (re.compile(r"rebase: (?:aborting|updating HEAD)"), "rebase", "abort"),
    (re.compile(r"rebase\b[^:]*: [Ff]ast-forward$"), "rebase", "unchanged"),
    (re.compile(r"rebase\b[^:]*: "), "rebase", "pick"),
)
"""How git said the same before 2.26 or so, and still says where a pick changes nothing."""

_STASHED: Final = re.compile(r"(?:WIP on|On) (\S+): ")


@frozen
class Line:
    """One reflog line. ``time`` in seconds since the epoch; ``message`` only for looking at, ``email`` (of
    whoever moved HEAD) only for telling others apart.

    ``digest`` is what a reader remembers: everything but the old value, which ``stash drop``
    rewrites, and the name. ``ordinal``: how many of the 64 lines before it have the same digest
    (times are whole seconds, so twins exist).
    """

    old: str
    new: str
    time: int
    message: str = field(repr=False)
    digest: str
    ordinal: int = 0
    email: bytes = field(default=b"", repr=False)

    @property
    def identity(self) -> str:
        """What names this line among all of one log, but for its twins."""
        return f"{self.old} {self.new} {self.time} {self.digest}"

    @property
    def moved(self) -> bool:
        return self.old != self.new


@frozen
class Episode:
    """An unfinished rebase: its verb (``rebase`` or ``pull``), where it began, commits picked."""

    verb: str
    old: str
    picked: int = 0


@frozen
class Happening:
    """What one line (or one rebase, told by its last line) says has happened."""

    kind: str
    line: Line
    data: dict[str, str | int]
    since: str = ""
    """Where HEAD stood before it, where that is not what the line itself says."""


def short_hash(*parts: bytes, size: int = 6) -> str:
    """Hash of the parts in order, ``2 * size`` hex digits."""
    return blake2b(b"\0".join(parts), digest_size=size).hexdigest()


def split(data: bytes) -> tuple[list[bytes], int]:
    """The complete lines of ``data`` without their ends, and how many bytes they took."""
    end = data.rfind(b"\n") + 1
    return (data[:end].split(b"\n")[:-1] if end else []), end


def parse(raw: bytes) -> Line | None:
    """One line without its end, or None where it is no reflog line."""
    found = _LINE.fullmatch(raw) if len(raw) <= LONGEST_LINE else None
    if found is None:
        return None
    old, new, who, time, zone, message = found.groups(b"")
    return Line(
        old=old.decode("ascii"),
        new=new.decode("ascii"),
        time=int(time),
        message=message.decode("utf-8", "replace"),
        digest=short_hash(new, time, zone, message),
        email=who.rpartition(b"<")[2],
    )


def digest_of(raw: bytes) -> str:
    """What a reader remembers of a line, whether or not it can be parsed."""
    line = parse(raw)
    return line.digest if line else short_hash(raw)


def number(raws: Iterable[bytes], recent: Sequence[str]) -> tuple[list[Line], tuple[str, ...]]:
    """Parse lines that follow the ``recent`` ones; count twins; what is recent after them."""
    seen = list(recent[-REMEMBERED:])
    lines = []
    for raw in raws:
        line = parse(raw)
        if line is not None:
            twins = seen.count(line.digest)
            lines.append(evolve(line, ordinal=twins) if twins else line)
        seen.append(line.digest if line else short_hash(raw))
        del seen[:-REMEMBERED]
    return lines, tuple(seen)


def resume(digests: Sequence[str], recent: Sequence[str]) -> int | None:
    """Where to go on in a log that was rewritten: behind its newest line that is remembered.

    Where a digest is remembered n times, its n-th twin is the one. None: none is remembered.
    """
    for back, digest in enumerate(reversed(recent)):
        times = recent[: len(recent) - back].count(digest)
        places = [index for index, other in enumerate(digests) if other == digest]
        if places:
            return places[min(times, len(places)) - 1] + 1
    return None


def is_push(line: Line) -> bool:
    """A line of a remote-tracking log that a push wrote, not a fetch or a clone."""
    return line.message == "update by push"


def is_checkout(line: Line) -> bool:
    """Whether HEAD may have become symbolic or bare with this line."""
    return _CHECKOUT.match(line.message) is not None


def is_clone(line: Line) -> bool:
    """The first line of a repository that was cloned."""
    return line.message.startswith("clone: ")


def stashed_on(line: Line) -> str | None:
    """The branch that a stash line names, None where it names none."""
    found = _STASHED.match(line.message)
    return found[1] if found else None


def interpret(
    lines: Sequence[Line],
    episode: Episode | None,
    *,
    branch: str | None,
    symbolic: bool,
    reverting: bool = False,
    rebasing: bool = True,
) -> tuple[list[Happening], Episode | None]:
    """What the lines of HEAD's log mean, and the rebase that is open behind them.

    ``branch`` and ``symbolic`` describe HEAD behind the last line (for an open rebase: the branch
    that it will return to); ``reverting``: REVERT_HEAD was there, so that the first ``commit`` line
    is the revert that had to be resolved; ``rebasing``: a rebase may still be unfinished behind the
    last line. One of a HEAD without a branch, and one that was quit, leave no line at their end.
    """
    found: list[Happening] = []
    since_step: list[Happening] = []
    places = _places(lines, branch, symbolic)
    for line, (where, attached) in zip(lines, places, strict=True):
        phase = _phase(line.message)
        if phase is not None:
            done, episode = _in_rebase(line, phase, episode, where)
            found += done
            since_step.clear()
            continue
        checkout = _CHECKOUT.match(line.message)
        if episode is not None:
            # Going back to a branch shows that it is over; what was done after its last step is no part
            # of it.
            if checkout and _SHA.fullmatch(checkout[1]) and attached:
                found += since_step
                episode = None
            elif line.message.startswith("commit: "):
                episode = evolve(episode, picked=episode.picked + 1)
            kind = _plain_kind(line.message) if line.moved else None
            since_step += [Happening(kind, line, _details(line, where))] if kind else []
            continue
        if checkout:
            start, goal = checkout.groups()
            if attached and not _SHA.fullmatch(start) and start != goal:
                found.append(Happening("branch.switch", line, {"from": start, "to": goal}))
            continue
        kind = _plain_kind(line.message) if line.moved else None
        if reverting and line.message.startswith("commit: "):
            kind, reverting = "revert", False
        if kind is not None:
            found.append(Happening(kind, line, _details(line, where)))
    if episode is None or rebasing:
        return found, episode
    return found + since_step, None


def _places(lines: Sequence[Line], branch: str | None, symbolic: bool) -> list[tuple[str | None, bool]]:
    """For each line the branch of HEAD behind it and whether HEAD was symbolic, read backwards.

    A later checkout's ``from`` tells it: a branch name where HEAD was symbolic, else a bare hash. A
    rebase that was quit left HEAD bare; before it, HEAD is taken to have been on a branch, unless it got
    there by a name that no branch can have.
    """
    places: list[tuple[str | None, bool]] = []
    left_bare = guessed = False
    for line in reversed(lines):
        checkout = _CHECKOUT.match(line.message)
        if guessed and checkout and _NO_BRANCH.search(checkout[2]):
            branch, symbolic = None, False
        places.append((branch, symbolic))
        if checkout:
            guessed = False
            symbolic = not _SHA.fullmatch(checkout[1])
            branch = checkout[1] if symbolic else None
            left_bare = not symbolic
        elif phase := _phase(line.message):
            if phase[1] == "start" and left_bare:
                symbolic = guessed = True
            left_bare = left_bare and phase[1] not in ("start", "finish", "abort")
        elif renamed := _RENAMED.match(line.message):
            branch = renamed[1] if branch == renamed[2] else branch
    return places[::-1]


def _phase(message: str) -> tuple[str, str] | None:
    """(verb, phase) of a line that belongs to a rebase: ``start``, ``finish``, ``abort`` or a step."""
    if found := _PHASE.match(message):
        return found[1], found[2]
    for pattern, verb, phase in _OLD_WORDINGS:
        if found := pattern.match(message):
            return verb or found[1], phase
    return None


_PICKS: Final = frozenset(("pick", "reword", "edit", "merge", "continue"))


def _in_rebase(
    line: Line, phase: tuple[str, str], episode: Episode | None, branch: str | None
) -> tuple[list[Happening], Episode | None]:
    verb, step = phase
    if step == "start":
        return [], Episode(verb, line.old)
    if step == "abort":
        return [], None
    if step != "finish":
        if episode is not None and step in _PICKS:
            episode = evolve(episode, picked=episode.picked + 1)
        return [], episode
    if episode is not None and episode.old == line.new:
        return [], None
    kind = "pull" if verb == "pull" or (episode and episode.verb == "pull") else "rebase"
    data = _details(line, branch)
    if episode is not None:
        data["count"] = episode.picked
    return [Happening(kind, line, data, episode.old if episode is not None else "")], None


_EXACT: Final = {
    "commit": "commit",
    "commit (initial)": "commit",
    "am": "commit",
    "commit (amend)": "amend",
    "commit (merge)": "merge",
    "commit (cherry-pick)": "cherry-pick",
    "cherry-pick": "cherry-pick",
    "revert": "revert",
    "reset": "reset",
    "initial pull": "pull",
}
_BY_FIRST_WORD: Final = {"merge": "merge", "pull": "pull", "reset": "reset"}


def _plain_kind(message: str) -> str | None:
    """The kind of a line outside any rebase, None for what is no happening."""
    verb, colon, _ = message.partition(":")
    if not colon:
        return _EXACT.get(message) if message == "initial pull" else None
    return _EXACT.get(verb) or _BY_FIRST_WORD.get(verb.split(" ", 1)[0])


def _details(line: Line, branch: str | None) -> dict[str, str | int]:
    data: dict[str, str | int] = {"sha": line.new}
    if branch is not None:
        data["branch"] = branch
    if line.message.startswith("merge "):
        data["from"] = line.message[6:].partition(":")[0][:200]
    return data
