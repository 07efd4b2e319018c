"""``queue``: put a line in the queue, take the best one, and see what waits."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, Final

from afterglow.cli import No, Usage, output, places
from afterglow.cli.saying import zone_of
from afterglow.core import words
from afterglow.core.local_time import Clock, format_iso
from afterglow.core.queue_rules import Entry, Problem, check
from afterglow.store import queue

_FIELDS: Final = {
    "source": "source",
    "source_id": "source_id",
    "tags": "tags",
    "confidence": "confidence",
    "category": "category",
    "level": "level",
    "warmth": "warmth",
    "expires_in_turns": "expires_in_turns",
    "ttl": "ttl_seconds",
    "until_used": "until_used",
    "workspace": "workspace",
}
"""An option -> the field of an entry that it fills."""
_GOES_WITH: Final[dict[str, tuple[str, ...]]] = {
    "add": ("text", *_FIELDS),
    "next": ("tags",),
    "list": ("all",),
    "stats": (),
}


def queue_of_lines(options: argparse.Namespace) -> int:
    """``add``, ``next``, ``list`` or ``stats``."""
    for name in ("text", "all", *_FIELDS):
        if getattr(options, name) not in (None, False, []) and name not in _GOES_WITH[options.action]:
            word = "text" if name == "text" else f"--{name.replace('_', '-')}"
            raise Usage(f"queue {options.action}: takes no {word} (see: afterglow queue --help)")
    return _ACTIONS[options.action](options)


def _add(options: argparse.Namespace) -> int:
    if not options.text:
        raise Usage('queue add: write the line, such as: afterglow queue add "The migration is through."')
    settings = places.settings()
    fields: dict[str, Any] = {"user_id": settings.user_id, "banter": " ".join(options.text)}
    for option, field in _FIELDS.items():
        given = getattr(options, option)
        if given is not None and given is not False:
            fields[field] = given
    if options.tags is not None:
        fields["tags"] = _tags(options.tags)
    if options.workspace is not None:
        fields["workspace"] = places.workspace(options.workspace)
    draft = check(fields)
    if isinstance(draft, Problem):
        raise Usage(f"queue add: {_named(draft.field)} {draft.message}")
    with places.database() as opened:
        made = opened.write(
            lambda connection: queue.add(connection, draft, places.now(), settings.queue_max_rows)
        )
    if isinstance(made, Problem):
        raise No(f"queue add: the {made.field} {made.message}")
    if options.json:
        output.put(entry_json(made))
    else:
        output.say(f"waits {_until(made)}  [{made.id}]")
    return 0


def _next(options: argparse.Namespace) -> int:
    settings, here = places.settings(), places.workspace(None)
    query = queue.ClaimQuery(
        user_id=settings.user_id,
        now=places.now(),
        workspace=here,
        tags=tuple(_tags(options.tags or "")),
        order=settings.queue_order,
    )
    with places.database() as opened:
        entry = opened.write(lambda connection: queue.claim(connection, query))
    if entry is None:
        wanted = " with such tags" if query.tags else ""
        raise No("" if options.json else f"queue next: no line{wanted} waits here")
    if options.json:
        output.put(entry_json(entry))
    else:
        output.say(output.plain(entry.banter))
    return 0


def _list(options: argparse.Namespace) -> int:
    user = places.settings().user_id
    with places.database() as opened:
        found = opened.read(
            lambda connection: queue.entries(connection, user, places.now(), everything=options.all)
        )
    if not found:
        none = "no line was ever added" if options.all else "no line waits"
        raise No("" if options.json else f"queue list: {none}")
    for entry in found:
        if options.json:
            output.put(entry_json(entry))
        else:
            state = f"used {output.local(entry.used_at or 0)}" if entry.used else f"waits {_until(entry)}"
            output.say(f"{entry.source:<16}  {output.plain(entry.banter)}  ({state})  [{entry.id}]")
    return 0


def _stats(options: argparse.Namespace) -> int:
    settings, now = places.settings(), places.now()
    midnight = Clock(now, zone_of(settings)).midnight()
    with places.database() as opened:
        made = opened.read(lambda connection: queue.stats(connection, settings.user_id, now, midnight))
    types = [
        {
            "source": source,
            "category": category or None,
            "adjustment": standing.adjustment,
            "suppressed_until": format_iso(standing.suppressed_until)
            if standing.suppressed_until is not None and standing.suppressed(now)
            else None,
        }
        for (source, category), standing in sorted(made.types.items())
    ]
    mean = None if made.mean_score is None else round(made.mean_score, 2)
    if options.json:
        output.put(
            {
                "waiting": made.waiting,
                "by_source": made.by_source,
                "used": made.used,
                "used_today": made.used_today,
                "rated": made.rated,
                "mean_score": mean,
                "types": types,
            }
        )
        return 0
    by = ", ".join(f"{source} {number}" for source, number in sorted(made.by_source.items()))
    output.rows(
        {
            "waiting": words.counted(made.waiting, "line") + (f": {by}" if by else ""),
            "used": f"{made.used_today} today, {made.used} in all",
            "rated": None if mean is None else f"{words.counted(made.rated, 'line')}, {mean:.1f} of 5",
        }
    )
    for row in types:
        kind = f"{row['source']} {row['category'] or ''}".strip()
        if row["suppressed_until"] is not None:
            output.say(f"  {kind}: kept away until {output.local_iso(row['suppressed_until'])}")
        elif row["adjustment"]:
            output.say(f"  {kind}: {row['adjustment']:+.2f} by your ratings")
    return 0


_ACTIONS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "add": _add,
    "next": _next,
    "list": _list,
    "stats": _stats,
}


def entry_json(entry: Entry) -> dict[str, Any]:
    """A line of the queue, snake_case, absent things null."""
    return {
        "id": entry.id,
        "user_id": entry.user_id,
        "session_id": entry.session_id,
        "workspace": entry.workspace,
        "banter": output.plain(entry.banter),
        "category": entry.category,
        "level": entry.level,
        "warmth": entry.warmth,
        "source": entry.source,
        "source_id": entry.source_id,
        "tags": list(entry.tags),
        "confidence": entry.confidence,
        "created_at": format_iso(entry.created_at),
        "expires_at": None if entry.expires_at is None else format_iso(entry.expires_at),
        "expires_in_turns": entry.expires_in_turns,
        "used": entry.used,
        "used_at": None if entry.used_at is None else format_iso(entry.used_at),
        "feedback_score": entry.feedback_score,
    }


def _until(entry: Entry) -> str:
    """How long an unused line may wait: ``for 5 turns, until 14:10``."""
    turns = "" if entry.turns_left is None else f"for {words.counted(max(0, entry.turns_left), 'turn')}"
    latest = "" if entry.expires_at is None else f"until {output.local(entry.expires_at)}"
    return ", ".join(part for part in (turns, latest) if part) or "until it is used"


def _tags(text: str) -> list[str]:
    return [tag.strip() for tag in text.split(",") if tag.strip()]


def _named(field: str) -> str:
    """A field of the entry as the command line calls it."""
    if field == "banter":
        return "the text"
    option = next((option for option, name in _FIELDS.items() if name == field), field)
    return f"--{option.replace('_', '-')}:"
