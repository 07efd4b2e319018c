"""Pieces of HTML. Invariant: text goes in as text and comes out cleaned and escaped; what is ``Html`` already
was made here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

from afterglow.core.clean import one_line

TEXT_COLUMNS: Final = 200


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


Piece = str | Html


def text(value: object, columns: int = TEXT_COLUMNS) -> Html:
    """Any value as one clean line of HTML of at most so many columns; HTML stays as it is."""
    return value if isinstance(value, Html) else Html(escape(one_line(str(value), columns)))


def join(pieces: Iterable[Piece], between: str = "\n") -> Html:
    """Pieces one after the other."""
    return Html(between.join(map(text, pieces)))


def tag(name: str, *inside: Piece | None, **attributes: str | None) -> Html:
    """``<name class="...">inside</name>``. ``class_`` is ``class``, ``aria_label`` is ``aria-label``; what is
    None is left out."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(one_line(value, 400))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{told}>{join((piece for piece in inside if piece is not None), '')}</{name}>")


def table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Piece]],
    class_: str | None = None,
    *,
    stacks: bool = False,
) -> Html:
    """A table whose first column names each row. Heads that begin with ``#`` are columns of numbers.

    ``stacks``: narrow screens stack its cells, which would take their roles away were they not named.
    """

    def role(name: str) -> str | None:
        return name if stacks else None

    numeric = ["number" if head.startswith("#") else None for head in heads]
    top = [
        tag("th", head.lstrip("#"), scope="col", role=role("columnheader"), class_=number)
        for head, number in zip(heads, numeric, strict=True)
    ]
    lines = []
    for first, *others in rows:
        cells = [
            tag("td", cell, role=role("cell"), class_=number)
            for cell, number in zip(others, numeric[1:], strict=True)
        ]
        head = tag("th", first, scope="row", role=role("rowheader"))
        lines.append(tag("tr", head, *cells, role=role("row")))
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *top, role=role("row")), role=role("rowgroup")),
        tag("tbody", join(["", *lines, ""]), role=role("rowgroup")),
        role=role("table"),
        class_=class_,
    )


def pairs(rows: Mapping[str, Piece], class_: str) -> Html:
    """Names and what belongs to them."""
    inside = (tag("div", tag("dt", name), tag("dd", value)) for name, value in rows.items())
    return tag("dl", join(["", *inside, ""]), class_=class_)


def section(name: str, title: str, *inside: Piece | None) -> Html:
    """A part of the page under a heading of its own."""
    pieces = [piece for piece in inside if piece is not None]
    head = tag("h2", title, id=f"{name}-title")
    return tag("section", join(["", head, *pieces, ""]), id=name, aria_labelledby=f"{name}-title")
