"""What the banks are said to lack, and what counts as said before."""

from __future__ import annotations

from afterglow.core.bank import Banks
from afterglow.core.stock import stock_of
from afterglow.enrich.known import ENOUGH, lacking, nearby
from tests.core.voicing import aside, joke

NAMES = [f"made-{number}" for number in range(ENOUGH)]
ASIDES = tuple(aside(f"Line {name}.", tags=("travel", "greece"), id=name) for name in NAMES)


def test_a_domain_with_enough_lines_lacks_none() -> None:
    assert not lacking(stock_of(Banks(asides=ASIDES)))("travel", ("greece",))
    assert lacking(stock_of(Banks(asides=ASIDES[1:])))("travel", ("greece",))


def test_a_line_that_shares_one_wide_tag_is_not_about_the_domain() -> None:
    stock = stock_of(Banks(asides=ASIDES))
    assert lacking(stock)("travel", ("japan", "trains"))
    assert not lacking(stock)("travel", ()), "a domain of one tag has no other"


def test_what_its_person_has_heard_counts_no_more_unless_it_shipped() -> None:
    lacks = lacking(stock_of(Banks(asides=ASIDES)), NAMES[:1])
    assert lacks("travel", ("greece",))
    shipped = tuple(joke(f"Joke {name}.", tags=("travel", "greece"), id=name) for name in NAMES)
    assert not lacking(stock_of(Banks(jokes=shipped)), NAMES)("travel", ("greece",))


def test_what_is_nearly_said_already_is_near() -> None:
    near = nearby(stock_of(Banks(asides=ASIDES)), ["A Greek ferry timetable is more of a conversation."])
    assert near("A Greek ferry timetable is rather a conversation.")
    assert not near("Naxos grows its own potatoes.")
