"""``afterglow doctor --bundle FILE``: what a maintainer needs to find a bug, and nothing of the user's.

Invariant: what is printed is what is written, to the letter. Text from outside goes through ``Redactor`` or
is one of a list of ours; names, paths, lines, labels and ids are not read at all where they need not be.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from afterglow import __version__
from afterglow.cli import No, Usage, output, places
from afterglow.cli.doctor_finding import Finding
from afterglow.cli.redacting import GONE, Redactor
from afterglow.core.gates import GATES
from afterglow.core.kinds import KINDS
from afterglow.core.local_time import format_iso
from afterglow.core.model import SOURCES, STATUSES
from afterglow.core.settings import ROWS, Settings
from afterglow.store import query

TURNS: Final = 50
LOG_LINES: Final = 200
LOG_BYTES: Final = 256 * 1024
DAYS: Final = 14
PACKAGES: Final = ("pygls", "lsprotocol", "watchdog", "platformdirs", "attrs", "holidays")
_OTHER: Final = "other"
_LOGGED: Final = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:,\d{3})? (DEBUG|INFO|WARNING|ERROR|CRITICAL) (.*)"
)
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+-]{0,30}")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_GATES: Final = frozenset(rule.id for rule in GATES)


def bundle(options: argparse.Namespace, root: str, findings: Sequence[Finding]) -> int:
    """Print it, then write it to a new file; ``-`` only prints. Raises Usage."""
    target = options.bundle
    if target != "-" and os.path.lexists(target):
        raise Usage(f"doctor: {target} exists already; name a new file")
    made = gathered(root, findings)
    text = json.dumps(made) if options.json else "\n".join(_lines(made))
    output.say(text, flush=True)
    if target != "-":
        _write(target, text + "\n")
        if not options.json:
            output.say(f"\nwritten to {output.plain(target)}: this and no more; read it before you send it")
    return 0


def gathered(root: str, findings: Sequence[Finding]) -> dict[str, Any]:
    """The bundle as one object; its keys are the sections."""
    redactor = Redactor(_places(root))
    made: dict[str, Any] = {
        "versions": _versions(),
        "settings": _settings(places.settings()),
        "doctor": [_finding(one, redactor) for one in findings],
    }
    try:
        with places.database() as opened:
            made["events"] = _events(opened.read(query.tally))
            turns = opened.read(lambda connection: query.last_turns(connection, TURNS))
            made["turns"] = [_turn(*turn, redactor) for turn in turns]
            made["tables"] = opened.read(query.sizes)
    except No as error:
        made |= {"events": [], "turns": [], "tables": {}, "database": redactor.text(error)}
    made["log"], made["log_lines_left_out"] = _log(places.home().log_file, redactor)
    return made


def _places(root: str) -> dict[str, str]:
    home = places.home()
    named = (
        (home.database, "<database>"),
        (home.config_file, "<config>"),
        (home.log_file, "<log>"),
        (home.data, "<data>"),
        (home.logs, "<logs>"),
        (home.run, "<run>"),
        (Path(root), "<workspace>"),
        (Path.home(), "~"),
    )
    found: dict[str, str] = {}
    for path, name in named:
        for spelled in (str(path), os.path.realpath(path)):
            found.setdefault(spelled, name)
    return found


def _versions() -> dict[str, str | None]:
    system = platform.system()
    if system == "Linux":
        try:
            told = platform.freedesktop_os_release()
            system = f"Linux {told.get('ID', '')} {told.get('VERSION_ID', '')}".strip()
        except OSError:
            pass
    found: dict[str, str | None] = {
        "afterglow": __version__,
        "python": ".".join(map(str, sys.version_info[:3])),
        "system": system,
        "machine": platform.machine(),
        "sqlite": sqlite3.sqlite_version,
    }
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = None
    return {
        name: value if value is not None and _PLAIN.fullmatch(value) else None
        for name, value in found.items()
    }


def _settings(settings: Settings) -> dict[str, Any]:
    """Each setting in force; a text of the user's is told as ``set``, a list of them by its length."""
    found: dict[str, Any] = {}
    for row in ROWS:
        value = getattr(settings, row.attribute)
        if value is None or isinstance(value, bool | int | float) or value == row.default:
            found[row.name] = list(value) if isinstance(value, tuple) else value
        elif row.check.wants.startswith("one of "):
            found[row.name] = value
        else:
            found[row.name] = f"set ({len(value)})" if isinstance(value, tuple) else "set"
    return found


def _finding(one: Finding, redactor: Redactor) -> dict[str, Any]:
    sees = one.sees
    for name in one.names:
        # It may be a word of ours: a branch called window.
        sees = re.sub(rf"(?<!\S){re.escape(name)}(?![^\s;,])", GONE, sees)
    return {
        "name": one.name,
        "on": one.on and one.problem is None,
        "sees": redactor.text(sees),
        "problem": None if one.problem is None else redactor.text(one.problem),
        "mend": one.mend,
        "last_seen": None if one.last is None else format_iso(one.last),
    }


