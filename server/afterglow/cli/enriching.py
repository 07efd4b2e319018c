"""``enrich preview``: what a language model would be sent for what waits now, and that it is not sent.

Invariant: nothing is sent, and nothing stays written: what the worker would do first is done in a transaction
that is taken back. It needs no key, no network and no extra.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from attrs import evolve, frozen

from afterglow.cli import No, Usage, output, places
from afterglow.cli.saying import zone_of
from afterglow.core.settings import Settings
from afterglow.store import choices

if TYPE_CHECKING:
    from afterglow.core.stock import Stock
    from afterglow.core.twin import Request

_LATER_MS: Final = 366 * 24 * 60 * 60 * 1_000
"""What waits for a pause to end or for tomorrow's budget is shown as well."""
_MOST: Final = 50
NO_CONSENT: Final = (
    "enrich preview: nothing is ever sent, for enrichment.enabled is false; --as counts or --as text shows"
    " what it would be"
)
_KINDS: Final = "kinds, counts, tags and shown lines"
_BOTH: Final = "kinds, counts, tags, shown lines and scrubbed text"


@frozen
class _Shown:
    """``workspace``: whose turns it tells of, None for a review."""

    workspace: str | None
    request: Request


def preview(options: argparse.Namespace) -> int:
    """The bodies of the requests for what waits now; 1 where nothing would be sent."""
    settings = places.settings()
    asked: str | None = getattr(options, "consent", None)
    if asked not in (None, "counts", "text"):
        raise Usage(f"enrich preview: --as is counts or text, not {output.plain(asked, 40)}")
    if asked is None and not settings.enrichment_enabled:
        if options.json:
            output.put(_head(settings, [], supposed=False))
        raise No("" if options.json else NO_CONSENT)
    if asked is not None:
        settings = evolve(settings, enrichment_enabled=True, enrichment_share_text=asked == "text")
    stock = _stock(settings.user_id)
    _text_leaves(settings)  # slow the first time, and what follows holds up others
    from afterglow.store.twin_told import taken_back  # noqa: PLC0415 - of no use to a refusal

    with places.database() as opened:
        if asked is None:
            off = opened.read(lambda connection: (choices.read_mode(connection) or settings.mode) == "off")
            look = _waiting(settings, stock)
            seen = [] if off else opened.write(lambda connection: taken_back(connection, look))
        else:
            seen = opened.read(_supposed(settings, stock))
    if options.json:
        output.put(_head(settings, seen, supposed=asked is not None))
        return 0 if seen else 1
    if not seen:
        none = "no line was told yet" if asked is not None else "nothing waits to be sent"
        raise No(f"enrich preview: {none}")
    _tell(settings, seen, supposed=asked is not None)
    return 0


# -- what would be sent ------------------------------------------------------------------------------------


def _waiting(settings: Settings, stock: Stock) -> Callable[[Connection], list[_Shown]]:
    """As the worker goes about it: the schedule is asked, then each job is taken in its turn."""
    from afterglow.enrich.gather import gather  # noqa: PLC0415 - only what asks a model needs that room
    from afterglow.enrich.request import MOST_REVIEWED, review_request, turns_request  # noqa: PLC0415
    from afterglow.store import jobs, reviews, twin  # noqa: PLC0415

    now, zone = places.now(), zone_of(settings)

    def look(connection: Connection) -> list[_Shown]:
        twin.plan(connection, settings, now=now, occasion="by_hand")
        seen: list[_Shown] = []
        for _ in range(_MOST):
            job = jobs.lease(connection, "preview", now + _LATER_MS, ("turns", "review"))
            if job is None:
                break
            if job.type == "review":
                due = reviews.due(connection, job.user_id, MOST_REVIEWED)
                lines = [stock.by_id[name] for name in due if name in stock.by_id]
                request = review_request(lines, settings)
                seen += [_Shown(None, request)] if request.entries else []
                continue
            twin.unsent(connection, job.id)
            subject = gather(
                connection,
                settings=settings,
                user_id=job.user_id,
                workspace=job.workspace,
                now=now,
                zone=zone,
                stock=stock,
            )
            if subject.turns:
                seen.append(_Shown(job.workspace, turns_request(subject, settings)))
        return seen

    return look


