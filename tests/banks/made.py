"""Rows that are in order, to be changed by a test, and folders of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DAY = "2026-11-21"


def joke(**changes: Any) -> dict[str, Any]:
    """A joke row."""
    row = {"id": "joke-one", "joke": "A kettle has one job and a good log.", "tags": ["git"]}
    return {**row, "min_glow": 0.0, "max_glow": 0.7, "confidence": 0.8, "added_at": DAY, **changes}


def fact(**changes: Any) -> dict[str, Any]:
    """A fact row."""
    row = {"id": "fact-one", "fact": "The NAME line of true has two verbs.", "tags": [], "confidence": 0.9}
    return {**row, "source": "https://example.org/true#name", "checked": DAY, "added_at": DAY, **changes}


def response(**changes: Any) -> dict[str, Any]:
    """A response row."""
    row = {"id": "response-one", "label": "gratitude", "pattern": "thanks|thank you", "tone": "warm"}
    return {**row, "response": "Any day.", "level": 1, "warmth": 3, "tags": [], "added_at": DAY, **changes}


def reminder(**changes: Any) -> dict[str, Any]:
    """A reminder row."""
    row = {"id": "reminder-one", "trigger": "session_open", "template": "In {file}: {test} was red."}
    return {**row, "requires": ["file", "test"], "warmth": 3, "added_at": DAY, **changes}


def plain(**changes: Any) -> dict[str, Any]:
    """A row with a text and no more: a fixed line, or the line of a recipe."""
    return {"id": "plain-one", "text": "A line of its own.", "warmth": 3, "added_at": DAY, **changes}


def recipe(**changes: Any) -> dict[str, Any]:
    """A recipe row."""
    row = {"name": "baking", "banter_bank": "recipes/baking.jsonl", "detect": {"text": ["baking bread"]}}
    return {**row, "timing": "spread", "tags": ["food"], **changes}


def put(folder: Path, files: Mapping[str, list[dict[str, Any]] | str | bytes]) -> Path:
    """Write bank files; a text or bytes go in as they are. Gives the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(json.dumps(row) + "\n" for row in content) if isinstance(content, list) else content
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder
