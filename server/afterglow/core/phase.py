"""What the work is at (spec A10): coding, testing, reviewing or releasing, by what happens and is opened.

Invariant: pure; the same hysteresis as for topics (``topic.heard``). A sign names one phase; what may
belong to any of them (a commit, a merge, a build) is no sign.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from attrs import frozen

from afterglow.core.topic import OF_EDIT_MS, OF_SAVE_MS

Phase = Literal["coding", "testing", "reviewing", "releasing"]

CODING: Final = "coding"
TESTING: Final = "testing"
REVIEWING: Final = "reviewing"
RELEASING: Final = "releasing"


@frozen
class Sign:
    """``weight``: how much it says (see ``topic.ENOUGH``); ``apart_ms``: such signs nearer are one."""

    phase: Phase
    weight: int = 1
    apart_ms: int = 0


OF_KIND: Final[dict[str, Sign]] = {
    "tag": Sign(RELEASING, 2),
    "push": Sign(RELEASING),
    "review.requested": Sign(REVIEWING, 2),
    "review.done": Sign(REVIEWING, 2),
    "pr.merged": Sign(REVIEWING),
}
OF_JOB: Final[dict[str, Sign]] = {
    "test": Sign(TESTING),
    "debug": Sign(TESTING),
    "deploy": Sign(RELEASING, 2),
}
"""A run of tests between two edits is part of coding; runs in a row are testing."""
JOB_ENDS: Final = frozenset({"job.finished", "command"})

SAVED: Final = Sign(CODING, 1, OF_SAVE_MS)
TYPED: Final = Sign(CODING, 1, OF_EDIT_MS)
VERSIONED: Final = Sign(RELEASING, 1, OF_SAVE_MS)
COMPARED: Final = Sign(REVIEWING, 1, OF_SAVE_MS)

_VERSION_FILE: Final = re.compile(
    r"(?:version|_version|__version__)(?:\.\w+)?|(?:changelog|changes|history|releases?|news)(?:\.(?:md|rst|txt|adoc))?",
    re.IGNORECASE,
)
_COMPARING: Final = re.compile(
    r"(?:git|gitlens|gitlens-git|github|review|pr|ghpr|gitlab|diff|vscode-scm)://?"
)


def of_event(kind: str, job: str | None) -> Sign | None:
    """What a recorded happening is a sign of, None for most. ``job``: of a job's end."""
    if kind in JOB_ENDS:
        return OF_JOB.get(job or "")
    return OF_KIND.get(kind)


def of_file(below: str, *, saved: bool) -> Sign:
    """What it means that this file was saved, or (``saved`` False) typed in."""
    if saved and _VERSION_FILE.fullmatch(below.replace("\\", "/").rpartition("/")[2]):
        return VERSIONED
    return SAVED if saved else TYPED


def of_document(uri: str) -> Sign | None:
    """What it means that this document came to the front: one side of a comparison is read in review."""
    if _COMPARING.match(uri) or uri.lower().endswith((".diff", ".patch")):
        return COMPARED
    return None