def _supposed(settings: Settings, stock: Stock) -> Callable[[Connection], list[_Shown]]:
    """The newest turns, as if consent had been given; what was said in them is on no record."""
    from afterglow.enrich.gather import gather_rows  # noqa: PLC0415 - see above
    from afterglow.enrich.request import turns_request  # noqa: PLC0415
    from afterglow.store import twin_told  # noqa: PLC0415

    now, zone = places.now(), zone_of(settings)

    def look(connection: Connection) -> list[_Shown]:
        workspace, rows = twin_told.last_turns(connection)
        subject = gather_rows(
            connection,
            rows,
            settings=settings,
            user_id=settings.user_id,
            workspace=workspace,
            now=now,
            zone=zone,
            stock=stock,
        )
        return [_Shown(workspace, turns_request(subject, settings))] if subject.turns else []

    return look


def _stock(user_id: str) -> Stock:
    """The lines that the worker knows: the shipped ones, the user's, what was learned."""
    from afterglow.core.stock import stock_of  # noqa: PLC0415 - large, and of no use to a refusal
    from afterglow.loop.shelves import banks_for  # noqa: PLC0415

    banks, _ = banks_for(places.home(), None, "restricted", user_id)
    return stock_of(banks)


# -- telling it ----------------------------------------------------------------------------------------------


def _head(settings: Settings, seen: list[_Shown], *, supposed: bool) -> dict[str, Any]:
    from afterglow.enrich.request import model_of  # noqa: PLC0415 - see above

    return {
        "host": _host(settings),
        "model": model_of(settings),
        "enabled": settings.enrichment_enabled and not supposed,
        "share_text": settings.enrichment_share_text,
        "text_leaves": _text_leaves(settings),
        "supposed": supposed,
        "requests": [
            {"purpose": one.request.purpose, "workspace": one.workspace, "body": _body(one.request)}
            for one in seen
        ],
    }


def _tell(settings: Settings, seen: list[_Shown], *, supposed: bool) -> None:
    consent = _BOTH if settings.enrichment_share_text else _KINDS
    lacking = settings.enrichment_share_text and not _text_leaves(settings)
    output.rows(
        {
            "to": _host(settings),
            "model": seen[0].request.model,
            "by consent": f"none yet; this is how {consent} would look" if supposed else consent,
            "text": "none leaves: what looks for secrets is not installed (the extra llm)"
            if lacking
            else None,
            "said": "what you say is not kept without consent, so none of it is here" if supposed else None,
        }
    )
    for at, one in enumerate(seen, 1):
        made = one.request
        size = len(made.system.encode()) + len(made.user.encode())
        output.say()
        output.say(
            f"request {at} of {len(seen)}: {size:,} bytes of text, at most {made.max_tokens:,} tokens back"
        )
        output.say(f"system: {made.system}")
        output.say(f"user: {made.user}")
        output.say(f"schema of the answer: {json.dumps(_body(made)['output_config'], separators=(',', ':'))}")
    output.say()
    output.say("Nothing was sent. --json shows the bodies byte for byte.")


def _body(request: Request) -> dict[str, Any]:
    """The JSON that the client sends, its fields by their names as there; the key is in no body."""
    from afterglow.enrich.wire import params_of  # noqa: PLC0415 - see above

    return dict(sorted(params_of(request).items()))


def _host(settings: Settings) -> str:
    from afterglow.enrich.key import ADDRESS  # noqa: PLC0415 - see above

    parts = urlsplit(settings.enrichment_base_url or ADDRESS)
    host = parts.hostname or ""
    try:
        return host if parts.port is None else f"{host}:{parts.port}"
    except ValueError:
        return host


def _text_leaves(settings: Settings) -> bool:
    from afterglow.enrich.scrub import scanner  # noqa: PLC0415 - see above

    return settings.enrichment_share_text and scanner() is not None
