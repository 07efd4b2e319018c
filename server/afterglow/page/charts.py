"""The charts: what is drawn, what is said instead of it, and the table behind it.

Invariant: a chart never stands alone: its gist is in words and its numbers are in a table beside it; and one
that would be empty is a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any, Final

from attrs import frozen

from afterglow.core import words
from afterglow.core.local_time import local
from afterglow.loop.report_days import Figures
from afterglow.page import telling
from afterglow.page.parts import Html, Piece, join, table, tag
from afterglow.store.activity_days import Day
from afterglow.store.activity_reds import Red

MOST_WEEKDAYS: Final = 14
MOST_REDS: Final = 100
MOST_BARS: Final = 40
"""More red spells than these are in the sentence and not drawn."""
_MINUTE: Final = 60_000


@frozen
class Series:
    """One row of bars. ``look``: ``solid``, ``hatched`` or ``open``. ``values`` None: nothing to draw."""

    name: str
    look: str
    values: tuple[float | None, ...]


@frozen
class Chart:
    """``unit``: ``""`` for counts, ``min`` for minutes. ``gist``: one sentence, ``table``: the numbers.
    ``titles``: what a bar's tip says instead of its label."""

    id: str
    title: str
    gist: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    table: Html
    unit: str = ""
    titles: tuple[str, ...] | None = None

    @property
    def drawn(self) -> bool:
        return any(value for one in self.series for value in one.values)

    def data(self) -> dict[str, Any]:
        """What the script draws."""
        return {
            "id": self.id,
            "unit": self.unit,
            "labels": list(self.labels),
            "titles": None if self.titles is None else list(self.titles),
            "series": [
                {"name": one.name, "look": one.look, "values": [_short(value) for value in one.values]}
                for one in self.series
                if any(one.values)
            ],
        }

    def html(self) -> Html:
        """The figure; where there is nothing to draw, its gist alone."""
        head = [tag("h3", self.title, id=f"{self.id}-title"), tag("p", self.gist, class_="gist")]
        if not self.drawn:
            return tag("div", join(["", *head, ""]), class_="chart")
        shown = [one for one in self.series if any(one.values)]
        legend = tag("p", join(map(_key, shown), " "), class_="legend") if len(shown) > 1 else None
        canvas = tag("canvas", id=self.id, role="img", aria_label=f"{self.title}, a bar chart. {self.gist}")
        behind = tag("details", tag("summary", f"{self.title} in numbers"), self.table)
        pieces: list[Piece] = ["", *head, tag("div", canvas, class_="plot")]
        pieces += [legend] if legend is not None else []
        return tag("div", join([*pieces, behind, ""]), class_="chart")


def charts(found: Figures) -> tuple[Chart, ...]:
    """The charts of a span of more than one day."""
    return (_tests(found), _green(found), _commits(found), _work(found))


def day_name(found: Figures, day: Day, *, long: bool = False) -> str:
    """``Mon 22``, ``22 Mar`` in long spans, ``today``; with ``long`` for tables: ``Monday, 2027-03-22``."""
    date = local(day.began, found.zone).date()
    today = day is found.days[-1]
    if long:
        return f"{date:%A}, {date:%Y-%m-%d}" + (", today" if today else "")
    if today:
        return "today"
    return f"{date:%a} {date.day}" if len(found.days) <= MOST_WEEKDAYS else f"{date.day} {date:%b}"


def moment(found: Figures, at: int | None) -> str:
    """``Tue 14:12``, or the date in long spans."""
    if at is None:
        return "not known"
    when = local(at, found.zone)
    near = found.now - at < 7 * 24 * 60 * _MINUTE
    return f"{when:%a %H:%M}" if near else f"{when.day} {when:%b} {when:%H:%M}"


def _tests(found: Figures) -> Chart:
    ok, failed, other = (
        tuple(getattr(day, name) for day in found.days)
        for name in ("tests_ok", "tests_failed", "tests_other")
    )
    total = sum(day.tests for day in found.days)
    red = f", {sum(failed)} of them red" if sum(failed) else ""
    unknown = f", {sum(other)} without a known outcome" if sum(other) else ""
    gist = f"{words.counted(total, 'run')}{red}{unknown}.{_peak(found, [day.tests for day in found.days])}"
    rows = [
        (day_name(found, day, long=True), str(day.tests_ok), str(day.tests_failed), str(day.tests_other))
        for day in found.days
    ]
    return Chart(
        "tests",
        "Test runs",
        gist if total else "No test run was recorded.",
        labels(found),
        (
            Series("passed", "solid", ok),
            Series("failed", "hatched", failed),
            Series("outcome unknown", "open", other),
        ),
        table("Test runs a day", ("Day", "#Passed", "#Failed", "#Unknown"), rows),
    )


