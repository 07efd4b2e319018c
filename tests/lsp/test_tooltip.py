"""The tooltip of a hint: what it says, and that nothing from outside becomes markup in it."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from afterglow.core.local_time import Clock
from afterglow.core.model import Anchor, Register, WarmToken
from afterglow.lsp.tooltip import escaped, tooltip

CLOCK = Clock(1_700_000_000_000, UTC)
TOKEN = WarmToken(
    id="t1",
    response="142 passed in 38 s, first green since 14:10. Nicely untangled.",
    news="142 passed in 38 s, first green since 14:10",
    banter="Nicely untangled.",
    source="queue_hit",
    entry_id=None,
    category="AFFIRMATION",
    level=1,
    warmth=1,
    confidence=1.0,
    glow_score=0.7,
    register=Register(),
    tags=(),
    latency_ms=0.0,
    session_id="s",
    turn=1,
    created_at=1_700_000_000_000,
    ttl_ms=20_000,
    event=("e1", "job.finished", "pytest"),
    anchor=Anchor("file:///a/test_a.py", 3),
)
RECORD: dict[str, Any] = {
    "reason": "test.green",
    "event": {"sources": ["run", "report"], "data": {"job": "test"}},
}


def plain(token: WarmToken = TOKEN, record: dict[str, Any] | None = RECORD) -> str:
    made = tooltip(token, record, CLOCK, links=False)
    assert isinstance(made, str)
    return made


@pytest.mark.parametrize("links", [False, True])
def test_it_says_where_a_language_model_wrote_the_line(links: bool) -> None:
    def told(token: WarmToken) -> str:
        made = tooltip(token, RECORD, CLOCK, links=links)
        return made if isinstance(made, str) else str(made["value"])

    assert "language model" in told(evolve(TOKEN, by_model=True))
    assert "language model" not in told(TOKEN)


def test_it_says_why_from_where_and_how_to_answer() -> None:
    assert plain().splitlines() == [
        "Why: first green since 14:10 (pytest, 142 passed in 38 s)",
        "Here: this test failed before and passes now.",
        "Known from afterglow run and its report, 22:13.",
        "Rate it: afterglow feedback t1 1 to 5",
        "Quiet for an hour: afterglow dnd 60",
    ]


@pytest.mark.parametrize(
    ("news", "reason", "expected"),
    [
        ("build ok, 12 s", "build.plain", "Why: build ok, 12 s (pytest)"),
        ("build ok, 12 s (usually 19 s)", "build.usual", "Why: build ok, 12 s (usually 19 s) (pytest)"),
        (
            "build ok, 12 s, fastest in 7 days",
            "build.fastest",
            "Why: fastest in 7 days (pytest, build ok, 12 s)",
        ),
        ("v2.0 is tagged, 61 days after v1.9", "tag", "Why: v2.0 is tagged, 61 days after v1.9 (pytest)"),
    ],
)
def test_the_reason_is_what_made_it_worth_telling(news: str, reason: str, expected: str) -> None:
    made = plain(evolve(TOKEN, news=news), {**RECORD, "reason": reason})
    assert made.splitlines()[0] == expected


def test_without_its_record_it_says_what_the_line_says() -> None:
    assert plain(record=None).splitlines()[0] == "Why: 142 passed in 38 s, first green since 14:10 (pytest)"
    assert plain(evolve(TOKEN, event=None, news=None), None).splitlines()[0] == (
        "Why: 142 passed in 38 s, first green since 14:10. Nicely untangled."
    )


@given(st.text(max_size=60))
@example("[x](command:evil?%5B%5D)")
@example("![x](https://example.org/a.png)")
@example("<https://example.org> <img src=x onerror=y> &lt; &#91;x&#93;(command:evil)")
@example("https://example.org www.example.org a@example.org")
@example("\\](command:evil) `](command:evil)` **b** ~~c~~ $(sync)")
@example("a\n\n# b\n[x]: command:evil\n\n[x]")
@example("| a | b |\n|---|---|")
def test_nothing_from_outside_is_markup(text: str) -> None:
    token = evolve(TOKEN, news=f"3 passed, {text}", event=("e", "job.finished", text))
    made = tooltip(token, RECORD, CLOCK, links=True)
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(made["value"])
    assert {block.type for block in tokens} == {"paragraph_open", "inline", "paragraph_close"}
    children = [child for block in tokens for child in block.children or ()]
    links = [str(child.attrs["href"]) for child in children if child.type == "link_open"]
    assert [link.partition("?")[0] for link in links] == ["command:afterglow.feedback"] * 5 + [
        "command:afterglow.dnd"
    ]
    assert {child.type for child in children} <= {"text", "text_special", "link_open", "link_close"}
    shown = "".join(child.content for child in children)
    for line in tooltip(token, RECORD, CLOCK, links=False).splitlines()[:1]:
        assert line.strip() in shown


def test_what_could_become_a_link_by_itself_is_broken_up() -> None:
    assert escaped("https://a.b") == r"https\://a\.b"
    assert escaped("www.a.b a@b.c") == r"www\.a\.b a\@b\.c"
