"""``afterglow doctor``: what each part sees here, or why not and how to mend it.

Invariant: it looks and changes nothing, but that a missing database is made.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from sqlite3 import Connection
from typing import Any, Final

from afterglow import __version__
from afterglow.cli import No, Usage, output, places
from afterglow.cli.doctor_finding import Finding, Here
from afterglow.cli.doctor_sensors import sensors
from afterglow.cli.doctor_twin import twin
from afterglow.core import words
from afterglow.core.local_time import Clock, format_iso, local, twelve_hour
from afterglow.loop import season_child
from afterglow.loop.clock import LocalZone
from afterglow.loop.config import load
from afterglow.loop.shelves import banks_for
from afterglow.store import calendar, choices, known, query, seasonal, sessions
from afterglow.store.home import on_network

RECENT_EVENTS: Final = 5_000
"""So many happenings here are looked through for what each sensor saw last."""
ANSWER_MS: Final = 60_000
"""How long the holidays of a region take to arrive, at most."""
_COLUMN: Final = 9


def doctor(options: argparse.Namespace) -> int:
    """Look at each part; 1 where something needs mending. Raises Usage."""
    if options.test and options.bundle is not None:
        raise Usage("doctor: --test and --bundle are two questions; ask one at a time")
    if options.test:
        from afterglow.cli.selftest import selftest  # noqa: PLC0415 - it brings git's program and threads

        return selftest(options)
    here = places.workspace(None)
    if options.bundle is not None:
        from afterglow.cli.bundling import bundle  # noqa: PLC0415 - only for a report of a bug

        return bundle(options, here, examined(here))
    findings = examined(here)
    well = all(finding.problem is None for finding in findings)
    if options.json:
        output.put(
            {
                "version": __version__,
                "workspace": here,
                "ok": well,
                "findings": [_json(one) for one in findings],
            }
        )
    else:
        output.say(f"afterglow {__version__}, looking at {output.plain(here)}")
        for one in findings:
            output.say(f"{mark(one):<4}  {one.name:<{_COLUMN}}  {output.plain(one.sees, output.PROBLEM)}")
            for more in (one.problem and output.plain(one.problem, output.PROBLEM), one.mend):
                if more:
                    output.say(f"{'':<4}  {'':<{_COLUMN}}  {more}")
    return 0 if well else 1


def mark(one: Finding) -> str:
    """``ok`` does what it should, ``off`` does nothing here and says why, ``LOOK`` needs mending."""
    return "LOOK" if one.problem is not None else "ok" if one.on else "off"


def examined(root: str) -> list[Finding]:
    """Every part, and what it sees in this workspace."""
    settings = places.settings()
    clock = Clock(places.now(), LocalZone(), twelve_hour(settings.locale))
    here = Here(root, settings, settings.mode, clock)
    first: list[Finding] = []
    try:
        with places.database() as opened:
            mode = opened.read(choices.read_mode)
            until = opened.read(choices.read_dnd)
            here = Here(
                root,
                settings,
                mode or settings.mode,
                clock,
                opened.write(_windows),
                opened.read(lambda connection: query.windows_here(connection, root)),
                tuple(opened.read(lambda connection: query.newest(connection, root, RECENT_EVENTS))),
                opened.read(query.last_seen),
            )
        first = [_database(), _mode(mode, until)]
    except No as error:
        first = [Finding("database", "not usable, so nothing is kept or read back", str(error))]
    rows = sensors(here, os.environ)
    last = [_weather(root), _holidays(), _banks(root), *twin(here, os.environ)]
    return [*first, _settings(), *rows, *last]


def _json(one: Finding) -> dict[str, Any]:
    return {
        "name": one.name,
        "on": one.on and one.problem is None,
        "sees": one.sees,
        "problem": one.problem,
        "mend": one.mend,
        "last_seen": None if one.last is None else format_iso(one.last),
    }


def _database() -> Finding:
    home = places.home()
    size = sum(path.stat().st_size for path in home.data.glob("afterglow.db*") if path.is_file())
    network = ", on a network folder and so without a write-ahead log" if on_network(home.database) else ""
    return Finding("database", f"{home.database}, {max(1, size // 1024)} kB{network}")


def _windows(connection: Connection) -> int:
    sessions.close_dead_windows(connection, places.now())
    return sessions.open_windows(connection)


def _mode(mode: str | None, until: int | None) -> Finding:
    chosen = (
        f"{mode}, as chosen by command"
        if mode is not None
        else f"{places.settings().mode}, as the settings say"
    )
    if (mode or places.settings().mode) == "off":
        return Finding("mode", f"{chosen}: nothing is recorded or shown", on=False)
    paused = f"; quiet until {output.local(until)}" if until is not None and until > places.now() else ""
    return Finding("mode", chosen + paused)


def _settings() -> Finding:
    loaded = load(places.home(), os.environ)
    file = places.home().config_file
    read = f"read from {file}" if file.is_file() else f"the defaults; {file} would be read"
    return Finding("settings", read, "; ".join(loaded.problems) or None)


def _weather(here: str) -> Finding:
    """Weather is told by whoever knows it; nothing is looked up."""
    now = places.now()
    try:
        with places.database() as opened:
            seen = opened.read(lambda connection: known.weather(connection, here, now))
    except No:
        seen = None
    if seen is None:
        sees = "not known: no weather event here in the last 3 h, so lines about it are left out"
        return Finding("weather", sees, on=False)
    return Finding("weather", "known from an event of the last 3 h")


def _banks(here: str) -> Finding:
    """The lines there are, and what is wrong with the user's or the workspace's own."""
    known = places.settings()
    found, problems = banks_for(places.home(), here, known.trust, known.user_id)
    origins = Counter(entry.origin for entry in found.entries())
    own = "".join(f", {origins[name]} of the {name}" for name in ("user", "workspace") if origins[name])
    sees = f"{words.counted(origins['shipped'], 'shipped line')}{own}"
    costly = [problem for problem in problems if problem.costs]
    more = f" (and {len(costly) - 1} more: afterglow banks check FILE)" if len(costly) > 1 else ""
    return Finding("banks", sees, f"{costly[0]}{more}" if costly else None)


def _holidays() -> Finding:
    """Whose holidays count here, as far as the settings and the locale of this shell say."""
    settings = places.settings()
    region = season_child.region_in_force(settings, os.environ)
    if region is None and settings.region is not None:
        mend = f"region: {settings.region} is none; set a country or a part of one, such as DE or US-CA"
        return Finding("holidays", "none are known", mend)
    if region is None:
        sees = "off: no region is known from the locale; set region, such as DE or US-CA, to have them"
        return Finding("holidays", sees, on=False)
    now = places.now()
    year = local(now, LocalZone()).year
    try:
        with places.database() as opened:
            dated = opened.read(lambda connection: calendar.of_year(connection, region, year))
            asked = opened.read(lambda connection: seasonal.asked_at(connection, settings.user_id, region))
    except No:
        return Finding("holidays", "not known, because the database is not usable", on=False)
    days = len({holiday.day for holiday in dated})
    if days:
        return Finding("holidays", f"on for {region} ({words.counted(days, 'day')} known in {year})")
    if not season_child.installed():
        sees = f'off for {region}: pip install "afterglow-lsp[seasons]" brings the calendar'
        return Finding("holidays", sees, on=False)
    if asked is not None and abs(now - asked) > ANSWER_MS:
        mend = f"check the region {region}: set a country or a part of one, such as DE or US-CA"
        return Finding("holidays", f"none came when they were asked for at {output.local(asked)}", mend)
    return Finding("holidays", f"on for {region} (none known yet; an open window fetches them)")