def _commits(found: Figures) -> Chart:
    counts = [day.commits for day in found.days]
    total = sum(counts)
    gist = f"{words.counted(total, 'commit')}.{_peak(found, counts)}" if total else "No commit was recorded."
    rows = [(day_name(found, day, long=True), str(day.commits)) for day in found.days]
    return Chart(
        "commits",
        "Commits",
        gist,
        labels(found),
        (Series("commits", "solid", tuple(counts)),),
        table("Commits a day", ("Day", "#Commits"), rows),
    )


def _work(found: Figures) -> Chart:
    lasted = [day.worked_ms for day in found.days]
    total = sum(lasted)
    stays = words.counted(found.report["sessions"], "session")
    gist = f"{telling.span(total)} in {stays}; pauses of ten minutes and more are left out."
    rows = [
        (
            day_name(found, day, long=True),
            telling.span(day.worked_ms) if day.sessions else "none",
            str(day.sessions),
        )
        for day in found.days
    ]
    return Chart(
        "work",
        "Sessions",
        gist if found.report["sessions"] else "No session was recorded.",
        labels(found),
        (Series("time in sessions", "solid", tuple(ms / _MINUTE for ms in lasted)),),
        table("Time in sessions a day", ("Day", "#Time", "#Sessions"), rows),
        unit="min",
    )


def _green(found: Figures) -> Chart:
    timed = [red for red in found.reds if red.lasted_ms is not None]
    many = len({red.workspace for red in found.reds}) > 1
    drawn = timed[-MOST_BARS:]
    rows = [
        (
            telling.named(red.job, red.label) + (f" in {telling.folder(red.workspace)}" if many else ""),
            moment(found, red.began),
            "not yet" if red.ended is None else moment(found, red.ended),
            str(red.runs),
            _lasted(red),
        )
        for red in reversed(found.reds[-MOST_REDS:])
    ]
    caption = "From the first red run to the first green one"
    caption += f", the newest {MOST_REDS} of {len(found.reds)}" if len(found.reds) > MOST_REDS else ""
    heads = ("What", "First red", "Green", "#Red runs", "#Lasted")
    return Chart(
        "green",
        "Time to green",
        green_gist(found.reds),
        tuple(moment(found, red.ended) for red in drawn),
        (Series("time to green", "solid", tuple((red.lasted_ms or 0) / _MINUTE for red in drawn)),),
        table(caption, heads, rows),
        unit="min",
        titles=tuple(f"{telling.named(red.job, red.label)}, {moment(found, red.ended)}" for red in drawn),
    )


def green_gist(reds: Sequence[Red]) -> str:
    """Red periods in a sentence that says no more than those with a known length prove."""
    timed = [red.lasted_ms for red in reds if red.lasted_ms is not None]
    if not reds:
        return "Nothing was red."
    spans = words.counted(len(reds), "red spell")
    if not timed:
        return f"{spans}; how long is not known."
    middle, rest = words.duration(median(timed)), len(reds) - len(timed)
    if len(timed) == 1:
        return f"{spans}; green after {middle}" + (f", {rest} could not be timed." if rest else ".")
    if rest:
        return f"{spans}; of the {len(timed)} that could be timed, half were green within {middle}."
    return f"{spans}, half of them green within {middle}."


def _lasted(red: Red) -> str:
    if red.ended is None:
        return "not green yet"
    if red.lasted_ms is not None:
        return words.duration(red.lasted_ms)
    return "over a break" if red.began is not None else "not known"


def _peak(found: Figures, counts: Sequence[int]) -> str:
    """The fullest day, where one stands out."""
    most = max(counts, default=0)
    if most < 2 or counts.count(most) != 1 or sum(counts) == most:
        return ""
    day = found.days[counts.index(most)]
    name = "today" if day is found.days[-1] else f"on {local(day.began, found.zone):%A}"
    if len(found.days) > 7 and name != "today":
        name = f"on {day_name(found, day)}"
    return f" The most {name}: {most}."


def labels(found: Figures) -> tuple[str, ...]:
    """What each day is called under its bars."""
    return tuple(day_name(found, day) for day in found.days)


def _key(series: Series) -> Html:
    mark = tag("span", class_=f"mark {series.look}", aria_hidden="true")
    return tag("span", mark, f" {series.name}", class_="key")


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
