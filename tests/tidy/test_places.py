"""The repository stands on its own: it names no folder of one machine and nothing beside itself."""

from __future__ import annotations

import re

from tests.tidy.checkout import files, named

# Put together here, so that this file does not hold what it looks for.
FOREIGN = re.compile(
    "|".join(
        (
            r"(?:^|[^\w.-])/" + r"(?:work|root)/\w",
            r"\.\./" + r"shared\b",
        )
    )
)
BINARY = {".png", ".ico", ".db", ".gz", ".zip"}


def test_no_file_names_a_place_of_one_machine() -> None:
    found = [
        f"{named(path)}:{number}: {line.strip()[:80]}"
        for path in files()
        if path.suffix not in BINARY
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if FOREIGN.search(line)
    ]
    assert found == []


def test_the_pattern_finds_such_a_place() -> None:
    assert FOREIGN.search("cd " + "/work" + "/main")
    assert FOREIGN.search("see .." + "/shared/notes.md")
    assert not FOREIGN.search("a framework/work/case and ../shared_state")
