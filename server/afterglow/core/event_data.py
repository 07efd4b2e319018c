"""What a client may put into an event's ``data``: per kind, each key with its type and bounds.

Invariant: a key that is not in the table is not kept, a value of the wrong type refuses the event,
and every text that is kept is one clean line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from attrs import frozen

from afterglow.core.clean import one_line
from afterglow.core.kinds import JOBS
from afterglow.core.model import Json

MAX_FAILING: Final = 50
MAX_METRICS: Final = 16
_NAME: Final = 80
_TEST_NAME: Final = 200
_URI: Final = 4_096
_MOST: Final = 1e15
_COUNT_MOST: Final = 1_000_000_000
_SCAN: Final = 10_000


@frozen
class Problem:
    """Why an event is not taken: ``field`` as the client names it, ``message`` completes the line."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class Unfit(ValueError):
    """A value of the wrong type or size; the text completes "must be ..."."""

    def __init__(self, wants: str, inside: str = "") -> None:
        super().__init__(wants)
        self.inside = inside


def number(low: float, high: float, wants: str) -> Callable[[Json], float]:
    """A reader of finite numbers in a closed range."""

    def read(value: Json) -> float:
        # The range comes first: NaN fails it, and so does a whole number too large for a float.
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise Unfit(wants)
        return value

    return read


def whole(low: int, high: int, wants: str) -> Callable[[Json], int]:
    """A reader of whole numbers in a closed range; 3.0 is whole."""
    any_number = number(low, high, wants)

    def read(value: Json) -> int:
        found = any_number(value)
        if found != int(found):
            raise Unfit(wants)
        return int(found)

    return read


def text(limit: int) -> Callable[[Json], str]:
    """A reader of texts, given back as one clean line of at most ``limit`` columns."""

    def read(value: Json) -> str:
        if not isinstance(value, str):
            raise Unfit("a text")
        return one_line(value, limit)

    return read


def raw_text(limit: int, wants: str) -> Callable[[Json], str]:
    """A reader of texts that identify something and so are kept as they are, if not too long."""

    def read(value: Json) -> str:
        if not isinstance(value, str) or len(value) > limit:
            raise Unfit(wants)
        return value.encode("utf-8", "replace").decode("utf-8")

    return read


def _flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise Unfit("true or false")
    return value


def _job(value: Json) -> str:
    if value not in JOBS:
        raise Unfit(f"one of {', '.join(JOBS)}")
    return str(value)


def _failing(value: Json) -> list[str]:
    if not isinstance(value, list):
        raise Unfit("a list of texts")
    if any(not isinstance(item, str) for item in value[:_SCAN]):
        raise Unfit("a list of texts")
    cleaned = (one_line(item, _TEST_NAME) for item in value[:MAX_FAILING])
    return [item for item in cleaned if item]


def _metrics(value: Json) -> dict[str, float]:
    if not isinstance(value, Mapping):
        raise Unfit("an object of numbers")
    found: dict[str, float] = {}
    for key, each in list(value.items())[:MAX_METRICS]:
        name = one_line(key, 40) if isinstance(key, str) else ""
        try:
            read = _any_number(each)
        except Unfit as unfit:
            raise Unfit(str(unfit), inside=name) from None
        if name:
            found[name] = read
    return found


def _amount(value: Json) -> float | bool:
    return value if isinstance(value, bool) else _any_number(value)


_any_number = number(-_MOST, _MOST, "a finite number")
_count = whole(0, _COUNT_MOST, f"a whole number from 0 to {_COUNT_MOST}")
_name = text(_NAME)
_uri = raw_text(_URI, f"a text of at most {_URI} characters")

Reader = Callable[[Json], Json]
_GIT: Final[dict[str, Reader]] = {
    key: text(_TEST_NAME) for key in ("sha", "branch", "from", "to", "operation")
}
_NAMED: Final[dict[str, Reader]] = {"name": _name, "status": text(40)}
_CHANGE: Final[dict[str, Reader]] = {"from": _name, "to": _name}
_JOB_KEYS: Final[dict[str, Reader]] = {
    "job": _job,
    "passed": _count,
    "failed": _count,
    "skipped": _count,
    "errors": _count,
    "total": _count,
    "coverage": number(0, 100, "a percentage from 0 to 100"),
    "failing": _failing,
    "metrics": _metrics,
    "rollback": _flag,
}
_GIT_KINDS: Final = (
    *("commit", "amend", "merge", "rebase", "cherry-pick", "revert", "push", "pull", "reset", "stash"),
    *("branch.switch", "conflict.begin", "conflict.end"),
)

DATA: Final[dict[str, dict[str, Reader]]] = {
    **dict.fromkeys(_GIT_KINDS, _GIT),
    "tag": {**_GIT, "name": _name},
    "job.finished": _JOB_KEYS,
    "job.started": {"job": _job},
    **dict.fromkeys(
        ("recipe.start", "recipe.finish", "milestone", "review.done", "review.requested", "pr.merged"), _NAMED
    ),
    "ci.finished": _NAMED,
    "topic.change": _CHANGE,
    "phase.change": _CHANGE,
    "active": {"idleMs": number(0, _MOST, "a number of milliseconds")},
    "idle": {"idleMs": number(0, _MOST, "a number of milliseconds")},
    "focus": {"focused": _flag, "uri": _uri},
    "file.saved": {"uri": _uri},
    "diagnostics": {"errors": _count, "warnings": _count, "uri": _uri},
    "weather": {
        "temp_c": number(-100, 100, "a temperature in degrees Celsius"),
        "rain": _amount,
        "snow": _amount,
        "place": _name,
    },
    "debug.exception": {"uri": _uri},
}


def read_data(kind: str, data: Json) -> dict[str, Json] | Problem:
    """The known keys of ``data`` for a kind, checked; nulls and unknown keys are left out."""
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        return Problem("data", "must be an object")
    kept: dict[str, Json] = {}
    for key, read in DATA.get(kind, {}).items():
        if data.get(key) is None:
            continue
        try:
            kept[key] = read(data[key])
        except Unfit as unfit:
            inside = f".{unfit.inside}" if unfit.inside else ""
            return Problem(f"data.{key}{inside}", f"must be {unfit}")
    return kept
