"""``recipe`` and ``note``: what you are about to do, and what to remember for next time."""

from __future__ import annotations

import argparse
import sqlite3
from typing import Final

from afterglow.cli import No, Usage, output, places
from afterglow.core import words
from afterglow.core.bank import Banks
from afterglow.core.clean import one_line
from afterglow.loop import heard, recipes
from afterglow.loop.record import iso
from afterglow.loop.shelves import banks_for
from afterglow.store.home import ring

OFF: Final = "nothing is recorded while the mode is off; afterglow mode normal turns it on"


def recipe(options: argparse.Namespace) -> int:
    """List the recipes, or say that one begins or is done."""
    if options.action == "list":
        if options.name is not None:
            raise Usage("recipe list: takes no NAME; it shows them all")
        return _list(options)
    if options.name is None:
        raise Usage(f"recipe {options.action}: name one; afterglow recipe list shows them")
    settings, here, banks = places.settings(), places.workspace(None), _banks()
    act = recipes.start if options.action == "start" else recipes.finish
    with places.database() as opened:
        if places.mode_of(opened) == "off":
            raise No(f"recipe: {OFF}")

        def work(connection: sqlite3.Connection) -> bool | None:
            return act(
                connection,
                banks,
                options.name,
                user_id=settings.user_id,
                workspace=here,
                settings=settings,
                now=places.now(),
            )

        done = opened.write(work)
    if done is None and options.action == "start":
        raise Usage(f"recipe start: {options.name}: no such recipe; afterglow recipe list shows them")
    if done is None:
        raise No(f"recipe finish: {options.name} is not under way here")
    if done is False:
        raise No(f"recipe start: {options.name} is under way already")
    ring(places.home())
    if options.json:
        output.put({"name": options.name, "open": options.action == "start"})
    else:
        output.say(f"{output.plain(options.name)}: {'under way' if options.action == 'start' else 'done'}")
    return 0


def _list(options: argparse.Namespace) -> int:
    settings, here, banks = places.settings(), places.workspace(None), _banks()
    with places.database() as opened:
        found = opened.read(
            lambda connection: recipes.listed(banks, connection, settings.user_id, here, places.now())
        )
    if not found:
        raise No("" if options.json else "recipe list: there is no recipe")
    width = max(len(row["name"]) for row in found)
    for row in found:
        if options.json:
            output.put(row)
            continue
        state = f"  under way, {row['offered']} offered" if row["open"] else ""
        output.say(
            f"{output.plain(row['name']):<{width}}  {words.counted(row['lines'], 'line'):>8}"
            f"  {row['timing']:<6}{state}".rstrip()
        )
    return 0


def note(options: argparse.Namespace) -> int:
    """Keep a text for the next session in this workspace."""
    text, here = " ".join(options.text), places.workspace(None)
    with places.database() as opened:
        made = opened.write(
            lambda connection: heard.note(connection, places.settings(), here, text, places.now())
        )
    if made is None:
        raise Usage('note: write what to remember, such as: afterglow note "retry is not tested yet"')
    kept = str(made.data.get("text"))
    if options.json:
        output.put({"id": made.id, "text": kept, "workspace": here, "at": iso(made.at)})
    else:
        cut = "" if kept == one_line(text, 10 * len(text) + 1) else "; the rest did not fit"
        output.say(f"kept for the next session here{cut}")
    return 0


def _banks() -> Banks:
    settings = places.settings()
    banks, _ = banks_for(places.home(), places.workspace(None), settings.trust, settings.user_id)
    return banks