def _events(tally: Iterable[tuple[str, str, str, int]]) -> list[dict[str, Any]]:
    """By day (UTC), kind and source; the days before the last ``DAYS`` on record are one."""
    found: Counter[tuple[str, str, str]] = Counter()
    days: dict[str, None] = {}
    for day, kind, source, number in tally:
        days.setdefault(day)
        named = day if len(days) <= DAYS and _DAY.fullmatch(day) else "before"
        found[named, _of(kind, KINDS), _of(source, SOURCES)] += number
    return [
        {"day": day, "kind": kind, "source": source, "number": number}
        for (day, kind, source), number in found.items()
    ]


def _turn(at: int, reason: str, record: Mapping[str, Any], redactor: Redactor) -> dict[str, Any]:
    event, token, gates = (record.get(name) for name in ("event", "token", "gates"))
    event = event if isinstance(event, dict) else {}
    token = token if isinstance(token, dict) else None
    closed = [
        {"id": _of(gate.get("id"), _GATES), "reason": redactor.reason(gate.get("reason"))}
        for gate in (gates if isinstance(gates, list) else [])
        if isinstance(gate, dict) and gate.get("pass") is False
    ]
    latency = token.get("latencyMs") if token is not None else None
    return {
        "at": format_iso(at),
        "kind": _of(event.get("kind"), KINDS) if event else None,
        "source": _of(event.get("source"), SOURCES) if event else None,
        "status": _of(event.get("status"), STATUSES) if event.get("status") else None,
        "spoke": token is not None,
        "latency_ms": round(latency, 1) if isinstance(latency, int | float) else None,
        "reason": redactor.reason(reason),
        "closed": closed,
    }


def _log(path: Path, redactor: Redactor) -> tuple[list[str], int]:
    """The last lines that are of our making, and how many others stood between them."""
    try:
        if not path.is_file():
            return [], 0
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - LOG_BYTES))
            lines = file.read(LOG_BYTES).decode("utf-8", "replace").splitlines()[-LOG_LINES:]
    except OSError:
        return [], 0
    logged = [found for line in lines if (found := _LOGGED.fullmatch(line)) is not None]
    return [f"{one[1]} {one[2]} {redactor.text(one[3])}" for one in logged], len(lines) - len(logged)


def _of(value: object, known: Iterable[str]) -> str:
    """The value, where it is one of ours."""
    return value if isinstance(value, str) and value in known else _OTHER


def _lines(made: Mapping[str, Any]) -> list[str]:
    """The bundle as text for people, a section after the other."""
    lines: list[str] = [
        f"afterglow {__version__}: what a report of a bug needs; names, paths and texts are left out"
    ]

    def section(name: str, rows: Iterable[str]) -> None:
        lines.extend(["", f"## {name}", *(list(rows) or ["none"])])

    section("versions", (f"{name} {value or 'not there'}" for name, value in made["versions"].items()))
    section("settings", (f"{name} = {json.dumps(value)}" for name, value in made["settings"].items()))
    section("doctor", (line for one in made["doctor"] for line in _row(one)))
    if "database" in made:
        section("database", [made["database"]])
    section(
        "events (day in UTC, kind, source, number)",
        (f"{one['day']} {one['kind']} {one['source']} {one['number']}" for one in made["events"]),
    )
    section(f"turns (the last {TURNS}, newest first)", (_turn_line(one) for one in made["turns"]))
    section("tables (rows)", (f"{name} {number}" for name, number in made["tables"].items()))
    section(
        f"log (of the last {LOG_LINES} lines; {made['log_lines_left_out']} of another shape)", made["log"]
    )
    return lines


def _row(one: Mapping[str, Any]) -> list[str]:
    mark = "LOOK" if one["problem"] is not None else "ok" if one["on"] else "off"
    more = [f"{'':<17}{text}" for text in (one["problem"], one["mend"]) if text is not None]
    return [f"{mark:<4}  {one['name']:<9}  {one['sees']}", *more]


def _turn_line(one: Mapping[str, Any]) -> str:
    what = " ".join(str(one[name]) for name in ("kind", "source", "status") if one[name]) or "asked for"
    spoke = f"spoke in {one['latency_ms']} ms" if one["spoke"] else "silent"
    gates = "".join(f"; {gate['id']}: {gate['reason']}" for gate in one["closed"])
    return f"{one['at']} {what}, {spoke}: {one['reason']}{gates}"


def _write(name: str, text: str) -> None:
    """To a new file (0600). Raises Usage."""
    try:
        handle = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Usage(f"doctor: {name} exists already; name a new file") from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "not a name of a file").lower()
        raise Usage(f"doctor: {name} cannot be written ({reason}); name another place") from None
