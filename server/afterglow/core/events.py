"""A client's event checked and turned into an ``Observation``.

Invariant: ``parse_event`` never raises; what it gives back is bounded, clean and holds no command
line and no commit subject. A wrong type refuses the whole event with one line that says why.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from attrs import frozen

from afterglow.core.clean import one_line
from afterglow.core.commands import Command, recognise
from afterglow.core.event_data import Problem, Reader, Unfit, number, raw_text, read_data, text, whole
from afterglow.core.kinds import KINDS
from afterglow.core.local_time import parse_iso
from afterglow.core.model import STATUSES, Json, Observation, Source, Status

__all__ = ["Problem", "parse_event", "status_of", "uri_of"]

MAX_TAGS: Final = 16
_TAG: Final = 40
_LABEL: Final = 80
_SUBJECT: Final = 400
_KEY: Final = 200
_LINE: Final = 1_000_000
_DAY_MS: Final = 24 * 60 * 60 * 1_000
_MAX_DURATION_MS: Final = 90 * _DAY_MS
_CANCELLED: Final = frozenset({130, 143})
_COMMANDS: Final = frozenset({"command", "command.started"})
_OUTCOME_KINDS: Final = frozenset({"job.finished", "command", "ci.finished"})
"""Kinds whose silence about the outcome means that it is unknown, not that there is none."""

_REPORTED: Final[dict[str, Status]] = {
    "ok": "ok",
    "success": "ok",
    "succeeded": "ok",
    "passed": "ok",
    "approved": "ok",
    "merged": "ok",
    "done": "ok",
    "completed": "ok",
    "fail": "fail",
    "failed": "fail",
    "failure": "fail",
    "error": "fail",
    "cancelled": "cancelled",
    "canceled": "cancelled",
    "unknown": "unknown",
}
"""How reviews and CI systems call an outcome in ``data.status``."""


def _status(value: Json) -> Status:
    if value not in STATUSES:
        raise Unfit(f"one of {', '.join(STATUSES)}")
    return cast("Status", value)


def _tags(value: Json) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or any(not isinstance(tag, str) for tag in value[:1_000]):
        raise Unfit("a list of texts")
    cleaned = dict.fromkeys(one_line(tag, _TAG) for tag in value[: 4 * MAX_TAGS])
    return tuple(tag for tag in cleaned if tag)[:MAX_TAGS]


def _started(value: Json) -> int:
    at = parse_iso(value) if isinstance(value, str) else None
    if at is None or at < 0:
        raise Unfit("an ISO 8601 time such as 2026-01-31T09:30:00Z")
    return at


_TOP: Final[dict[str, Reader]] = {
    "label": text(_LABEL),
    "status": _status,
    "exitCode": whole(-(2**31), 2**32 - 1, "a whole number"),
    "durationMs": number(0, _MAX_DURATION_MS, f"a number of milliseconds from 0 to {_MAX_DURATION_MS}"),
    "startedAt": _started,
    "tags": _tags,
    "workspace": raw_text(4_096, "a uri"),
    "commandLine": raw_text(_LINE, "a text"),
    "dedupeKey": raw_text(_KEY, f"a text of at most {_KEY} characters"),
}


@frozen
class _Read:
    """The top level of an event and its data, every value checked."""

    kind: str
    top: dict[str, Any]
    data: dict[str, Json]
    line: str | None


def parse_event(
    raw: Json,
    *,
    default_workspace: str | None,
    now: int,
    source: Source,
    to_workspace: Callable[[str], str | None],
) -> Observation | Problem:
    """Check one event as a client sends it (camelCase) and make an observation of it.

    ``to_workspace`` turns the event's workspace uri into a canonical path, None if it cannot;
    ``default_workspace`` is used where the event names none. ``now``: ms since the epoch.
    """
    read = _read(raw)
    if isinstance(read, Problem):
        return read
    top = read.top
    started = top.get("startedAt")
    if started is not None and started > now + _DAY_MS:
        return Problem("startedAt", "lies in the future")
    uri = top.get("workspace")
    workspace = default_workspace if uri is None else to_workspace(uri)
    if not workspace:
        return Problem("workspace", "no workspace is open" if uri is None else "must be the uri of a folder")
    command = recognise(read.line) if read.line is not None else None
    status = _outcome(read, command)
    duration = top.get("durationMs")
    tags, data = top.get("tags", ()), _data(read, command)
    subject = raw["data"].get("subject") if read.kind == "commit" and raw.get("data") else None
    if isinstance(subject, str):
        named, glow = _signs(subject)
        tags = tuple(dict.fromkeys((*tags, *named)))
        data = {**data, **({"subject_glow": glow} if glow else {})}
    ended = now if started is None or duration is None else min(now, started + int(duration))
    return Observation(
        kind=read.kind,
        workspace=workspace,
        source=source,
        at=ended,
        label=_label(read, command),
        status=status,
        exit_code=top.get("exitCode"),
        duration_ms=None if duration is None else float(duration),
        started_at=started,
        tags=tags,
        data=data,
        key=top.get("dedupeKey") or None,
    )


def _signs(subject: str) -> tuple[tuple[str, ...], float]:
    """Tags and GLOW of a subject, which is forgotten."""
    # Not at start: what reads words is larger than the rest of this module.
    from afterglow.core.subject import signs  # noqa: PLC0415 - see above

    return signs(subject[:_SUBJECT])


def status_of(status: Status | None, exit_code: int | None) -> Status:
    """The contract's rule: an exit code speaks where no status does, and contradicts a mere ``ok``."""
    if status is not None and (status != "ok" or not exit_code):
        return status
    if exit_code is None:
        return "unknown"
    if exit_code == 0:
        return "ok"
    return "cancelled" if status is None and exit_code in _CANCELLED else "fail"


