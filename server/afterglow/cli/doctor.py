"""``afterglow doctor``: what each part sees here, or why not and how to mend it.

Invariant: it looks and changes nothing, but that a missing database is made.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from attrs import frozen

from afterglow import __version__
from afterglow.cli import No, Usage, output, places
from afterglow.core import words
from afterglow.core.local_time import local
from afterglow.loop import season_child
from afterglow.loop.clock import LocalZone
from afterglow.loop.config import load
from afterglow.loop.shelves import banks_for
from afterglow.sensors.git import NO_REPOSITORY, GitSensor
from afterglow.sensors.reports import ReportSensor
from afterglow.store import calendar, choices, known, query, seasonal, sessions
from afterglow.store.home import on_network

WATCHES_NEEDED = 64
ANSWER_MS = 60_000
"""How long the holidays of a region take to arrive, at most."""
_COLUMN = 8


@frozen
class Finding:
    """``sees``: what the part is doing. ``problem``: what is wrong and how to mend it, None where all is
    well. ``on``: whether the part does anything here."""

    name: str
    sees: str
    problem: str | None = None
    on: bool = True


def doctor(options: argparse.Namespace) -> int:
    """Look at each part; 1 where something needs mending."""
    if options.test or options.bundle is not None:
        raise Usage("doctor: --test and --bundle are not available in this version")
    here = places.workspace(None)
    parts = (_settings, partial(_git, here), partial(_reports, here), _watches, _holidays)
    findings = [*_storage(here), *(look() for look in parts), _weather(here), _banks(here)]
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
            mark = "ok" if one.problem is None else "LOOK"
            output.say(f"{mark:<4}  {one.name:<{_COLUMN}}  {output.plain(one.sees)}")
            if one.problem is not None:
                output.say(f"{'':<4}  {'':<{_COLUMN}}  {output.plain(one.problem, output.PROBLEM)}")
    return 0 if well else 1


def _json(one: Finding) -> dict[str, Any]:
    return {"name": one.name, "on": one.on and one.problem is None, "sees": one.sees, "problem": one.problem}


def _storage(here: str) -> list[Finding]:
    """The database, and what it says about the mode, the windows and this folder."""
    home = places.home()
    try:
        with places.database() as opened:
            mode = opened.read(choices.read_mode)
            until = opened.read(choices.read_dnd)
            windows = opened.write(_windows)
            seen = opened.read(lambda connection: query.last_seen(connection, here))
    except No as error:
        return [Finding("database", "not usable, so nothing is kept or read back", str(error))]
    size = sum(path.stat().st_size for path in home.data.glob("afterglow.db*") if path.is_file())
    where = (
        "on a network folder, without a write-ahead log" if on_network(home.database) else str(home.database)
    )
    return [
        Finding("database", f"{where}, {max(1, size // 1024)} kB"),
        _mode(mode, until),
        _editors(windows),
        _recorded(seen),
    ]


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


def _editors(windows: int) -> Finding:
    if windows == 0:
        return Finding(
            "editors", "no window is open, so what happens now is recorded and not shown", on=False
        )
    return Finding("editors", f"{words.counted(windows, 'window')} open")


def _recorded(seen: dict[str, int]) -> Finding:
    if not seen:
        return Finding("recorded", "nothing here yet", on=False)
    newest = sorted(seen.items(), key=lambda pair: -pair[1])
    return Finding(
        "recorded", "newest " + ", ".join(f"by {source} {output.local(at)}" for source, at in newest)
    )


def _settings() -> Finding:
    loaded = load(places.home(), os.environ)
    file = places.home().config_file
    read = f"read from {file}" if file.is_file() else f"the defaults; {file} would be read"
    return Finding("settings", read, "; ".join(loaded.problems) or None)


def _git(here: str) -> Finding:
    sensor = GitSensor(here, {})
    scan = sensor.scan(places.now(), False)
    if scan.problem == NO_REPOSITORY:
        return Finding("git", "no git repository here, so no commits are seen", on=False)
    if scan.problem is not None:
        return Finding("git", "not seen, or not all of it", scan.problem)
    unfinished = f"; unfinished: {', '.join(scan.unresolved)}" if scan.unresolved else ""
    return Finding(
        "git", f"reads git's own logs, in {words.counted(len(sensor.folders()), 'folder')}{unfinished}"
    )


def _reports(here: str) -> Finding:
    scan = ReportSensor(here).scan(places.now(), False)
    if scan.problem is not None:
        return Finding("reports", "not read, or not all of them", scan.problem)
    try:
        found = sum(1 for name in os.listdir(here) if name.endswith(".xml"))  # noqa: PTH208 - names alone
    except OSError:
        found = 0
    return Finding(
        "reports", f"JUnit files *.xml in the root; {words.counted(found, 'file')} of that name now"
    )


def _watches() -> Finding:
    """Linux only: whether the kernel lets this user watch a few folders more."""
    limit = Path("/proc/sys/fs/inotify/max_user_watches")
    try:
        allowed = int(limit.read_text("ascii"))
    except (OSError, ValueError):
        return Finding("watches", "no limit is known here")
    if allowed < WATCHES_NEEDED:
        mend = f"raise it: sysctl fs.inotify.max_user_watches=65536 (now {allowed})"
        return Finding("watches", f"the kernel allows only {allowed}", mend)
    return Finding("watches", f"a few of the {allowed} that the kernel allows")


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
    found, problems = banks_for(places.home(), here, places.settings().trust)
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
