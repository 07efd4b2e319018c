"""What is said about an event: one line with a true number that the person did not type.

Invariant: every number comes from the event or from ``Facts``; nothing is said of a failure; a line
fits 25 words and 120 columns, and its first 40 characters carry it. No line says that work was done
that its reader just did, unless it adds a number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from attrs import frozen

from afterglow.core import words
from afterglow.core.clean import one_line
from afterglow.core.history import Story, story
from afterglow.core.job_news import job_line
from afterglow.core.local_time import Clock
from afterglow.core.model import Event, Facts, Mode
from afterglow.core.occasion import JOB_KINDS

_MINUTE_MS: Final = 60_000
_AFTER_RED_MS: Final = 30 * _MINUTE_MS
_LONG_AGO_DAYS: Final = 7
_WHILE_MS: Final = 60 * _MINUTE_MS
_FEW: Final = 3
"""When the one before was is worth telling of the first few of a day, and after a while."""
_PAUSE_DAYS: Final = 2
_MANY_COMMITS: Final = 5
"""Fewer commits than these since the last push are no news to whoever made them."""
_ROUND_HISTORY: Final = (100, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000)
"""Of all commits that a project ever had."""
_ROUND_COMMITS: Final = frozenset({10, 25, 50, 100, 150})
_SAME_KIND_LIMIT: Final = 200
_NAME: Final = 28


@frozen
class View:
    """How and to whom: the clock to tell times by, and how much is wanted. ``closing``: the day ends."""

    clock: Clock
    mode: Mode
    closing: bool = False


@frozen
class News:
    """``rule_id`` names the row of the table below that made the text."""

    text: str
    rule_id: str


@frozen
class NoNews:
    reason: str


@frozen
class Told:
    """All that a row may look at."""

    event: Event
    facts: Facts
    view: View

    @property
    def clock(self) -> Clock:
        return self.view.clock

    @property
    def chatty(self) -> bool:
        return self.view.mode == "chatty"

    def proves(self, at: int) -> bool:
        """Whether the records of this kind reach back to ``at`` without a gap."""
        return self.facts.known_since is not None and self.facts.known_since <= at

    @property
    def last(self) -> int | None:
        """When the one before happened, if the records prove that none came between."""
        times = self.facts.same_kind
        return times[0] if times and self.proves(times[0]) and times[0] <= self.event.at else None

    @property
    def nth_today(self) -> int | None:
        """The event's place among those of its kind today, 1 for the first; None if not proven."""
        midnight = self.clock.midnight()
        if not self.proves(midnight) or self.event.at < midnight:
            return None
        before = sum(1 for at in self.facts.same_kind if midnight <= at <= self.event.at)
        return before + 1 if before < _SAME_KIND_LIMIT else None

    @property
    def took(self) -> str | None:
        """How long it took, in words, where that was measured."""
        event = self.event
        if event.duration_ms is not None:
            return words.duration(event.duration_ms)
        if event.started_at is not None and event.started_at < event.at:
            return words.duration(event.at - event.started_at)
        return None


@frozen
class Row:
    """``tell`` gives the line, or None where its condition does not hold."""

    rule_id: str
    kind: str
    tell: Callable[[Told], str | None]


def _commit_after_red(told: Told) -> str | None:
    if told.facts.last_red is None:
        return None
    began, ended = told.facts.last_red
    recent = 0 <= told.event.at - ended <= _AFTER_RED_MS
    first = told.proves(ended) and not any(ended < at <= told.event.at for at in told.facts.same_kind)
    if not (recent and first and ended - began >= _MINUTE_MS):
        return None
    return f"First commit since the red, which lasted {words.duration(ended - began)}"


def _nth_commit(told: Told, nth: int) -> str:
    last = told.last
    tells = last is not None and (nth in _ROUND_COMMITS or told.event.at - last >= _WHILE_MS or nth <= _FEW)
    before = (
        f"; the {words.ordinal(nth - 1)} was {told.clock.when(last)}" if tells and last is not None else ""
    )
    return f"{words.ordinal(nth)} commit today{before}"


def _round_commit(told: Told) -> str | None:
    nth = told.nth_today
    return _nth_commit(told, nth) if nth in _ROUND_COMMITS and nth is not None else None


def _first_today(noun: str) -> Callable[[Told], str | None]:
    """The first of a day is news after a pause; each morning it is not."""

    def tell(told: Told) -> str | None:
        if told.nth_today != 1:
            return None
        last = told.last
        if last is not None:
            after_pause = told.clock.days_ago(last) >= _PAUSE_DAYS
        else:
            after_pause = noun == "commit" and not told.facts.same_kind
        if not after_pause and not told.chatty:
            return None
        return f"First {noun} today" + (f"; the last was {told.clock.when(last)}" if last is not None else "")

    return tell


def _any_commit(told: Told) -> str | None:
    nth = told.nth_today
    if not told.chatty:
        return None
    if nth is not None:
        return _nth_commit(told, nth)
    return f"Committed at {told.clock.time(told.event.at)}"


def _tag_after(told: Told) -> str | None:
    name, last = _tag_name(told), told.facts.last_tag
    if name is None or last is None or not told.proves(last[1]) or told.event.at - last[1] < _MINUTE_MS:
        return None
    before = one_line(last[0], _NAME)
    return f"{name} is tagged, {words.duration(told.event.at - last[1])} after {before}" if before else None


def _tag_at(told: Told) -> str | None:
    name = _tag_name(told)
    return f"{name} is tagged at {told.clock.time(told.event.at)}" if name is not None else None


def _tag_name(told: Told) -> str | None:
    name = told.event.data.get("name") or told.event.label
    return (one_line(name, _NAME) or None) if isinstance(name, str) else None


