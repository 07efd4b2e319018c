"""What a hint answers when it is pointed at: why it is there, what the line was made from, and two ways out.

Invariant: pure. Whatever came from outside is one clean line, and in markdown every sign of it that could
mean something there is escaped, so that the only links are ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from afterglow.core.clean import one_line
from afterglow.core.local_time import Clock
from afterglow.core.model import Json, WarmToken

RATE: Final = "afterglow.feedback"
MUTE: Final = "afterglow.dnd"
MUTE_MINUTES: Final = 60
BY_MODEL: Final = "The warm part was written earlier by a language model; nobody checked it as fact."
SCORES: Final = (1, 2, 3, 4, 5)
_LABEL_COLUMNS: Final = 40
_SOURCES: Final = {
    "editor": "the editor",
    "run": "afterglow run",
    "emit": "afterglow emit",
    "hook": "a hook",
    "report": "its report",
    "cache": "its cache",
    "git": "git's log",
}
_WITHOUT_TAIL: Final = frozenset({"plain", "usual"})
"""Rules of the news whose line is its outcome alone; the others end in what made it worth telling."""
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()#+.!|<>~$&:@^-])")


def tooltip(token: WarmToken, record: Mapping[str, Any] | None, clock: Clock, *, links: bool) -> Json:
    """The tooltip of the hint of ``token``: markdown with command links, or a plain text.

    ``record``: what ``explain`` answers for the token, None where that could not be read. ``links``: the
    client renders markdown and can run the server's commands.
    """
    about = [_why(token, record), *_origin(token, record, clock)]
    if token.by_model:
        about.append(BY_MODEL)
    if not links:
        ways = (
            f"Rate it: afterglow feedback {token.id} 1 to 5",
            f"Quiet for an hour: afterglow dnd {MUTE_MINUTES}",
        )
        return "\n".join((*about, *ways))
    scores = " ".join(_link(str(score), RATE, {"id": token.id, "score": score}) for score in SCORES)
    quiet = _link("Quiet for an hour", MUTE, {"minutes": MUTE_MINUTES})
    paragraphs = (*map(escaped, about), f"Rate it: {scores}", quiet)
    return {"kind": "markdown", "value": "\n\n".join(paragraphs)}


def escaped(text: str) -> str:
    """``text`` as markdown that shows just this text."""
    return _MARKDOWN.sub(r"\\\1", text)


def _why(token: WarmToken, record: Mapping[str, Any] | None) -> str:
    """``Why: first green since 14:10 (pytest, 142 passed in 38 s)``."""
    news = one_line(token.news or token.response)
    label = one_line((token.event[2] if token.event is not None else None) or "", _LABEL_COLUMNS)
    rule = str(record["reason"]) if record is not None else ""
    head, sign, tail = news.rpartition(", ")
    if not sign or "." not in rule or rule.rpartition(".")[2] in _WITHOUT_TAIL:
        head, tail = "", news
    what = ", ".join(word for word in (label, head) if word)
    return f"Why: {tail}" + (f" ({what})" if what else "")


def _origin(token: WarmToken, record: Mapping[str, Any] | None, clock: Clock) -> tuple[str, ...]:
    """Where the outcome was read, and why the hint stands where it does."""
    event = record.get("event") if record is not None else None
    if not isinstance(event, Mapping):
        return ()
    sources = [_SOURCES[name] for name in event.get("sources", ()) if name in _SOURCES]
    known = f"Known from {' and '.join(sources)}, {clock.time(token.created_at)}." if sources else ""
    data = event.get("data")
    tested = isinstance(data, Mapping) and data.get("job") == "test" and token.anchor is not None
    here = "Here: this test failed before and passes now." if tested else ""
    return tuple(line for line in (here, known) if line)


def _link(text: str, command: str, argument: Mapping[str, Json]) -> str:
    arguments = quote(json.dumps([argument], separators=(",", ":")), safe="")
    return f"[{text}](command:{command}?{arguments})"
