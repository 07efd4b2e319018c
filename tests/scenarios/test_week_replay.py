"""The replay of real months: both forms of a log are read, and played at their own times and zones."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.scenarios.week import shipped_stock
from tests.support.replay import commits_of, replay

LOG = """\
commit 1f0c0de9a1
Author: Ada <ada@example.org>
Date:   2027-03-22T23:50:00+01:00

    Sort the ledger

3\t1\tledger.py

commit 2a0c0de9a2 (HEAD -> main)
Merge: 1f0c0de 99aa0de
Author: Ada <ada@example.org>
Date:   2027-04-05T10:00:00+02:00

    Merge the import

commit 3b0c0de9a3
Author: Bob <bob@example.org>
Date:   2027-03-29T11:00:00-04:00

    Another's
"""
JSON = "\n".join(
    f'{{"sha": "{number:010x}", "parents": 1, "author": "ada", "subject": "Step {number}",'
    f' "authored_at": "2027-03-2{day}T{hour}:00:00+01:00"}}'
    for number, (day, hour) in enumerate([(2, "09"), (2, "10"), (2, "18"), (3, "09")])
)


def test_a_log_is_read_in_both_forms() -> None:
    first, other, merge = commits_of(LOG)
    assert (first.sha, first.subject, first.parents) == ("1f0c0de9a1", "Sort the ledger", 1)
    assert (merge.parents, merge.offset) == (2, timedelta(hours=2))
    assert other.author.startswith("Bob")
    assert [one.subject for one in commits_of(JSON)] == ["Step 0", "Step 1", "Step 2", "Step 3"]


def test_what_is_no_log_is_refused() -> None:
    with pytest.raises(ValueError, match="no git log"):
        commits_of("a letter to the editor\n")


def test_the_commits_of_one_author_are_played_at_their_own_time(tmp_path: Path) -> None:
    made = replay(tmp_path, commits_of(LOG), "normal", shipped_stock())
    assert [one.sha[:2] for one in made.commits] == ["1f", "2a"]
    times = [f"{made.local(token.created_at):%d %H:%M}" for token in made.tokens]
    assert times[0] == "22 23:50"
    assert "First commit today" in made.tokens[0].response
    assert any("14 days" in token.response for token in made.tokens), made.text()


def test_nothing_is_shown_that_did_not_happen(tmp_path: Path) -> None:
    made = replay(tmp_path, commits_of(JSON), "chatty", shipped_stock())
    kinds = {token.event[1] for token in made.tokens if token.event}
    assert kinds <= {"session.open", "commit", "push"}
    assert made.summary().startswith("4 commits on 2 days")
    told = [token.news or "" for token in made.tokens if token.event and token.event[1] == "commit"]
    assert told[1].startswith("2nd commit today; the 1st was at 09:00")
