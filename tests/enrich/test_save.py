"""What an answer leaves behind: files, index, queue, prediction, grades, verdicts; and what a crash does."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from afterglow.banks.learned import read_learned
from afterglow.banks.reviews import read_reviews
from afterglow.core.bank import Aside
from afterglow.enrich import files
from afterglow.store import learned, predictions
from afterglow.store.learned import Synced
from tests.enrich.saving import (
    FERRY,
    GUESS,
    OLIVES,
    PLACE,
    RETIRED,
    SEA,
    STAIRS,
    USER,
    Keeping,
    answer,
    graded,
)


def test_a_line_is_kept_in_file_index_and_queue(keeping: Keeping) -> None:
    number = keeping.turn()
    saved = keeping.save(answer(FERRY))
    assert (saved.lines, saved.queued, saved.made_on_turn) == (1, 1, number)
    (row,) = keeping.rows()
    assert row == {
        "id": row["id"],
        "at": "2026-09-21T14:13:21.000Z",
        "user_id": USER,
        "workspace": PLACE,
        "made_on_turn": number,
        "domain": "travel",
        "sort": "aside",
        "text": FERRY,
        "tags": ["travel", "greece"],
        "score": 4,
        "level": 1,
        "warmth": 2,
        "tone": "factual",
    }
    (kept,) = learned.kept(keeping.connection)
    assert (kept.id, kept.file, kept.kind, kept.made_on_turn) == (
        row["id"],
        keeping.file.name,
        "aside",
        number,
    )
    assert (kept.domain, kept.job_id) == ("travel", "job1")
    entry = keeping.claim()
    assert entry is not None
    assert (entry.banter, entry.source, entry.source_id) == (FERRY, "llm_generated", row["id"])
    assert (entry.workspace, entry.tags, entry.expires_in_turns) == (PLACE, ("travel", "greece"), 10)
    found, problems = read_learned(keeping.home.custom, USER)
    assert problems == ()
    assert [(one.text, type(one)) for one in found] == [(FERRY, Aside)]


def test_a_line_waits_for_its_workspace_alone(keeping: Keeping) -> None:
    keeping.turn()
    keeping.save(answer(FERRY))
    assert keeping.claim("/elsewhere") is None
    assert keeping.claim() is not None


def test_a_line_waits_ten_turns_and_a_day(keeping: Keeping) -> None:
    keeping.turn()
    keeping.save(answer(FERRY, OLIVES))
    assert keeping.claim(now=keeping.now + 24 * 3_600_000 + 1) is None
    for _ in range(9):
        keeping.turn()
    assert keeping.claim() is not None
    keeping.turn()
    assert keeping.claim() is None


def test_grades_prediction_and_their_files(keeping: Keeping) -> None:
    number = keeping.turn()
    (seq,) = keeping.seqs[PLACE]
    saved = keeping.save(answer(grades=(graded(seq),), prediction=GUESS))
    assert (saved.graded, saved.predicted, saved.lines) == (1, True, 0)
    (grade,) = keeping.rows("llm-enrichment.jsonl")
    assert (grade["turn"], grade["quality"], grade["why"]) == (seq, 4, "fits the moment")
    assert grade["words"] == {"travel": ["ferry"]}
    (guess,) = keeping.rows("llm-predictions.jsonl")
    assert (guess["turn"], guess["workspace"], guess["prediction"]["domain_tags"]) == (
        number,
        PLACE,
        ["travel"],
    )
    assert predictions.newest(keeping.connection, USER, PLACE, number) is None
    assert predictions.newest(keeping.connection, USER, PLACE, number + 1) == GUESS
    row = keeping.connection.execute("SELECT quality FROM twin_turns").fetchone()
    assert row["quality"] == 4
    assert not keeping.file.exists()


def test_verdicts_go_to_the_overlay(keeping: Keeping) -> None:
    for name in ("joke-a", "joke-without-a-verdict", "joke-other"):
        keeping.connection.execute("INSERT INTO reviews_due VALUES (?, ?, 1, NULL)", (USER, name))
    saved = keeping.save(answer(verdicts=RETIRED))
    assert saved.verdicts == 2
    found, problems = read_reviews(keeping.home.custom / "reviews.jsonl")
    assert problems == ()
    assert {name: one.decision for name, one in found.items()} == {"joke-a": "retire", "joke-b": "refresh"}
    due = keeping.connection.execute("SELECT entry_id FROM reviews_due WHERE reviewed_at IS NULL")
    assert [row["entry_id"] for row in due] == ["joke-other"]


def test_a_full_queue_keeps_the_line_in_the_bank(keeping: Keeping) -> None:
    keeping.turn()
    saved = keeping.save(answer(FERRY, OLIVES), max_rows=1)
    assert (saved.lines, saved.queued) == (2, 1)
    assert len(read_learned(keeping.home.custom, USER)[0]) == 2


def test_files_are_the_users_own(keeping: Keeping) -> None:
    keeping.turn()
    keeping.save(answer(FERRY, grades=(graded(1),), prediction=GUESS))
    keeping.save(answer(verdicts=RETIRED))
    made = sorted(path.name for path in keeping.home.custom.iterdir())
    assert made == ["domain-content.jsonl", "llm-enrichment.jsonl", "llm-predictions.jsonl", "reviews.jsonl"]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in keeping.home.custom.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(keeping.home.custom.stat().st_mode) == 0o700


@pytest.mark.parametrize("torn", [b'{"id": "made-abcd', b"{", b"\xff\xfe", b'{"id": 1}garbage'])
def test_a_torn_line_is_passed_over_and_cut_at_the_next(keeping: Keeping, torn: bytes) -> None:
    keeping.turn()
    keeping.save(answer(FERRY))
    with keeping.file.open("ab") as file:
        file.write(torn)
    found, problems = read_learned(keeping.home.custom, USER)
    assert ([one.text for one in found], problems) == ([FERRY], ())
    keeping.save(answer(OLIVES))
    assert [row["text"] for row in keeping.rows()] == [FERRY, OLIVES]


def test_a_line_without_its_newline_is_kept(keeping: Keeping) -> None:
    keeping.turn()
    keeping.save(answer(FERRY))
    keeping.file.write_bytes(keeping.file.read_bytes().rstrip())
    keeping.save(answer(OLIVES))
    assert [row["text"] for row in keeping.rows()] == [FERRY, OLIVES]


def test_a_full_file_is_turned_over_and_one_older_is_kept(keeping: Keeping) -> None:
    keeping.turn()
    for text in (FERRY, OLIVES, SEA, STAIRS, "Cats are asynchronous by nature."):
        keeping.save(answer(text), most_lines=2)
    assert [row["text"] for row in keeping.rows()] == ["Cats are asynchronous by nature."]
    assert [row["text"] for row in keeping.rows("domain-content.1.jsonl")] == [SEA, STAIRS]
    kept = {(one.file, one.job_id) for one in learned.kept(keeping.connection)}
    older, newer = "domain-content.1.jsonl", "domain-content.jsonl"
    assert kept == {(older, "job3"), (older, "job4"), (newer, "job5")}
    assert keeping.synced() == Synced()
    texts = [one.text for one in read_learned(keeping.home.custom, USER)[0]]
    assert texts == [SEA, STAIRS, "Cats are asynchronous by nature."]


def test_what_is_deleted_from_the_file_is_gone_from_index_and_queue(keeping: Keeping) -> None:
    keeping.turn()
    keeping.save(answer(FERRY, OLIVES))
    lines = keeping.file.read_text().splitlines(keepends=True)
    keeping.file.write_text(lines[1])
    assert keeping.synced() == Synced(gone=1, taken=0, unqueued=1)
    assert keeping.waiting() == [OLIVES]
    assert len(learned.kept(keeping.connection)) == 1
    assert keeping.synced() == Synced()


def test_a_deleted_file_leaves_nothing(keeping: Keeping) -> None:
    keeping.turn()
    keeping.save(answer(FERRY, OLIVES))
    keeping.file.unlink()
    assert keeping.synced().unqueued == 2
    assert keeping.waiting() == []


def test_a_file_that_cannot_be_read_says_nothing(keeping: Keeping) -> None:
    keeping.turn()
    keeping.save(answer(FERRY))
    keeping.file.unlink()
    keeping.file.mkdir()
    assert keeping.synced() == Synced()
    assert keeping.waiting() == [FERRY]


def test_what_a_crash_kept_from_the_index_is_taken_in(keeping: Keeping) -> None:
    """The process died between the file and the commit: the line was paid for, and is used."""
    number = keeping.turn()
    keeping.connection.execute("BEGIN")
    keeping.save(answer(FERRY))
    keeping.connection.execute("ROLLBACK")
    assert learned.kept(keeping.connection) == ()
    assert keeping.synced() == Synced(taken=1)
    (kept,) = learned.kept(keeping.connection)
    assert (kept.kind, kept.made_on_turn, kept.workspace) == ("aside", number, PLACE)
    assert [one.text for one in read_learned(keeping.home.custom, USER)[0]] == [FERRY]


def test_a_disk_that_fails_leaves_the_file_as_it_was(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The grades are kept all the same: the job was paid for, and is not asked about again."""
    keeping.turn()
    keeping.save(answer(FERRY))
    before = keeping.file.read_bytes()

    def failing(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", failing)
        (seq,) = keeping.seqs[PLACE]
        saved = keeping.save(answer(OLIVES, grades=(graded(seq),), prediction=GUESS))
    assert (saved.lines, saved.queued, saved.graded, saved.predicted) == (0, 0, 1, True)
    assert saved.problem is not None and "no space" in saved.problem
    assert keeping.file.read_bytes() == before
    assert keeping.waiting() == [FERRY]
    assert [row.kind for row in learned.kept(keeping.connection)] == ["aside"]


def test_verdicts_that_cannot_be_written_are_asked_for_again(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping.connection.execute("INSERT INTO reviews_due VALUES (?, 'joke-a', 1, NULL)", (USER,))
    keeping.home.data.mkdir(parents=True)
    keeping.home.custom.write_text("no folder")
    saved = keeping.save(answer(verdicts=RETIRED))
    assert saved.verdicts == 0
    assert saved.problem is not None
    due = keeping.connection.execute("SELECT entry_id FROM reviews_due WHERE reviewed_at IS NULL")
    assert [row["entry_id"] for row in due] == ["joke-a"]


def test_appending_nothing_makes_no_file(tmp_path: Path) -> None:
    assert not files.append(tmp_path / "custom", "x.jsonl", [])
    assert not (tmp_path / "custom").exists()
