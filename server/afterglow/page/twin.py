"""The idle twin on the page: what it cost, how turns were graded, and how much of what was shown it prepared.

Invariant: who never switched it on reads nothing of it; it is not offered here.
"""

from __future__ import annotations

from afterglow.core import words
from afterglow.loop.report_days import Figures
from afterglow.loop.report_twin import dollars, grouped
from afterglow.page.body import Number, large
from afterglow.page.charts import Chart, Series, day_name, labels
from afterglow.page.parts import Html, join, section, table, tag


def charts(found: Figures) -> tuple[Chart, ...]:
    """What the idle twin did, day by day; none where it did nothing."""
    return () if found.twin.idle else (_grades(found), _learned(found))


def part(found: Figures) -> Html | None:
    """What the idle twin did and cost; None where it did nothing."""
    did = found.twin
    if did.idle:
        return None
    calls, graded, mean = did.total("calls"), did.total("graded"), did.grade
    shown, learned = did.total("shown"), did.total("learned")
    numbers = [
        Number("Calls", str(calls), f"{grouped(did.total('tokens'))} tokens"),
        Number("Cost", dollars(did.total("micros"))),
        Number("Mean grade", "-" if mean is None else f"{mean:.1f}", words.counted(graded, "turn")),
        Number("Lines prepared", words.percent(100 * learned / shown) if shown else "-", f"{learned} shown"),
        Number("Lines kept", str(did.lines)),
    ]
    drawn = charts(found) if len(found.days) > 1 else ()
    inside = (
        tag("div", join(["", *(chart.html() for chart in drawn), ""]), class_="charts") if drawn else None
    )
    return section("twin", "The idle twin", large(numbers), inside)


def _grades(found: Figures) -> Chart:
    twin = found.twin
    graded = twin.total("graded")
    mean = twin.grade
    gist = f"{words.counted(graded, 'turn')} graded, {mean:.1f} of 5." if mean else "No turn was graded."
    rows = [
        (
            day_name(found, of_work, long=True),
            str(day.calls),
            grouped(day.tokens),
            dollars(day.micros),
            str(day.graded),
            "-" if day.grade is None else f"{day.grade:.1f}",
        )
        for of_work, day in zip(found.days, twin.days, strict=True)
    ]
    heads = ("Day", "#Calls", "#Tokens", "#Cost", "#Graded", "#Mean grade")
    return Chart(
        "grades",
        "Mean grade of its turns",
        gist,
        labels(found),
        (Series("mean grade", "solid", tuple(day.grade for day in twin.days)),),
        table("The idle twin a day", heads, rows),
    )


def _learned(found: Figures) -> Chart:
    twin = found.twin
    learned, shown = twin.total("learned"), twin.total("shown")
    said = (
        f"{learned} of {words.counted(shown, 'line')}, {words.percent(100 * learned / shown)}."
        if shown
        else ""
    )
    rows = [
        (
            day_name(found, of_work, long=True),
            str(day.shown),
            str(day.learned),
            "-" if day.share is None else words.percent(100 * day.share),
        )
        for of_work, day in zip(found.days, twin.days, strict=True)
    ]
    return Chart(
        "learned",
        "Lines that it had prepared",
        said or "No line was shown.",
        labels(found),
        (
            Series("prepared", "solid", tuple(day.learned for day in twin.days)),
            Series("others", "open", tuple(day.shown - day.learned for day in twin.days)),
        ),
        table("Lines a day", ("Day", "#Lines", "#Prepared", "#Share"), rows),
    )
