"""The parts of the page, from the figures. Invariant: it compares nobody with anybody, a day without work is
no loss, and what is not known is said to be so or left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from afterglow.core import words
from afterglow.core.local_time import local
from afterglow.loop.report_days import Figures, time_to_green
from afterglow.page import telling
from afterglow.page.charts import Chart, moment
from afterglow.page.parts import Html, Piece, join, pairs, section, table, tag, text
from afterglow.store.activity_days import Stretch
from afterglow.store.activity_lines import Line
from afterglow.store.activity_reds import Red
from afterglow.store.rows import load_list

_SILENCES: Final = 12
_STRETCH: Final = 2
_PROBLEM: Final = 1000


@frozen
class Number:
    """One large figure: what it counts, the figure, and a word beside it."""

    name: str
    figure: str
    note: str | None = None


def header(found: Figures) -> Html:
    """The title and the span."""
    first, last = local(found.days[0].began, found.zone), local(found.now, found.zone)
    title = "Today" if len(found.days) == 1 else f"Today and the last {len(found.days)} days"
    span = _date(last) if len(found.days) == 1 else f"{_date(first)} to {_date(last)}"
    return tag(
        "header", tag("p", "Afterglow", class_="brand"), tag("h1", title), tag("p", span, class_="span")
    )


def nothing() -> Html:
    """Before anything was recorded."""
    return section(
        "first",
        "Nothing recorded yet",
        tag(
            "p",
            "The first commit, test run or build in a folder that is open in an editor with Afterglow"
            " starts the count.",
        ),
        tag("p", "The command afterglow doctor says what each part sees here.", class_="gist"),
    )


def today(found: Figures) -> Html:
    """The figures of this day."""
    day = found.days[-1]
    if day.empty and not found.today["jobs"]:
        return section("today", "Today", tag("p", "Nothing recorded so far."))
    reds = [red for red in found.reds if (red.ended or red.last_at) >= day.began]
    numbers = [
        _tests(day.tests, day.tests_failed),
        _green(tuple(reds)),
        Number("Commits", str(day.commits)),
        _stays(day.worked_ms, day.sessions),
        Number("Lines shown", str(found.today["lines_shown"])),
    ]
    return section("today", "Today", large(numbers))


def span(found: Figures, charts: Sequence[Chart]) -> Html | None:
    """The figures and charts of the whole span; None where it is today alone."""
    if len(found.days) == 1:
        return None
    days = found.days
    worked = sum(day.worked_ms for day in days)
    numbers = [
        _tests(sum(day.tests for day in days), sum(day.tests_failed for day in days)),
        _green(found.reds),
        Number("Commits", str(sum(day.commits for day in days))),
        _stays(worked, found.report["sessions"]),
        *_stretch(found.stretch),
    ]
    return section(
        "week",
        f"The last {len(days)} days",
        large(numbers),
        tag("div", join(["", *(chart.html() for chart in charts), ""]), class_="charts"),
    )


def jobs(found: Figures) -> Html | None:
    """What ended, by its kind."""
    rows = [
        (telling.JOBS.get(job, job), str(row["ended"]), str(row["failed"]))
        for job, row in found.report["jobs"].items()
    ]
    if not rows:
        return None
    where = found.report["workspaces"]
    caption = "By kind" + (f", in {where} workspaces" if where > 1 else "")
    return section("jobs", "What ended", table(caption, ("Kind", "#Ended", "#Red"), rows, "narrow"))


def lines(found: Figures) -> Html:
    """The newest lines, why each was shown, and what was thought of it."""
    if not found.lines:
        return section("lines", "Lines", tag("p", "None was shown yet."))
    rows = [_line(found, line) for line in found.lines]
    caption = "The newest line" if len(rows) == 1 else f"The newest {len(rows)} lines"
    return section(
        "lines", "Lines", table(caption, ("When", "Line", "Where", "Rated"), rows, "lines", stacks=True)
    )


def silences(found: Figures) -> Html | None:
    """How often nothing was said, and why."""
    counted = telling.silences(found.silences)
    quiet, turns = sum(number for _, number in counted), found.report["turns"]
    if not quiet:
        return None
    rows = [(reason, str(number)) for reason, number in counted[:_SILENCES]]
    rest = sum(number for _, number in counted[_SILENCES:])
    rows += [("other reasons", str(rest))] if rest else []
    said = f"On {quiet} of {words.counted(turns, 'occasion')} nothing was said."
    return section(
        "silences",
        "Why it kept quiet",
        table(said, ("Reason", "#Times"), rows, "narrow"),
    )


def state(found: Figures, problems: Sequence[str]) -> Html:
    """What may still be said today, what waits, and whether anything needs mending."""
    budget, spent = found.budget, found.spent
    score = found.report["mean_rating"]
    rows: dict[str, Piece] = {"Mode": found.mode}
    if found.dnd_until is not None:
        rows["Do not disturb"] = f"until {moment(found, found.dnd_until)}"
    rows["Warm lines today"] = (
        _of(spent.today, budget.banter_per_day) if budget.banter_allowed else "none in this mode"
    )
    rows["Jokes today"] = (
        _of(spent.jokes_today, budget.jokes_per_day) if budget.jokes_allowed else "on request in this mode"
    )
    if spent.quiet_ms > 0:
        rows["Quiet after a low rating"] = f"{words.duration(spent.quiet_ms)} more"
    rows["Waiting in the queue"] = _of(found.waiting, found.queue_max)
    rows["Rated"] = (
        "nothing" if score is None else f"{words.counted(found.report['ratings'], 'line')}, {score:.1f} of 5"
    )
    rows["Open editor windows"] = str(found.windows)
    rows["Health"] = (
        "nothing to mend" if not problems else join((tag("p", text(one, _PROBLEM)) for one in problems), "")
    )
    return section("state", "Budget and health", pairs(rows, "facts"))


def footer(found: Figures) -> Html:
    """When it was made, and of what."""
    made = local(found.now, found.zone)
    return tag(
        "footer",
        tag(
            "p",
            f"Made {_date(made)} at {made:%H:%M}, from what Afterglow recorded on this computer;"
            " sent nowhere.",
        ),
    )


def _date(when: datetime) -> str:
    return f"{when:%A}, {when.day} {when:%B %Y}"


def _tests(runs: int, failed: int) -> Number:
    return Number("Test runs", str(runs), f"{failed} red" if failed else None)


def _green(reds: tuple[Red, ...]) -> Number:
    middle = time_to_green(reds)
    if middle is None:
        return Number("Time to green", "-", "not known" if reds else "nothing was red")
    timed = sum(red.lasted_ms is not None for red in reds)
    return Number("Time to green", words.duration(middle), f"median of {timed}" if timed > 1 else None)


def _stays(worked_ms: int, sessions: int) -> Number:
    figure = telling.span(worked_ms).replace("under ", "<") if sessions else "0"
    return Number("In sessions", figure, words.counted(sessions, "session") if sessions else None)


def _stretch(found: Stretch | None) -> list[Number]:
    if found is None or found.runs < _STRETCH:
        return []
    label = ", ".join(load_list(found.label))
    return [Number("Green in a row", str(found.runs), f"{label or 'test'} runs")]


def large(numbers: Sequence[Number]) -> Html:
    """Figures side by side, each with what it counts."""
    return pairs(
        {
            one.name: join(
                [
                    tag("span", one.figure, class_="figure"),
                    *([tag("span", one.note, class_="note")] if one.note else []),
                ],
                " ",
            )
            for one in numbers
        },
        "numbers",
    )


def _line(found: Figures, line: Line) -> tuple[Piece, ...]:
    token: dict[str, Any] = line.token
    reason = telling.why(token, line.record)
    when = local(line.at, found.zone)
    time = tag("time", moment(found, line.at), datetime=when.isoformat(timespec="minutes"))
    said = join(
        [tag("p", str(token.get("response") or ""), class_="said"), tag("p", reason, class_="why")], ""
    )
    rated = f"{line.score} of 5" if line.score is not None else ""
    return time, said, telling.folder(line.workspace), rated


def _of(number: int, most: int) -> str:
    return f"{number} of {most}" if most else f"{number}, without a limit"
