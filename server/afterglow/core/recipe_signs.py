"""How a recipe is recognised: by a job, a command, the branch, a file that was saved, words that were said.

Invariant: pure and total; any one sign is enough, and nothing is a sign that could stand for other work.
Of a command line only the program and, for a job that is known, its first words were kept (``kubectl
apply``, never ``kubectl get``): a pattern of more words than were kept is not met. A failed or cancelled
job and a rollback are no signs. A pattern without a letter or digit would fit everything and fits nothing.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from attrs import frozen

from afterglow.core.bank import Detect, has_phrase
from afterglow.core.clean import one_line
from afterglow.core.model import Event, Json

COLUMNS: Final = 60
_RUNS: Final = frozenset({"job.finished", "job.started", "command", "command.started"})
_ENDS: Final = frozenset({"job.finished", "command"})
_GONE_WRONG: Final = frozenset({"fail", "cancelled"})
_ANY_DEPTH: Final = "**"
_LONGEST: Final = 1_000
_MOST_WORDS: Final = 4

_Part = re.Pattern[str] | None
"""One part of a path between slashes; None for ``**``: any number of parts."""


@frozen
class Work:
    """A job or command, as far as it is a sign. ``at``: when it ended or, if it has not, began (ms).

    ``begins``: what is kept of its command line, by its first word, its first two and so on. ``done``: it
    ended well.
    """

    at: int
    job: str | None
    begins: frozenset[tuple[str, ...]]
    done: bool


@frozen
class Signs:
    """A recipe's signs, ready to be looked for. ``endings``: what the names of its files look like."""

    commands: frozenset[tuple[str, ...]]
    jobs: frozenset[str]
    branches: re.Pattern[str] | None
    endings: re.Pattern[str] | None
    files: tuple[tuple[_Part, ...], ...]
    phrases: tuple[tuple[str, ...], ...]

    def of_work(self, work: Work | None) -> str | None:
        """``job deploy``, ``command kubectl apply`` or ``program mkdocs``; None where it is no sign."""
        if work is None:
            return None
        if work.job in self.jobs:
            return f"job {work.job}"
        if self.commands.isdisjoint(work.begins):
            return None
        met = min(command for command in self.commands if command in work.begins)
        return _said("program" if len(met) == 1 else "command", " ".join(met))

    def of_branch(self, branch: str | None) -> str | None:
        """``branch release/2.0``; in a pattern ``*`` also stands for slashes, and capitals do not count."""
        if not branch or self.branches is None or not self.branches.match(branch[:_LONGEST].casefold()):
            return None
        return _said("branch", branch)

    def of_file(self, file: str | None) -> str | None:
        """``file k8s/web.yaml``. ``file``: below the workspace, with ``/``.

        A pattern is met by the end of a path, whole parts of it: ``k8s/*`` by ``infra/k8s/web.yaml``.
        ``*`` stays within a part, ``**`` stands for any number of them.
        """
        if not file or self.endings is None:
            return None
        parts = file[-_LONGEST:].casefold().split("/")
        if not self.endings.match(parts[-1]) or not any(_ends_so(parts, each) for each in self.files):
            return None
        return _said("file", file)

    def of_words(self, said: Sequence[str]) -> str | None:
        """``words trip to mexico``: the phrase of the bank, not the user's text."""
        if not said or not self.phrases:
            return None
        words = frozenset(said)
        found = (phrase for phrase in self.phrases if words.issuperset(phrase) and has_phrase(said, phrase))
        return next((_said("words", " ".join(phrase)) for phrase in found), None)

    def ended_by(self, work: Work | None) -> bool:
        """Whether this is the good end of the job that the recipe is about."""
        return work is not None and work.done and work.job in self.jobs


def work_of(
    kind: str, job: str | None, status: str | None, labels: Sequence[str], data: Mapping[str, Json], at: int
) -> Work | None:
    """What an event says of the work, by its fields; None for one that can be no sign."""
    if kind not in _RUNS or status in _GONE_WRONG or data.get("rollback") is True:
        return None
    texts = [*labels, data.get("program")]
    kept = [text.casefold().split() for text in texts if isinstance(text, str)]
    begins = {tuple(words[:size]) for words in kept for size in range(1, min(len(words), _MOST_WORDS) + 1)}
    return Work(at, job, frozenset(begins), done=status == "ok" and kind in _ENDS)


def work_in(event: Event | None) -> Work | None:
    """The same of a whole event."""
    if event is None:
        return None
    return work_of(event.kind, event.job, event.status, event.labels, event.data, event.at)


def signs(
    detect: Detect, event: Event | None, *, branch: str | None, file: str | None, said: Sequence[str] = ()
) -> str | None:
    """How the recipe is recognised just now, in a few words for people; None where it is not.

    ``file``: below the workspace, with ``/``. ``said``: ``bank.words_of`` what the user said, to us only.
    """
    made, work = prepare(detect), work_in(event)
    return made.of_work(work) or made.of_branch(branch) or made.of_file(file) or made.of_words(said)


@lru_cache(maxsize=512)
def prepare(detect: Detect) -> Signs:
    """The patterns of a recipe compiled, once for each."""
    files = [pattern.casefold().strip("/").split("/") for pattern in detect.files if _tells(pattern)]
    return Signs(
        frozenset(tuple(word.casefold() for word in command) for command in detect.commands),
        detect.jobs,
        _any_of([pattern.casefold() for pattern in detect.branches if _tells(pattern)]),
        _any_of(["*" if parts[-1] == _ANY_DEPTH else parts[-1] for parts in files]),
        tuple(tuple(None if part == _ANY_DEPTH else _glob(part) for part in parts) for parts in files),
        detect.phrases,
    )


def _ends_so(parts: Sequence[str], pattern: Sequence[_Part]) -> bool:
    """Whether some last parts of a path are met, all of them, one after the other."""
    at = set(range(len(parts)))
    for part in pattern:
        if part is None:
            at = set(range(min(at), len(parts) + 1))
        else:
            at = {place + 1 for place in at if place < len(parts) and part.match(parts[place])}
        if not at:
            return False
    return len(parts) in at


def _tells(pattern: str) -> bool:
    return any(char.isalnum() for char in pattern)


def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(pattern))


def _any_of(patterns: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(fnmatch.translate, patterns))) if patterns else None


def _said(what: str, name: str) -> str:
    return one_line(f"{what} {name}", COLUMNS)
