"""A store with what a test wants on a page, the page made of it, and the page taken apart."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime, tzinfo
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

from attrs import evolve

from afterglow.core.model import Observation, Status
from afterglow.core.settings import Settings
from afterglow.loop.report_days import Figures, figures
from afterglow.page.document import document
from afterglow.store.database import Database
from tests.store.making import record

BERLIN = ZoneInfo("Europe/Berlin")
PLACE = "/home/dev/ledger"
SETTINGS = Settings()


def at(day: str, clock: str = "12:00", zone: tzinfo = BERLIN) -> int:
    """``2027-03-25`` at ``14:10`` in a zone, in ms since the epoch."""
    return int(datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=zone).timestamp() * 1000)


NOW = at("2027-03-25", "18:04")


def ended(
    when: int, status: Status = "ok", job: str = "test", label: str | None = "pytest", **more: Any
) -> Observation:
    """A job that ended."""
    data = {"job": job, **more.pop("data", {})}
    place = more.pop("workspace", PLACE)
    return Observation("job.finished", place, "run", when, label=label, status=status, data=data, **more)


def happened(kind: str, when: int, **data: Any) -> Observation:
    return Observation(kind, PLACE, "git" if kind == "commit" else "editor", when, data=data)


def write(database: Database, *seen: Observation) -> None:
    """Record each at its own time."""
    for one in seen:
        database.write(lambda connection, one=one: record(connection, one, one.at))  # type: ignore[misc]


def read(database: Database, now: int = NOW, days: int = 7, **settings: Any) -> Figures:
    used = evolve(SETTINGS, **settings)
    return database.read(lambda connection: figures(connection, used, now, days, BERLIN))


def show(database: Database, line: dict[str, Any], when: int = NOW - 60_000, **columns: Any) -> None:
    """A line that was shown, as the store keeps it."""
    name = columns.pop("name", f"t{when}")
    row = {"session": "s", "entry": None, "workspace": PLACE, **columns}
    from afterglow.store.rows import dump

    def work(connection: Any) -> None:
        connection.execute(
            "INSERT INTO shown (token_id, session_id, entry_id, event_id, workspace, at, token)"
            " VALUES (?, ?, ?, NULL, ?, ?, ?)",
            (name, row["session"], row["entry"], row["workspace"], when, dump(line)),
        )
        connection.execute(
            "INSERT INTO turns (workspace, session_id, window_id, turn, at, token_id, reason, record)"
            " VALUES (?, ?, 'w', 1, ?, ?, 'test.plain', ?)",
            (row["workspace"], row["session"], when, name, dump(row.get("record", {"token": line}))),
        )

    database.write(work)


def silent(database: Database, reason: str, when: int = NOW - 60_000) -> None:
    """An occasion on which nothing was said."""
    database.write(
        lambda connection: connection.execute(
            "INSERT INTO turns (workspace, session_id, window_id, turn, at, reason, record)"
            " VALUES (?, 's', 'w', 1, ?, ?, '{}')",
            (PLACE, when, reason),
        )
    )


class Page(HTMLParser):
    """A document taken apart: ``tags`` with their attributes, ``headings``, ``texts`` of elements by id,
    ``scripts`` and ``styles`` as a browser hashes them, and all visible text."""

    VOID = frozenset({"meta", "link", "br"})

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.source = source
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[tuple[int, str]] = []
        self.scripts: list[tuple[str, str]] = []
        self.styles: list[str] = []
        self.words: list[str] = []
        self.unclosed: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.unclosed.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.unclosed.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        inside = self.unclosed[-1] if self.unclosed else ""
        if inside == "script":
            self.scripts.append((self.tags[-1][1].get("type") or "", data))
        elif inside == "style":
            self.styles.append(data)
        else:
            if re.fullmatch(r"h[1-6]", inside):
                self.headings.append((int(inside[1]), data))
            self.words.append(data)

    @property
    def text(self) -> str:
        """All that is to be read, in order."""
        return " ".join(" ".join(self.words).split())

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def policy(self) -> str:
        """What the document allows itself."""
        (found,) = [one["content"] for one in self.named("meta") if "http-equiv" in one]
        assert found is not None
        return found


def page(database: Database, now: int = NOW, days: int = 7, problems: tuple[str, ...] = ()) -> Page:
    """The page of a store."""
    return Page(document(read(database, now, days), problems))


def hashed(source: str) -> str:
    """A source as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"