def _push_commits(told: Told) -> str | None:
    count, last = told.facts.commits_since_push, told.facts.last_push_at
    if not count or last is None or not told.proves(last) or last > told.event.at:
        return None
    if count < _MANY_COMMITS and not told.chatty and not told.view.closing:
        return None
    return f"{_pushed(told)}, {words.counted(count, 'commit')} since {told.clock.since(last)}"


def _push_first(told: Told) -> str | None:
    return f"{_pushed(told)}, first today" if told.nth_today == 1 and told.chatty else None


def _push_any(told: Told) -> str | None:
    return _pushed(told) if told.chatty or told.view.closing else None


def _pushed(told: Told) -> str:
    return f"Pushed at {told.clock.time(told.event.at)}"


def _first_merge_in_days(told: Told) -> str | None:
    last = told.last
    days = told.clock.days_ago(last) if last is not None else 0
    return f"First merge in {words.counted(days, 'day')}" if days >= _LONG_AGO_DAYS else None


def _round_history(told: Told) -> str | None:
    """The commit, or what was brought, made a round number of commits full."""
    now, before = told.event.number("history"), told.event.number("history_before")
    if now is None or before is None:
        return None
    reached = next((number for number in reversed(_ROUND_HISTORY) if before < number <= now), None)
    if reached is None:
        return None
    if told.event.kind == "commit":
        return f"{reached:,}th commit of this project" if reached == now else None
    return f"{_arrived(told) or 'Merged'}; the project's {reached:,}th commit is in it"


def _arrived(told: Told) -> str | None:
    """How many commits of others came, of how many people; one commit of one person is no news."""
    count, people = told.event.number("arrived"), told.event.number("people")
    if count is None or not people or count < _FEW - 1:
        return None
    verb = "Pulled" if told.event.kind == "pull" else "Merged"
    return f"{verb} {words.counted(count, 'commit')} by {words.counted(people, 'other', 'others')}"


def _commits(verb: str) -> Callable[[Told], str | None]:
    def tell(told: Told) -> str | None:
        count = told.event.number("count")
        return f"{count} commits {verb}" if count is not None and 1 < count <= 10_000 else None

    return tell


def _conflict_over(told: Told) -> str | None:
    since = told.facts.conflict_since
    if since is None or since >= told.event.at or told.event.data.get("resolved") is False:
        return None
    return f"Conflict over after {words.duration(told.event.at - since)}"


def _milestone(told: Told) -> str | None:
    name = _name(told, 60)
    if name is not None and any(char.isdigit() for char in name):
        return name
    return f"{name} after {told.took}" if name is not None and told.took is not None else None


def _recipe(told: Told) -> str | None:
    name = _name(told, 22) or "recipe"
    return f"{name[0].upper()}{name[1:]} done in {told.took}" if told.took is not None else None


def _after(head: str) -> Callable[[Told], str | None]:
    def tell(told: Told) -> str | None:
        return f"{head} after {told.took}" if told.took is not None else None

    return tell


def _name(told: Told, limit: int) -> str | None:
    name = told.event.data.get("name") or told.event.label
    return (one_line(name, limit) or None) if isinstance(name, str) else None


ROWS: Final = (
    Row("commit.history", "commit", _round_history),
    Row("commit.after-red", "commit", _commit_after_red),
    Row("commit.round", "commit", _round_commit),
    Row("commit.first-today", "commit", _first_today("commit")),
    Row("commit.nth", "commit", _any_commit),
    Row("tag.after", "tag", _tag_after),
    Row("tag.at", "tag", _tag_at),
    Row("push.commits", "push", _push_commits),
    Row("push.first-today", "push", _push_first),
    Row("push.at", "push", _push_any),
    Row("merge.history", "merge", _round_history),
    Row("merge.arrived", "merge", _arrived),
    Row("merge.first-in-days", "merge", _first_merge_in_days),
    Row("merge.first-today", "merge", _first_today("merge")),
    Row("rebase.commits", "rebase", _commits("rebased")),
    Row("pull.history", "pull", _round_history),
    Row("pull.arrived", "pull", _arrived),
    Row("pull.commits", "pull", _commits("pulled")),
    Row("conflict.over", "conflict.end", _conflict_over),
    Row("milestone.number", "milestone", _milestone),
    Row("recipe.took", "recipe.finish", _recipe),
    Row("review.took", "review.done", _after("Review done")),
    Row("pr.took", "pr.merged", _after("PR merged")),
    Row("ci.took", "ci.finished", _after("CI green")),
)
"""In order of preference for each kind; jobs have a table of their own in ``job_news``."""

_WITHOUT: Final[dict[str, str]] = {
    "session.open": "nothing to remind of yet",
    "commit": "a commit speaks only with a number that nobody typed",
}


def news(event: Event, facts: Facts, view: View) -> News | NoNews:
    """The line about ``event``, or why there is none. The event must have passed its gates."""
    if event.kind in JOB_KINDS:
        return _job_news(event, facts, view)
    told = Told(event, facts, view)
    for row in ROWS:
        if row.kind == event.kind:
            text = row.tell(told)
            if text is not None:
                return News(text, row.rule_id)
    return NoNews(_WITHOUT.get(event.kind, "no news"))


def _job_news(event: Event, facts: Facts, view: View) -> News | NoNews:
    if event.job is None:
        return NoNews("this command is no job that Afterglow knows")
    if event.status != "ok":
        return NoNews("a job that did not end ok is no news")
    told: Story = story(event, facts.history)
    found = job_line(event, told, view.clock)
    return News(*found) if found is not None else NoNews("the job came with no number to tell")
