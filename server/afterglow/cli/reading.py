"""``events`` and ``last``: what was recorded, and what was said."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import PurePath

from attrs import frozen

from afterglow.cli import No, Usage, output, places
from afterglow.core import kinds, words
from afterglow.core.model import Event
from afterglow.loop.record import event_json
from afterglow.store import opening, query, turns
from afterglow.store.database import Database

MOST_LINES = 10_000


@frozen
class Wanted:
    """Which events to list; None where all are wanted."""

    since: int | None
    kind: str | None
    workspace: str | None
    json: bool


def events(options: argparse.Namespace) -> int:
    """List what was recorded; with ``--follow`` go on until Ctrl-C."""
    if options.kind is not None and options.kind not in kinds.KINDS:
        raise Usage(f"events: --kind: {options.kind!r} is no kind of event, such as commit or job.finished")
    wanted = Wanted(
        None if options.since is None else places.when(options.since, "events: --since"),
        options.kind,
        None if options.workspace is None else places.workspace(options.workspace),
        options.json,
    )
    with ExitStack() as stack:
        lister = Lister(wanted, stack)
        if not options.follow:
            lister.put_new()
            return 0
        from afterglow.cli.following import follow  # noqa: PLC0415 - only here is anything watched

        return follow(lister.put_new)


class Lister:
    """Prints the events that it has not printed yet, each time it is asked. ``stack`` ends what it opens.

    It holds the file open between two looks: the number of a file that is gone could else come to mean
    the next one.
    """

    def __init__(self, wanted: Wanted, stack: ExitStack) -> None:
        self._wanted = wanted
        self._stack = stack
        self._opened: Database | None = None
        self._file: tuple[int, int] | None = None
        self._seen = 0
        self._begun = False

    def put_new(self) -> None:
        """Look and print. Raises No where the database cannot be used."""
        opened = self._current()
        if opened is None:
            return
        wanted = self._wanted
        found = opened.read(
            lambda connection: query.events(
                connection,
                since=wanted.since,
                kind=wanted.kind,
                workspace=wanted.workspace,
                after_seq=self._seen,
            )
        )
        for event in found:
            if wanted.json:
                output.put(event_json(event))
            else:
                output.say(event_line(event))
            self._seen = max(self._seen, event.seq)
        output.finish()

    def _current(self) -> Database | None:
        """The database of this moment; None while there is none after all was forgotten."""
        path = places.home().database
        file = opening.identity(path)
        if self._opened is not None and file == self._file:
            return self._opened
        self._stack.close()
        self._opened, self._seen = None, 0
        if file is None and self._begun:
            return None
        self._begun = True
        self._opened = self._stack.enter_context(places.database())
        self._file = opening.identity(path)
        return self._opened


def event_line(event: Event) -> str:
    """One event for a person: when, what, how it went, where, and who saw it."""
    when = output.local(event.at, output.SECOND)
    where = output.plain(PurePath(event.workspace).name or event.workspace)
    return f"{when}  {event.kind:<15}  {detail(event):<40}  {where} ({', '.join(event.sources)})"


def detail(event: Event) -> str:
    """``test pytest: ok, 142 passed, 38 s``, as far as it is known."""
    subject = event.data.get("branch") or event.data.get("name")
    named = [event.job, event.label, None if event.label or not isinstance(subject, str) else subject]
    said: list[str] = [event.status] if event.status else []
    said += [
        f"{event.number(name)} {name}"
        for name in ("passed", "failed", "errors", "skipped")
        if event.number(name)
    ]
    if event.duration_ms is not None:
        said.append(words.duration(event.duration_ms))
    return output.plain(": ".join(part for part in (" ".join(filter(None, named)), ", ".join(said)) if part))


def last(options: argparse.Namespace) -> int:
    """The last lines shown, newest first; 1 where none was shown yet."""
    text = options.number or "10"
    if not text.isascii() or not text.isdigit() or len(text) > 5 or not 1 <= int(text) <= MOST_LINES:
        raise Usage(f"last: {text!r} is no number of lines; write 1 to {MOST_LINES}")
    with places.database() as opened:
        tokens = opened.read(lambda connection: turns.last_tokens(connection, int(text)))
    if not tokens:
        raise No("" if options.json else "last: no line was shown yet")
    for token in tokens:
        if options.json:
            output.put(token)
        else:
            when = output.local_iso(token.get("createdAt"))
            output.say(f"{when}  {output.plain(token.get('response'))}  [{output.plain(token.get('id'))}]")
    return 0
