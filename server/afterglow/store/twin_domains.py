"""What the idle-time model learned of each domain of a user: its tags, their words, its newest grades.

Invariant: at most ``MOST`` domains a user, the one that was longest not spoken of goes first; nothing here
is another user's. What is read is fit to compare with, whatever is stored.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Final

from attrs import field, frozen

from afterglow.core.converge import kept
from afterglow.core.learned_words import MOST_TAGS, MOST_WORDS, domain_key, fit_tags, names_of, naming
from afterglow.core.queue_rules import tag_key, tag_keys
from afterglow.core.twin import Grade
from afterglow.store.rows import dump, load_list, load_object

MOST: Final = 64
SURE: Final = 0.5
"""From this confidence on a grade's own domain is believed; below it, what the turn's tags say."""


@frozen
class Domain:
    """``grades``: 1 to 5, oldest first, see ``converge.kept``. ``skipped``: turns left out in a row."""

    name: str
    tags: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(factory=dict)
    grades: tuple[int, ...] = ()
    skipped: int = 0
    first_at: int = 0
    last_at: int = 0


def domains(connection: sqlite3.Connection, user_id: str) -> tuple[Domain, ...]:
    """Every domain of a user, the one spoken of last first."""
    rows = connection.execute(
        "SELECT * FROM twin_domains WHERE user_id = ? ORDER BY last_at DESC, domain", (user_id,)
    )
    return tuple(_domain(row) for row in rows)


def named(connection: sqlite3.Connection, user_id: str, name: str) -> Domain | None:
    """One domain, None where it is not known."""
    row = connection.execute(
        "SELECT * FROM twin_domains WHERE user_id = ? AND domain = ?", (user_id, domain_key(name))
    ).fetchone()
    return None if row is None else _domain(row)


def learned(connection: sqlite3.Connection, user_id: str) -> dict[str, tuple[str, ...]]:
    """Tag -> the words and phrases that name it in a text (``Context.learned``)."""
    found: dict[str, tuple[str, ...]] = {}
    rows = connection.execute(
        "SELECT words FROM twin_domains WHERE user_id = ? ORDER BY last_at DESC, domain", (user_id,)
    )
    for row in rows:
        for tag, names in _naming(row["words"]).items():
            found[tag] = tuple(dict.fromkeys((*found[tag], *names))) if tag in found else names
    return found


def of_tags(connection: sqlite3.Connection, user_id: str, tags: Collection[str]) -> str | None:
    """The known domain that shares most tags with a turn, the one spoken of last among equals."""
    wanted = frozenset(tag_keys(tags))
    if not wanted:
        return None
    rows = connection.execute("SELECT domain, tags, last_at FROM twin_domains WHERE user_id = ?", (user_id,))
    best, most = None, (1, 0)
    for row in rows:
        found = (len(wanted & _tags(row["tags"])), row["last_at"])
        if found >= most:
            best, most = str(row["domain"]), found
    return best


def standing(connection: sqlite3.Connection, user_id: str, name: str) -> tuple[tuple[int, ...], int]:
    """Grades and turns left out in a row of one domain; none where it is not known."""
    row = connection.execute(
        "SELECT grades, skipped FROM twin_domains WHERE user_id = ? AND domain = ?", (user_id, name)
    ).fetchone()
    return ((), 0) if row is None else (_grades(row["grades"]), max(0, row["skipped"]))


def skip(connection: sqlite3.Connection, user_id: str, name: str, skipped: int) -> None:
    """Note how many turns of a domain were left out in a row."""
    connection.execute(
        "UPDATE twin_domains SET skipped = ? WHERE user_id = ? AND domain = ?", (skipped, user_id, name)
    )


def heard(connection: sqlite3.Connection, user_id: str, name: str, grades: Sequence[Grade], now: int) -> None:
    """Take in what the model said of turns of one domain, oldest first."""
    known = named(connection, user_id, name) or Domain(domain_key(name), first_at=now)
    if not known.name:
        return
    # What was said last goes first, where there is room for so many only.
    newest = [tag for grade in reversed(grades) for tag in (*grade.tags, *map(tag_key, grade.words))]
    tags = fit_tags(known.name, (*newest, *known.tags))
    told: dict[str, list[str]] = {}
    for source in (*(grade.words for grade in reversed(grades)), known.words):
        for raw, names in source.items():
            told.setdefault(tag_key(raw), []).extend(names)
    words = {tag: names for tag in tags if (names := names_of(tag, told.get(tag, ())))}
    marks = kept((*known.grades, *(grade.quality for grade in grades)))
    connection.execute(
        "INSERT INTO twin_domains (user_id, domain, tags, words, grades, skipped, first_at, last_at)"
        " VALUES (?, ?, ?, ?, ?, 0, ?, ?) ON CONFLICT (user_id, domain) DO UPDATE SET tags = excluded.tags,"
        " words = excluded.words, grades = excluded.grades, last_at = excluded.last_at",
        (user_id, known.name, dump(tags), dump(words), dump(marks), known.first_at, now),
    )
    connection.execute(
        "DELETE FROM twin_domains WHERE user_id = ? AND domain NOT IN (SELECT domain FROM twin_domains"
        " WHERE user_id = ? ORDER BY domain = ? DESC, last_at DESC, domain LIMIT ?)",
        (user_id, user_id, known.name, MOST),
    )


# -- rows ----------------------------------------------------------------------------------------------


def _domain(row: sqlite3.Row) -> Domain:
    return Domain(
        name=row["domain"],
        tags=load_list(row["tags"])[:MOST_TAGS],
        words=_words(row["words"]),
        grades=_grades(row["grades"]),
        skipped=max(0, row["skipped"]),
        first_at=row["first_at"],
        last_at=row["last_at"],
    )


@lru_cache(maxsize=4 * MOST)
def _tags(tags: str) -> frozenset[str]:
    return frozenset(load_list(tags)[:MOST_TAGS])


@lru_cache(maxsize=4 * MOST)
def _naming(words: str) -> Mapping[str, tuple[str, ...]]:
    """The same few rows are read at every turn."""
    return naming(_words(words))


def _words(text: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for tag, names in list(load_object(text).items())[:MOST_TAGS]:
        if isinstance(names, list):
            found[tag] = tuple(name for name in names[:MOST_WORDS] if isinstance(name, str) and name)
    return found


def _grades(text: str) -> tuple[int, ...]:
    values = load_object(f'{{"of":{text}}}').get("of")
    if not isinstance(values, list):
        return ()
    return tuple(value for value in values if value in (1, 2, 3, 4, 5))
