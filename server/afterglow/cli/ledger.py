"""``status --ledger``: what the language model was asked, and what it cost.

Invariant: each figure is one that the budget counts by; a call that was never told what it cost is marked,
and counts in full. A line fits 80 columns; ``--json`` has what is cut.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Any, Final

from attrs import frozen

from afterglow.cli import output, places
from afterglow.core import words
from afterglow.core.local_time import format_iso
from afterglow.core.settings import Settings
from afterglow.loop.clock import zone_named
from afterglow.loop.report_twin import dollars, grouped
from afterglow.store import jobs, ledger, pauses, spend_clock
from afterglow.store.ledger import Call, Caps, Spent

SHOWN: Final = 50
DEAD: Final = 10
_COLUMNS: Final = 80
_MODEL: Final = 25
NEVER: Final = "never came back"
UNDER_WAY: Final = "under way"
HANDED_IN: Final = "in a batch"
ENDS: Final = {
    "ok": "ok",
    "stopped": "stopped",
    "timeout": "timed out",
    "unreachable": "unreachable",
    "rate_limited": "rate limit",
    "overloaded": "overloaded",
    "refused_key": "key refused",
    "bad_request": "bad request",
    "server_error": "server error",
    "redirected": "redirected",
    "too_big": "too big",
    "cut_off": "cut off",
    "refusal": "refused",
    "bad_answer": "unusable",
}
"""How a call ended, in a word or two."""


@frozen
class Budget:
    """``resets_at``: ms on the wall clock. ``paused``: why nothing is asked for a while, in a line."""

    spent: Spent
    caps: Caps
    resets_at: int
    paused: str | None = None


def budget(settings: Settings, zone: tzinfo | None = None) -> Budget:
    """What today has cost so far, and what it may. Raises No where the database cannot be used."""
    here, at = zone or zone_named(settings.time_zone)[0], spend_clock.instant()
    with places.database() as opened:
        return Budget(
            opened.read(lambda connection: ledger.spent(connection, at, here)),
            ledger.caps_of(settings),
            opened.read(lambda connection: ledger.resets_at(connection, at, here)),
            opened.read(lambda connection: pauses.told(connection, at.wall, here))
            if settings.enrichment_enabled
            else None,
        )


def put_ledger(options: argparse.Namespace) -> int:
    """Print it. Raises No where the database cannot be used."""
    settings = places.settings()
    today = budget(settings)
    with places.database() as opened:
        found = opened.read(lambda connection: ledger.calls(connection, SHOWN))
        dead = opened.read(lambda connection: jobs.dead(connection, DEAD))
    now = places.now()
    if options.json:
        output.put(
            {
                "enabled": settings.enrichment_enabled,
                "spent_today": figures(today.spent),
                "budget": caps_json(settings),
                "resets_at": format_iso(today.resets_at),
                "paused": today.paused,
                "calls": [_call_json(call, now) for call in found],
                "dead_jobs": [_dead_json(job) for job in dead],
            }
        )
        return 0
    _tell(settings, today, found, dead, now)
    return 0


def figures(spent: Spent) -> dict[str, Any]:
    """Of a day, as ``status`` has them."""
    return {"tokens": spent.tokens, "usd": spent.usd, "calls": spent.calls}


def caps_json(settings: Settings) -> dict[str, Any]:
    """The caps, likewise."""
    return {
        "tokens": settings.enrichment_daily_tokens,
        "usd": settings.enrichment_daily_usd,
        "calls": settings.enrichment_daily_calls,
    }


def against(spent: Spent, caps: Caps) -> str:
    """``3 of 48 calls, 4,120 of 200,000 tokens, $0.0012 of $0.25``."""
    return (
        f"{spent.calls} of {words.counted(caps.calls, 'call')},"
        f" {grouped(spent.tokens)} of {grouped(caps.tokens)} tokens,"
        f" {dollars(spent.micros)} of {dollars(caps.micros)}"
    )


def _tell(
    settings: Settings, today: Budget, found: Sequence[Call], dead: Sequence[jobs.Job], now: int
) -> None:
    hosts = list(dict.fromkeys(call.host for call in found if call.host))
    lost = [call for call in found if call.lost(now)]
    output.rows(
        {
            "today": against(today.spent, today.caps),
            "resets": output.local(today.resets_at),
            "consent": None
            if settings.enrichment_enabled
            else "not given (enrichment.enabled); nothing is sent",
            "paused": today.paused,
            "asked": _hosts(hosts) if hosts else "nothing yet",
            "lost": f"{words.counted(len(lost), 'call')} without an end, counted in full" if lost else None,
        }
    )
    for line in _lines(found, hosts, now):
        output.say(line)
    if dead:
        output.say()
        output.say("given up")
        for job in dead:
            output.say(_dead_line(job))


def _hosts(hosts: Sequence[str]) -> str:
    if len(hosts) == 1:
        return output.plain(hosts[0])
    return ", ".join(f"{output.plain(host)} [{number}]" for number, host in enumerate(hosts, 1))


def _lines(found: Sequence[Call], hosts: Sequence[str], now: int) -> Iterator[str]:
    """The calls, newest first, below the days that they were made on."""
    day = ""
    for call in found:
        date, _, time = output.local(call.at).partition(" ")
        if date != day:
            day = date
            yield ""
            yield date
        yield _line(call, time, hosts, now)


def _line(call: Call, time: str, hosts: Sequence[str], now: int) -> str:
    mark = "<=" if call.in_full else ""
    # What was forgotten is a sum without a name.
    whose = f" [{hosts.index(call.host) + 1}]" if len(hosts) > 1 and call.host else ""
    model = output.plain(call.model, _MODEL - len(whose)) + whose
    cost = mark + dollars(call.micros).replace("under ", "<")
    tokens = f"{mark}{grouped(call.tokens)}"
    purpose = output.plain(call.purpose, 6)
    return f"  {time:<5}  {purpose:<6}  {tokens:>8}  {cost:>9}  {_end(call, now):<15}  {model}"


def _end(call: Call, now: int) -> str:
    if call.outcome is not None:
        return ENDS.get(call.outcome, output.plain(call.outcome, 15))
    if call.batch_id is not None:
        return HANDED_IN
    return NEVER if call.lost(now) else UNDER_WAY


def _dead_line(job: jobs.Job) -> str:
    when = output.local(job.finished_at if job.finished_at is not None else job.created_at)
    begin = f"{when}  {job.type}, {words.counted(job.attempts, 'try', 'tries')}: "
    reason = ENDS.get(job.reason or "", job.reason or "no reason was kept")
    return begin + output.plain(reason, _COLUMNS - len(begin))


def _call_json(call: Call, now: int) -> dict[str, Any]:
    return {
        "id": call.id,
        "at": format_iso(call.at),
        "user_id": call.user_id,
        "purpose": call.purpose,
        "model": call.model,
        "host": call.host,
        "job_id": call.job_id,
        "tokens": call.tokens,
        "usd": call.usd,
        "in_full": call.in_full,
        "outcome": call.outcome,
        "lost": call.lost(now),
        "batch_id": call.batch_id,
        "settled_at": None if call.settled_at is None else format_iso(call.settled_at),
    }


def _dead_json(job: jobs.Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "type": job.type,
        "workspace": job.workspace,
        "attempts": job.attempts,
        "reason": job.reason,
        "finished_at": None if job.finished_at is None else format_iso(job.finished_at),
    }
