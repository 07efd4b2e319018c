"""Recipes under way: begun by command or because one is recognised, their lines offered, ended.

Invariant: each function runs in the caller's write transaction. A workspace begins a recipe unasked at
most once a day, and a line that waits, or that the user was told in the last 30 days, is not offered.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen

from afterglow.core import queue_rules
from afterglow.core.bank import Banks, Recipe, RecipeLine
from afterglow.core.chance import lot
from afterglow.core.model import Event, Observation, Source
from afterglow.core.recipe_signs import Signs, prepare, work_in
from afterglow.core.setting_table import Settings
from afterglow.loop.uris import to_path
from afterglow.store import events, queue, recipes, turn_clock, turns
from afterglow.store.recipes import Run, Timing

AFTER_MS: Final = 60 * 60 * 1000
"""How long after its end a recipe's tags still count, so that its last lines can be told."""
FINISHED_MS: Final = 2 * 60 * 1000
"""The same for a recipe whose lines are not kept for its end: they are about what is over."""
_LINE_TAGS: Final = queue_rules.MAX_TAGS


@frozen
class _Place:
    """Whose recipes, where and when. ``turn``: the number of the turn at hand in this workspace."""

    connection: sqlite3.Connection
    user_id: str
    workspace: str
    settings: Settings
    now: int

    @property
    def turn(self) -> int:
        return turn_clock.read(self.connection, self.workspace).here


def listed(
    banks: Banks, connection: sqlite3.Connection, user_id: str, workspace: str, now: int
) -> list[dict[str, Any]]:
    """Every recipe as ``{name, lines, timing, tags, open, offered}``, in the order of the banks.

    ``lines``: how many it has; ``offered``: how many of them the run under way has put in the queue, 0
    where none is; ``timing``: of that run, else the recipe's own.
    """
    runs = {run.name: run for run in recipes.open_runs(connection, user_id, workspace, now)}
    return [
        {
            "name": recipe.name,
            "lines": len(recipe.lines),
            "timing": runs[recipe.name].timing if recipe.name in runs else recipe.timing,
            "tags": sorted(recipe.tags),
            "open": recipe.name in runs,
            "offered": runs[recipe.name].offered if recipe.name in runs else 0,
        }
        for recipe in banks.recipes
    ]


def start(
    connection: sqlite3.Connection,
    banks: Banks,
    name: str,
    *,
    user_id: str,
    workspace: str,
    settings: Settings,
    now: int,
    source: Source = "emit",
) -> bool | None:
    """Begin a recipe because the user says so; its first lines are offered at the next turn.

    False where it is under way already, None where there is no such recipe. Records ``recipe.start``.
    """
    recipe = _named(banks, name)
    if recipe is None:
        return None
    place = _Place(connection, user_id, workspace, settings, now)
    if any(run.name == recipe.name for run in recipes.open_runs(connection, user_id, workspace, now)):
        return False
    _begin(place, recipe, source)
    return True


def finish(
    connection: sqlite3.Connection,
    banks: Banks,
    name: str,
    *,
    user_id: str,
    workspace: str,
    settings: Settings,
    now: int,
    source: Source = "emit",
) -> bool | None:
    """End a recipe because the user says so; the lines not offered yet are offered now.

    None where none of this name is under way. Records ``recipe.finish`` with how long it took, which
    waits for its turn like any event: ring the bell after the transaction.
    """
    recipe = _named(banks, name)
    place = _Place(connection, user_id, workspace, settings, now)
    ended = _end(place, recipe.name if recipe is not None else name, recipe, source)
    return True if ended is not None else None


def advance(
    connection: sqlite3.Connection,
    banks: Banks,
    *,
    user_id: str,
    workspace: str,
    session_id: str | None,
    settings: Settings,
    event: Event | None,
    branch: str | None,
    file: str | None,
    said: Sequence[str] = (),
    now: int,
) -> tuple[str, ...]:
    """The part of a turn that its recipes have; the tags of what is under way or has just ended here.

    For turns whose gates are open, before the claim, and before the turn is counted. Begins what is
    recognised, by the event at hand, the branch, the file (a path or URI, or its name below the
    workspace), the words said to us (``bank.words_of``), or a job or command of the last minutes that
    had no turn of its own; offers the lines that are due; ends what the good end of its job ends.
    """
    if not banks.recipes:
        return ()
    place = _Place(connection, user_id, workspace, settings, now)
    runs = recipes.recent(connection, user_id, workspace, now)
    seen = recipes.lately(connection, workspace, now, event.id if event is not None else None)
    at_hand = work_in(event)
    if at_hand is not None:
        seen.append(at_hand)
    below = _below(file, workspace)
    tags: dict[str, None] = {}
    for recipe in banks.recipes:
        signs, run = prepare(recipe.detect), runs.get(recipe.name)
        if run is None:
            by = [one for one in seen if signs.of_work(one) is not None]
            if not by and not _around(signs, branch, below, said):
                continue
            run = _begin(place, recipe, "editor", session_id)
            over = bool(by) and signs.ended_by(by[-1])
        elif run.finished_at is None:
            over = any(one.at >= run.started_at and signs.ended_by(one) for one in seen)
        elif now - (AFTER_MS if run.timing == "end" else FINISHED_MS) < run.finished_at <= now:
            tags |= dict.fromkeys(sorted(recipe.tags))
            continue
        else:
            continue
        if over:
            _end(place, recipe.name, recipe, "editor", "the job that ended it speaks for it")
        else:
            _offer(place, run, recipe)
        tags |= dict.fromkeys(sorted(recipe.tags))
    return tuple(tags)


