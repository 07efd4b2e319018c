"""A window has the holidays of its region fetched, and asks no further."""

from __future__ import annotations

import os
from typing import Any

import pytest

from afterglow.loop import season_child
from afterglow.lsp import app
from afterglow.store import calendar
from afterglow.store.database import Database
from afterglow.store.home import Home, find_home
from tests.support.patience import until


def known(place: Home) -> tuple[str, ...]:
    opened = Database(place)
    try:
        return opened.read(lambda connection: calendar.on(connection, "DE", "2026-10-03"))
    finally:
        opened.close()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[int, ...]]]:
    """What was asked of the process, which is started as ever, for a year that does not change."""
    found: list[tuple[str, tuple[int, ...]]] = []
    start = season_child.start

    def listened(region: str, years: tuple[int, ...], home: Home) -> None:
        found.append((region, years))
        start(region, (2026,) if years else (), home)

    monkeypatch.setattr(season_child, "start", listened)
    monkeypatch.setattr(app, "SEASONS_AFTER_SECONDS", 0.0)
    return found


async def opened(ready: Any, **options: Any) -> None:
    made = app.App(lambda _method, _params: None, lambda _method, _params, _seconds: None)
    made.initialize({"capabilities": {}, "initializationOptions": options})
    made.initialized()
    try:
        await until(ready, 30.0)
        answered: list[None] = []
        made.submit(lambda _database: None, answered.append)  # what was submitted before has been done then
        await until(lambda: answered, 30.0)
    finally:
        made.stop()


async def test_a_window_has_them_fetched_once(asked: list[tuple[str, tuple[int, ...]]]) -> None:
    place = find_home(os.environ)
    await opened(lambda: known(place) == ("German Unity Day",), locale="de-DE")
    assert [region for region, years in asked if years] == ["DE"]
    await opened(lambda: len(asked) == 2, locale="de-DE")
    assert asked[1] == ("DE", ())


async def test_where_nothing_is_recorded_nothing_is_asked(
    asked: list[tuple[str, tuple[int, ...]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str | None] = []
    in_force = season_child.region_in_force

    def looking(*given: Any) -> str | None:
        looked.append(in_force(*given))
        return looked[-1]

    monkeypatch.setattr(season_child, "region_in_force", looking)
    await opened(lambda: looked == ["DE"], locale="de-DE", mode="off")
    await opened(lambda: looked == ["DE", None], locale="en")
    assert asked == []
