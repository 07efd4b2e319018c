"""The banks in the order in which a turn looks for a line: made once, when they are read.

Invariant: holds every entry of the banks exactly as it was checked; nothing is chosen here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

from afterglow.core.bank import (
    Aside,
    Banks,
    Compliment,
    Entry,
    Fact,
    FixedLine,
    Joke,
    Reminder,
    Response,
    WeatherLine,
)

LEARNED: Final = "learned"
"""The origin of a line that a language model wrote."""


@frozen
class Stock:
    """``responses``: by label; ``compliments``: by trigger; ``by_id``: every line there is.

    ``learned``: responses that a language model wrote, which answer by what they are about, not by a label.
    """

    banks: Banks = field(factory=Banks)
    jokes: tuple[Joke, ...] = ()
    facts: tuple[Fact, ...] = ()
    responses: Mapping[str, tuple[Response, ...]] = field(factory=dict)
    compliments: Mapping[str, tuple[Compliment, ...]] = field(factory=dict)
    reminders: tuple[Reminder, ...] = ()
    weather: tuple[WeatherLine, ...] = ()
    fixed: tuple[FixedLine, ...] = ()
    by_id: Mapping[str, Entry] = field(factory=dict)
    asides: tuple[Aside, ...] = ()
    learned: tuple[Response, ...] = ()


def stock_of(banks: Banks) -> Stock:
    """The banks, sorted for use."""
    responses: dict[str, list[Response]] = {}
    for response in banks.responses:
        if response.origin == LEARNED:
            continue
        responses.setdefault(response.label, []).append(response)
    compliments: dict[str, list[Compliment]] = {}
    for compliment in banks.compliments:
        compliments.setdefault(compliment.trigger, []).append(compliment)
    return Stock(
        banks,
        banks.jokes,
        banks.facts,
        {label: tuple(lines) for label, lines in responses.items()},
        {trigger: tuple(lines) for trigger, lines in compliments.items()},
        banks.reminders,
        banks.weather,
        banks.fallbacks,
        {entry.id: entry for entry in banks.entries()},
        banks.asides,
        tuple(response for response in banks.responses if response.origin == LEARNED),
    )


EMPTY = Stock()
