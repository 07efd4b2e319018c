"""One run of the worker: take what is due, ask, keep what came back, end.

Invariant: nothing is asked without consent, a key, room in the budget and a job that is due; the model's
client is imported only then. Nothing here prints, and no error leaves it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from typing import Final

from attrs import evolve

from afterglow.banks.prices import read_prices
from afterglow.core.settings import Settings
from afterglow.core.stock import stock_of
from afterglow.enrich import batching, work
from afterglow.enrich.client import Asker
from afterglow.enrich.desk import Desk, Ran
from afterglow.enrich.key import Endpoint, endpoint_of
from afterglow.enrich.save import synced
from afterglow.enrich.sole import sole_worker
from afterglow.enrich.watching import Stop
from afterglow.loop import worker_child
from afterglow.loop.clock import Clock, zone_named
from afterglow.loop.shelves import banks_for
from afterglow.store import choices, jobs, ledger, pauses, twin
from afterglow.store.database import Database, Unavailable
from afterglow.store.home import Home, ring

MOST_JOBS: Final = 8
"""So many jobs a run takes; the next idle time takes the rest."""
KEPT_MS: Final = 90 * 24 * 60 * 60 * 1_000
TYPES: Final = ("collect", "turns", "review")


def run(
    home: Home, settings: Settings, stop: Stop, clock: Clock, *, idle: bool, environ: Mapping[str, str]
) -> Ran:
    """Do what is due. ``idle``: a server started it because nobody was there; else somebody asked."""
    if not settings.enrichment_enabled or home.problem is not None or stop.asked:
        return Ran()
    with sole_worker(home) as mine:
        if not mine:
            return Ran()
        try:
            database = Database(home, fallback=False)
        except Unavailable:
            return Ran()
        try:
            return _run(database, home, settings, stop, clock, idle=idle, environ=environ)
        except (Unavailable, sqlite3.Error):
            return Ran()
        finally:
            database.close()


def _run(
    database: Database,
    home: Home,
    settings: Settings,
    stop: Stop,
    clock: Clock,
    *,
    idle: bool,
    environ: Mapping[str, str],
) -> Ran:
    now = clock.wall()

    def plan(connection: sqlite3.Connection) -> bool:
        if (choices.read_mode(connection) or settings.mode) == "off":
            return False
        jobs.purge(connection, now - KEPT_MS)
        ledger.purge(connection, now - KEPT_MS)
        synced(connection, home)
        twin.plan(connection, settings, now=now, occasion="idle" if idle else "by_hand")
        return jobs.due(connection, now, TYPES, user_id=settings.user_id)

    if not database.write(plan) or not worker_child.has_library():
        return Ran()
    endpoint = endpoint_of(settings, environ, home)
    if not isinstance(endpoint, Endpoint):
        return Ran()
    if database.read(lambda connection: pauses.standing(connection, endpoint.key_print, now)) is not None:
        return Ran()
    zone, _ = zone_named(settings.time_zone)
    # A workspace's own banks may not be read here: nobody vouches for it in this process.
    banks, _ = banks_for(home, None, "restricted", settings.user_id)
    prices, _ = read_prices(home)
    desk = Desk(database, home, settings, stop, clock, zone, stock_of(banks), endpoint, prices, stop.owner)
    return asyncio.run(_work(desk))


async def _work(desk: Desk) -> Ran:
    made = Ran()
    async with Asker(desk.endpoint) as asker:
        for _ in range(MOST_JOBS):
            if desk.stop.asked or desk.paused():
                break
            job = desk.lease(TYPES)
            if job is None:
                break
            if job.type == "collect":
                one = await batching.collect(desk, asker, job)
            elif job.type == "turns" and job.payload.get("batch") is True:
                one = await batching.submit(desk, asker, job)
            elif job.type == "turns":
                one = await work.turns(desk, asker, job)
            else:
                one = await work.review(desk, asker, job)
            made = evolve(
                made,
                calls=made.calls + one.calls,
                answered=made.answered + one.answered,
                lines=made.lines + one.lines,
                graded=made.graded + one.graded,
                micros=made.micros + one.micros,
            )
            if one.changed:
                ring(desk.home)
    return made