# -- parts ---------------------------------------------------------------------------------------------


def _named(banks: Banks, name: str) -> Recipe | None:
    wanted = name.strip().casefold()
    return next((recipe for recipe in banks.recipes if recipe.name == wanted), None)


def _around(signs: Signs, branch: str | None, file: str | None, said: Sequence[str]) -> bool:
    found = signs.of_branch(branch) or signs.of_file(file) or signs.of_words(said)
    return found is not None


def _below(file: str | None, workspace: str) -> str | None:
    """A path or URI as it is called below the workspace; None for a file of another place."""
    path = to_path(file) if file is not None and (file.startswith("/") or ":" in file) else file
    if path is None:
        return None
    path, root = path.replace("\\", "/"), workspace.replace("\\", "/").rstrip("/") + "/"
    if path.startswith(root):
        return path[len(root) :]
    return None if path.startswith("/") or path[1:3] == ":/" else path


def _timing(recipe: Recipe, settings: Settings) -> Timing:
    """The recipe's own, unless the user chose another than the one that all have by default."""
    return recipe.timing if settings.recipe_timing == "spread" else settings.recipe_timing


def _begin(place: _Place, recipe: Recipe, source: Source, session_id: str | None = None) -> Run:
    event = _record(place, "recipe.start", recipe.name, source)
    if session_id is None and event is not None:
        session_id = event.session_id
    run, _ = recipes.start(
        place.connection,
        place.user_id,
        place.workspace,
        session_id,
        recipe.name,
        _timing(recipe, place.settings),
        place.settings.recipe_spread_turns,
        len(recipe.lines),
        place.turn,
        place.now,
    )
    return run


def _end(
    place: _Place, name: str, recipe: Recipe | None, source: Source, silent_because: str | None = None
) -> Run | None:
    """End the run under way and offer the rest; None where none is. The recipe may be gone from the banks."""
    run = recipes.finish(place.connection, place.user_id, place.workspace, name, place.now)
    if run is None:
        return None
    event = _record(place, "recipe.finish", name, source, run.started_at)
    if event is not None and silent_because is not None:
        turns.finish(place.connection, [event.seq], silent_because, place.now)
    if recipe is not None:
        _offer(place, run, recipe)
    return run


def _record(
    place: _Place, kind: str, name: str, source: Source, started_at: int | None = None
) -> Event | None:
    seen = Observation(
        kind,
        place.workspace,
        source,
        place.now,
        label=name,
        status=None if started_at is None else "ok",
        duration_ms=None if started_at is None else float(max(0, place.now - started_at)),
        started_at=None if started_at is None else min(started_at, place.now),
        data={"name": name},
    )
    gap = place.settings.session_gap_minutes * 60_000
    made = events.record(place.connection, seen, now=place.now, session_gap_ms=gap)
    return made.event if made is not None else None


def _offer(place: _Place, run: Run, recipe: Recipe) -> None:
    """Put the lines that are due in the queue, but those that wait there or were told lately.

    A line with a slot needs facts of the moment at which it is told, and a queued text has none.
    """
    turn = place.turn
    if recipes.due(run, turn) == 0:
        return
    _, due = recipes.offer(place.connection, run, turn)
    told = in_order(recipe.lines, place.settings.seed or run.id)
    lines = [line for line in told[due.start : due.stop] if not line.slots]
    ids = [line.id for line in lines]
    fresh = recipes.fresh(place.connection, place.user_id, place.workspace, ids, turn, place.now)
    for line in lines:
        draft = queue_rules.check(
            {
                "user_id": place.user_id,
                "session_id": run.session_id,
                "workspace": place.workspace,
                "banter": line.text,
                "source": "recipe",
                "source_id": line.id,
                "tags": sorted(recipe.tags)[:_LINE_TAGS],
                "confidence": line.confidence,
                "level": line.level,
                "warmth": line.warmth,
            }
        )
        if line.id in fresh and isinstance(draft, queue_rules.Draft):
            queue.add(place.connection, draft, place.now, place.settings.queue_max_rows)


def in_order(lines: tuple[RecipeLine, ...], key: str) -> tuple[RecipeLine, ...]:
    """The lines as a run tells them: each run in an order of its own, the same for the same key."""
    return tuple(sorted(lines, key=lambda line: lot(key, line.id)))
