"""The rules of a turn, told as stories: every ``.story`` of the folder ``stories``, played and compared."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from tests.scenarios.story import Story, StoryError, expected, read, update, written
from tests.scenarios.story_stage import Playing

FOLDER = Path(__file__).parent / "stories"
ROWS = {f"T{row}" for row in (*range(1, 15), "2a", "9a", "14a", "14b", "14c", 16)}
PREDICTED = (
    "domain_tags",
    "warmth_delta",
    "level",
    "mode",
    "compliment_budget",
    "over_watering_risk",
)


def all_stories() -> list[Story]:
    return [story for path in sorted(FOLDER.glob("*.story")) for story in read(path)]


STORIES = all_stories()
GOOD = """Story: A build
Rule: T13: it is news.
given known

# A remark.
2026-11-24 09:00 open
> 09:00:00 nothing: not this
10:00 run make ok in 60s
# It should stay.
10:01 wait
> 10:01:00 nor this

Story: Another
Rule: T13: left alone.
2026-11-24 09:00 open
> 09:00:00 this stays
"""


def play(story: Story, folder: Path) -> list[list[str]]:
    playing = Playing(story, folder)
    try:
        return playing.play()
    finally:
        playing.close()


@pytest.mark.parametrize(
    ("path", "title"),
    [(story.file, story.title) for story in STORIES],
    ids=[f"{story.file.stem}: {story.title}" for story in STORIES],
)
def test_the_screen_is_as_told(path: Path, title: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    story = next(one for one in read(path) if one.title == title)
    seen = play(story, tmp_path)
    if pytestconfig.getoption("--update-stories", default=False):
        update(path, story, seen)
    else:
        assert written(story, seen) == expected(story), story.rule


def test_every_row_has_a_story_and_every_story_expects_something() -> None:
    stories = all_stories()
    told = {row for story in stories for row in re.findall(r"T\d+[a-c]?", story.rule.partition(":")[0])}
    assert told >= ROWS
    assert [story.title for story in stories if not any(step.expected for step in story.steps)] == []
    assert len({(story.file, story.title) for story in stories}) == len(stories)


@pytest.mark.parametrize("name", PREDICTED)
def test_predictions_that_differ_in_one_field_give_different_lines(name: str) -> None:
    """Said of the stories themselves: that they end as they say is tested above."""
    alike: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    values = set()
    for story in STORIES:
        if story.title.partition(" = ")[0] != name:
            continue
        predicted = [step.line.named for step in story.steps if step.line.words[0] == "predict"]
        rest = [{key: one[key] for key in one if key != name} for one in predicted]
        steps = [(step.at, step.line.words, *step.line.named) for step in story.steps]
        heads = {head: [(line.words, line.named) for line in lines] for head, lines in story.heads.items()}
        alike[str((rest, steps, heads))].add(tuple(line for step in story.steps for line in step.expected))
        values |= {str(one[name]) for one in predicted}
    assert len(alike) == 1, "they differ in more than the field"
    assert len(values) > 1
    assert all(len(lines) > 1 for lines in alike.values())


def test_two_seeds_tell_the_same_week_in_other_words() -> None:
    one, other = (
        [line for step in story.steps for line in step.expected if "source=cpu" in line]
        for story in STORIES
        if story.title in ("Seed a", "Seed b")
    )
    assert len(one) == len(other) == len(set(one)) == len(set(other)) == 6
    assert sum(here == there for here, there in zip(one, other, strict=True)) <= 0.3 * len(one)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("10:00 open", "s.story:1: a file begins with a line such as Story: WHAT HAPPENS"),
        ("Story: One", "s.story: the story 'One' has no rule"),
        ("Story: One\nRule: T1: so.", "s.story: the story 'One' has no steps"),
        ("Story: One\nRule: T1: so.\n10:00 open", "s.story:3: the first step names its day"),
        ("Story: One\nRule: T1: so.\n> early", "s.story:3: nothing has happened yet"),
        ("Story: One\nRule: T1: so.\nopen", "s.story:3: a step begins with its time"),
        ("Story: One\nRule: T1: so.\n2026-11-24 25:00 open", "s.story:3: hour must be in"),
        ("Story: One\nRule: T1: so.\n2026-11-24 09:00 open\n08:00 close", "s.story:4: earlier than"),
        ('Story: One\nRule: T1: so.\n2026-11-24 09:00 say "open', "s.story:3: No closing quotation"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text: str, what: str, tmp_path: Path) -> None:
    path = tmp_path / "s.story"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StoryError, match=re.escape(what)):
        read(path)


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ("2026-11-24 09:00 next", "s.story:3: no window is open"),
        ("2026-11-24 09:00 open\n09:01 dance", "s.story:4: 'dance' is no step: the known ones are "),
        ("2026-11-24 09:00 open\n09:01 run make", "s.story:4: run COMMAND ok|fail"),
        ("2026-11-24 09:00 open\n09:01 run make ok in 5m", "s.story:4: '5m' is no span of time"),
        ("2026-11-24 09:00 open\n09:01 emit dance", "s.story:4: kind: "),
        ('2026-11-24 09:00 open\n09:01 queue "" level=9', "s.story:4: "),
        ("shelf jokes\n2026-11-24 09:00 open", "s.story:3: shelf BANK"),
        ('shelf jokes level=7 "A joke."\n2026-11-24 09:00 open', "s.story:3: "),
        ("set colour=red\n2026-11-24 09:00 open", "s.story:3: "),
    ],
)
def test_what_cannot_be_played_is_told_with_its_line(lines: str, what: str, tmp_path: Path) -> None:
    path = tmp_path / "s.story"
    path.write_text(f"Story: One\nRule: T1: so.\n{lines}\n", encoding="utf-8")
    with pytest.raises(StoryError, match=re.escape(what)):
        play(read(path)[0], tmp_path / "home")


def test_an_update_changes_what_is_expected_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "s.story"
    path.write_text(GOOD, encoding="utf-8")
    update(path, read(path)[0], play(read(path)[0], tmp_path / "one"))
    changed = (
        GOOD.replace("nothing: not this", "nothing: no line is worth saying just now")
        .replace("in 60s\n", "in 60s\n> 10:00:01 build ok, 60 s | source=news category=AFFIRMATION\n")
        .replace("> 10:01:00 nor this\n", "")
    )
    assert path.read_text(encoding="utf-8") == changed
    assert written(read(path)[0], play(read(path)[0], tmp_path / "two")) == expected(read(path)[0])
