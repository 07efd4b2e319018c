"""``afterglow explain``: why a line was shown, or why none was.

Invariant: every sentence comes from the record of the turn; nothing is guessed afterwards.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from sqlite3 import Connection
from typing import Any, Final

from afterglow.cli import No, output, places
from afterglow.core import kinds
from afterglow.loop import record as records
from afterglow.page.telling import WARM
from afterglow.store import query, sessions

LOOK_BACK_MS: Final = 24 * 60 * 60 * 1000
LOOK_AT: Final = 50
WAITS: Final = "it waits for its turn"
"""As ``store.turns`` words it."""

HINTS: Final[Mapping[str, str]] = {
    "A9.mode": "afterglow mode normal turns it on",
    "A9.dnd": "afterglow dnd off ends that",
    "A9.quiet-hours": "the setting quietHours says when",
    "T1.red": "silence while something is red; it ends when that passes, or after 2 h",
    "T1.unresolved": "silence until that is finished or aborted",
    "T1.destructive": "silence around commands that destroy something; it ends by itself",
    "T1.credential": "silence while secrets are handled; it ends by itself",
    "T1.exception": "silence while you debug; it ends with the session, or after 10 min",
    "T1.diagnostics": "silence until they are fewer again",
    "T1.outcome": "nothing is said unless it ended well",
    "T1.newcomer": "it begins to speak when something has ended well",
}


def explain(options: argparse.Namespace) -> int:
    """The record of one turn; 1 where there is none."""
    with places.database() as opened:
        made = opened.read(lambda connection: _found(connection, options.id))
    if made is None:
        raise No(
            f"explain: {options.id}: no such line or event" if options.id else "explain: nothing happened yet"
        )
    if options.json:
        output.put(made)
    else:
        _tell(made)
    return 0


def _found(connection: Connection, wanted: str | None) -> dict[str, Any] | None:
    if wanted is None:
        made = _newest(connection)
        return _asked_later(connection, made) or made
    by_token = records.explain(connection, token_id=wanted)
    return by_token if by_token is not None else _of_event(connection, wanted)


def _of_event(connection: Connection, event_id: str) -> dict[str, Any] | None:
    made = records.explain(connection, event_id=event_id)
    if made is not None and made["reason"] == WAITS and sessions.open_windows(connection) == 0:
        return {**made, "reason": "no editor window with Afterglow is open"}
    return made


def _newest(connection: Connection) -> dict[str, Any] | None:
    """The newest occasion to speak, whether or not a window was there for it; else the newest turn."""
    found = query.events(connection, since=places.now() - LOOK_BACK_MS)
    occasions = [event.id for event in reversed(found) if kinds.speaks(event.kind)]
    for event_id in occasions[:LOOK_AT]:
        made = _of_event(connection, event_id)
        # One that spoke for the others of its burst says more than they do.
        if made is not None and "of the same burst" not in made["reason"]:
            return made
    return records.explain(connection)


def _asked_later(connection: Connection, made: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The newest turn, where it was asked for and is newer than the newest occasion."""
    newest = records.explain(connection)
    if newest is None or newest.get("event") is not None or not newest.get("token"):
        return None
    before = (made or {}).get("event") or {}
    return newest if str(newest["token"]["createdAt"]) >= str(before.get("recordedAt") or "") else None


def _tell(made: Mapping[str, Any]) -> None:
    token = made.get("token")
    event = made.get("event") or {}
    gates: Sequence[Mapping[str, Any]] = made.get("gates") or ()
    closed = [gate for gate in gates if not gate["pass"]]
    if token:
        output.say(output.plain(token["response"]))
    else:
        output.say(f"No line was shown: {output.plain(made.get('reason'))}.")
    rows: dict[str, str | None] = {"about": _about(event)}
    if token:
        rows["shown"] = f"{output.local_iso(token.get('createdAt'))}, decided in {token.get('latencyMs')} ms"
        rows["why"] = _why(token, made)
        rows["warm part"] = _warm(token, made)
    if closed and len(gates) > 1:
        passed = len(gates) - len(closed)
        rows["checks"] = f"{passed} of {len(gates)} passed; against it:"
    elif not token and len(gates) > 1:
        rows["checks"] = f"all {len(gates)} passed, so the reason lies in the event itself"
    rows = {name: text for name, text in rows.items() if text}
    if rows:
        output.rows(rows)
    if len(gates) > 1:
        for gate in closed:
            hint = HINTS.get(str(gate["id"]))
            output.say(f"  {gate['id']}: {output.plain(gate['reason'])}" + (f" ({hint})" if hint else ""))
    if event.get("id"):
        output.rows({"event": str(event["id"])})


def _why(token: Mapping[str, Any], made: Mapping[str, Any]) -> str:
    if not token.get("event"):
        return "you asked for it"
    if token.get("source") == "reminder":
        return "a session began, and the one before left this"
    if not token.get("news"):
        return "a moment for a line without news, and every check passed"
    return f"it tells what nobody had typed ({made.get('reason')}), and every check passed"


def _warm(token: Mapping[str, Any], made: Mapping[str, Any]) -> str | None:
    """Where the warm part came from, and whether it is due for a review."""
    if not token.get("banter"):
        return None
    source = WARM.get(str(token.get("source")), output.plain(token.get("source")))
    entry = f" ({output.plain(token['entryId'])})" if token.get("entryId") else ""
    due = "; due for a review" if made.get("stale") else ""
    return f"{source}{entry}{due}"


def _about(event: Mapping[str, Any]) -> str | None:
    if not event.get("kind"):
        return None
    words = [event["kind"], event.get("data", {}).get("job"), event.get("label"), event.get("status")]
    said = " ".join(output.plain(word) for word in words if word)
    where = PurePath(str(event.get("workspace") or "")).name
    return f"{said}, {output.local_iso(event.get('at'))}" + (f", in {output.plain(where)}" if where else "")
