"""T14b: tags are whole words, clean, few, and in order of strength."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.classify import Context, classify_event, classify_text
from afterglow.core.clean import one_line
from afterglow.core.events import parse_event
from afterglow.core.model import Observation
from afterglow.core.subject import signs
from afterglow.core.tag_words import LIFE, WORK
from afterglow.core.tags import MAX_TAG, MAX_TAGS, around_tags, clean_tag, event_tags, strongest, text_tags
from tests.core.build import event


def tags(text: str) -> set[str]:
    return set(text_tags(text))


@pytest.mark.parametrize(
    ("text", "not_tag"),
    [
        ("Escape quotes in HTML", "ml"),
        ("XML and YAML and TOML", "ml"),
        ("digital signatures", "git"),
        ("legitimate", "git"),
        ("the author of the comment", "auth"),
        ("authority lookup", "auth"),
        ("be more specific", "ci"),
        ("decide precisely", "ci"),
        ("let's go home", "go"),
        ("Go home", "go"),
        ("algorithm", "go"),
        ("Rapid prototyping of the capital", "api"),
        ("latest attestation", "testing"),
        ("contest", "testing"),
        ("rebuilding trust", "rust"),
        ("javascript", "java"),
        ("add 500 ml of water", "ml"),
        ("turn on lto for the release profile", "release"),
        ("ok, logging off", "logging"),
        ("how do I react to this", "frontend"),
        ("a swift answer", "swift"),
        ("the printer is on fire", "lint"),
        ("cat the file", "pets"),
    ],
)
def test_a_part_of_a_word_is_no_tag(text: str, not_tag: str) -> None:
    assert not_tag not in tags(text)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("the ml model", "ml"),
        ("ML!", "ml"),
        ("git, finally", "git"),
        ("fix auth", "auth"),
        ("(ci)", "ci"),
        ("picking up Go this week", "go"),
        ("run go test", "go"),
        ("a new React view", "frontend"),
        ("HTMLParser", "html"),
        ("parseHtmlInput", "html"),
        ("refresh_auth_token", "auth"),
        ("refreshAuthToken", "auth"),
        ("src/auth/refresh.py", "auth"),
        ("src/auth/refresh.py", "python"),
        ("auth.refresh.token", "auth"),
        ("main.rs:12", "rust"),
        ("open Cargo.toml", "rust"),
        ("the Dockerfile", "docker"),
        ("a C++ template", "cpp"),
        ("C# generics", "csharp"),
        ("JavaScript", "javascript"),
        ("GitHub", "git"),
        ("python3", "python"),
        ("OAuth2", "auth"),
        ("fix merge conflicts", "git"),
        ("race conditions", "concurrency"),
        ("flaky tests", "flaky"),
        ("flaky tests", "testing"),
        ("bump requests to 2.32", "dependencies"),
        ("Should I visit Mykonos or Crete?", "greece"),
        ("utf-16 offsets", "unicode"),
    ],
)
def test_words_name_tags(text: str, tag: str) -> None:
    assert tag in tags(text)


def test_a_branch_a_command_and_languages_give_tags() -> None:
    assert "auth" in around_tags(Context(branch="feature/auth-refresh"))
    assert "python" in around_tags(Context(program="pytest"))
    assert around_tags(Context(languages=("typescriptreact", "plaintext"))).keys() == {"typescript"}
    assert "rust" in around_tags(Context(manifests=("Cargo.toml",)))
    assert "sql" in around_tags(Context(files=("reports/monthly.sql",)))


def test_an_event_gives_the_tags_of_its_job_label_and_branch() -> None:
    found = event_tags(event(job="test", labels=("pytest",), tags=("Nightly",)))
    assert {"testing", "python", "Nightly"} <= found.keys()
    assert "git" in event_tags(event("merge", data={"branch": "main"}))
    assert "auth" in event_tags(event("commit", data={"branch": "fix/auth"}))
    assert event_tags(event("commit", data={"branch": 7})) == {}


def test_the_strongest_come_first() -> None:
    here = Context(languages=("python",), branch="feature/auth", program="docker")
    found = classify_event(event("commit", tags=("given",)), text="tidy the regex", context=here).tags
    assert found == ("given", "regex", "docker", "auth", "python")


def test_what_is_found_twice_is_stronger() -> None:
    assert strongest({"a": 1.0, "b": 0.8}, {"b": 0.5}) == ("b", "a")
    assert text_tags("docs, docs, docs, cache") == pytest.approx({"docs": 1.2, "cache": 1.0})


def test_learned_words_name_their_tag() -> None:
    learned = {"sailing": ["jib", "main sail"], "empty": []}
    assert "sailing" in classify_text("trimming the jibs today", Context(learned=learned)).tags
    assert "sailing" in classify_text("a new Main Sail!", Context(learned=learned)).tags
    assert "sailing" not in classify_text("jibberish", Context(learned=learned)).tags


def test_there_are_at_most_eight() -> None:
    text = "python rust docker git auth sql css html cache regex docs"
    assert len(classify_event(event("commit"), text=text).tags) == MAX_TAGS


@given(st.lists(st.text(max_size=60), max_size=20), st.text(max_size=200))
def test_tags_are_clean_and_few(given_tags: list[str], text: str) -> None:
    found = classify_event(event("commit", tags=tuple(given_tags)), text=text).tags
    assert len(found) == len(set(found)) <= MAX_TAGS
    for tag in found:
        assert tag
        assert clean_tag(tag) == tag
        assert one_line(tag, 2 * MAX_TAG) == tag


def test_each_row_begins_with_words_that_name_it_alone() -> None:
    unnamed = [
        (tag, word)
        for tag, phrases in (*WORK.items(), *LIFE.items())
        for word in phrases.split(";")[0].split("/")
        if tag not in tags(f"of {word}")
    ]
    assert unnamed == []


def test_no_tag_is_of_work_and_of_life() -> None:
    assert not WORK.keys() & LIFE.keys()


def test_a_subject_gives_tags_and_glow_and_none_of_its_words() -> None:
    tags, glow = signs("Finally fix the flaky OAuth login test!!")
    assert "testing" in tags
    assert glow > 0.2
    reported = parse_event(
        {"kind": "commit", "data": {"sha": "ab", "subject": "Add secret-word-4711 to the SQL migration"}},
        default_workspace="/w",
        now=1,
        source="editor",
        to_workspace=lambda uri: uri,
    )
    assert isinstance(reported, Observation)
    assert "migration" in reported.tags
    assert "4711" not in repr(reported)
