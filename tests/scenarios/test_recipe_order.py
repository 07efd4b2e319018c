"""Which line of a recipe a run tells first: not the same for everybody."""

from __future__ import annotations

from afterglow.banks import load, shipped
from afterglow.core.bank import RecipeLine
from afterglow.loop import recipes


def test_each_run_tells_its_lines_in_an_order_of_its_own() -> None:
    made = tuple(RecipeLine(id=f"line-{number}", text="A line.", recipe="it") for number in range(10))
    orders = [tuple(line.id for line in recipes.in_order(made, f"run {number}")) for number in range(20)]
    assert recipes.in_order(made, "run 0") == recipes.in_order(made, "run 0")
    assert all(sorted(order) == sorted(line.id for line in made) for order in orders)
    assert len({order[:2] for order in orders}) > 10


def test_the_shipped_lines_wait_as_they_stand_without_a_slot() -> None:
    """What waits in the queue has no slots filled: a line with one would never be offered."""
    shelf = load([shipped()])[0].recipes
    assert len(shelf) == 7
    assert [line.id for recipe in shelf for line in recipe.lines if line.slots] == []