def uri_of(raw: Json) -> str | None:
    """The file that an event is about, if it names one: it decides the folder it belongs to."""
    data = raw.get("data") if isinstance(raw, Mapping) else None
    uri = data.get("uri") if isinstance(data, Mapping) else None
    return uri if isinstance(uri, str) else None


def _read(raw: Json) -> _Read | Problem:
    if not isinstance(raw, Mapping):
        return Problem("event", "must be an object")
    kind = raw.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        return Problem("kind", _unknown_kind(kind))
    data = read_data(kind, raw.get("data"))
    if isinstance(data, Problem):
        return data
    values = dict(raw)
    if kind in _COMMANDS:
        for name in ("commandLine", "exitCode"):
            if values.get(name) is None:
                values[name] = (raw.get("data") or {}).get(name)
    top: dict[str, Any] = {}
    for name, read in _TOP.items():
        if values.get(name) is None:
            continue
        try:
            top[name] = read(values[name])
        except Unfit as unfit:
            return Problem(name, f"must be {unfit}")
    return _Read(kind, top, data, top.get("commandLine") if kind in _COMMANDS else None)


def _unknown_kind(kind: Json) -> str:
    if not isinstance(kind, str):
        return "is missing" if kind is None else "must be a text"
    near = difflib.get_close_matches(kind[:80], KINDS, n=1, cutoff=0.7)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f'"{one_line(kind, 40)}" is not a kind of event{hint}'


def _outcome(read: _Read, command: Command | None) -> Status | None:
    given, code = read.top.get("status"), read.top.get("exitCode")
    if given is None and code is None:
        given = _REPORTED.get(str(read.data.get("status", "")).lower())
    if given is None and code is None and read.kind not in _OUTCOME_KINDS:
        return None
    status = status_of(given, code)
    if command is None or command.job is None:
        return status
    # The exit code is the whole line's: `pytest | tee log` ends with 0 whatever the tests did.
    unproven = (status == "ok" and not command.ok_proves) or (status == "fail" and not command.fail_proves)
    return "unknown" if unproven else status


def _label(read: _Read, command: Command | None) -> str | None:
    label = read.top.get("label") or None
    if command is None:
        return label
    # A client that labels a command with its own line must not make us keep the line.
    if label is not None and one_line(read.line or "", _LABEL) != label:
        return str(label)
    return command.label or command.program or None


def _data(read: _Read, command: Command | None) -> dict[str, Json]:
    data = dict(read.data)
    if read.kind in ("job.finished", "job.started"):
        data.setdefault("job", "task")
    if read.kind == "tag" and not data.get("name") and read.top.get("label"):
        data["name"] = read.top["label"]
    if command is not None:
        kept = {"program": command.program, "job": command.job, "hazard": command.hazard}
        data.update({key: value for key, value in kept.items() if value})
    return data
