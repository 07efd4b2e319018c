"""``afterglow emit``: report one event from a script, a CI job, a hook of the user's own."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any, Final, NoReturn

from afterglow.cli import No, Usage, output, places
from afterglow.core import kinds
from afterglow.core.events import Problem, parse_event
from afterglow.loop.record import event_json

MOST_BYTES: Final = 1 << 20
_OPTIONS = {
    "exitCode": "--exit-code",
    "durationMs": "--duration-ms",
    "dedupeKey": "--dedupe-key",
    "kind": "KIND",
    "commandLine": "--data: commandLine",
}


def emit(options: argparse.Namespace) -> int:
    """Record the event; 1 where nothing could be or was to be recorded, 2 for bad input."""
    parsed = parse_event(
        _event(options),
        default_workspace=places.workspace(options.workspace),
        now=places.now(),
        source=options.source,
        to_workspace=lambda folder: folder,
    )
    if isinstance(parsed, Problem):
        raise Usage(f"emit: {_option(parsed.field)}: {parsed.message}")
    if not kinds.KINDS[parsed.kind].kept:
        raise No(f"emit: {parsed.kind} is used by an editor's server at once and never stored")
    event = places.record(parsed)
    if event is None:
        raise No("emit: nothing was recorded, because the mode is off; afterglow mode normal turns it on")
    if options.json:
        output.put(event_json(event))
    return 0


def _event(options: argparse.Namespace) -> dict[str, Any]:
    named = {
        "kind": options.kind,
        "label": options.label,
        "status": options.status,
        "exitCode": options.exit_code,
        "durationMs": options.duration_ms,
        "dedupeKey": options.dedupe_key,
    }
    event = {name: value for name, value in named.items() if value is not None}
    if options.tags is not None:
        event["tags"] = [tag.strip() for tag in options.tags.split(",") if tag.strip()]
    if options.data is not None:
        try:
            event["data"] = json.loads(_given(options.data), parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise Usage(
                'emit: --data: this is not JSON; write an object such as \'{"job": "test"}\''
            ) from None
        if not isinstance(event["data"], dict):
            raise Usage('emit: --data: must be an object such as \'{"job": "test"}\'')
    return event


def _given(text: str) -> str:
    """The JSON itself: ``-`` stands for standard input, where no process list shows it. Raises Usage."""
    if text != "-":
        return text
    read = sys.stdin.buffer.read(MOST_BYTES + 1) if sys.stdin is not None else b""
    if len(read) > MOST_BYTES:
        raise Usage("emit: --data -: this is over 1 MiB; send less")
    # A command line may hold bytes that are no text; what is recognised in the rest still counts.
    return read.decode("utf-8", "replace")


def _no_number(name: str) -> NoReturn:
    """``NaN`` and ``Infinity``, which Python would read and JSON does not know."""
    raise ValueError(name)


def _option(field: str) -> str:
    """A field of the event as the command line calls it."""
    if field in _OPTIONS:
        return _OPTIONS[field]
    head, _, inner = field.partition(".")
    return f"--{head}: {inner}" if inner else f"--{head}"
