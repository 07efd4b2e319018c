"""The settings table of ARCHITECTURE.md is the core's own table."""

from __future__ import annotations

from afterglow.core.model import Json
from afterglow.core.settings import ROWS
from tests.tidy.checkout import ROOT


def shown(value: Json) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_the_documents_list_every_setting_as_it_is() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    found = [line for line in text.splitlines() if line.startswith("| `") and line.count("|") == 4]
    expected = [f"| `{row.name}` | {shown(row.default)} | {row.description} |" for row in ROWS]
    assert [line for line in found if line in expected] == expected
